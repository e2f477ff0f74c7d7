import type { Part, Post, ReconcilerMail } from './mail.ts';
import type { Clock, Venue } from './ports.ts';

export interface ReconcilerOptions {
  venue: Venue;
  clock: Clock;
  post: Post;
  intervalMs: number;
  /** Waits between the tries of a read that failed (ms); the last one stays. */
  retryMs: number[];
  crash: (error: unknown) => void;
}

/** A second look soon after a first one that found something: two reads agree before anything is written off. */
const SOON_MS = 2_000;

/** Reads holdings and open orders from the venue at start, on a timer, and when asked; the watch compares them. */
export class Reconciler implements Part<ReconcilerMail> {
  readonly #options: ReconcilerOptions;
  #timer: ReturnType<Clock['setTimeout']> | null = null;
  #reading = false;
  #failures = 0;
  #stopped = false;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#schedule(0);
  }

  receive(mail: ReconcilerMail): void {
    if (mail.type === 'account.wanted' && !this.#reading) this.#schedule(SOON_MS);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    const { clock } = this.#options;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => void this.#read(), ms);
  }

  async #read(): Promise<void> {
    const { venue, post, intervalMs, retryMs, crash } = this.#options;
    this.#reading = true;
    try {
      const answer = await venue.account();
      if (this.#stopped) return;
      this.#reading = false;
      if (answer.kind === 'unavailable') {
        this.#failures += 1;
        return this.#schedule(retryMs[Math.min(this.#failures, retryMs.length) - 1] ?? intervalMs);
      }
      this.#failures = 0;
      this.#schedule(intervalMs);
      post('watch', { type: 'account.read', report: answer.value });
      post('desk', { type: 'orders.open', reports: answer.value.openOrders, asOf: answer.value.asOf });
      post('system', { type: 'account.reconciled' });
    } catch (error) {
      if (!this.#stopped) crash(error);
    }
  }
}
