import { type ActorRefFrom, createActor } from 'xstate';
import type { DayPnl } from '../../domain/day-pnl.ts';
import { formatMoney, type Money } from '../../domain/money.ts';
import { type LossRule, type LossSeen, lossBreakerMachine } from '../../machines/loss-breaker-machine.ts';
import type { ActorObserver } from '../inspection.ts';
import type { BreakersMail, Post } from '../mail.ts';
import type { Clock } from '../ports.ts';
import type { AccountDay } from './account-day.ts';
import type { BreakerBook } from './breaker-book.ts';

export interface LossBreakerOptions {
  clock: Clock;
  post: Post;
  book: BreakerBook;
  day: AccountDay;
  /** As the configuration has it at this moment; the limit is what a day may lose (1e-6 $). */
  rule: () => LossRule & { limit: Money };
  crash: (error: unknown) => void;
  observe: ActorObserver | undefined;
}

type Reset = Extract<BreakersMail, { type: 'breaker.reset' }>;

/** An operator's word for the rest of a day. */
interface Exception {
  day: string;
  limit: Money | null;
  untilTomorrow: boolean;
}

const MEASURE_MS = 5_000;
const TELL_MS = 60_000;

/** The daily-loss breaker at work: measures the day, trips, and tells every position (SPEC 9). */
export class LossBreaker {
  readonly #options: LossBreakerOptions;
  readonly #actor: ActorRefFrom<typeof lossBreakerMachine>;
  #timer: ReturnType<Clock['setTimeout']> | null = null;
  #exception: Exception | null;
  #last: DayPnl | null = null;
  #told: { pnl: Money; limit: Money | null; at: number } | null = null;
  #resetting: Reset | null = null;

