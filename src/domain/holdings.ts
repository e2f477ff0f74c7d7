/** What the venue holds against what our lots say (SPEC 8.6). */
import type { Side } from './market.ts';
import type { Quantity } from './money.ts';

export interface Lot {
  positionId: string;
  market: string;
  side: Side;
  remaining: Quantity;
  openedAt: number;
  /** An order of ours is out: what it sells in this moment is in neither number. */
  orderIsOut: boolean;
  /** When our last order of this lot ended (ms); null without one. */
  lastOrderEndedAt: number | null;
}

export interface HeldQuantity {
  market: string;
  side: Side;
  quantity: Quantity;
}

/** Shortages seen on the read before, by market and side, and as of when that was. */
export type Shortages = ReadonlyMap<string, { missing: Quantity; asOf: number }>;

export interface HoldingsComparison {
  /** Lots that shrink, newest first: shortages that two complete reads in a row agree on. */
  reductions: { positionId: string; missing: Quantity }[];
  /** More is held than our lots say. */
  excess: HeldQuantity[];
  /** To be handed to the next comparison. */
  shortages: Shortages;
}

/**
 * Compares one complete read of the account, true as of `asOf`, with the open lots. A market and side where an order
 * of ours is out, or ended after `asOf`, or whose lot is younger than `asOf`, says nothing this time. A shortage counts
 * once two reads agree on it whose as-of times differ and lie after the end of our last order.
 */
export function compareHoldings(
  lots: readonly Lot[],
  held: readonly HeldQuantity[],
  asOf: number,
  before: Shortages,
): HoldingsComparison {
  const groups = groupLots(lots);
  const holdings = new Map(held.map((h) => [keyOf(h), h]));
  const shortages = new Map<string, { missing: Quantity; asOf: number }>();
  const reductions: HoldingsComparison['reductions'] = [];
  const excess: HeldQuantity[] = [];
  for (const [key, group] of groups) {
    if (group.some((lot) => !isSettledBy(lot, asOf))) continue;
    const ours = group.reduce((sum, lot) => sum + lot.remaining, 0);
    const theirs = holdings.get(key)?.quantity ?? 0;
    if (theirs > ours)
      excess.push({ market: group[0]!.market, side: group[0]!.side, quantity: theirs - ours });
    if (theirs >= ours) continue;
    const missing = ours - theirs;
    const first = before.get(key);
    const counts =
      first !== undefined && first.asOf < asOf && group.every((lot) => isSettledBy(lot, first.asOf));
    const confirmed = counts ? Math.min(missing, first.missing) : 0;
    shortages.set(key, first && first.asOf >= asOf ? first : { missing, asOf });
    if (confirmed > 0) reductions.push(...shrinkNewestFirst(group, confirmed));
  }
  for (const [key, holding] of holdings) if (!groups.has(key) && holding.quantity > 0) excess.push(holding);
  return { reductions, excess, shortages };
}

function shrinkNewestFirst(group: Lot[], missing: Quantity): HoldingsComparison['reductions'] {
  const reductions = [];
  let left = missing;
  for (const lot of group.toSorted((a, b) => b.openedAt - a.openedAt)) {
    const share = Math.min(left, lot.remaining);
    if (share > 0) reductions.push({ positionId: lot.positionId, missing: share });
    left -= share;
  }
  return reductions;
}

function groupLots(lots: readonly Lot[]): Map<string, Lot[]> {
  const groups = new Map<string, Lot[]>();
  for (const lot of lots) {
    const group = groups.get(keyOf(lot));
    if (group) group.push(lot);
    else groups.set(keyOf(lot), [lot]);
  }
  return groups;
}

const isSettledBy = (lot: Lot, asOf: number): boolean =>
  !lot.orderIsOut && lot.openedAt < asOf && (lot.lastOrderEndedAt === null || lot.lastOrderEndedAt < asOf);

const keyOf = ({ market, side }: { market: string; side: Side }): string => `${side} ${market}`;
