import { type ActorRefFrom, createActor } from 'xstate';
import type { Surroundings } from '../../domain/evaluation.ts';
import type { Method } from '../../domain/method.ts';
import type { Position, RunningExit } from '../../domain/position.ts';
import type { Watched } from '../../domain/position-facts.ts';
import type { PositionEvent } from '../../machines/position-events.ts';
import type { positionMachine } from '../../machines/position-machine.ts';
import type { ActorObserver, EvaluationTimer } from '../inspection.ts';
import { exitOverruled, orderOver, phaseChanged } from '../ledger/journal.ts';
import { mustSave } from '../ledger/records.ts';
import type { Clock } from '../ports.ts';
import type { PositionHost, Requests } from './position-host.ts';

/** What one step made of a position: one transaction, and what follows it. */
export interface Outcome extends Omit<Requests, 'decisions'> {
  before: Position;
  watched: Watched;
}

export interface MonitorOptions {
  host: PositionHost;
  position: Position;
  method: Method;
  surroundings: Surroundings;
  instance: string;
  clock: Clock;
  /** Rows whose mark alone has changed are written at most this often (ms); null: never for the mark alone. */
  rowWriteMs: number | null;
  /** How often it was started again. */
  restarts: number;
  observe: ActorObserver | undefined;
  evaluating?: EvaluationTimer | undefined;
  settled: (outcome: Outcome) => void;
  crashed: (error: unknown) => void;
}

export type PositionActor = ActorRefFrom<typeof positionMachine>;

/** One position's actor, and the collecting of what it asks for until its step is complete. */
export class Monitor {
  readonly id: string;
  readonly market: string;
  readonly #options: MonitorOptions;
  readonly #actor: PositionActor;
  #last: Position;
  #savedAt: number;
  #crashed = false;

  constructor(options: MonitorOptions, incarnation: number) {
    const { host, position, method, surroundings, instance, clock, observe, restarts } = options;
    this.id = position.id;
    this.market = position.market;
    this.#options = options;
    this.#last = position;
    this.#savedAt = position.at;
    const input: Watched = {
      position: { ...position, at: Math.max(position.at, clock.now()) },
      method,
      surroundings,
      evaluation: null,
      lastMark: position.mark,
      instance,
    };
    this.#actor = createActor(host.machine, {
      id: `position:${position.id}#${incarnation}`,
      clock: clock as never,
      input,
    });
    observe?.(this.#actor, {
      name: `monitor ${position.id}#${restarts + 1}`,
      host: 'watch',
      position: position.id,
      restarts,
    });
    this.#actor.subscribe({
      next: () => this.#settleOrFail(),
      error: (error) => this.#fail(error),
    });
  }

  start(): void {
    this.#actor.start();
  }

  stop(): void {
    this.#actor.stop();
  }

  send(event: PositionEvent): void {
    if (this.#crashed) return;
    if (event.type === 'order.over') this.#noteOrderEnd(event);
    if (event.type === 'quote') return this.#evaluate(event);
    this.#actor.send(event);
  }

  #evaluate(event: Extract<PositionEvent, { type: 'quote' }>): void {
    const { quote, at } = event;
    const done = this.#options.evaluating?.(at - quote.observedAt, at);
    this.#actor.send(event);
    done?.();
  }

  /** What the position knows and has decided. */
  get watched(): Watched {
    return this.#actor.getSnapshot().context;
  }

  #noteOrderEnd(event: Extract<PositionEvent, { type: 'order.over' }>): void {
    const { position } = this.watched;
    if (position.exit?.attempt?.clientId !== event.clientId) return;
    const filled = position.exit.filled + Math.max(0, event.filledTotal - position.exit.attempt.filled);
    const exit = { ...position.exit, filled };
    this.#options.host.note(
      this.#actor,
      orderOver({ ...position, at: Math.max(position.at, event.at) }, exit, {
        clientId: event.clientId,
        filled: event.filledTotal,
        status: event.status,
        code: event.code,
      }),
    );
  }

  /** XState reports what an observer throws as an uncaught exception of the process: it is this monitor's alone. */
  #settleOrFail(): void {
    try {
      this.#settle();
    } catch (error) {
      this.#actor.stop();
      this.#fail(error);
    }
  }

  #settle(): void {
    if (this.#crashed) return;
    const requests = this.#options.host.take(this.#actor);
    const before = this.#last;
    const { watched } = this;
    const { position, evaluation } = watched;
    this.#last = position;
    const overruled = newlyOverruled(before.exit, position.exit);
    if (overruled.length > 0)
      requests.decisions.push(exitOverruled(position, position.exit!, overruled, evaluation));
    if (isTurn(before, position)) requests.decisions.push(phaseChanged(position, before.phase));
    const writes = [...requests.writes];
    const asked = writes.length > 0 || requests.decisions.length > 0 || requests.after.cancel.length > 0;
    if (asked || mustSave(before, position) || this.#markIsOld(position)) {
      this.#savedAt = position.at;
      writes.push({ kind: 'position', position, evaluation });
      for (const decision of requests.decisions) writes.push({ kind: 'decision', decision });
    }
    const { decisions: _, ...rest } = requests;
    this.#options.settled({ ...rest, before, watched, writes });
  }

  #markIsOld(position: Position): boolean {
    const { rowWriteMs } = this.#options;
    return rowWriteMs !== null && position.at - this.#savedAt >= rowWriteMs;
  }

  #fail(error: unknown): void {
    if (this.#crashed) return;
    this.#crashed = true;
    this.#options.crashed(error);
  }
}

/** All that is to be written is a row, and it says nothing new but the mark. */
export const bringsMarkOnly = ({ before, watched, writes, after }: Outcome): boolean =>
  writes.length === 1 &&
  writes[0]!.kind === 'position' &&
  after.place.length + after.cancel.length === 0 &&
  !mustSave(before, watched.position);

/** What triggered since, while the same exit worked. */
function newlyOverruled(before: RunningExit | null, after: RunningExit | null): string[] {
  if (before === after || before === null || after === null || before.id !== after.id) return [];
  return after.overruled.filter((condition) => !before.overruled.includes(condition));
}

/** A change of state worth a line in the journal; open ⇄ urgent only changes the cadence. */
function isTurn(before: Position, after: Position): boolean {
  const calm = (phase: Position['phase']): boolean => phase === 'open' || phase === 'urgent';
  return before.phase !== after.phase && !(calm(before.phase) && calm(after.phase));
}
