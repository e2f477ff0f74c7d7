/** What the venue holds against what our lots say (SPEC 8.6). */
import type { Side } from './market.ts';
import type { Money, Quantity } from './money.ts';

export interface Lot {
  positionId: string;
  market: string;
  side: Side;
  remaining: Quantity;
  openedAt: number;
  /** Our order that is out, with what of it `remaining` has already lost; null: none. */
  liveOrder: { clientId: string; filled: Quantity } | null;
  /** When our last order that has sold of this lot ended (ms); null without one. */
  lastOrderEndedAt: number | null;
  /** Trading is over for good: what vanishes from the account was paid out, and the settlement says so. */
  awaitsSettlement: boolean;
  /** When the venue last said how its market stands (ms); null: never. */
  marketSeenAt: number | null;
}

export interface HeldQuantity {
  market: string;
  side: Side;
  quantity: Quantity;
}

/** One complete read of the account, true as of `asOf` (ms): holdings first, then open orders. */
export interface AccountFacts {
  holdings: readonly HeldQuantity[];
  openOrders: readonly (HeldQuantity & { clientId: string; action: 'sell' | 'buy'; filled: Quantity })[];
  /** What resting orders that are not ours offer of the holdings: a person's count, who may not see ours. */
  offered: readonly HeldQuantity[];
  asOf: number;
}

/** Contracts that no lot covers, and what the lots of the same market and side have paid for theirs. */
export interface UncoveredHolding extends HeldQuantity {
  covered: Quantity;
  coveredCost: Money;
}

/** A difference seen on the read before, by market and side, and as of when that was. */
export type Differences = ReadonlyMap<string, { quantity: Quantity; asOf: number }>;

export interface HoldingsMemory {
  shortages: Differences;
  excess: Differences;
}

export const NO_MEMORY: HoldingsMemory = { shortages: new Map(), excess: new Map() };

export interface HoldingsComparison {
  /** Lots that shrink, newest first: shortages that two complete reads in a row agree on. */
  reductions: { positionId: string; missing: Quantity }[];
  /** Orders of ours that rest for more than the account holds: each could turn the position over. */
  overcommitted: { positionId: string; clientId: string }[];
  /** More is held than our lots say, on this read. */
  excess: HeldQuantity[];
  /** What two reads in a row agree that our lots don't cover. */
  uncovered: HeldQuantity[];
  /** The account holds what no lot covers, and this read is too old to say whether a lot just closed has sold it. */
  isTooOld: boolean;
  /** Markets and sides of which this read says nothing. */
  silent: Set<string>;
  /** Markets with a shortage that no read before has seen. */
  suspicions: string[];
  /** Markets with a shortage that were not seen since: what they say tells a sale by hand from a settlement. */
  unseen: string[];
  /** To be handed to the next comparison. */
  memory: HoldingsMemory;
}

/** Orders whose lots are not there any more, or not yet, by market and side. */
export interface LastOrders {
  /** When our last order of lots that are closed ended (ms). */
  soldUntil(held: { market: string; side: Side }): number;
  /** When the last entry ended (ms): infinite while one works, −infinite where none was. */
  boughtUntil(held: { market: string; side: Side }): number;
}

/**
 * Compares one complete read of the account with the open lots. A market and side says nothing this time where an
 * order that has sold ended after `asOf`, a lot is younger than that, an order of ours is out that the read does not
 * show, or an entry buys or has ended since. What an order sold beyond what its lot knows is no shortage. Shortage and
 * excess count once two reads agree whose as-of times differ and lie after all that, a shortage once its market was seen
 * in between.
 */
