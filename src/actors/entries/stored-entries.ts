import type { ModelValue } from '../../domain/model-value.ts';
import type { Position } from '../../domain/position.ts';
import type { AlertRecord, BreakerRecord, EntryFile, Store } from '../ports.ts';
import type { Rebalancer } from './rebalancer.ts';

/** What an earlier life, or incarnation, has left to entries. */
export interface StoredEntries {
  files: EntryFile[];
  values: ModelValue[];
  alerts: AlertRecord[];
  breakers: BreakerRecord[];
  /** Positions that were closed so lately that nothing is entered there. */
  closed: Position[];
}

/** `closedWithinMs`: how far back from `now` (ms) a closed position matters. */
export async function readStored(
  store: Store,
  rebalancer: Rebalancer,
  { now, closedWithinMs }: { now: number; closedWithinMs: number },
): Promise<StoredEntries> {
  const [files, values, alerts, breakers, closed] = await Promise.all([
    store.entriesAtWork(),
    store.modelValues(),
    store.alerts({ open: true }),
    store.breakers(),
    store.closedBetween(now - closedWithinMs, now + 1),
  ]);
  await rebalancer.load();
  return { files, values, alerts, breakers, closed };
}
