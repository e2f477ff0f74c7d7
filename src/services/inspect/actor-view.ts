import type { ActorView } from '../http/schemas/inspection.ts';
import { isoTime } from '../reports/replay-result.ts';
import type { KnownActor } from './known-actor.ts';
import type { ActorRegistry } from './registry.ts';
import { activeStates } from './steps.ts';
import { storedFacts } from './stored-facts.ts';

/** An actor as it is now; `isDetailed`: with facts of its context. */
export function viewActor(registry: ActorRegistry, known: KnownActor, isDetailed: boolean): ActorView {
  const { session, name, machine, position, nodes, since, last, received, restarts } = known;
  const { status, context } = known.snapshot;
  return {
    ...{ session, name, machine, position, received, restarts },
    parent: registry.parentOf(known),
    status,
    states: activeStates(nodes),
    since: since === null ? null : isoTime(since),
    last: last && { ...last, at: isoTime(last.at) },
    timers: registry.timersOf(known).map(({ name: timer, due }) => ({ name: timer, due: isoTime(due) })),
    stored: isDetailed ? storedFacts(machine, context) : null,
  };
}
