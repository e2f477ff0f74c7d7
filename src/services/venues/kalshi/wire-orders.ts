import { z } from 'zod';
import type { OrderReport } from '../../../actors/ports.ts';
import type { Side } from '../../../domain/market.ts';
import type { Money, Price, Quantity } from '../../../domain/money.ts';
import { directionShape, fromYesPrice, readDirection, type WireSide } from './wire-direction.ts';
import { toVenueFill, type WireFill } from './wire-fills.ts';
import {
  count,
  cursor,
  list,
  money,
  optionalIndex,
  optionalInstant,
  optionalWord,
  orNull,
  price,
  unixMs,
  word,
} from './wire-numbers.ts';

export { fromYesPrice, toWireSide, toYesPrice, type WireSide } from './wire-direction.ts';
export { fillsAnswer, toVenueFill, type WireFill, wireFill } from './wire-fills.ts';

export interface WireOrder {
  orderId: string;
  clientId: string | null;
  market: string;
  direction: WireSide;
  /** `resting`, `canceled`, `executed`, or a word not known yet. */
  status: string;
  yesPrice: Price;
  initial: Quantity;
  filled: Quantity;
  remaining: Quantity;
  takerFees: Money;
  makerFees: Money;
  createdAt: number | null;
  updatedAt: number | null;
  expiresAt: number | null;
  orderGroupId: string | null;
  subaccount: number | null;
  exchangeIndex: number | null;
}

export const wireOrder: z.ZodType<WireOrder> = z
  .object({
    ...directionShape,
    order_id: word,
    client_order_id: optionalWord,
    ticker: word,
    status: word,
    yes_price_dollars: price,
    initial_count_fp: count,
    fill_count_fp: count,
    remaining_count_fp: count,
    taker_fees_dollars: money,
    maker_fees_dollars: money,
    created_time: optionalInstant,
    last_update_time: optionalInstant,
    expiration_time: optionalInstant,
    order_group_id: optionalWord,
    subaccount_number: optionalIndex,
    exchange_index: optionalIndex,
  })
  .transform((wire, context) => ({
    orderId: wire.order_id,
    clientId: wire.client_order_id,
    market: wire.ticker,
    direction: readDirection(wire, context),
    status: wire.status,
    yesPrice: wire.yes_price_dollars,
    initial: wire.initial_count_fp,
    filled: wire.fill_count_fp,
    remaining: wire.remaining_count_fp,
    takerFees: wire.taker_fees_dollars,
    makerFees: wire.maker_fees_dollars,
    createdAt: wire.created_time,
    updatedAt: wire.last_update_time,
    expiresAt: wire.expiration_time,
    orderGroupId: wire.order_group_id,
    subaccount: wire.subaccount_number,
    exchangeIndex: wire.exchange_index,
  }));

/** GET /portfolio/orders/{order_id}. */
export const orderAnswer: z.ZodType<WireOrder> = z.object({ order: wireOrder }).transform((a) => a.order);

/** GET /portfolio/orders. */
export const ordersAnswer: z.ZodType<{ orders: WireOrder[]; cursor: string | null }> = z.object({
  orders: list(wireOrder),
  cursor,
});

/** The status in our words; null for a word not known yet, which proves nothing. */
export function orderStatus(status: string): OrderReport['status'] | null {
  if (status === 'resting') return 'resting';
  if (status === 'executed') return 'filled';
  return status === 'canceled' || status === 'cancelled' ? 'cancelled' : null;
}

/** `refused`: a 2xx that names no order, which the exchange has been seen to use for refusals (FACTS section 7). */
export type CreateAnswer =
  | {
      kind: 'created';
      orderId: string;
      clientId: string | null;
      filled: Quantity;
      /** Says nothing on whether an immediate-or-cancel order rests: it does not. */
      remaining: Quantity;
      /** YES terms, in 1e-6 $ per contract: an average has more decimals than a price. Null without a fill. */
      averageYesPrice: Money | null;
      /** In 1e-6 $, probably per contract; the fills' fees are what counts. Null without a fill. */
      averageFee: Money | null;
      /** The matching engine's time in ms; null when not said. */
      at: number | null;
    }
  | { kind: 'refused'; body: string };

const created = z
  .object({
    order_id: word,
    client_order_id: optionalWord,
    fill_count: count,
    remaining_count: count,
    average_fill_price: money.nullish().transform(orNull),
    average_fee_paid: money.nullish().transform(orNull),
    ts_ms: unixMs.nullish().transform(orNull),
  })
  .transform(
    (wire): CreateAnswer => ({
      kind: 'created',
      orderId: wire.order_id,
      clientId: wire.client_order_id,
      filled: wire.fill_count,
      remaining: wire.remaining_count,
      averageYesPrice: wire.average_fill_price,
      averageFee: wire.average_fee_paid,
      at: wire.ts_ms,
    }),
  );

const MAX_BODY_CHARS = 500;

const namesNoOrder = z
  .looseObject({ order_id: z.literal('').nullish() })
  .transform(
    (body): CreateAnswer => ({ kind: 'refused', body: JSON.stringify(body).slice(0, MAX_BODY_CHARS) }),
  );

/** POST /portfolio/events/orders. A body that names an order but can't be read otherwise is malformed: the order exists. */
export const createAnswer: z.ZodType<CreateAnswer> = z.unknown().transform((body, context): CreateAnswer => {
  const refused = namesNoOrder.safeParse(body);
  if (refused.success) return refused.data;
  const read = created.safeParse(body);
  if (read.success) return read.data;
  for (const { path, message } of read.error.issues) context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
});

export interface CancelAnswer {
  /** Seen to name another order although the right one was cancelled (FACTS section 7): read the order again. */
  orderId: string;
  clientId: string | null;
  reducedBy: Quantity;
  at: number | null;
}

/** DELETE /portfolio/events/orders/{order_id}. */
export const cancelAnswer: z.ZodType<CancelAnswer> = z
  .object({
    order_id: word,
    client_order_id: optionalWord,
    reduced_by: count,
    ts_ms: unixMs.nullish().transform(orNull),
  })
  .transform((wire) => ({
    orderId: wire.order_id,
    clientId: wire.client_order_id,
    reducedBy: wire.reduced_by,
    at: wire.ts_ms,
  }));

/**
 * An order of ours as the rest of the program knows it. The exchange does not echo the side owned: selling YES and
 * buying NO are both asks, so it comes with the caller, like the order's own id, its fills so far and the time of the
 * read (ms). `status` is what `orderStatus` made of it.
 */
export const toOrderReport = (
  order: WireOrder,
  ours: { clientId: string; side: Side; action: 'sell' | 'buy'; status: OrderReport['status'] },
  fills: readonly WireFill[],
  at: number,
): OrderReport => ({
  clientId: ours.clientId,
  venueOrderId: order.orderId,
  market: order.market,
  side: ours.side,
  action: ours.action,
  limitPrice: fromYesPrice(ours.side, order.yesPrice),
  quantity: order.initial,
  status: ours.status,
  filled: order.filled,
  fills: fills.map((fill) => toVenueFill(fill, ours.side)),
  at,
});
