/** One position's monitor as a function: the real statechart and its real host, and what the monitor makes of a step. */
import { exitOverruled, phaseChanged } from '../../src/actors/ledger/journal.ts';
import { mustSave } from '../../src/actors/ledger/records.ts';
import type { Placing } from '../../src/actors/mail.ts';
import type { AttemptRecord } from '../../src/actors/ports.ts';
import { raisedAlerts, resolvedAlerts } from '../../src/actors/watch/position-alerts.ts';
import { PositionHost } from '../../src/actors/watch/position-host.ts';
import type { Evaluation, Surroundings } from '../../src/domain/evaluation.ts';
import type { Position } from '../../src/domain/position.ts';
import type { Watched } from '../../src/domain/position-facts.ts';
import type { PositionEvent } from '../../src/machines/position-events.ts';
import type { positionMachine } from '../../src/machines/position-machine.ts';
import { evaluationOf, NOW, positionAfter, TURN, turnsOf } from './abstract.ts';
import { Pool } from './pool.ts';
import { type Asked, PureMachine, sortOut } from './pure-machine.ts';
import { methodOf, openingPosition, type Scenario, surroundingsOf } from './setting.ts';

/** What the model says of the market and the breakers. */
export type Around = Pick<Surroundings['market'], 'status'> & { tripped: boolean; patientPaused: boolean };

/** A monitor that runs. */
export interface Running {
  /** 'open', 'exiting.working', … */
  state: string;
  value: unknown;
  position: Position;
  around: Around;
  evaluation: Evaluation | null;
  timers: { event: string; due: number }[];
}

/** What a step becomes: one transaction, and what follows it; `row` null: nothing is written. */
export interface Outcome {
  row: Position | null;
  attempts: AttemptRecord[];
  place: Placing[];
  cancel: string[];
  /** `+exit_failed`: raised; `-exit_failed`: resolved. */
  alerts: string[];
}

export interface Step {
  running: number;
  outcome: Outcome;
}

export type PositionCharts = typeof positionMachine;

export class PositionSteps {
  readonly pool = new Pool<Running>();
  readonly machine: PureMachine<PositionCharts>;
  readonly #scenario: Scenario;
  readonly #host = new PositionHost();
  readonly #steps = new Map<string, Step>();
  readonly #later = new Map<number, number>();
  readonly #silent = new Map<number, number>();
  readonly #texts = new WeakMap<object, string>();

