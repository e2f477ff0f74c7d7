/** A breaker that has tripped stays tripped, and a loss past the limit trips it soon (SPEC 9). */
import type { StoreWrite } from '../../../src/actors/ports.ts';
import { addBaselines, type DayBaselines, measureDay } from '../../../src/domain/day-pnl.ts';
import type { Position } from '../../../src/domain/position.ts';
import { MINUTE, SECOND } from '../../support/domain-builders.ts';
import type { Hour } from '../hour.ts';
import type { Invariant } from './invariants.ts';
import { Lasting } from './lasting.ts';

const EVERY_MS = 5 * SECOND;
/** Twice 10 s apart, and what a measurement waits for. */
const TRIPS_WITHIN_MS = 90 * SECOND;

export class Breakers implements Invariant {
  readonly #hour: Hour;
  readonly #closed = new Map<string, Position>();
  readonly #lasting = new Lasting();
  /** The process in which the daily-loss breaker tripped; nobody resets it here. */
  #trippedIn: number | null = null;
  #baselines: DayBaselines = {};
  #stored: DayBaselines = {};
  #lookedAt = 0;

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  committed(writes: readonly StoreWrite[], to: 'database' | 'journal file'): void {
    for (const write of writes) {
      if (write.kind === 'position' && write.position.phase === 'closed')
        this.#closed.set(write.position.id, write.position);
      if (write.kind === 'account_day') this.#stored = write.day.baselines as unknown as DayBaselines;
      const isTrip = write.kind === 'breaker' && write.breaker.name === 'daily_loss' && write.breaker.tripped;
      if (isTrip && to === 'database') this.#trippedIn ??= this.#hour.life.number;
    }
  }

  after(): void {
    const hour = this.#hour;
    const now = hour.clock.now();
    if (now - this.#lookedAt < EVERY_MS || !hour.life.isTrading) return;
    this.#lookedAt = now;
    this.#checkStored();
    if (hour.calmMs() < 10 * SECOND) this.#lasting.clear();
    else this.#checkLoss(now);
  }

  #checkStored(): void {
    const { postern, number } = this.#hour.life;
    if (this.#trippedIn === null || this.#trippedIn >= number) return;
    const breaker = postern!.breakers().find(({ name }) => name === 'daily_loss')!;
    if (!breaker.tripped) this.#hour.violate('breakers stand', 'a restart has reset the daily-loss breaker');
  }

  /** Counted as the day's row counts it; what is not in there, from the first mark seen here. */
  #checkLoss(now: number): void {
    const { scenario, life } = this.#hour;
    const { limit } = scenario.config.circuitBreakers.dailyLoss;
    const open = life.postern!.watch().valuations(MINUTE);
    this.#baselines = addBaselines(this.#baselines, open, ({ entryFees }) => entryFees > 0);
    const closed = [...this.#closed.values()].filter(
      ({ id }) => !open.some(({ position }) => position.id === id),
    );
    const valued = [...open, ...closed.map((position) => ({ position, mark: null, fresh: true }))];
    const stored = Object.entries(this.#stored).filter(([, baseline]) => baseline !== null);
    const { pnl } = measureDay({ ...this.#baselines, ...Object.fromEntries(stored) }, valued);
    const isIgnored =
      pnl <= -limit &&
      !life.postern!.breakers().some(({ name, tripped }) => name === 'daily_loss' && tripped);
    if (this.#lasting.note('loss', isIgnored, now) > TRIPS_WITHIN_MS)
      this.#hour.violate('breakers trip', `a loss of ${-pnl} has tripped nothing, the limit is ${limit}`);
  }
}
