import { useEffect, useRef, useState } from 'preact/hooks';
import type { ActorView } from '../../src/services/http/schemas/inspection.ts';
import { followInspection, type Inspection } from '../live/inspection.ts';

/** The actors that work for one position, as they were last known: one that is over is shown on. */
export interface RunningMachines {
  monitor: ActorView | null;
  order: ActorView | null;
}

export function useRunningMachines(id: string): RunningMachines {
  const [inspection, setInspection] = useState<Inspection | null>(null);
  const known = useRef<RunningMachines>({ monitor: null, order: null });
  useEffect(() => {
    const followed = followInspection({ position: id });
    setInspection(followed);
    return () => followed.close();
  }, [id]);
  const actors = [...(inspection?.actors.value?.values() ?? [])].filter(({ position }) => position === id);
  known.current = {
    monitor: newest(actors, 'position') ?? known.current.monitor,
    order: newest(actors, 'order') ?? known.current.order,
  };
  return known.current;
}

/** The one at work, or the one that ended last. */
function newest(actors: readonly ActorView[], machine: string): ActorView | null {
  const own = actors.filter((actor) => actor.machine === machine);
  const working = own.filter(({ status }) => status === 'active');
  const [first = null] = (working.length > 0 ? working : own).toSorted((a, b) =>
    (b.since ?? '').localeCompare(a.since ?? ''),
  );
  return first;
}
