/** An account's records as a reader is shown them: with the account's read lag, and without what has been archived. */
import type { Money } from '../../domain/money.ts';
import { asOf, type History } from '../history.ts';
import { lookup } from '../lookup.ts';
import type { Fill, Order, Position, Settlement } from '../records.ts';
import { reservedBy } from '../trading/collateral.ts';
import { portfolioOf } from '../trading/order-store.ts';
import type { Portfolio, World } from '../world.ts';

/** The time whose state the account's reads show (ms). */
export const readTime = (world: World, account: string): number => world.at - world.accounts[account]!.lagMs;

export const ordersOf = (world: World, account: string): Order[] =>
  Object.values(world.orders).flatMap((history) => shownOrder(world, account, history) ?? []);

/** One order of the account, null when there is none to be seen. */
export function orderFor(world: World, account: string, orderId: string): Order | null {
  const history = lookup(world.orders, orderId);
  return history ? shownOrder(world, account, history) : null;
}

function shownOrder(world: World, account: string, history: History<Order>): Order | null {
  if (history[0]!.value.account !== account) return null;
  const order = asOf(history, readTime(world, account));
  const isShown = order?.status === 'resting' || (order && order.updatedAt > archiveLine(world));
  return isShown ? order : null;
}

const archiveLine = (world: World): number => world.at - world.settings.orderRetentionMs;

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
