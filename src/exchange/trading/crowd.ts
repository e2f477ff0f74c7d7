import type { BookSide, LevelSpec } from '../specs.ts';
import { CROWD, type World } from '../world.ts';
import { levelsOf, orderOf, restingOrders } from './book.ts';
import { isTrading } from './gates.ts';
import { killOrder, putOrder } from './order-store.ts';
import { placeForCrowd } from './place-order.ts';

/**
 * Replaces the other traders' orders of a market so that theirs are the given levels (YES terms); orders of accounts
 * stay and come on top. What stays at a price keeps its place in the queue. Levels that cross an account's order trade
 * with it, or are left out while the market does not trade. Throws a RangeError when the levels cross each other.
 */
export function setBook(
  world: World,
  ticker: string,
  levels: { bids: readonly LevelSpec[]; asks: readonly LevelSpec[] },
  at: number,
): void {
  const bestBid = Math.max(0, ...levels.bids.map(([price]) => price));
  const bestAsk = Math.min(10_000, ...levels.asks.map(([price]) => price));
  if (bestBid >= bestAsk) throw new RangeError(`the book given for ${ticker} is crossed`);
  withdraw(world, ticker, 'bid', levels.bids, at);
  withdraw(world, ticker, 'ask', levels.asks, at);
  supply(world, ticker, 'bid', levels.bids, at);
  supply(world, ticker, 'ask', levels.asks, at);
}

const sizeIn = (levels: readonly LevelSpec[], price: number): number =>
  levels.reduce((sum, level) => sum + (level[0] === price ? level[1] : 0), 0);

const crowdOrders = (world: World, ticker: string, side: BookSide) =>
  restingOrders(world, ticker, side).filter((order) => order.account === CROWD);

/** Takes out what the levels have too little of, the newest first. */
function withdraw(
  world: World,
  ticker: string,
  side: BookSide,
  levels: readonly LevelSpec[],
  at: number,
): void {
  const excess = new Map<number, number>();
  for (const { price, remaining } of crowdOrders(world, ticker, side))
    excess.set(price, (excess.get(price) ?? -sizeIn(levels, price)) + remaining);
  for (const order of crowdOrders(world, ticker, side).reverse()) {
    const surplus = Math.min(excess.get(order.price)!, order.remaining);
    if (surplus <= 0) continue;
    excess.set(order.price, excess.get(order.price)! - surplus);
    if (surplus === order.remaining) killOrder(world, order, 'Decrease', at);
    else putOrder(world, { ...order, remaining: order.remaining - surplus }, at);
  }
}

/** Adds what the levels have too little of, best price first. */
function supply(
  world: World,
  ticker: string,
  side: BookSide,
  levels: readonly LevelSpec[],
  at: number,
): void {
  const prices = [...new Set(levels.map(([price]) => price))].sort((a, b) =>
    side === 'bid' ? b - a : a - b,
  );
  for (const price of prices) {
    const there = crowdOrders(world, ticker, side).filter((order) => order.price === price);
    const missing = sizeIn(levels, price) - there.reduce((sum, order) => sum + order.remaining, 0);
    if (missing <= 0 || (crossesBook(world, ticker, side, price) && !trades(world, ticker, at))) continue;
    placeForCrowd(world, { ticker, side, price, count: missing }, 'good_till_canceled', at);
  }
}

const trades = (world: World, ticker: string, at: number): boolean =>
  isTrading(world, world.markets[ticker]!, at);

function crossesBook(world: World, ticker: string, side: BookSide, price: number): boolean {
  const opposite = levelsOf(world, ticker, side === 'bid' ? 'ask' : 'bid')[0];
  if (!opposite) return false;
  return side === 'bid' ? opposite.price <= price : opposite.price >= price;
}

/** Withdraws one order of another trader; false when it is not there any more. */
export function cancelForCrowd(world: World, orderId: string, at: number): boolean {
  const history = world.orders[orderId];
  const order = history && orderOf(world, orderId);
  if (order?.account !== CROWD || order.status !== 'resting') return false;
  killOrder(world, order, 'Decrease', at);
  return true;
}
