import type { MarketInfo, Quote } from './market.ts';
import type { ConditionName, Method, Priority } from './method.ts';
import type { Fraction, Money, Price, Quantity } from './money.ts';
import type { Confirmation, Position, StageStatus } from './position.ts';

/** What the world looks like beside the quote: inputs of `circuit_breaker`, `rebalance` and the market rules. */
export interface Surroundings {
  market: MarketInfo;
  /** The daily-loss breaker: today's P&L and its limit, for the journal; both null when not measured. */
  dailyLoss: { tripped: boolean; pnl: Money | null; limit: Money | null };
  /** The database breaker is tripped: MEDIUM and LOW exits wait. */
  patientPaused: boolean;
  /** The best known opportunity by edge. */
  opportunity: { market: string; edge: Fraction } | null;
}

/**
 * `triggered`: holds and is confirmed. `confirming`: holds, not confirmed yet. `clear`: does not hold.
 * `silent`: cannot or may not speak (`note` says why). `resting`: would trigger, but gave up a short while ago.
 * `held`: would trigger, but an operator or the database breaker suspended it.
 */
export type VerdictStatus = 'triggered' | 'confirming' | 'clear' | 'silent' | 'resting' | 'held';

/** One condition's answer with the numbers it saw, in the unit given: prices, P&L and edges as fractions (1e-6), times in ms. */
export interface Verdict {
  condition: ConditionName;
  priority: Priority;
  status: VerdictStatus;
  /** The condition holds on this quote, whatever its confirmations, rest or hold say. */
  holds: boolean;
  unit: 'fraction' | 'price' | 'ms' | 'quantity' | 'money' | 'none';
  value: number | null;
  threshold: number | null;
  /** How far the value is from triggering, ≥ 0; 0 when it holds; null when unknown or unreachable. */
  distance: number | null;
  /** The price grid can't reach the threshold. */
  unreachable: boolean;
  note: string | null;
}

/** The one evaluation: it decides, the journal stores it, `explain` prints it. */
export interface Evaluation {
  at: number;
  /** The fresh quote it rests on; null on a cadence tick without one. */
  quote: Quote | null;
  quoteAgeMs: number | null;
  mark: Price | null;
  pnl: Fraction | null;
  unrealized: Money | null;
  /** All ten, in the order of CONDITIONS. */
  verdicts: Verdict[];
  /** The highest-priority triggered condition. */
  winner: Verdict | null;
  /** The stage that `partial_exit_target` would work for, and how much it sells. */
  stage: { index: number; quantity: Quantity } | null;
  /** Triggered conditions that lost to the winner. */
  overruled: ConditionName[];
  urgent: boolean;
  /** The condition with the smallest distance in price that has not triggered; null without a mark. */
  nearest: { condition: ConditionName; price: Price; distance: Price } | null;
  /** `illiquid_since_adoption`: the book was never liquid, so `liquidity_dried_up` is not armed. */
  illiquidSinceAdoption: boolean;
  /** What goes back into the position's row. */
  next: EvaluationState;
}

export interface EvaluationState {
  mark: Price | null;
  bid: Price | null;
  ask: Price | null;
  quotedAt: number | null;
  entrySpread: Price | null;
  peak: Price | null;
  trailingStop: Price | null;
  sawLiquidBook: boolean;
  confirmations: Partial<Record<ConditionName, Confirmation>>;
  stages: StageStatus[];
}

export interface EvaluationInput {
  position: Position;
  method: Method;
  surroundings: Surroundings;
  /** A fresh quote, or null on a cadence tick without one: then only `circuit_breaker` and `time_based_urgent` speak. */
  quote: Quote | null;
  at: number;
}

/**
 * Where no verdict can change: any fresh quote with bidLow ≤ bid ≤ bidHigh and askLow ≤ ask ≤ askHigh seen before
 * `until` gives the same winner, urgency, peak, trailing stop and confirmations. A missing bid counts as 0, a missing ask as 1 $.
 */
export interface SkipBand {
  bidLow: Price;
  bidHigh: Price;
  askLow: Price;
  askHigh: Price;
  until: number;
}
