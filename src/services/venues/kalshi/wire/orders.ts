import { z } from 'zod';
import type { OrderReport } from '../../../../actors/ports.ts';
import type { Side } from '../../../../domain/market.ts';
import type { Price, Quantity } from '../../../../domain/money.ts';
import { directionShape, fromYesPrice, readDirection, type WireSide } from './direction.ts';
import { toVenueFill, type WireFill } from './fills.ts';
import { count, cursor, list, optionalWord, price, word } from './numbers.ts';

export { toWireSide, toYesPrice, type WireSide } from './direction.ts';
export { fillsAnswer, toVenueFill, type WireFill } from './fills.ts';

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
type CreateAnswer =
  | { kind: 'created'; orderId: string; filled: Quantity }
  | { kind: 'refused'; body: string };

const created = z
  .object({ order_id: word, fill_count: count })
  .transform((wire): CreateAnswer => ({ kind: 'created', orderId: wire.order_id, filled: wire.fill_count }));

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

/**
 * DELETE /portfolio/events/orders/{order_id}. Nothing in it is believed: it was seen to name another order although the
 * right one was cancelled (FACTS section 7).
 */
export const cancelAnswer: z.ZodType<unknown> = z.unknown();

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
