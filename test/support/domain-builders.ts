import type { OrderRef } from '../../src/actors/ports.ts';
/** Methods, positions, quotes and markets for tests, with the defaults of the SPEC. */
import type { EvaluationInput, Surroundings } from '../../src/domain/evaluation.ts';
import { CENT_GRID, type MarketInfo, type Quote, quoteForSide, type Side } from '../../src/domain/market.ts';
import type { ConditionName, ConditionRule, Method } from '../../src/domain/method.ts';
import type { Price } from '../../src/domain/money.ts';
import type { Position } from '../../src/domain/position.ts';

/** The time at which tests begin: 2026-01-01T12:00:00Z. */
export const NOON = Date.UTC(2026, 0, 1, 12);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;

const ONE_QUOTE: ConditionRule = { enabled: true, confirmations: 1, confirmForMs: 0, confirmGapMs: null };

/** A fresh copy of the method with every default of the SPEC (sections 3-6, 12), changed by `overrides`. */
export function defaultMethod(overrides: Partial<Method> = {}): Method {
  return {
    name: 'default',
    version: 1,
    priorities: {
      CRITICAL: ['stop_loss', 'circuit_breaker'],
      HIGH: ['trailing_stop', 'time_based_urgent', 'liquidity_dried_up'],
      MEDIUM: ['profit_target', 'partial_exit_target'],
      LOW: ['early_exit', 'edge_disappeared', 'rebalance'],
    },
    execution: {
      CRITICAL: {
        orderType: 'market',
        priceStrategy: null,
        timeoutMs: 5 * SECOND,
        retryStrategy: 'immediate_market',
        maxWalks: 0,
        walkTimeoutMs: 5 * SECOND,
      },
      HIGH: {
        orderType: 'limit',
        priceStrategy: 'aggressive',
        timeoutMs: 10 * SECOND,
        retryStrategy: 'walk_then_market',
        maxWalks: 2,
        walkTimeoutMs: 10 * SECOND,
      },
      MEDIUM: {
        orderType: 'limit',
        priceStrategy: 'fair',
        timeoutMs: 30 * SECOND,
        retryStrategy: 'walk_price',
        maxWalks: 5,
        walkTimeoutMs: 15 * SECOND,
      },
      LOW: {
        orderType: 'limit',
        priceStrategy: 'conservative',
        timeoutMs: 60 * SECOND,
        retryStrategy: 'walk_slowly',
        maxWalks: 10,
        walkTimeoutMs: 30 * SECOND,
      },
    },
    numbers: {
      aggressiveOffset: 100,
      aggressiveShare: 20_000,
      walkStep: 100,
      walkAggressiveness: [1_000_000, 1_500_000, 2_000_000],
      noAskConservative: 100,
      noAskFloor: 300,
      marketAllowance: { offset: 1000, share: 200_000, minTicks: 2 },
      marketRepeats: 12,
      marketFloor: 500_000,
      restMs: 5 * MINUTE,
      recheckMs: 30 * SECOND,
      resumeBackoffMs: [1, 2, 4, 8, 16, 30].map((minutes) => minutes * MINUTE),
    },
    conditions: {
      stop_loss: { ...ONE_QUOTE, stop: 150_000 },
      circuit_breaker: { ...ONE_QUOTE },
      trailing_stop: { ...ONE_QUOTE },
      time_based_urgent: { ...ONE_QUOTE, withinMs: 5 * MINUTE, settlementTime: 'earlier' },
      liquidity_dried_up: {
        enabled: true,
        confirmations: 2,
        confirmForMs: 10 * SECOND,
        confirmGapMs: 90 * SECOND,
        maxSpread: 300,
        minVolume: 5000,
      },
      profit_target: { ...ONE_QUOTE, targets: { high: 250_000, medium: 200_000, low: 150_000 } },
      partial_exit_target: { ...ONE_QUOTE },
      early_exit: { ...ONE_QUOTE, below: 20_000 },
      edge_disappeared: { ...ONE_QUOTE },
      rebalance: { ...ONE_QUOTE, margin: 100_000 },
    },
    trailingStop: {
      activation: 100_000,
      distance: 50_000,
      tightenEvery: 50_000,
      tightenBy: 10_000,
      minDistance: 20_000,
      minTicks: 2,
    },
    partialExits: {
      enabled: true,
      stageStep: 100,
      stages: [
        { name: 'first_target', threshold: 150_000, percentage: 50 },
        { name: 'second_target', threshold: 250_000, percentage: 25 },
      ],
    },
    urgency: { nearStopLoss: 20_000, nearProfitTarget: 20_000, nearTrailingStop: 20_000 },
    maxQuoteAgeMs: 15 * SECOND,
    maxModelAgeMs: 10 * MINUTE,
    ...overrides,
  };
}

