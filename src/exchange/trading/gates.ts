import { ONE_DOLLAR, type Price } from '../../domain/money.ts';
import { lookup } from '../lookup.ts';
import type { Market } from '../records.ts';
import { badOrder, marketInactive, notFound, type Refusal, refuse } from '../refusal.ts';
import type { Account, World } from '../world.ts';

type Operation = 'place' | 'amend' | 'cancel';

/** The categories that a key past its region's date may not trade. */
const REGIONAL = new Set(['Sports', 'Elections', 'Entertainment']);

/**
 * Whether the exchange and the market take an operation now. A trading pause or a paused market lets cancels through,
 * an exchange pause and a market past its close nothing.
 */
export function gate(world: World, market: Market, operation: Operation, at: number): Refusal | null {
  const shard = world.shards[market.exchangeIndex]!;
  if (!shard.exchangeActive) return refuse(409, 'exchange_is_paused', 'exchange is paused');
  if (isOver(market, at) || market.status === 'initialized') return marketInactive();
  if (operation === 'cancel') return null;
  if (!shard.tradingActive || world.inWeeklyPause || market.status === 'inactive')
    return refuse(409, 'trading_is_paused', 'trading is paused');
  return null;
}

export const isOver = (market: Market, at: number): boolean =>
  at >= market.closeAt || !['initialized', 'active', 'inactive'].includes(market.status);

export const isTrading = (world: World, market: Market, at: number): boolean =>
  gate(world, market, 'place', at) === null;

/** The market that an order operation names, or whose shard it names wrongly. */
export function marketOf(world: World, ticker: string, exchangeIndex: number | null): Market | Refusal {
  const market = lookup(world.markets, ticker);
  if (!market || (exchangeIndex !== null && exchangeIndex !== market.exchangeIndex))
    return notFound('market');
  return market;
}

export function checkRegion(world: World, account: Account, market: Market, at: number): Refusal | null {
  if (account.regionExpiresAt === null || at < account.regionExpiresAt) return null;
  if (!REGIONAL.has(world.series[market.seriesTicker]!.category)) return null;
  return refuse(403, 'api_key_region_expired', 'api keys cannot trade this category any more');
}

/** Whether a price lies on a market's grid; 0 and 1 never do. */
const isOnGrid = (price: Price, market: Market): boolean =>
  price > 0 &&
  price < ONE_DOLLAR &&
  market.priceRanges.some(
    ({ start, end, step }) => price >= start && price <= end && (price - start) % step === 0,
  );

export function checkPrice(world: World, market: Market, price: Price): Refusal | null {
  if (isOnGrid(price, market)) return null;
  const code = world.settings.readings.offGridCode;
  return code === 'invalid_order'
    ? badOrder('price is not on the price grid', 'INVALID_PRICE')
    : refuse(400, code, 'price is not on the price grid');
}
