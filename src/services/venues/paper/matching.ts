/**
 * The paper exchange's matching, without I/O. Everything here is in YES terms: selling YES and buying NO take bids,
 * buying YES and selling NO take asks, and a NO price q stands for 1 − q.
 *
 * A level's size can be taken once. What our fills took stays used up until a later book shows another size at that
 * price; a level that is missing from a book and comes back is new. Our own orders never trade with each other.
 */
import type { OrderRequest } from '../../../actors/ports.ts';
import type { Book, Level, Side } from '../../../domain/market.ts';
import { ONE_DOLLAR, type Price, type Quantity } from '../../../domain/money.ts';

export type BookSide = 'bids' | 'asks';

/** How much of a level our fills have taken while it showed `shown`. */
export interface UsedSize {
  side: BookSide;
  price: Price;
  shown: Quantity;
  used: Quantity;
}

/** A book as its source shows it, and what is used up of it. */
export interface ShownBook {
  book: Book;
  used: readonly UsedSize[];
}

/** One trade of an order, in the owned side's terms. */
export interface Execution {
  price: Price;
  quantity: Quantity;
}

type Direction = Pick<OrderRequest, 'side' | 'action' | 'limitPrice'>;

/** What matching needs of an order that rests. */
export interface RestingOrder extends Direction {
  limitPrice: Price;
  quantity: Quantity;
  filled: Quantity;
  createdAt: number;
  /** Ends in the exchange's own counter. */
  venueOrderId: string;
}

/** The side of the YES book an order trades with. */
export const takesFrom = ({ side, action }: Pick<Direction, 'side' | 'action'>): BookSide =>
  (side === 'yes') === (action === 'sell') ? 'bids' : 'asks';

/** A price of one side in YES terms, and back. */
export const inYesTerms = (side: Side, price: Price): Price => (side === 'yes' ? price : ONE_DOLLAR - price);

/** The next book of a market, keeping what is used up where the shown size has not changed. */
export function showBook(previous: ShownBook | null, next: Book): ShownBook {
  if (!previous || previous.used.length === 0) return { book: next, used: [] };
  const used = previous.used.filter((u) => sizeAt(next[u.side], u.price) === u.shown);
  return { book: next, used };
}

/**
 * The book without what our fills have used up. A side whose every level is used up keeps its best price with a size
 * of 0: a recording of one level does not know the next one, and no bid at all would be our own doing.
 */
export function visibleBook({ book, used }: ShownBook): Book {
  if (used.length === 0) return book;
  return { ...book, bids: leftOf(book.bids, 'bids', used), asks: leftOf(book.asks, 'asks', used) };
}

/**
 * What an arriving order takes at once: level after level from the best down to its limit (any price without one),
 * at the levels' prices.
 */
export function matchArriving(
  shown: ShownBook,
  order: Direction & { quantity: Quantity },
): { executions: Execution[]; shown: ShownBook } {
  const { taken, shown: left } = take(shown, order, order.quantity);
  const executions = taken.map(({ price, size }) => ({
    price: inYesTerms(order.side, price),
    quantity: size,
  }));
  return { executions, shown: left };
}

/**
 * What resting orders get from a later book: each fills at its own price, up to the size shown at that price or
 * better; the best-priced order comes first, then the oldest.
 */
export function matchResting<T extends RestingOrder>(
  shown: ShownBook,
  orders: readonly T[],
): { fills: { order: T; execution: Execution }[]; shown: ShownBook } {
  const fills: { order: T; execution: Execution }[] = [];
  let left = shown;
  const reached = orders.filter((order) => {
    const best = shown.book[takesFrom(order)][0];
    return best !== undefined && reaches(order, best.price);
  });
  for (const order of reached.sort(byPriority)) {
    const match = take(left, order, order.quantity - order.filled);
    left = match.shown;
    const quantity = match.taken.reduce((sum, level) => sum + level.size, 0);
    if (quantity > 0) fills.push({ order, execution: { price: order.limitPrice, quantity } });
  }
  return { fills, shown: left };
}

function take(shown: ShownBook, order: Direction, quantity: Quantity): { taken: Level[]; shown: ShownBook } {
  const side = takesFrom(order);
  const taken: Level[] = [];
  let wanted = quantity;
  for (const level of visibleBook(shown)[side]) {
    if (wanted === 0 || level.size === 0 || !reaches(order, level.price)) break;
    const size = Math.min(level.size, wanted);
    taken.push({ price: level.price, size });
    wanted -= size;
  }
  return { taken, shown: taken.length === 0 ? shown : useUp(shown, side, taken) };
}

function reaches(order: Direction, levelPrice: Price): boolean {
  if (order.limitPrice === null) return true;
  const limit = inYesTerms(order.side, order.limitPrice);
  return takesFrom(order) === 'bids' ? levelPrice >= limit : levelPrice <= limit;
}

function useUp(shown: ShownBook, side: BookSide, taken: Level[]): ShownBook {
  const used = [...shown.used];
  for (const { price, size } of taken) {
    const index = used.findIndex((u) => u.side === side && u.price === price);
    const before = used[index];
    if (before) used[index] = { ...before, used: before.used + size };
    else used.push({ side, price, shown: sizeAt(shown.book[side], price)!, used: size });
  }
  return { book: shown.book, used };
}

function leftOf(levels: Level[], side: BookSide, used: readonly UsedSize[]): Level[] {
  const left = levels
    .map((level) => {
      const taken = used.find((u) => u.side === side && u.price === level.price)?.used ?? 0;
      return { price: level.price, size: level.size - taken };
    })
    .filter((level) => level.size > 0);
  return left.length > 0 ? left : levels.slice(0, 1).map(({ price }) => ({ price, size: 0 }));
}

const sizeAt = (levels: Level[], price: Price): Quantity | undefined =>
  levels.find((level) => level.price === price)?.size;

/** Lower is better for those who take bids, higher for those who take asks; the two never compete. */
function byPriority(a: RestingOrder, b: RestingOrder): number {
  const from = takesFrom(a);
  if (from !== takesFrom(b)) return from === 'bids' ? -1 : 1;
  const difference = inYesTerms(a.side, a.limitPrice) - inYesTerms(b.side, b.limitPrice);
  return (from === 'bids' ? difference : -difference) || a.createdAt - b.createdAt || byCounter(a, b);
}

/** `paper-9` before `paper-10`. */
const byCounter = ({ venueOrderId: a }: RestingOrder, { venueOrderId: b }: RestingOrder): number =>
  a.length - b.length || (a < b ? -1 : 1);
