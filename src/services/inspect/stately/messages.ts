import type {
  StatelyActorEvent,
  StatelyEventEvent,
  StatelyInspectionEvent,
  StatelySnapshotEvent,
} from '@statelyai/inspect';
import type { EventObject } from 'xstate';
import type { KnownActor } from '../known-actor.ts';
import type { SeenSnapshot } from '../steps.ts';

/** The version of `@statelyai/inspect` whose messages these are. */
export const PROTOCOL_VERSION = '0.7.2';

/** What each message says of an actor beside what it tells. */
export interface About {
  known: KnownActor;
  /** Of the root of the tree, so that the pools' actors stand in it too. */
  root: string | null;
  /** The message's number. */
  number: number;
  /** In the daemon's time (ms). */
  at: number;
}

export function actorMessage(about: About, parent: string | null, snapshot: SeenSnapshot): string {
  const { known } = about;
  return write({
    ...baseOf(about),
    type: '@xstate.actor',
    name: known.name,
    parentId: parent ?? undefined,
    definition: JSON.stringify(known.definition ?? { id: known.name }, readable),
    snapshot,
  } satisfies StatelyActorEvent);
}

export const eventMessage = (about: About, event: EventObject): string =>
  write({ ...baseOf(about), type: '@xstate.event', event, sourceId: undefined } satisfies StatelyEventEvent);

export const snapshotMessage = (about: About, snapshot: SeenSnapshot, event: EventObject): string =>
  write({
    ...baseOf(about),
    type: '@xstate.snapshot',
    event,
    snapshot: snapshot as StatelySnapshotEvent['snapshot'],
  } satisfies StatelySnapshotEvent);

const baseOf = ({ known, root, number, at }: About) => ({
  id: String(number),
  sessionId: known.session,
  rootId: root ?? known.session,
  createdAt: String(at),
  _version: PROTOCOL_VERSION,
});

/** What can't be written is told by its kind alone: a message of a part may carry anything. */
function write(message: StatelyInspectionEvent): string {
  try {
    return JSON.stringify(message, readable);
  } catch {
    const event = 'event' in message ? { event: { type: message.event.type } } : {};
    const snapshot = 'snapshot' in message ? { snapshot: { status: message.snapshot.status } } : {};
    return JSON.stringify({ ...message, ...event, ...snapshot });
  }
}

/** Functions and errors would vanish. */
function readable(_key: string, value: unknown): unknown {
  if (typeof value === 'function') return { type: value.name };
  return value instanceof Error ? { name: value.name, message: value.message } : value;
}
