import { z } from 'zod';
import { optional, optionalTime, subaccount } from './stream-fields.ts';
import type { BookSide, StreamFill, StreamOrder, StreamPosition } from './stream-listener.ts';
import { directionShape, readDirection } from './wire-direction.ts';
import { count, money, optionalWord, price, signedCount, word } from './wire-numbers.ts';

interface Direction {
  book_side?: BookSide | null | undefined;
  outcome_side?: 'yes' | 'no' | null | undefined;
}

/** Both fields say the same (FACTS section 4); where they do not, neither is believed. */
const isConsistent = ({ book_side, outcome_side }: Direction): boolean =>
  !book_side || !outcome_side || (book_side === 'bid') === (outcome_side === 'yes');

const status = z
  .string()
  .transform((said) => (said === 'resting' || said === 'canceled' || said === 'executed' ? said : 'unknown'));

export const orderSchema = z
  .object({
    ...directionShape,
    order_id: word,
    client_order_id: optionalWord,
    ticker: word,
    status,
    yes_price_dollars: price,
    initial_count_fp: count,
    fill_count_fp: count,
    remaining_count_fp: count,
    last_update_reason: optionalWord,
    last_updated_ts_ms: optionalTime,
    created_ts_ms: optionalTime,
    subaccount_number: subaccount,
  })
  .refine(isConsistent)
  .transform(
    (m, context): StreamOrder => ({
      venueOrderId: m.order_id,
      clientId: m.client_order_id,
      market: m.ticker,
      status: m.status,
      bookSide: readDirection(m, context),
      yesPrice: m.yes_price_dollars,
      initial: m.initial_count_fp,
      filled: m.fill_count_fp,
      remaining: m.remaining_count_fp,
      lastUpdateReason: m.last_update_reason,
      updatedAt: m.last_updated_ts_ms ?? m.created_ts_ms,
      subaccount: m.subaccount_number,
    }),
  );

export const fillSchema = z
  .object({
    ...directionShape,
    trade_id: word,
    order_id: word,
    client_order_id: optionalWord,
    market_ticker: word,
    yes_price_dollars: price,
    count_fp: count,
    fee_cost: money,
    is_taker: z.boolean(),
    post_position_fp: optional(signedCount),
    ts_ms: optionalTime,
    subaccount,
  })
  .refine(isConsistent)
  .transform(
    (m, context): StreamFill => ({
      tradeId: m.trade_id,
      venueOrderId: m.order_id,
      clientId: m.client_order_id,
      market: m.market_ticker,
      bookSide: readDirection(m, context),
      yesPrice: m.yes_price_dollars,
      quantity: m.count_fp,
      fee: m.fee_cost,
      maker: !m.is_taker,
      positionAfter: m.post_position_fp,
      at: m.ts_ms,
      subaccount: m.subaccount,
    }),
  );

export const positionSchema = z
  .object({
    market_ticker: word,
    position_fp: signedCount,
    position_cost_dollars: optional(money),
    subaccount,
  })
  .transform(
    (m): StreamPosition => ({
      market: m.market_ticker,
      quantity: m.position_fp,
      cost: m.position_cost_dollars,
      subaccount: m.subaccount,
    }),
  );
