import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { EvaluationTimer } from '../../actors/inspection.ts';
import type { Clock, LocalJournal, Notifier, Store, Venue } from '../../actors/ports.ts';
import { combineNotifiers } from '../log/notifier.ts';
import { CallMetrics } from './call-metrics.ts';
import { EvaluationMetrics } from './evaluation-metrics.ts';
import { gaugeEventLoopDelay } from './event-loop-delay.ts';
import { ExitMetrics } from './exit-metrics.ts';
import { IncidentMetrics } from './incident-metrics.ts';
import { gaugeMessages, type MessageCounts } from './message-gauges.ts';
import { gaugeTree, type TreeGaugesOptions } from './tree-gauges.ts';

export interface MetricsOptions {
  /** The daemon's; on paper it may run faster than real time. */
  clock: Clock;
  /** Of that clock; 1: real time. */
  speed: number;
  venue: string;
  mode: 'poll' | 'stream';
  /** Real time for differences (ms). */
  now?: () => number;
}

/** What is measured of what a tree is composed of. */
interface Measurable {
  venue: Venue;
  store: Store;
  journal?: LocalJournal;
  notifier: Notifier;
  called?: (kind: 'books' | 'markets', at: number) => void;
  delayed?: (delayMs: number, at: number) => void;
  evaluating?: EvaluationTimer;
}

const DELAY_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What one daemon measures, in a registry of its own: several may live in one process. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #clock: Clock;
  readonly #calls: CallMetrics;
  readonly #evaluations: EvaluationMetrics;
  readonly #delay: Histogram;
  readonly #marketData: Counter<'kind'>;
  readonly #endDelay: () => void;
  readonly #notifier: Partial<Notifier>;

  constructor({ clock, speed, venue, mode, now = () => performance.now() }: MetricsOptions) {
    const registry = this.#registry;
    const registers = [registry];
    this.#clock = clock;
    const incidents = new IncidentMetrics(registry);
    const exits = new ExitMetrics(registry, clock, (what) => incidents.retried(what));
    this.#calls = new CallMetrics({
      registry,
      now,
      sent: (clientId) => exits.sent(clientId),
      readFailed: () => incidents.retried('read'),
    });
    this.#evaluations = new EvaluationMetrics(registry, now);
    this.#delay = new Histogram({
      name: 'postern_feed_delay_seconds',
      help: "Seconds in the daemon's clock by which a quote came late for want of API budget; a quote in time is not counted",
      buckets: DELAY_SECONDS,
      registers,
    });
    this.#marketData = new Counter({
      name: 'postern_api_calls_total',
      help: 'Calls for market data that count against the budget, by what they ask for',
      labelNames: ['kind'],
      registers,
    });
    new Gauge({
      name: 'postern_info',
      help: "Always 1; clock_speed is how many of the daemon's seconds pass in a real one",
      labelNames: ['venue', 'mode', 'clock_speed'],
      registers,
    }).set({ venue, mode, clock_speed: String(speed) }, 1);
    this.#notifier = {
      alertRaised: (alert) => incidents.alertRaised(alert),
      storeFailed: () => incidents.retried('commit'),
      journaled: (decision) => incidents.journaled(decision),
      recorded: (writes) => {
        exits.recorded(writes);
        incidents.recorded(writes);
      },
    };
    collectDefaultMetrics({ register: registry });
    this.#endDelay = gaugeEventLoopDelay(registry);
  }

  /** The same composition of a tree, measured. */
  measure<C extends Measurable>(
    composition: C,
  ): C & Required<Pick<Measurable, 'called' | 'delayed' | 'evaluating'>> {
    const { venue, store, journal, notifier, called, delayed } = composition;
    return {
      ...composition,
      venue: this.#calls.venue(venue),
      store: this.#calls.store(store),
      ...(journal ? { journal: this.#calls.journal(journal) } : {}),
      notifier: combineNotifiers([this.#notifier, notifier]),
      called: (kind, at) => {
        this.#marketData.inc({ kind });
        called?.(kind, at);
      },
      delayed: (delayMs, at) => {
        this.#delay.observe(delayMs / 1000);
        delayed?.(delayMs, at);
      },
      evaluating: this.#evaluations.evaluating,
    };
  }

  /** From now on the tree's state is measured too, whenever somebody scrapes. */
  watchTree(options: Omit<TreeGaugesOptions, 'clock'>): void {
    gaugeTree(this.#registry, { ...options, clock: this.#clock });
  }

  /** From now on messages to who is told of alerts are measured too. */
  watchMessages(counts: MessageCounts): void {
    gaugeMessages(this.#registry, counts);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Everything in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  close(): void {
    this.#endDelay();
    this.#registry.clear();
  }
}
