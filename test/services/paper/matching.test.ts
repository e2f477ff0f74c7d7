import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Book } from '../../../src/domain/market.ts';
import {
  matchArriving,
  matchResting,
  type RestingOrder,
  type ShownBook,
  showBook,
  visibleBook,
} from '../../../src/services/venues/paper/matching.ts';

const book = (bids: [number, number][], asks: [number, number][] = []): Book => ({
  market: 'M',
  bids: bids.map(([price, size]) => ({ price, size })),
  asks: asks.map(([price, size]) => ({ price, size })),
  observedAt: 1,
});
const shown = (...args: Parameters<typeof book>): ShownBook => showBook(null, book(...args));
const sellYes = (limitPrice: number | null, quantity: number) =>
  ({ side: 'yes', action: 'sell', limitPrice, quantity }) as const;

describe('an arriving order', () => {
  const deep = shown(
    [
      [5_000, 300],
      [4_900, 500],
      [4_700, 900],
    ],
    [
      [5_200, 200],
      [5_300, 400],
    ],
  );

  it.each([
    ['takes what the best bid shows', sellYes(5_000, 1_000), [{ price: 5_000, quantity: 300 }]],
    ['takes no more than it wants', sellYes(5_000, 120), [{ price: 5_000, quantity: 120 }]],
    [
      'takes level after level down to its limit',
      sellYes(4_800, 1_000),
      [
        { price: 5_000, quantity: 300 },
        { price: 4_900, quantity: 500 },
      ],
    ],
    [
      'takes any price without a limit',
      sellYes(null, 900),
      [
        { price: 5_000, quantity: 300 },
        { price: 4_900, quantity: 500 },
        { price: 4_700, quantity: 100 },
      ],
    ],
    ['takes nothing above the bid', sellYes(5_100, 1_000), []],
    [
      'sells NO against the YES asks, at NO prices',
      { side: 'no', action: 'sell', limitPrice: 4_700, quantity: 500 } as const,
      [
        { price: 4_800, quantity: 200 },
        { price: 4_700, quantity: 300 },
      ],
    ],
    [
      'buys YES from the asks',
      { side: 'yes', action: 'buy', limitPrice: 5_200, quantity: 500 } as const,
      [{ price: 5_200, quantity: 200 }],
    ],
    [
      'buys NO from the YES bids, at NO prices',
      { side: 'no', action: 'buy', limitPrice: 5_000, quantity: 500 } as const,
      [{ price: 5_000, quantity: 300 }],
    ],
  ])('%s', (_, order, executions) => {
    expect(matchArriving(deep, order).executions).toEqual(executions);
  });

  it('leaves a book without what it took', () => {
    const left = matchArriving(deep, sellYes(4_800, 700)).shown;
    expect(visibleBook(left)).toEqual(
      book(
        [
          [4_900, 100],
          [4_700, 900],
        ],
        [
          [5_200, 200],
          [5_300, 400],
        ],
      ),
    );
  });
});

describe('a size that is used up', () => {
  const used = matchArriving(shown([[5_000, 300]]), sellYes(5_000, 200)).shown;

  it.each<[string, Book[], [number, number][]]>([
    ['stays so while the level shows the same size', [book([[5_000, 300]])], [[5_000, 100]]],
    ['is new once the shown size changes', [book([[5_000, 299]])], [[5_000, 299]]],
    [
      'is new after it changed and changed back',
      [book([[5_000, 299]]), book([[5_000, 300]])],
      [[5_000, 300]],
    ],
    ['is new after the level had gone', [book([]), book([[5_000, 300]])], [[5_000, 300]]],
    [
      'stays so under a better level',
      [
        book([
          [5_100, 50],
          [5_000, 300],
        ]),
      ],
      [
        [5_100, 50],
        [5_000, 100],
      ],
    ],
  ])('%s', (_, books, expected) => {
    const last = books.reduce<ShownBook>((before, next) => showBook(before, next), used);
    expect(visibleBook(last).bids).toEqual(expected.map(([price, size]) => ({ price, size })));
  });

  it('leaves the other side alone', () => {
    const both = matchArriving(shown([[5_000, 300]], [[5_000, 300]]), sellYes(5_000, 200)).shown;
    expect(visibleBook(both)).toEqual(book([[5_000, 100]], [[5_000, 300]]));
  });
});

