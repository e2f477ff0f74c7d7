import type {
  AccountReport,
  Capabilities,
  Clock,
  CostBasis,
  OrderAnswer,
  OrderRef,
  OrderReport,
  OrderRequest,
  PlaceAnswer,
  Venue,
  VenueListener,
  VenueRead,
} from '../../../actors/ports.ts';
import type { Book, MarketInfo, Side } from '../../../domain/market.ts';
import type { Money, Quantity } from '../../../domain/money.ts';
import type { BookSource, MarketGroup } from './book-source.ts';
import { changeHolding, changeMarkets, draftOrder, matchMarkets } from './exchange-steps.ts';
import type { FeeModel } from './fees.ts';
import { visibleBook } from './matching.ts';
import { type MarketState, type MarketUpdates, PaperMarkets } from './paper-markets.ts';
import type { PaperChange, PaperHolding, PaperOrder, PaperStore } from './paper-store.ts';
import { PaperAccount, PaperDraft } from './paper-world.ts';
import { refuseOrder, refuseUnpaid } from './place-check.ts';
import { storeMarket } from './stored-market.ts';
import { Subscriptions } from './subscriptions.ts';
import { WorkQueue } from './work-queue.ts';

/** Books that nothing of ours depends on are saved at most this often. */
const SAVE_BOOKS_EVERY_MS = 5_000;

export interface PaperVenueOptions {
  source: BookSource;
  store: PaperStore;
  clock: Clock;
  fees: FeeModel;
  /** What a new account has, or one that was saved before cash was kept. */
  cash: Money;
  /** Holdings that a new account starts with; an account that was saved before keeps its own. */
  adopt?: PaperHolding[];
}

/** The store failed: what it should have saved is not seen, and the world is read again before the next mutation. */
export class PaperStoreError extends Error {
  override name = 'PaperStoreError';
}

/**
 * The paper exchange: matching.ts over the books of a source, with an account of its own that survives restarts.
 * Whatever changes the account happens one at a time and is saved before it is answered, seen or delivered.
 */
export class PaperVenue implements Venue {
  readonly name = 'paper';
  readonly capabilities: Capabilities = {
    marketOrders: false,
    batchSize: 100,
    callsBeside: 0,
    pollsBesideStream: false,
    streaming: true,
    orderPollMs: 30_000,
    quantityStep: 1,
  };
  readonly #source: BookSource;
  readonly #store: PaperStore;
  readonly #clock: Clock;
  readonly #fees: FeeModel;
  readonly #account = new PaperAccount();
  readonly #markets = new PaperMarkets();
  readonly #subscriptions = new Subscriptions();
  readonly #queue = new WorkQueue();
  #booksSavedAt = Number.NEGATIVE_INFINITY;
  /** A save failed, so that nobody knows what the store holds. */
  #inDoubt = false;
  /** Market changes that could not be saved yet. */
  #pendingInfos: readonly MarketInfo[] = [];

  private constructor({ source, store, clock, fees }: PaperVenueOptions) {
    this.#source = source;
    this.#store = store;
    this.#clock = clock;
    this.#fees = fees;
  }

  /** Loads the saved world, settles what the source says is over, and starts the source. */
  static async open(options: PaperVenueOptions): Promise<PaperVenue> {
    const venue = new PaperVenue(options);
    await venue.#begin(options);
    options.source.start((group) => venue.advance(group));
    return venue;
  }

  async books(markets: string[]): Promise<VenueRead<Book[]>> {
    const books = markets.flatMap((market) => {
      const shown = this.#markets.find(market)?.shown;
      const book = shown ? visibleBook(shown) : null;
      return book && (book.bids.length > 0 || book.asks.length > 0) ? [book] : [];
    });
    return { kind: 'ok', value: books };
  }

