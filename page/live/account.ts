import { signal } from '@preact/signals';
import type { AlertView } from '../../src/services/http/records.ts';
import type { ApiEvent } from '../../src/services/http/schemas/events.ts';
import type { DaemonStatus } from '../../src/services/http/status.ts';
import type { BreakerView } from '../../src/services/operations/account-operations.ts';
import type { JournalEntry, PositionView } from '../../src/services/operations/operations.ts';
import { Problem, read } from './api.ts';
import { type Link, openLink } from './socket.ts';
import { daemonNow, hearTime } from './time.ts';

/** A position that was closed stays on the page for so long (ms of the daemon's clock), so that its end is seen. */
const CLOSED_STAY_MS = 10 * 60_000;
const STATUS_EVERY_MS = 2_000;

/** The open positions and those that were closed a moment ago. Changed at most once a frame; null before the first word. */
export const positions = signal<ReadonlyMap<string, PositionView> | null>(null);
/** The open alerts by their key. */
export const alerts = signal<ReadonlyMap<string, AlertView>>(new Map());
export const breakers = signal<readonly BreakerView[]>([]);
/** What the daemon says of itself; null before the first answer. */
export const status = signal<DaemonStatus | null>(null);
/** Why nothing can be shown: what the daemon answered instead of its status; null while it answers well. */
export const problem = signal<Problem | null>(null);

const heard = new WeakMap<PositionView, number>();

/** The daemon has told of a position at this instant (ISO 8601). */
export const hearOf = (view: PositionView, at: string): void => void heard.set(view, Date.parse(at));

/** When the daemon told of a position as it is here (ms of its clock): what is an age there is as of then. */
export const heardAt = (view: PositionView): number => heard.get(view) ?? daemonNow();

type JournalListener = (entry: JournalEntry) => void;
const journalListeners = new Set<JournalListener>();

/** Calls back for each line of the journal, as it is written. Returns what ends that. */
export function onJournal(listener: JournalListener): () => void {
  journalListeners.add(listener);
  return () => journalListeners.delete(listener);
}

/** The connection that everything here comes from. */
export const link: Link = openLink({ path: '/api/v1/events', told: (message) => tell(message as ApiEvent) });

const changed = new Map<string, PositionView>();
let isDrawn = true;

function tell(event: ApiEvent): void {
  hearTime(event.at);
  switch (event.type) {
    case 'hello':
      changed.clear();
      for (const view of event.positions) hearOf(view, event.at);
      positions.value = new Map(event.positions.map((view) => [view.id, view]));
      alerts.value = new Map(event.alerts.map((alert) => [alert.key, alert]));
      breakers.value = event.breakers;
      void askStatus();
      return;
    case 'positions':
      for (const view of event.positions) {
        hearOf(view, event.at);
        changed.set(view.id, view);
      }
      if (isDrawn) requestAnimationFrame(takeChanges);
      isDrawn = false;
      return;
    case 'journal':
      for (const listener of journalListeners) listener(event.entry);
      return;
    case 'alert': {
      const next = new Map(alerts.value);
      if (event.alert.resolved_at === null) next.set(event.alert.key, event.alert);
      else next.delete(event.alert.key);
      alerts.value = next;
      return;
    }
    case 'breaker':
      breakers.value = breakers.value.map((one) => (one.name === event.breaker.name ? event.breaker : one));
  }
}

function takeChanges(): void {
  isDrawn = true;
  const next = new Map(positions.value ?? []);
  for (const [id, view] of changed) next.set(id, view);
  changed.clear();
  const leaves = daemonNow() - CLOSED_STAY_MS;
  for (const [id, view] of next)
    if (view.state === 'closed' && Date.parse(view.updated_at) < leaves) next.delete(id);
  positions.value = next;
}

async function askStatus(): Promise<void> {
  try {
    const said = await read<DaemonStatus>('/api/v1/status');
    hearTime(said.clock.now, said.clock.speed);
    status.value = said;
    problem.value = null;
  } catch (error) {
    problem.value = error instanceof Problem ? error : new Problem('internal', 0, String(error));
  }
}

setInterval(() => {
  if (!document.hidden) void askStatus();
}, STATUS_EVERY_MS);
void askStatus();