describe('resting orders', () => {
  const resting = (
    id: number,
    limitPrice: number,
    quantity: number,
    more: Partial<RestingOrder> = {},
  ): RestingOrder => ({
    side: 'yes',
    action: 'sell',
    limitPrice,
    quantity,
    filled: 0,
    createdAt: 0,
    venueOrderId: `paper-${id}`,
    ...more,
  });
  const fillsOf = (on: ShownBook, orders: RestingOrder[]) =>
    matchResting(on, orders).fills.map(({ order, execution }) => [
      order.venueOrderId,
      execution.price,
      execution.quantity,
    ]);

  it.each<[string, ShownBook, RestingOrder[], (string | number)[][]]>([
    ['fill at their own price', shown([[5_300, 900]]), [resting(1, 5_100, 400)], [['paper-1', 5_100, 400]]],
    ['fill up to the size shown', shown([[5_100, 100]]), [resting(1, 5_100, 400)], [['paper-1', 5_100, 100]]],
    [
      'fill what is left of them',
      shown([[5_100, 900]]),
      [resting(1, 5_100, 400, { filled: 150 })],
      [['paper-1', 5_100, 250]],
    ],
    [
      'fill once from several levels',
      shown([
        [5_300, 100],
        [5_100, 100],
        [5_000, 900],
      ]),
      [resting(1, 5_100, 400)],
      [['paper-1', 5_100, 200]],
    ],
    ['wait above the bid', shown([[5_000, 900]]), [resting(1, 5_100, 400)], []],
    [
      'go by price first',
      shown([[5_300, 500]]),
      [resting(1, 5_200, 400), resting(2, 5_100, 400)],
      [
        ['paper-2', 5_100, 400],
        ['paper-1', 5_200, 100],
      ],
    ],
    [
      'go by age next',
      shown([[5_300, 500]]),
      [resting(1, 5_100, 400, { createdAt: 2 }), resting(2, 5_100, 400, { createdAt: 1 })],
      [
        ['paper-2', 5_100, 400],
        ['paper-1', 5_100, 100],
      ],
    ],
    [
      'go by number last',
      shown([[5_300, 500]]),
      [resting(10, 5_100, 400), resting(9, 5_100, 400)],
      [
        ['paper-9', 5_100, 400],
        ['paper-10', 5_100, 100],
      ],
    ],
    [
      'sell NO into the YES asks',
      shown([], [[4_700, 300]]),
      [resting(1, 5_200, 400, { side: 'no' })],
      [['paper-1', 5_200, 300]],
    ],
    [
      'buy YES from the asks',
      shown([], [[4_700, 300]]),
      [resting(1, 4_800, 400, { action: 'buy' })],
      [['paper-1', 4_800, 300]],
    ],
    [
      'buy NO from the YES bids, at their own price',
      shown([[5_400, 300]]),
      [resting(1, 4_800, 400, { side: 'no', action: 'buy' })],
      [['paper-1', 4_800, 300]],
    ],
    [
      'that bid most buy first',
      shown([], [[4_700, 500]]),
      [resting(1, 4_700, 400, { action: 'buy' }), resting(2, 4_800, 400, { action: 'buy' })],
      [
        ['paper-2', 4_800, 400],
        ['paper-1', 4_700, 100],
      ],
    ],
    ['wait below the ask', shown([], [[4_900, 300]]), [resting(1, 4_800, 400, { action: 'buy' })], []],
    [
      'never trade with each other',
      shown([]),
      [resting(1, 5_000, 100), resting(2, 5_500, 100, { action: 'buy' })],
      [],
    ],
  ])('%s', (_, on, orders, expected) => {
    expect(fillsOf(on, orders)).toEqual(expected);
  });
});

describe('properties', () => {
  const level = fc.record({
    price: fc.integer({ min: 45, max: 55 }).map((c) => c * 100),
    size: fc.integer({ min: 1, max: 500 }),
  });
  const bids = fc
    .uniqueArray(level, { selector: (l) => l.price, minLength: 1, maxLength: 4 })
    .map((levels) => levels.sort((a, b) => b.price - a.price));
  const order = fc.record({
    limit: fc.integer({ min: 45, max: 55 }).map((c) => c * 100),
    quantity: fc.integer({ min: 1, max: 800 }),
  });

  it('never uses a size twice while it is shown unchanged', () => {
    fc.assert(
      fc.property(bids, fc.array(order, { maxLength: 8 }), (levels, orders) => {
        const same: Book = { market: 'M', bids: levels, asks: [], observedAt: 1 };
        let state = showBook(null, same);
        const taken = new Map<number, number>();
        for (const { limit, quantity } of orders) {
          const match = matchArriving(state, sellYes(limit, quantity));
          for (const e of match.executions) {
            expect(e.price).toBeGreaterThanOrEqual(limit);
            taken.set(e.price, (taken.get(e.price) ?? 0) + e.quantity);
          }
          state = showBook(match.shown, { ...same });
        }
        for (const { price, size } of levels) expect(taken.get(price) ?? 0).toBeLessThanOrEqual(size);
        const left = levels.map(({ price, size }) => ({ price, size: size - (taken.get(price) ?? 0) }));
        const rest = left.filter((l) => l.size > 0);
        expect(visibleBook(state).bids).toEqual(rest.length > 0 ? rest : left.slice(0, 1));
      }),
    );
  });
});
