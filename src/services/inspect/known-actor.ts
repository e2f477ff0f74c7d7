import type { AnyActorRef, AnyStateNode } from 'xstate';
import type { ActorFacts } from '../../actors/inspection.ts';
import type { SeenSnapshot, Turn } from './steps.ts';

/** An actor of the running tree, with what can't be asked of it later. */
export interface KnownActor extends Omit<ActorFacts, 'host'> {
  readonly session: string;
  readonly actor: AnyActorRef;
  /** The part that hosts it, or for a part the root. */
  readonly host: string | null;
  /** The id of its machine; null: it is no statechart. */
  readonly machine: string | null;
  nodes: readonly AnyStateNode[];
  children: SeenSnapshot['children'];
  /** Events so far. */
  received: number;
  /** When it came into the states it is in (ms); null: it has not started. */
  since: number | null;
  last: Turn | null;
  /** When it ended (ms); null while it runs. */
  endedAt: number | null;
}

export const snapshotOf = ({ actor }: Pick<KnownActor, 'actor'>): SeenSnapshot =>
  actor.getSnapshot() as SeenSnapshot;

/** Nothing has happened to it yet. */
export function newlyKnown(
  actor: AnyActorRef,
  facts: Omit<ActorFacts, 'host'> & { host: string | null },
): KnownActor {
  const { logic } = actor as unknown as { logic: { id?: string; root?: unknown; config?: unknown } };
  return {
    ...facts,
    session: actor.sessionId,
    actor,
    machine: logic.root === undefined ? null : (logic.id ?? null),
    nodes: [],
    children: undefined,
    received: 0,
    since: null,
    last: null,
    endedAt: null,
  };
}

/** What its machine was made from; null: it is no statechart. */
export function definitionOf({ actor, machine }: KnownActor): unknown {
  return machine === null ? null : (actor as unknown as { logic: { config: unknown } }).logic.config;
}
