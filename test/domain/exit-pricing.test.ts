import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bookFloor,
  marketAllowance,
  priceFirstLimit,
  priceMarket,
  priceWalk,
  walkStep,
} from '../../src/domain/exit-pricing.ts';
import { CENT_GRID, type PriceGrid, snapDown, snapUp } from '../../src/domain/market.ts';
import type { PriceStrategy } from '../../src/domain/method.ts';
import type { Price } from '../../src/domain/money.ts';
import { aQuote, defaultMethod } from '../support/domain-builders.ts';

const { numbers } = defaultMethod();
/** Tenths of a cent below 0.10 and above 0.90, cents between. */
const TAPERED: PriceGrid = [
  { start: 0, end: 1000, step: 10 },
  { start: 1000, end: 9000, step: 100 },
  { start: 9000, end: 10_000, step: 10 },
];
const book = (bid: Price | null, ask: Price | null, lastMark: Price | null = bid, grid = CENT_GRID) => ({
  quote: { ...aQuote(bid), ask },
  lastMark,
  grid,
  numbers,
});

describe('priceFirstLimit', () => {
  it.each<
    [name: string, PriceStrategy, bid: Price | null, ask: Price | null, lastMark: Price | null, Price | null]
  >([
    [
      'aggressive, dear: 2 % of 0.60 is more than a cent, so the cent counts',
      'aggressive',
      6000,
      6100,
      6000,
      5900,
    ],
    [
      'aggressive, cheap: 2 % of 0.20 is less than a cent, snapped down all the same',
      'aggressive',
      2000,
      2100,
      2000,
      1900,
    ],
    ['aggressive at the bottom: inside (0, 1)', 'aggressive', 100, 200, 100, 100],
    ['aggressive needs no ask', 'aggressive', 6000, null, 6000, 5900],
    ['fair: the mid', 'fair', 6000, 6200, 6000, 6100],
    ['fair: a mid between ticks goes up', 'fair', 6000, 6100, 6000, 6100],
    ['fair without an ask: the bid', 'fair', 6000, null, 6000, 6000],
    ['conservative: the ask', 'conservative', 6000, 6300, 6000, 6300],
    ['conservative without an ask: the bid and a cent', 'conservative', 6000, null, 6000, 6100],
    ['conservative at the top: inside (0, 1)', 'conservative', 9900, null, 9900, 9900],
    ['no bid: one walk step below the last mark', 'aggressive', null, 6200, 6000, 5900],
    ['no bid: one tick below an ask that is lower', 'fair', null, 5500, 6000, 5400],
    ['no bid, no mark ever: one tick below the ask', 'conservative', null, 5500, null, 5400],
    ['no bid, an ask at the bottom', 'fair', null, 100, null, 100],
    ['neither side and no mark: nothing to price from', 'fair', null, null, null, null],
    ['neither side: below the last mark', 'fair', null, null, 6000, 5900],
  ])('%s', (_, strategy, bid, ask, lastMark, expected) => {
    expect(priceFirstLimit(strategy, book(bid, ask, lastMark))).toBe(expected);
  });

  it('keeps to a tapered grid', () => {
    const prices = (['aggressive', 'fair', 'conservative'] as const).map((s) =>
      priceFirstLimit(s, book(9_215, 9_300, null, TAPERED)),
    );
    expect(prices).toEqual([9110, 9260, 9300]);
  });
});

describe('bookFloor: bid − (ask − bid), snapped up', () => {
  it.each<[name: string, bid: Price | null, ask: Price | null, grid: PriceGrid, Price | null]>([
    ['as far below the bid as the ask lies above', 6000, 6300, CENT_GRID, 5700],
    ['never below the lowest price', 1000, 6000, CENT_GRID, 100],
    ['off the grid: up', 9015, 9100, TAPERED, 9000],
    ['no ask: three cents below the bid', 6000, null, CENT_GRID, 5700],
    ['no bid: the book gives none', null, 6300, CENT_GRID, null],
  ])('%s', (_, bid, ask, grid, expected) => {
    expect(bookFloor(book(bid, ask, bid, grid))).toBe(expected);
  });
});

