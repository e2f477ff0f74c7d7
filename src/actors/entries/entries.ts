import { type ModelRefusal, type ModelValue, probabilityFor } from '../../domain/model-value.ts';
import type { EntriesMail, Part } from '../mail.ts';
import type { Clock, EdgeRecord, Ids, Store } from '../ports.ts';
import { EdgeFinder, NOT_ENABLED } from './edge-finder.ts';
import { EdgeRows } from './edge-rows.ts';
import { EntryGate } from './entry-gate.ts';
import { pointsOf } from './entry-journal.ts';
import { EntryMarkets } from './entry-markets.ts';
import { EntryPool, type EntryPoolOptions, type EntrySettings } from './entry-pool.ts';
import { ModelBook } from './model-book.ts';
import { Rebalancer, type RebalancerOptions } from './rebalancer.ts';
import { readStored, type StoredEntries } from './stored-entries.ts';

export interface EntriesOptions extends Omit<EntryPoolOptions, 'settings'> {
  settings: () => EntrySettings & { coolDownMs: number };
  store: Store;
  ids: Ids;
  /** The names that a model's word may give. */
  methodNames: () => readonly string[];
  methodOf: RebalancerOptions['methodOf'];
  maxModelAgeMs: number;
  maxAheadMs: number;
}

/** Claims beyond so many would eat monitoring's calls. */
const MOST_CLAIMS = 200;
/** How often values that have become too old are let go (ms). */
const SWEEP_MS = 15_000;
const READ_AGAIN_MS = 1_000;
/** How long others wait for the room that a position made for a better opportunity (ms). */
const MADE_WAY_MS = 5_000;
/** Ids of rows, as other programs may choose them: they become part of order ids. */
const EDGE_ID = /^[a-z0-9]{1,20}$/;

/** Takes in what models say, tells the positions, and works the edges that are worth it: one entry each. */
export class Entries implements Part<EntriesMail> {
  readonly #options: EntriesOptions;
  readonly #book: ModelBook;
  readonly #gate: EntryGate;
  readonly #markets: EntryMarkets;
  readonly #pool: EntryPool;
  readonly #rows: EdgeRows;
  readonly #finder: EdgeFinder;
  readonly #rebalancer: Rebalancer;
  /** Rows of other programs that were heard of. */
  readonly #heard = new Set<string>();
  /** What came before the start was complete. */
  #early: EntriesMail[] | null = [];
  #wasForbidden = true;
  #claimsAreDue = false;
  #isCapped = false;
  #sweep: ReturnType<Clock['setTimeout']> | null = null;
  #stopped = false;

