import type { ReadonlySignal } from '@preact/signals';
import type { ActorView } from '../../src/services/http/schemas/inspection.ts';
import { Statechart } from '../statechart/statechart.tsx';
import { countStates } from './actors.ts';
import { MemberList } from './member-list.tsx';

interface MachinePanelProps {
  machine: string;
  actors: readonly ActorView[];
  rates: ReadonlySignal<ReadonlyMap<string, number>>;
}

const NOTHING: readonly string[] = [];

/** One machine's chart, with how many actors stand in each of its states, and those actors. */
export function MachinePanel({ machine, actors, rates }: MachinePanelProps) {
  const own = actors.filter((actor) => actor.machine === machine);
  const [single] = own;
  return (
    <>
      <section class="panel" aria-label={`Chart of ${machine}`}>
        {own.length === 1 && single ? (
          <Statechart machine={machine} active={single.states} last={single.last} />
        ) : (
          <Statechart machine={machine} active={NOTHING} last={null} counts={countStates(own, machine)} />
        )}
      </section>
      <section class="panel" aria-labelledby="members-title">
        <h2 id="members-title">Actors of this machine</h2>
        {own.length === 0 ? (
          <p class="muted">None runs at the moment.</p>
        ) : (
          <MemberList label={`actors of ${machine}`} actors={own} rates={rates} />
        )}
      </section>
    </>
  );
}
