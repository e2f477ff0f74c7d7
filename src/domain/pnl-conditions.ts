import type { Verdict } from './evaluation.ts';
import { type Fraction, formatPrice, type Price } from './money.ts';
import { pnlFraction } from './pnl.ts';
import { spreadCounted, stagesTakeProfit } from './threshold-prices.ts';
import { type MethodCondition, measured, type PricedView, silent, unreachable } from './verdict.ts';

/** `stop_loss` (SPEC 4): P&L ≤ −stop, and the mark at least the spread at adoption + 1 tick below the average; P&L in 1e-6. */
export function judgeStopLoss(self: MethodCondition, view: PricedView): Verdict {
  const { position, method, mark, pnl, prices } = view;
  const threshold = -method.conditions.stop_loss.stop;
  const trigger = Math.min(prices.stopLoss, prices.spreadPaid);
  if (mark <= trigger) return measured(self, true, 'fraction', pnl, threshold, 0);
  const reachable = trigger >= prices.lowest;
  if (mark > prices.stopLoss) {
    if (!reachable) return unreachable(self, 'fraction', pnl, threshold);
    return measured(self, false, 'fraction', pnl, threshold, Math.max(0, pnl - threshold));
  }
  const verdict = unreachable(self, 'fraction', pnl, threshold);
  verdict.unreachable = !reachable;
  verdict.distance = reachable ? pnl - pnlFraction(position, trigger) : null;
  verdict.note =
    `P&L is past the stop, but the average less the mark is below the spread at adoption ` +
    `${formatPrice(spreadCounted(view.row.entrySpread, method))} + 1 tick: it triggers at ${formatPrice(trigger)}`;
  return verdict;
}

/** `trailing_stop` (SPEC 3): the stop is active and the mark ≤ its price, in 1e-4 $. */
export function judgeTrailingStop(self: MethodCondition, view: PricedView): Verdict {
  const { mark, prices } = view;
  const { trailingStop } = view.row;
  if (trailingStop === null) {
    return measured(self, false, 'price', mark, null, null, view.notes.stopInactive);
  }
  if (trailingStop < prices.lowest) return unreachable(self, 'price', mark, trailingStop);
  const distance = Math.max(0, mark - trailingStop);
  return measured(self, mark <= trailingStop, 'price', mark, trailingStop, distance);
}

/** `profit_target` (SPEC 4): P&L ≥ the target of the position's confidence, in 1e-6; silent while stages take the profit. */
export function judgeProfitTarget(self: MethodCondition, view: PricedView): Verdict {
  const { position, method, pnl, prices, row } = view;
  const target = method.conditions.profit_target.targets[position.confidence];
  if (stagesTakeProfit(method, row.stages)) {
    const verdict = measured(self, pnl >= target, 'fraction', pnl, target, null);
    verdict.status = 'silent';
    verdict.note = 'partial exits are enabled: their stages take the profit';
    return verdict;
  }
  return judgeGain(self, view, target, prices.profit);
}

/** `partial_exit_target` (SPEC 5): P&L ≥ the threshold of the next unfinished stage, in 1e-6. */
export function judgePartialExit(self: MethodCondition, view: PricedView): Verdict {
  const { method, prices, stage } = view;
  if (!method.partialExits.enabled) return silent(self, 'partial exits are disabled');
  if (stage === null) return silent(self, 'every stage is finished or skipped');
  const { threshold } = method.partialExits.stages[stage.index]!;
  return judgeGain(self, view, threshold, prices.profit);
}

function judgeGain(self: MethodCondition, view: PricedView, target: Fraction, price: Price | null): Verdict {
  const { pnl, prices } = view;
  const holds = pnl >= target;
  if (!holds && price !== null && price > prices.highest) return unreachable(self, 'fraction', pnl, target);
  return measured(self, holds, 'fraction', pnl, target, Math.max(0, target - pnl));
}
