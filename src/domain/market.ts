import { ONE_DOLLAR, type Price, type Quantity } from './money.ts';

export type Side = 'yes' | 'no';

export interface Level {
  price: Price;
  size: Quantity;
}

/** One market's order book in the terms of the YES side, best level first. */
export interface Book {
  market: string;
  bids: Level[];
  asks: Level[];
  /** When the venue's book had this shape (ms since the epoch). */
  observedAt: number;
}

/** The best prices of a book in the terms of the side owned: `bid` is where we can sell what we hold. */
export interface Quote {
  bid: Price | null;
  bidSize: Quantity | null;
  ask: Price | null;
  askSize: Quantity | null;
  observedAt: number;
}

/** `closed`: trading is over for good and settlement is awaited. `paused`: the market or the exchange rests. */
export type TradingStatus = 'open' | 'paused' | 'closed' | 'settled';

export interface MarketInfo {
  market: string;
  status: TradingStatus;
  /** When trading ends (ms), null when unknown. */
  closeTime: number | null;
  /** When the venue expects the result (ms), null when unknown. */
  expectedExpiration: number | null;
  /** Contracts traded in the last 24 h; null when the source has no volume. */
  volume24h: Quantity | null;
  grid: PriceGrid;
  /** What one YES contract pays (0..10000 in 1e-4 $), once settled. */
  settlementValue: Price | null;
}

/** Prices from `start` to `end` in multiples of `step` above `start`; 0 and 1 themselves are never tradable. */
export interface PriceBand {
  start: Price;
  end: Price;
  step: Price;
}
export type PriceGrid = readonly PriceBand[];

export const CENT_GRID: PriceGrid = [{ start: 0, end: ONE_DOLLAR, step: 100 }];

/** The other side's terms for the same book: NO bid = 1 − YES ask, NO ask = 1 − YES bid (Kalshi FACTS section 5). */
export function quoteForSide(book: Book, side: Side): Quote {
  const { bids, asks, observedAt } = book;
  const bid = bids[0];
  const ask = asks[0];
  if (side === 'yes') {
    return {
      bid: bid?.price ?? null,
      bidSize: bid?.size ?? null,
      ask: ask?.price ?? null,
      askSize: ask?.size ?? null,
      observedAt,
    };
  }
  return {
    bid: ask ? ONE_DOLLAR - ask.price : null,
    bidSize: ask?.size ?? null,
    ask: bid ? ONE_DOLLAR - bid.price : null,
    askSize: bid?.size ?? null,
    observedAt,
  };
}

/** A quote decisions may rest on: it is sound and no older than `maxAgeMs` at `at` (SPEC 1, "fresh"). */
export function isFresh(quote: Quote, at: number, maxAgeMs: number): boolean {
  return isSound(quote) && at - quote.observedAt <= maxAgeMs;
}

/** A quote whose prices can be traded at: it has a side, is not crossed, and its prices lie in (0, 1). */
export const isSound = (quote: Quote): boolean =>
  hasSide(quote) && !isCrossed(quote) && isTradable(quote.bid) && isTradable(quote.ask);

const isTradable = (price: Price | null): boolean =>
  price === null || (Number.isInteger(price) && price > 0 && price < ONE_DOLLAR);

/** A book with neither side is no quote (SPEC 4). */
export const hasSide = (quote: Quote): boolean => quote.bid !== null || quote.ask !== null;

export const isCrossed = (quote: Quote): boolean =>
  quote.bid !== null && quote.ask !== null && quote.bid > quote.ask;

/** The highest tradable price ≤ `price`; the lowest tradable price where none is (venue rule: FACTS section 9). */
export function snapDown(price: Price, grid: PriceGrid): Price {
  let best = lowestPrice(grid);
  for (const band of grid) {
    if (price < band.start) continue;
    const steps = Math.floor((Math.min(price, band.end) - band.start) / band.step);
    const candidate = band.start + steps * band.step;
    const inside = candidate >= ONE_DOLLAR ? candidate - band.step : candidate;
    if (inside > best) best = inside;
  }
  return best;
}

/** The lowest tradable price ≥ `price`; the highest tradable price where none is. */
export function snapUp(price: Price, grid: PriceGrid): Price {
  let best = highestPrice(grid);
  for (const band of grid) {
    if (price > band.end) continue;
    const steps = Math.ceil((Math.max(price, band.start) - band.start) / band.step);
    const candidate = band.start + steps * band.step;
    const inside = candidate <= 0 ? candidate + band.step : candidate;
    if (inside < best) best = inside;
  }
  return best;
}

/** The price one tick below, or null at the bottom of the grid. */
export function tickBelow(price: Price, grid: PriceGrid): Price | null {
  const below = snapDown(price - 1, grid);
  return below < price ? below : null;
}

/** The step of the grid at and just below `price`: how far the next lower price lies. */
export function tickSize(price: Price, grid: PriceGrid): Price {
  const band = grid.find((b) => price > b.start && price <= b.end) ?? grid[0]!;
  return band.step;
}

export const lowestPrice = (grid: PriceGrid): Price =>
  Math.min(...grid.map((b) => (b.start === 0 ? b.step : b.start)));

export const highestPrice = (grid: PriceGrid): Price =>
  Math.max(...grid.map((b) => (b.end === ONE_DOLLAR ? b.end - b.step : b.end)));

const mirrored = new WeakMap<PriceGrid, PriceGrid>();

/** A market's grid in the terms of the side owned; the same array for the same grid. */
export function gridForSide(grid: PriceGrid, side: Side): PriceGrid {
  if (side === 'yes') return grid;
  const known = mirrored.get(grid) ?? mirrorGrid(grid);
  mirrored.set(grid, known);
  return known;
}

/** The grid in the other side's terms: price p there is 1 − p here. */
export const mirrorGrid = (grid: PriceGrid): PriceGrid =>
  grid.map((b) => ({ start: ONE_DOLLAR - b.end, end: ONE_DOLLAR - b.start, step: b.step })).reverse();
