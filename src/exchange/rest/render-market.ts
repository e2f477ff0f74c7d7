import { formatPrice, formatQuantity, ONE_DOLLAR, type Quantity } from '../../domain/money.ts';
import type { Market } from '../records.ts';
import { type Level, levelsOf, topOf } from '../trading/book.ts';
import type { World } from '../world.ts';
import { timeText } from './render.ts';

const DAY_MS = 86_400_000;

/** Contracts traded per market in the last 24 h; what was traded before the start counts for a day. */
export function volumes24h(world: World): (market: Market) => Quantity {
  const sums = new Map<string, Quantity>();
  for (let index = world.trades.length - 1; index >= 0; index--) {
    const trade = world.trades[index]!;
    if (trade.at <= world.at - DAY_MS) break;
    sums.set(trade.ticker, (sums.get(trade.ticker) ?? 0) + trade.count);
  }
  const before = world.at < world.startedAt + DAY_MS;
  return (market) => (sums.get(market.ticker) ?? 0) + (before ? market.volumeBefore : 0);
}

export function renderMarket(world: World, market: Market, volume24h: Quantity) {
  const top = topOf(world, market.ticker);
  const bid = top.bid ?? 0;
  const ask = top.ask ?? ONE_DOLLAR;
  return {
    ticker: market.ticker,
    event_ticker: market.eventTicker,
    market_type: market.marketType,
    title: market.title,
    yes_sub_title: market.title,
    no_sub_title: market.title,
    created_time: timeText(market.createdAt),
    updated_time: timeText(market.updatedAt),
    open_time: timeText(market.openAt),
    close_time: timeText(market.closeAt),
    ...(market.expectedExpirationAt === null
      ? {}
      : { expected_expiration_time: timeText(market.expectedExpirationAt) }),
    latest_expiration_time: timeText(market.latestExpirationAt),
    settlement_timer_seconds: market.settlementTimerSeconds,
    status: market.status,
    yes_bid_dollars: formatPrice(bid),
    yes_bid_size_fp: formatQuantity(top.bidSize),
    yes_ask_dollars: formatPrice(ask),
    yes_ask_size_fp: formatQuantity(top.askSize),
    no_bid_dollars: formatPrice(ONE_DOLLAR - ask),
    no_ask_dollars: formatPrice(ONE_DOLLAR - bid),
    last_price_dollars: formatPrice(market.lastPrice ?? 0),
    volume_fp: formatQuantity(market.volume),
    volume_24h_fp: formatQuantity(volume24h),
    result: market.result,
    can_close_early: market.canCloseEarly,
    open_interest_fp: formatQuantity(market.openInterest),
    notional_value_dollars: '1.0000',
    previous_yes_bid_dollars: '0.0000',
    previous_yes_ask_dollars: '0.0000',
    previous_price_dollars: '0.0000',
    liquidity_dollars: '0.0000',
    ...(market.settlementValue === null
      ? {}
      : { settlement_value_dollars: formatPrice(market.settlementValue) }),
    ...(market.settledAt === null ? {} : { settlement_ts: timeText(market.settledAt) }),
    expiration_value: '',
    ...(market.feeWaiverUntil === null
      ? {}
      : { fee_waiver_expiration_time: timeText(market.feeWaiverUntil) }),
    rules_primary: '',
    rules_secondary: '',
    price_level_structure: market.priceLevelStructure,
    price_ranges: market.priceRanges.map(({ start, end, step }) => ({
      start: formatPrice(start),
      end: formatPrice(end),
      step: formatPrice(step),
    })),
    exchange_index: market.exchangeIndex,
  };
}

/** A level as `["0.6100","310.00"]`. */
export const renderLevel = ({ price, size }: Level): [string, string] => [
  formatPrice(price),
  formatQuantity(size),
];

/** The NO bids that a book's YES asks are, best first. */
export const noBidsOf = (world: World, ticker: string): Level[] =>
  levelsOf(world, ticker, 'ask').map(({ price, size }) => ({ price: ONE_DOLLAR - price, size }));

/** Both sides' bids, the best last; `depth` 0 shows all levels. */
export function renderBook(world: World, ticker: string, depth: number) {
  return {
    ...sideOf(world, 'yes_dollars', levelsOf(world, ticker, 'bid'), depth),
    ...sideOf(world, 'no_dollars', noBidsOf(world, ticker), depth),
  };
}

function sideOf(world: World, name: string, bestFirst: Level[], depth: number) {
  const { emptySide } = world.settings.readings;
  if (bestFirst.length === 0 && emptySide !== 'empty') return emptySide === 'null' ? { [name]: null } : {};
  const shown = depth === 0 ? bestFirst : bestFirst.slice(0, depth);
  return { [name]: shown.reverse().map(renderLevel) };
}
