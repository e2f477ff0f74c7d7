import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { eventWords } from './event-words.ts';

export const STATE_TYPES = ['atomic', 'compound', 'parallel', 'final', 'history'] as const;
export const TRANSITION_KINDS = ['event', 'always', 'after', 'done', 'wildcard'] as const;

/** A machine as it is defined. */
export interface Chart {
  id: string;
  description: string;
  root: ChartState;
}

export interface ChartState {
  /** With its machine's and its parents' keys: `position.exiting.working`. */
  id: string;
  key: string;
  type: (typeof STATE_TYPES)[number];
  description: string | null;
  tags: string[];
  /** The key of the child that is entered first. */
  initial: string | null;
  /** What is done on the way in and out, by name. */
  entry: string[];
  exit: string[];
  /** In the order of the definition. */
  states: ChartState[];
  transitions: ChartTransition[];
}

export interface ChartTransition {
  /** As XState calls it; '' for eventless ones. */
  event: string;
  kind: (typeof TRANSITION_KINDS)[number];
  /** The event in words: `after stepLeft`. */
  label: string;
  guard: string | null;
  /** Ids; none: it stays and only acts. */
  targets: string[];
  actions: string[];
}

/** A machine's chart, from its own definition. */
export const chartOf = (machine: AnyStateMachine): Chart => ({
  id: machine.id,
  description: machine.root.description ?? '',
  root: stateOf(machine.root),
});

function stateOf(node: AnyStateNode): ChartState {
  const { id, key, type, description = null, tags, states } = node;
  const first = node.type === 'compound' ? node.initial.target[0]?.key : undefined;
  return {
    ...{ id, key, type, description },
    tags: [...tags],
    initial: first ?? null,
    entry: [...node.invoke.map(({ id: started }) => `start ${started}`), ...namesOf(node.entry)],
    exit: namesOf(node.exit),
    states: Object.values(states as Record<string, AnyStateNode>).map(stateOf),
    transitions: [...[...node.transitions.values()].flat(), ...(node.always ?? [])].map(transitionOf),
  };
}

function transitionOf({ eventType, guard, target, actions }: AnyTransitionDefinition): ChartTransition {
  return {
    event: eventType,
    kind: kindOf(eventType),
    label: eventWords(eventType),
    guard: guard === undefined ? null : nameOf(guard),
    targets: target?.map((node: AnyStateNode) => node.id) ?? [],
    actions: namesOf(actions),
  };
}

function kindOf(eventType: string): ChartTransition['kind'] {
  if (eventType === '') return 'always';
  if (eventType.startsWith('xstate.after.')) return 'after';
  if (/^xstate\.(done|error)\./.test(eventType)) return 'done';
  return eventType.includes('*') ? 'wildcard' : 'event';
}

/** Without what XState adds for delays. */
const namesOf = (actions: readonly unknown[]): string[] =>
  actions.map(nameOf).filter((name) => name !== 'xstate.raise' && name !== 'xstate.cancel');

/** What a guard or an action is called, with parameters that the definition itself fixes: `wasIn closed`. */
function nameOf(named: unknown): string {
  if (typeof named === 'string') return named;
  const { type, params, name } = named as { type?: string; params?: unknown; name?: string };
  if (type === undefined) return name || 'unnamed';
  return params === null || typeof params !== 'object'
    ? type
    : [type, ...Object.values(params).map(String)].join(' ');
}
