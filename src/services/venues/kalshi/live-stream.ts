import type { Clock, OrderRef, OrderReport, VenueListener } from '../../../actors/ports.ts';
import type { MarketData } from './market-data.ts';
import type { Orders } from './orders.ts';
import type { OwnOrders } from './own-orders.ts';
import type { StreamLifecycle, StreamListener } from './stream/listener.ts';
import { SettledBooks } from './stream/settled-books.ts';
import type { Warnings } from './warnings.ts';

interface LiveStreamOptions {
  clock: Clock;
  orders: Orders;
  markets: MarketData;
  warnings: Warnings;
  ownPrefix: string;
  own: OwnOrders;
}

const STALLED = 'stream_lost';

/**
 * What the stream says, made into what the program wants to hear. Books go on once they have settled; news of an order or a market
 * is a hint on which its own answer is read over REST: it carries the fills and their fees.
 */
export class LiveStream implements StreamListener {
  readonly #options: LiveStreamOptions;
  readonly #books: SettledBooks;
  #listener: VenueListener | null = null;
  #isLost = false;
  /** Orders whose answer is being read; true when there was news of it meanwhile. */
  readonly #reading = new Map<string, boolean>();

  constructor(options: LiveStreamOptions) {
    this.#options = options;
    this.#books = new SettledBooks(options.clock, (book) => this.#listener?.book(book));
  }

  /** Who hears of it from now on; null: nobody. */
  listen(listener: VenueListener | null): void {
    this.#listener = listener;
  }

  get listener(): VenueListener | null {
    return this.#listener;
  }

  book: StreamListener['book'] = (book) => this.#books.take(this.#options.own.without(book));

  order: StreamListener['order'] = (update) => {
    this.#readOrder(update.clientId, update.venueOrderId, update.market, update.bookSide);
  };

  fill: StreamListener['fill'] = (fill) => {
    this.#readOrder(fill.clientId, fill.venueOrderId, fill.market, fill.bookSide);
  };

  position: StreamListener['position'] = () => this.#listener?.account();

  lifecycle: StreamListener['lifecycle'] = (event) => void this.#readMarket(event);

  connected: StreamListener['connected'] = () => {
    this.#isLost = false;
    this.#options.warnings.clear(STALLED);
    this.#listener?.account();
  };

  /** Attempts to come back fail for reasons of their own: the first one is the incident's. */
  lost: StreamListener['lost'] = (reason) => {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#options.warnings.raise(
      STALLED,
      'warning',
      `the exchange's stream is not to be relied upon (${reason}): quotes, orders and holdings are polled until it is back`,
    );
  };

  doubt: StreamListener['doubt'] = () => this.#listener?.account();

  /** One read at a time for each order, and another one after news that came meanwhile. */
  #readOrder(clientId: string | null, venueOrderId: string, market: string, direction: 'bid' | 'ask'): void {
    const { ownPrefix, clock, own } = this.#options;
    if (!clientId?.startsWith(ownPrefix)) return void this.#listener?.account();
    if (this.#reading.has(clientId)) return void this.#reading.set(clientId, true);
    this.#reading.set(clientId, false);
    const terms = own.termsOf(clientId);
    const ref: OrderRef = {
      ...{ clientId, venueOrderId, market, remaining: null, priority: 'HIGH', placedAt: clock.now() },
      ...(terms ?? { side: direction === 'ask' ? 'yes' : 'no', action: 'sell' }),
    };
    void this.#findOrder(ref).then((report) => {
      const again = this.#reading.get(clientId) === true;
      this.#reading.delete(clientId);
      // Without its terms nobody here knows what it sold or bought; nor does anybody wait for it.
      if (report && terms) this.#listener?.order(report);
      if (again) this.#readOrder(clientId, venueOrderId, market, direction);
    });
  }

  async #findOrder(ref: OrderRef): Promise<OrderReport | null> {
    const answer = await this.#options.orders.find(ref);
    return answer.kind === 'found' ? answer.order : null;
  }

  async #readMarket({ market }: StreamLifecycle): Promise<void> {
    const answer = await this.#options.markets.markets([market]);
    if (answer.kind === 'ok') for (const info of answer.value) this.#listener?.market(info);
  }
}
