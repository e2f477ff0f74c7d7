import type { ActorView } from '../../src/services/http/schemas/inspection.ts';
import { shortState } from '../statechart/state-words.ts';

/** An actor and those that it hosts. */
export interface ActorNode {
  actor: ActorView;
  members: ActorNode[];
}

/** The actors as a tree, in the order in which they were started. */
export function treeOf(actors: Iterable<ActorView>): ActorNode[] {
  const nodes = new Map([...actors].map((actor) => [actor.session, { actor, members: [] as ActorNode[] }]));
  const roots: ActorNode[] = [];
  for (const node of nodes.values()) {
    const parent = nodes.get(node.actor.parent ?? '');
    (parent?.members ?? roots).push(node);
  }
  return roots;
}

/** How many running actors of a machine stand in each of its states. */
export function countStates(actors: Iterable<ActorView>, machine: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { machine: its, status, states } of actors)
    if (its === machine && status === 'active')
      for (const id of states) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** How many of some actors stand in each outermost state, the most first. */
export function countOutermost(actors: readonly ActorView[]): [state: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { states, status } of actors) {
    const name = states[0] === undefined ? status : shortState(states[0]);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}
