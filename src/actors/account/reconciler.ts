import type { Part, Post, ReconcilerMail } from '../mail.ts';
import type { Clock, Venue } from '../ports.ts';

export interface ReconcilerOptions {
  venue: Venue;
  clock: Clock;
  post: Post;
  intervalMs: number;
  /** Waits between the tries of a read that failed (ms); the last one stays. */
  retryMs: number[];
  /** Without a read for so long it is alerted (ms), and again after `repeatMs`. */
  alertAfterMs: number;
  repeatMs: number;
  crash: (error: unknown) => void;
}

/** A second look soon after a first one that found something: two reads agree before anything is written off. */
const SOON_MS = 2_000;

/** Reads holdings and open orders from the venue at start, on a timer, and when asked; the watch compares them. */
export class Reconciler implements Part<ReconcilerMail> {
  readonly #options: ReconcilerOptions;
  #timer: ReturnType<Clock['setTimeout']> | null = null;
  #timerAt = 0;
  #reading = false;
  /** Asked for while a read was under way: what it shows may be older than the question. */
  #isWanted = false;
  #failures = 0;
  #readAt: number;
  #hasRead = false;
  /** When it was last alerted that nothing can be read (ms); null: it can. */
  #alertedAt: number | null = null;
  #stopped = false;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
    this.#readAt = options.clock.now();
    this.#schedule(0);
  }

  receive(mail: ReconcilerMail): void {
    if (mail.type !== 'account.wanted') return;
    if (this.#reading) this.#isWanted = true;
    else this.#schedule(SOON_MS);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    const { clock } = this.#options;
    const at = clock.now() + ms;
    // Who asks again and again must not put the read off again and again.
    if (this.#timer !== null && this.#timerAt <= at) return;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = clock.setTimeout(() => void this.#read(), ms);
  }

  async #read(): Promise<void> {
    const { venue, post, intervalMs, retryMs, crash } = this.#options;
    this.#timer = null;
    this.#reading = true;
    this.#isWanted = false;
    try {
      const askedAt = this.#options.clock.now();
      const answer = await venue.account();
      if (this.#stopped) return;
      this.#reading = false;
      if (answer.kind === 'unavailable') {
        this.#failures += 1;
        this.#alertSilence(answer.reason);
        return this.#schedule(waitAfter(this.#failures, retryMs) ?? intervalMs);
      }
      this.#failures = 0;
      this.#noteRead(answer.value.asOf, askedAt);
      this.#schedule(this.#isWanted ? SOON_MS : intervalMs);
      post('watch', { type: 'account.read', report: answer.value });
      post('desk', { type: 'orders.open', reports: answer.value.openOrders, asOf: answer.value.asOf });
      post('system', { type: 'account.reconciled' });
    } catch (error) {
      if (!this.#stopped) crash(error);
    }
  }

  /** Reads that stand still say nothing new, however promptly they are answered. */
  #noteRead(asOf: number, askedAt: number): void {
    const { clock, post, alertAfterMs } = this.#options;
    this.#readAt = Math.max(this.#readAt, asOf);
    const at = clock.now();
    if (askedAt - this.#readAt >= alertAfterMs)
      return this.#alertSilence(`what the venue shows is from ${new Date(asOf).toISOString()}`);
    // The first read resolves what an earlier life raised.
    if (this.#alertedAt !== null || !this.#hasRead)
      post('ledger', { type: 'alert.resolve', key: UNREAD, at });
    this.#hasRead = true;
    this.#alertedAt = null;
  }

  #alertSilence(reason: string): void {
    const { clock, post, alertAfterMs, repeatMs } = this.#options;
    const at = clock.now();
    if (at - this.#readAt < alertAfterMs) return;
    if (this.#alertedAt !== null && at - this.#alertedAt < repeatMs) return;
    this.#alertedAt = at;
    const silent = Math.round((at - this.#readAt) / 1000);
    post('ledger', {
      type: 'alert.raise',
      key: UNREAD,
      kind: UNREAD,
      severity: 'critical',
      positionId: null,
      text: `the account could not be read for ${silent} s (${reason}): what a person trades there goes unnoticed, and after a start nothing is sold before it can be read`,
      at,
    });
  }
}

/** The configured waits, then twice as long each time up to 30 s. */
function waitAfter(failures: number, retryMs: readonly number[]): number | undefined {
  const last = retryMs.at(-1);
  if (last === undefined || failures <= retryMs.length) return retryMs[failures - 1];
  return Math.min(LONGEST_WAIT_MS, last * 2 ** (failures - retryMs.length));
}

const LONGEST_WAIT_MS = 30_000;

const UNREAD = 'account_unread';
