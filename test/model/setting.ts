/** What a part of the state space is made of: contracts, prices, methods, words, and how often trouble may come. */
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
  /** Reports that the stream sends. */
  seen: number;
  /** An operator's words. */
  words: number;
  /** Changes of the market's status. */
  market: number;
  /** Sales by hand of one contract. */
  byHand: number;
  /** Times that a breaker trips. */
  breakers: number;
}

export interface Scenario {
  name: string;
  method: Method;
  /** What `method.changed` leads to, as version 2. */
  nextMethod: Method | null;
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
  seen: 0,
  words: 0,
  market: 0,
  byHand: 0,
  breakers: 0,
};

/** What holds for every scenario; each has bounds of its own beside. */
export const BOUNDS_OF_ALL = `2 contracts of one market; bids of $0.25, $0.50, $0.75 or none on a grid of $0.25; the exchange sells 0, 1 or 2 of
an order at any moment; every wait lasts one turn, and one passes before everybody has heard of the last; one walk ("walks":
two, "direct": none), one repeat; messages overtake each other; at most one write waits while the position is told more`;

/** How often which trouble may come, in words. */
export const boundsOf = ({ bounds, mostWrites }: Scenario): string =>
  [
    ...Object.entries(bounds).flatMap(([kind, most]) =>
      most > 0 ? [`${BOUND_WORDS[kind as keyof Bounds]} ${most}`] : [],
    ),
    ...(mostWrites > 0 ? [] : ['no write waits']),
  ].join(', ') || 'no trouble';

const BOUND_WORDS: Record<keyof Bounds, string> = {
  crashes: 'crashes',
  monitorCrashes: 'monitor crashes',
  unknowns: 'unknowns',
  refusals: 'refusals',
  seen: 'stream reports',
  words: 'words',
  market: 'market turns',
  byHand: 'sales by hand',
  breakers: 'breaker trips',
};

const GRID = [{ start: 0, end: 10_000, step: 2_500 }];

export const rule = (change: Partial<ExecutionRule>): ExecutionRule => ({
  orderType: 'limit',
  priceStrategy: 'aggressive',
  timeoutMs: TURN,
  retryStrategy: 'walk_price',
  maxWalks: 1,
  walkTimeoutMs: TURN,
  ...change,
});

/** Every wait takes one turn, and everything is tried once more. */
export function method(change: Partial<Method> = {}): Method {
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

/** Some bid triggers the stop loss; without it a position may be held for good. */
export const mayAlwaysClose = ({ bids, method }: Scenario): boolean =>
  bids.includes(PRICES.stop) && method.conditions.stop_loss.enabled;

/** The method that a position stands under. */
export const methodOf = ({ method, nextMethod }: Scenario, { methodVersion }: Position): Method =>
  methodVersion === 2 ? nextMethod! : method;

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
const modelSays = (probability: number): PositionEvent => ({
  ...{ type: 'model.changed', probability, modelAt: NOW, at: NOW },
});
/** LOW sells at the market. */
export const OTHER_METHOD: Method = {
  ...method({}),
  version: 2,
  execution: {
    ...method({}).execution,
    LOW: rule({ orderType: 'market', priceStrategy: null, retryStrategy: 'immediate_market', maxWalks: 0 }),
  },
};
export const WORDS = {
  high: { type: 'operator.exit', priority: 'HIGH', quantity: null, ...word },
  medium: { type: 'operator.exit', priority: 'MEDIUM', quantity: null, ...word },
  one: { type: 'operator.exit', priority: 'HIGH', quantity: CONTRACT, ...word },
  retry: { type: 'operator.retry', ...word },
  resume: { type: 'operator.resume', ...word },
  hold: { type: 'operator.hold', cancel: false, ...word },
  holdAndCancel: { type: 'operator.hold', cancel: true, ...word },
  release: { type: 'operator.release', ...word },
  changeMethod: { type: 'method.changed', method: OTHER_METHOD, changes: [], ...word },
  modelBelow: modelSays(400_000),
  modelAbove: modelSays(900_000),
  opportunity: { type: 'opportunity.changed', opportunity: null, at: NOW },
  dayMeasured: { type: 'dailyLoss.measured', pnl: 0, limit: null, at: NOW },
} as const satisfies Record<string, PositionEvent>;
