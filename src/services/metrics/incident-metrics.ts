import { Counter, type Registry } from 'prom-client';
import type { AlertRecord, DecisionRecord, Severity, StoreWrite } from '../../actors/ports.ts';

export type Retry = 'attempt' | 'resend' | 'read' | 'commit';
type Difference = 'shortage' | 'excess' | 'not_adopted' | 'gone' | 'stray_order' | 'overcommitted_order';

/** What went wrong and was mended: retries, restarts, differences from the venue's account, alerts, entries. */
export class IncidentMetrics {
  readonly #retries: Counter<'what'>;
  readonly #restarts: Counter<'part'>;
  readonly #quarantines: Counter;
  readonly #differences: Counter<'kind'>;
  readonly #alerts: Counter<'severity'>;
  readonly #entries: Counter<'outcome'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#retries = new Counter({
      name: 'postern_retries_total',
      help: "What was tried again: attempt (an exit's order after its first), resend (the identical order, unanswered before), read (of the venue), commit (to the database)",
      labelNames: ['what'],
      registers,
    });
    this.#restarts = new Counter({
      name: 'postern_restarts_total',
      help: 'Parts that threw and were started again; monitor: of one position, order: of one order',
      labelNames: ['part'],
      registers,
    });
    this.#quarantines = new Counter({
      name: 'postern_quarantines_total',
      help: 'Times a monitor was put aside because it kept crashing',
      registers,
    });
    this.#differences = new Counter({
      name: 'postern_reconcile_differences_total',
      help: "Differences found between our books and the venue's account",
      labelNames: ['kind'],
      registers,
    });
    this.#alerts = new Counter({
      name: 'postern_alerts_raised_total',
      help: 'Incidents alerted, each counted once however often it was repeated',
      labelNames: ['severity'],
      registers,
    });
    this.#entries = new Counter({
      name: 'postern_entries_total',
      help: 'Edges by what became of them: filled, expired, rejected, skipped, refused or noted',
      labelNames: ['outcome'],
      registers,
    });
    for (const what of ['attempt', 'resend', 'read', 'commit']) this.#retries.inc({ what }, 0);
    for (const kind of DIFFERENCES) this.#differences.inc({ kind }, 0);
    for (const severity of SEVERITIES) this.#alerts.inc({ severity }, 0);
    for (const part of RESTARTED) this.#restarts.inc({ part }, 0);
  }

  retried(what: Retry): void {
    this.#retries.inc({ what });
  }

  alertRaised({ kind, severity, times }: AlertRecord): void {
    if (times === 1) this.#alerts.inc({ severity });
    if (kind === 'monitor_quarantined') this.#quarantines.inc();
    // A raise of these that is no repeat finds another quantity; the last repeats itself while it lasts.
    if (kind === 'holdings_short') this.#differences.inc({ kind: 'shortage' });
    if (kind === 'holdings_excess') this.#differences.inc({ kind: 'excess' });
    if (kind === 'holding_not_adopted' && times === 1) this.#differences.inc({ kind: 'not_adopted' });
  }

  journaled({ kind, data }: DecisionRecord): void {
    if (kind === 'part.restarted') this.#restarts.inc({ part: String(data.part) });
    else if (kind === 'monitor.restarted') this.#restarts.inc({ part: 'monitor' });
    else if (kind === 'order.restarted') this.#restarts.inc({ part: 'order' });
    else if (kind === 'order.stray') this.#differences.inc({ kind: 'stray_order' });
    else if (kind === 'order.overcommitted') this.#differences.inc({ kind: 'overcommitted_order' });
    else if (OUTCOMES.has(kind)) this.#entries.inc({ outcome: kind.slice('entry.'.length) });
  }

  recorded(writes: readonly StoreWrite[]): void {
    for (const write of writes)
      if (write.kind === 'position' && write.position.closeReason === 'holdings gone')
        this.#differences.inc({ kind: 'gone' });
  }
}

const DIFFERENCES: readonly Difference[] = [
  'shortage',
  'excess',
  'not_adopted',
  'gone',
  'stray_order',
  'overcommitted_order',
];
export const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];
const RESTARTED = ['feed', 'reconciler', 'discovery', 'breakers', 'entries', 'monitor', 'order'];
const OUTCOMES = new Set(
  ['filled', 'expired', 'rejected', 'skipped', 'refused', 'noted'].map((outcome) => `entry.${outcome}`),
);
