import { expect, test } from 'vitest';
import type { Book } from '../../../src/domain/market.ts';
import { VirtualClock } from '../../../src/services/clock.ts';
import { SettledBooks } from '../../../src/services/venues/kalshi/stream/settled-books.ts';

/** Books as "A 50" at these times (ms), and what comes out of them as "A 50 at 25". */
async function settle(taken: readonly [at: number, market: string, bid: number][]): Promise<string[]> {
  const clock = new VirtualClock(0);
  const delivered: string[] = [];
  const books = new SettledBooks(clock, ({ market, bids }) => {
    delivered.push(`${market} ${bids[0]!.price} at ${clock.now()}`);
  });
  for (const [at, market, price] of taken) {
    const book: Book = { market, bids: [{ price, size: 100 }], asks: [], observedAt: at };
    clock.setTimeout(() => books.take(book), at);
  }
  while (clock.fireNext(1_000));
  return delivered;
}

test.each<[string, [number, string, number][], string[]]>([
  ['a single book waits for quiet', [[0, 'A', 50]], ['A 50 at 25']],
  [
    'of several within a millisecond the last one counts',
    [
      [0, 'A', 30],
      [0, 'A', 49],
    ],
    ['A 49 at 25'],
  ],
  [
    'a market that does not come to rest is heard of all the same',
    Array.from({ length: 12 }, (_, n): [number, string, number] => [n * 20, 'A', n]),
    ['A 5 at 100', 'A 11 at 220'],
  ],
  [
    'one market does not hold up another',
    [
      [0, 'A', 50],
      [10, 'B', 60],
      [20, 'B', 61],
    ],
    ['A 50 at 25', 'B 61 at 50'],
  ],
])('%s', async (_name, taken, delivered) => {
  expect(await settle(taken)).toEqual(delivered);
});