  async markets(markets: string[]): Promise<VenueRead<MarketInfo[]>> {
    return { kind: 'ok', value: markets.flatMap((market) => this.#markets.find(market)?.info ?? []) };
  }

  place(request: OrderRequest): Promise<PlaceAnswer> {
    return this.#withAccount<PlaceAnswer>(async () => {
      const state = this.#markets.find(request.market);
      const refused =
        refuseOrder(request, state?.info, this.#account) ??
        refuseUnpaid(request, state?.shown ?? null, this.#account, this.#fees);
      if (refused || !state) return refused!;
      const draft = this.#newDraft();
      const { order, updates } = draftOrder(draft, request, state, this.#clock.now());
      await this.#commit(draft, updates);
      if (order.filled > 0) this.#deliverBook(state);
      this.#deliverOrders([order]);
      return { kind: 'accepted', order: reportOrder(order) };
    }, unknown);
  }

  cancel({ clientId }: OrderRef): Promise<OrderAnswer> {
    return this.#withAccount<OrderAnswer>(async () => {
      const order = this.#account.orders.get(clientId);
      if (order?.status !== 'resting') return this.#answerOrder(order);
      const draft = this.#newDraft();
      const cancelled = draft.cancel(order, this.#clock.now());
      await this.#commit(draft, new Map());
      this.#deliverOrders([cancelled]);
      return this.#answerOrder(cancelled);
    }, unknown);
  }

  findOrder({ clientId }: OrderRef): Promise<OrderAnswer> {
    return this.#withAccount<OrderAnswer>(
      async () => this.#answerOrder(this.#account.orders.get(clientId)),
      unknown,
    );
  }

  account(): Promise<VenueRead<AccountReport>> {
    return this.#withAccount<VenueRead<AccountReport>>(
      async () => ({
        kind: 'ok',
        value: {
          holdings: this.#account.holdings().map((holding) => ({ ...holding })),
          openOrders: this.#account.openOrders().map(reportOrder),
          offered: [],
          asOf: this.#clock.now(),
        },
      }),
      (reason) => ({ kind: 'unavailable', reason }),
    );
  }

  async costBasis({ market, side }: { market: string; side: Side }): Promise<VenueRead<CostBasis | null>> {
    const held = this.#account.holdings().find((h) => h.market === market && h.side === side);
    return { kind: 'ok', value: held ? { cost: held.cost, openedAt: null, basis: 'venue' } : null };
  }

  /** What resting buys bind is not in it. */
  balance(): Promise<VenueRead<Money>> {
    return this.#withAccount<VenueRead<Money>>(
      async () => ({ kind: 'ok', value: this.#account.freeCash(this.#fees) }),
      (reason) => ({ kind: 'unavailable', reason }),
    );
  }

  feeOf({ action, price, quantity }: Parameters<Venue['feeOf']>[0]): Money {
    return this.#fees.bound({ action, price, quantity, maker: false });
  }

  /** Paper has nothing to warn of. */
  warn(): () => void {
    return () => {};
  }

  /** `markets` may be subscribed to before the source has shown them. Nothing is delivered until something happens. */
  subscribe(markets: string[], listener: VenueListener): () => void {
    return this.#subscriptions.add(markets, listener);
  }

  async close(): Promise<void> {
    this.#source.stop();
    await this.#queue.run(() => this.#saveBooks());
  }

  /**
   * Gives the account a holding, as if it had been bought for `cost` before: no cash moves. A negative quantity takes it away, as if
   * it had been sold elsewhere (`cost` is then not used). Throws when it can't be saved.
   */
  credit(market: string, side: Side, quantity: Quantity, cost: Money): Promise<void> {
    return this.#withAccount(async () => {
      const draft = this.#newDraft();
      changeHolding(draft, this.#account, { market, side, quantity, cost }, this.#clock.now());
      await this.#commit(draft, new Map());
      this.#deliverOrders(draft.orders());
    }, fail);
  }

