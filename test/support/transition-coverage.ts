/** Which transitions of a machine were taken, of all that its definition has, guarded alternatives included. */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition, InspectionEvent } from 'xstate';

type Microstep = { type: '@xstate.microstep'; _transitions: AnyTransitionDefinition[] };

export class TransitionCoverage {
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();
  readonly #states = new Set<string>();
  readonly #entered = new Set<string>();

  constructor(machine: AnyStateMachine) {
    for (const node of allNodes(machine.root)) {
      if (node.type !== 'compound' && node.type !== 'parallel') this.#states.add(node.id);
      for (const transition of ownTransitions(node)) this.#names.set(keyOf(transition), describe(transition));
    }
  }

  /** Give this to an actor as its `inspect`. */
  readonly inspect = (event: InspectionEvent): void => {
    if (event.type === '@xstate.snapshot' || event.type === '@xstate.microstep') {
      const snapshot = event.snapshot as { _nodes?: AnyStateNode[] };
      for (const node of snapshot._nodes ?? []) this.#entered.add(node.id);
    }
    if (event.type !== '@xstate.microstep') return;
    for (const transition of (event as unknown as Microstep)._transitions) {
      this.#taken.add(keyOf(transition));
      this.#entered.add(transition.source.id);
    }
  };

  get report() {
    const missing = [...this.#names].filter(([key]) => !this.#taken.has(key)).map(([, name]) => name);
    const unentered = [...this.#states].filter((id) => !this.#entered.has(id));
    return {
      transitions: { taken: this.#names.size - missing.length, of: this.#names.size, missing },
      states: { entered: this.#states.size - unentered.length, of: this.#states.size, missing: unentered },
    };
  }
}

const allNodes = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...Object.values(node.states).flatMap((child) => allNodes(child as AnyStateNode)),
];

const ownTransitions = (node: AnyStateNode): AnyTransitionDefinition[] => [
  ...[...node.transitions.values()].flat(),
  ...(node.always ?? []),
];

/** The same in every copy that `provide` makes of a machine. */
function keyOf(transition: AnyTransitionDefinition): string {
  return `${transition.source.id} ${ownTransitions(transition.source).indexOf(transition)}`;
}

function describe({ source, eventType, guard, target }: AnyTransitionDefinition): string {
  const name = typeof guard === 'string' ? guard : ((guard as { type?: string } | undefined)?.type ?? '');
  const to = target?.map((node: AnyStateNode) => node.id).join(', ') ?? 'stays';
  return `${source.id} -- ${eventType || 'always'}${name ? ` [${name}]` : ''} --> ${to}`;
}
