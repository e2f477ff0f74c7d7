import type { Method } from '../../src/domain/method.ts';
import { defaultMethod, methodWithoutPartialExits, SECOND } from '../support/domain-builders.ts';
import type { Levels, Scenario, Scene } from './scenario.ts';

const scene = (at: number, bids: Levels, asks: Levels): Scene => ({ at, bids, asks });

/** 24 % below the entry and deep: the stop loss sells whatever is left. */
const liquidEnd = (at: number): Scene => scene(at, [[38, 500]], [[39, 500]]);

/** The defaults with the slow steps of MEDIUM and LOW and the repeats shortened: every step is there, none is dull. */
const brisk = (): Method => {
  const { execution, numbers, ...method } = defaultMethod();
  return {
    ...method,
    execution: {
      ...execution,
      MEDIUM: { ...execution.MEDIUM, timeoutMs: 10 * SECOND, walkTimeoutMs: 5 * SECOND },
      LOW: { ...execution.LOW, timeoutMs: 15 * SECOND, walkTimeoutMs: 10 * SECOND },
    },
    numbers: {
      ...numbers,
      marketRepeats: 4,
      restMs: 60 * SECOND,
      resumeBackoffMs: [10 * SECOND, 20 * SECOND],
    },
  };
};

/** No step takes longer than this (ms): a restart after it finds every deadline past. */
export const LONGER_THAN_ANY_STEP_MS = 20 * SECOND;

/** Aggressive limit, two walks, market with repeats: a trailing stop over thin bids. */
const highToMarket: Scenario = {
  name: 'HIGH to market',
  method: methodWithoutPartialExits(brisk()),
  contracts: 40,
  modelProbability: null,
  scenes: [
    scene(0, [[56, 10]], [[57, 10]]),
    scene(
      6,
      [
        [52, 5],
        [51, 2],
        [49, 3],
      ],
      [[53, 9]],
    ),
    scene(
      18,
      [
        [49, 4],
        [48, 4],
      ],
      [[50, 9]],
    ),
    scene(
      35,
      [
        [47, 3],
        [46, 2],
        [44, 1],
      ],
      [[48, 9]],
    ),
    scene(
      41,
      [
        [47, 2],
        [45, 3],
      ],
      [[48, 9]],
    ),
    scene(46, [[46, 1]], [[48, 8]]),
    scene(
      51,
      [
        [46, 4],
        [45, 1],
      ],
      [[48, 7]],
    ),
    scene(57, [[46, 500]], [[47, 9]]),
    liquidEnd(75),
  ],
};

/** Fair limit and five walks down to the profit target, given up; later a stop loss takes everything. */
const mediumGivesUp: Scenario = {
  name: 'MEDIUM gives up',
  method: methodWithoutPartialExits(brisk()),
  contracts: 40,
  modelProbability: null,
  scenes: [
    scene(0, [[50, 10]], [[51, 10]]),
    scene(
      4,
      [
        [60, 3],
        [59, 9],
      ],
      [[62, 9]],
    ),
    scene(
      18,
      [
        [60, 2],
        [59, 9],
      ],
      [[62, 9]],
    ),
    scene(
      24,
      [
        [60, 4],
        [59, 9],
      ],
      [[62, 9]],
    ),
    scene(
      30,
      [
        [61, 1],
        [60, 1],
        [59, 9],
      ],
      [[62, 9]],
    ),
    scene(
      36,
      [
        [60, 2],
        [59, 9],
      ],
      [[62, 9]],
    ),
    scene(
      50,
      [
        [40, 4],
        [39, 2],
        [33, 1],
      ],
      [[41, 9]],
    ),
    scene(56, [[40, 3]], [[41, 9]]),
    scene(
      62,
      [
        [39, 5],
        [38, 1],
      ],
      [[41, 9]],
    ),
    liquidEnd(68),
  ],
};

/** A resting LOW exit is taken over by a stop loss, while a fill wins the race against its cancel. */
const takeover: Scenario = {
  name: 'CRITICAL takes LOW over',
  method: methodWithoutPartialExits(brisk()),
  contracts: 40,
  modelProbability: 515_000,
  scenes: [
    scene(0, [[50, 10]], [[51, 10]]),
    scene(
      6,
      [
        [51, 3],
        [50, 9],
      ],
      [[52, 9]],
    ),
    scene(
      12,
      [
        [42, 3],
        [40, 2],
      ],
      [[43, 9]],
    ),
    scene(18, [[42, 4]], [[43, 9]]),
    scene(
      24,
      [
        [41, 6],
        [37, 1],
      ],
      [[43, 9]],
    ),
    scene(30, [], [[43, 9]]),
    scene(36, [[40, 5]], [[42, 9]]),
    liquidEnd(44),
  ],
  beforeFirstCancel: [[51, 4]],
};

