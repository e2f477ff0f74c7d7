/** Calls within a rolling minute: monitoring's own, which orders never share (SPEC 2). */
export class CallBudget {
  readonly #perMinute: number;
  #times: number[] = [];

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Takes one call at `at` (ms); false when the minute is used up. */
  take(at: number): boolean {
    this.#forget(at);
    if (this.#times.length >= this.#perMinute) return false;
    this.#times.push(at);
    return true;
  }

  /** When the next call may be made (ms). */
  nextAt(at: number): number {
    this.#forget(at);
    return this.#times.length < this.#perMinute ? at : this.#times[0]! + MINUTE_MS;
  }

  /** Calls in the minute before `at`. */
  used(at: number): number {
    this.#forget(at);
    return this.#times.length;
  }

  #forget(at: number): void {
    const from = at - MINUTE_MS;
    let old = 0;
    while (old < this.#times.length && this.#times[old]! <= from) old += 1;
    if (old > 0) this.#times = this.#times.slice(old);
  }
}

const MINUTE_MS = 60_000;
