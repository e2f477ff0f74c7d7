import type {
  AccountReport,
  Capabilities,
  Clock,
  CostBasis,
  OrderAnswer,
  OrderRef,
  OrderRequest,
  PlaceAnswer,
  SendTerms,
  Venue,
  VenueListener,
  VenueRead,
  VenueWarning,
} from '../../../actors/ports.ts';
import type { Book, MarketInfo, Side } from '../../../domain/market.ts';
import type { Money, Quantity } from '../../../domain/money.ts';
import { Account } from './account.ts';
import { Checks } from './checks.ts';
import type { Signer } from './client/credentials.ts';
import type { Http } from './client/http.ts';
import { type Call, KalshiClient } from './client/kalshi-client.ts';
import { Pacer } from './client/pacer.ts';
import { RateWatch } from './client/rate-watch.ts';
import { LiveStream } from './live-stream.ts';
import { MarketData } from './market-data.ts';
import { Orders } from './orders.ts';
import { OwnOrders } from './own-orders.ts';
import { KalshiStream } from './stream/kalshi-stream.ts';
import type { OpenSocket } from './stream/socket.ts';
import { Warnings } from './warnings.ts';

/** How many markets one call takes (FACTS section 5). */
const BATCH_SIZE = 100;

/** The exchange's status every 25 s, and now and then a series' fees. */
const CALLS_BESIDE = 3;

export interface KalshiVenueOptions {
  http: Http;
  signer: Signer;
  keyId: string;
  clock: Clock;
  /** …/trade-api/v2 */
  restRoot: URL;
  /** …/trade-api/ws/v2 with how it is opened; null: polling alone. */
  stream: { root: URL; open: OpenSocket } | null;
  subaccount: number | null;
  /** Prefix of the client ids of this store's orders. */
  ownPrefix: string;
  timeoutMs: number;
  orderTimeoutMs: number;
  orderPollMs: number;
  /** Share of the exchange's rate limits that only orders may use, 0 to 1. */
  orderReserve: number;
  /** The lease is ours at this moment. */
  mayTrade: () => boolean;
  onCall?: (call: Call) => void;
}

/** Kalshi behind the venue port: `kalshi/FACTS.md` says what is known of the exchange and how surely. */
export class KalshiVenue implements Venue {
  readonly name = 'kalshi';
  readonly capabilities: Capabilities;
  readonly #warnings = new Warnings();
  readonly #pacer: Pacer;
  readonly #markets: MarketData;
  readonly #account: Account;
  readonly #orders: Orders;
  readonly #checks: Checks;
  readonly #live: LiveStream;
  readonly #own = new OwnOrders();
  readonly #stream: KalshiStream | null;

  constructor(options: KalshiVenueOptions) {
    const { clock, signer, stream, subaccount, ownPrefix, keyId } = options;
    this.capabilities = {
      marketOrders: false,
      batchSize: BATCH_SIZE,
      callsBeside: CALLS_BESIDE,
      streaming: stream !== null,
      pollsBesideStream: true,
      orderPollMs: options.orderPollMs,
      quantityStep: 1,
    };
    const warnings = this.#warnings;
    const rates = new RateWatch(clock, warnings);
    this.#pacer = new Pacer({ clock, reserveShare: options.orderReserve });
    const client = new KalshiClient({
      ...{ http: options.http, signer, clock, pacer: this.#pacer },
      root: options.restRoot,
      timeoutMs: options.timeoutMs,
      orderTimeoutMs: options.orderTimeoutMs,
      maySend: options.mayTrade,
      onCall: (call) => {
        rates.note(call);
        if (call.status === 401 || call.status === 403) this.#checks.hasten();
        options.onCall?.(call);
      },
    });
    const own = this.#own;
    this.#markets = new MarketData({ client, clock, warnings, own });
    this.#account = new Account({ client, subaccount, ownPrefix, own });
    this.#orders = new Orders({ client, account: this.#account, clock, subaccount, own });
    this.#checks = new Checks({ client, pacer: this.#pacer, clock, warnings, keyId });
    this.#live = new LiveStream({
      clock,
      orders: this.#orders,
      markets: this.#markets,
      warnings,
      ownPrefix,
      own,
    });
    this.#stream =
      stream &&
      new KalshiStream({
        ...{ open: stream.open, url: stream.root, signer, clock },
        listener: this.#live,
        skewMs: () => client.clockSkewMs(),
      });
    this.#checks.start();
  }

  books(markets: string[]): Promise<VenueRead<Book[]>> {
    return this.#markets.books(markets);
  }

  markets(markets: string[]): Promise<VenueRead<MarketInfo[]>> {
    return this.#markets.markets(markets);
  }

  place(order: OrderRequest, send: SendTerms): Promise<PlaceAnswer> {
    this.#own.learn(order);
    return this.#orders.place(order, send);
  }

  cancel(order: OrderRef): Promise<OrderAnswer> {
    this.#own.learn(order);
    return this.#orders.cancel(order);
  }

  findOrder(order: OrderRef): Promise<OrderAnswer> {
    this.#own.learn(order);
    return this.#orders.find(order);
  }

  account(): Promise<VenueRead<AccountReport>> {
    return this.#account.report();
  }

  costBasis(held: { market: string; side: Side; quantity: Quantity }): Promise<VenueRead<CostBasis | null>> {
    return this.#account.costBasis(held);
  }

  balance(): Promise<VenueRead<Money>> {
    return this.#account.balance();
  }

  feeOf(order: Parameters<Venue['feeOf']>[0]): Money {
    return this.#markets.feeOf(order);
  }

  warn(listener: (warning: VenueWarning) => void): () => void {
    return this.#warnings.listen(listener);
  }

  subscribe(markets: string[], listener: VenueListener): () => void {
    this.#live.listen(listener);
    this.#stream?.watch(markets);
    return () => {
      if (this.#live.listener === listener) this.#live.listen(null);
    };
  }

  async close(): Promise<void> {
    this.#checks.stop();
    this.#stream?.stop();
    this.#pacer.close();
  }
}
