import './system.css';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { followInspection, type Inspection } from '../live/inspection.ts';
import { Note } from '../parts/note.tsx';
import { charts, readCharts } from '../statechart/charts.ts';
import { Activity, SAMPLE_MS } from './activity.ts';
import { machineAddress } from './actor-parts.tsx';
import { ActorTree } from './actor-tree.tsx';
import { treeOf } from './actors.ts';
import { DaemonFacts } from './daemon-facts.tsx';
import { EventLog } from './event-log.ts';
import { LogView } from './log-view.tsx';
import { MachinePanel } from './machine-panel.tsx';

/** The running tree: who hosts whom, each machine's chart, and what happens. */
export function SystemPage({ machine }: { machine: string | null }) {
  const log = useMemo(() => new EventLog(), []);
  const activity = useMemo(() => new Activity(), []);
  const inspection = useInspection(log, activity);
  useEffect(() => void readCharts(), []);
  const actors = inspection?.actors.value ?? null;
  const list = useMemo(() => (actors === null ? [] : [...actors.values()]), [actors]);
  const machines = [...(charts.value?.keys() ?? [])];
  return (
    <div class="system">
      <header class="system-head">
        <h1>{machine === null ? 'System' : <MachineTitle machine={machine} />}</h1>
        <Machines machines={machines} here={machine} />
      </header>
      {machine === null && <DaemonFacts />}
      {actors === null ? (
        <section class="panel tree-panel">
          {inspection?.state.value === 'lost' ? (
            <Note kind="error" title="The actors can't be seen">
              <button type="button" onClick={() => inspection.retry()}>
                Try now
              </button>
            </Note>
          ) : (
            <Note kind="loading" title="Reading the actors" />
          )}
        </section>
      ) : machine === null ? (
        <section class="panel tree-panel" aria-label="Actors">
          {list.length === 0 ? (
            <Note kind="empty" title="No actor runs" />
          ) : (
            <ActorTree roots={treeOf(list)} rates={activity.rates} />
          )}
        </section>
      ) : (
        <MachinePanel machine={machine} actors={list} rates={activity.rates} />
      )}
      <LogView log={log} machines={machines} only={machine} />
    </div>
  );
}

const MachineTitle = ({ machine }: { machine: string }) => (
  <>
    <a href="/system">System</a> <span class="muted">›</span> {machine}
  </>
);

function Machines({ machines, here }: { machines: readonly string[]; here: string | null }) {
  return (
    <nav class="machines" aria-label="Machines">
      {machines.map((id) => (
        <a key={id} href={machineAddress(id)} aria-current={id === here ? 'page' : undefined}>
          {id}
        </a>
      ))}
    </nav>
  );
}

/** Follows all actors while the view is there. */
function useInspection(log: EventLog, activity: Activity): Inspection | null {
  const [inspection, setInspection] = useState<Inspection | null>(null);
  useEffect(() => {
    const follows = followInspection({}, (entries, leftOut) => {
      const actors = follows.actors.peek();
      log.add(entries, leftOut, (session) => actors?.get(session)?.machine ?? null);
    });
    const timer = setInterval(() => {
      const actors = follows.actors.peek();
      if (actors !== null && !document.hidden) activity.sample(actors, performance.now());
    }, SAMPLE_MS);
    const unfollow = follows.state.subscribe((state) => {
      if (state === 'lost') activity.forget();
    });
    setInspection(follows);
    return () => {
      clearInterval(timer);
      unfollow();
      follows.close();
    };
  }, []);
  return inspection;
}
