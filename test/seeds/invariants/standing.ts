/** In good weather: breakers stand as they are stored, losses trip, failed exits are resumed, closes and settlements are heeded. */
import type { BreakerName, StoreWrite } from '../../../src/actors/ports.ts';
import { addBaselines, type DayBaselines, measureDay } from '../../../src/domain/day-pnl.ts';
import type { Position } from '../../../src/domain/position.ts';
import { MINUTE, SECOND } from '../../support/domain-builders.ts';
import type { Hour } from '../hour.ts';
import type { Invariant } from './invariants.ts';
import { Lasting } from './lasting.ts';

const EVERY_MS = 10 * SECOND;
/** Twice 10 s apart, and what a measurement waits for. */
const TRIPS_WITHIN_MS = 90 * SECOND;
const SOON_MS = 90 * SECOND;
const URGENT_MS = 5 * MINUTE;

export class Standing implements Invariant {
  readonly #hour: Hour;
  readonly #tripped = new Map<BreakerName, boolean>();
  readonly #lasting = new Lasting();
  #baselines: DayBaselines = {};
  #lookedAt = 0;

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  committed(writes: readonly StoreWrite[]): void {
    for (const write of writes)
      if (write.kind === 'breaker') this.#tripped.set(write.breaker.name, write.breaker.tripped);
  }

  after(): void {
    const hour = this.#hour;
    const now = hour.clock.now();
    if (now - this.#lookedAt < EVERY_MS) return;
    this.#lookedAt = now;
    if (hour.calmMs() < 10 * SECOND || !hour.life.postern) return this.#lasting.clear();
    this.#checkBreakers(now);
    this.#checkLoss(now);
    for (const position of hour.life.postern.watch().positions()) {
      if (position.phase === 'closed') continue;
      this.#checkFailed(position, now);
      this.#checkClose(position, now);
    }
  }

  #lasts(key: string, isSo: boolean, now: number, longest: number, what: string): void {
    if (this.#lasting.note(key, isSo, now) > longest) this.#hour.violate('all is heeded', what);
  }

  #checkBreakers(now: number): void {
    const tripped = this.#tripped.get('daily_loss') === true;
    const breaker = this.#hour.life.postern!.breakers().find(({ name }) => name === 'daily_loss')!;
    const what = `the daily-loss breaker is stored as tripped: ${tripped}, and is not so`;
    this.#lasts('breaker', breaker.tripped !== tripped, now, 30 * SECOND, what);
  }

  /** Counted from each position's first mark, as the day's row counts them. */
  #checkLoss(now: number): void {
    const { scenario, life } = this.#hour;
    const { limit } = scenario.config.circuitBreakers.dailyLoss;
    const valued = life.postern!.watch().valuations(MINUTE);
    this.#baselines = addBaselines(this.#baselines, valued, ({ entryFees }) => entryFees > 0);
    const open = valued.filter(({ position }) => this.#baselines[position.id]);
    const { pnl } = measureDay(this.#baselines, open);
    const isPast = pnl <= -limit && this.#tripped.get('daily_loss') !== true;
    this.#lasts('loss', isPast, now, TRIPS_WITHIN_MS, `a loss of ${pnl} has tripped nothing`);
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
