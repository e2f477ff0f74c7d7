import {
  type Assessment,
  assessEntry,
  type EntryContext,
  type EntryRules,
  isOfferFresh,
  type Offer,
  offerOf,
  payableEdge,
} from '../../domain/entry.ts';
import type { Book, MarketInfo, Side } from '../../domain/market.ts';
import type { Confidence, Method } from '../../domain/method.ts';
import { type ModelValue, probabilityFor } from '../../domain/model-value.ts';
import { type Fraction, type Money, ONE_CONTRACT, type Price, type Quantity } from '../../domain/money.ts';
import type { Position } from '../../domain/position.ts';
import type { RiskLimits } from '../../domain/risk.ts';
import type { EntryEnding } from '../../machines/entry-machine.ts';
import type { ActorObserver } from '../inspection.ts';
import type { EntryFact, Post } from '../mail.ts';
import type { AlertRecord, Clock, EdgeRecord, EntryFile, Holding, Venue } from '../ports.ts';
import { CashReader } from './cash-reader.ts';
import { EntryAccount, nettedBy } from './entry-account.ts';
import type { EntryGate } from './entry-gate.ts';
import { EntryHost, type EntryRequests } from './entry-host.ts';
import type { EntryMarkets } from './entry-markets.ts';
import { storedOrder } from './entry-records.ts';
import { EntryWorker, type EntryWorkerOptions } from './entry-worker.ts';

/** What the configuration says of entries; it may change while the daemon runs. */
export interface EntrySettings extends RiskLimits {
  enabled: boolean;
  confidenceScale: Record<Confidence, Fraction>;
  orderTimeoutMs: number;
  maxBookShare: Fraction;
  quantityStep: Quantity;
  /** After a position in a market was closed, before the next is entered there. */
  reentryAfterMs: number;
  /** Of an edge that does not say it. */
  confidence: Confidence;
}

/** The method that an entry goes by, and what it says of entries. */
export interface EntryMethod {
  method: Method;
  minEdge: Fraction;
  kellyFraction: Fraction;
}

export interface EntryPoolOptions {
  venue: Pick<Venue, 'balance' | 'account' | 'feeOf' | 'capabilities'>;
  clock: Clock;
  post: Post;
  instance: string;
  settings: () => EntrySettings;
  /** By its name, or by the rules for the market where none is given. */
  methodFor: (market: string, name: string | null) => EntryMethod;
  /** All that are open. */
  positions: () => Position[];
  retryMs: readonly number[];
  observe: ActorObserver | undefined;
  crash: (error: unknown) => void;
}

interface Around {
  gate: EntryGate;
  markets: EntryMarkets;
  ended: (worker: EntryWorker, ending: EntryEnding, row: EdgeRecord) => void;
}

const ENTRY_FAILED = 'entry_failed';

/** The entries that are under way: each has an actor, and all of them one account. */
export class EntryPool {
  readonly #options: EntryPoolOptions;
  readonly #around: Around;
  readonly #host = new EntryHost();
  readonly #account = new EntryAccount();
  readonly #cash: CashReader;
  readonly #workers = new Map<string, EntryWorker>();
  /** As last read, for an entry that was about to decide. */
  #holdings: readonly Holding[] = [];
  /** The alert that an entry failed is open. */
  #isFailing = false;

  constructor(options: EntryPoolOptions, around: Around) {
    this.#options = options;
    this.#around = around;
    this.#cash = new CashReader(options);
  }

  /** As an earlier life left it. */
  load(openAlerts: readonly Pick<AlertRecord, 'kind'>[]): void {
    this.#isFailing = openAlerts.some(({ kind }) => kind === ENTRY_FAILED);
  }

