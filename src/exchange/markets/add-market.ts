import { amount, ONE_DOLLAR } from '../../domain/money.ts';
import { nextId } from '../ids.ts';
import type { Market } from '../records.ts';
import type { MarketSpec } from '../specs.ts';
import { setBook } from '../trading/crowd.ts';
import type { World } from '../world.ts';

const DAY_MS = 86_400_000;
const CENTS = [{ start: 0, end: ONE_DOLLAR, step: 100 }];

/** Lists a market, with its event and series where they are not known yet, and fills its book. */
export function addMarket(world: World, spec: MarketSpec, at: number): Market {
  const { ticker } = spec;
  if (world.markets[ticker]) throw new RangeError(`there are two markets ${ticker}`);
  const eventTicker = spec.eventTicker ?? (ticker.replace(/-[^-]*$/, '') || ticker);
  const known = world.events[eventTicker];
  const seriesTicker = spec.seriesTicker ?? known?.seriesTicker ?? ticker.split('-')[0]!;
  world.series[seriesTicker] ??= {
    ticker: seriesTicker,
    title: seriesTicker,
    category: 'Sports',
    feeType: 'quadratic',
    feeMultiplier: 1,
    flatFee: 0,
  };
  world.events[eventTicker] ??= {
    ticker: eventTicker,
    seriesTicker,
    title: eventTicker,
    feeTypeOverride: null,
    feeMultiplierOverride: null,
  };
  const volume = spec.volume ?? 0;
  const market: Market = {
    ticker,
    id: nextId(world, 'market'),
    eventTicker,
    seriesTicker,
    title: spec.title ?? ticker,
    marketType: spec.marketType ?? 'binary',
    status: spec.status ?? 'active',
    openAt: spec.openAt ?? at - DAY_MS,
    closeAt: spec.closeAt,
    expectedExpirationAt: spec.expectedExpirationAt ?? null,
    latestExpirationAt: spec.latestExpirationAt ?? spec.closeAt,
    settlementTimerSeconds: spec.settlementTimerSeconds ?? 300,
    canCloseEarly: spec.canCloseEarly ?? true,
    priceLevelStructure: spec.priceLevelStructure ?? 'linear_cent',
    priceRanges: spec.priceRanges ?? CENTS,
    exchangeIndex: spec.exchangeIndex ?? 0,
    feeWaiverUntil: spec.feeWaiverUntil ?? null,
    lastPrice: spec.lastPrice ?? null,
    volume,
    volumeBefore: volume,
    openInterest: 0,
    dollarVolume: amount(spec.lastPrice ?? 0, volume),
    result: '',
    settlementValue: null,
    settledAt: null,
    finalizeAt: null,
    sweepAt: null,
    createdAt: spec.openAt ?? at - DAY_MS,
    updatedAt: at,
  };
  world.markets[ticker] = market;
  world.books[ticker] = { bid: [], ask: [] };
  world.shards[market.exchangeIndex] ??= { exchangeActive: true, tradingActive: true };
  setBook(world, ticker, { bids: spec.bids ?? [], asks: spec.asks ?? [] }, at);
  return market;
}
