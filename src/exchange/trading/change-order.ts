import type { Price, Quantity } from '../../domain/money.ts';
import { lookup } from '../lookup.ts';
import type { Order } from '../records.ts';
import { marketInactive, notFound, type Refusal, refuse } from '../refusal.ts';
import type { BookSide } from '../specs.ts';
import { CROWD, type World } from '../world.ts';
import { orderOf, otherSide, restingOrders } from './book.ts';
import { canAffordResting } from './collateral.ts';
import { checkPrice, gate, isOver } from './gates.ts';
import { planMatch, wouldCross } from './matching.ts';
import { killOrder, portfolioOf, putOrder, requeued } from './order-store.ts';
import { checkClientId, enterOrder, settleCollateral } from './place-order.ts';

/** Which order an operation means, and on which shard it is looked for (0 when neither is given). */
export interface OrderAddress {
  account: string;
  subaccount: number | null;
  orderId: string;
  marketTicker: string | null;
  exchangeIndex: number | null;
}

export interface Amendment {
  ticker: string;
  side: BookSide;
  price: Price;
  /** Already filled plus what is to rest. */
  count: Quantity;
  clientId: string | null;
  updatedClientId: string | null;
}

/** Cancels a resting order; how much it took out of the book. */
export function cancelOrder(
  world: World,
  address: OrderAddress,
  at: number,
): { order: Order; reducedBy: Quantity } | Refusal {
  const order = findResting(world, address, 'cancel', at);
  if ('refused' in order) return order;
  killOrder(world, order, 'Decrease', at);
  return { order: orderOf(world, order.id), reducedBy: order.remaining };
}

/** Takes contracts off a resting order, which keeps its place in the queue; with none left it is cancelled. */
export function decreaseOrder(
  world: World,
  address: OrderAddress,
  change: { by: Quantity } | { to: Quantity },
  at: number,
): Order | Refusal {
  const order = findResting(world, address, 'cancel', at);
  if ('refused' in order) return order;
  const left = 'to' in change ? change.to : order.remaining - change.by;
  if (left > order.remaining || left === order.remaining) return badSize('does not decrease the order');
  if (left <= 0) killOrder(world, order, 'Decrease', at);
  else {
    const killed = order.killed + order.remaining - left;
    putOrder(world, { ...order, remaining: left, killed, reason: 'Decrease', updatedAt: at }, at);
  }
  return orderOf(world, order.id);
}

/**
 * Changes price or size of a resting order under its id. Only a mere decrease keeps its place in the queue; a price
 * that crosses trades at once.
 */
export function amendOrder(
  world: World,
  address: OrderAddress,
  amendment: Amendment,
  at: number,
): Order | Refusal {
  const order = findResting(world, { ...address, marketTicker: amendment.ticker }, 'amend', at);
  if ('refused' in order) return order;
  const market = world.markets[order.ticker]!;
  const account = world.accounts[order.account]!;
  const { updatedClientId } = amendment;
  const renamed = updatedClientId !== null && updatedClientId !== order.clientId;
  const refusal =
    checkAmendment(order, amendment) ??
    checkPrice(world, market, amendment.price) ??
    (renamed ? checkClientId(world, account, updatedClientId) : null);
  if (refusal) return refusal;

  const amended: Order = {
    ...order,
    clientId: updatedClientId ?? order.clientId,
    price: amendment.price,
    initial: amendment.count,
    remaining: amendment.count - order.filled,
    killed: 0,
    reason: 'Amend',
    updatedAt: at,
  };
  if (!canAffordResting(world, portfolioOf(world, order.account, order.subaccount), amended))
    return refuse(400, 'available_balance_too_low', 'available balance too low');
  if (renamed) account.clientIds[updatedClientId] = order.id;

  const keepsPlace = amended.price === order.price && amended.remaining <= order.remaining;
  if (keepsPlace) putOrder(world, amended, at);
  else rematch(world, requeued(world, amended), at);
  return orderOf(world, order.id);
}

function rematch(world: World, amended: Order, at: number): void {
  const opposite = restingOrders(world, amended.ticker, otherSide(amended.side));
  const plan = planMatch(opposite, amended, amended.remaining);
  if (wouldCross(plan)) enterOrder(world, amended, plan, at);
  else putOrder(world, amended, at);
  settleCollateral(world, amended, at);
}

function checkAmendment(order: Order, { ticker, side, count, clientId }: Amendment): Refusal | null {
  if (ticker !== order.ticker) return refuse(400, 'order_ticker_mismatch', 'ticker is not the order’s');
  if (side !== order.side) return refuse(400, 'order_side_mismatch', 'side is not the order’s');
  if (clientId !== null && clientId !== order.clientId)
    return refuse(400, 'order_id_and_client_order_id_mismatch', 'ids belong to different orders');
  return count > order.filled ? null : badSize('count must exceed what is already filled');
}

const badSize = (message: string): Refusal => refuse(400, 'invalid_order_size', message);

function findResting(
  world: World,
  address: OrderAddress,
  operation: 'amend' | 'cancel',
  at: number,
): Order | Refusal {
  const found = findOrder(world, address, at);
  if ('refused' in found) return found;
  const refusal = gate(world, world.markets[found.ticker]!, operation, at);
  if (refusal) return refusal;
  return found.status === 'resting' ? found : notFound('order');
}

/** The account's order on the shard that the address leads to. A market past its close says so before anything else. */
function findOrder(world: World, address: OrderAddress, at: number): Order | Refusal {
  const named = address.marketTicker === null ? null : lookup(world.markets, address.marketTicker);
  if (named === undefined) return notFound('market');
  const history = lookup(world.orders, address.orderId);
  const order = history ? orderOf(world, address.orderId) : null;
  if (!order || order.account === CROWD || order.account !== address.account)
    return named && isOver(named, at) ? marketInactive() : notFound('order');
  if (address.subaccount !== null && order.subaccount !== address.subaccount) return notFound('order');
  const shard = named?.exchangeIndex ?? address.exchangeIndex ?? 0;
  return world.markets[order.ticker]!.exchangeIndex === shard ? order : notFound('order');
}