  /** Begins to work an edge. */
  begin(seed: EdgeRecord, before: EntryWorkerOptions['before']): void {
    const { settings, instance, clock } = this.#options;
    const { market, side } = seed;
    const at = clock.now();
    this.#start(
      seed,
      {
        ...{ edgeId: seed.edgeId, market, side, probability: seed.probability, instance, at },
        rules: this.rulesOf(seed),
        offer: this.offerIn(market, side),
        info: this.#around.markets.info(market),
        cash: null,
        assessment: null,
        order: null,
        calledOff: null,
        lookUntil: at + settings().orderTimeoutMs,
      },
      before,
    );
  }

  /** Goes on with an entry whose order an earlier life has recorded. */
  resume(file: EntryFile): void {
    const { clock, instance } = this.#options;
    const { edge } = file;
    const { edgeId, market, side, probability, work } = edge;
    const at = clock.now();
    const rules: EntryRules = {
      ...this.rulesOf({ ...edge, method: work!.methodName }),
      method: { name: work!.methodName, version: work!.methodVersion },
      confidence: work!.confidence,
    };
    this.#start(
      edge,
      {
        ...{ edgeId, market, side, probability, rules, instance, at, lookUntil: at },
        ...{ offer: null, info: null, cash: null, assessment: null, calledOff: null },
        order: storedOrder(file),
      },
      null,
    );
  }

  in(market: string): EntryWorker[] {
    return [...this.#workers.values()].filter(({ seed }) => seed.market === market);
  }

  markets(): string[] {
    return [...this.#workers.values()].map(({ seed }) => seed.market);
  }

  noteBook(book: Book): void {
    const at = this.#options.clock.now();
    for (const worker of this.in(book.market))
      worker.send({ type: 'offer.seen', offer: this.#offerOf(book, worker.seed.side), at });
  }

  noteInfo(info: MarketInfo): void {
    const at = this.#options.clock.now();
    for (const worker of this.in(info.market)) worker.send({ type: 'market.changed', info, at });
  }

  noteFact({ type, edgeId, status, code, words, ...totals }: EntryFact): void {
    const worker = this.#workers.get(edgeId);
    if (type === 'order.filled') worker?.send({ ...totals, type });
    else worker?.send({ ...totals, type, status: status!, refusal: words ?? code });
  }

  /** By this word of its market its edge is too small, at its order's price or the last one asked; false: no price is known. */
  losesEdge({ seed, context: { order, offer, rules } }: EntryWorker, word: ModelValue): boolean {
    const ask = order?.limitPrice ?? offer?.ask;
    if (ask === undefined) return false;
    const fee = this.#feeOf(seed.market, ask, ONE_CONTRACT);
    return payableEdge(probabilityFor(word, seed.side), { ask, fee }) < rules.minEdge;
  }

  callOff(why: string, which: (worker: EntryWorker) => boolean = () => true): void {
    const at = this.#options.clock.now();
    for (const worker of [...this.#workers.values()])
      if (!worker.isOver && which(worker)) worker.send({ type: 'called.off', why, at });
  }

  /** What has no order yet is let go; orders that are out end by the desk's doing, and are still taken in. */
  stopDeciding(): void {
    for (const [edgeId, worker] of [...this.#workers]) {
      if (worker.context.order !== null) continue;
      this.#cash.forget(worker);
      worker.stop();
      this.#workers.delete(edgeId);
    }
  }

  stop(): void {
    this.#cash.stop();
    for (const worker of this.#workers.values()) worker.stop();
  }

  /** What the last book offers; null: nothing, or no book is known. */
  offerIn(market: string, side: Side): Offer | null {
    const book = this.#around.markets.book(market);
    return book && this.#offerOf(book, side);
  }

  rulesOf({ market, method: name, confidence: given }: ModelWord): EntryRules {
    const { settings, methodFor, venue } = this.#options;
    const { confidenceScale, maxBookShare, quantityStep, orderTimeoutMs, confidence: usual } = settings();
    const { method, minEdge, kellyFraction } = methodFor(market, name);
    const confidence = given ?? usual;
    return {
      method: { name: method.name, version: method.version },
      ...{ confidence, minEdge, kellyFraction, maxBookShare, orderTimeoutMs },
      confidenceScale: confidenceScale[confidence],
      step: Math.max(quantityStep, venue.capabilities.quantityStep),
      maxQuoteAgeMs: method.maxQuoteAgeMs,
      time: method.conditions.time_based_urgent,
    };
  }

  #start(seed: EdgeRecord, context: EntryContext, before: EntryWorkerOptions['before']): void {
    const { clock, post, observe } = this.#options;
    const worker = new EntryWorker({
      ...{ host: this.#host, seed, context, clock, post, observe, before },
      assess: (now) => this.#assess(now),
      look: (who, missing) => this.#look(who, missing),
      ended: (who, ending, row) => this.#end(who, ending, row),
      failed: (who, why) => this.#alertFailure(who, why),
    });
    this.#workers.set(seed.edgeId, worker);
    worker.start();
  }

  #end(worker: EntryWorker, ending: EntryEnding, row: EdgeRecord): void {
    this.#workers.delete(worker.seed.edgeId);
    this.#cash.forget(worker);
    this.#account.noteEnded(worker.reserved, this.#options.clock.now());
    if (!worker.hasFailed) this.#noteHealthy();
    this.#around.ended(worker, ending, row);
  }

  #alertFailure({ seed: { edgeId, market, side }, context }: EntryWorker, why: string): void {
    const { order } = context;
    const rest = order
      ? ` Order ${order.clientId} is cancelled and looked after; what it has bought becomes a position, or is found in the account.`
      : ' Nothing was ordered.';
    this.#isFailing = true;
    this.#options.post('ledger', {
      type: 'alert.raise',
      key: ENTRY_FAILED,
      kind: ENTRY_FAILED,
      severity: 'critical',
      positionId: edgeId,
      text: `buying ${side.toUpperCase()} ${market} (${edgeId}): ${why}.${rest}`,
      at: this.#options.clock.now(),
    });
  }

  /** An entry went well: the alert that entries fail is over. */
  #noteHealthy(): void {
    if (!this.#isFailing) return;
    this.#isFailing = false;
    this.#options.post('ledger', { type: 'alert.resolve', key: ENTRY_FAILED, at: this.#options.clock.now() });
  }

  #look(worker: EntryWorker, missing: NonNullable<EntryRequests['look']>): void {
    const { clock } = this.#options;
    const { markets } = this.#around;
    const { market, edgeId } = worker.seed;
    const book = markets.book(market);
    // A fresh book that offers nothing is not asked for again and again: the next one comes on its cadence.
    if (missing.offer && !(book && isOfferFresh(book, clock.now(), worker.context.rules.maxQuoteAgeMs)))
      markets.wantBook(market, edgeId);
    if (missing.info) markets.wantInfo(market);
    if (missing.cash)
      this.#cash.want(worker, ({ cash, holdings }) => {
        this.#holdings = holdings;
        worker.send({ type: 'cash.read', cash, at: clock.now() });
      });
  }

  #assess(context: EntryContext): Assessment {
    const { clock, settings, positions } = this.#options;
    const { gate } = this.#around;
    const { market } = context;
    const others = [...this.#workers.values()].filter(({ seed }) => seed.edgeId !== context.edgeId);
    const account = this.#account.picture(context.cash!, positions(), others, clock.now());
    const exposures = [...account.exposures, ...nettedBy(context, account.exposures, this.#holdings)];
    return assessEntry(
      context,
      context.offer!,
      context.rules,
      { ...account, exposures, limits: settings(), breakers: gate.breakers, paused: gate.isPaused },
      (quantity) => this.#feeOf(market, context.offer!.ask, quantity),
    );
  }

  #offerOf(book: Book, side: Side): Offer | null {
    return offerOf(book, side, (price) => this.#feeOf(book.market, price, ONE_CONTRACT));
  }

  #feeOf(market: string, price: Price, quantity: Quantity): Money {
    return this.#options.venue.feeOf({ market, action: 'buy', price, quantity });
  }
}

type ModelWord = Pick<EdgeRecord, 'market' | 'method' | 'confidence'>;
