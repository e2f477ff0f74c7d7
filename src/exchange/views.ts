/** An account's records as a reader is shown them: with the account's read lag, and without what has been archived. */
import type { Money } from '../domain/money.ts';
import { reservedBy } from './collateral.ts';
import { asOf } from './history.ts';
import { portfolioOf } from './order-store.ts';
import type { Fill, Order, Portfolio, Position, Settlement, World } from './world.ts';

/** The time whose state the account's reads show (ms). */
export const readTime = (world: World, account: string): number => world.at - world.accounts[account]!.lagMs;

export function ordersOf(world: World, account: string): Order[] {
  const until = readTime(world, account);
  const gone = world.at - world.settings.orderRetentionMs;
  const orders: Order[] = [];
  for (const history of Object.values(world.orders)) {
    if (history[0]!.value.account !== account) continue;
    const order = asOf(history, until);
    if (order && (order.status === 'resting' || order.updatedAt > gone)) orders.push(order);
  }
  return orders;
}

/** The fills since the archive's line, or those before it. */
export function fillsOf(world: World, account: string, from: 'live' | 'archive'): Fill[] {
  const until = readTime(world, account);
  const line = world.at - world.settings.fillRetentionMs;
  return world.fills.filter(
    (fill) => fill.account === account && fill.at <= until && fill.at > line === (from === 'live'),
  );
}

export function settlementsOf(world: World, account: string): Settlement[] {
  const until = readTime(world, account);
  return world.settlements.filter((settlement) => settlement.account === account && settlement.at <= until);
}

/** Every market the account has or had something in. */
export function positionsOf(
  world: World,
  account: string,
  subaccount: number,
): { ticker: string; position: Position }[] {
  const until = readTime(world, account);
  return Object.entries(portfolioOf(world, account, subaccount).positions).flatMap(([ticker, history]) => {
    const position = asOf(history, until);
    return position ? [{ ticker, position }] : [];
  });
}

/** Cash that is not bound by resting orders. */
export function balanceOf(world: World, portfolio: Portfolio): Money {
  const until = readTime(world, portfolio.account);
  const resting = ordersOf(world, portfolio.account).filter(
    (order) => order.status === 'resting' && order.subaccount === portfolio.subaccount,
  );
  const held = (ticker: string) => {
    const history = portfolio.positions[ticker];
    return (history && asOf(history, until)?.quantity) ?? 0;
  };
  return (asOf(portfolio.cash, until) ?? portfolio.cash[0]!.value) - reservedBy(resting, held);
}

/** What the positions of a portfolio are worth at the last prices. */
export function portfolioValue(world: World, portfolio: Portfolio): Money {
  return positionsOf(world, portfolio.account, portfolio.subaccount).reduce((sum, { ticker, position }) => {
    const last = world.markets[ticker]!.lastPrice;
    if (last === null) return sum + position.cost;
    const price = position.quantity > 0 ? last : 10_000 - last;
    return sum + Math.abs(position.quantity) * price;
  }, 0);
}
