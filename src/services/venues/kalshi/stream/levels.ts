import type { Book, Level } from '../../../../domain/market.ts';
import { ONE_DOLLAR, type Price, type Quantity } from '../../../../domain/money.ts';
import { MOST_CONTRACTS } from '../wire/numbers.ts';

/** Levels best first; never changed in place, since delivered books share them. */
export interface Levels {
  bids: Level[];
  asks: Level[];
}

/** One change of a side's bids in that side's own price; NO bids are YES asks at 1 − price. */
export interface LevelChange {
  side: 'yes' | 'no';
  price: Price;
  change: Quantity;
}

/** A snapshot's two sides of bids, each in its own price, as one book in YES terms; null when a price comes twice. */
export function readLevels(yes: readonly Level[], no: readonly Level[]): Levels | null {
  const bids = sortBestFirst(yes, -1);
  const asks = sortBestFirst(no.map(mirror), 1);
  return bids && asks && { bids, asks };
}

/** The book after one change; null when a level would hold less than nothing, or more than there can be. */
export function changeLevels(levels: Levels, { side, price, change }: LevelChange): Levels | null {
  if (side === 'yes') {
    const bids = changeSide(levels.bids, price, change, -1);
    return bids && { bids, asks: levels.asks };
  }
  const asks = changeSide(levels.asks, ONE_DOLLAR - price, change, 1);
  return asks && { bids: levels.bids, asks };
}

export const toBook = (market: string, levels: Levels, observedAt: number): Book => ({
  market,
  bids: levels.bids,
  asks: levels.asks,
  observedAt,
});

/** 1: the lowest price is best, −1: the highest. */
type Order = 1 | -1;

const mirror = (level: Level): Level => ({ price: ONE_DOLLAR - level.price, size: level.size });

function sortBestFirst(levels: readonly Level[], order: Order): Level[] | null {
  const sorted = levels.filter((level) => level.size > 0).sort((a, b) => (a.price - b.price) * order);
  const isTwice = sorted.some((level, i) => i > 0 && level.price === sorted[i - 1]!.price);
  return isTwice ? null : sorted;
}

function changeSide(levels: Level[], price: Price, change: Quantity, order: Order): Level[] | null {
  const at = levels.findIndex((level) => (level.price - price) * order >= 0);
  const index = at === -1 ? levels.length : at;
  const present = levels[index]?.price === price ? levels[index] : undefined;
  const size = (present?.size ?? 0) + change;
  if (size < 0 || size > MOST_CONTRACTS) return null;
  return levels.toSpliced(index, present ? 1 : 0, ...(size > 0 ? [{ price, size }] : []));
}
