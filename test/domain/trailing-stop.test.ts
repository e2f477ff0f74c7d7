import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CENT_GRID, type PriceGrid } from '../../src/domain/market.ts';
import { ratchetStop, stopDistance, stopForPeak } from '../../src/domain/trailing-stop.ts';
import { defaultMethod } from '../support/domain-builders.ts';

const rules = defaultMethod().trailingStop;
const entry = { quantity: 10_000, cost: 40_000_000 };
const FINE_GRID: PriceGrid = [{ start: 0, end: 10_000, step: 10 }];
const TAPERED_GRID: PriceGrid = [
  { start: 0, end: 1000, step: 10 },
  { start: 1000, end: 9000, step: 100 },
  { start: 9000, end: 10_000, step: 10 },
];

describe('stopDistance', () => {
  it.each([
    { name: 'at the activation', pnl: 100_000, distance: 50_000 },
    { name: 'just below the first tightening', pnl: 149_999, distance: 50_000 },
    { name: 'one full 5 % beyond', pnl: 150_000, distance: 40_000 },
    { name: 'two', pnl: 200_000, distance: 30_000 },
    { name: 'three: the minimum', pnl: 250_000, distance: 20_000 },
    { name: 'never below the minimum', pnl: 900_000, distance: 20_000 },
  ])('$name', ({ pnl, distance }) => {
    expect(stopDistance(pnl, rules)).toBe(distance);
  });
});

describe('stopForPeak', () => {
  it.each([
    { name: 'inactive just below +10 %', peak: 4399, grid: FINE_GRID, stop: null },
    { name: 'active at +10 %: 5 % below the peak', peak: 4400, grid: FINE_GRID, stop: 4180 },
    { name: 'the product is rounded down to 0.0001', peak: 4410, grid: FINE_GRID, stop: 4189 },
    { name: '4 % from +15 %', peak: 4600, grid: FINE_GRID, stop: 4416 },
    { name: '2 % from +25 %', peak: 5000, grid: FINE_GRID, stop: 4900 },
    { name: 'never closer than two ticks: 2 % would be one cent', peak: 5000, grid: CENT_GRID, stop: 4800 },
    { name: 'the ticks are those below the peak', peak: 9010, grid: TAPERED_GRID, stop: 8829 },
    {
      name: 'ticks across a change of the step: 0.90, then 0.89',
      peak: 9010,
      grid: TAPERED_GRID,
      minTicks: 3,
      stop: 8800,
    },
  ])('$name', ({ peak, grid, stop, minTicks = rules.minTicks }) => {
    expect(stopForPeak(entry, peak, { ...rules, minTicks }, grid)).toBe(stop);
  });

  it('is 0, which no mark reaches, where the grid has no price two ticks below', () => {
    expect(stopForPeak({ quantity: 100, cost: 10_000 }, 200, rules, CENT_GRID)).toBe(0);
  });
});

describe('ratchetStop', () => {
  it.each([
    {
      name: 'the first mark is the peak',
      state: { peak: null, trailingStop: null },
      mark: 3900,
      next: { peak: 3900, trailingStop: null },
    },
    {
      name: 'a lower mark moves nothing',
      state: { peak: 4600, trailingStop: 4400 },
      mark: 4450,
      next: { peak: 4600, trailingStop: 4400 },
    },
    {
      name: 'a higher mark moves both',
      state: { peak: 4600, trailingStop: 4400 },
      mark: 5600,
      next: { peak: 5600, trailingStop: 5400 },
    },
    {
      name: 'a looser stop is not taken',
      state: { peak: 4600, trailingStop: 4550 },
      mark: 4700,
      next: { peak: 4700, trailingStop: 4550 },
    },
    {
      name: 'a stop stays active though the peak no longer earns one',
      state: { peak: 4100, trailingStop: 4000 },
      mark: 4100,
      next: { peak: 4100, trailingStop: 4000 },
    },
    {
      name: 'a restart with a peak but no stop sets the stop again',
      state: { peak: 5600, trailingStop: null },
      mark: 5500,
      next: { peak: 5600, trailingStop: 5400 },
    },
  ])('$name', ({ state, mark, next }) => {
    expect(ratchetStop(entry, state, mark, rules, CENT_GRID)).toEqual(next);
  });

  it('never loosens, and stays two ticks below the peak it was earned at', () => {
    const marks = fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 60 });
    const average = fc.integer({ min: 100, max: 9000 });
    fc.assert(
      fc.property(marks, average, fc.constantFrom(CENT_GRID, FINE_GRID, TAPERED_GRID), (cents, avg, grid) => {
        const held = { quantity: 700, cost: 700 * avg };
        let state: { peak: number | null; trailingStop: number | null } = { peak: null, trailingStop: null };
        for (const cent of cents) {
          const next = ratchetStop(held, state, cent * 100, rules, grid);
          expect(next.peak).toBe(Math.max(state.peak ?? 0, cent * 100));
          if (state.trailingStop !== null)
            expect(next.trailingStop).toBeGreaterThanOrEqual(state.trailingStop);
          if (next.trailingStop !== null)
            expect(next.trailingStop).toBeLessThanOrEqual(next.peak - (grid === CENT_GRID ? 200 : 20));
          state = next;
        }
      }),
    );
  });
});