  constructor(options: LossBreakerOptions) {
    const { clock, book, crash, observe } = options;
    this.#options = options;
    const stored = book.record('daily_loss');
    this.#exception = (stored?.data.exception as Exception | null | undefined) ?? null;
    const machine = lossBreakerMachine.provide({
      actions: {
        measure: () => this.measure(),
        announceTripped: (_, seen) => this.#announceTripped(seen),
        announceReset: (_, { at }) => this.#announceReset(at),
      },
    });
    this.#actor = createActor(machine, {
      id: 'breaker:daily_loss',
      clock: clock as never,
      input: { tripped: stored?.tripped ?? false, at: clock.now() },
    });
    observe?.(this.#actor, { name: 'breaker daily_loss', host: 'breakers', position: null, restarts: 0 });
    this.#actor.subscribe({ error: crash });
    this.#actor.start();
    this.#schedule();
  }

  get isTripped(): boolean {
    return this.#actor.getSnapshot().value === 'tripped';
  }

  /** What the day may lose now (1e-6 $); null: disarmed until tomorrow. */
  get limit(): Money | null {
    const exception = this.#exception?.day === this.#options.day.day.day ? this.#exception : null;
    if (exception?.untilTomorrow) return null;
    return exception?.limit ?? this.#options.rule().limit;
  }

  measure(): DayPnl {
    const { day, rule, clock } = this.#options;
    const measured = day.measure();
    this.#last = measured;
    const at = clock.now();
    this.#actor.send({ type: 'measured', pnl: measured.pnl, limit: this.limit, rule: rule(), at });
    this.#tellNumbers(measured.pnl, at);
    return measured;
  }

  /** Resets it, or says why not. */
  reset(mail: Reset): void {
    const refusal = this.#refusalOf(mail);
    if (refusal !== null) return mail.done(refusal);
    this.#resetting = mail;
    this.#actor.send({ type: 'reset', at: this.#options.clock.now() });
  }

  stop(): void {
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    this.#actor.stop();
  }

  /** The numbers as people read them. */
  numbers(): Record<string, unknown> {
    const { day } = this.#options;
    const { limit } = this;
    return {
      day: day.day.day,
      pnl: this.#last && formatMoney(this.#last.pnl),
      realized: this.#last && formatMoney(this.#last.realized),
      unrealized_change: this.#last && formatMoney(this.#last.unrealizedChange),
      limit: limit === null ? null : formatMoney(limit),
      until_tomorrow: limit === null,
      flagged: this.#last?.flagged ?? [],
    };
  }

  #schedule(): void {
    const { clock, day, crash } = this.#options;
    const wait = Math.min(MEASURE_MS, Math.max(0, day.day.endsAt - clock.now()));
    this.#timer = clock.setTimeout(() => {
      try {
        this.measure();
        this.#schedule();
      } catch (error) {
        crash(error);
      }
    }, wait);
  }

  /** So that each position can say how far the breaker is from tripping. */
  #tellNumbers(pnl: Money, at: number): void {
    if (this.isTripped || (this.#told !== null && at - this.#told.at < TELL_MS)) return;
    const limit = this.limit === null ? null : -this.limit;
    const isNews = this.#told?.pnl !== pnl || this.#told.limit !== limit;
    this.#told = { pnl, limit, at };
    if (isNews)
      this.#options.post('watch', {
        type: 'broadcast',
        event: { type: 'dailyLoss.measured', pnl, limit, at },
      });
  }

  #broadcast(pnl: Money): void {
    const { post, clock } = this.#options;
    const dailyLoss = { tripped: this.isTripped, pnl, limit: this.limit === null ? null : -this.limit };
    const at = clock.now();
    post('watch', { type: 'broadcast', event: { type: 'breaker.changed', dailyLoss, at } });
  }

  #announceTripped({ pnl, limit, count, firstAt, at }: LossSeen): void {
    const { book, post, day } = this.#options;
    const { realized, unrealizedChange, flagged } = this.#last!;
    const seen = count === 1 ? '' : `, seen ${count} times in ${(at - firstAt) / 1000} s`;
    book.change({
      name: 'daily_loss',
      kind: 'tripped',
      reason: `P&L of ${day.day.day} is ${dollars(pnl)}, the limit ${dollars(-limit)}${seen}${oldMarks(flagged)}`,
      by: null,
      at,
      data: {
        day: day.day.day,
        pnl,
        realized,
        unrealized_change: unrealizedChange,
        limit,
        flagged,
        exception: this.#exception,
      },
    });
    day.save();
    const dailyLoss = { tripped: true, pnl, limit: -limit };
    post('watch', { type: 'broadcast', event: { type: 'breaker.changed', dailyLoss, at } });
  }

  #refusalOf({ reason, limit, untilTomorrow }: Reset): string | null {
    if (!this.isTripped) return 'the daily-loss breaker is not tripped';
    if (reason.trim() === '') return 'resetting the daily-loss breaker needs a reason';
    if (limit !== null && untilTomorrow) return 'give either a new limit or until-tomorrow, not both';
    if (untilTomorrow) return null;
    const { pnl } = this.measure();
    const allowed = limit ?? this.limit;
    if (allowed === null || pnl > -allowed) return null;
    const now = `P&L of today is ${dollars(pnl)}`;
    if (limit !== null)
      return `${now}: a limit of ${dollars(limit)} would trip at once; it has to be above the present loss`;
    return (
      `${now} and the limit ${dollars(-allowed)}: it would trip again at once. Give a new limit for the rest of the ` +
      'day (--limit DOLLARS, above the present loss), or disarm it until the next trading day begins (--until-tomorrow)'
    );
  }

  #announceReset(at: number): void {
    const { book, day } = this.#options;
    const { by, reason, limit, untilTomorrow, done } = this.#resetting!;
    const { pnl } = this.#last ?? day.measure();
    if (limit !== null || untilTomorrow) this.#exception = { day: day.day.day, limit, untilTomorrow };
    const until = untilTomorrow ? '; disarmed until tomorrow' : '';
    const raised = limit === null ? '' : `; the limit is ${dollars(-limit)} for the rest of the day`;
    book.change(
      {
        name: 'daily_loss',
        kind: 'reset',
        reason: `${reason} (P&L of ${day.day.day} ${dollars(pnl)}${raised}${until})`,
        by,
        at,
        data: { day: day.day.day, pnl, limit: this.limit, exception: this.#exception },
      },
      () => {
        this.#broadcast(pnl);
        done(null);
      },
    );
  }
}

const oldMarks = (flagged: string[]): string =>
  flagged.length === 0 ? '' : `; without a fresh mark: ${flagged.slice(0, 5).join(', ')}${more(flagged)}`;
const more = (flagged: string[]): string => (flagged.length > 5 ? ` and ${flagged.length - 5} more` : '');

/** Dollars and cents: −$512.34. */
export const dollars = (money: Money): string => {
  const text = formatMoney(Math.abs(money)).replace(/(\.\d\d\d*?)0*$/, '$1');
  return `${money < 0 ? '−' : ''}$${text}`;
};
