import { edgeBeforeFee, isOfferFresh, type Offer, payableEdge } from '../../domain/entry.ts';
import type { ModelValue } from '../../domain/model-value.ts';
import type { Fraction, Price } from '../../domain/money.ts';
import type { Position } from '../../domain/position.ts';
import type { Opportunity } from '../../domain/rebalance.ts';
import type { Cadence } from '../mail.ts';
import type { Clock, EdgeRecord } from '../ports.ts';
import type { EdgeRows } from './edge-rows.ts';
import { pointsOf, pricedAt } from './entry-journal.ts';
import type { EntryPool, EntrySettings } from './entry-pool.ts';
import type { ModelBook } from './model-book.ts';

export interface EdgeFinderOptions {
  clock: Clock;
  settings: () => EntrySettings;
  /** All that are open. */
  positions: () => Position[];
  book: ModelBook;
  pool: EntryPool;
  rows: EdgeRows;
  /** A market that was left for a better one a short while ago. */
  hasLeft: (market: string) => boolean;
  /** Other markets may be wanted now. */
  changed: () => void;
}

/** A row of another program, or an opportunity that a position made way for: it waits for a book. */
interface Pending {
  row: EdgeRecord;
  /** Then it has waited too long (ms). */
  until: number;
}

/** From what a model says and what a book asks to an entry, or to why there is none. */
export class EdgeFinder {
  readonly #options: EdgeFinderOptions;
  readonly #pending = new Map<string, Pending>();
  /** The value and the price that led to no entry: only a newer value, or a lower price, is another try. */
  readonly #tried = new Map<string, { valueAt: number; ask: Price }>();
  /** When the last position in a market was closed (ms): what a model said before leads to no new one. */
  readonly #closedAt = new Map<string, number>();
  /** Markets whose row or id is being made. */
  readonly #busy = new Set<string>();
  #stopped = false;

  constructor(options: EdgeFinderOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** A position there was closed, in an earlier life too. */
  noteClosed(market: string, at: number): void {
    this.#closedAt.set(market, Math.max(at, this.#closedAt.get(market) ?? Number.NEGATIVE_INFINITY));
  }

  /** The edge is judged as soon as there is a fresh book. */
  await(row: EdgeRecord): void {
    const { clock, settings, changed } = this.#options;
    this.#pending.set(row.edgeId, { row, until: clock.now() + settings().orderTimeoutMs });
    changed();
    this.consider(row.market);
  }

  /** A position has made way for what a model says of this market. */
  replace(value: ModelValue, positionId: string): void {
    this.#inTurn(value.market, async () => {
      const row = await this.#options.rows.draft(value, positionId);
      if (!this.#stopped) this.await(row);
    });
  }

