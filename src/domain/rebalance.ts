/** Which position makes way for which opportunity (SPEC 4, `rebalance`). */
import type { Side } from './market.ts';
import type { Fraction } from './money.ts';

export interface Opportunity {
  market: string;
  side: Side;
  /** Model − price payable, per contract, before fees. */
  edge: Fraction;
  /** Entry fee per contract as a fraction of $1, rounded up. */
  fee: Fraction;
  at: number;
}

export interface Holder {
  positionId: string;
  market: string;
  side: Side;
  /** Model − mark. */
  edge: Fraction;
  /** Exit fee per contract as a fraction of $1, rounded up. */
  exitFee: Fraction;
  winning: boolean;
  /** By how much an opportunity must beat `edge`. */
  margin: Fraction;
  /** May be sold for an opportunity at all. */
  eligible: boolean;
}

export interface RebalancePair {
  opportunity: Opportunity;
  positionId: string;
  /** The opportunity's edge less both fees (1e-6): what the position compares with its own. */
  netEdge: Fraction;
}

/**
 * The opportunity with the highest edge − fee, and the position with the lowest edge among the eligible, winning ones
 * that it beats: edge − fee − exitFee ≥ the position's edge + margin (1e-6). Null when it beats none: no other would.
 * An opportunity in a market that any holder holds, on either side, is none. Ties go by market, side, then the latest
 * opportunity or the position id.
 */
export function pairForRebalance(
  opportunities: readonly Opportunity[],
  holders: readonly Holder[],
  isBarred: (opportunity: Opportunity) => boolean,
): RebalancePair | null {
  const held = new Set(holders.map(({ market }) => market));
  const [best] = opportunities
    .filter((opportunity) => !held.has(opportunity.market) && !isBarred(opportunity))
    .sort(byEdgeAfterFee);
  if (best === undefined) return null;
  const [weakest] = holders
    .filter((holder) => holder.eligible && holder.winning && beats(best, holder))
    .sort(byEdge);
  if (weakest === undefined) return null;
  return { opportunity: best, positionId: weakest.positionId, netEdge: netEdgeOf(best, weakest) };
}

const netEdgeOf = ({ edge, fee }: Opportunity, { exitFee }: Holder): Fraction => edge - fee - exitFee;

const beats = (opportunity: Opportunity, holder: Holder): boolean =>
  netEdgeOf(opportunity, holder) - holder.edge >= holder.margin;

const byEdgeAfterFee = (a: Opportunity, b: Opportunity): number =>
  b.edge - b.fee - (a.edge - a.fee) || byMarket(a, b) || b.at - a.at;

const byEdge = (a: Holder, b: Holder): number =>
  a.edge - b.edge || byMarket(a, b) || byText(a.positionId, b.positionId);

const byMarket = (a: { market: string; side: Side }, b: { market: string; side: Side }): number =>
  byText(a.market, b.market) || byText(a.side, b.side);

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
