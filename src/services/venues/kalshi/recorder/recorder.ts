import type { Clock } from '../../../../actors/ports.ts';
import type { KalshiClient } from '../client/kalshi-client.ts';
import { type Failed, reasonOf } from '../client/outcomes.ts';
import { type BookSides, type OrderbooksAnswer, orderbooksAnswer } from '../wire/books.ts';
import { hasSameTop, type RecordedRow } from './csv.ts';
import { inBatches, type RecordedFacts, readFacts } from './markets.ts';
import { orEnded, pauseAfter, waitFor } from './waits.ts';

interface RecorderOptions {
  client: KalshiClient;
  clock: Clock;
  markets: readonly string[];
  everyMs: number;
  /** What is known of the markets, as of now. */
  facts: Map<string, RecordedFacts>;
  /** No row may be earlier (ms). */
  lastAt: number | null;
  write: (rows: readonly RecordedRow[]) => void;
  /** Hears in a sentence what goes wrong, and when it is over. */
  tell: (words: string) => void;
  /** Called after each look at the books. */
  looked: (progress: RecorderProgress) => void;
}

export interface RecorderProgress {
  rows: number;
  /** Of the first and the last row (ms). */
  firstAt: number | null;
  lastAt: number | null;
}

/** A market has a row at least this often while its book can be read. */
const ROW_EVERY_MS = 30_000;
const FACTS_EVERY_MS = 30_000;
/** Older facts are left out of the rows. */
const FACTS_LAST_MS = 90_000;

/** Asks for the books of markets again and again, and hands on a row where the best bid or ask changed. */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #lastRows = new Map<string, RecordedRow>();
  readonly #told = new Set<string>();
  readonly progress: RecorderProgress = { rows: 0, firstAt: null, lastAt: null };
  #facts: Map<string, RecordedFacts>;
  #factsAt: number;
  #factsDueAt: number;
  #latestAt: number;
  #outageSince: number | null = null;
  #failures = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#facts = options.facts;
    this.#factsAt = options.clock.now();
    this.#factsDueAt = this.#factsAt + FACTS_EVERY_MS;
    this.#latestAt = options.lastAt ?? Number.NEGATIVE_INFINITY;
  }

  /** Returns once `ended` is; what is then on its way is left out. */
  async run(ended: AbortSignal): Promise<void> {
    const { clock, everyMs, looked } = this.#options;
    for (let dueAt = clock.now(); ; ) {
      await waitFor(clock, Math.max(0, dueAt - clock.now()), ended);
      if (ended.aborted) return;
      void this.#refreshFacts();
      await this.#look(ended);
      if (ended.aborted) return;
      looked(this.progress);
      const pauseMs = this.#failures === 0 ? 0 : pauseAfter(this.#failures);
      // The clock may have been set back meanwhile: no wait is longer than what it is for.
      const latest = clock.now() + Math.max(everyMs, pauseMs);
      dueAt = Math.min(Math.max(dueAt + everyMs, clock.now() + pauseMs), latest);
    }
  }

  async #look(ended: AbortSignal): Promise<void> {
    const { client, markets } = this.#options;
    let failed: Failed | null = null;
    let answers = 0;
    for (const batch of inBatches(markets)) {
      const query = batch.map((name): [string, string] => ['tickers', name]);
      const asking = client.get('/markets/orderbooks', {
        ...{ query, schema: orderbooksAnswer, lane: 'monitor', public: true },
      });
      const outcome = await orEnded(asking, ended);
      if (outcome === null) return;
      if (outcome.kind === 'ok') {
        answers += 1;
        this.#take(batch, outcome.value, outcome.startedAt);
      } else failed ??= outcome;
    }
    this.#failures = answers === 0 ? this.#failures + 1 : 0;
    this.#noteOutage(failed);
  }

  #take(batch: readonly string[], answer: OrderbooksAnswer, at: number): void {
    if (at < this.#latestAt)
      return this.#tellOnce(
        'clock',
        `this machine's clock was set back: nothing is recorded until it has passed ${new Date(this.#latestAt).toISOString()}`,
      );
    const rows = batch.flatMap((market) => this.#rowOf(market, answer, at) ?? []).filter(this.#isDue);
    if (rows.length === 0) return;
    this.#options.write(rows);
    for (const row of rows) this.#lastRows.set(row.market, row);
    this.#latestAt = at;
    this.progress.rows += rows.length;
    this.progress.firstAt ??= at;
    this.progress.lastAt = at;
  }

  readonly #isDue = (row: RecordedRow): boolean => {
    const last = this.#lastRows.get(row.market);
    if (last === undefined || !hasSameTop(last, row)) return true;
    return row.at + this.#options.everyMs - last.at > ROW_EVERY_MS;
  };

  /** Null where the answer has no book that a replay would take. */
  #rowOf(market: string, { books, malformed }: OrderbooksAnswer, at: number): RecordedRow | null {
    const unreadable = malformed.find(({ ticker }) => ticker === market);
    const sides = books.find((book) => book.market === market)?.sides;
    const trouble = unreadable
      ? `its book can't be read (${unreadable.reason})`
      : sides === undefined
        ? 'the exchange gave no book of it'
        : isCrossed(sides)
          ? 'its best bid lay above its best ask'
          : null;
    if (sides !== undefined && trouble === null) return this.#toRow(market, sides, at);
    this.#tellOnce(`book ${market}`, `${market}: ${trouble}; it has no rows while that is so`);
    return null;
  }

  #toRow(market: string, { bids, asks }: BookSides, at: number): RecordedRow {
    const isFresh = at - this.#factsAt <= FACTS_LAST_MS;
    const facts = (isFresh && this.#facts.get(market)) || { volume24h: null, status: null, closeTime: null };
    return { at, market, bid: bids[0] ?? null, ask: asks[0] ?? null, ...facts };
  }

  /** Beside the books: a slow answer must not make a gap. */
  async #refreshFacts(): Promise<void> {
    const { client, clock, markets } = this.#options;
    if (clock.now() < this.#factsDueAt) return;
    this.#factsDueAt = clock.now() + FACTS_EVERY_MS;
    const known = await readFacts(client, markets);
    if (known.kind !== 'ok') return;
    this.#facts = known.facts;
    this.#factsAt = clock.now();
  }

  #noteOutage(failed: Failed | null): void {
    const { clock, tell } = this.#options;
    if (failed !== null && this.#outageSince === null) {
      this.#outageSince = clock.now();
      tell(`books are missing: ${reasonOf(failed)}. Trying on; what is missed stays a gap`);
    }
    if (failed === null && this.#outageSince !== null) {
      tell(`the books are back after ${Math.round((clock.now() - this.#outageSince) / 1_000)} s`);
      this.#outageSince = null;
    }
  }

  #tellOnce(about: string, words: string): void {
    if (this.#told.has(about)) return;
    this.#told.add(about);
    this.#options.tell(words);
  }
}

const isCrossed = ({ bids, asks }: BookSides): boolean =>
  bids[0] !== undefined && asks[0] !== undefined && bids[0].price > asks[0].price;
