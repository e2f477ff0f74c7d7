import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { offerOf } from '../../src/domain/entry.ts';
import { type Book, isSound, quoteForSide, type Side } from '../../src/domain/market.ts';
import { A, aHolding, BOTH_MODES, raised, sent, watching } from '../kalshi/rig.ts';
import type { KalshiWorld } from '../support/kalshi-world.ts';
import { type Json, tries } from './mutations.ts';
import { answersChanged, framesChanged } from './spoiled-exchange.ts';

type WireLevel = [price: Json, size: Json];

/** Bids of YES and of NO, as the exchange lists them. */
interface WireBook {
  yes: WireLevel[];
  no: WireLevel[];
}

const at = (price: Json, size: Json = '100.00'): WireLevel => [price, size];

/** 20 % under the entry, as far as it says anything: the stop loss of a YES position, if it were believed. */
const FALLEN: WireBook = { yes: [at('0.4000')], no: [at('0.5900')] };
/** The same for a NO position, bought at $0.50: its bid is $0.40. */
const RISEN: WireBook = { yes: [at('0.5900')], no: [at('0.4000')] };

/** What is wrong with a book; `own` is the side that a position could sell to. */
const ABSURD: [string, (own: WireLevel[], other: WireLevel[]) => [own: WireLevel[], other: WireLevel[]]][] = [
  ['a bid above the ask', (own) => [own, [at('0.7500')]]],
  ['a bid far above the ask', (own) => [own, [at('0.9900')]]],
  ['a negative size', (own, other) => [[...own, at('0.3900', '-1.00')], other]],
  ['a level twice', (own, other) => [[...own, ...own], other]],
  ['a level twice on the other side', (own, other) => [own, [...other, ...other]]],
  ['a bid for nothing', (own, other) => [[...own, at('0.0000')], other]],
  ['a bid at a dollar', (own, other) => [own, [...other, at('1.0000')]]],
  ['a bid above a dollar', (own, other) => [[...own, at('1.0100')], other]],
  ['a negative price', (own, other) => [[...own, at('-0.3900')], other]],
  ['a price finer than any', (own, other) => [[...own, at('0.39001')], other]],
  ['a price that is a number', (own, other) => [[...own, at(0.39)], other]],
  ['no number', (own, other) => [[...own, at('NaN')], other]],
  ['a size that is none', (own, other) => [[...own, at('0.3900', 'NaN')], other]],
  ['a size that is missing', (own, other) => [[...own, ['0.3900'] as unknown as WireLevel], other]],
  ['more contracts than there can be', (own, other) => [[...own, at('0.3900', '9'.repeat(14))], other]],
  ['no list', (own) => [own, { '0.5900': '1.00' } as unknown as WireLevel[]]],
];

const bookFor = (side: Side, change: (typeof ABSURD)[number][1]): WireBook => {
  const { yes, no } = side === 'yes' ? FALLEN : RISEN;
  const [own, other] = side === 'yes' ? change(yes, no) : change(no, yes);
  return side === 'yes' ? { yes: own, no: other } : { yes: other, no: own };
};

/** A position big enough for the day's loss to count sees this book from now on, wherever it looks. */
async function seeing(side: Side, streaming: boolean, book: () => WireBook): Promise<KalshiWorld> {
  const world = await watching({ streaming, holdings: [aHolding({ side, count: 1_000_000 })] });
  answersChanged(world, (path, body) => {
    if (!path.endsWith('/markets/orderbooks')) return body;
    const { yes, no } = book();
    return { orderbooks: [{ ticker: A, orderbook_fp: { yes_dollars: yes, no_dollars: no } }] };
  });
  await framesChanged(world, (frame) => {
    if (frame.type !== 'orderbook_snapshot') return frame;
    const { yes, no } = book();
    return { ...frame, msg: { market_ticker: A, yes_dollars_fp: yes, no_dollars_fp: no } };
  });
  return world.pass(200);
}

const SIDES = ['yes', 'no'] as const;
const LAST_MARK = { yes: 5_000, no: 4_900 };

describe.each(BOTH_MODES)('%s', (_, streaming) => {
  test.each(SIDES)('a %s position is sold on a book that is right', async (side) => {
    const world = await seeing(side, streaming, () => bookFor(side, (own, other) => [own, other]));
    expect(sent(world).length).toBeGreaterThan(0);
  });

  test.each(SIDES)('a %s position is not sold on any that is not, and that is said', async (side) => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...ABSURD), async ([, change]) => {
        const world = await seeing(side, streaming, () => bookFor(side, change));
        expect(sent(world)).toEqual([]);
        expect(world.positions().map(({ phase, exit, mark }) => ({ phase, exit, mark }))).toEqual([
          { phase: 'open', exit: null, mark: LAST_MARK[side] },
        ]);
        const worth = world.postern.watch().valuations(15_000);
        expect(worth.map(({ mark, fresh }) => ({ mark, fresh }))).toEqual([
          { mark: LAST_MARK[side], fresh: false },
        ]);
        expect(world.kinds().filter((kind) => /^(exit|breaker)/.test(kind))).toEqual([]);
        expect(raised(world)).toContainEqual(expect.stringMatching(/book_unreadable|position_orphaned/));
        expect(world.end).toBeNull();
      }),
      { ...tries(6), examples: streaming ? [] : ABSURD.map((absurd) => [absurd]) },
    );
  });
});

const levels = fc.array(
  fc.record({
    price: fc.oneof(fc.integer({ min: -2, max: 10_002 }), fc.constant(Number.NaN)),
    size: fc.nat(),
  }),
  { maxLength: 2 },
);

test('a quote is sound when its prices can be traded at and the bid is below the ask, seen from either side', () => {
  fc.assert(
    fc.property(levels, levels, (bids, asks) => {
      const book: Book = { market: A, bids, asks, observedAt: 0 };
      const prices = [bids[0], asks[0]].flatMap((level) => (level ? [level.price] : []));
      const isRight =
        prices.length > 0 &&
        prices.every((price) => price > 0 && price < 10_000) &&
        (prices.length === 1 || prices[0]! < prices[1]!);
      expect(SIDES.map((side) => isSound(quoteForSide(book, side)))).toEqual([isRight, isRight]);
      if (!isRight) for (const side of SIDES) expect(offerOf(book, side, () => 0)).toBeNull();
    }),
    tries(300),
  );
});
