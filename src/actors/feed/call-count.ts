import type { AccountDayRecord } from '../ports.ts';

const MINUTE_MS = 60_000;

/** Counts the monitoring calls of a day: how many, in how many minutes, and the most in one. */
export class CallCount {
  #total: number;
  #minutes: number;
  #peak: number;
  #minute = Number.NEGATIVE_INFINITY;
  #inMinute = 0;

  constructor(stored: AccountDayRecord['calls'] | null) {
    ({ total: this.#total, minutes: this.#minutes, peak: this.#peak } = stored ?? NONE);
  }

  /** A new day. */
  begin(): void {
    ({ total: this.#total, minutes: this.#minutes, peak: this.#peak } = NONE);
    this.#minute = Number.NEGATIVE_INFINITY;
  }

  add(at: number): void {
    const minute = Math.floor(at / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#inMinute = 0;
      this.#minutes += 1;
    }
    this.#inMinute += 1;
    this.#total += 1;
    this.#peak = Math.max(this.#peak, this.#inMinute);
  }

  count(): AccountDayRecord['calls'] {
    return { total: this.#total, minutes: this.#minutes, peak: this.#peak };
  }
}

const NONE = { total: 0, minutes: 0, peak: 0 };