  /** A value came, or a book: is there an edge to be worked? */
  consider(market: string): void {
    if (this.#stopped) return;
    for (const { row } of [...this.#pending.values()]) if (row.market === market) this.#judgeRow(row);
    const value = this.#busy.has(market) ? null : this.#wanted(market);
    const offer = value && this.#freshOffer(value);
    if (!value || !offer) return;
    const { pool, rows } = this.#options;
    const tried = this.#tried.get(market);
    const isNew = tried?.valueAt !== value.at;
    if (!isNew && offer.ask >= tried.ask) return;
    const { minEdge } = pool.rulesOf(value);
    const edge = payableEdge(value.probability, offer);
    if (edge < minEdge && !isNew) return;
    this.#tried.set(market, { valueAt: value.at, ask: offer.ask });
    const rest = this.#restOf(market);
    this.#inTurn(market, async () => {
      if (rest !== null) return rows.skip(value, rest);
      if (edge < minEdge) return rows.skip(value, tooSmall(edge, minEdge, offer.ask));
      const seed = await rows.draft(value, null);
      // Where the last edge there came to the same end, its row is renewed and this one needs none.
      if (!this.#stopped && this.#wanted(market) === value) this.#work(seed, rows.lastEntry(seed));
    });
  }

  /** What kept the last tries from an entry may be gone. */
  tryAgain(): void {
    const { book, clock } = this.#options;
    this.#tried.clear();
    for (const { market } of book.allFresh(clock.now())) this.consider(market);
  }

  /** Ends what has waited for a book too long. */
  endOverdue(): void {
    const { clock, rows } = this.#options;
    for (const [edgeId, { row, until }] of this.#pending) {
      if (clock.now() < until) continue;
      this.#pending.delete(edgeId);
      rows.end(row, 'expired', 'its time ran out without a fresh book of its market');
    }
  }

  /** Values of markets without a position, the latest first. */
  watched(): ModelValue[] {
    const { book, positions, clock } = this.#options;
    const held = new Set(positions().map(({ market }) => market));
    return book.allFresh(clock.now()).filter(({ market }) => !held.has(market));
  }

  /** Which markets' books are wanted how often, of values at most `most`. */
  wantedBooks(most: number): Map<string, Cadence> {
    const wanted = new Map<string, Cadence>();
    for (const { market } of this.watched().slice(0, most)) wanted.set(market, 'normal');
    for (const { row } of this.#pending.values()) wanted.set(row.market, 'urgent');
    for (const market of this.#options.pool.markets()) wanted.set(market, 'urgent');
    return wanted;
  }

  /** What could be bought now, for positions to compare with. */
  opportunities(): Opportunity[] {
    const { book, clock } = this.#options;
    return book.allFresh(clock.now()).flatMap((value) => {
      const isOpen = this.#isFree(value) && this.#restOf(value.market) === null;
      const offer = isOpen ? this.#freshOffer(value) : null;
      if (!offer) return [];
      const { market, side, at } = value;
      return [{ market, side, edge: edgeBeforeFee(value.probability, offer.ask), fee: offer.fee, at }];
    });
  }

  #judgeRow(row: EdgeRecord): void {
    const { pool, rows, settings, book, clock } = this.#options;
    if (book.fresh(row.market, clock.now())?.at !== row.at) {
      this.#pending.delete(row.edgeId);
      return rows.end(row, 'skipped', 'too late: the word is too old, or a later one has come');
    }
    const offer = this.#freshOffer(row);
    if (!offer || this.#busy.has(row.market)) return;
    this.#pending.delete(row.edgeId);
    this.#tried.set(row.market, { valueAt: row.at, ask: offer.ask });
    const { minEdge } = pool.rulesOf(row);
    const edge = payableEdge(row.probability, offer);
    const rest = row.replaces === null ? this.#restOf(row.market) : null;
    if (!settings().enabled) rows.end(row, 'noted', NOT_ENABLED);
    else if (edge < minEdge) rows.end(row, 'skipped', tooSmall(edge, minEdge, offer.ask));
    else if (rest !== null) rows.end(row, 'skipped', rest);
    else this.#work(row, null);
  }

  #work(seed: EdgeRecord, before: ReturnType<EdgeRows['lastEntry']>): void {
    this.#options.pool.begin(seed, before);
    this.#options.changed();
  }

  /** The value of a market in which an entry may be tried; null where there is nothing to try. */
  #wanted(market: string): ModelValue | null {
    const { book, clock, settings } = this.#options;
    if (!settings().enabled) return null;
    const value = book.fresh(market, clock.now());
    return value && this.#isFree(value) ? value : null;
  }

  /** Nothing is held there or on its way, and nothing was left since the model spoke. */
  #isFree({ market, at }: ModelValue): boolean {
    const { positions, pool, hasLeft } = this.#options;
    return (
      at > (this.#closedAt.get(market) ?? Number.NEGATIVE_INFINITY) &&
      !hasLeft(market) &&
      pool.in(market).length === 0 &&
      !positions().some((position) => position.market === market)
    );
  }

  /** Why a market that was left a short while ago is not entered again yet; null: it was not. */
  #restOf(market: string): string | null {
    const { clock, settings } = this.#options;
    const closedAt = this.#closedAt.get(market);
    const { reentryAfterMs } = settings();
    if (closedAt === undefined || clock.now() >= closedAt + reentryAfterMs) return null;
    const until = new Date(closedAt + reentryAfterMs).toISOString();
    return `a position there was closed at ${new Date(closedAt).toISOString()}: the next is entered from ${until} on`;
  }

  #freshOffer({ market, side, method, confidence }: ModelValue): Offer | null {
    const { pool, clock } = this.#options;
    const offer = pool.offerIn(market, side);
    if (!offer) return null;
    const { maxQuoteAgeMs } = pool.rulesOf({ market, method, confidence });
    return isOfferFresh(offer, clock.now(), maxQuoteAgeMs) ? offer : null;
  }

  /** One thing at a time for each market; without the store nothing comes of it, and the ledger says so. */
  #inTurn(market: string, work: () => Promise<void>): void {
    if (this.#busy.has(market)) return;
    this.#busy.add(market);
    const over = () => this.#busy.delete(market);
    work().then(
      () => {
        over();
        this.consider(market);
      },
      () => {
        over();
        this.#tried.delete(market);
      },
    );
  }
}

export const NOT_ENABLED = "taken as the model's word; entries are not enabled";

const tooSmall = (edge: Fraction, minEdge: Fraction, ask: Price): string =>
  `edge ${pointsOf(edge)} at ${pricedAt(ask)} is below ${pointsOf(minEdge)}`;