describe('walks', () => {
  it('go down by 1, 1.5, 2, 2, … cents', () => {
    expect([1, 2, 3, 4, 10].map((walk) => walkStep(walk, numbers))).toEqual([100, 150, 200, 200, 200]);
  });

  it.each<
    [
      name: string,
      last: Price,
      walk: number,
      floor: Price | null,
      bid: Price | null,
      ask: Price | null,
      Price,
    ]
  >([
    ['walk 1: a cent', 6200, 1, null, 6000, 6400, 6100],
    ['walk 2: a cent and a half, snapped down', 6100, 2, null, 6000, 6400, 5900],
    ['walk 3: two cents', 5900, 3, null, 6000, 6400, 5700],
    ['down to the book’s floor', 5700, 4, null, 6000, 6400, 5600],
    ['and no further', 5600, 5, null, 6000, 6400, 5600],
    ['a profit’s own threshold stops it earlier', 6100, 2, 6010, 6000, 6400, 6100],
    ['a book that rose lifts it: its floor is of the current book', 5000, 1, null, 6000, 6100, 5900],
    ['no ask: three cents below the bid', 5900, 3, null, 6000, null, 5700],
    ['no bid: at most one tick below the ask', 6200, 1, null, null, 5500, 5400],
    ['no bid, threshold: it stays above', 6200, 1, 5800, null, 5500, 5800],
    ['at the bottom', 100, 3, null, 100, 200, 100],
  ])('%s', (_, last, walk, floor, bid, ask, expected) => {
    expect(priceWalk(last, walk, floor, book(bid, ask, bid ?? 6000))).toBe(expected);
  });

  it('moves at least one step of a grid that is wider than the walk', () => {
    const wide: PriceGrid = [{ start: 0, end: 10_000, step: 500 }];
    expect(priceWalk(6000, 1, null, book(6000, 7000, 6000, wide))).toBe(5500);
  });
});

describe('market orders', () => {
  it.each<[name: string, bid: Price, repeats: number, floor: Price | null, Price | null]>([
    ['the smaller of 10 cents …', 8000, 0, null, 7000],
    ['… and 20 %', 2000, 0, null, 1600],
    ['doubled with each repeat', 8000, 1, null, 6000],
    ['and again', 8000, 2, null, 4000],
    ['at any price', 8000, 12, null, 100],
    ['at least two ticks', 400, 0, null, 200],
    ['inside (0, 1)', 100, 0, null, 100],
    ['HIGH: not below its floor', 8000, 2, 4250, 4300],
    ['HIGH: at its floor', 4300, 0, 4300, 4300],
    ['HIGH: a bid below its floor', 4200, 0, 4250, null],
  ])('%s', (_, bid, repeats, floor, expected) => {
    expect(priceMarket(bid, repeats, floor, CENT_GRID, numbers)).toBe(expected);
  });

  it('counts the ticks of the grid at the bid', () => {
    expect(marketAllowance(50, 0, TAPERED, numbers)).toBe(20);
    expect(marketAllowance(1100, 0, CENT_GRID, numbers)).toBe(220);
  });
});

const aGrid = fc.constantFrom(CENT_GRID, TAPERED, [{ start: 0, end: 10_000, step: 500 }] as PriceGrid);
const aBook = fc
  .record({
    grid: aGrid,
    bid: fc.option(fc.integer({ min: 1, max: 9_999 })),
    spread: fc.option(fc.integer({ min: 0, max: 4_000 })),
    lastMark: fc.integer({ min: 1, max: 9_999 }),
  })
  .map(({ grid, bid, spread, lastMark }) => {
    const ask = spread === null ? null : Math.min(9_999, (bid ?? lastMark) + spread);
    return book(
      bid === null ? null : snapDown(bid, grid),
      ask === null ? null : snapUp(ask, grid),
      lastMark,
      grid,
    );
  });
const aPrice = fc.integer({ min: 1, max: 9_999 });

const onGrid = (price: Price, grid: PriceGrid): boolean =>
  snapDown(price, grid) === price && price > 0 && price < 10_000;

describe('every price', () => {
  it('of a first limit lies on the grid, inside (0, 1)', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<PriceStrategy>('aggressive', 'fair', 'conservative'),
        aBook,
        (strategy, input) => {
          expect(onGrid(priceFirstLimit(strategy, input)!, input.grid)).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('of a walk lies on the grid, at or above every floor, and at least a step lower until a floor', () => {
    fc.assert(
      fc.property(
        aBook,
        aPrice,
        fc.integer({ min: 1, max: 12 }),
        fc.option(aPrice),
        (input, from, walk, floor) => {
          const last = snapDown(from, input.grid);
          const price = priceWalk(last, walk, floor, input);
          const floors = [
            bookFloor(input),
            floor === null ? null : snapUp(floor, input.grid),
            snapDown(1, input.grid),
          ];
          expect(onGrid(price, input.grid)).toBe(true);
          for (const each of floors) expect(price).toBeGreaterThanOrEqual(each ?? 0);
          expect(price < last || floors.includes(price)).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('of a market order lies on the grid, at or below the bid, not below its floor, and falls with each repeat', () => {
    fc.assert(
      fc.property(
        aGrid,
        aPrice,
        fc.option(aPrice),
        fc.integer({ min: 0, max: 40 }),
        (grid, at, floor, repeats) => {
          const bid = snapDown(at, grid);
          const price = priceMarket(bid, repeats, floor, grid, numbers);
          if (price === null) {
            expect(bid).toBeLessThan(snapUp(floor!, grid));
            return;
          }
          expect(onGrid(price, grid)).toBe(true);
          expect(price).toBeLessThanOrEqual(bid);
          expect(price).toBeGreaterThanOrEqual(floor === null ? 0 : snapUp(floor, grid));
          expect(priceMarket(bid, repeats + 1, floor, grid, numbers)!).toBeLessThanOrEqual(price);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
