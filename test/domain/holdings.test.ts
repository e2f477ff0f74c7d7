import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareHoldings, type HeldQuantity, type Lot, type Shortages } from '../../src/domain/holdings.ts';

const lot = (change: Partial<Lot> = {}): Lot => ({
  positionId: 'a',
  market: 'M',
  side: 'yes',
  remaining: 1_000,
  openedAt: 0,
  orderIsOut: false,
  lastOrderEndedAt: null,
  ...change,
});
const held = (quantity: number, change: Partial<HeldQuantity> = {}): HeldQuantity => ({
  market: 'M',
  side: 'yes',
  quantity,
  ...change,
});
const NOTHING: Shortages = new Map();
const short = (missing: number, asOf: number): Shortages => new Map([['yes M', { missing, asOf }]]);

describe('compareHoldings', () => {
  it.each<
    [
      name: string,
      lots: Lot[],
      holdings: HeldQuantity[],
      before: Shortages,
      want: Partial<ReturnType<typeof compareHoldings>>,
    ]
  >([
    ['all there', [lot()], [held(1_000)], NOTHING, { reductions: [], excess: [], shortages: NOTHING }],
    [
      'a first shortage is only remembered',
      [lot()],
      [held(600)],
      NOTHING,
      { reductions: [], shortages: short(400, 100) },
    ],
    [
      'a second one counts',
      [lot()],
      [held(600)],
      short(400, 50),
      { reductions: [{ positionId: 'a', missing: 400 }] },
    ],
    [
      'by what both agree on: it grew',
      [lot()],
      [held(500)],
      short(400, 50),
      { reductions: [{ positionId: 'a', missing: 400 }] },
    ],
    [
      'by what both agree on: it shrank',
      [lot()],
      [held(900)],
      short(400, 50),
      { reductions: [{ positionId: 'a', missing: 100 }] },
    ],
    ['gone altogether', [lot()], [], short(1_000, 50), { reductions: [{ positionId: 'a', missing: 1_000 }] }],
    [
      'the same read twice is one read',
      [lot()],
      [held(600)],
      short(400, 100),
      { reductions: [], shortages: short(400, 100) },
    ],
    [
      'a read before the end of our last order proves nothing',
      [lot({ lastOrderEndedAt: 60 })],
      [held(600)],
      short(400, 50),
      { reductions: [], shortages: short(400, 100) },
    ],
    [
      'both after it do',
      [lot({ lastOrderEndedAt: 40 })],
      [held(600)],
      short(400, 50),
      { reductions: [{ positionId: 'a', missing: 400 }] },
    ],
    [
      'this read before the end of our last order: it says nothing',
      [lot({ lastOrderEndedAt: 100 })],
      [held(600)],
      short(400, 50),
      { reductions: [], shortages: NOTHING },
    ],
    [
      'an order is out: it says nothing',
      [lot({ orderIsOut: true })],
      [held(0)],
      short(1_000, 50),
      { reductions: [], shortages: NOTHING, excess: [] },
    ],
    [
      'a lot younger than the read: it says nothing',
      [lot({ openedAt: 100 })],
      [],
      short(1_000, 50),
      { reductions: [], shortages: NOTHING },
    ],
    [
      'the newest lot shrinks first, then the one before',
      [lot({ positionId: 'old', openedAt: 1 }), lot({ positionId: 'new', openedAt: 2 })],
      [held(700)],
      short(1_300, 50),
      {
        reductions: [
          { positionId: 'new', missing: 1_000 },
          { positionId: 'old', missing: 300 },
        ],
      },
    ],
    [
      'one lot with an order out silences the others of its market and side',
      [lot(), lot({ positionId: 'b', orderIsOut: true })],
      [],
      short(2_000, 50),
      { reductions: [] },
    ],
    [
      'the other side is another holding',
      [lot()],
      [held(1_000, { side: 'no' })],
      short(1_000, 50),
      { reductions: [{ positionId: 'a', missing: 1_000 }], excess: [held(1_000, { side: 'no' })] },
    ],
    ['more than our lots say', [lot()], [held(1_500)], NOTHING, { reductions: [], excess: [held(500)] }],
    [
      'a holding nobody covers',
      [lot()],
      [held(1_000), held(70, { market: 'N' })],
      NOTHING,
      { excess: [held(70, { market: 'N' })] },
    ],
    ['an empty holding is none', [], [held(0)], NOTHING, { excess: [] }],
  ])('%s', (_, lots, holdings, before, want) => {
    expect(compareHoldings(lots, holdings, 100, before)).toMatchObject(want);
  });

  it('never writes off more than is missing, nor more of a lot than it has', () => {
    const lots = fc.array(
      fc.record({ remaining: fc.integer({ min: 1, max: 5_000 }), openedAt: fc.nat(50) }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(lots, fc.nat(20_000), fc.nat(20_000), (parts, theirs, missingBefore) => {
        const ours = parts.map((part, i) => lot({ ...part, positionId: String(i) }));
        const total = ours.reduce((sum, each) => sum + each.remaining, 0);
        const { reductions } = compareHoldings(ours, [held(theirs)], 100, short(missingBefore, 60));
        const written = reductions.reduce((sum, each) => sum + each.missing, 0);
        expect(written).toBe(Math.max(0, Math.min(total - theirs, missingBefore)));
        for (const { positionId, missing } of reductions)
          expect(missing).toBeLessThanOrEqual(ours[Number(positionId)]!.remaining);
      }),
    );
  });
});
