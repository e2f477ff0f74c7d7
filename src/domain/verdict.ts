import type { EvaluationState, Surroundings, Verdict } from './evaluation.ts';
import type { Quote } from './market.ts';
import type { ConditionName, ConditionRule, Method, Priority } from './method.ts';
import type { Fraction, Price } from './money.ts';
import type { NextStage } from './partial-exits.ts';
import type { Position } from './position.ts';
import type { ThresholdPrices } from './threshold-prices.ts';

/** One of the ten conditions as a method has it. */
export interface MethodCondition {
  name: ConditionName;
  priority: Priority;
  rule: ConditionRule;
}

/** Notes that carry a method's numbers. */
export interface MethodNotes {
  stopInactive: string;
  modelAged: string;
}

/** What the conditions look at: the world, and the position with its row as this quote leaves it. */
export interface View {
  position: Position;
  method: Method;
  notes: MethodNotes;
  surroundings: Surroundings;
  at: number;
  quote: Quote | null;
  /** Null without a bid, like `pnl` and `prices`. */
  mark: Price | null;
  pnl: Fraction | null;
  prices: ThresholdPrices | null;
  row: EvaluationState;
  stage: NextStage | null;
}

/** A view of a fresh quote. */
export interface QuotedView extends View {
  quote: Quote;
}

/** A view of a fresh quote with a bid. */
export interface PricedView extends QuotedView {
  mark: Price;
  pnl: Fraction;
  prices: ThresholdPrices;
}

/** A verdict with its numbers, `triggered` when it holds and `clear` when not. `distance` is in `unit`, null when unknown. */
export function measured(
  { name, priority }: MethodCondition,
  holds: boolean,
  unit: Verdict['unit'],
  value: number | null,
  threshold: number | null,
  distance: number | null,
  note: string | null = null,
): Verdict {
  const status = holds ? 'triggered' : 'clear';
  return {
    condition: name,
    priority,
    status,
    holds,
    unit,
    value,
    threshold,
    distance,
    unreachable: false,
    note,
  };
}

/** A clear verdict whose threshold lies beyond the price grid (SPEC 4). */
export function unreachable(
  self: MethodCondition,
  unit: Verdict['unit'],
  value: number,
  threshold: number,
): Verdict {
  const verdict = measured(self, false, unit, value, threshold, null, 'no price of the grid reaches it');
  verdict.unreachable = true;
  return verdict;
}

/** A verdict of a condition that cannot or may not speak; `note` says why. */
export function silent(self: MethodCondition, note: string): Verdict {
  const verdict = measured(self, false, 'none', null, null, null, note);
  verdict.status = 'silent';
  return verdict;
}
