import type { Verdict } from './evaluation.ts';
import { edgeAt, usableProbability } from './threshold-prices.ts';
import { type MethodCondition, measured, type PricedView, silent, unreachable } from './verdict.ts';

/** `early_exit` (SPEC 4): 0 ≤ edge < `below`, in 1e-6. */
export function judgeEarlyExit(self: MethodCondition, view: PricedView): Verdict {
  const { method, mark, prices } = view;
  const { below } = method.conditions.early_exit;
  const probability = usableProbability(view.position, method, view.at);
  if (probability === null || prices.earlyExit === null) return withoutProbability(self, view);
  const edge = edgeAt(probability, mark);
  if (edge < 0) {
    const note = 'the edge is negative: edge_disappeared speaks';
    return measured(self, false, 'fraction', edge, below, null, note);
  }
  const holds = edge < below;
  if (!holds && prices.earlyExit > prices.highest) return unreachable(self, 'fraction', edge, below);
  return measured(self, holds, 'fraction', edge, below, Math.max(0, edge - below));
}

/** `edge_disappeared` (SPEC 4): edge < 0, in 1e-6. */
export function judgeEdgeDisappeared(self: MethodCondition, view: PricedView): Verdict {
  const { prices } = view;
  const probability = usableProbability(view.position, view.method, view.at);
  if (probability === null || prices.edgeDisappeared === null) return withoutProbability(self, view);
  const edge = edgeAt(probability, view.mark);
  if (edge >= 0 && prices.edgeDisappeared > prices.highest) {
    return unreachable(self, 'fraction', edge, 0);
  }
  return measured(self, edge < 0, 'fraction', edge, 0, Math.max(0, edge));
}

/** `rebalance` (SPEC 4): in profit, and a known opportunity's edge beats the position's by the margin, in 1e-6. */
export function judgeRebalance(self: MethodCondition, view: PricedView): Verdict {
  const { opportunity } = view.surroundings;
  const probability = usableProbability(view.position, view.method, view.at);
  if (probability === null) return withoutProbability(self, view);
  if (opportunity === null) return silent(self, 'no opportunity known');
  const { margin } = view.method.conditions.rebalance;
  const lead = opportunity.edge - edgeAt(probability, view.mark);
  const inProfit = view.mark * view.position.quantity > view.position.cost;
  if (!inProfit) return measured(self, false, 'fraction', lead, margin, null, 'no profit to take along');
  return measured(self, lead >= margin, 'fraction', lead, margin, Math.max(0, margin - lead));
}

function withoutProbability(self: MethodCondition, { position, notes }: PricedView): Verdict {
  return silent(self, position.modelProbability === null ? 'no model probability' : notes.modelAged);
}
