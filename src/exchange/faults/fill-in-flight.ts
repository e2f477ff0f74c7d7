import type { Quantity } from '../../domain/money.ts';
import { nextId } from '../ids.ts';
import { lookup } from '../lookup.ts';
import { orderOf, otherSide } from '../trading/book.ts';
import { crowdDraft } from '../trading/draft.ts';
import { isTrading } from '../trading/gates.ts';
import { enterOrder, settleCollateral } from '../trading/place-order.ts';
import type { World } from '../world.ts';

/** Somebody takes `count` of a resting order (all of it when null), whatever else stands in the book. */
export function fillResting(world: World, orderId: string, count: Quantity | null, at: number): boolean {
  const order = lookup(world.orders, orderId) && orderOf(world, orderId);
  if (order?.status !== 'resting' || !isTrading(world, world.markets[order.ticker]!, at)) return false;
  const { ticker, side, price } = order;
  const taken = Math.min(count ?? order.remaining, order.remaining);
  const crossing = { ticker, side: otherSide(side), price, count: taken };
  const taker = crowdDraft(world, crossing, 'immediate_or_cancel', nextId(world, 'order'), at);
  const trades = [{ makerId: order.id, price, count: taken }];
  enterOrder(world, taker, { trades, selfCancels: [], stopped: false, left: 0 }, at);
  settleCollateral(world, order, at);
  return true;
}

/** The orders that a cancel request names. */
export function namedOrders(target: string, body: string): string[] {
  const single = /\/portfolio\/events\/orders\/([^/?]+)/.exec(target)?.[1];
  if (single !== undefined && single !== 'batched') return [single];
  return [...body.matchAll(/"order_id"\s*:\s*"([^"]+)"/g)].map((match) => match[1]!);
}