/** The default method with some fields of one condition changed. */
export function methodWith<C extends ConditionName>(
  condition: C,
  rule: Partial<Method['conditions'][C]>,
  base: Method = defaultMethod(),
): Method {
  return {
    ...base,
    conditions: { ...base.conditions, [condition]: { ...base.conditions[condition], ...rule } },
  };
}

/** The default method without partial exits, so that `profit_target` speaks. */
export const methodWithoutPartialExits = (base: Method = defaultMethod()): Method => ({
  ...base,
  partialExits: { ...base.partialExits, enabled: false },
});

/** 100 YES contracts bought at $0.50, watched since NOON with a bid of 0.50 and an ask of 0.51, in a liquid book. */
export function aPosition(overrides: Partial<Position> = {}): Position {
  return {
    schemaVersion: 2,
    id: 'pos-1',
    market: 'GAME-A',
    side: 'yes',
    quantity: 10_000,
    cost: 50_000_000,
    entryFees: 0,
    entrySpread: 100,
    openedAt: NOON - MINUTE,
    method: 'default',
    methodVersion: 1,
    confidence: 'medium',
    modelProbability: null,
    modelAt: null,
    sold: 0,
    proceeds: 0,
    fees: 0,
    writtenOff: 0,
    settled: 0,
    phase: 'open',
    mark: 5000,
    bid: 5000,
    ask: 5100,
    quotedAt: NOON - 30 * SECOND,
    peak: 5000,
    trailingStop: null,
    sawLiquidBook: true,
    confirmations: {},
    stages: ['pending', 'pending'],
    rests: {},
    held: false,
    awaitingSettlement: false,
    exit: null,
    exits: 0,
    lastOrderEndedAt: null,
    closedAt: null,
    closeReason: null,
    at: NOON - 30 * SECOND,
    ...overrides,
  };
}

/** A position as adopted: no quote seen, no peak, no stages yet. */
export const aNewPosition = (overrides: Partial<Position> = {}): Position =>
  aPosition({
    entrySpread: null,
    mark: null,
    bid: null,
    ask: null,
    quotedAt: null,
    peak: null,
    sawLiquidBook: false,
    stages: [],
    ...overrides,
  });

/** A quote in the owned side's terms; the ask is one cent above the bid unless given. */
export function aQuote(bid: Price | null, overrides: Partial<Quote> = {}): Quote {
  return {
    bid,
    bidSize: bid === null ? null : 50_000,
    ask: bid === null ? null : bid + 100,
    askSize: bid === null ? null : 50_000,
    observedAt: NOON,
    ...overrides,
  };
}

/** The same prices for the owner of `side`, read from the YES book that shows them. */
export function quoteFor(side: Side, bid: Price | null, ask: Price | null, observedAt: number = NOON): Quote {
  const level = (price: Price | null) => (price === null ? [] : [{ price, size: 50_000 }]);
  const mirrored = (price: Price | null) => level(price === null ? null : 10_000 - price);
  const market = 'GAME-A';
  if (side === 'yes') return quoteForSide({ market, bids: level(bid), asks: level(ask), observedAt }, 'yes');
  return quoteForSide({ market, bids: mirrored(ask), asks: mirrored(bid), observedAt }, 'no');
}

/** A trading market on the cent grid, with plenty of volume and two hours to its close. */
export function openMarket(overrides: Partial<MarketInfo> = {}): MarketInfo {
  return {
    market: 'GAME-A',
    status: 'open',
    closeTime: NOON + 120 * MINUTE,
    expectedExpiration: null,
    volume24h: 1_000_000,
    grid: CENT_GRID,
    settlementValue: null,
    ...overrides,
  };
}

export function someSurroundings(overrides: Partial<Surroundings> = {}): Surroundings {
  return {
    market: openMarket(),
    dailyLoss: { tripped: false, pnl: null, limit: null },
    patientPaused: false,
    opportunity: null,
    ...overrides,
  };
}

/** All that an evaluation needs, at NOON. */
export function anInput(overrides: Partial<EvaluationInput> = {}): EvaluationInput {
  return {
    position: aPosition(),
    method: defaultMethod(),
    surroundings: someSurroundings(),
    quote: aQuote(5000),
    at: NOON,
    ...overrides,
  };
}

/** An order as the desk names it to a venue. */
export const orderRef = (clientId: string, market = 'A'): OrderRef => ({
  clientId,
  venueOrderId: null,
  market,
  side: 'yes',
  action: 'sell',
  remaining: 1_000,
  priority: 'HIGH',
  placedAt: NOON,
});
