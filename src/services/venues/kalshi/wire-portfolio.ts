import { z } from 'zod';
import type { Side } from '../../../domain/market.ts';
import type { Money, Price, Quantity } from '../../../domain/money.ts';
import {
  cents,
  count,
  cursor,
  instant,
  list,
  money,
  optionalIndex,
  optionalInstant,
  orNull,
  signedCount,
  unixSeconds,
  word,
} from './wire-numbers.ts';

export interface WirePosition {
  market: string;
  /** Positive for YES, negative for NO, 0 for a market that was left. */
  position: Quantity;
  /** What the present position cost, ex fees, in the owned side's price. */
  exposure: Money;
  realizedPnl: Money;
  fees: Money;
  updatedAt: number | null;
  exchangeIndex: number | null;
}

const wirePosition: z.ZodType<WirePosition> = z
  .object({
    ticker: word,
    position_fp: signedCount,
    market_exposure_dollars: money,
    realized_pnl_dollars: money,
    fees_paid_dollars: money,
    last_updated_ts: optionalInstant,
    exchange_index: optionalIndex,
  })
  .transform((wire) => ({
    market: wire.ticker,
    position: wire.position_fp,
    exposure: wire.market_exposure_dollars,
    realizedPnl: wire.realized_pnl_dollars,
    fees: wire.fees_paid_dollars,
    updatedAt: wire.last_updated_ts,
    exchangeIndex: wire.exchange_index,
  }));

/** GET /portfolio/positions. A page with one unreadable position is malformed: part of an account is none. */
export const positionsAnswer: z.ZodType<{ positions: WirePosition[]; cursor: string | null }> = z
  .object({ market_positions: list(wirePosition), cursor })
  .transform(({ market_positions, cursor }) => ({ positions: market_positions, cursor }));

/** The side owned and how much of it (0.01 contracts); null when nothing is held. */
export function heldOf({ position }: WirePosition): { side: Side; quantity: Quantity } | null {
  if (position === 0) return null;
  return { side: position > 0 ? 'yes' : 'no', quantity: Math.abs(position) };
}

export interface WireSettlement {
  market: string;
  eventTicker: string | null;
  /** `yes`, `no` or `scalar`. */
  result: string;
  yesQuantity: Quantity;
  yesCost: Money;
  noQuantity: Quantity;
  noCost: Money;
  /** What all of it paid. */
  revenue: Money;
  fee: Money;
  /** What one YES contract paid; null when not said. */
  value: Price | null;
  settledAt: number;
}

/** Whole cents, 0 to 100, as a price (1e-4 $). */
const centsPrice = z
  .int()
  .min(0)
  .max(100)
  .transform((value): Price => value * 100);

const wireSettlement: z.ZodType<WireSettlement> = z
  .object({
    ticker: word,
    event_ticker: word.nullish().transform(orNull),
    market_result: word,
    yes_count_fp: count,
    yes_total_cost_dollars: money,
    no_count_fp: count,
    no_total_cost_dollars: money,
    revenue: cents,
    fee_cost: money,
    value: centsPrice.nullish().transform(orNull),
    settled_time: instant,
  })
  .transform((wire) => ({
    market: wire.ticker,
    eventTicker: wire.event_ticker,
    result: wire.market_result,
    yesQuantity: wire.yes_count_fp,
    yesCost: wire.yes_total_cost_dollars,
    noQuantity: wire.no_count_fp,
    noCost: wire.no_total_cost_dollars,
    revenue: wire.revenue,
    fee: wire.fee_cost,
    value: wire.value,
    settledAt: wire.settled_time,
  }));

/** GET /portfolio/settlements. */
export const settlementsAnswer: z.ZodType<{ settlements: WireSettlement[]; cursor: string | null }> =
  z.object({
    settlements: list(wireSettlement),
    cursor,
  });

export interface WireBalance {
  balance: Money;
  portfolioValue: Money;
  updatedAt: number | null;
}

/** GET /portfolio/balance; `balance_dollars` where it is given, else the truncated cents. */
export const balanceAnswer: z.ZodType<WireBalance> = z
  .object({
    balance: cents,
    balance_dollars: money.nullish().transform(orNull),
    portfolio_value: cents,
    updated_ts: unixSeconds.nullish().transform(orNull),
  })
  .transform((wire) => ({
    balance: wire.balance_dollars ?? wire.balance,
    portfolioValue: wire.portfolio_value,
    updatedAt: wire.updated_ts,
  }));

/** GET /exchange/user_data_timestamp: reads of the account are true as of this time (ms, the exchange's clock). */
export const userDataTimestampAnswer: z.ZodType<number> = z
  .object({ as_of_time: instant })
  .transform((wire) => wire.as_of_time);
