import { lookup } from '../lookup.ts';
import type { EventRecord, Market, Series } from '../records.ts';
import { badParameters, isRefusal, notFound, type Refusal } from '../refusal.ts';
import type { MarketStatus } from '../specs.ts';
import { integerOf, listOf } from './fields.ts';
import { pageOf } from './paging.ts';
import { timeText } from './render.ts';
import { renderBook, renderMarket, volumes24h } from './render-market.ts';
import { type Answer, type Call, ok, openRoute } from './route.ts';

/** The list's filter words and the statuses they stand for. */
const STATUS_WORDS: Record<string, readonly MarketStatus[]> = {
  unopened: ['initialized'],
  open: ['active'],
  paused: ['inactive'],
  closed: ['closed', 'determined', 'disputed', 'amended'],
  settled: ['finalized'],
};

const ANY_TIME = [0, Number.MAX_SAFE_INTEGER] as const;
const MAX_BOOKS = 100;

export const marketRoutes = [
  openRoute('/markets', getMarkets, { cached: true }),
  openRoute('/markets/orderbooks', getBooks),
  openRoute('/markets/:ticker', getMarket, { cached: true }),
  openRoute('/markets/:ticker/orderbook', getBook),
  openRoute('/series/fee_changes', getSeriesFeeChanges),
  openRoute('/series/:ticker', getSeries),
  openRoute('/events/fee_changes', getEventFeeChanges),
  openRoute('/events/:ticker', getEvent),
];

function getMarkets({ world, query }: Call): Answer | Refusal {
  const matches = marketFilterOf(query);
  if (isRefusal(matches)) return matches;
  const page = pageOf(Object.values(world.markets).filter(matches), (market) => market.ticker, query, {
    order: 'ascending',
    limit: [100, 1000],
  });
  if (isRefusal(page)) return page;
  const volumeOf = volumes24h(world);
  const markets = page.items.map((market) => renderMarket(world, market, volumeOf(market)));
  return ok({ markets, cursor: page.cursor });
}

function marketFilterOf(query: URLSearchParams): ((market: Market) => boolean) | Refusal {
  const tickers = listOf(query, 'tickers');
  const events = listOf(query, 'event_ticker');
  const series = query.get('series_ticker');
  const word = query.get('status');
  const statuses = word ? STATUS_WORDS[word] : null;
  if (statuses === undefined)
    return badParameters('status must be unopened, open, paused, closed or settled');
  const minClose = integerOf(query, 'min_close_ts', ANY_TIME);
  const maxClose = integerOf(query, 'max_close_ts', ANY_TIME);
  if (isRefusal(minClose)) return minClose;
  if (isRefusal(maxClose)) return maxClose;
  const combos = query.get('mve_filter');
  return (market) =>
    (tickers?.includes(market.ticker) ?? true) &&
    (events?.includes(market.eventTicker) ?? true) &&
    (!series || market.seriesTicker === series) &&
    (statuses?.includes(market.status) ?? true) &&
    (minClose === null || market.closeAt >= minClose * 1000) &&
    (maxClose === null || market.closeAt <= maxClose * 1000) &&
    (combos !== 'only' || isCombo(market)) &&
    (combos !== 'exclude' || !isCombo(market));
}

const isCombo = (market: Market): boolean => market.ticker.startsWith('KXMVE');

function getMarket({ world, params }: Call): Answer | Refusal {
  const market = lookup(world.markets, params.ticker!);
  return market ? ok({ market: renderMarket(world, market, volumes24h(world)(market)) }) : notFound('market');
}

function getBook({ world, params, query }: Call): Answer | Refusal {
  const depth = integerOf(query, 'depth', [0, 100]) ?? 0;
  if (isRefusal(depth)) return depth;
  if (!lookup(world.markets, params.ticker!)) return notFound('market');
  return ok({ orderbook_fp: renderBook(world, params.ticker!, depth) });
}

function getBooks({ world, query }: Call): Answer | Refusal {
  const tickers = query.getAll('tickers');
  if (tickers.length === 0 || tickers.length > MAX_BOOKS)
    return badParameters(`tickers must be given from 1 to ${MAX_BOOKS} times`);
  const known = tickers.filter((ticker) => lookup(world.markets, ticker));
  return ok({
    orderbooks: known.map((ticker) => ({ ticker, orderbook_fp: renderBook(world, ticker, 0) })),
  });
}

function getSeries({ world, params }: Call): Answer | Refusal {
  const series = lookup(world.series, params.ticker!);
  return series ? ok({ series: renderSeries(series) }) : notFound('series');
}

const renderSeries = (series: Series) => ({
  ticker: series.ticker,
  title: series.title,
  category: series.category,
  frequency: 'custom',
  tags: [],
  settlement_sources: [],
  fee_type: series.feeType,
  fee_multiplier: series.feeMultiplier,
});

function getEvent({ world, params, query }: Call): Answer | Refusal {
  const event = lookup(world.events, params.ticker!);
  if (!event) return notFound('event');
  const volumeOf = volumes24h(world);
  const markets = Object.values(world.markets)
    .filter((market) => market.eventTicker === event.ticker)
    .map((market) => renderMarket(world, market, volumeOf(market)));
  const nested = query.get('with_nested_markets') === 'true';
  const shown = renderEvent(event);
  return ok(nested ? { event: { ...shown, markets } } : { event: shown, markets });
}

const renderEvent = (event: EventRecord) => ({
  event_ticker: event.ticker,
  series_ticker: event.seriesTicker,
  title: event.title,
  sub_title: '',
  mutually_exclusive: false,
  ...(event.feeTypeOverride === null ? {} : { fee_type_override: event.feeTypeOverride }),
  ...(event.feeMultiplierOverride === null ? {} : { fee_multiplier_override: event.feeMultiplierOverride }),
});

function getSeriesFeeChanges({ world, query }: Call): Answer {
  const series = query.get('series_ticker');
  const past = query.get('show_historical') === 'true';
  const changes = world.feeChanges.filter(
    (change) =>
      change.series !== null && (!series || change.series === series) && (past || change.at > world.at),
  );
  return ok({
    series_fee_change_arr: changes.map((change) => ({
      id: change.id,
      series_ticker: change.series,
      fee_type: change.feeType,
      fee_multiplier: change.feeMultiplier,
      scheduled_ts: timeText(change.at),
    })),
  });
}

function getEventFeeChanges({ world, query }: Call): Answer {
  const event = query.get('event_ticker');
  const past = query.get('show_historical') === 'true';
  const changes = world.feeChanges.filter(
    (change) => change.event !== null && (!event || change.event === event) && (past || change.at > world.at),
  );
  return ok({
    event_fee_change_arr: changes.map((change) => ({
      id: change.id,
      event_ticker: change.event,
      fee_type_override: change.feeType,
      fee_multiplier_override: change.feeMultiplier,
      scheduled_ts: timeText(change.at),
    })),
  });
}
