/** What may happen in each part of the state space, and how often. */
import type { RefusalCode } from '../../src/actors/ports.ts';
import type { Surroundings } from '../../src/domain/evaluation.ts';
import type { TradingStatus } from '../../src/domain/market.ts';
import type { ExecutionRule, Method } from '../../src/domain/method.ts';
import type { Price } from '../../src/domain/money.ts';
import type { Position } from '../../src/domain/position.ts';
import type { PositionEvent } from '../../src/machines/position-events.ts';
import { aPosition, defaultMethod, openMarket, someSurroundings } from '../support/domain-builders.ts';
import { NOW, positionAfter, TURN } from './abstract.ts';
import type { Around } from './position-step.ts';

/** Two contracts, and prices of which the model's grid has three. */
export const CONTRACT = 100;
export const HELD = 2 * CONTRACT;
export const PRICES = { stop: 2_500, calm: 5_000, profit: 7_500 } as const;

/** How often each kind of trouble may come. */
export interface Bounds {
  /** The process dies. */
  crashes: number;
  /** The monitor alone throws, and is started again from its row. */
  monitorCrashes: number;
  /** Requests and answers that are lost, and requests that land after they were given up. */
  unknowns: number;
  refusals: number;
  /** An operator's words. */
  words: number;
  /** Changes of the market's status. */
  market: number;
  /** Sales by hand of one contract. */
  byHand: number;
  /** Changes of a breaker. */
  breakers: number;
}

export interface Scenario {
  name: string;
  method: Method;
  position: Partial<Position>;
  /** Bids that a quote may show; null: none. */
  bids: readonly (Price | null)[];
  words: readonly PositionEvent[];
  refusals: readonly RefusalCode[];
  market: Partial<Record<TradingStatus, readonly TradingStatus[]>>;
  breaker: 'tripped' | 'patientPaused' | null;
  /** Whether the account is read at any time, or only after a start. */
  readsAccount: boolean;
  /** Writes that may wait for the database while the position is told more. */
  mostWrites: number;
  bounds: Bounds;
}

export const NONE: Bounds = {
  crashes: 0,
  monitorCrashes: 0,
  unknowns: 0,
  refusals: 0,
  words: 0,
  market: 0,
  byHand: 0,
  breakers: 0,
};

const GRID = [{ start: 0, end: 10_000, step: 2_500 }];

const rule = (change: Partial<ExecutionRule>): ExecutionRule => ({
  orderType: 'limit',
  priceStrategy: 'aggressive',
  timeoutMs: TURN,
  retryStrategy: 'walk_price',
  maxWalks: 1,
  walkTimeoutMs: TURN,
  ...change,
});

/** Every wait takes one turn, and everything is tried once more. */
function method(change: Partial<Method> = {}): Method {
  const base = defaultMethod();
  const { conditions } = base;
  return {
    ...base,
    maxQuoteAgeMs: TURN / 2,
    execution: {
      CRITICAL: rule({
        orderType: 'market',
        priceStrategy: null,
        retryStrategy: 'immediate_market',
        maxWalks: 0,
      }),
      HIGH: rule({ retryStrategy: 'walk_then_market' }),
      MEDIUM: rule({ priceStrategy: 'fair' }),
      LOW: rule({ priceStrategy: 'conservative', retryStrategy: 'walk_slowly' }),
    },
    numbers: {
      ...base.numbers,
      marketRepeats: 1,
      marketFloor: 600_000,
      restMs: TURN,
      recheckMs: TURN,
      resumeBackoffMs: [TURN],
    },
    conditions: {
      ...conditions,
      time_based_urgent: { ...conditions.time_based_urgent, enabled: false },
      liquidity_dried_up: { ...conditions.liquidity_dried_up, enabled: false },
    },
    trailingStop: { ...base.trailingStop, activation: 100_000_000 },
    partialExits: { ...base.partialExits, enabled: false },
    ...change,
  };
}

export const openingPosition = ({ position }: Scenario): Position =>
  positionAfter(
    aPosition({
      id: 'a',
      quantity: HELD,
      cost: HELD * PRICES.calm,
      entrySpread: 0,
      mark: PRICES.calm,
      bid: PRICES.calm,
      ask: null,
      quotedAt: NOW - 2 * TURN,
      at: NOW,
      ...position,
    }),
    0,
  );

const worldOf = new Map<string, Surroundings>();

/** The same object for the same world, so that nothing looks changed that is not. */
export function surroundingsOf(around: Around): Surroundings {
  const key = JSON.stringify(around);
  const known = worldOf.get(key);
  if (known) return known;
  const { status, tripped, patientPaused } = around;
  const settlementValue = status === 'settled' ? 10_000 : null;
  const made = someSurroundings({
    market: openMarket({ status, settlementValue, closeTime: null, grid: GRID }),
    dailyLoss: { tripped, pnl: null, limit: null },
    patientPaused,
  });
  worldOf.set(key, made);
  return made;
}

