/** The breakers' statecharts in virtual time: what they announce comes out as lines. */
import { createActor, type InspectionEvent } from 'xstate';
import type { ErrorLimit } from '../../src/domain/error-window.ts';
import type { Money } from '../../src/domain/money.ts';
import { errorBreakerMachine } from '../../src/machines/error-breaker-machine.ts';
import { type LossRule, lossBreakerMachine } from '../../src/machines/loss-breaker-machine.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { NOON, SECOND } from './domain-builders.ts';

type Inspect = (event: InspectionEvent) => void;

class Rig {
  readonly clock = new VirtualClock(NOON);
  #lines: string[] = [];

  say(line: string): void {
    this.#lines.push(`${(this.clock.now() - NOON) / SECOND} s: ${line}`);
  }
  /** What was said since the last time it was asked. */
  take(): string[] {
    return this.#lines.splice(0);
  }
  /** Time passes; timers fire at their times. */
  pass(seconds: number): this {
    const until = this.clock.now() + seconds * SECOND;
    while (this.clock.fireNext(until));
    this.clock.moveTo(until);
    return this;
  }
}

export interface LossGiven {
  rule?: LossRule;
  tripped?: boolean;
  inspect?: Inspect;
}

export class LossRig extends Rig {
  readonly #rule: LossRule;
  readonly #actor;

  constructor({
    rule = { confirmations: 2, confirmForMs: 10_000 },
    tripped = false,
    inspect,
  }: LossGiven = {}) {
    super();
    this.#rule = rule;
    this.#actor = createActor(
      lossBreakerMachine.provide({
        actions: {
          measure: () => this.say('measures'),
          announceTripped: (_, { pnl, limit, count, firstAt }) =>
            this.say(`trips at ${pnl} of ${limit}, seen ${count} times since ${(firstAt - NOON) / SECOND} s`),
          announceReset: () => this.say('is reset'),
        },
      }),
      {
        clock: this.clock as never,
        input: { tripped, at: NOON },
        ...(inspect ? { inspect } : {}),
      },
    );
    this.#actor.start();
  }

  get state(): string {
    return this.#actor.getSnapshot().value as string;
  }
  measured(pnl: Money, limit: Money | null = 500): this {
    this.#actor.send({ type: 'measured', pnl, limit, rule: this.#rule, at: this.clock.now() });
    return this;
  }
  reset(): this {
    this.#actor.send({ type: 'reset', at: this.clock.now() });
    return this;
  }
}

export interface ErrorGiven {
  rule?: ErrorLimit;
  heals?: boolean;
  tripped?: boolean;
  times?: number[];
  inspect?: Inspect;
}

export class ErrorRig extends Rig {
  readonly #rule: ErrorLimit;
  readonly #actor;

  constructor(given: ErrorGiven = {}) {
    super();
    const { rule = { maxErrors: 2, windowMs: 60_000 }, heals = true, tripped = false } = given;
    this.#rule = rule;
    this.#actor = createActor(
      errorBreakerMachine.provide({
        actions: {
          announceTripped: (_, { times, reason }) => this.say(`trips at ${times.length} errors: ${reason}`),
          announceReset: () => this.say('is reset'),
          announceHealed: () => this.say('heals'),
        },
      }),
      {
        clock: this.clock as never,
        input: { rule, heals, tripped, times: given.times ?? [], at: NOON },
        ...(given.inspect ? { inspect: given.inspect } : {}),
      },
    );
    this.#actor.start();
  }

  get state(): string {
    return this.#actor.getSnapshot().value as string;
  }
  failed(reason = 'timeout'): this {
    this.#actor.send({ type: 'failed', reason, rule: this.#rule, at: this.clock.now() });
    return this;
  }
  reset(): this {
    this.#actor.send({ type: 'reset', at: this.clock.now() });
    return this;
  }
}
