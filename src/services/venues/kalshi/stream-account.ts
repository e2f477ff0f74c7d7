import { z } from 'zod';
import { optional, optionalTime, subaccount } from './stream-fields.ts';
import type { BookSide, StreamFill, StreamOrder, StreamPosition } from './stream-listener.ts';
import { count, money, optionalWord, price, signedCount, word } from './wire-numbers.ts';

/** `outcome_side` says the same in other words: yes is bid, no is ask (FACTS section 4). */
const direction = {
  book_side: optional(z.enum(['bid', 'ask'])),
  outcome_side: optional(z.enum(['yes', 'no'])),
};

interface Direction {
  book_side: BookSide | null;
  outcome_side: 'yes' | 'no' | null;
}

const hasDirection = (m: Direction): boolean =>
  m.book_side === null || m.outcome_side === null
    ? m.book_side !== m.outcome_side
    : (m.book_side === 'bid') === (m.outcome_side === 'yes');

const bookSide = (m: Direction): BookSide => m.book_side ?? (m.outcome_side === 'yes' ? 'bid' : 'ask');

const status = z
  .string()
  .transform((said) => (said === 'resting' || said === 'canceled' || said === 'executed' ? said : 'unknown'));

export const orderSchema = z
  .object({
    ...direction,
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
  .refine(hasDirection)
  .transform(
    (m): StreamOrder => ({
      venueOrderId: m.order_id,
      clientId: m.client_order_id,
      market: m.ticker,
      status: m.status,
      bookSide: bookSide(m),
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
    ...direction,
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
  .refine(hasDirection)
  .transform(
    (m): StreamFill => ({
      tradeId: m.trade_id,
      venueOrderId: m.order_id,
      clientId: m.client_order_id,
      market: m.market_ticker,
      bookSide: bookSide(m),
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
