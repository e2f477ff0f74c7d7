import { describe, expect, test } from 'vitest';
import type { Book } from '../../src/domain/market.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { PriceHistories } from '../../src/services/live/price-histories.ts';

const START = 1_000_000;

/** Markets of open positions with their last books, and a history that looks at them. */
function rig() {
  const clock = new VirtualClock(START);
  const books = new Map<string, { name: string; book: Book | null }>();
  const log: unknown[] = [];
  let fault: Error | null = null;
  const histories = new PriceHistories({
    watch: () => ({
      markets: () => {
        if (fault) throw fault;
        return [...books.values()];
      },
    }),
    log: { error: (...said: unknown[]) => void log.push(said) },
  });
  const level = (price: number | null) => (price === null ? [] : [{ price, size: 100 }]);
  return {
    ...{ clock, histories, log, books },
    show: (market: string, bid: number | null, ask: number | null = 9_000) => {
      const known = books.get(market) ?? { name: market, book: null };
      known.book = { market, bids: level(bid), asks: level(ask), observedAt: clock.now() };
      books.set(market, known);
    },
    pass: (ms: number) => {
      const until = clock.now() + ms;
      while (clock.fireNext(until));
      clock.moveTo(until);
    },
    fail: (error: Error) => {
      fault = error;
    },
  };
}

describe('the history of prices', () => {
  test('looks once a second, and keeps when the venue had each price', () => {
    const { histories, clock, show, pass } = rig();
    const stop = histories.follow(clock);
    show('A', 5_000);
    pass(1_000);
    pass(300);
    show('A', 5_100);
    pass(700);
    pass(5_000);
    expect(histories.of('A')).toEqual({
      since: START,
      points: [
        { at: START, bid: 5_000, ask: 9_000 },
        { at: START + 1_300, bid: 5_100, ask: 9_000 },
      ],
    });
    stop();
    expect(clock.nextDeadline()).toBeNull();
  });

  test('says what is there now, whenever it is asked', () => {
    const { histories, show } = rig();
    expect(histories.of('A')).toBeNull();
    show('A', 5_000);
    expect(histories.of('A')?.points).toHaveLength(1);
  });

  test('has nothing of a market without a book', () => {
    const { histories, books } = rig();
    books.set('A', { name: 'A', book: null });
    expect(histories.of('A')).toBeNull();
  });

  test('keeps the book on which the last position has closed, though nobody has looked since', () => {
    const { histories, clock, show, books, pass } = rig();
    const stop = histories.follow(clock);
    show('A', 5_000);
    pass(1_000);
    show('A', 4_000);
    books.delete('A');
    expect(histories.of('A')?.points.map(({ bid }) => bid)).toEqual([5_000, 4_000]);
    stop();
  });

  test('keeps the last hundred markets without an open position, and goes on where one comes back', () => {
    const { histories, clock, show, books, pass } = rig();
    const stop = histories.follow(clock);
    for (let i = 0; i < 120; i++) show(`M${i}`, 5_000);
    pass(1_000);
    for (let i = 0; i < 110; i++) {
      books.delete(`M${i}`);
      pass(1_000);
    }
    expect(histories.size).toBe(110);
    expect([histories.of('M9'), histories.of('M10')?.points.length]).toEqual([null, 1]);
    show('M10', 4_000);
    pass(1_000);
    for (let i = 110; i < 120; i++) books.delete(`M${i}`);
    pass(1_000);
    expect(histories.of('M10')?.points.map(({ bid }) => bid)).toEqual([5_000, 4_000]);
    expect(histories.size).toBe(101);
    stop();
  });

  test('a look that throws is logged and ends the history, and nothing else', () => {
    const { histories, clock, log, fail, pass } = rig();
    histories.follow(clock);
    fail(new Error('no'));
    pass(10_000);
    expect(log).toHaveLength(1);
    expect(clock.nextDeadline()).toBeNull();
  });
});
