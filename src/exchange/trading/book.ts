import type { Price, Quantity } from '../../domain/money.ts';
import { current } from '../history.ts';
import type { Order } from '../records.ts';
import type { BookSide } from '../specs.ts';
import type { World } from '../world.ts';

export interface Level {
  price: Price;
  size: Quantity;
}

/** The best prices and what stands there; a size of 0 where a side is empty. */
interface Top {
  bid: Price | null;
  bidSize: Quantity;
  ask: Price | null;
  askSize: Quantity;
}

export const orderOf = (world: World, id: string): Order => current(world.orders[id]!);

export const otherSide = (side: BookSide): BookSide => (side === 'bid' ? 'ask' : 'bid');

/** Whether an order on `side` at `limit` trades with a resting one at `price`. */
export const crosses = (side: BookSide, limit: Price, price: Price): boolean =>
  side === 'bid' ? price <= limit : price >= limit;

/** The resting orders of one side, the first to trade first. */
export const restingOrders = (world: World, ticker: string, side: BookSide): Order[] =>
  world.books[ticker]![side].map((id) => orderOf(world, id));

/** One side's levels, best first. */
export function levelsOf(world: World, ticker: string, side: BookSide): Level[] {
  const levels: Level[] = [];
  for (const order of restingOrders(world, ticker, side)) {
    const last = levels[levels.length - 1];
    if (last?.price === order.price) last.size += order.remaining;
    else levels.push({ price: order.price, size: order.remaining });
  }
  return levels;
}

export function topOf(world: World, ticker: string): Top {
  const bid = bestLevel(world, ticker, 'bid');
  const ask = bestLevel(world, ticker, 'ask');
  return {
    bid: bid?.price ?? null,
    bidSize: bid?.size ?? 0,
    ask: ask?.price ?? null,
    askSize: ask?.size ?? 0,
  };
}

function bestLevel(world: World, ticker: string, side: BookSide): Level | undefined {
  const ids = world.books[ticker]![side];
  if (ids.length === 0) return undefined;
  const level = { price: orderOf(world, ids[0]!).price, size: 0 };
  for (const id of ids) {
    const order = orderOf(world, id);
    if (order.price !== level.price) break;
    level.size += order.remaining;
  }
  return level;
}

/** Better price first, then the lower priority number. */
export function byPriority(a: Order, b: Order): number {
  const difference = a.side === 'bid' ? b.price - a.price : a.price - b.price;
  return difference || a.priority - b.priority;
}

/** Puts a resting order's id into its place in the book. */
export function insert(world: World, order: Order): void {
  const ids = world.books[order.ticker]![order.side];
  const index = ids.findIndex((id) => byPriority(order, orderOf(world, id)) < 0);
  ids.splice(index < 0 ? ids.length : index, 0, order.id);
}

export function remove(world: World, order: Order): void {
  const ids = world.books[order.ticker]![order.side];
  ids.splice(ids.indexOf(order.id), 1);
}
