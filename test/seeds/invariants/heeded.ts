/** In good weather failed exits are resumed, and that a market closes or is settled does not go unnoticed (SPEC 4, 6, 7). */
import type { Position } from '../../../src/domain/position.ts';
import { MINUTE, SECOND } from '../../support/domain-builders.ts';
import type { Hour } from '../hour.ts';
import type { Invariant } from './invariants.ts';
import { Lasting } from './lasting.ts';

const EVERY_MS = 10 * SECOND;
const SOON_MS = 90 * SECOND;
const URGENT_MS = 5 * MINUTE;

export class Heeded implements Invariant {
  readonly #hour: Hour;
  readonly #lasting = new Lasting();
  #lookedAt = 0;

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  after(): void {
    const hour = this.#hour;
    const now = hour.clock.now();
    if (now - this.#lookedAt < EVERY_MS) return;
    this.#lookedAt = now;
    if (hour.calmMs() < 10 * SECOND || !hour.life.postern) return this.#lasting.clear();
    for (const position of hour.life.postern.watch().positions()) {
      if (position.phase === 'closed') continue;
      this.#checkFailed(position, now);
      this.#checkClose(position, now);
    }
  }

  #lasts(key: string, isSo: boolean, now: number, longest: number, what: string): void {
    if (this.#lasting.note(key, isSo, now) > longest) this.#hour.violate('all is heeded', what);
  }

  /** A failed exit goes on once its back-off is over, where something triggers and somebody bids. */
  #checkFailed({ id, phase, exit }: Position, now: number): void {
    const failure = phase === 'failed' ? exit?.failure : null;
    const evaluation = this.#hour.life.postern!.watch().view(id)?.evaluation;
    const isDue =
      failure != null &&
      failure.cause !== 'refused' &&
      now + this.#hour.skewMs > failure.resumeAt &&
      evaluation?.winner != null &&
      evaluation.quote?.bid != null;
    this.#lasts(`failed ${id}`, isDue, now, SOON_MS, `${id} is failed, and nothing resumes it`);
  }

  #checkClose({ id, market, side, phase, held, awaitingSettlement }: Position, now: number): void {
    const { status, closeAt, bid, ask } = this.#hour.truth().markets[market]!;
    const isSettled = status === 'finalized';
    this.#lasts(`settled ${id}`, isSettled, now, 2 * MINUTE, `${id} is ${phase}, its market is settled`);
    const canSell = status === 'active' && (side === 'yes' ? bid : ask) != null;
    const isIdle = (phase === 'open' || phase === 'urgent') && !held && !awaitingSettlement;
    const isLate = isIdle && canSell && closeAt - now < URGENT_MS;
    this.#lasts(`closing ${id}`, isLate, now, SOON_MS, `${id} is ${phase}, its market closes at ${closeAt}`);
  }
}
