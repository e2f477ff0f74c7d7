import { Histogram, type Registry } from 'prom-client';
import type { LocalJournal, OrderRequest, Store, StoreWrite, Venue } from '../../actors/ports.ts';
import { type CallEnd, observeCalls } from './observe-calls.ts';

export interface CallMetricsOptions {
  registry: Registry;
  /** Real time for differences (ms). */
  now: () => number;
  /** An order is handed to the venue. */
  sent: (clientId: string) => void;
  /** A read of the venue failed: whoever wanted it asks again. */
  readFailed: () => void;
}

const VENUE_CALLS = [
  'books',
  'markets',
  'place',
  'cancel',
  'findOrder',
  'account',
  'costBasis',
  'balance',
] as const satisfies (keyof Venue)[];

/** Real seconds of a call over a network. */
const NETWORK_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Real seconds of a write to a disk near by. */
const DISK_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const BATCH_SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500];

/** How long venue, database and journal file take, and how it ends. */
export class CallMetrics {
  readonly #options: CallMetricsOptions;
  readonly #venue: Histogram<'call' | 'result'>;
  readonly #commit: Histogram<'result'>;
  readonly #batch: Histogram;
  readonly #append: Histogram<'result'>;

  constructor(options: CallMetricsOptions) {
    this.#options = options;
    const registers = [options.registry];
    this.#venue = new Histogram({
      name: 'postern_venue_call_duration_seconds',
      help: "Real seconds of a call to the venue, the wait for its rate limit included. result: the answer's kind; failed: none that can be used; limited: asked for fewer calls; lagging: an answer older than the order",
      labelNames: ['call', 'result'],
      buckets: NETWORK_SECONDS,
      registers,
    });
    this.#commit = new Histogram({
      name: 'postern_store_commit_duration_seconds',
      help: 'Real seconds of one transaction of the database, by its result: committed or failed',
      labelNames: ['result'],
      buckets: DISK_SECONDS,
      registers,
    });
    this.#batch = new Histogram({
      name: 'postern_store_commit_writes',
      help: 'Records written in one transaction of the database',
      buckets: BATCH_SIZES,
      registers,
    });
    this.#append = new Histogram({
      name: 'postern_journal_file_append_duration_seconds',
      help: 'Real seconds until a batch is on the disk (fsync) in the journal file, which takes the writes while the database is out of order',
      labelNames: ['result'],
      buckets: DISK_SECONDS,
      registers,
    });
  }

  venue(venue: Venue): Venue {
    const { sent, readFailed } = this.#options;
    return observeCalls(venue, VENUE_CALLS, (call, args) => {
      if (call === 'place') sent((args[0] as OrderRequest).clientId);
      return this.#begin((end, seconds) => {
        const result = resultOf(end);
        this.#venue.observe({ call, result }, seconds);
        if (READS.has(call) && (result === 'failed' || result === 'limited')) readFailed();
      });
    });
  }

  store(store: Store): Store {
    return observeCalls(store, ['commit'], (_, args) => {
      const { length } = args[1] as readonly StoreWrite[];
      return this.#begin((end, seconds) => {
        this.#commit.observe({ result: 'error' in end ? 'failed' : 'committed' }, seconds);
        if ('answer' in end) this.#batch.observe(length);
      });
    });
  }

  journal(journal: LocalJournal): LocalJournal {
    return observeCalls(journal, ['append'], () =>
      this.#begin((end, seconds) =>
        this.#append.observe({ result: 'error' in end ? 'failed' : 'written' }, seconds),
      ),
    );
  }

  #begin(ended: (end: CallEnd, seconds: number) => void): (end: CallEnd) => void {
    const { now } = this.#options;
    const begunAt = now();
    return (end) => ended(end, (now() - begunAt) / 1000);
  }
}

const READS = new Set<string>(['books', 'markets', 'account', 'costBasis', 'balance']);

/** A failure is what counts against the API breaker: no answer, or none that can be used. */
function resultOf(end: CallEnd): string {
  if ('error' in end) return 'failed';
  if (typeof end.answer !== 'object' || end.answer === null || !('kind' in end.answer)) return 'ok';
  const { kind, limited, answered } = end.answer as { kind: string; limited?: true; answered?: true };
  if (kind !== 'unavailable' && kind !== 'unknown') return kind;
  if (limited) return 'limited';
  return answered ? 'lagging' : 'failed';
}
