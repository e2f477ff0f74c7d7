import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bookSides, orderbooksAnswer, toBook } from '../../../src/services/venues/kalshi/wire/books.ts';
import { HOSTILE, issuesOf } from './wire-cases.ts';

const sides = (yes_dollars: unknown, no_dollars: unknown) => ({ yes_dollars, no_dollars });

describe('a book', () => {
  test('in YES terms, best level first', () => {
    const read = bookSides.parse(
      sides(
        [
          ['0.5900', '10.00'],
          ['0.6100', '2.50'],
        ],
        [
          ['0.3000', '1.00'],
          ['0.3800', '95.00'],
        ],
      ),
    );
    expect(toBook('KX', read, 7)).toEqual({
      market: 'KX',
      bids: [
        { price: 6100, size: 250 },
        { price: 5900, size: 1000 },
      ],
      asks: [
        { price: 6200, size: 9500 },
        { price: 7000, size: 100 },
      ],
      observedAt: 7,
    });
  });

  test('whatever order it comes in', () => {
    const levels = fc.uniqueArray(fc.integer({ min: 1, max: 9999 }), { maxLength: 40 });
    const text = (price: number) => [`0.${String(price).padStart(4, '0')}`, `${price}.00`];
    fc.assert(
      fc.property(levels, levels, (yes, no) => {
        const { bids, asks } = bookSides.parse(sides(yes.map(text), no.map(text)));
        expect(bids.map(({ price }) => price)).toEqual([...yes].sort((a, b) => b - a));
        expect(asks.map(({ price }) => price)).toEqual(
          no.map((price) => 10_000 - price).sort((a, b) => a - b),
        );
        for (const { price, size } of bids) expect(size).toBe(price * 100);
        for (const { price, size } of asks) expect(size).toBe((10_000 - price) * 100);
      }),
    );
  });

  test.each([
    ['null', null],
    ['missing', undefined],
    ['no levels', []],
    ['levels of nothing', [['0.5000', '0.00']]],
  ])('a side that is %s is empty', (_, side) =>
    expect(bookSides.parse(sides(side, side))).toEqual({ bids: [], asks: [] }),
  );

  test('may have fields that nobody knows', () =>
    expect(bookSides.parse({ odd: 1, no_dollars: null })).toEqual({
      bids: [],
      asks: [],
    }));

  test.each([
    ['no book', undefined, 'the body: '],
    ['a null book', null, 'the body: '],
    [
      'a price that comes twice',
      sides(
        [
          ['0.5000', '1.00'],
          ['0.50', '1.00'],
        ],
        [],
      ),
      'yes_dollars: the price 5000 of 10000 comes twice',
    ],
    ['a bid at nothing', sides([], [['0.0000', '1.00']]), 'no_dollars: a bid at 0 of 10000'],
    ['a bid at a dollar', sides([['1.0000', '1.00']], []), "yes_dollars: a bid at 10000 of 10000 can't"],
    ['a price without a count', sides([['0.5000']], []), 'yes_dollars.0'],
    ['more than a price and a count', sides([['0.5000', '1.00', 'x']], []), 'yes_dollars.0'],
    ['a negative count', sides([], [['0.5000', '-1.00']]), 'no_dollars.0.1: '],
    ['a side that is no list', sides({}, []), 'yes_dollars: '],
  ])('%s is refused', (_, body, reason) => expect(issuesOf(bookSides, body)).toContain(reason));

  test('prices and counts must be decimal texts', () => {
    for (const value of HOSTILE) {
      expect(issuesOf(bookSides, sides([[value, '1.00']], []))).toContain('yes_dollars.0.0: ');
      expect(issuesOf(bookSides, sides([], [['0.5000', value]]))).toContain('no_dollars.0.1: ');
    }
  });
});

test('of many books an unreadable one is told apart', () => {
  const good = { orderbook_fp: sides([['0.5000', '1.00']], null) };
  const { books, malformed } = orderbooksAnswer.parse({
    orderbooks: [
      { ticker: 'A', ...good },
      { ticker: 'B' },
      { ticker: 'N', orderbook_fp: null },
      { ticker: 'C', orderbook_fp: sides([['NaN', '1']], []) },
      good,
    ],
  });
  expect(books).toEqual([{ market: 'A', sides: { bids: [{ price: 5000, size: 100 }], asks: [] } }]);
  expect(malformed).toEqual([
    { ticker: 'B', reason: expect.stringContaining('orderbook_fp: ') },
    { ticker: 'N', reason: expect.stringContaining('orderbook_fp: ') },
    { ticker: 'C', reason: 'orderbook_fp.yes_dollars.0.0: "NaN" is not a decimal number' },
    { ticker: null, reason: expect.stringContaining('ticker: ') },
  ]);
  expect(issuesOf(orderbooksAnswer, {})).toContain('orderbooks: ');
});
