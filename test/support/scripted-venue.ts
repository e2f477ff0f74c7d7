/** A venue whose books, markets, holdings and answers the test chooses. Orders rest until the test says otherwise. */
import type {
  AccountReport,
  Capabilities,
  CostBasis,
  Holding,
  OrderAnswer,
  OrderRef,
  OrderReport,
  OrderRequest,
  PlaceAnswer,
  Venue,
  VenueListener,
  VenueRead,
  VenueWarning,
} from '../../src/actors/ports.ts';
import type { Book, MarketInfo, Side } from '../../src/domain/market.ts';
import {
  formatPrice,
  formatQuantity,
  type Money,
  type Price,
  type Quantity,
} from '../../src/domain/money.ts';
import { boundQuadraticFee } from '../../src/services/venues/quadratic-fee.ts';
import { openMarket } from './domain-builders.ts';

/** What a call answers instead of the ordinary; `throw` is a bug of the adapter, `hang` never answers. */
type Script<T> = T | 'throw' | 'hang';

export class ScriptedVenue implements Venue {
  readonly name = 'scripted';
  readonly capabilities: Capabilities;
  readonly #now: () => number;
  readonly #books = new Map<string, Book>();
  readonly #infos = new Map<string, MarketInfo>();
  readonly orders = new Map<string, OrderReport>();
  holdings: Holding[] = [];
  /** What `balance` says; fills leave it alone. */
  cash: Money = 10_000_000_000;
  /** Of C·P·(1−P), in 1e-4: what `feeOf` says. */
  feeRate = 0;
  /** Every call in order: "place …", "cancel …", "find …", "books A B", "markets A", "account", "balance". */
  readonly calls: string[] = [];
  /** Answers to come, each used once, by call. */
  readonly next = {
    place: [] as Script<PlaceAnswer>[],
    cancel: [] as Script<OrderAnswer>[],
    find: [] as Script<OrderAnswer>[],
    books: [] as Script<VenueRead<Book[]>>[],
    markets: [] as Script<VenueRead<MarketInfo[]>>[],
    account: [] as Script<VenueRead<AccountReport>>[],
    balance: [] as Script<VenueRead<Money>>[],
  };
  listener: VenueListener | null = null;
  /** An order that would rest for more than is held is refused. */
  refusesUnheld = false;
  warned: (warning: VenueWarning) => void = () => {};
  subscribed: string[] = [];
  #fills = 0;

  constructor(now: () => number, capabilities: Partial<Capabilities> = {}) {
    this.#now = now;
    this.capabilities = {
      marketOrders: false,
      batchSize: 100,
      callsBeside: 0,
      pollsBesideStream: false,
      streaming: false,
      orderPollMs: 10_000,
      quantityStep: 1,
      ...capabilities,
    };
  }

