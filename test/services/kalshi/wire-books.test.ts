import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderbookAnswer, orderbooksAnswer, toBook } from '../../../src/services/venues/kalshi/wire-books.ts';
import { HOSTILE, issuesOf } from './wire-cases.ts';

const answer = (yes_dollars: unknown, no_dollars: unknown) => ({ orderbook_fp: { yes_dollars, no_dollars } });

describe('a book', () => {
  test('in YES terms, best level first', () => {
    const sides = orderbookAnswer.parse(
      answer(
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
    expect(toBook('KX', sides, 7)).toEqual({
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
        const { bids, asks } = orderbookAnswer.parse(answer(yes.map(text), no.map(text)));
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
    expect(orderbookAnswer.parse(answer(side, side))).toEqual({ bids: [], asks: [] }),
  );

  test('may have fields that nobody knows', () =>
    expect(orderbookAnswer.parse({ orderbook_fp: { odd: 1, no_dollars: null }, orderbook: {} })).toEqual({
      bids: [],
      asks: [],
    }));

  test.each([
    ['no book', {}, 'orderbook_fp: '],
    ['a null book', { orderbook_fp: null }, 'orderbook_fp: '],
    [
      'a price that comes twice',
      answer(
        [
          ['0.5000', '1.00'],
          ['0.50', '1.00'],
        ],
        [],
      ),
      'orderbook_fp.yes_dollars: the price 5000 of 10000 comes twice',
    ],
    ['a bid at nothing', answer([], [['0.0000', '1.00']]), 'orderbook_fp.no_dollars: a bid at 0 of 10000'],
    [
      'a bid at a dollar',
      answer([['1.0000', '1.00']], []),
      "orderbook_fp.yes_dollars: a bid at 10000 of 10000 can't",
    ],
    ['a price without a count', answer([['0.5000']], []), 'orderbook_fp.yes_dollars.0'],
    ['more than a price and a count', answer([['0.5000', '1.00', 'x']], []), 'orderbook_fp.yes_dollars.0'],
    ['a negative count', answer([], [['0.5000', '-1.00']]), 'orderbook_fp.no_dollars.0.1: '],
    ['a side that is no list', answer({}, []), 'orderbook_fp.yes_dollars: '],
  ])('%s is refused', (_, body, reason) => expect(issuesOf(orderbookAnswer, body)).toContain(reason));

  test('prices and counts must be decimal texts', () => {
    for (const value of HOSTILE) {
      expect(issuesOf(orderbookAnswer, answer([[value, '1.00']], []))).toContain(
        'orderbook_fp.yes_dollars.0.0: ',
      );
      expect(issuesOf(orderbookAnswer, answer([], [['0.5000', value]]))).toContain(
        'orderbook_fp.no_dollars.0.1: ',
      );
    }
  });
});

test('of many books an unreadable one is told apart', () => {
  const good = answer([['0.5000', '1.00']], null);
  const { books, malformed } = orderbooksAnswer.parse({
    orderbooks: [
      { ticker: 'A', ...good },
      { ticker: 'B' },
      { ticker: 'C', ...answer([['NaN', '1']], []) },
      good,
    ],
  });
  expect(books).toEqual([{ market: 'A', sides: { bids: [{ price: 5000, size: 100 }], asks: [] } }]);
  expect(malformed).toEqual([
    { ticker: 'B', reason: expect.stringContaining('orderbook_fp: ') },
    { ticker: 'C', reason: 'orderbook_fp.yes_dollars.0.0: "NaN" is not a decimal number' },
    { ticker: null, reason: expect.stringContaining('ticker: ') },
  ]);
  expect(issuesOf(orderbooksAnswer, {})).toContain('orderbooks: ');
});
