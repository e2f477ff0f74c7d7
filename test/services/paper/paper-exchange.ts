import type { OrderReport, OrderRequest, PlaceAnswer, VenueListener } from '../../../src/actors/ports.ts';
import type { Book, MarketInfo } from '../../../src/domain/market.ts';
import type { Money } from '../../../src/domain/money.ts';
import { VirtualClock } from '../../../src/services/clock.ts';
import {
  type BookSource,
  type MarketGroup,
  plainMarket,
  pulledSource,
} from '../../../src/services/venues/paper/book-source.ts';
import { feeModel } from '../../../src/services/venues/paper/fees.ts';
import { MemoryPaperStore } from '../../../src/services/venues/paper/memory-paper-store.ts';
import type {
  PaperChange,
  PaperHolding,
  PaperStore,
} from '../../../src/services/venues/paper/paper-store.ts';
import { PaperVenue } from '../../../src/services/venues/paper/paper-venue.ts';

/** $1,000. */
export const CASH: Money = 1_000_000_000;

export const START = Date.UTC(2026, 1, 8, 19);

export type Levels = [price: number, size: number][];

export const bookOf = (market: string, observedAt: number, bids: Levels, asks: Levels): Book => ({
  market,
  bids: bids.map(([price, size]) => ({ price, size })),
  asks: asks.map(([price, size]) => ({ price, size })),
  observedAt,
});

/** Counts its saves and can be told to fail, before or after writing. */
export class WatchedStore implements PaperStore {
  readonly inner = new MemoryPaperStore();
  readonly saves: PaperChange[] = [];
  failure: 'none' | 'nothing written' | 'written' = 'none';

  load() {
    return this.inner.load();
  }

  async save(change: PaperChange): Promise<void> {
    if (this.failure === 'nothing written') throw new Error('disk full');
    this.saves.push(change);
    await this.inner.save(change);
    if (this.failure === 'written') throw new Error('connection reset');
  }
}

export interface Heard {
  books: Book[];
  orders: OrderReport[];
  markets: MarketInfo[];
  /** All of it in order: `book A`, `order c1 resting 0`, `market A closed`. */
  log: string[];
}

/** A paper venue over market A and B at virtual time, driven by hand. */
export class PaperExchange {
  readonly clock = new VirtualClock(START);
  readonly store = new WatchedStore();
  readonly heard: Heard = { books: [], orders: [], markets: [], log: [] };
  venue!: PaperVenue;
  #count = 0;

  static async open(
    options: { adopt?: PaperHolding[]; markets?: MarketInfo[]; cash?: Money } = {},
  ): Promise<PaperExchange> {
    const exchange = new PaperExchange();
    await exchange.restart(options);
    return exchange;
  }

  /** A new venue over the same store, as after a crash. */
  async restart(
    options: { adopt?: PaperHolding[]; markets?: MarketInfo[]; source?: BookSource; cash?: Money } = {},
  ): Promise<void> {
    const source = options.source ?? pulledSource(options.markets ?? [plainMarket('A'), plainMarket('B')]);
    this.venue = await PaperVenue.open({
      source,
      store: this.store,
      clock: this.clock,
      fees: feeModel('kalshi'),
      cash: options.cash ?? CASH,
      ...(options.adopt ? { adopt: options.adopt } : {}),
    });
    this.venue.subscribe(['A', 'B'], this.#listener);
  }

  /** A later book of A, one second on unless told. */
  async show(bids: Levels, asks: Levels = [], more: Partial<MarketGroup> = {}): Promise<void> {
    this.clock.moveTo(this.clock.now() + 1_000);
    const at = this.clock.now();
    await this.venue.advance({ at, books: [bookOf('A', at, bids, asks)], ...more });
  }

  place(order: Partial<OrderRequest>): Promise<PlaceAnswer> {
    this.#count += 1;
    return this.venue.place({
      clientId: `c${this.#count}`,
      market: 'A',
      side: 'yes',
      action: 'sell',
      timeInForce: 'gtc',
      limitPrice: 5_000,
      quantity: 100,
      ...order,
    });
  }

  async placed(order: Partial<OrderRequest>): Promise<OrderReport> {
    const answer = await this.place(order);
    if (answer.kind !== 'accepted') throw new Error(JSON.stringify(answer));
    return answer.order;
  }

  async holdings() {
    const read = await this.venue.account();
    if (read.kind !== 'ok') throw new Error(read.reason);
    return read.value.holdings;
  }

  async balance(): Promise<Money> {
    const read = await this.venue.balance();
    if (read.kind !== 'ok') throw new Error(read.reason);
    return read.value;
  }

  async visibleBooks(): Promise<Book[]> {
    const read = await this.venue.books(['A']);
    return read.kind === 'ok' ? read.value : [];
  }

  readonly #listener: VenueListener = {
    account: () => {},
    book: (book) => {
      this.heard.books.push(book);
      this.heard.log.push(`book ${book.market}`);
    },
    order: (order) => {
      this.heard.orders.push(order);
      this.heard.log.push(`order ${order.clientId} ${order.status} ${order.filled}`);
    },
    market: (info) => {
      this.heard.markets.push(info);
      this.heard.log.push(`market ${info.market} ${info.status}`);
    },
  };
}
