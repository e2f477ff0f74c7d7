import { z } from 'zod';
import type { Book, Level } from '../../../../domain/market.ts';
import { ONE_DOLLAR } from '../../../../domain/money.ts';
import { type MalformedRow, readableRows } from './issues.ts';
import { count, price, rows, word } from './numbers.ts';

/** A book in YES terms, best level first. */
export type BookSides = Pick<Book, 'bids' | 'asks'>;

/** The bids of one side, best first whatever the order they came in; levels without contracts are left out. */
const bids = rows(z.tuple([price, count]))
  .nullish()
  .transform((pairs, context): Level[] => {
    const levels = (pairs ?? [])
      .map(([price, size]): Level => ({ price, size }))
      .filter(({ size }) => size > 0)
      .sort((a, b) => b.price - a.price);
    for (const [i, { price }] of levels.entries()) {
      if (price <= 0 || price >= ONE_DOLLAR)
        context.addIssue({ code: 'custom', message: `a bid at ${price} of ${ONE_DOLLAR} can't be traded` });
      if (price === levels[i - 1]?.price)
        context.addIssue({ code: 'custom', message: `the price ${price} of ${ONE_DOLLAR} comes twice` });
    }
    return levels;
  });

/** The exchange lists bids only; a NO bid at q is a YES ask at 1 − q. A null, missing or empty side is an empty one. */
export const bookSides: z.ZodType<BookSides> = z
  .object({ yes_dollars: bids, no_dollars: bids })
  .transform(({ yes_dollars, no_dollars }) => ({
    bids: yes_dollars,
    asks: no_dollars.map(({ price, size }) => ({ price: ONE_DOLLAR - price, size })),
  }));

interface MarketBook {
  market: string;
  sides: BookSides;
}

const marketBook: z.ZodType<MarketBook> = z
  .object({ ticker: word, orderbook_fp: bookSides })
  .transform(({ ticker, orderbook_fp }) => ({ market: ticker, sides: orderbook_fp }));

export interface OrderbooksAnswer {
  books: MarketBook[];
  malformed: MalformedRow[];
}

/** GET /markets/orderbooks. */
export const orderbooksAnswer: z.ZodType<OrderbooksAnswer> = z
  .object({ orderbooks: readableRows(marketBook, ({ market }) => market) })
  .transform(({ orderbooks: { readable, malformed } }) => ({ books: readable, malformed }));

/** The book as the rest of the program knows it; `observedAt` in ms, our clock. */
export const toBook = (market: string, { bids, asks }: BookSides, observedAt: number): Book => ({
  market,
  bids,
  asks,
  observedAt,
});
