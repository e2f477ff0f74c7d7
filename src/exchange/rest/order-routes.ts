import { formatQuantity } from '../../domain/money.ts';
import type { Order } from '../records.ts';
import { isRefusal, type Refusal, refuse } from '../refusal.ts';
import { amendOrder, cancelOrder, decreaseOrder, type OrderAddress } from '../trading/change-order.ts';
import { cancelAll } from '../trading/mass-cancel.ts';
import { placeOrder } from '../trading/place-order.ts';
import { CANCEL_COST, DEFAULT_COST } from './buckets.ts';
import { parseBody, subaccountOf } from './fields.ts';
import {
  addressInQuery,
  readAmendment,
  readBatch,
  readCancelItem,
  readDecrease,
  readPlacement,
} from './order-requests.ts';
import { averagesOf, shownRemaining } from './render.ts';
import { type Answer, keyRoute, ok, type PrivateCall, subaccountFor } from './route.ts';

const EVENT_ORDERS = '/portfolio/events/orders';

export const orderRoutes = [
  keyRoute('POST', EVENT_ORDERS, 'trade', createOrder),
  keyRoute('DELETE', EVENT_ORDERS, 'trade', cancelEverything),
  keyRoute('POST', `${EVENT_ORDERS}/batched`, 'trade', createBatch, (body) => DEFAULT_COST * itemsIn(body)),
  keyRoute('DELETE', `${EVENT_ORDERS}/batched`, 'trade', cancelBatch, (body) => CANCEL_COST * itemsIn(body)),
  keyRoute('DELETE', `${EVENT_ORDERS}/:orderId`, 'trade', cancelOne, () => CANCEL_COST),
  keyRoute('POST', `${EVENT_ORDERS}/:orderId/amend`, 'trade', amend),
  keyRoute('POST', `${EVENT_ORDERS}/:orderId/decrease`, 'trade', decrease),
  ...['/portfolio/orders', '/portfolio/orders/batched'].flatMap((path) => [
    keyRoute('POST', path, 'trade', deprecated),
    keyRoute('DELETE', path, 'trade', deprecated),
  ]),
  keyRoute('DELETE', '/portfolio/orders/:orderId', 'trade', deprecated),
  keyRoute('POST', '/portfolio/orders/:orderId/amend', 'trade', deprecated),
  keyRoute('POST', '/portfolio/orders/:orderId/decrease', 'trade', deprecated),
];

function itemsIn(body: string): number {
  const items = readBatch(body);
  return isRefusal(items) ? 1 : items.length;
}

function createOrder(call: PrivateCall): Answer | Refusal {
  const values = parseBody(call.body);
  if (isRefusal(values)) return values;
  const created = create(call, values);
  return isRefusal(created) ? created : { status: 201, body: created };
}

function create({ world, caller, at }: PrivateCall, values: Record<string, unknown>) {
  const placement = readPlacement(values, caller, at);
  if (isRefusal(placement)) return placement;
  const order = placeOrder(world, placement, at);
  return isRefusal(order)
    ? order
    : {
        ...idsOf(order),
        fill_count: formatQuantity(order.filled),
        remaining_count: formatQuantity(shownRemaining(world, order)),
        ...averagesOf(order),
        ts_ms: at,
      };
}

function createBatch(call: PrivateCall): Answer | Refusal {
  const items = readBatch(call.body);
  if (isRefusal(items)) return items;
  const orders = items.map((values) => {
    const created = create(call, values);
    const clientId = values.client_order_id;
    return isRefusal(created)
      ? { ...(typeof clientId === 'string' ? { client_order_id: clientId } : {}), ...errorOf(created) }
      : created;
  });
  return { status: 201, body: { orders } };
}

function cancelOne(call: PrivateCall): Answer | Refusal {
  const address = addressInQuery(call);
  if (isRefusal(address)) return address;
  const cancelled = cancel(call, address);
  return isRefusal(cancelled) ? cancelled : ok(cancelled);
}

function cancel({ world, at }: PrivateCall, address: OrderAddress) {
  const result = cancelOrder(world, address, at);
  if (isRefusal(result)) return result;
  const reducedBy = formatQuantity(result.reducedBy);
  return { ...idsOf(result.order), reduced_by: reducedBy, ts_ms: at };
}

function cancelBatch(call: PrivateCall): Answer | Refusal {
  const items = readBatch(call.body);
  if (isRefusal(items)) return items;
  const orders = items.map((values) => {
    const address = readCancelItem(values, call.caller);
    const cancelled = isRefusal(address) ? address : cancel(call, address);
    return isRefusal(cancelled)
      ? { order_id: String(values.order_id ?? ''), reduced_by: formatQuantity(0), ...errorOf(cancelled) }
      : cancelled;
  });
  return ok({ orders });
}

function cancelEverything({ world, caller, query, at }: PrivateCall): Answer | Refusal {
  const requested = subaccountOf(query);
  if (isRefusal(requested)) return requested;
  const subaccount = subaccountFor(caller, requested);
  if (isRefusal(subaccount)) return subaccount;
  const orders = cancelAll(world, caller.account, subaccount, at).map((order) => ({
    ...idsOf(order),
    reduced_by: formatQuantity(order.remaining),
    ts_ms: at,
  }));
  return ok({ orders });
}

function amend(call: PrivateCall): Answer | Refusal {
  const request = readAmendment(call);
  if (isRefusal(request)) return request;
  const order = amendOrder(call.world, request.address, request.amendment, call.at);
  if (isRefusal(order)) return order;
  return ok({
    ...idsOf(order),
    remaining_count: formatQuantity(shownRemaining(call.world, order)),
    fill_count: formatQuantity(order.filled),
    ...averagesOf(order),
    ts_ms: call.at,
  });
}

function decrease(call: PrivateCall): Answer | Refusal {
  const request = readDecrease(call);
  if (isRefusal(request)) return request;
  const order = decreaseOrder(call.world, request.address, request.change, call.at);
  if (isRefusal(order)) return order;
  return ok({ ...idsOf(order), remaining_count: formatQuantity(order.remaining), ts_ms: call.at });
}

function deprecated({ world }: PrivateCall): Refusal {
  const status = world.settings.readings.deprecatedStatus;
  return refuse(status, 'deprecated_v1_order_endpoint', 'Please switch to the V2 endpoints');
}

const idsOf = (order: Pick<Order, 'id' | 'clientId'>) => ({
  order_id: order.id,
  ...(order.clientId === null ? {} : { client_order_id: order.clientId }),
});

const errorOf = ({ code, message, details }: Refusal) => ({
  error: { code, message, details: details ?? '' },
});
