import type { Quantity } from '../../domain/money.ts';
import type { Caller } from '../auth.ts';
import { badOrder, badParameters, isRefusal, notFound, type Refusal } from '../refusal.ts';
import type { Amendment, OrderAddress } from '../trading/change-order.ts';
import type { Placement } from '../trading/draft.ts';
import { Fields, parseBody, shardOf, subaccountOf } from './fields.ts';
import { type PrivateCall, subaccountFor } from './route.ts';

const TIMES_IN_FORCE = ['fill_or_kill', 'good_till_canceled', 'immediate_or_cancel'] as const;

/** A create request, checked as far as that needs no market. */
export function readPlacement(
  values: Record<string, unknown>,
  caller: Caller,
  at: number,
): Placement | Refusal {
  const fields = new Fields(values);
  const expiration = fields.integer('expiration_time');
  const orderGroup = fields.text('order_group_id');
  const requested = fields.integer('subaccount');
  const placement = {
    account: caller.account,
    clientId: fields.clientId('client_order_id'),
    ticker: fields.requiredText('ticker'),
    side: fields.oneOf('side', ['bid', 'ask']),
    price: fields.price('price'),
    count: fields.count('count'),
    timeInForce: fields.oneOf('time_in_force', TIMES_IN_FORCE),
    postOnly: fields.flag('post_only'),
    reduceOnly: fields.flag('reduce_only'),
    selfTradePrevention: fields.oneOf('self_trade_prevention_type', ['taker_at_cross', 'maker']),
    cancelOnPause: fields.flag('cancel_order_on_pause'),
    expiresAt: expiration === null ? null : expiration * 1000,
    exchangeIndex: fields.integer('exchange_index'),
  };
  const problem = fields.problem();
  if (problem) return problem;
  const subaccount = subaccountFor(caller, requested);
  if (isRefusal(subaccount)) return subaccount;
  if (orderGroup !== null) return notFound('order group');
  return checkCombination(placement, at) ?? { ...placement, subaccount: subaccount ?? 0 };
}

function checkCombination(placement: Omit<Placement, 'subaccount'>, at: number): Refusal | null {
  const rests = placement.timeInForce === 'good_till_canceled';
  if (placement.count === 0) return badOrder('count must be positive');
  if (placement.reduceOnly && placement.timeInForce !== 'immediate_or_cancel')
    return badOrder('reduce_only can only be used with IoC orders');
  if (placement.postOnly && !rests)
    return badOrder('post_only can only be used with good_till_canceled orders');
  if (placement.expiresAt === null) return null;
  if (!rests) return badOrder('expiration_time can only be used with good_till_canceled orders');
  return placement.expiresAt > at ? null : badOrder('expiration_time must be in the future');
}

/** The order that a path and its query name. */
export function addressInQuery({ caller, params, query }: PrivateCall): OrderAddress | Refusal {
  const requested = subaccountOf(query);
  if (isRefusal(requested)) return requested;
  const exchangeIndex = shardOf(query);
  if (isRefusal(exchangeIndex)) return exchangeIndex;
  return addressOf(caller, {
    orderId: params.orderId!,
    requested,
    marketTicker: query.get('market_ticker'),
    exchangeIndex,
  });
}

function addressOf(
  caller: Caller,
  { requested, ...rest }: Omit<OrderAddress, 'account' | 'subaccount'> & { requested: number | null },
): OrderAddress | Refusal {
  const subaccount = subaccountFor(caller, requested);
  return isRefusal(subaccount) ? subaccount : { account: caller.account, subaccount, ...rest };
}

/** One item of a batched cancel. */
export function readCancelItem(values: Record<string, unknown>, caller: Caller): OrderAddress | Refusal {
  const fields = new Fields(values);
  const item = {
    orderId: fields.requiredText('order_id'),
    requested: fields.integer('subaccount'),
    marketTicker: fields.text('market_ticker'),
    exchangeIndex: fields.integer('exchange_index'),
  };
  return fields.problem() ?? addressOf(caller, item);
}

export function readAmendment(call: PrivateCall): { address: OrderAddress; amendment: Amendment } | Refusal {
  const values = parseBody(call.body);
  if (isRefusal(values)) return values;
  const fields = new Fields(values);
  const amendment = {
    ticker: fields.requiredText('ticker'),
    side: fields.oneOf('side', ['bid', 'ask']),
    price: fields.price('price'),
    count: fields.count('count'),
    clientId: fields.clientId('client_order_id'),
    updatedClientId: fields.clientId('updated_client_order_id'),
  };
  const exchangeIndex = fields.integer('exchange_index');
  const address = fields.problem() ?? addressInQuery(call);
  return isRefusal(address) ? address : { address: { ...address, exchangeIndex }, amendment };
}

export function readDecrease(
  call: PrivateCall,
): { address: OrderAddress; change: { by: Quantity } | { to: Quantity } } | Refusal {
  const values = parseBody(call.body);
  if (isRefusal(values)) return values;
  const fields = new Fields(values);
  const [hasBy, hasTo] = [fields.has('reduce_by'), fields.has('reduce_to')];
  const change = hasBy ? { by: fields.count('reduce_by') } : { to: hasTo ? fields.count('reduce_to') : 0 };
  const marketTicker = fields.text('market_ticker');
  const exchangeIndex = fields.integer('exchange_index');
  const address = fields.problem() ?? addressInQuery(call);
  if (isRefusal(address)) return address;
  if (hasBy === hasTo) return badParameters('give exactly one of reduce_by and reduce_to');
  return { address: { ...address, marketTicker, exchangeIndex }, change };
}

/** The items of a batched request. */
export function readBatch(body: string): Record<string, unknown>[] | Refusal {
  const values = parseBody(body);
  if (isRefusal(values)) return values;
  const { orders } = values;
  const areObjects =
    Array.isArray(orders) && orders.every((item) => typeof item === 'object' && item !== null);
  return areObjects && orders.length > 0
    ? (orders as Record<string, unknown>[])
    : badParameters('orders must be a list of at least one order');
}
