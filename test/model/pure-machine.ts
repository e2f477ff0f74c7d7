/** A statechart as a function: what XState's `transition()` does, with one scope for all steps, and coverage. */
import {
  type AnyStateMachine,
  createActor,
  type EventFromLogic,
  type InputFrom,
  type SnapshotFrom,
} from 'xstate';
import { TransitionCoverage } from '../support/transition-coverage.ts';

/** What a step asked for: a named action with its parameters, or one of XState's own. */
export interface Asked {
  type: string;
  info: unknown;
  params: unknown;
  exec: ((info: unknown, params: unknown) => void) | undefined;
}

/** A timer that the machine has set; it stands until it fires or its state is left. */
export interface Timer {
  event: string;
  delay: number;
}

export class PureMachine<M extends AnyStateMachine> {
  readonly coverage: TransitionCoverage;
  readonly #machine: M;
  readonly #scope: { actionExecutor: (action: Asked) => void };
  #asked: Asked[] = [];

  constructor(machine: M, sample: InputFrom<M>) {
    this.#machine = machine;
    this.coverage = new TransitionCoverage(machine);
    const actor = createActor(machine, { input: sample, inspect: this.coverage.inspect } as never);
    this.#scope = {
      ...{ self: actor, system: actor.system, id: '', sessionId: '', logger() {} },
      ...{ defer() {}, stopChild() {}, emit() {} },
      actionExecutor: (action: Asked) => this.#asked.push(action),
    } as never;
  }

  start(input: InputFrom<M>): [SnapshotFrom<M>, Asked[]] {
    return this.#collect(() => this.#machine.getInitialSnapshot(this.#scope as never, input));
  }

  step(
    state: { value: unknown; context: unknown },
    event: EventFromLogic<M> | { type: string },
  ): [SnapshotFrom<M>, Asked[]] {
    const snapshot = this.#machine.resolveState(state as never);
    return this.#collect(() => this.#machine.transition(snapshot, event as never, this.#scope as never));
  }

  #collect(run: () => unknown): [SnapshotFrom<M>, Asked[]] {
    this.#asked = [];
    const snapshot = run();
    const { status, error } = snapshot as { status: string; error?: unknown };
    if (status === 'error') throw error;
    return [snapshot as SnapshotFrom<M>, this.#asked];
  }
}

/** The timers that stand after a step, and what else it asked for. */
export function sortOut(standing: readonly Timer[], asked: readonly Asked[]): [Timer[], Asked[]] {
  let timers = [...standing];
  const rest: Asked[] = [];
  for (const action of asked) {
    if (action.type === 'xstate.cancel') {
      const { sendId } = action.params as { sendId: string };
      timers = timers.filter((timer) => timer.event !== sendId);
    } else if (action.type === 'xstate.raise') {
      const { event, delay } = action.params as { event: { type: string }; delay?: number };
      if (delay !== undefined)
        timers = [...timers.filter((t) => t.event !== event.type), { event: event.type, delay }];
    } else rest.push(action);
  }
  return [timers.toSorted((a, b) => a.event.localeCompare(b.event)), rest];
}
