import { describe, expect, it } from 'vitest';
import { OwnOrders } from '../../../src/services/venues/kalshi/own-orders.ts';

const level = (price: number, size: number) => ({ price, size });
const book = {
  market: 'M',
  bids: [level(4600, 500)],
  asks: [level(5500, 800), level(6600, 900)],
  observedAt: 1,
};

describe('our own orders are no part of the book that others make', () => {
  it('a level that is ours alone is gone, a shared one keeps what others offer', () => {
    const own = new OwnOrders();
    own.stand('a', { market: 'M', direction: 'ask', remaining: 800 }, level(5500, 800));
    own.stand('b', { market: 'M', direction: 'ask', remaining: 300 }, level(6600, 300));
    own.stand('c', { market: 'M', direction: 'bid', remaining: 600 }, level(4600, 600));
    own.stand('d', { market: 'N', direction: 'bid', remaining: 100 }, level(4600, 100));
    expect(own.without(book)).toEqual({ ...book, bids: [], asks: [level(6600, 600)] });
    for (const id of ['a', 'b', 'c']) own.delete(id);
    expect(own.without(book)).toBe(book);
  });

  it('what each sells or buys is known once it was asked for', () => {
    const own = new OwnOrders();
    own.learn({ clientId: 'a', side: 'no', action: 'buy' });
    expect([own.termsOf('a'), own.termsOf('b')]).toEqual([{ side: 'no', action: 'buy' }, null]);
  });
});
