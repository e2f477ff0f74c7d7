import type { AnyActorRef, AnyStateNode } from 'xstate';
import type { ActorFacts } from '../../actors/inspection.ts';
import type { SeenSnapshot, Turn } from './steps.ts';

/** What is known of an actor beside itself; `host` is the part that hosts it, or for a part the root. */
export type KnownFacts = Omit<ActorFacts, 'host'> & { host: string | null };

const UNSEEN: readonly AnyStateNode[] = [];

/** An actor of the running tree, with what can't be asked of it later. What each event touches stands together. */
export class KnownActor {
  /** Its active states as they were last seen. */
  nodes = UNSEEN;
  children: SeenSnapshot['children'] = undefined;
  /** Steps so far; the first of a root actor is its start. */
  steps: number;
  /** In the states it is in it may set timers; the root also does so on events. */
  setsTimers: boolean;
  readonly actor: AnyActorRef;
  readonly session: string;
  readonly name: string;
  readonly host: string | null;
  readonly position: string | null;
  readonly restarts: number;
  /** The id of its machine; null: it is no statechart. */
  readonly machine: string | null;
  /** When it came into the states it is in (ms); null: it has not started. */
  since: number | null = null;
  last: Turn | null = null;
  /** When it ended (ms); null while it runs. */
  endedAt: number | null = null;

  constructor(actor: AnyActorRef, { name, host, position, restarts }: KnownFacts, isStarted: boolean) {
    const { id, root } = logicOf(actor);
    this.steps = isStarted ? 0 : -1;
    this.setsTimers = host === null;
    this.actor = actor;
    this.session = actor.sessionId;
    this.name = name;
    this.host = host;
    this.position = position;
    this.restarts = restarts;
    this.machine = root === undefined ? null : (id ?? null);
  }

  /** Events so far. */
  get received(): number {
    return Math.max(0, this.steps);
  }

  get snapshot(): SeenSnapshot {
    return this.actor.getSnapshot() as SeenSnapshot;
  }

  /** What its machine was made from; null: it is no statechart. */
  get definition(): unknown {
    return this.machine === null ? null : logicOf(this.actor).config;
  }
}

const logicOf = (actor: AnyActorRef) =>
  (actor as unknown as { logic: { id?: string; root?: unknown; config?: unknown } }).logic;
