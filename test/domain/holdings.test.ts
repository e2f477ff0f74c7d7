import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccountFacts,
  compareHoldings,
  type HeldQuantity,
  type HoldingsMemory,
  type LastOrders,
  type Lot,
  NO_MEMORY,
} from '../../src/domain/holdings.ts';

const lot = (change: Partial<Lot> = {}): Lot => ({
  positionId: 'a',
  market: 'M',
  side: 'yes',
  remaining: 1_000,
  openedAt: 0,
  liveOrder: null,
  lastOrderEndedAt: null,
  awaitsSettlement: false,
  marketSeenAt: Number.POSITIVE_INFINITY,
  ...change,
});
const held = (quantity: number, change: Partial<HeldQuantity> = {}): HeldQuantity => ({
  market: 'M',
  side: 'yes',
  quantity,
  ...change,
});
const short = (quantity: number, asOf: number): HoldingsMemory => ({
  ...NO_MEMORY,
  shortages: new Map([['yes M', { quantity, asOf }]]),
});
const more = (quantity: number, asOf: number, key = 'yes M'): HoldingsMemory => ({
  ...NO_MEMORY,
  excess: new Map([[key, { quantity, asOf }]]),
});
const OUT = { clientId: 'c', filled: 0 };
const order = (change: Partial<AccountFacts['openOrders'][number]> = {}) => ({
  ...held(1_000),
  clientId: 'c',
  action: 'sell' as const,
  filled: 0,
  ...change,
});
const read = (
  holdings: HeldQuantity[],
  openOrders: AccountFacts['openOrders'] = [],
  asOf = 100,
  offered: HeldQuantity[] = [],
): AccountFacts => ({ holdings, openOrders, offered, asOf });
const never = () => Number.NEGATIVE_INFINITY;
const NEVER: LastOrders = { soldUntil: never, boughtUntil: never };
const bought = (until: number): LastOrders => ({ ...NEVER, boughtUntil: () => until });

