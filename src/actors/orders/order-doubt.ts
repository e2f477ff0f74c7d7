import { formatQuantity } from '../../domain/money.ts';
import type { Post } from '../mail.ts';
import {
  type AttemptRecord,
  type Clock,
  type EntryAttemptRecord,
  isEntry,
  type TimerHandle,
} from '../ports.ts';

const ALERT_AFTER_MS = 60_000;
const REPEAT_MS = 600_000;

export interface OrderDoubtOptions {
  attempt: AttemptRecord | EntryAttemptRecord;
  clock: Clock;
  post: Post;
}

/** An order that neither ends nor can be found out holds its exit or entry up: that is never passed over in silence. */
export class OrderDoubt {
  readonly #options: OrderDoubtOptions;
  #since: number | null = null;
  #what = '';
  #lastWord: string | null = null;
  #timer: TimerHandle | null = null;

  constructor(options: OrderDoubtOptions) {
    this.#options = options;
  }

  /** Doubt begins, or goes on as something else. */
  begin(what: string): void {
    this.#what = what;
    if (this.#since !== null) return;
    this.#since = this.#options.clock.now();
    this.#wait(ALERT_AFTER_MS);
  }

  /** What the venue last answered instead of how the order stands. */
  hear(word: string): void {
    this.#lastWord = word;
  }

  /** It is known how the order stands, and no cancel of it is open; an earlier life may have alerted. */
  end(): void {
    const { clock, post } = this.#options;
    this.drop();
    post('ledger', { type: 'alert.resolve', key: this.#key, at: clock.now() });
  }

  /** Nobody looks after the order here any more. */
  drop(): void {
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#since = null;
  }

  get #key(): string {
    const { attempt } = this.#options;
    return `order_in_doubt:${isEntry(attempt) ? 'entry:' : ''}${workOf(attempt)}`;
  }

  #wait(ms: number): void {
    this.#timer = this.#options.clock.setTimeout(() => this.#raise(), ms);
  }

  #raise(): void {
    const { attempt, clock, post } = this.#options;
    const { clientId, side, market, quantity } = attempt;
    const positionId = workOf(attempt);
    const at = clock.now();
    const seconds = Math.max(0, Math.round((at - this.#since!) / 1000));
    const word = this.#lastWord === null ? '' : ` (last answer: ${this.#lastWord})`;
    post('ledger', {
      ...{ type: 'alert.raise', key: this.#key, kind: 'order_in_doubt', positionId, at },
      // Whatever it works for: a stop loss may wait behind it, or nobody watch what was bought.
      severity: 'critical',
      text: `${isEntry(attempt) ? 'buying ' : ''}${side.toUpperCase()} ${market} (${positionId}): for ${seconds} s ${this.#what}: order ${clientId} for ${formatQuantity(quantity)}${word}. ${isEntry(attempt) ? 'Its entry does not end' : 'Nothing else is sent for it'} before that is settled: look at the venue`,
    });
    this.#wait(REPEAT_MS);
  }
}

/** The position that it sells, or that comes of what it buys. */
export const workOf = (attempt: AttemptRecord | EntryAttemptRecord): string =>
  isEntry(attempt) ? attempt.edgeId : attempt.positionId;
