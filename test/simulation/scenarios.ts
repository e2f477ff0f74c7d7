import { defaultMethod, methodWithoutPartialExits } from '../support/domain-builders.ts';
import type { Levels, Scenario, Scene } from './scenario.ts';

const scene = (at: number, bids: Levels, asks: Levels): Scene => ({ at, bids, asks });

/** 24 % below the entry and deep: the stop loss sells whatever is left. */
const liquidEnd = (at: number): Scene => scene(at, [[38, 500]], [[39, 500]]);

/** Aggressive limit, two walks, market with repeats: a trailing stop over thin bids. */
const highToMarket: Scenario = {
  name: 'HIGH to market',
  method: methodWithoutPartialExits(defaultMethod()),
  contracts: 40,
  modelProbability: null,
  scenes: [
    scene(0, [[50, 10]], [[51, 10]]),
    scene(6, [[56, 10]], [[57, 10]]),
    scene(22, [[52, 5], [51, 2], [49, 3]], [[53, 9]]),
    scene(34, [[49, 4], [48, 4]], [[50, 9]]),
    scene(50, [[47, 3], [46, 2], [44, 1]], [[48, 9]]),
    scene(57, [[47, 2], [45, 3]], [[48, 9]]),
    scene(63, [[46, 1]], [[48, 8]]),
    scene(70, [[46, 4], [45, 1]], [[48, 7]]),
    scene(78, [[46, 2]], [[48, 9]]),
    scene(90, [[46, 500]], [[47, 9]]),
    liquidEnd(150),
  ],
};

/** Fair limit and five walks down to the profit target, given up; later a stop loss takes everything. */
const mediumGivesUp: Scenario = {
  name: 'MEDIUM gives up',
  method: methodWithoutPartialExits(defaultMethod()),
  contracts: 40,
  modelProbability: null,
  scenes: [
    scene(0, [[50, 10]], [[51, 10]]),
    scene(6, [[60, 3], [59, 9]], [[62, 9]]),
    scene(46, [[60, 2], [59, 9]], [[62, 9]]),
    scene(70, [[60, 4], [59, 9]], [[62, 9]]),
    scene(90, [[61, 1], [60, 1], [59, 9]], [[62, 9]]),
    scene(98, [[60, 2], [59, 9]], [[62, 9]]),
    scene(135, [[40, 4], [39, 2], [33, 1]], [[41, 9]]),
    scene(141, [[40, 3]], [[41, 9]]),
    scene(147, [[39, 5], [38, 1]], [[41, 9]]),
    liquidEnd(158),
  ],
};

/** A resting LOW exit is taken over by a stop loss, while a fill wins the race against its cancel. */
const takeover: Scenario = {
  name: 'CRITICAL takes LOW over',
  method: methodWithoutPartialExits(defaultMethod()),
  contracts: 40,
  modelProbability: 515_000,
  scenes: [
    scene(0, [[50, 10]], [[51, 10]]),
    scene(10, [[51, 3], [50, 9]], [[52, 9]]),
    scene(20, [[42, 3], [40, 2]], [[43, 9]]),
    scene(26, [[42, 4]], [[43, 9]]),
    scene(32, [[41, 6], [37, 1]], [[43, 9]]),
    scene(40, [], [[43, 9]]),
    scene(47, [[40, 5]], [[42, 9]]),
    liquidEnd(60),
  ],
  beforeFirstCancel: [[51, 4]],
};

/** Half at +15 %, a quarter at +25 %, the rest by the trailing stop. */
const partialExits: Scenario = {
  name: 'partial exits',
  method: defaultMethod(),
  contracts: 40,
  modelProbability: null,
  scenes: [
    scene(0, [[50, 10]], [[51, 10]]),
    scene(6, [[58, 5], [57, 9]], [[60, 9]]),
    scene(20, [[59, 6], [58, 1]], [[60, 9]]),
    scene(34, [[58, 5], [57, 9]], [[60, 9]]),
    scene(52, [[58, 12], [57, 9]], [[60, 9]]),
    scene(70, [[63, 2], [62, 9]], [[64, 9]]),
    scene(80, [[64, 4], [63, 9]], [[65, 9]]),
    scene(90, [[64, 9], [63, 9]], [[65, 9]]),
    scene(104, [[60, 2], [59, 1]], [[61, 9]]),
    scene(112, [[58, 2]], [[60, 9]]),
    scene(124, [[56, 2]], [[57, 9]]),
    scene(136, [[56, 1]], [[57, 9]]),
    liquidEnd(150),
  ],
};

/** A stop loss over thin bids that vanish, with the whole book, and come back. */
const criticalWithoutBids: Scenario = {
  name: 'CRITICAL without bids',
  method: methodWithoutPartialExits(defaultMethod()),
  contracts: 40,
  modelProbability: null,
  scenes: [
    scene(0, [[50, 10]], [[51, 10]]),
    scene(8, [[41, 3], [40, 2], [34, 1]], [[42, 9]]),
    scene(14, [], [[42, 9]]),
    scene(26, [], []),
    scene(36, [[38, 4]], [[40, 9]]),
    scene(42, [[39, 3]], [[41, 9]]),
    scene(48, [], [[41, 9]]),
    scene(56, [[37, 5], [36, 5]], [[39, 9]]),
    scene(66, [], []),
    scene(76, [[36, 6]], [[38, 9]]),
    liquidEnd(86),
  ],
};

/** No bid for longer than all repeats: the exit fails, and goes on when a bid is back. */
const failedAndResumed: Scenario = {
  name: 'CRITICAL fails and resumes',
  method: methodWithoutPartialExits(defaultMethod()),
  contracts: 20,
  modelProbability: null,
  scenes: [
    scene(0, [[50, 10]], [[51, 10]]),
    scene(8, [[41, 3], [40, 1]], [[42, 9]]),
    scene(14, [], [[42, 9]]),
    scene(100, [[37, 4]], [[39, 9]]),
    liquidEnd(110),
  ],
};

/** The market pauses twice while a HIGH exit works and once while it waits. */
const pausedMarket: Scenario = {
  name: 'HIGH through a pause',
  method: methodWithoutPartialExits(defaultMethod()),
  contracts: 30,
  modelProbability: null,
  scenes: [
    scene(0, [[50, 10]], [[51, 10]]),
    scene(6, [[56, 10]], [[57, 10]]),
    scene(22, [[52, 5], [51, 2]], [[53, 9]]),
    { ...scene(36, [[50, 2]], [[52, 9]]), status: 'paused' },
    scene(52, [[49, 4], [48, 4]], [[50, 9]]),
    { ...scene(74, [[47, 3]], [[48, 9]]), status: 'paused' },
    scene(86, [[47, 3], [46, 2]], [[48, 9]]),
    scene(100, [[46, 2]], [[48, 9]]),
    scene(110, [[46, 500]], [[47, 9]]),
    liquidEnd(150),
  ],
};

export const SCENARIOS: readonly Scenario[] = [
  highToMarket,
  mediumGivesUp,
  takeover,
  partialExits,
  criticalWithoutBids,
  failedAndResumed,
  pausedMarket,
];
