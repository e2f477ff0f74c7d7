import type { AnyActorRef, AnyStateNode, EventObject } from 'xstate';

/** What of XState's snapshots is looked at; the parts that are no machines have neither states nor children. */
export interface SeenSnapshot {
  status: 'active' | 'done' | 'error' | 'stopped';
  _nodes?: readonly AnyStateNode[];
  children?: Readonly<Record<string, AnyActorRef | undefined>>;
  context?: unknown;
}

/** A change of state: the innermost states that were left and entered, by id, and the event that led to it. */
export interface Turn {
  event: string;
  from: string;
  to: string;
  /** In the daemon's time (ms). */
  at: number;
}

const START: EventObject = { type: 'xstate.init' };

/** The event that an actor works on, asked while it does. */
export function currentEvent(actor: AnyActorRef): EventObject {
  const { mailbox } = actor as unknown as {
    mailbox?: { _active: boolean; _current: { value: EventObject } | null };
  };
  return (mailbox?._active && mailbox._current?.value) || START;
}

/** The ids of the innermost states of `nodes` that are not among `others`. */
export function leavesBeside(nodes: readonly AnyStateNode[], others: readonly AnyStateNode[]): string {
  return nodes
    .filter((node) => isLeaf(node) && !others.includes(node))
    .map(({ id }) => id)
    .join(', ');
}

/** The ids of active states without the root, outermost first. */
export const activeStates = (nodes: readonly AnyStateNode[]): string[] =>
  nodes
    .filter(({ path }) => path.length > 0)
    .sort((a, b) => a.path.length - b.path.length || a.order - b.order)
    .map(({ id }) => id);

const isLeaf = ({ type }: AnyStateNode): boolean => type === 'atomic' || type === 'final';