  /**
   * Shows one time's rows: all of them, then market changes, then resting orders against the new books, then delivery
   * of market changes, books and order updates. The clock should stand at `group.at`. Returns nothing when all of it
   * is done already, which is the rule; otherwise a promise. It rejects when the store fails: then the books were
   * delivered all the same, and what could not be saved is tried again with the next group.
   */
  advance(group: MarketGroup): Promise<void> | undefined {
    if (!this.#queue.isIdle || this.#concernsStore(group))
      return this.#queue.run(() => this.#advanceAll(group));
    for (const state of this.#markets.show(group.books)) this.#deliverBook(state);
    return undefined;
  }

  #concernsStore({ at, books, markets }: MarketGroup): boolean {
    if (markets !== undefined || this.#pendingInfos.length > 0 || this.#mustSaveBooks(at)) return true;
    return books.some(({ market }) => this.#account.hasResting(market));
  }

  async #advanceAll({ at: shownAt, books, markets = [] }: MarketGroup): Promise<void> {
    // A late group must not fill before a time for which the account was already reported.
    const at = Math.max(shownAt, this.#clock.now());
    const touched = this.#markets.show(books);
    const infos = [...this.#pendingInfos, ...markets];
    this.#pendingInfos = infos;
    try {
      await this.#resolveDoubt();
      const draft = this.#newDraft();
      const changed = changeMarkets(draft, this.#account, this.#markets, infos, at);
      const updates = matchMarkets(draft, this.#account, touched, changed, at);
      if (!draft.isEmpty || updates.size > 0) await this.#commit(draft, updates);
      this.#pendingInfos = [];
      for (const { info } of changed.values()) this.#subscriptions.each(info.market, (l) => l.market(info));
      for (const state of touched) this.#deliverBook(state);
      this.#deliverOrders(draft.orders());
    } catch (error) {
      if (error instanceof PaperStoreError) for (const state of touched) this.#deliverBook(state);
      throw error;
    }
    if (this.#mustSaveBooks(at)) await this.#saveBooks();
  }

  #newDraft(): PaperDraft {
    return new PaperDraft(this.#account, this.#fees);
  }

  #answerOrder(order: PaperOrder | undefined): OrderAnswer {
    return order
      ? { kind: 'found', order: reportOrder(order) }
      : { kind: 'not_found', at: this.#clock.now(), mayLand: false };
  }

  /** Saves a draft with the markets it touched, then lets it be seen. */
  async #commit(draft: PaperDraft, updates: MarketUpdates): Promise<void> {
    const rows = [...updates.values()].map(({ info, shown }) => storeMarket(info, shown));
    const change = draft.change(this.#clock.now(), rows);
    await this.#save(change);
    this.#account.apply(change);
    this.#markets.apply(updates);
  }

  #mustSaveBooks(at: number): boolean {
    return at - this.#booksSavedAt >= SAVE_BOOKS_EVERY_MS;
  }

  async #saveBooks(): Promise<void> {
    const { states, rows } = this.#markets.unsavedRows();
    this.#booksSavedAt = this.#clock.now();
    if (rows.length === 0) return;
    await this.#save({ markets: rows, at: this.#booksSavedAt });
    this.#markets.markSaved(states);
  }

  async #save(change: PaperChange): Promise<void> {
    try {
      await this.#store.save(change);
    } catch (error) {
      this.#inDoubt = true;
      throw new PaperStoreError('the paper account could not be saved', { cause: error });
    }
  }

  async #resolveDoubt(): Promise<void> {
    if (!this.#inDoubt) return;
    const world = await this.#store.load().catch((error: unknown) => {
      throw new PaperStoreError('the paper account could not be read', { cause: error });
    });
    this.#account.clear();
    this.#account.apply(world);
    this.#markets.load(world.markets);
    this.#inDoubt = false;
  }

  async #begin({ adopt = [], cash }: PaperVenueOptions): Promise<void> {
    const world = await this.#store.load();
    for (const info of this.#source.markets()) this.#markets.of(info.market).info = info;
    this.#account.apply({ ...world, cash: world.cash ?? cash });
    this.#markets.load(world.markets);
    const draft = this.#newDraft();
    if (world.at === null) for (const h of adopt) draft.credit(h.market, h.side, h.quantity, h.cost);
    const infos = this.#markets.all().map((state) => state.info);
    await this.#commit(draft, changeMarkets(draft, this.#account, this.#markets, infos, this.#clock.now()));
  }

  #deliverBook({ info, shown }: MarketState): void {
    if (!shown || !this.#subscriptions.has(info.market)) return;
    const book = visibleBook(shown);
    this.#subscriptions.each(info.market, (listener) => listener.book(book));
  }

  #deliverOrders(orders: readonly PaperOrder[]): void {
    for (const order of orders) {
      const report = reportOrder(order);
      this.#subscriptions.each(order.market, (listener) => listener.order(report));
    }
  }

  /** Runs work on an account that is known to be what the store holds. */
  #withAccount<T>(work: () => Promise<T>, otherwise: (reason: string) => T): Promise<T> {
    return this.#queue.run(async () => {
      try {
        await this.#resolveDoubt();
        return await work();
      } catch (error) {
        if (error instanceof PaperStoreError) return otherwise(`${error.message}: ${String(error.cause)}`);
        throw error;
      }
    });
  }
}

const unknown = (reason: string) => ({ kind: 'unknown' as const, reason });

const fail = (reason: string): never => {
  throw new Error(reason);
};

function reportOrder({ timeInForce: _, createdAt: __, ...report }: PaperOrder): OrderReport {
  return report;
}