describe('compareHoldings', () => {
  it.each<
    [
      name: string,
      lots: Lot[],
      holdings: HeldQuantity[],
      before: HoldingsMemory,
      want: Partial<ReturnType<typeof compareHoldings>>,
    ]
  >([
    ['all there', [lot()], [held(1_000)], NO_MEMORY, { reductions: [], excess: [], memory: NO_MEMORY }],
    [
      'a first shortage is only remembered',
      [lot()],
      [held(600)],
      NO_MEMORY,
      { reductions: [], memory: short(400, 100) },
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
      { reductions: [], memory: short(400, 100) },
    ],
    [
      'a read before the end of our last order proves nothing',
      [lot({ lastOrderEndedAt: 60 })],
      [held(600)],
      short(400, 50),
      { reductions: [], memory: short(400, 100) },
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
      { reductions: [], memory: NO_MEMORY },
    ],
    [
      'an order is out that the read does not show: it says nothing',
      [lot({ liveOrder: OUT })],
      [held(0)],
      short(1_000, 50),
      { reductions: [], memory: NO_MEMORY, excess: [] },
    ],
    [
      'a lot younger than the read: it says nothing',
      [lot({ openedAt: 100 })],
      [],
      short(1_000, 50),
      { reductions: [], memory: NO_MEMORY },
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
      [lot(), lot({ positionId: 'b', liveOrder: OUT })],
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
    ['more than our lots say', [lot()], [held(1_500)], NO_MEMORY, { reductions: [], excess: [held(500)] }],
    [
      'a holding nobody covers',
      [lot()],
      [held(1_000), held(70, { market: 'N' })],
      NO_MEMORY,
      { excess: [held(70, { market: 'N' })] },
    ],
    ['an empty holding is none', [], [held(0)], NO_MEMORY, { excess: [] }],
  ])('%s', (_, lots, holdings, before, want) => {
    expect(compareHoldings(lots, read(holdings), before, NEVER)).toMatchObject(want);
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
        const { reductions } = compareHoldings(ours, read([held(theirs)]), short(missingBefore, 60), NEVER);
        const written = reductions.reduce((sum, each) => sum + each.missing, 0);
        expect(written).toBe(Math.max(0, Math.min(total - theirs, missingBefore)));
        for (const { positionId, missing } of reductions)
          expect(missing).toBeLessThanOrEqual(ours[Number(positionId)]!.remaining);
      }),
    );
  });

  it.each<
    [
      name: string,
      lots: Lot[],
      facts: AccountFacts,
      before: HoldingsMemory,
      want: Partial<ReturnType<typeof compareHoldings>>,
    ]
  >([
    [
      'an order that rests for what is held',
      [lot({ liveOrder: OUT })],
      read([held(1_000)], [order()]),
      NO_MEMORY,
      { overcommitted: [], suspicions: [], memory: NO_MEMORY },
    ],
    [
      'an order that rests for more than is held goes at the first sight of it',
      [lot({ liveOrder: OUT })],
      read([held(400)], [order()]),
      NO_MEMORY,
      {
        overcommitted: [{ positionId: 'a', clientId: 'c' }],
        suspicions: ['M'],
        reductions: [],
        memory: short(600, 100),
      },
    ],
    [
      'a person offers the same contracts: our order goes',
      [lot({ liveOrder: OUT })],
      read([held(1_000)], [order()], 100, [held(500)]),
      NO_MEMORY,
      { overcommitted: [{ positionId: 'a', clientId: 'c' }], suspicions: [] },
    ],
    [
      'and the second read shrinks the lot under it',
      [lot({ liveOrder: OUT })],
      read([held(400)], [order()]),
      short(600, 50),
      { reductions: [{ positionId: 'a', missing: 600 }], suspicions: [] },
    ],
    [
      'what the order sold and its lot has not heard of is no shortage',
      [lot({ liveOrder: OUT })],
      read([held(700)], [order({ filled: 300 })]),
      NO_MEMORY,
      { overcommitted: [], suspicions: [], memory: NO_MEMORY },
    ],
    [
      'nor is what both know',
      [lot({ remaining: 700, liveOrder: { clientId: 'c', filled: 300 } })],
      read([held(700)], [order({ filled: 300 })]),
      NO_MEMORY,
      { overcommitted: [], suspicions: [], memory: NO_MEMORY },
    ],
    [
      'a fill between the two reads makes holdings look bigger, never smaller',
      [lot({ liveOrder: OUT })],
      read([held(1_000)], [order({ filled: 300 })]),
      NO_MEMORY,
      { overcommitted: [], suspicions: [], excess: [held(300)] },
    ],
    [
      'two lots rest for more than is held together: both orders go',
      [lot({ liveOrder: OUT }), lot({ positionId: 'b', liveOrder: { clientId: 'd', filled: 0 } })],
      read([held(1_500)], [order(), order({ clientId: 'd' })]),
      NO_MEMORY,
      {
        overcommitted: [
          { positionId: 'a', clientId: 'c' },
          { positionId: 'b', clientId: 'd' },
        ],
      },
    ],
    [
      'a market that nobody has looked at since: it may be settled, and is asked',
      [lot({ marketSeenAt: 49 })],
      read([]),
      short(1_000, 50),
      { reductions: [], suspicions: [], unseen: ['M'] },
    ],
    [
      'a closed market: the settlement says what became of it',
      [lot({ awaitsSettlement: true })],
      read([]),
      short(1_000, 50),
      { reductions: [], suspicions: [] },
    ],
    [
      'an excess that two reads agree on is uncovered',
      [lot()],
      read([held(1_500)]),
      more(700, 50),
      { uncovered: [held(500)] },
    ],
    [
      'the same read twice is one read of it',
      [lot()],
      read([held(1_500)]),
      more(500, 100),
      { uncovered: [] },
    ],
    [
      'an excess seen before the end of our last order may be what that order sold',
      [lot({ lastOrderEndedAt: 60 })],
      read([held(1_500)]),
      more(500, 50),
      { uncovered: [] },
    ],
  ])('%s', (_, lots, facts, before, want) => {
    expect(compareHoldings(lots, facts, before, NEVER)).toMatchObject(want);
  });

  it('what a closed lot sold is not found again by reads from before its end', () => {
    const ended: LastOrders = { ...NEVER, soldUntil: () => 80 };
    const late = compareHoldings([], read([held(300)], [], 70), NO_MEMORY, ended);
    expect(late).toMatchObject({ excess: [], uncovered: [], isTooOld: true });
    const first = compareHoldings([], read([held(300)], [], 90), late.memory, ended);
    expect(first).toMatchObject({ excess: [held(300)], uncovered: [] });
    const second = compareHoldings([], read([held(300)], [], 95), first.memory, ended);
    expect(second.uncovered).toEqual([held(300)]);
  });

  it('while an entry buys, nothing is said of its market and side, and nobody asks again', () => {
    const buying = bought(Number.POSITIVE_INFINITY);
    const nothing = { excess: [], uncovered: [], reductions: [], suspicions: [], isTooOld: false };
    const alone = compareHoldings([], read([held(300)]), more(300, 50), buying);
    expect(alone).toMatchObject({ ...nothing, silent: new Set(['yes M']) });
    const beside = compareHoldings([lot()], read([held(1_300)]), more(300, 50), buying);
    expect(beside).toMatchObject({ ...nothing, silent: new Set(['yes M']) });
    const less = compareHoldings([lot()], read([held(700)]), short(300, 50), buying);
    expect(less).toMatchObject({ ...nothing, silent: new Set(['yes M']) });
  });

  it.each<[name: string, lots: Lot[], want: Partial<ReturnType<typeof compareHoldings>>]>([
    ['with no lot yet', [], { excess: [], uncovered: [], isTooOld: true }],
    ['beside another lot', [lot()], { excess: [], uncovered: [], isTooOld: false }],
  ])('a read from before the end of an entry proves nothing: %s', (_, lots, want) => {
    const holdings = read([held(1_300)], [], 80);
    expect(compareHoldings(lots, holdings, more(300, 50), bought(80))).toMatchObject(want);
  });

  it.each<[name: string, before: HoldingsMemory, want: HeldQuantity[]]>([
    ['what one read alone shows since', more(300, 80), []],
    ['what two reads since agree on', more(300, 90), [held(300)]],
  ])('after an entry: %s', (_, before, want) => {
    expect(compareHoldings([lot()], read([held(1_300)]), before, bought(80)).uncovered).toEqual(want);
  });

  it('a shortage seen before the end of an entry does not count', () => {
    const facts = read([held(700)]);
    expect(compareHoldings([lot()], facts, short(300, 70), bought(80)).reductions).toEqual([]);
    const seen = compareHoldings([lot()], facts, short(300, 90), bought(80)).reductions;
    expect(seen).toEqual([{ positionId: 'a', missing: 300 }]);
  });
});
