import type { ErrorLimit } from '../../domain/error-window.ts';
import type { Money } from '../../domain/money.ts';
import type { LossRule } from '../../machines/loss-breaker-machine.ts';
import type { ActorObserver } from '../inspection.ts';
import type { DatabaseState } from '../ledger/commit-log.ts';
import type { BreakersMail, Part, Post } from '../mail.ts';
import { BREAKERS, type BreakerName, type BreakerRecord, type Clock } from '../ports.ts';
import { AccountDay, type AccountDayOptions } from './account-day.ts';
import { BreakerBook, type BreakerMemory } from './breaker-book.ts';
import { ErrorBreaker } from './error-breaker.ts';
import { LossBreaker } from './loss-breaker.ts';

/** The breakers' settings (SPEC 9). */
export interface BreakerRules {
  dailyLoss: LossRule & { limit: Money };
  apiErrors: ErrorLimit;
  databaseErrors: ErrorLimit;
}

export interface BreakersOptions
  extends Pick<
    AccountDayOptions,
    'valuations' | 'closedSince' | 'firstMarkOf' | 'boughtByUs' | 'calls' | 'rows'
  > {
  clock: Clock;
  post: Post;
  timeZone: string;
  /** As the configuration has them at this moment. */
  rules: () => BreakerRules;
  memory: BreakerMemory;
  database: () => DatabaseState;
  crash: (error: unknown) => void;
  observe: ActorObserver | undefined;
}

/** Hosts the three circuit breakers: what they hear, and who hears of them (SPEC 9). */
export class Breakers implements Part<BreakersMail> {
  readonly #options: BreakersOptions;
  readonly #startedAt: number;
  readonly #book: BreakerBook;
  readonly #day: AccountDay;
  readonly #dailyLoss: LossBreaker;
  readonly #api: ErrorBreaker;
  readonly #database: ErrorBreaker;
  /** When an operator was last told that the database breaker can be reset (ms). */
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(options: BreakersOptions) {
    const { clock, post, memory, rules, timeZone, crash, observe } = options;
    this.#options = options;
    this.#startedAt = clock.now();
    const book = new BreakerBook({ post, memory, crash });
    this.#book = book;
    this.#day = new AccountDay({
      ...options,
      timeZone: () => timeZone,
      stored: memory.day,
      write: (day) => book.writeDay(day),
    });
    this.#dailyLoss = new LossBreaker({
      clock,
      post,
      book,
      day: this.#day,
      rule: () => rules().dailyLoss,
      crash,
      observe,
    });
    this.#api = new ErrorBreaker({
      name: 'api',
      what: 'venue errors',
      heals: true,
      clock,
      book,
      rule: () => rules().apiErrors,
      obstacle: () => null,
      changed: () => {},
      crash,
      observe,
    });
    this.#database = new ErrorBreaker({
      name: 'database',
      what: 'database errors',
      heals: false,
      clock,
      book,
      rule: () => rules().databaseErrors,
      obstacle: () => this.#databaseObstacle(),
      changed: (tripped) => this.#tellPatience(tripped),
      crash,
      observe,
    });
  }

  receive(mail: BreakersMail): void {
    switch (mail.type) {
      case 'venue.failed':
        return this.#api.note(`${mail.call}: ${mail.reason}`, mail.at);
      case 'store.failed':
        return this.#database.note(mail.error, mail.at);
      case 'store.recovered':
        return this.#tellDatabaseAnswers(mail.replayed, mail.at);
      case 'breaker.reset':
        return this.#breaker(mail.name).reset(mail);
      case 'deciding.stop':
        this.#day.save();
        return this.stop();
    }
  }

  stop(): void {
    for (const name of BREAKERS) this.#breaker(name).stop();
  }

  /** The breakers for people: `data` has their numbers as they are now, money as decimal strings. */
  snapshot(): BreakerRecord[] {
    return BREAKERS.map((name) => {
      const breaker = this.#breaker(name);
      const record = this.#book.record(name);
      return {
        name,
        tripped: breaker.isTripped,
        reason: record?.reason ?? null,
        changedAt: record?.changedAt ?? this.#startedAt,
        data:
          name === 'database'
            ? { ...breaker.numbers(), waiting: this.#options.database().waiting }
            : breaker.numbers(),
      };
    });
  }

  #breaker(name: BreakerName): LossBreaker | ErrorBreaker {
    return { daily_loss: this.#dailyLoss, api: this.#api, database: this.#database }[name];
  }

  #databaseObstacle(): string | null {
    const { error, waiting } = this.#options.database();
    if (error !== null) return `the database does not answer (${error}): reset it once it does`;
    if (waiting > 0)
      return `the journal file is being brought into the database (${waiting} batches to go): try again in a moment`;
    return null;
  }

  /** A database that comes and goes is not told each time. */
  #tellDatabaseAnswers(replayed: number, at: number): void {
    if (!this.#database.isTripped || at - this.#toldAt < TELL_AGAIN_MS) return;
    this.#toldAt = at;
    this.#book.tellDatabaseAnswers(replayed, at);
  }

  #tellPatience(patientPaused: boolean): void {
    const { post, clock } = this.#options;
    const event = { type: 'patience.changed', patientPaused, at: clock.now() } as const;
    post('watch', { type: 'broadcast', event });
  }
}

const TELL_AGAIN_MS = 600_000;
