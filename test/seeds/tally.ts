/** What happened in hours, counted. */
import type { DecisionRecord, StoreWrite } from '../../src/actors/ports.ts';

export const COUNTED = ['faults', 'exits', 'alerts', 'reached'] as const;
type Counted = (typeof COUNTED)[number];

export class Tally {
  events = 0;
  readonly counts: Record<Counted, Record<string, number>> = {
    faults: {},
    exits: {},
    alerts: {},
    reached: {},
  };
  readonly #ended = new Set<string>();
  readonly #failed = new Set<string>();

  count(of: Counted, name: string, times = 1): void {
    this.counts[of][name] = (this.counts[of][name] ?? 0) + times;
  }

  committed(writes: readonly StoreWrite[], to: 'database' | 'journal file'): void {
    if (to === 'journal file') this.count('reached', 'written to the journal file');
    for (const write of writes) {
      if (write.kind === 'exit') this.#exit(write.exit);
      if (write.kind === 'position') this.#position(write.position);
      if (write.kind === 'breaker' && write.breaker.tripped)
        this.count('reached', `${write.breaker.name} breaker`);
      if (write.kind === 'edge' && write.edge.status !== 'working')
        this.count('reached', `edge ${write.edge.status}`);
    }
  }

  #exit({
    exitId,
    reason,
    status,
    walks,
    endedAt,
    stage,
    filled,
  }: Extract<StoreWrite, { kind: 'exit' }>['exit']): void {
    if (endedAt === null || this.#ended.has(exitId)) return;
    this.#ended.add(exitId);
    this.count('exits', filled > 0 ? `${reason}: ${status}` : `${reason}: ${status}, nothing sold`);
    this.count('reached', status);
    if (walks > 0) this.count('reached', 'walked');
    if (stage !== null && filled > 0) this.count('reached', `stage ${stage + 1}`);
  }

  #position({ id, phase, exit, closeReason }: Extract<StoreWrite, { kind: 'position' }>['position']): void {
    if (phase === 'failed' && !this.#failed.has(`${id} ${exit?.failure?.at}`)) {
      this.#failed.add(`${id} ${exit?.failure?.at}`);
      this.count('reached', `position failed: ${exit?.failure?.cause}`);
    }
    if (phase === 'closed' && !this.#failed.has(`${id} closed`)) {
      this.#failed.add(`${id} closed`);
      this.count('reached', `closed: ${closeReason}`);
    }
  }

  journaled({ kind }: DecisionRecord): void {
    if (/restarted|quarantined|stray|overcommitted|recovered/.test(kind)) this.count('reached', kind);
  }

  add(other: Pick<Tally, 'events' | 'counts'>): void {
    this.events += other.events;
    for (const of of COUNTED)
      for (const [name, times] of Object.entries(other.counts[of])) this.count(of, name, times);
  }
}
