import { z } from 'zod';
import type { MarketInfo, PriceBand, PriceGrid, TradingStatus } from '../../../domain/market.ts';
import { type Fraction, ONE_DOLLAR, type Price } from '../../../domain/money.ts';
import { type MalformedRow, readableRows } from './wire-issues.ts';
import {
  count,
  cursor,
  optionalIndex,
  optionalInstant,
  optionalWord,
  orNull,
  parseDecimal,
  parseWirePrice,
  price,
  requiredInstant,
  word,
} from './wire-numbers.ts';

export interface WireMarket {
  info: MarketInfo;
  /** The exchange's own word. */
  status: string;
  eventTicker: string;
  /** Null where the market does not name it: then the event does. */
  seriesTicker: string | null;
  /** The shard; null when not said. */
  exchangeIndex: number | null;
  /** `binary` or `scalar`; null when not said. */
  marketType: string | null;
  /** `yes`, `no`, `scalar`; null while there is none. Booked only once `info.status` is settled. */
  result: string | null;
  /** Until when (ms) no fees are charged; null without a waiver. */
  feeWaiverUntil: number | null;
}

const STATUSES: ReadonlyMap<string, TradingStatus> = new Map<string, TradingStatus>([
  ['initialized', 'paused'],
  ['active', 'open'],
  ['inactive', 'paused'],
  ['closed', 'closed'],
  ['determined', 'closed'],
  ['disputed', 'closed'],
  ['amended', 'closed'],
  ['finalized', 'settled'],
]);

/** What the exchange's word means for trading; an unknown word is `paused`: nothing is sent and nothing is booked. */
export const toTradingStatus = (status: string): TradingStatus => STATUSES.get(status) ?? 'paused';

const band = z
  .object({ start: price, end: price, step: price })
  .refine(({ start, end }) => start < end, { error: 'ends before it starts' })
  .refine(({ step }) => step > 0, { error: 'has a step of 0' })
  .refine(({ start, end, step }) => step <= 0 || (end - start) % step === 0, {
    error: 'is not a whole number of steps',
  });

/** Price bands, at least one, in ascending order. */
export const priceRanges = z
  .array(band)
  .min(1)
  .transform((bands): PriceGrid => bands.toSorted((a: PriceBand, b: PriceBand) => a.start - b.start));

export const wireMarket: z.ZodType<WireMarket> = z
  .object({
    ticker: word,
    event_ticker: word,
    series_ticker: optionalWord,
    status: word,
    market_type: optionalWord,
    result: optionalWord,
    close_time: requiredInstant,
    expected_expiration_time: optionalInstant,
    fee_waiver_expiration_time: optionalInstant,
    volume_24h_fp: count.nullish().transform(orNull),
    price_ranges: priceRanges,
    settlement_value_dollars: z.unknown().optional(),
    exchange_index: optionalIndex,
  })
  .transform((wire, context): WireMarket => {
    const status = toTradingStatus(wire.status);
    const settlementValue =
      status === 'settled' ? readSettlement(wire.settlement_value_dollars, wire.result, context) : null;
    return {
      info: {
        market: wire.ticker,
        status: status === 'settled' && settlementValue === null ? 'closed' : status,
        closeTime: wire.close_time,
        expectedExpiration: wire.expected_expiration_time,
        volume24h: wire.volume_24h_fp,
        grid: wire.price_ranges,
        settlementValue,
      },
      status: wire.status,
      eventTicker: wire.event_ticker,
      seriesTicker: wire.series_ticker,
      exchangeIndex: wire.exchange_index,
      marketType: wire.market_type,
      result: wire.result,
      feeWaiverUntil: wire.fee_waiver_expiration_time,
    };
  });

/** What one YES contract pays; null while that is not said, or while value and result contradict each other. */
function readSettlement(value: unknown, result: string | null, context: z.RefinementCtx): Price | null {
  const byResult = result === 'yes' ? ONE_DOLLAR : result === 'no' ? 0 : null;
  if (value === undefined || value === null) return byResult;
  const report = (message: string): null => {
    context.addIssue({ code: 'custom', path: ['settlement_value_dollars'], message });
    return null;
  };
  if (typeof value !== 'string') return report('must be a decimal text');
  try {
    const paid = parseWirePrice(value);
    return byResult !== null && byResult !== paid ? null : paid;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return report(error.message);
  }
}

/** GET /markets/{ticker}. */
export const marketAnswer: z.ZodType<WireMarket> = z
  .object({ market: wireMarket })
  .transform((a) => a.market);

export interface MarketsAnswer {
  markets: WireMarket[];
  malformed: MalformedRow[];
  cursor: string | null;
}

/** GET /markets. */
export const marketsAnswer: z.ZodType<MarketsAnswer> = z
  .object({ markets: readableRows(wireMarket), cursor })
  .transform(({ markets: { rows, malformed }, cursor }) => ({ markets: rows, malformed, cursor }));

/** A JSON number as a fraction of 1e-6, by its decimal text. */
const multiplier = z.number().transform((value, context): Fraction => {
  try {
    const fraction = parseDecimal(String(value), 6);
    if (fraction >= 0) return fraction;
    context.addIssue({ code: 'custom', message: `${value} is negative` });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
  return z.NEVER;
});

export interface WireSeries {
  seriesTicker: string;
  /** `quadratic`, `quadratic_with_maker_fees`, `quadratic_with_combo_maker_fees`, `flat`, or a word not known yet. */
  feeType: string;
  feeMultiplier: Fraction;
}

/** GET /series/{ticker}. */
export const seriesAnswer: z.ZodType<WireSeries> = z
  .object({ series: z.object({ ticker: word, fee_type: word, fee_multiplier: multiplier }) })
  .transform(({ series }) => ({
    seriesTicker: series.ticker,
    feeType: series.fee_type,
    feeMultiplier: series.fee_multiplier,
  }));

export interface WireEvent {
  eventTicker: string;
  seriesTicker: string;
  /** Outranks the series' type; null without an override. */
  feeTypeOverride: string | null;
  /** Outranks the series' multiplier; null without an override. */
  feeMultiplierOverride: Fraction | null;
  exchangeIndex: number | null;
}

/** GET /events/{event_ticker}. */
export const eventAnswer: z.ZodType<WireEvent> = z
  .object({
    event: z.object({
      event_ticker: word,
      series_ticker: word,
      fee_type_override: optionalWord,
      fee_multiplier_override: multiplier.nullish().transform(orNull),
      exchange_index: optionalIndex,
    }),
  })
  .transform(({ event }) => ({
    eventTicker: event.event_ticker,
    seriesTicker: event.series_ticker,
    feeTypeOverride: event.fee_type_override,
    feeMultiplierOverride: event.fee_multiplier_override,
    exchangeIndex: event.exchange_index,
  }));
