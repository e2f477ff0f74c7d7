import type { Order, UpdateReason } from '../records.ts';
import type { World } from '../world.ts';
import { orderOf } from './book.ts';
import { gate } from './gates.ts';
import { killOrder, portfoliosOf } from './order-store.ts';

const SWEEP_MS = 60_000;

/** Cancels what an account has resting, wherever that is allowed, and sweeps what it places in the minute after. */
export function cancelAll(world: World, account: string, subaccount: number | null, at: number): Order[] {
  const cancelled: Order[] = [];
  for (const portfolio of portfoliosOf(world, account)) {
    if (subaccount !== null && portfolio.subaccount !== subaccount) continue;
    for (const id of [...portfolio.resting]) {
      const order = orderOf(world, id);
      if (gate(world, world.markets[order.ticker]!, 'cancel', at)) continue;
      killOrder(world, order, 'Decrease', at);
      cancelled.push(order);
    }
  }
  if (world.settings.readings.cancelAllSweepsNew) {
    world.accounts[account]!.sweepUntil = at + SWEEP_MS;
    world.accounts[account]!.sweepSubaccount = subaccount;
  }
  return cancelled;
}

/** Cancels every resting order of a market that `affects`. */
export function cancelResting(
  world: World,
  ticker: string,
  reason: UpdateReason,
  at: number,
  affects: (order: Order) => boolean = () => true,
): void {
  const { bid, ask } = world.books[ticker]!;
  for (const id of [...bid, ...ask]) {
    const order = orderOf(world, id);
    if (affects(order)) killOrder(world, order, reason, at);
  }
}