  /** The book of YES from now on; null: no such side. Its observation keeps pace with the clock unless `ageMs` is given. */
  show(market: string, bid: Price | null, ask: Price | null, ageMs: number | null = null): void {
    const level = (price: Price | null) => (price === null ? [] : [{ price, size: 1_000_000 }]);
    const observedAt = this.#now() - (ageMs ?? 0);
    this.#books.set(market, {
      market,
      bids: level(bid),
      asks: level(ask),
      observedAt: ageMs === null ? -1 : observedAt,
    });
    if (!this.#infos.has(market)) this.list(market);
  }
  /** The market is not shown any more. */
  hide(market: string): void {
    this.#books.delete(market);
  }
  list(market: string, change: Partial<MarketInfo> = {}): void {
    this.#infos.set(market, {
      ...(this.#infos.get(market) ?? openMarket({ market, closeTime: null })),
      ...change,
    });
  }
  hold(market: string, quantity: Quantity, side: Side = 'yes', cost: Money | null = null): void {
    this.holdings = this.holdings.filter((h) => h.market !== market || h.side !== side);
    if (quantity > 0) this.holdings.push({ market, side, quantity, cost });
  }

  /** The order sells or buys `quantity` more; it is filled when nothing is left. */
  fill(clientId: string, quantity: Quantity, price?: Price): void {
    const order = this.orders.get(clientId)!;
    const fill = {
      fillId: `f${++this.#fills}`,
      price: price ?? order.limitPrice!,
      quantity,
      fee: 0,
      maker: false,
      at: this.#now(),
    };
    const filled = order.filled + quantity;
    const status = filled >= order.quantity ? 'filled' : order.status;
    this.orders.set(clientId, { ...order, filled, fills: [...order.fills, fill], status });
    const held = this.holdings.find((h) => h.market === order.market && h.side === order.side);
    if (order.action === 'buy') this.hold(order.market, (held?.quantity ?? 0) + quantity, order.side);
    else if (held) this.hold(order.market, held.quantity - quantity, order.side);
  }
  /** The order is over by the venue's own doing. */
  end(clientId: string): void {
    this.orders.set(clientId, { ...this.orders.get(clientId)!, status: 'cancelled' });
  }

  books(markets: string[]): Promise<VenueRead<Book[]>> {
    this.calls.push(`books ${markets.join(' ')}`);
    return this.#answer('books', () => {
      const now = this.#now();
      const books = markets.flatMap((market) => this.#books.get(market) ?? []);
      return {
        kind: 'ok',
        value: books.map((book) => ({ ...book, observedAt: book.observedAt < 0 ? now : book.observedAt })),
      };
    });
  }
  markets(markets: string[]): Promise<VenueRead<MarketInfo[]>> {
    this.calls.push(`markets ${markets.join(' ')}`);
    return this.#answer('markets', () => ({
      kind: 'ok',
      value: markets.flatMap((m) => this.#infos.get(m) ?? []),
    }));
  }
  place(order: OrderRequest): Promise<PlaceAnswer> {
    const { clientId, market, side, action, limitPrice, quantity, timeInForce } = order;
    this.calls.push(`place ${clientId} ${formatQuantity(quantity)} at ${formatPrice(limitPrice!)}`);
    return this.#answer('place', () => {
      const held = this.holdings.find((h) => h.market === market && h.side === side)?.quantity ?? 0;
      if (this.refusesUnheld && action === 'sell' && timeInForce === 'gtc' && held < quantity)
        return { kind: 'rejected', code: 'not_held', message: `${held} held` };
      if (this.orders.has(clientId)) return { kind: 'rejected', code: 'already_exists', message: 'exists' };
      const report: OrderReport = {
        ...{ clientId, market, side, action, limitPrice, quantity },
        venueOrderId: `v${this.orders.size + 1}`,
        status: 'resting',
        filled: 0,
        fills: [],
        at: this.#now(),
      };
      this.orders.set(clientId, report);
      return { kind: 'accepted', order: report };
    });
  }
  cancel({ clientId }: OrderRef): Promise<OrderAnswer> {
    this.calls.push(`cancel ${clientId}`);
    return this.#answer('cancel', () => {
      const order = this.orders.get(clientId);
      if (order?.status === 'resting') this.end(clientId);
      return this.#found(clientId);
    });
  }
  findOrder({ clientId }: OrderRef): Promise<OrderAnswer> {
    this.calls.push(`find ${clientId}`);
    return this.#answer('find', () => this.#found(clientId));
  }
  account(): Promise<VenueRead<AccountReport>> {
    this.calls.push('account');
    const openOrders = [...this.orders.values()].filter((order) => order.status === 'resting');
    return this.#answer('account', () => ({
      kind: 'ok',
      value: { holdings: this.holdings, openOrders, offered: [], asOf: this.#now() },
    }));
  }
  async costBasis({ market, side }: { market: string; side: Side }): Promise<VenueRead<CostBasis | null>> {
    const cost = this.holdings.find((h) => h.market === market && h.side === side)?.cost ?? null;
    return { kind: 'ok', value: cost === null ? null : { cost, openedAt: null, basis: 'venue' } };
  }
  async balance(): Promise<VenueRead<Money>> {
    this.calls.push('balance');
    return this.#answer('balance', () => ({ kind: 'ok', value: this.cash }));
  }
  feeOf({ price, quantity }: Parameters<Venue['feeOf']>[0]): Money {
    return boundQuadraticFee({ price, quantity }, this.feeRate);
  }
  warn(listener: (warning: VenueWarning) => void): () => void {
    this.warned = listener;
    return () => {};
  }
  subscribe(markets: string[], listener: VenueListener): () => void {
    this.listener = listener;
    this.subscribed = markets;
    return () => {
      this.listener = null;
      this.subscribed = [];
    };
  }
  async close(): Promise<void> {}

  #found(clientId: string): OrderAnswer {
    const order = this.orders.get(clientId);
    return order ? { kind: 'found', order } : { kind: 'not_found', at: this.#now(), mayLand: false };
  }

  async #answer<K extends keyof ScriptedVenue['next'], T>(call: K, usual: () => T): Promise<T> {
    const scripted = this.next[call].shift() as Script<T> | undefined;
    if (scripted === 'throw') throw new Error(`a bug of the adapter in ${call}`);
    if (scripted === 'hang') return new Promise(() => {});
    return scripted === undefined ? usual() : (scripted as T);
  }
}
