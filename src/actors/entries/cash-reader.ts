import type { Money } from '../../domain/money.ts';
import type { Clock, Holding, Venue } from '../ports.ts';

export interface CashReaderOptions {
  venue: Pick<Venue, 'balance' | 'account'>;
  clock: Clock;
  /** Waits between the tries of a read that failed (ms); the last one stays. */
  retryMs: readonly number[];
  crash: (error: unknown) => void;
}

/** What the account has: cash (1e-6 $), and all that is held, by whomever it was bought. */
export interface AccountRead {
  cash: Money;
  holdings: readonly Holding[];
}

/** Reads the account for who asks: one read at a time, and nobody gets one that left before the question. */
export class CashReader {
  readonly #options: CashReaderOptions;
  readonly #waiting = new Map<object, (read: AccountRead) => void>();
  #isReading = false;
  #failures = 0;
  #stopped = false;

  constructor(options: CashReaderOptions) {
    this.#options = options;
  }

  want(who: object, deliver: (read: AccountRead) => void): void {
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
      const balance = await venue.balance();
      if (this.#stopped) return;
      if (balance.kind === 'unavailable') return this.#readLater();
      const account = await venue.account();
      if (this.#stopped) return;
      if (account.kind === 'unavailable') return this.#readLater();
      this.#failures = 0;
      this.#isReading = false;
      const read = { cash: balance.value, holdings: account.value.holdings };
      for (const who of asked) this.#deliver(who, read);
      if (this.#waiting.size > 0 && !this.#isReading) void this.#read();
    } catch (error) {
      if (!this.#stopped) crash(error);
    }
  }

  #deliver(who: object, read: AccountRead): void {
    const deliver = this.#waiting.get(who);
    this.#waiting.delete(who);
    deliver?.(read);
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