export function compareHoldings(
  lots: readonly Lot[],
  { holdings, openOrders, offered, asOf }: AccountFacts,
  before: HoldingsMemory,
  { soldUntil, boughtUntil }: LastOrders,
): HoldingsComparison {
  const groups = groupLots(lots);
  const held = new Map(holdings.map((h) => [keyOf(h), h]));
  const orders = new Map(openOrders.map((order) => [order.clientId, order]));
  const shortages = new Map<string, { quantity: Quantity; asOf: number }>();
  const surplus = new Map<string, { quantity: Quantity; asOf: number }>();
  const result: HoldingsComparison = {
    reductions: [],
    overcommitted: [],
    excess: [],
    uncovered: [],
    isTooOld: false,
    silent: new Set(),
    suspicions: [],
    unseen: [],
    memory: { shortages, excess: surplus },
  };
  for (const [key, group] of groups) {
    const { market, side } = group[0]!;
    const theirs = held.get(key)?.quantity ?? 0;
    const others = offered
      .filter((offer) => keyOf(offer) === key)
      .reduce((sum, { quantity }) => sum + quantity, 0);
    result.overcommitted.push(...overcommittedOf(group, orders, theirs - others));
    const isShown = group.every(({ liveOrder }) => liveOrder === null || orders.has(liveOrder.clientId));
    const bought = boughtUntil({ market, side });
    if (!isShown || bought >= asOf || group.some((lot) => lot.awaitsSettlement || !isSettledBy(lot, asOf))) {
      result.silent.add(key);
      continue;
    }
    const ours = group.reduce((sum, lot) => sum + lot.remaining - unheardOf(lot, orders), 0);
    if (theirs > ours) note(key, { market, side, quantity: theirs - ours });
    if (theirs >= ours) continue;
    const missing = ours - theirs;
    const first = before.shortages.get(key);
    const counts =
      first !== undefined &&
      first.asOf < asOf &&
      first.asOf > bought &&
      group.every((lot) => isSettledBy(lot, first.asOf));
    const isSeen = group.every(
      ({ marketSeenAt }) => first !== undefined && marketSeenAt !== null && marketSeenAt >= first.asOf,
    );
    const confirmed = counts && isSeen ? Math.min(missing, first.quantity) : 0;
    shortages.set(key, first && first.asOf >= asOf ? first : { quantity: missing, asOf });
    if (first === undefined) result.suspicions.push(market);
    if (!isSeen) result.unseen.push(market);
    if (confirmed > 0) result.reductions.push(...shrinkNewestFirst(group, confirmed));
  }
  for (const [key, holding] of held) {
    if (groups.has(key) || holding.quantity === 0) continue;
    const until = Math.max(soldUntil(holding), boughtUntil(holding));
    if (until < asOf) note(key, holding);
    else {
      result.silent.add(key);
      // Nobody is asked again and again for as long as an entry works.
      result.isTooOld ||= until !== Number.POSITIVE_INFINITY;
    }
  }
  return result;

  function note(key: string, { market, side, quantity }: HeldQuantity): void {
    result.excess.push({ market, side, quantity });
    const first = before.excess.get(key);
    const about = { market, side };
    const lots = groups.get(key) ?? [];
    const ended = Math.max(soldUntil(about), boughtUntil(about), ...lots.map(lastChangeOf));
    surplus.set(key, first && first.asOf >= asOf ? first : { quantity, asOf });
    if (first === undefined || first.asOf >= asOf || first.asOf <= ended) return;
    result.uncovered.push({ market, side, quantity: Math.min(quantity, first.quantity) });
  }
}

type Orders = ReadonlyMap<string, { quantity: Quantity; filled: Quantity }>;

/** What the read knows to be sold of a lot's order and the lot does not know yet. */
const unheardOf = ({ liveOrder }: Lot, orders: Orders): Quantity =>
  liveOrder === null ? 0 : Math.max(0, orders.get(liveOrder.clientId)!.filled - liveOrder.filled);

function overcommittedOf(
  group: Lot[],
  orders: Orders,
  theirs: Quantity,
): HoldingsComparison['overcommitted'] {
  const resting = group.flatMap(({ positionId, liveOrder }) => {
    const order = liveOrder && orders.get(liveOrder.clientId);
    return order ? [{ positionId, clientId: liveOrder.clientId, left: order.quantity - order.filled }] : [];
  });
  const left = resting.reduce((sum, order) => sum + order.left, 0);
  return left > theirs ? resting.map(({ positionId, clientId }) => ({ positionId, clientId })) : [];
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

const lastChangeOf = ({ openedAt, lastOrderEndedAt }: Lot): number =>
  Math.max(openedAt, lastOrderEndedAt ?? 0);

const isSettledBy = (lot: Lot, asOf: number): boolean => lastChangeOf(lot) < asOf;

/** Names a market and side. */
export const keyOf = ({ market, side }: { market: string; side: Side }): string => `${side} ${market}`;
