import { amount, type Money, type Quantity } from '../../domain/money.ts';
import { current } from '../history.ts';
import type { Order } from '../records.ts';
import type { Portfolio, World } from '../world.ts';
import { byPriority, orderOf } from './book.ts';
import { feeRuleOf, tradeFee } from './fees.ts';
import { killOrder, positionIn } from './order-store.ts';
import { closable, openingPrice } from './position.ts';

/**
 * What resting orders bind: per market and side, the contracts beyond what the position covers, at what opening them
 * costs. `held` is the signed position per ticker.
 */
export function reservedBy(orders: readonly Order[], held: (ticker: string) => Quantity): Money {
  const groups = new Map<string, Order[]>();
  for (const order of orders) {
    const key = `${order.ticker} ${order.side}`;
    groups.set(key, [...(groups.get(key) ?? []), order]);
  }
  let reserved = 0;
  for (const group of groups.values()) {
    const { ticker, side } = group[0]!;
    let cover = closable(held(ticker), side);
    for (const order of group.sort(byPriority)) {
      const covered = Math.min(cover, order.remaining);
      cover -= covered;
      reserved += amount(openingPrice(side, order.price), order.remaining - covered);
    }
  }
  return reserved;
}

const restingIn = (world: World, portfolio: Portfolio): Order[] =>
  portfolio.resting.map((id) => orderOf(world, id));

const heldIn =
  (portfolio: Portfolio) =>
  (ticker: string): Quantity =>
    positionIn(portfolio, ticker).quantity;

const reservedIn = (world: World, portfolio: Portfolio): Money =>
  reservedBy(restingIn(world, portfolio), heldIn(portfolio));

const availableIn = (world: World, portfolio: Portfolio): Money =>
  current(portfolio.cash) - reservedIn(world, portfolio);

/** Whether the money is there for an order that trades at once or not at all; what it closes costs nothing. */
export function canAffordNow(world: World, portfolio: Portfolio, order: Order): boolean {
  const opening =
    order.remaining - Math.min(order.remaining, closable(heldIn(portfolio)(order.ticker), order.side));
  return opening === 0 || costToOpen(world, order, opening) <= availableIn(world, portfolio);
}

/** Whether the money is there for an order beside the other resting ones, which have the first claim on the position. */
export function canAffordResting(world: World, portfolio: Portfolio, order: Order): boolean {
  const others = restingIn(world, portfolio).filter((resting) => resting.id !== order.id);
  const before = reservedBy(others, heldIn(portfolio));
  const after = reservedBy([...others, order], heldIn(portfolio));
  if (after === before) return true;
  return after + costToOpen(world, order, order.remaining) - openingCost(order) <= current(portfolio.cash);
}

const openingCost = (order: Order, count: Quantity = order.remaining): Money =>
  amount(openingPrice(order.side, order.price), count);

function costToOpen(world: World, order: Order, count: Quantity): Money {
  const market = world.markets[order.ticker]!;
  return openingCost(order, count) + tradeFee(feeRuleOf(world, market), true, order.price, count);
}

/** Cancels the newest resting orders that bind money until those left are paid for. */
export function enforceMargin(world: World, portfolio: Portfolio, at: number): void {
  for (;;) {
    const resting = restingIn(world, portfolio);
    const reserved = reservedBy(resting, heldIn(portfolio));
    if (reserved === 0 || reserved <= current(portfolio.cash)) return;
    const without = (order: Order) => resting.filter((other) => other !== order);
    const newest = resting.findLast((order) => reservedBy(without(order), heldIn(portfolio)) < reserved)!;
    killOrder(world, newest, 'MarginCancel', at);
  }
}
