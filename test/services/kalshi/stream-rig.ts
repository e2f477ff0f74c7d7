import { VirtualClock } from '../../../src/services/clock.ts';
import {
  KalshiStream,
  type StreamOptions,
} from '../../../src/services/venues/kalshi/stream/kalshi-stream.ts';
import type { OpenSocket, SocketListener } from '../../../src/services/venues/kalshi/stream/socket.ts';

export const START = Date.parse('2026-11-22T15:00:00Z');

export interface SentCommand {
  id: number;
  cmd: string;
  params: {
    channels?: string[];
    market_tickers?: string[];
    use_yes_price?: boolean;
    sids?: number[];
    action?: string;
  };
}

/** One connection whose other end the test plays. */
export class FakeConnection {
  readonly url: URL;
  readonly headers: Record<string, string>;
  readonly sent: SentCommand[] = [];
  closedByUs = false;
  readonly #listener: SocketListener;
  readonly #received: (command: SentCommand) => void;
  #isEnded = false;

  constructor(
    url: URL,
    headers: Record<string, string>,
    listener: SocketListener,
    received: (command: SentCommand) => void = () => {},
  ) {
    this.url = url;
    this.headers = headers;
    this.#listener = listener;
    this.#received = received;
  }

  receive(text: string): void {
    const command = JSON.parse(text) as SentCommand;
    this.sent.push(command);
    this.#received(command);
  }

  /** What was sent since the last call. */
  takeSent(): SentCommand[] {
    return this.sent.splice(0);
  }

  open(): void {
    this.#listener.opened();
  }

  ping(): void {
    if (!this.#isEnded) this.#listener.ping();
  }

  text(text: string): void {
    if (!this.#isEnded) this.#listener.text(text);
  }

  frame(frame: Record<string, unknown>): void {
    this.text(JSON.stringify(frame));
  }

  end(reason: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#listener.closed(reason);
  }

  /** Confirms every subscribe that is not answered yet, in order, with the sids from `firstSid` on. */
  confirm(firstSid = 1): void {
    const subscribes = this.takeSent().filter(({ cmd }) => cmd === 'subscribe');
    for (const [i, { id, params }] of subscribes.entries())
      this.frame({ id, type: 'subscribed', msg: { channel: params.channels![0], sid: firstSid + i } });
  }
}

interface RigOptions {
  /** The other end received a command. */
  received?: (command: SentCommand) => void;
  /** The stream told something. */
  hears?: () => void;
}

/** A stream under virtual time, all it told, and the other end of its connections. */
export class StreamRig {
  readonly clock = new VirtualClock(START);
  readonly told: unknown[][] = [];
  readonly connections: FakeConnection[] = [];
  readonly stream: KalshiStream;

  constructor(options: Partial<StreamOptions> & RigOptions = {}) {
    const { received, hears, ...rest } = options;
    const tell =
      (name: string) =>
      (...args: unknown[]): void => {
        this.told.push([name, ...args]);
        hears?.();
      };
    const open: OpenSocket = (url, headers, listener) => {
      const connection = new FakeConnection(url, headers, listener, received);
      this.connections.push(connection);
      return {
        send: (text) => connection.receive(text),
        close: () => {
          connection.closedByUs = true;
          connection.end('closed by us');
        },
      };
    };
    this.stream = new KalshiStream({
      open,
      signer: { sign: (method, path) => ({ signed: `${this.clock.now() - START} ${method} ${path}` }) },
      url: new URL('wss://exchange.test/trade-api/ws/v2'),
      clock: this.clock,
      listener: {
        book: tell('book'),
        order: tell('order'),
        fill: tell('fill'),
        position: tell('position'),
        lifecycle: tell('lifecycle'),
        connected: tell('connected'),
        lost: tell('lost'),
        doubt: tell('doubt'),
      },
      ...rest,
    });
  }

  get connection(): FakeConnection {
    return this.connections.at(-1)!;
  }

  /** Time passes; what is due happens. */
  run(ms: number): void {
    const end = this.clock.now() + ms;
    while (this.clock.fireNext(end)) {}
    this.clock.moveTo(end);
  }

  /** Time passes with the pings that the exchange sends every 10 s. */
  runWithPings(ms: number): void {
    for (let left = ms; left > 0; left -= 10_000) {
      this.run(Math.min(left, 10_000));
      this.connection.ping();
    }
  }

  /** What was told since the last call. */
  takeTold(): unknown[][] {
    return this.told.splice(0);
  }

  /** Connected and confirmed; the books' sid is 5, the other channels' 1 to 4. */
  goLive(tickers: string[] = []): this {
    this.stream.watch(tickers);
    this.run(0);
    this.connection.open();
    this.connection.confirm();
    return this;
  }
}

export const BOOK_SID = 5;

type Sides = { yes?: [string, string][]; no?: [string, string][] };

export const snapshot = (seq: number, market: string, { yes, no }: Sides, more: object = {}) => ({
  type: 'orderbook_snapshot',
  sid: BOOK_SID,
  seq,
  msg: { market_ticker: market, market_id: 'uuid', yes_dollars_fp: yes, no_dollars_fp: no },
  ...more,
});

export const delta = (
  seq: number,
  market: string,
  [side, price, change]: [side: string, price: string, change: string],
  more: object = {},
) => ({
  type: 'orderbook_delta',
  sid: BOOK_SID,
  seq,
  msg: { market_ticker: market, market_id: 'uuid', side, price_dollars: price, delta_fp: change, ...more },
});
