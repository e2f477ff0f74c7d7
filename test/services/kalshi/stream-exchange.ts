import type { Clock } from '../../../src/actors/ports.ts';
import type { Book } from '../../../src/domain/market.ts';
import { formatPrice, formatQuantity, ONE_DOLLAR } from '../../../src/domain/money.ts';
import type { FakeConnection, SentCommand } from './stream-rig.ts';

/** What happens to one frame on its way. */
export type Fault = 'pass' | 'lose' | 'twice' | 'late' | 'very late';

const DELAY_MS: Record<Fault, number[]> = {
  pass: [1],
  lose: [],
  twice: [1, 1],
  late: [40],
  'very late': [7_000],
};

type Side = 'yes' | 'no';

interface Market {
  yes: Map<number, number>;
  no: Map<number, number>;
  /** Every shape that its book ever had, oldest first. */
  history: string[];
}

interface Subscription {
  sid: number;
  channel: string;
  tickers: Set<string>;
  seq: number;
}

/** An exchange's side of the books: true books with their history, subscriptions with sequences, and a bad line. */
export class FakeExchange {
  readonly #clock: Clock;
  readonly #nextFault: () => Fault;
  readonly #markets: ReadonlyMap<string, Market>;
  #connection: FakeConnection | null = null;
  #subscriptions: Subscription[] = [];
  #lastSid = 0;

  constructor(clock: Clock, tickers: readonly string[], nextFault: () => Fault) {
    this.#clock = clock;
    this.#nextFault = nextFault;
    const empty = (): Market => ({ yes: new Map(), no: new Map(), history: [] });
    this.#markets = new Map(tickers.map((ticker) => [ticker, empty()]));
    for (const market of this.#markets.values()) market.history.push(shapeOf(market));
  }

  /** The connection is open; earlier ones are forgotten. */
  accept(connection: FakeConnection): void {
    this.#connection = connection;
    this.#subscriptions = [];
    connection.open();
  }

  history(ticker: string): readonly string[] {
    return this.#markets.get(ticker)!.history;
  }

  receive({ id, cmd, params }: SentCommand): void {
    if (cmd === 'subscribe') {
      this.#lastSid += 1;
      const [channel = ''] = params.channels ?? [];
      const tickers = new Set(params.market_tickers);
      const subscription = { sid: this.#lastSid, channel, tickers, seq: 0 };
      this.#subscriptions.push(subscription);
      this.#send({ id, type: 'subscribed', msg: { channel, sid: this.#lastSid } });
      for (const ticker of tickers) this.#sendSnapshot(subscription, ticker);
      return;
    }
    const subscription = this.#subscriptions.find(({ sid }) => sid === params.sids?.[0]);
    if (!subscription)
      return this.#send({ id, type: 'error', msg: { code: 7, msg: 'Unknown subscription ID' } });
    if (cmd === 'unsubscribe') {
      this.#subscriptions = this.#subscriptions.filter((other) => other !== subscription);
      return this.#sendCounted(subscription, { id, type: 'unsubscribed' });
    }
    this.#update(id, subscription, params.action!, params.market_tickers ?? []);
  }

  /** Puts a level of one side's bids to a size, and tells who listens. */
  change(ticker: string, side: Side, price: number, size: number): void {
    const market = this.#markets.get(ticker)!;
    const before = market[side].get(price) ?? 0;
    if (size === 0) market[side].delete(price);
    else market[side].set(price, size);
    market.history.push(shapeOf(market));
    const msg = {
      market_ticker: ticker,
      side,
      price_dollars: formatPrice(price),
      delta_fp: formatQuantity(size - before),
      ts_ms: this.#clock.now(),
    };
    for (const subscription of this.#subscriptions)
      if (subscription.tickers.has(ticker)) this.#sendCounted(subscription, { type: 'orderbook_delta', msg });
  }

  #update(id: number, subscription: Subscription, action: string, tickers: readonly string[]): void {
    const added = tickers.filter((ticker) => action === 'add_markets' && !subscription.tickers.has(ticker));
    for (const ticker of added) subscription.tickers.add(ticker);
    if (action === 'delete_markets') for (const ticker of tickers) subscription.tickers.delete(ticker);
    if (action === 'get_snapshot')
      for (const ticker of tickers) this.#sendSnapshot(subscription, ticker, { id });
    else {
      this.#sendCounted(subscription, { id, type: 'ok', msg: { market_tickers: [...subscription.tickers] } });
      for (const ticker of added) this.#sendSnapshot(subscription, ticker);
    }
  }

  #sendSnapshot(subscription: Subscription, ticker: string, more: object = {}): void {
    const { yes, no } = this.#markets.get(ticker)!;
    const sides = {
      ...(yes.size > 0 ? { yes_dollars_fp: toWire(yes) } : {}),
      ...(no.size > 0 ? { no_dollars_fp: toWire(no) } : {}),
    };
    const msg = { market_ticker: ticker, ...sides };
    this.#sendCounted(subscription, { type: 'orderbook_snapshot', msg, ...more });
  }

  #sendCounted(subscription: Subscription, frame: object): void {
    subscription.seq += 1;
    this.#send({ sid: subscription.sid, seq: subscription.seq, ...frame });
  }

  #send(frame: Record<string, unknown>): void {
    const connection = this.#connection;
    for (const delayMs of DELAY_MS[this.#nextFault()])
      this.#clock.setTimeout(() => connection?.frame(frame), delayMs);
  }
}

const toWire = (levels: ReadonlyMap<number, number>): [string, string][] =>
  [...levels].map(([price, size]) => [formatPrice(price), formatQuantity(size)]);

const shapeOf = ({ yes, no }: Market): string =>
  JSON.stringify({
    bids: [...yes].sort(([a], [b]) => b - a),
    asks: [...no].map(([price, size]) => [ONE_DOLLAR - price, size] as const).sort(([a], [b]) => a - b),
  });

/** A delivered book in the words of the history. */
export const shapeOfBook = ({ bids, asks }: Book): string =>
  JSON.stringify({
    bids: bids.map(({ price, size }) => [price, size]),
    asks: asks.map(({ price, size }) => [price, size]),
  });
