import { begin, current, record } from '../history.ts';
import { nextNumber } from '../ids.ts';
import type { Order } from '../records.ts';
import { CROWD, type Portfolio, type World } from '../world.ts';
import { insert, remove } from './book.ts';
import { noPosition } from './position.ts';

/**
 * Writes an order's next state and keeps book, portfolio and streams in step with it: the one way an order changes.
 * An order of the crowd is forgotten once it is over.
 */
export function putOrder(world: World, next: Order, at: number): void {
  const history = world.orders[next.id];
  const before = history ? current(history) : null;
  const rested = before?.status === 'resting';
  const rests = next.status === 'resting';
  const moved = rested && rests && (before.price !== next.price || before.priority !== next.priority);

  if (rested && (!rests || moved)) remove(world, before);
  if (history) record(history, at, next);
  else world.orders[next.id] = begin(at, next);
  if (rests && (!rested || moved)) insert(world, next);

  tellBook(world, rested ? before : null, rests ? next : null, at);
  if (next.account === CROWD) {
    if (!rests) delete world.orders[next.id];
    return;
  }
  const portfolio = portfolioOf(world, next.account, next.subaccount);
  if (rests && !rested) portfolio.resting.push(next.id);
  if (!rests && rested) portfolio.resting.splice(portfolio.resting.indexOf(next.id), 1);
  world.happenings.push({ kind: 'order', at, order: next });
}

function tellBook(world: World, before: Order | null, after: Order | null, at: number): void {
  const sizes =
    before && after && before.price === after.price
      ? [{ order: after, delta: after.remaining - before.remaining }]
      : [
          ...(before ? [{ order: before, delta: -before.remaining }] : []),
          ...(after ? [{ order: after, delta: after.remaining }] : []),
        ];
  for (const { order, delta } of sizes) {
    if (delta === 0) continue;
    const { ticker, side, price, account, subaccount, clientId } = order;
    world.happenings.push({ kind: 'book', at, ticker, side, price, delta, account, subaccount, clientId });
  }
}

/** Ends a resting order. */
export function killOrder(world: World, order: Order, reason: Order['reason'], at: number): void {
  const killed = order.killed + order.remaining;
  putOrder(world, { ...order, status: 'canceled', remaining: 0, killed, reason, updatedAt: at }, at);
}

/** Sends a resting order to the back of its level's queue. */
export const requeued = (world: World, order: Order): Order => ({
  ...order,
  priority: nextNumber(world, 'priority'),
});

export function portfolioOf(world: World, account: string, subaccount: number): Portfolio {
  const id = `${account}/${subaccount}`;
  world.portfolios[id] ??= {
    account,
    subaccount,
    cash: begin(world.startedAt, 0),
    positions: {},
    resting: [],
  };
  return world.portfolios[id];
}

export const portfoliosOf = (world: World, account: string): Portfolio[] =>
  Object.values(world.portfolios).filter((portfolio) => portfolio.account === account);

export function positionIn(portfolio: Portfolio, ticker: string) {
  const history = portfolio.positions[ticker];
  return history ? current(history) : noPosition(0);
}
