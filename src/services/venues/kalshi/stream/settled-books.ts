import type { Clock } from '../../../../actors/ports.ts';
import type { Book } from '../../../../domain/market.ts';

/** A maker that moves its quotes withdraws them first: so long a market has to be quiet until its book counts … */
const QUIET_MS = 25;
/** … but no book is held back longer. */
const LONGEST_MS = 100;

/** Holds each market's book back for an instant, so that what lies between two messages is not taken for the market. */
export class SettledBooks {
  readonly #clock: Clock;
  readonly #deliver: (book: Book) => void;
  /** The newest book of each market that is held back, with the first and the last time (ms) one came. */
  readonly #held = new Map<string, { book: Book; since: number; at: number }>();
  #isWaiting = false;

  constructor(clock: Clock, deliver: (book: Book) => void) {
    this.#clock = clock;
    this.#deliver = deliver;
  }

  take(book: Book): void {
    const at = this.#clock.now();
    this.#held.set(book.market, { book, since: this.#held.get(book.market)?.since ?? at, at });
    this.#wait();
  }

  #wait(): void {
    if (this.#isWaiting || this.#held.size === 0) return;
    this.#isWaiting = true;
    this.#clock.setTimeout(() => {
      this.#isWaiting = false;
      this.#release();
      this.#wait();
    }, QUIET_MS);
  }

  #release(): void {
    const now = this.#clock.now();
    for (const [market, { book, since, at }] of [...this.#held]) {
      if (now - at < QUIET_MS && now - since < LONGEST_MS) continue;
      this.#held.delete(market);
      this.#deliver(book);
    }
  }
}