const word = { note: null, at: NOW } as const;
export const WORDS = {
  high: { type: 'operator.exit', priority: 'HIGH', quantity: null, ...word },
  medium: { type: 'operator.exit', priority: 'MEDIUM', quantity: null, ...word },
  one: { type: 'operator.exit', priority: 'HIGH', quantity: CONTRACT, ...word },
  retry: { type: 'operator.retry', ...word },
  resume: { type: 'operator.resume', ...word },
  hold: { type: 'operator.hold', cancel: false, ...word },
  holdAndCancel: { type: 'operator.hold', cancel: true, ...word },
  release: { type: 'operator.release', ...word },
} as const satisfies Record<string, PositionEvent>;

/** Without waiting writes while the position is told more: a smaller space, for every run of the tests. */
export const unhurried = (scenario: Scenario): Scenario => ({ ...scenario, mostWrites: 0 });

const scenario = (name: string, change: Partial<Scenario>): Scenario => ({
  name,
  method: method(),
  position: {},
  bids: [PRICES.calm, PRICES.stop, null],
  words: [],
  refusals: [],
  market: {},
  breaker: null,
  readsAccount: false,
  mostWrites: 1,
  bounds: NONE,
  ...change,
});

/** A stop loss: market orders and their repeats, waits for a bid, `failed` and what leads out of it. */
export const critical = (bounds: Partial<Bounds>): Scenario =>
  scenario('critical', {
    words: [WORDS.retry, WORDS.resume],
    refusals: ['rate_limited', 'bad_price', 'other'],
    bounds: { ...NONE, ...bounds },
  });

/** An operator's HIGH exit: a limit order, a walk, market orders with a floor; the stop loss may take it over. */
export const high = (bounds: Partial<Bounds>): Scenario =>
  scenario('high', {
    words: [WORDS.high],
    bids: [PRICES.calm, PRICES.stop],
    refusals: ['not_held', 'halted', 'other'],
    bounds: { ...NONE, words: 1, ...bounds },
  });

/** A profit target: walks and gives up, or its condition goes; the stop loss may take it over. */
export const medium = (bounds: Partial<Bounds>): Scenario =>
  scenario('medium', {
    bids: [PRICES.calm, PRICES.profit, PRICES.stop],
    refusals: ['not_held', 'bad_price', 'unauthorised'],
    bounds: { ...NONE, ...bounds },
  });

/** A profit target that an operator calls off, holds back, or replaces. */
export const calledOff = (bounds: Partial<Bounds>): Scenario =>
  scenario('called off', {
    bids: [PRICES.calm, PRICES.profit],
    words: [WORDS.holdAndCancel, WORDS.hold, WORDS.release, WORDS.high],
    bounds: { ...NONE, words: 1, ...bounds },
  });

/** The market pauses, closes for good and settles while an exit works. */
export const market = (bounds: Partial<Bounds>): Scenario =>
  scenario('market', {
    bids: [PRICES.calm],
    words: [WORDS.high],
    market: { open: ['paused', 'closed'], paused: ['closed'] },
    bounds: { ...NONE, words: 1, market: 2, ...bounds },
  });

/** A contract is sold by hand while exits work, and the account is read at any time. */
export const byHand = (bounds: Partial<Bounds>): Scenario =>
  scenario('by hand', {
    bids: [PRICES.calm],
    words: [WORDS.high],
    readsAccount: true,
    bounds: { ...NONE, words: 1, byHand: 1, ...bounds },
  });

/** Two stages of one contract each; the stop loss takes the rest. */
export const stages = (bounds: Partial<Bounds>): Scenario =>
  scenario('stages', {
    method: method({
      partialExits: {
        enabled: true,
        stageStep: CONTRACT,
        stages: [
          { name: 'first', threshold: 150_000, percentage: 50 },
          { name: 'second', threshold: 250_000, percentage: 50 },
        ],
      },
    }),
    bids: [PRICES.calm, PRICES.profit, PRICES.stop],
    words: [WORDS.one],
    bounds: { ...NONE, ...bounds },
  });

/** The database breaker pauses MEDIUM and LOW exits. */
export const patience = (bounds: Partial<Bounds>): Scenario =>
  scenario('patience', {
    bids: [PRICES.calm, PRICES.profit, PRICES.stop],
    breaker: 'patientPaused',
    words: [WORDS.medium, WORDS.holdAndCancel],
    bounds: { ...NONE, breakers: 2, ...bounds },
  });

/** The daily loss breaker calls for everything to be sold. */
export const breaker = (bounds: Partial<Bounds>): Scenario =>
  scenario('breaker', {
    bids: [PRICES.calm, null],
    breaker: 'tripped',
    words: [WORDS.high],
    bounds: { ...NONE, words: 1, breakers: 2, ...bounds },
  });
