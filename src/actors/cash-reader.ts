import type { Money } from '../domain/money.ts';
import type { Clock, Venue } from './ports.ts';

export interface CashReaderOptions {
  venue: Pick<Venue, 'balance'>;
  clock: Clock;
  /** Waits between the tries of a read that failed (ms); the last one stays. */
  retryMs: readonly number[];
  crash: (error: unknown) => void;
}

/** Reads the cash for who asks: one read at a time, and nobody gets one that left before the question. */
export class CashReader {
  readonly #options: CashReaderOptions;
  readonly #waiting = new Map<object, (cash: Money) => void>();
  #isReading = false;
  #failures = 0;
  #stopped = false;

  constructor(options: CashReaderOptions) {
    this.#options = options;
  }

  want(who: object, deliver: (cash: Money) => void): void {
    if (!this.#waiting.has(who)) this.#waiting.set(who, deliver);
    if (!this.#isReading) void this.#read();
  }

  forget(who: object): void {
    this.#waiting.delete(who);
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting.clear();
  }

  async #read(): Promise<void> {
    const { venue, crash } = this.#options;
    this.#isReading = true;
    const asked = [...this.#waiting.keys()];
    try {
      const answer = await venue.balance();
      if (this.#stopped) return;
      if (answer.kind === 'unavailable') return this.#readLater();
      this.#failures = 0;
      this.#isReading = false;
      for (const who of asked) this.#deliver(who, answer.value);
      if (this.#waiting.size > 0 && !this.#isReading) void this.#read();
    } catch (error) {
      if (!this.#stopped) crash(error);
    }
  }

  #deliver(who: object, cash: Money): void {
    const deliver = this.#waiting.get(who);
    this.#waiting.delete(who);
    deliver?.(cash);
  }

  #readLater(): void {
    const { clock, retryMs } = this.#options;
    const wait = retryMs[Math.min(this.#failures, retryMs.length - 1)] ?? 1000;
    this.#failures += 1;
    clock.setTimeout(() => {
      this.#isReading = false;
      if (!this.#stopped && this.#waiting.size > 0) void this.#read();
    }, wait);
  }
}
