import type { Fraction, Price, Quantity } from './money.ts';

export const PRIORITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** The ten exit conditions in the order of SPEC section 4, which is the default tie-break. */
export const CONDITIONS = [
  'stop_loss',
  'circuit_breaker',
  'trailing_stop',
  'time_based_urgent',
  'liquidity_dried_up',
  'profit_target',
  'partial_exit_target',
  'early_exit',
  'edge_disappeared',
  'rebalance',
] as const;
export type ConditionName = (typeof CONDITIONS)[number];

export const CONFIDENCES = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

export type PriceStrategy = 'aggressive' | 'fair' | 'conservative';
export type RetryStrategy = 'immediate_market' | 'walk_then_market' | 'walk_price' | 'walk_slowly';

/** How an exit of one priority is executed (SPEC section 6). */
export interface ExecutionRule {
  orderType: 'market' | 'limit';
  /** Of the first limit order; null for market orders. */
  priceStrategy: PriceStrategy | null;
  /** How long the first order may work (ms). */
  timeoutMs: number;
  retryStrategy: RetryStrategy;
  maxWalks: number;
  /** How long each walked order may work (ms). */
  walkTimeoutMs: number;
}

/** What every condition takes: fresh quotes in a row, and the time from the first to the last of them. */
export interface ConditionRule {
  enabled: boolean;
  confirmations: number;
  confirmForMs: number;
  /** A longer silence between two fresh quotes starts the count anew (ms); null: never. */
  confirmGapMs: number | null;
}

export interface ConditionRules {
  /** Triggers at P&L ≤ −stop. */
  stop_loss: ConditionRule & { stop: Fraction };
  circuit_breaker: ConditionRule;
  trailing_stop: ConditionRule;
  time_based_urgent: ConditionRule & { withinMs: number; settlementTime: 'earlier' | 'close' };
  liquidity_dried_up: ConditionRule & { maxSpread: Price; minVolume: Quantity };
  profit_target: ConditionRule & { targets: Record<Confidence, Fraction> };
  partial_exit_target: ConditionRule;
  /** Triggers at 0 ≤ edge < below. */
  early_exit: ConditionRule & { below: Fraction };
  edge_disappeared: ConditionRule;
  /** Triggers when an opportunity's edge is at least `margin` above the position's. */
  rebalance: ConditionRule & { margin: Fraction };
}

/** SPEC section 3. */
export interface TrailingStopRules {
  activation: Fraction;
  distance: Fraction;
  /** The distance shrinks by `tightenBy` for each full `tightenEvery` of P&L beyond the activation. */
  tightenEvery: Fraction;
  tightenBy: Fraction;
  minDistance: Fraction;
  minTicks: number;
}

export interface PartialExitStage {
  name: string;
  threshold: Fraction;
  /** Share of the original quantity in percent. */
  percentage: number;
}

export interface PartialExitRules {
  enabled: boolean;
  /** Stage quantities are multiples of this, cumulative and downward. */
  stageStep: Quantity;
  stages: PartialExitStage[];
}

/** How near to a threshold counts as urgent (SPEC section 2). */
export interface UrgencyRules {
  nearStopLoss: Fraction;
  nearProfitTarget: Fraction;
  nearTrailingStop: Fraction;
}

/** The numbers of SPEC section 6 beside the per-priority table. */
export interface ExecutionNumbers {
  /** An aggressive limit is max(bid − aggressiveOffset, bid × (1 − aggressiveShare)). */
  aggressiveOffset: Price;
  aggressiveShare: Fraction;
  walkStep: Price;
  /** Multiplies walkStep on walk 1, 2, …; the last one stays. */
  walkAggressiveness: Fraction[];
  /** Without an ask: conservative is bid + this. */
  noAskConservative: Price;
  /** Without an ask: the floor is bid − this. */
  noAskFloor: Price;
  /** A market order without a venue's own is a limit at bid − min(offset, share × bid), at least minTicks ticks, doubling. */
  marketAllowance: { offset: Price; share: Fraction; minTicks: number };
  /** How often a market order is repeated before the position is `failed`. */
  marketRepeats: number;
  /** HIGH never sells below this share of the last mark before its trigger. */
  marketFloor: Fraction;
  /** A condition that gave up rests this long (ms). */
  restMs: number;
  /** While the market doesn't trade an exit looks again this often (ms). */
  recheckMs: number;
  /** Waits before a failed exit is resumed (ms); the last one stays. */
  resumeBackoffMs: number[];
}

/** A named, versioned set of exit rules. A position keeps the version it was adopted with (SPEC section 12). */
export interface Method {
  name: string;
  version: number;
  /** Which conditions belong to which priority, in tie-break order. */
  priorities: Record<Priority, ConditionName[]>;
  execution: Record<Priority, ExecutionRule>;
  numbers: ExecutionNumbers;
  conditions: ConditionRules;
  trailingStop: TrailingStopRules;
  partialExits: PartialExitRules;
  urgency: UrgencyRules;
  /** A quote older than this is not fresh (ms). */
  maxQuoteAgeMs: number;
  /** A model probability older than this is not used (ms). */
  maxModelAgeMs: number;
}
