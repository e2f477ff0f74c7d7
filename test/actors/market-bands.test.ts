import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MarketBands } from '../../src/actors/watch/market-bands.ts';
import type { SkipBand } from '../../src/domain/evaluation.ts';
import type { Side } from '../../src/domain/market.ts';

const BAND: SkipBand = { bidLow: 4500, bidHigh: 5500, askLow: 4600, askHigh: 5600, until: 1_000 };

/** One market with these bands, and the slots of its members in their order. */
function bandsOf(...bands: [band: SkipBand | null, side: Side][]) {
  const market = new MarketBands<string>();
  const slots = bands.map(([band, side], i) => {
    const slot = market.add(`m${i}`);
    market.set(slot, band, side);
    return slot;
  });
  return { market, slots };
}

describe('MarketBands', () => {
  it.each<[name: string, bid: number, ask: number, at: number, skipped: boolean]>([
    ['inside', 5000, 5100, 999, true],
    ['at every edge', 4500, 5600, 0, true],
    ['a bid below', 4499, 5100, 0, false],
    ['a bid above', 5501, 5600, 0, false],
    ['an ask below', 4500, 4599, 0, false],
    ['an ask above', 5000, 5601, 0, false],
    ['too late', 5000, 5100, 1_000, false],
  ])('a quote %s', (_, bid, ask, at, skipped) => {
    const { market, slots } = bandsOf([BAND, 'yes']);
    expect([market.skips(slots[0]!, bid, ask, at), market.skipsAll(bid, ask, at)]).toEqual([
      skipped,
      skipped,
    ]);
  });

  it('a NO band is mirrored: its bid is one less the YES ask', () => {
    const { market, slots } = bandsOf([
      { ...BAND, bidLow: 4000, bidHigh: 4100, askLow: 4200, askHigh: 4300 },
      'no',
    ]);
    expect([
      market.skips(slots[0]!, 5700, 5900, 0),
      market.skips(slots[0]!, 5700, 6001, 0),
      market.skips(slots[0]!, 5801, 5900, 0),
    ]).toEqual([true, false, false]);
  });

  it('a member without a band sees everything, and so nothing is skipped for all', () => {
    const { market, slots } = bandsOf([BAND, 'yes'], [null, 'yes']);
    expect([
      market.skips(slots[0]!, 5000, 5100, 0),
      market.skips(slots[1]!, 5000, 5100, 0),
      market.skipsAll(5000, 5100, 0),
    ]).toEqual([true, false, false]);
    expect([
      market.sleeps(slots[0]!, 0),
      market.sleeps(slots[0]!, 1_000),
      market.sleeps(slots[1]!, 0),
    ]).toEqual([true, false, false]);
  });

  it('the last member moves into a slot that is given up', () => {
    const { market } = bandsOf([BAND, 'yes'], [null, 'yes'], [BAND, 'yes']);
    expect(market.remove(1)).toBe('m2');
    expect(market.members).toEqual(['m0', 'm2']);
    expect(market.skipsAll(5000, 5100, 0)).toBe(true);
    expect(market.remove(1)).toBeNull();
    expect(market.members).toEqual(['m0']);
  });

  it('skips for all exactly what each skips, whoever comes and goes', () => {
    const price = fc.integer({ min: 1, max: 9_999 });
    const aBand = fc
      .tuple(price, price, price, price, fc.integer({ min: 0, max: 9 }))
      .map(([a, b, c, d, until]) => ({
        bidLow: Math.min(a, b),
        bidHigh: Math.max(a, b),
        askLow: Math.min(c, d),
        askHigh: Math.max(c, d),
        until,
      }));
    const aStep = fc.oneof(
      fc.record({
        do: fc.constant('add' as const),
        band: fc.option(aBand),
        side: fc.constantFrom<Side>('yes', 'no'),
      }),
      fc.record({ do: fc.constant('remove' as const), index: fc.nat(30) }),
      fc.record({ do: fc.constant('ask' as const), bid: price, ask: price, at: fc.nat(10) }),
    );
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 60 }), (steps) => {
        const market = new MarketBands<{ band: SkipBand | null; side: Side }>();
        for (const step of steps) {
          if (step.do === 'add') market.set(market.add(step), step.band, step.side);
          else if (step.do === 'remove' && market.members.length > 0)
            market.remove(step.index % market.members.length);
          else if (step.do === 'ask') {
            const { bid, ask, at } = step;
            const wanted = market.members.map(
              ({ band, side }) => band !== null && inside(band, side, bid, ask, at),
            );
            expect(market.members.map((_, slot) => market.skips(slot, bid, ask, at))).toEqual(wanted);
            expect(market.skipsAll(bid, ask, at)).toBe(wanted.every(Boolean));
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** The definition, in the terms of the side owned. */
function inside(band: SkipBand, side: Side, yesBid: number, yesAsk: number, at: number): boolean {
  const [bid, ask] = side === 'yes' ? [yesBid, yesAsk] : [10_000 - yesAsk, 10_000 - yesBid];
  return (
    bid >= band.bidLow && bid <= band.bidHigh && ask >= band.askLow && ask <= band.askHigh && at < band.until
  );
}