  constructor(scenario: Scenario, patch: (machine: PositionCharts) => PositionCharts = (machine) => machine) {
    this.#scenario = scenario;
    const calm = { status: 'open', tripped: false, patientPaused: false } as const;
    this.machine = new PureMachine(
      patch(this.#host.machine),
      this.#watched(openingPosition(scenario), calm, null),
    );
  }

  /** A monitor begins from what is stored. */
  start(stored: Position, around: Around): Step {
    const position = { ...stored, at: Math.max(stored.at, NOW) };
    const [snapshot, asked] = this.machine.start(this.#watched(position, around, null));
    return this.#settle(stored, [], snapshot, asked);
  }

  send(id: number, event: PositionEvent | { type: string }): Step {
    const key = `${id} ${this.#textOf(event)}`;
    const known = this.#steps.get(key);
    if (known) return known;
    const running = this.pool.at(id);
    const { value, position, around, evaluation } = running;
    const timers = running.timers
      .filter((timer) => timer.event !== event.type)
      .map((timer) => ({ event: timer.event, delay: timer.due - NOW }));
    const [snapshot, asked] = this.machine.step(
      { value, context: this.#watched(position, around, evaluation) },
      event,
    );
    const step = this.#settle(position, timers, snapshot, asked);
    this.#steps.set(key, step);
    return step;
  }

  #textOf(event: object): string {
    let text = this.#texts.get(event);
    if (text === undefined) {
      text = JSON.stringify(event);
      this.#texts.set(event, text);
    }
    return text;
  }

  /** The same monitor one turn later: nobody has told it yet. */
  later(id: number): number {
    let after = this.#later.get(id);
    if (after === undefined) {
      const running = this.pool.at(id);
      after = this.pool.id({
        ...running,
        position: positionAfter(running.position, TURN, mayLag(running)),
        timers: running.timers.map(({ event, due }) => ({ event, due: turnsOf(due - TURN, 0) })),
      });
      this.#later.set(id, after);
    }
    return after;
  }

  /** The same monitor where no operator will speak any more: who triggered last is nobody's concern. */
  withoutVerdicts(id: number): number {
    const running = this.pool.at(id);
    if (running.evaluation === null) return id;
    let after = this.#silent.get(id);
    if (after === undefined) {
      after = this.pool.id({ ...running, evaluation: null });
      this.#silent.set(id, after);
    }
    return after;
  }

  /** As `actors/watch/monitor.ts` settles a step; monitor-mirror.test.ts holds the two together. */
  #settle(
    before: Position,
    standing: { event: string; delay: number }[],
    snapshot: ReturnType<PureMachine<PositionCharts>['start']>[0],
    asked: Asked[],
  ): Step {
    const [timers, actions] = sortOut(standing, asked);
    const actor = {};
    for (const { info, params, exec } of actions) exec?.({ ...(info as object), self: actor }, params);
    const requests = this.#host.take(actor);
    const watched = snapshot.context as Watched;
    const { position, evaluation } = watched;
    const decisions = [...requests.decisions];
    const { exit } = position;
    if (before.exit && exit && before.exit !== exit && before.exit.id === exit.id) {
      const known = before.exit.overruled;
      const overruled = exit.overruled.filter((name) => !known.includes(name));
      if (overruled.length > 0) decisions.push(exitOverruled(position, exit, overruled, evaluation));
    }
    if (isTurn(before, position)) decisions.push(phaseChanged(position, before.phase));
    const { writes, after } = requests;
    const isSaved = writes.length + decisions.length + after.cancel.length > 0 || mustSave(before, position);
    const outcome = { ...requests, before, watched };
    const alerts = [...raisedAlerts(outcome), ...resolvedAlerts(outcome)].map(
      ({ type, key }) => `${type === 'alert.raise' ? '+' : '-'}${key.split(':')[0]}`,
    );
    const { readsAccount } = this.#scenario;
    const abstract = positionAfter(position, 0, mayLag({ timers, position }));
    const kept = readsAccount ? abstract : { ...abstract, lastOrderEndedAt: null };
    const { status } = watched.surroundings.market;
    return {
      running: this.pool.id({
        state: nameOf(snapshot.value),
        value: snapshot.value,
        position: kept,
        around: {
          status,
          tripped: watched.surroundings.dailyLoss.tripped,
          patientPaused: watched.surroundings.patientPaused,
        },
        evaluation: evaluationOf(evaluation),
        timers: timers.map(({ event, delay }) => ({ event, due: turnsOf(NOW + delay, 0) })),
      }),
      outcome: {
        row: isSaved ? kept : null,
        attempts: writes.flatMap((write) => (write.kind === 'attempt' ? [write.attempt] : [])),
        place: after.place,
        cancel: after.cancel,
        alerts,
      },
    };
  }

  /** The mark before the last one is taken anew with every quote, and read with it alone. */
  #watched(position: Position, around: Around, evaluation: Evaluation | null): Watched {
    return {
      position,
      method: methodOf(this.#scenario, position),
      surroundings: surroundingsOf(around),
      evaluation,
      lastMark: position.mark,
      instance: 'm',
    };
  }
}

/** Time has passed that it was not told of, and it waits for the fact that tells it. */
export const mayLag = ({ timers, position }: { timers: readonly unknown[]; position: Position }): boolean =>
  timers.length > 0 || position.exit?.due === true;

const isTurn = (before: Position, after: Position): boolean => {
  const calm = (phase: Position['phase']): boolean => phase === 'open' || phase === 'urgent';
  return before.phase !== after.phase && !(calm(before.phase) && calm(after.phase));
};

const nameOf = (value: unknown): string =>
  typeof value === 'string' ? value : Object.entries(value as Record<string, string>)[0]!.join('.');
