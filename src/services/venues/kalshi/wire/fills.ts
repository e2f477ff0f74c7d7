import { z } from 'zod';
import type { VenueFill } from '../../../../actors/ports.ts';
import type { Side } from '../../../../domain/market.ts';
import type { Money, Price, Quantity } from '../../../../domain/money.ts';
import { directionShape, fromYesPrice, readDirection, type WireSide } from './direction.ts';
import { count, cursor, list, money, optionalInstant, orNull, price, unixSeconds, word } from './numbers.ts';

export interface WireFill {
  fillId: string;
  orderId: string;
  market: string;
  direction: WireSide;
  yesPrice: Price;
  quantity: Quantity;
  fee: Money;
  maker: boolean;
  at: number;
}

export const wireFill: z.ZodType<WireFill> = z
  .object({
    ...directionShape,
    fill_id: word,
    order_id: word,
    ticker: word,
    count_fp: count,
    yes_price_dollars: price,
    fee_cost: money,
    is_taker: z.boolean(),
    created_time: optionalInstant,
    ts: unixSeconds.nullish().transform(orNull),
  })
  .transform((wire, context) => {
    const at = wire.created_time ?? wire.ts;
    if (at === null)
      context.addIssue({ code: 'custom', path: ['created_time'], message: 'missing, and ts too' });
    return {
      fillId: wire.fill_id,
      orderId: wire.order_id,
      market: wire.ticker,
      direction: readDirection(wire, context),
      yesPrice: wire.yes_price_dollars,
      quantity: wire.count_fp,
      fee: wire.fee_cost,
      maker: !wire.is_taker,
      at: at ?? 0,
    };
  });

/** GET /portfolio/fills and /historical/fills. */
export const fillsAnswer: z.ZodType<{ fills: WireFill[]; cursor: string | null }> = z.object({
  fills: list(wireFill),
  cursor,
});

/** A fill of an order of ours, in the terms of the side owned. */
export const toVenueFill = (fill: WireFill, side: Side): VenueFill => ({
  fillId: fill.fillId,
  price: fromYesPrice(side, fill.yesPrice),
  quantity: fill.quantity,
  fee: fill.fee,
  maker: fill.maker,
  at: fill.at,
});
