/** The prices of SPEC section 6, in the terms of the side owned. */
import { lowestPrice, type PriceGrid, type Quote, snapDown, snapUp, tickBelow, tickSize } from './market.ts';
import type { ExecutionNumbers, PriceStrategy } from './method.ts';
import { mulDivFloor, type Price, WHOLE } from './money.ts';

export interface PricingInput {
  quote: Quote;
  /** The last mark known, for a book without a bid; null when there never was one. */
  lastMark: Price | null;
  grid: PriceGrid;
  numbers: ExecutionNumbers;
}

/** The step of walk k = 1, 2, …: walkStep × aggressiveness(k), whose last value stays. */
export function walkStep(walk: number, numbers: ExecutionNumbers): Price {
  const ladder = numbers.walkAggressiveness;
  const aggressiveness = ladder[Math.min(walk, ladder.length) - 1] ?? WHOLE;
  return mulDivFloor(numbers.walkStep, aggressiveness, WHOLE);
}

/**
 * The price of an exit's first limit order: aggressive = max(bid − offset, bid × (1 − share)) snapped down,
 * fair = mid and conservative = ask snapped up; without an ask fair is the bid and conservative the bid + offset;
 * without a bid see `priceWithoutBid`. Null when the quote has neither side.
 */
export function priceFirstLimit(strategy: PriceStrategy, input: PricingInput): Price | null {
  const { quote, grid, numbers } = input;
  const { bid, ask } = quote;
  if (bid === null) return priceWithoutBid(input);
  if (strategy === 'aggressive') {
    const byShare = mulDivFloor(bid, WHOLE - numbers.aggressiveShare, WHOLE);
    return snapDown(Math.max(bid - numbers.aggressiveOffset, byShare), grid);
  }
  if (strategy === 'fair') return snapUp(ask === null ? bid : Math.ceil((bid + ask) / 2), grid);
  return snapUp(ask ?? bid + numbers.noAskConservative, grid);
}

/** Without a bid a limit rests at the lower of (last mark − one walk step) and (ask − one tick); null without either. */
export function priceWithoutBid({ quote, lastMark, grid, numbers }: PricingInput): Price | null {
  const belowMark = lastMark === null ? null : snapDown(lastMark - numbers.walkStep, grid);
  const belowAsk = quote.ask === null ? null : (tickBelow(quote.ask, grid) ?? lowestPrice(grid));
  if (belowMark === null || belowAsk === null) return belowMark ?? belowAsk;
  return Math.min(belowMark, belowAsk);
}

/** bid − (ask − bid) snapped up; without an ask bid − `noAskFloor`; null without a bid: the book gives no floor. */
export function bookFloor({ quote, grid, numbers }: Omit<PricingInput, 'lastMark'>): Price | null {
  const { bid, ask } = quote;
  if (bid === null) return null;
  return snapUp(Math.max(0, ask === null ? bid - numbers.noAskFloor : bid - (ask - bid)), grid);
}

/**
 * Walk k: the last price lowered by `walkStep(k)`, snapped down, at least one grid step, never below the book's
 * floor nor `walkFloor` (a profit exit's own threshold). Without a bid also at most what `priceWithoutBid` says.
 */
export function priceWalk(
  lastPrice: Price,
  walk: number,
  walkFloor: Price | null,
  input: PricingInput,
): Price {
  const { grid, numbers, quote } = input;
  const stepped = Math.min(
    snapDown(lastPrice - walkStep(walk, numbers), grid),
    tickBelow(lastPrice, grid) ?? lowestPrice(grid),
  );
  const resting = quote.bid === null ? priceWithoutBid(input) : null;
  const wanted = resting === null ? stepped : Math.min(stepped, resting);
  const floors = [bookFloor(input), walkFloor === null ? null : snapUp(walkFloor, grid)];
  return floors.reduce<Price>((price, floor) => (floor !== null && floor > price ? floor : price), wanted);
}

/** How far below the bid a market order's limit lies: min(offset, share × bid), at least `minTicks` ticks, doubled `repeats` times. */
export function marketAllowance(
  bid: Price,
  repeats: number,
  grid: PriceGrid,
  numbers: ExecutionNumbers,
): Price {
  const { offset, share, minTicks } = numbers.marketAllowance;
  const base = Math.max(Math.min(offset, mulDivFloor(bid, share, WHOLE)), minTicks * tickSize(bid, grid));
  return Math.min(base * 2 ** Math.min(repeats, 20), bid);
}

/**
 * The limit of an immediate-or-cancel order that stands for a market order, snapped down, never below `floor`
 * (HIGH's market floor, snapped up). `null`: the bid itself is below the floor.
 */
export function priceMarket(
  bid: Price,
  repeats: number,
  floor: Price | null,
  grid: PriceGrid,
  numbers: ExecutionNumbers,
): Price | null {
  const limit = snapDown(bid - marketAllowance(bid, repeats, grid, numbers), grid);
  if (floor === null) return limit;
  const snapped = snapUp(floor, grid);
  return bid < snapped ? null : Math.max(limit, snapped);
}
