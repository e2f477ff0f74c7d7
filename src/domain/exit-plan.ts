/** From a verdict or an operator's word to an exit: how much, how, and never below which price. */

import type { Evaluation } from './evaluation.ts';
import { outranks } from './exit-priority.ts';
import type { ConditionName, Method, Priority } from './method.ts';
import { mulDivCeil, type Price, type Quantity, WHOLE } from './money.ts';
import { gainThresholdPrice } from './pnl.ts';
import { type ExitPlan, type Position, type RunningExit, remaining } from './position.ts';

/**
 * The plan for the winner of an evaluation. `lastMark` is the last mark before the trigger, from which HIGH's
 * market floor is taken (SPEC 6). Throws when the evaluation has no winner.
 */
export function planExit(
  position: Position,
  evaluation: Evaluation,
  method: Method,
  lastMark: Price | null,
): ExitPlan {
  const { winner, stage } = evaluation;
  if (winner === null) throw new Error('an exit needs a winner');
  const isStage = winner.condition === 'partial_exit_target' && stage !== null;
  const floor = marketFloor(winner.priority, lastMark ?? evaluation.mark, method);
  return {
    reason: winner.condition,
    priority: winner.priority,
    quantity: isStage ? stage.quantity : remaining(position),
    stage: isStage ? stage.index : null,
    execution: method.execution[winner.priority],
    triggeredAt: evaluation.at,
    triggerMark: evaluation.mark,
    triggerPnl: evaluation.pnl,
    triggerUnrealized: evaluation.unrealized,
    walkFloor: profitFloor(position, winner.condition, isStage ? stage.index : null, method) ?? floor,
    marketFloor: floor,
    note: null,
  };
}

/** An operator's exit of `quantity` (all that is left when null), HIGH unless said otherwise. */
export function planOperatorExit(
  position: Position,
  wish: { quantity: Quantity | null; priority: Priority; note: string | null; at: number },
  method: Method,
): ExitPlan {
  const floor = marketFloor(wish.priority, position.mark, method);
  return {
    reason: 'operator',
    priority: wish.priority,
    quantity: Math.min(wish.quantity ?? remaining(position), remaining(position)),
    stage: null,
    execution: method.execution[wish.priority],
    triggeredAt: wish.at,
    triggerMark: position.mark,
    triggerPnl: null,
    triggerUnrealized: null,
    walkFloor: floor,
    marketFloor: floor,
    note: wish.note,
  };
}

/** HIGH never sells below this share of the last mark before its trigger; the other priorities have no such floor. */
function marketFloor(priority: Priority, lastMark: Price | null, method: Method): Price | null {
  if (priority !== 'HIGH' || lastMark === null) return null;
  return mulDivCeil(lastMark, method.numbers.marketFloor, WHOLE);
}

/** A profit exit never walks below the price of its own threshold. */
function profitFloor(
  position: Position,
  condition: ConditionName,
  stage: number | null,
  method: Method,
): Price | null {
  if (condition === 'profit_target')
    return gainThresholdPrice(position, method.conditions.profit_target.targets[position.confidence]);
  if (stage !== null) return gainThresholdPrice(position, method.partialExits.stages[stage]!.threshold);
  return null;
}

/**
 * Whether a plan may take over a running exit: of higher priority, or an operator's word (SPEC 6, 15). A condition that
 * an operator's exit replaced or overruled does not take it back; another one of higher priority does.
 */
export function takesOver(plan: Pick<ExitPlan, 'reason' | 'priority'>, exit: RunningExit): boolean {
  if (plan.reason === 'operator') return true;
  const rival = exit.takenOverBy ?? exit;
  if (rival.reason === 'operator' && [exit.reason, ...exit.overruled].includes(plan.reason)) return false;
  return outranks(plan.priority, rival.priority);
}

/** What an operator's exit overrules: the conditions that trigger or work as it is decided. */
export function overruledByOperator(position: Position, evaluation: Evaluation | null): ConditionName[] {
  const { exit } = position;
  const triggered = (evaluation?.verdicts ?? []).filter(({ status }) => status === 'triggered');
  const known = [
    ...(exit === null ? [] : [exit.reason, exit.takenOverBy?.reason ?? null, ...exit.overruled]),
    ...triggered.map(({ condition }) => condition),
  ];
  return [...new Set(known)].filter((reason) => reason !== null && reason !== 'operator');
}
