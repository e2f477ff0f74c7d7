import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MOST_POINTS, type PricePoint, PriceSeries } from '../../src/services/live/price-series.ts';

const point = (at: number, bid: number | null, ask: number | null = 9_999): PricePoint => ({ at, bid, ask });

const seriesOf = (points: readonly PricePoint[]): PriceSeries => {
  const series = new PriceSeries();
  for (const one of points) series.add(one);
  return series;
};

describe('what is kept', () => {
  test.each<[string, PricePoint[], PricePoint[]]>([
    ['changes of the bid', [point(1, 5), point(2, 6)], [point(1, 5), point(2, 6)]],
    ['changes of the ask', [point(1, 5, 7), point(2, 5, 8)], [point(1, 5, 7), point(2, 5, 8)]],
    [
      'a side that is gone',
      [point(1, 5), point(2, null), point(3, 5)],
      [point(1, 5), point(2, null), point(3, 5)],
    ],
    ['not what stays as it is', [point(1, 5), point(2, 5), point(3, 5)], [point(1, 5)]],
    ['not what is older than what is known', [point(3, 5), point(2, 6)], [point(3, 5)]],
    ['not a second one of the same time', [point(3, 5), point(3, 6)], [point(3, 5)]],
  ])('%s', (_, given, kept) => expect(seriesOf(given).points()).toEqual(kept));

  test('up to its bound everything', () => {
    const given = Array.from({ length: MOST_POINTS }, (_, i) => point(i, i % 2));
    expect(seriesOf(given).points()).toEqual(given);
  });

  test('beyond it every other point, with the first and the last', () => {
    const given = Array.from({ length: MOST_POINTS + 1 }, (_, i) => point(i, i % 9_000));
    const kept = seriesOf(given).points();
    const every = given.slice(0, MOST_POINTS).filter((_, i) => i % 2 === 0);
    expect(kept).toEqual([...every, given[MOST_POINTS - 1], given[MOST_POINTS]]);
  });

  test('however long it lasts: never more than the bound, in order, from the first to the last change', () => {
    const steps = fc.array(
      fc.record({ after: fc.integer({ min: 1, max: 1e6 }), bid: fc.integer({ min: 1, max: 9_999 }) }),
      {
        minLength: 1,
        maxLength: 3_000,
        size: 'max',
      },
    );
    fc.assert(
      fc.property(steps, (given) => {
        let at = 0;
        const points = given.map(({ after, bid }) => {
          at += after;
          return point(at, bid);
        });
        const changes = points.filter(({ bid }, i) => i === 0 || bid !== points[i - 1]!.bid);
        const kept = seriesOf(points).points();
        expect(kept.length).toBeLessThanOrEqual(MOST_POINTS);
        expect([kept[0], kept.at(-1)]).toEqual([changes[0], changes.at(-1)]);
        const known = new Set(changes.map((one) => JSON.stringify(one)));
        expect(kept.every((one) => known.has(JSON.stringify(one)))).toBe(true);
        expect(kept.every(({ at: time }, i) => i === 0 || time > kept[i - 1]!.at)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
