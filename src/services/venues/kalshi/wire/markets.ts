import { z } from 'zod';
import type { MarketInfo, PriceBand, PriceGrid, TradingStatus } from '../../../../domain/market.ts';
import { type Fraction, ONE_DOLLAR, type Price } from '../../../../domain/money.ts';
import { type MalformedRow, readableRows } from './issues.ts';
import {
  count,
  cursor,
  optionalIndex,
  optionalInstant,
  optionalMultiplier,
  optionalWord,
  orNull,
  parseWirePrice,
  price,
  requiredInstant,
  rows,
  word,
} from './numbers.ts';

export interface WireMarket {
  info: MarketInfo;
  /** The exchange's own word. */
  status: string;
  /** Null where the market does not name it. */
  seriesTicker: string | null;
  /** The shard; null when not said. */
  exchangeIndex: number | null;
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
const toTradingStatus = (status: string): TradingStatus => STATUSES.get(status) ?? 'paused';

const band = z
  .object({ start: price, end: price, step: price })
  .refine(({ start, end }) => start < end, { error: 'ends before it starts' })
  .refine(({ step }) => step > 0, { error: 'has a step of 0' })
  .refine(({ start, end, step }) => step <= 0 || (end - start) % step === 0, {
    error: 'is not a whole number of steps',
  });

/** Price bands, at least one, in ascending order. */
const priceRanges = rows(band)
  .refine((bands) => bands.length > 0, { error: 'is empty' })
  .transform((bands): PriceGrid => bands.toSorted((a: PriceBand, b: PriceBand) => a.start - b.start));

export const wireMarket: z.ZodType<WireMarket> = z
  .object({
    ticker: word,
    series_ticker: optionalWord,
    status: word,
    result: optionalWord,
    close_time: requiredInstant,
    expected_expiration_time: optionalInstant,
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
      seriesTicker: wire.series_ticker,
      exchangeIndex: wire.exchange_index,
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

export interface MarketsAnswer {
  markets: WireMarket[];
  malformed: MalformedRow[];
  cursor: string | null;
}

/** GET /markets. */
export const marketsAnswer: z.ZodType<MarketsAnswer> = z
  .object({ markets: readableRows(wireMarket, ({ info }) => info.market), cursor })
  .transform(({ markets: { readable, malformed }, cursor }) => ({ markets: readable, malformed, cursor }));

interface WireSeries {
  /** `quadratic`, `quadratic_with_maker_fees`, `quadratic_with_combo_maker_fees`, `flat`, or a word not known yet. */
  feeType: string;
  /** Of the type's formula (1e-6); null when not said or odd. */
  feeMultiplier: Fraction | null;
}

/** GET /series/{ticker}. */
export const seriesAnswer: z.ZodType<WireSeries> = z
  .object({ series: z.object({ fee_type: word, fee_multiplier: optionalMultiplier }) })
  .transform(({ series }) => ({ feeType: series.fee_type, feeMultiplier: series.fee_multiplier }));
