import type { AlertRecord, Clock, Ids, Notifier, TimerHandle } from '../../actors/ports.ts';
import type { AlertsConfig } from '../config/schema-alerts.ts';
import type { Log } from '../log/log.ts';
import { within } from '../process/processes.ts';
import { type AlertEvent, rankOf } from './message.ts';
import { openSinks } from './open-sinks.ts';
import { Outbox, type OutboxCounts } from './outbox.ts';
import type { SinkWorld } from './sink.ts';

export interface AlertSenderOptions extends Omit<SinkWorld, 'timeoutMs' | 'clock'> {
  config: AlertsConfig;
  /** Real time, whatever the positions' time is. */
  clock: Clock;
  ids: Ids;
  log: Log;
}

/** What a life of the daemon begins with. */
export interface SenderStart {
  instance: string;
  /** As they count now; another object after a reload. */
  settings: () => AlertsConfig;
  /** Incidents that an earlier life left open. */
  open: readonly AlertRecord[];
  /** The time of the positions (ms). */
  now: () => number;
  /** The market of a position; null where it is not known. */
  marketOf: (positionId: string) => string | null;
}

interface Incident {
  alert: AlertRecord;
  market: string | null;
  /** Who was told of it, and hears of its end. */
  told: Set<Outbox>;
  /** When its receivers last heard of it (ms, real time). */
  toldAt: number;
}

/** So long a start has time to end what an earlier life left open, before it is told again. */
const STILL_OPEN_AFTER_MS = 30_000;
const LAST_WORDS_MS = 3_000;

/** Tells receivers of each incident once, of a critical one again while it lasts, and of its end. Never throws, never waits. */
export class AlertSender implements Pick<Notifier, 'alertRaised' | 'alertResolved'> {
  readonly #options: AlertSenderOptions;
  readonly #incidents = new Map<string, Incident>();
  #outboxes: { settings: string; outbox: Outbox }[] = [];
  /** What the outboxes were opened for. */
  #opened: AlertsConfig | null = null;
  #life: Omit<SenderStart, 'open' | 'instance'> & { instance: string | null };
  #timer: TimerHandle | null = null;
  #closed = false;

  constructor(options: AlertSenderOptions) {
    this.#options = options;
    const { config, clock } = options;
    this.#life = { instance: null, settings: () => config, now: () => clock.now(), marketOf: () => null };
  }

  /** What is open already is not told as new; what of it is critical and lasts is said to be still open. */
  begin({ open, ...life }: SenderStart): void {
    this.#life = life;
    const toldAt = this.#options.clock.now() + STILL_OPEN_AFTER_MS - life.settings().repeatMs;
    for (const alert of open)
      this.#incidents.set(alert.key, {
        ...{ alert, market: this.#marketOf(alert), toldAt },
        told: new Set(this.#who(alert)),
      });
    if (open.length > 0) this.#remindIn(STILL_OPEN_AFTER_MS);
  }

  alertRaised(alert: AlertRecord): void {
    this.#safely(() => {
      const known = this.#incidents.get(alert.key);
      const isNews = !known || rankOf(alert.severity) > rankOf(known.alert.severity);
      const incident = known ?? { alert, market: this.#marketOf(alert), told: new Set(), toldAt: 0 };
      incident.alert = alert;
      this.#incidents.set(alert.key, incident);
      if (isNews) this.#tell(incident, 'raised', alert.lastAt);
      if (alert.severity === 'critical') this.#remindIn(this.#life.settings().repeatMs);
    });
  }

  alertResolved(alert: AlertRecord): void {
    this.#safely(() => {
      const incident = this.#incidents.get(alert.key);
      if (!incident) return;
      this.#incidents.delete(alert.key);
      const { market } = incident;
      const news = { event: 'resolved', alert, market, at: alert.resolvedAt ?? alert.lastAt } as const;
      for (const outbox of incident.told) outbox.add(news);
    });
  }

  counts(): OutboxCounts[] {
    return this.#outboxes.map(({ outbox }) => outbox.counts());
  }

  /** Logs which receivers can't be told anything as they are configured. */
  async check(): Promise<void> {
    for (const { sink } of this.#receivers()) {
      const problem = await sink.check();
      if (problem !== null) this.#options.log.error(`alerts can not reach ${sink.name}: ${problem}`);
    }
  }

  /** What waits is tried once more, for at most 3 s. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    const outboxes = this.#outboxes.map(({ outbox }) => outbox);
    await within(LAST_WORDS_MS, Promise.all(outboxes.map((outbox) => outbox.flush())), () => {
      for (const { sink, waiting } of this.counts())
        if (waiting > 0)
          this.#options.log.error({ waiting }, `alerts were not told to ${sink} before the end`);
    });
    for (const outbox of outboxes) outbox.stop();
  }

  #tell(incident: Incident, event: AlertEvent, at: number): void {
    const { alert, market } = incident;
    incident.toldAt = this.#options.clock.now();
    for (const outbox of this.#who(alert)) {
      incident.told.add(outbox);
      outbox.add({ event, alert, market, at });
    }
  }

  #who({ severity }: AlertRecord): Outbox[] {
    const { minSeverity } = this.#life.settings();
    return this.#receivers().filter(
      ({ sink }) => rankOf(severity) >= rankOf(sink.minSeverity ?? minSeverity),
    );
  }

  #marketOf({ positionId }: AlertRecord): string | null {
    return positionId === null ? null : this.#life.marketOf(positionId);
  }

  /** Receivers as they are configured now; one whose settings have not changed keeps what it is still to be told. */
  #receivers(): Outbox[] {
    const config = this.#life.settings();
    if (config !== this.#opened && !this.#closed) this.#open(config);
    return this.#outboxes.map(({ outbox }) => outbox);
  }

  #open(config: AlertsConfig): void {
    this.#opened = config;
    const limits = () => this.#life.settings();
    const world = { ...this.#options, timeoutMs: () => limits().timeoutMs };
    const before = this.#outboxes;
    const next = openSinks(config, world).map(
      ({ settings: own, sink }) =>
        before.find((known) => known.settings === own) ?? {
          settings: own,
          outbox: new Outbox({ ...this.#options, sink, limits, instance: () => this.#life.instance }),
        },
    );
    for (const one of before) if (!next.includes(one)) void one.outbox.flush();
    this.#outboxes = next;
  }

  // ── What lasts ───────────────────────────────────────────────────────────────────────────────────────────

  /** Reminders are due in the order in which their incidents were told: whoever waits already is due first. */
  #remindIn(ms: number): void {
    if (this.#closed || this.#timer !== null) return;
    this.#timer = this.#options.clock.setTimeout(() => this.#safely(() => this.#remind()), Math.max(0, ms));
  }

  #remind(): void {
    this.#timer = null;
    const { clock } = this.#options;
    const { repeatMs } = this.#life.settings();
    const critical = [...this.#incidents.values()].filter(({ alert }) => alert.severity === 'critical');
    for (const incident of critical)
      if (incident.toldAt + repeatMs <= clock.now()) this.#tell(incident, 'repeated', this.#life.now());
    if (critical.length === 0) return;
    const first = Math.min(...critical.map(({ toldAt }) => toldAt));
    this.#remindIn(first + repeatMs - clock.now());
  }

  #safely(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#options.log.error({ err: error }, 'an alert could not be handed on');
    }
  }
}
