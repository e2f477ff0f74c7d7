import type { Clock } from '../../../../actors/ports.ts';

/** A message this much older than its arrival shows that the connection is behind. */
const LATE_MS = 2_000;
/** How long the last late message speaks for the connection, when no timely one contradicts it. */
const LATE_FOR_MS = 30_000;

/**
 * How old what the connection says is. A connection that is behind delivers everything late, so the lateness of its
 * last dated message counts for all books: decisions use a message's age, not its arrival.
 */
export class MessageAge {
  readonly #clock: Clock;
  readonly #skewMs: () => number;
  #late: { ms: number; until: number } | null = null;

  /** `skewMs`: the exchange's clock minus ours. */
  constructor(clock: Clock, skewMs: () => number) {
    this.#clock = clock;
    this.#skewMs = skewMs;
  }

  /** A message with the exchange's time `at` (ms) has just arrived; null tells nothing. */
  note(at: number | null): void {
    if (at === null) return;
    const now = this.#clock.now();
    const ms = now - (at - this.#skewMs());
    this.#late = ms > LATE_MS ? { ms, until: now + LATE_FOR_MS } : null;
  }

  /** When a book was true that is complete with what arrives now (ms since the epoch, our clock). */
  observedAt(): number {
    const now = this.#clock.now();
    return this.#late !== null && now < this.#late.until ? now - this.#late.ms : now;
  }
}
