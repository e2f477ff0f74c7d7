import type { Action, ActResult } from '../../src/exchange/exchange.ts';
import { Exchange, type ExchangeOptions, type Reply } from '../../src/exchange/exchange.ts';

/** A Monday noon in New York. */
export const START = Date.UTC(2026, 10, 23, 17);
export const DAY = 86_400_000;
export const GB = 'KXNFLGAME-26NOV29-GB';
export const BTC = 'KXBTC-26NOV30-T100';
export const STREAM = '/trade-api/ws/v2';
export const ROOT = '/trade-api/v2';
export const ORDERS = '/portfolio/events/orders';

// biome-ignore lint/suspicious/noExplicitAny: what the exchange answers is what the tests are about
export type Json = any;

export interface Answered {
  status: number;
  headers: Record<string, string>;
  body: Json;
  text: string;
  delayMs: number;
}

export const OPTIONS: ExchangeOptions = {
  at: START,
  verifySignatures: false,
  markets: [
    {
      ticker: GB,
      closeAt: START + 20 * DAY,
      expectedExpirationAt: START + 6 * DAY,
      lastPrice: 6200,
      bids: [
        [6100, 31_000],
        [6000, 50_000],
        [5900, 70_000],
      ],
      asks: [
        [6200, 9_500],
        [6300, 40_000],
      ],
    },
    {
      ticker: BTC,
      closeAt: START + 7 * DAY,
      exchangeIndex: 2,
      bids: [[3000, 10_000]],
      asks: [[3200, 10_000]],
    },
  ],
  series: [{ ticker: 'KXBTC', category: 'Crypto' }],
  accounts: [
    { account: 'ann', keys: [{ keyId: 'ann-key' }], balance: 1_000_000_000 },
    { account: 'bob', keys: [{ keyId: 'bob-key' }], balance: 1_000_000_000 },
  ],
};

/** An exchange with its own clock, and shorthands for talking to it. */
export class Rig {
  exchange: Exchange;
  at = START;
  #ids = 0;

  constructor(options: Partial<ExchangeOptions> = {}) {
    this.exchange = new Exchange({ ...OPTIONS, ...options });
  }

  /** Goes on with another exchange from where a rig stands. */
  continueFrom(rig: Rig, exchange: Exchange): void {
    this.exchange = exchange;
    this.at = rig.at;
    this.#ids = rig.#ids;
  }

  reply(method: string, path: string, body?: unknown, key: string | null = 'ann-key'): Reply {
    const headers: Record<string, string> = key === null ? {} : { 'kalshi-access-key': key };
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    return this.exchange.handle({ method, target: ROOT + path, headers, body: text }, this.at);
  }

  send(method: string, path: string, body?: unknown, key: string | null = 'ann-key'): Answered {
    const reply = this.reply(method, path, body, key);
    if (reply.kind === 'dropped') throw new Error(`${method} ${path} was dropped`);
    const { status, headers, body: text } = reply.response;
    return { status, headers, text, body: parsed(text), delayMs: reply.delayMs };
  }

  get(path: string, key: string | null = 'ann-key'): Json {
    return this.send('GET', path, undefined, key).body;
  }

  /** A create request with the usual fields; `null` leaves one out. */
  order(changes: Record<string, unknown> = {}): Record<string, unknown> {
    const order = {
      ticker: GB,
      client_order_id: `order-${++this.#ids}`,
      side: 'bid',
      count: '10.00',
      price: '0.6200',
      time_in_force: 'immediate_or_cancel',
      self_trade_prevention_type: 'maker',
      ...changes,
    };
    return Object.fromEntries(Object.entries(order).filter(([, value]) => value !== null));
  }

  create(changes: Record<string, unknown> = {}, key = 'ann-key'): Answered {
    return this.send('POST', ORDERS, this.order(changes), key);
  }

  /** Rests an order and answers its id. */
  rest(changes: Record<string, unknown> = {}, key = 'ann-key'): string {
    const resting = { price: '0.5000', time_in_force: 'good_till_canceled', ...changes };
    return this.create(resting, key).body.order_id;
  }

  cancel(orderId: string, query = `?market_ticker=${GB}`, key = 'ann-key'): Answered {
    return this.send('DELETE', `${ORDERS}/${orderId}${query}`, undefined, key);
  }

  act(action: Action): ActResult {
    return this.exchange.act(action, this.at);
  }

  /** Lets time pass. */
  wait(ms: number): void {
    this.at += ms;
    this.exchange.advance(this.at);
  }

  /** Opens a stream and answers its connection. */
  connect(key = 'ann-key'): number {
    const headers = { 'kalshi-access-key': key };
    const answer = this.exchange.connect({ method: 'GET', target: STREAM, headers, body: '' }, this.at);
    if ('status' in answer) throw new Error(`no stream: ${answer.status} ${answer.body}`);
    return answer.connectionId;
  }

  command(connection: number, command: unknown): void {
    const text = typeof command === 'string' ? command : JSON.stringify(command);
    this.exchange.receive(connection, text, this.at);
  }

  subscribe(connection: number, channel: string, params: object = { market_tickers: [GB] }): void {
    this.command(connection, { id: 1, cmd: 'subscribe', params: { channels: [channel], ...params } });
  }

  /** What a connection has been sent since the last look: messages parsed, `ping heartbeat`, `close 1001`. */
  frames(connection: number): Json[] {
    const frames = this.exchange.takeFrames(this.at);
    return frames
      .filter(({ connectionId }) => connectionId === connection)
      .map(({ frame }) => {
        if (frame.type === 'text') return JSON.parse(frame.text);
        return frame.type === 'ping' ? `ping ${frame.body}` : `close ${frame.code}`;
      });
  }

  position(account = 'ann', ticker = GB): number {
    return this.exchange.truth().accounts[account]!.positions[ticker] ?? 0;
  }

  get truth() {
    return this.exchange.truth();
  }

  orderOf(orderId: string) {
    const orders = Object.values(this.truth.accounts).flatMap((account) => account.orders);
    return orders.find((order) => order.id === orderId)!;
  }

  /** Both sides in YES terms, best first: `bids 61:310 60:500 | asks 62:95`. */
  book(ticker = GB): string {
    const { yes_dollars: yes, no_dollars: no } = this.get(`/markets/${ticker}/orderbook`, null).orderbook_fp;
    const shown = (levels: [string, string][], price: (text: string) => number) =>
      levels
        .map(([p, size]) => `${price(p)}:${Number(size)}`)
        .reverse()
        .join(' ');
    const yesCents = (text: string) => Math.round(Number(text) * 1e4) / 100;
    return `bids ${shown(yes, yesCents)} | asks ${shown(no, (text) => 100 - yesCents(text))}`;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** An error as the nested envelope carries it. */
export const errorCode = (answer: Answered): string => `${answer.status} ${answer.body.error?.code}`;