  constructor(options: EntriesOptions) {
    const { clock, post, maxModelAgeMs, maxAheadMs, methodNames, settings } = options;
    this.#options = options;
    this.#book = new ModelBook({ maxModelAgeMs, maxAheadMs }, methodNames);
    this.#gate = new EntryGate(post, clock);
    this.#markets = new EntryMarkets(post);
    this.#rows = new EdgeRows(options);
    this.#pool = new EntryPool(options, {
      gate: this.#gate,
      markets: this.#markets,
      ended: (_, ending, row) => {
        // Rows of other programs, and those that say what a position made way for, stay as they are.
        if (row.replaces === null && !this.#heard.has(row.edgeId)) this.#rows.noteEnd(row, ending);
        this.#claimSoon();
      },
    });
    this.#finder = new EdgeFinder({
      ...options,
      book: this.#book,
      pool: this.#pool,
      rows: this.#rows,
      hasLeft: (market) => this.#rebalancer.hasLeft(market),
      changed: () => this.#claimSoon(),
    });
    this.#rebalancer = new Rebalancer({
      ...options,
      coolDownMs: () => settings().coolDownMs,
      opportunities: () => this.#finder.opportunities(),
      enter: (market, side, positionId) => {
        const value = this.#book.fresh(market, clock.now());
        const mayEnter = settings().enabled && this.#gate.forbids === null;
        if (mayEnter && value?.side === side) this.#finder.replace(value, positionId);
      },
    });
    // Behind all that an incarnation before has still to write.
    post('ledger', { type: 'flush', done: () => this.#begin() });
  }

  receive(mail: EntriesMail): void {
    if (this.#early !== null && mail.type !== 'deciding.stop') {
      this.#early.push(mail);
      return;
    }
    switch (mail.type) {
      case 'model.says':
        return this.#hear(mail.values, mail.done);
      case 'edges.found':
        for (const row of mail.edges) this.#hearRow(row);
        return;
      case 'book':
        if (!this.#markets.noteBook(mail.book)) return;
        this.#pool.noteBook(mail.book);
        this.#finder.consider(mail.book.market);
        return this.#rebalancer.changed();
      case 'market.changed':
        if (this.#markets.noteInfo(mail.market)) this.#pool.noteInfo(mail.market);
        return;
      case 'entry.fact':
        return this.#pool.noteFact(mail.fact);
      case 'position.closed':
        this.#finder.noteClosed(mail.market, mail.at);
        this.#rebalancer.noteClosed(mail.positionId, mail.market, mail.reason);
        return mail.reason === 'rebalance' ? this.#tryAgainLater() : this.#tryAgain();
      case 'breakers.changed':
        this.#gate.noteBreakers(mail.tripped);
        return this.#heedGate();
      case 'feed.started':
        return this.#markets.claimAgain();
      case 'entries.pause':
        this.#gate.pause(mail.by, mail.reason, mail.done);
        return this.#heedGate();
      case 'entries.resume':
        this.#gate.resume(mail.by, mail.reason, mail.done);
        return this.#heedGate();
      case 'deciding.stop':
        return this.#stopDeciding();
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#stopDeciding();
    this.#pool.stop();
  }

  /** Orders that are out end by the desk's doing, and are still taken in. */
  #stopDeciding(): void {
    if (this.#sweep !== null) this.#options.clock.clearTimeout(this.#sweep);
    this.#claimsAreDue = true;
    this.#finder.stop();
    this.#rebalancer.stop();
    this.#pool.stopDeciding();
  }

  // ── Start ──────────────────────────────────────────────────────────────────────────────────────────────

  #begin(): void {
    const { clock, crash, store, settings } = this.#options;
    if (this.#stopped) return;
    const closedWithinMs = settings().reentryAfterMs;
    readStored(store, this.#rebalancer, { now: clock.now(), closedWithinMs }).then(
      (stored) => {
        try {
          if (!this.#stopped) this.#goOn(stored);
        } catch (error) {
          crash(error);
        }
      },
      // The ledger says that the store fails.
      () => clock.setTimeout(() => this.#begin(), READ_AGAIN_MS),
    );
  }

  /** As an earlier life, or incarnation, has left it. */
  #goOn({ files, values, alerts, breakers, closed }: StoredEntries): void {
    for (const { market, closedAt } of closed) this.#finder.noteClosed(market, closedAt!);
    this.#gate.load(alerts, breakers);
    this.#pool.load(alerts);
    this.#book.load(values);
    for (const value of this.#book.allFresh(this.#options.clock.now())) this.#tellWatch(value);
    for (const file of files) {
      const { edge, attempts } = file;
      this.#heard.add(edge.edgeId);
      if (edge.work !== null && attempts.length > 0) this.#pool.resume(file);
      else this.#finder.await(edge);
    }
    const early = this.#early ?? [];
    this.#early = null;
    for (const mail of early) this.receive(mail);
    this.#heedGate();
    this.#claimSoon();
  }

  // ── What models say ────────────────────────────────────────────────────────────────────────────────────

  #hear(values: readonly ModelValue[], done: (refusals: (ModelRefusal | null)[]) => void): void {
    const now = this.#options.clock.now();
    const refusals = values.map((value) => this.#book.take(value, now));
    const taken = values.filter((_, index) => refusals[index] === null);
    if (taken.length === 0) return done(refusals);
    this.#rows.write(
      taken.map((value) => ({ kind: 'model_value', value })),
      () => done(refusals),
    );
    for (const value of taken) this.#noteTaken(value);
  }

  #noteTaken(value: ModelValue): void {
    this.#tellWatch(value);
    this.#pool.callOff(
      `the model has changed its mind: ${pointsOf(value.probability)} for ${value.side.toUpperCase()}`,
      (worker) => worker.seed.market === value.market && this.#pool.losesEdge(worker, value),
    );
    this.#claimSoon();
    this.#finder.consider(value.market);
    this.#rebalancer.changed();
  }

  #tellWatch(value: ModelValue): void {
    const { post, clock } = this.#options;
    const { market, at: modelAt } = value;
    const probabilityYes = probabilityFor(value, 'yes');
    post('watch', { type: 'model.changed', market, probabilityYes, modelAt, at: clock.now() });
  }

  /** A row that another program put into the table is a model's word, and an edge of its own. */
  #hearRow(row: EdgeRecord): void {
    const { clock, settings } = this.#options;
    if (this.#heard.has(row.edgeId)) return;
    this.#heard.add(row.edgeId);
    if (!EDGE_ID.test(row.edgeId))
      return this.#rows.end(row, 'refused', 'its edge_id must be 1 to 20 characters of a-z and 0-9');
    const value = wordOf(row);
    const refusal = this.#book.take(value, clock.now());
    if (refusal !== null) return this.#rows.end(row, 'refused', refusal.text);
    const taken = { kind: 'model_value', value } as const;
    if (settings().enabled) {
      const edge: EdgeRecord = { ...row, status: 'working' };
      this.#rows.write([taken, { kind: 'edge', edge }]);
      this.#finder.await(edge);
    } else this.#rows.end(row, 'noted', NOT_ENABLED, [taken]);
    this.#noteTaken(value);
  }

  // ── What changes for all ───────────────────────────────────────────────────────────────────────────────

  /** Orders that are out are cancelled; what has none is refused by the risk checks, which say why. */
  #heedGate(): void {
    const { forbids } = this.#gate;
    if (forbids !== null) this.#pool.callOff(forbids, ({ context }) => context.order !== null);
    else if (this.#wasForbidden) this.#tryAgain();
    this.#wasForbidden = forbids !== null;
  }

  /** What a position has made way for comes first. */
  #tryAgainLater(): void {
    this.#claimSoon();
    this.#options.clock.setTimeout(() => {
      if (!this.#stopped) this.#tryAgain();
    }, MADE_WAY_MS);
  }

  #tryAgain(): void {
    this.#claimSoon();
    this.#finder.tryAgain();
  }

  /** Once for all that happens in this instant. */
  #claimSoon(): void {
    if (this.#claimsAreDue) return;
    this.#claimsAreDue = true;
    this.#options.clock.setTimeout(() => {
      if (this.#stopped) return;
      this.#claimsAreDue = false;
      this.#claim();
    }, 0);
  }

  #claim(): void {
    const wanted = this.#finder.wantedBooks(MOST_CLAIMS);
    this.#markets.claim(wanted);
    this.#noteCap();
    if (wanted.size > 0) this.#sweepLater();
  }

  #noteCap(): void {
    const { post, clock } = this.#options;
    const count = this.#finder.watched().length;
    const wasCapped = this.#isCapped;
    this.#isCapped = count > MOST_CLAIMS;
    if (!this.#isCapped || wasCapped) return;
    const summary = `models speak of ${count} markets without a position: only the latest ${MOST_CLAIMS} are watched for entries`;
    const about = { positionId: null, exitId: null, at: clock.now(), data: {} };
    post('ledger', { type: 'journal', decision: { ...about, kind: 'entries.capped', summary } });
  }

  /** A word that has become too old supports no order any more. */
  #callOffStale(): void {
    const now = this.#options.clock.now();
    this.#pool.callOff(
      "the model's word has become too old",
      ({ seed }) => this.#book.fresh(seed.market, now) === null,
    );
  }

  #sweepLater(): void {
    this.#sweep ??= this.#options.clock.setTimeout(() => {
      this.#sweep = null;
      this.#finder.endOverdue();
      this.#callOffStale();
      this.#claim();
      this.#rebalancer.changed();
    }, SWEEP_MS);
  }
}

const wordOf = ({ market, side, probability, at, confidence, method, source }: EdgeRecord): ModelValue => ({
  ...{ market, side, probability, at, confidence, method, source },
});
