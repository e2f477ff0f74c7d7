import type { AlertRecord, BreakerRecord, Clock, DecisionRecord, Notifier } from '../../../actors/ports.ts';
import type { Watch } from '../../../actors/watch/watch.ts';
import type { BreakerView } from '../../operations/account-operations.ts';
import { viewBreakers } from '../../reports/account-views.ts';
import { journalEntry } from '../../reports/position-views.ts';
import { isoTime } from '../../reports/replay-result.ts';
import { viewAlert } from '../records.ts';
import type { ApiEvent } from '../schemas/events.ts';
import { LivePositions } from './live-positions.ts';
import type { Listener, Stream } from './stream.ts';

export interface EventSources {
  /** What positions are dated by. */
  clock: Pick<Clock, 'now'>;
  watch(): Pick<Watch, 'positions' | 'view' | 'closedSince'>;
  breakers(): readonly BreakerRecord[];
  openAlerts: { list(): AlertRecord[] };
}

/** How many ticks pass between two looks at the breakers. */
const BREAKER_TICKS = 20;

/** What happens, for those who listen. While nobody does, nothing is computed. */
export class EventFeed implements Stream, Partial<Notifier> {
  readonly #sources: EventSources;
  readonly #listeners = new Set<Listener>();
  readonly #positions: LivePositions;
  #breakers = new Map<string, string>();
  #ticks = 0;

  constructor(sources: EventSources) {
    this.#sources = sources;
    this.#positions = new LivePositions(sources);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Whatever is asked for, everything is told. */
  refuse(): null {
    return null;
  }

  join(listener: Listener): string[] {
    if (this.#listeners.size === 0) this.#begin();
    else this.tick();
    this.#listeners.add(listener);
    const hello = say({
      type: 'hello',
      at: isoTime(this.#sources.clock.now()),
      positions: this.#positions.all(),
      alerts: this.#sources.openAlerts.list().map(viewAlert),
      breakers: viewBreakers(this.#sources.breakers()),
    });
    return [hello];
  }

  leave(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.#positions.forget();
  }

  tick(): void {
    if (this.#listeners.size === 0) return;
    this.#ticks += 1;
    const ids = this.#positions.refresh();
    if (ids.length > 0) {
      const message = this.describe(ids);
      for (const listener of this.#listeners) listener.tellChanged(ids, message);
    }
    if (this.#ticks % BREAKER_TICKS === 0) this.#lookAtBreakers();
  }

  /** What tells of positions as they are now. */
  describe(ids: Iterable<string>): string {
    const at = isoTime(this.#sources.clock.now());
    return say({ type: 'positions', at, positions: this.#positions.of(ids) });
  }

  journaled(decision: DecisionRecord): void {
    if (this.#listeners.size === 0) return;
    this.#tell({ type: 'journal', at: isoTime(decision.at), entry: journalEntry(decision) });
  }

  alertRaised(alert: AlertRecord): void {
    this.#tellAlert(alert);
  }

  alertResolved(alert: AlertRecord): void {
    this.#tellAlert(alert);
  }

  #begin(): void {
    this.#positions.refresh();
    this.#breakers = new Map(this.#viewBreakers().map((breaker) => [breaker.name, JSON.stringify(breaker)]));
  }

  #tellAlert(alert: AlertRecord): void {
    if (this.#listeners.size === 0) return;
    this.#tell({ type: 'alert', at: isoTime(alert.resolvedAt ?? alert.lastAt), alert: viewAlert(alert) });
  }

  #lookAtBreakers(): void {
    for (const breaker of this.#viewBreakers()) {
      const now = JSON.stringify(breaker);
      if (this.#breakers.get(breaker.name) === now) continue;
      this.#breakers.set(breaker.name, now);
      this.#tell({ type: 'breaker', at: isoTime(this.#sources.clock.now()), breaker });
    }
  }

  #viewBreakers(): BreakerView[] {
    return viewBreakers(this.#sources.breakers());
  }

  #tell(event: ApiEvent): void {
    const message = say(event);
    for (const listener of this.#listeners) listener.tell(message);
  }
}

const say = (event: ApiEvent): string => JSON.stringify(event);