/** Half at +15 %, a quarter at +25 %, the rest by the trailing stop. */
const partialExits: Scenario = {
  name: 'partial exits',
  method: brisk(),
  contracts: 40,
  modelProbability: null,
  scenes: [
    scene(0, [[50, 10]], [[51, 10]]),
    scene(
      2,
      [
        [58, 5],
        [57, 9],
      ],
      [[60, 9]],
    ),
    scene(
      8,
      [
        [59, 6],
        [58, 1],
      ],
      [[60, 9]],
    ),
    scene(
      14,
      [
        [58, 5],
        [57, 9],
      ],
      [[60, 9]],
    ),
    scene(
      22,
      [
        [58, 12],
        [57, 9],
      ],
      [[60, 9]],
    ),
    scene(
      32,
      [
        [63, 2],
        [62, 9],
      ],
      [[64, 9]],
    ),
    scene(
      38,
      [
        [64, 4],
        [63, 9],
      ],
      [[65, 9]],
    ),
    scene(
      44,
      [
        [64, 9],
        [63, 9],
      ],
      [[65, 9]],
    ),
    scene(
      54,
      [
        [60, 2],
        [59, 1],
      ],
      [[61, 9]],
    ),
    scene(60, [[58, 2]], [[60, 9]]),
    scene(70, [[56, 2]], [[57, 9]]),
    scene(76, [[56, 1]], [[57, 9]]),
    liquidEnd(88),
  ],
};

/** A stop loss over thin bids that vanish, with the whole book, and come back. */
const criticalWithoutBids: Scenario = {
  name: 'CRITICAL without bids',
  method: methodWithoutPartialExits({ ...brisk(), numbers: { ...brisk().numbers, marketRepeats: 12 } }),
  contracts: 40,
  modelProbability: null,
  scenes: [
    scene(0, [[50, 10]], [[51, 10]]),
    scene(
      4,
      [
        [41, 3],
        [40, 2],
        [34, 1],
      ],
      [[42, 9]],
    ),
    scene(10, [], [[42, 9]]),
    scene(20, [], []),
    scene(30, [[38, 4]], [[40, 9]]),
    scene(36, [[39, 3]], [[41, 9]]),
    scene(42, [], [[41, 9]]),
    scene(
      50,
      [
        [37, 5],
        [36, 5],
      ],
      [[39, 9]],
    ),
    liquidEnd(58),
  ],
};

/** No bid for longer than all repeats: the exit fails, and goes on when a bid is back. */
const failedAndResumed: Scenario = {
  name: 'CRITICAL fails and resumes',
  method: methodWithoutPartialExits(brisk()),
  contracts: 20,
  modelProbability: null,
  scenes: [
    scene(0, [[50, 10]], [[51, 10]]),
    scene(
      4,
      [
        [41, 3],
        [40, 1],
      ],
      [[42, 9]],
    ),
    scene(10, [], [[42, 9]]),
    scene(50, [[37, 4]], [[39, 9]]),
    liquidEnd(58),
  ],
};

/** The market pauses while a HIGH exit rests and while it sells at market. */
const pausedMarket: Scenario = {
  name: 'HIGH through a pause',
  method: methodWithoutPartialExits(brisk()),
  contracts: 30,
  modelProbability: null,
  scenes: [
    scene(0, [[56, 10]], [[57, 10]]),
    scene(
      6,
      [
        [52, 5],
        [51, 2],
      ],
      [[53, 9]],
    ),
    { ...scene(10, [[50, 2]], [[52, 9]]), status: 'paused' },
    scene(
      20,
      [
        [49, 4],
        [48, 4],
      ],
      [[50, 9]],
    ),
    { ...scene(46, [[47, 3]], [[48, 9]]), status: 'paused' },
    scene(
      56,
      [
        [47, 3],
        [46, 2],
      ],
      [[48, 9]],
    ),
    scene(64, [[46, 500]], [[47, 9]]),
    liquidEnd(80),
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
