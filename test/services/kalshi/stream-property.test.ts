import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Book } from '../../../src/domain/market.ts';
import { FakeExchange, type Fault, shapeOfBook } from './stream-exchange.ts';
import { StreamRig } from './stream-rig.ts';

const TICKERS = ['A', 'B', 'C'];

const step = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      ticker: fc.constantFrom(...TICKERS),
      side: fc.constantFrom('yes' as const, 'no' as const),
      price: fc.constantFrom(3_000, 3_100, 3_200, 3_300),
      size: fc.constantFrom(0, 0, 100, 250, 1_000),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 9_000 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('watch' as const), tickers: fc.subarray(TICKERS) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('disconnect' as const) }) },
);

const fault = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fault>('pass') },
  { weight: 2, arbitrary: fc.constantFrom<Fault>('lose', 'twice', 'late', 'very late') },
);

/** The line, the exchange at its end, and what was delivered so far. */
class Line {
  readonly rig: StreamRig;
  readonly exchange: FakeExchange;
  /** For each market, where in its history the last delivered book stands. */
  readonly #at = new Map<string, number>();
  readonly last = new Map<string, Book>();
  #accepted = 0;

  constructor(nextFault: () => Fault) {
    this.rig = new StreamRig({ received: (command) => this.exchange.receive(command) });
    this.exchange = new FakeExchange(this.rig.clock, TICKERS, nextFault);
    this.rig.stream.watch(TICKERS);
  }

  /** Time passes; the exchange accepts connections and pings every 10 s. */
  run(ms: number): void {
    for (let left = ms; left > 0; left -= 100) {
      this.rig.run(Math.min(left, 100));
      if (this.rig.connections.length > this.#accepted) {
        this.#accepted = this.rig.connections.length;
        this.exchange.accept(this.rig.connection);
      }
      if (Math.floor(this.rig.clock.now() / 100) % 100 === 0) this.rig.connection.ping();
      this.#check();
    }
  }

  #check(): void {
    for (const [name, told] of this.rig.takeTold()) {
      if (name !== 'book') continue;
      const book = told as Book;
      const history = this.exchange.history(book.market);
      const at = history.indexOf(shapeOfBook(book), this.#at.get(book.market) ?? 0);
      expect(at, `${book.market} was delivered as it never was, or as it was before`).toBeGreaterThanOrEqual(
        0,
      );
      this.#at.set(book.market, at);
      this.last.set(book.market, book);
    }
  }
}

test('on a bad line only books that existed are delivered, in their order; on a good one the true ones', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 80, size: 'max' }),
      fc.array(fault, { maxLength: 200, size: 'max' }),
      (steps, faults) => {
        const queue = [...faults];
        const line = new Line(() => queue.shift() ?? 'pass');
        line.run(1_000);
        for (const it of steps) {
          if (it.kind === 'change') line.exchange.change(it.ticker, it.side, it.price, it.size);
          else if (it.kind === 'wait') line.run(it.ms);
          else if (it.kind === 'watch') line.rig.stream.watch(it.tickers);
          else line.rig.connection.end('closed by the exchange (1006)');
        }
        queue.length = 0;
        line.rig.stream.watch(TICKERS);
        line.run(20_000);
        // A frame lost on a subscription that falls silent shows with its next frame.
        for (const ticker of TICKERS) line.exchange.change(ticker, 'yes', 4_000, 100);
        line.run(200_000);
        expect(line.rig.stream.isLive()).toBe(true);
        for (const ticker of TICKERS) {
          const book = line.last.get(ticker)!;
          expect(shapeOfBook(book)).toBe(line.exchange.history(ticker).at(-1));
          expect(line.rig.clock.now() - book.observedAt).toBeLessThanOrEqual(14_000);
        }
      },
    ),
    { numRuns: 300 },
  );
});
