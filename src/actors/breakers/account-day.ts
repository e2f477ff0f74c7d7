import {
  addBaselines,
  beginDay,
  type DayBaselines,
  type DayPnl,
  measureDay,
  type Valued,
} from '../../domain/day-pnl.ts';
import type { Price } from '../../domain/money.ts';
import type { Position } from '../../domain/position.ts';
import { type TradingDay, tradingDay } from '../../domain/trading-day.ts';
import type { CallCount } from '../feed/call-count.ts';
import type { AccountDayRecord, Clock } from '../ports.ts';

export interface AccountDayOptions {
  clock: Clock;
  timeZone: () => string;
  /** Positions under watch at their last marks. */
  valuations: () => Valued[];
  /** Positions closed at or after a time (ms). */
  closedSince: (from: number) => Position[];
  /** The first mark under watch of one that closed: it may have closed before it was measured. */
  firstMarkOf: (positionId: string) => Price | null;
  /** Whether an entry of ours bought it: then what it lost since counts from what was paid. */
  boughtByUs: (positionId: string) => Promise<boolean>;
  calls: CallCount;
  /** The row of the day as it was stored; null: none, or of another day. */
  stored: AccountDayRecord | null;
  /** Open positions as their rows say, whose marks begin a day that has no row. */
  rows: readonly Position[];
  write: (day: AccountDayRecord) => void;
}

/** The account's trading day (SPEC 9): what every position was worth when it began, and the P&L since. */
export class AccountDay {
  readonly #options: AccountDayOptions;
  #day: TradingDay;
  #baselines: DayBaselines;
  /** Whether an entry bought it; absent: not known yet. */
  readonly #bought = new Map<string, boolean>();
  readonly #asking = new Set<string>();
  #written: AccountDayRecord | null;

  constructor(options: AccountDayOptions) {
    const { clock, timeZone, stored, rows } = options;
    this.#options = options;
    this.#day = tradingDay(clock.now(), timeZone());
    this.#written = stored?.day === this.#day.day ? stored : null;
    this.#baselines =
      this.#written === null
        ? beginDay(rows.map((position) => ({ position, mark: position.mark, fresh: false })))
        : (this.#written.baselines as unknown as DayBaselines);
  }

  get day(): TradingDay {
    return this.#day;
  }

  /** Today's P&L now; begins a new day where one has ended. The row is written when it has to be. */
  measure(): DayPnl {
    const { clock, timeZone } = this.#options;
    const now = clock.now();
    if (now >= this.#day.endsAt) {
      const last = this.#measure();
      this.#write(last);
      this.#day = tradingDay(now, timeZone());
      this.#baselines = beginDay(this.#options.valuations());
      this.#bought.clear();
      this.#options.calls.begin();
      this.#written = null;
    }
    const before = this.#baselines;
    const measured = this.#measure();
    const isDue = this.#written === null || now - this.#written.updatedAt >= ROW_MS;
    if (before !== this.#baselines || (isDue && this.#hasChanged(measured))) this.#write(measured);
    return measured;
  }

  /** Writes the row as it is now. */
  save(): void {
    this.#write(this.#measure());
  }

  #measure(): DayPnl {
    const { valuations, closedSince, firstMarkOf } = this.#options;
    const open = valuations();
    const ids = new Set(open.map(({ position }) => position.id));
    const closed = closedSince(this.#day.startsAt).filter(({ id }) => !ids.has(id));
    const valued = [...open, ...closed.map((position): Valued => ({ position, mark: null, fresh: true }))];
    const isToBegin = ({ position: { id } }: Valued) => this.#isKnown(id) && !this.#baselines[id];
    const atFirst = valued
      .filter(isToBegin)
      .map((one) => (one.position.phase === 'closed' ? { ...one, mark: firstMarkOf(one.position.id) } : one));
    this.#baselines = addBaselines(this.#baselines, atFirst, ({ id }) => this.#bought.get(id) === true);
    return measureDay(this.#baselines, valued);
  }

  /** Whether a baseline may be given: where none is there yet, the store is asked who bought the position. */
  #isKnown(id: string): boolean {
    if (this.#baselines[id] || this.#bought.has(id)) return true;
    if (!this.#asking.has(id)) void this.#ask(id);
    return false;
  }

  /** A store that can't say is asked again with the next measurement. */
  async #ask(id: string): Promise<void> {
    this.#asking.add(id);
    try {
      this.#bought.set(id, await this.#options.boughtByUs(id));
    } catch {
      // Until it is known the position counts as 0 and is flagged.
    } finally {
      this.#asking.delete(id);
    }
  }

  #hasChanged({ pnl, realized, unrealizedChange }: DayPnl): boolean {
    const before = this.#written;
    return (
      before === null ||
      before.pnl !== pnl ||
      before.realized !== realized ||
      before.unrealizedChange !== unrealizedChange ||
      before.calls.total !== this.#options.calls.count().total
    );
  }

  #write({ pnl, realized, unrealizedChange }: DayPnl): void {
    const { clock, calls, write } = this.#options;
    const { day, startsAt } = this.#day;
    this.#written = {
      day,
      startedAt: startsAt,
      updatedAt: clock.now(),
      pnl,
      realized,
      unrealizedChange,
      baselines: this.#baselines as unknown as Record<string, unknown>,
      calls: calls.count(),
    };
    write(this.#written);
  }
}

/** How often the row is written while only its numbers change (ms). */
const ROW_MS = 30_000;
