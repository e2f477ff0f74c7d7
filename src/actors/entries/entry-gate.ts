import type { Post } from '../mail.ts';
import type { AlertRecord, BreakerName, BreakerRecord, Clock } from '../ports.ts';

const PAUSED = 'entries_paused';

/** Who may keep entries from beginning: an operator, and the breakers. */
export class EntryGate {
  readonly #post: Post;
  readonly #clock: Clock;
  /** An operator's word; null: not paused. */
  #pause: string | null = null;
  #tripped: Record<BreakerName, boolean> = { daily_loss: false, api: false, database: false };

  constructor(post: Post, clock: Clock) {
    this.#post = post;
    this.#clock = clock;
  }

  /** As an earlier life left it. */
  load(alerts: readonly AlertRecord[], breakers: readonly BreakerRecord[]): void {
    this.#pause = alerts.find(({ kind }) => kind === PAUSED)?.text ?? null;
    for (const { name, tripped } of breakers) this.#tripped[name] = tripped;
  }

  /** Why nothing may be bought now; null: it may. */
  get forbids(): string | null {
    const tripped = Object.entries(this.#tripped).find(([, is]) => is);
    return this.#pause ?? (tripped ? `the ${tripped[0].replace('_', '-')} breaker is tripped` : null);
  }

  get isPaused(): boolean {
    return this.#pause !== null;
  }

  get breakers(): { dailyLoss: boolean; api: boolean; database: boolean } {
    const { daily_loss: dailyLoss, api, database } = this.#tripped;
    return { dailyLoss, api, database };
  }

  noteBreakers(tripped: Record<BreakerName, boolean>): void {
    this.#tripped = { ...tripped };
  }

  /** An operator's pause is an alert that stays open until the operator resumes: so it survives a restart. */
  pause(by: string, reason: string, done: (error: Error | null) => void): void {
    const text = `entries are paused by ${by}: ${reason}`;
    const at = this.#clock.now();
    this.#pause = text;
    this.#post('ledger', {
      type: 'write',
      writes: [this.#note('entries.paused', text, at)],
      alerts: [
        {
          type: 'alert.raise',
          key: PAUSED,
          kind: PAUSED,
          severity: 'warning',
          positionId: null,
          text,
          at,
        },
      ],
      after: null,
      done,
    });
  }

  resume(by: string, reason: string, done: (error: Error | null) => void): void {
    const at = this.#clock.now();
    this.#pause = null;
    this.#post('ledger', {
      type: 'write',
      writes: [this.#note('entries.resumed', `entries are resumed by ${by}: ${reason}`, at)],
      alerts: [{ type: 'alert.resolve', key: PAUSED, at }],
      after: null,
      done,
    });
  }

  #note(kind: string, summary: string, at: number) {
    const decision = { positionId: null, exitId: null, at, kind, summary, data: {} };
    return { kind: 'decision', decision } as const;
  }
}
