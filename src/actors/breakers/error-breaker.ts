import { type ActorRefFrom, createActor } from 'xstate';
import type { ErrorLimit } from '../../domain/error-window.ts';
import { type ErrorsSeen, errorBreakerMachine } from '../../machines/error-breaker-machine.ts';
import type { ActorObserver } from '../inspection.ts';
import type { BreakersMail } from '../mail.ts';
import type { Clock } from '../ports.ts';
import type { BreakerBook } from './breaker-book.ts';

export interface ErrorBreakerOptions {
  name: 'api' | 'database';
  /** What is counted: 'venue errors'. */
  what: string;
  heals: boolean;
  clock: Clock;
  book: BreakerBook;
  /** As the configuration has it at this moment. */
  rule: () => ErrorLimit;
  /** Why it can't be reset now; null: it can. */
  obstacle: () => string | null;
  /** It tripped, or a reset of it is durable. */
  changed: (tripped: boolean) => void;
  crash: (error: unknown) => void;
  observe: ActorObserver | undefined;
}

type Reset = Extract<BreakersMail, { type: 'breaker.reset' }>;

/** A breaker that counts errors, at work (SPEC 9). */
export class ErrorBreaker {
  readonly #options: ErrorBreakerOptions;
  readonly #actor: ActorRefFrom<typeof errorBreakerMachine>;
  #resetting: Reset | null = null;

  constructor(options: ErrorBreakerOptions) {
    const { name, heals, clock, book, rule, crash, observe } = options;
    this.#options = options;
    const stored = book.record(name);
    const machine = errorBreakerMachine.provide({
      actions: {
        announceTripped: (_, seen) => this.#announceTripped(seen),
        announceReset: (_, { at }) => this.#announceReset(at),
        announceHealed: () => this.#announceHealed(),
      },
    });
    this.#actor = createActor(machine, {
      id: `breaker:${name}`,
      clock: clock as never,
      input: {
        rule: rule(),
        heals,
        tripped: stored?.tripped ?? false,
        times: stored?.tripped ? ((stored.data.errors as number[] | undefined) ?? []) : [],
        at: clock.now(),
      },
    });
    observe?.(this.#actor, { name: `breaker ${name}`, host: 'breakers', position: null, restarts: 0 });
    this.#actor.subscribe({ error: crash });
    this.#actor.start();
  }

  get isTripped(): boolean {
    return this.#actor.getSnapshot().value === 'tripped';
  }

  note(reason: string, at: number): void {
    this.#actor.send({ type: 'failed', reason, rule: this.#options.rule(), at });
  }

  /** Resets it, or says why not. */
  reset(mail: Reset): void {
    const { name, obstacle, clock } = this.#options;
    const refusal = !this.isTripped
      ? `the ${name} breaker is not tripped`
      : mail.limit !== null || mail.untilTomorrow
        ? 'a limit and until-tomorrow belong to the daily-loss breaker'
        : obstacle();
    if (refusal !== null) return mail.done(refusal);
    this.#resetting = mail;
    this.#actor.send({ type: 'reset', at: clock.now() });
  }

  stop(): void {
    this.#actor.stop();
  }

  /** The numbers as people read them. */
  numbers(): Record<string, unknown> {
    const { rule, clock } = this.#options;
    const { maxErrors, windowMs } = rule();
    const { times } = this.#actor.getSnapshot().context;
    const counting = times.filter((time) => Math.abs(clock.now() - time) < windowMs);
    return { errors: counting.length, max_errors: maxErrors, window_seconds: windowMs / 1000 };
  }

  #announceTripped({ times, reason, at }: ErrorsSeen): void {
    const { name, what, book, rule, changed } = this.#options;
    const { maxErrors, windowMs } = rule();
    book.change({
      name,
      kind: 'tripped',
      reason: `more than ${maxErrors} ${what} in ${windowMs / 1000} s, the last: ${reason}`,
      by: null,
      at,
      data: { errors: times, last: reason },
    });
    changed(true);
  }

  #announceReset(at: number): void {
    const { name, book, changed } = this.#options;
    const { by, reason, done } = this.#resetting!;
    book.change({ name, kind: 'reset', reason, by, at, data: {} }, () => {
      changed(this.isTripped);
      done(null);
    });
  }

  #announceHealed(): void {
    const { name, what, book, clock, rule, changed } = this.#options;
    book.change(
      {
        name,
        kind: 'healed',
        reason: `no ${what} for ${rule().windowMs / 1000} s`,
        by: null,
        at: clock.now(),
        data: {},
      },
      () => changed(this.isTripped),
    );
  }
}
