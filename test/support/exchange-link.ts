/** The practice exchange in this process: the adapter's Http and Socket ports in virtual time, without a network. */
import { type Action, Exchange, type ExchangeOptions } from '../../src/exchange/exchange.ts';
import type { VirtualClock } from '../../src/services/clock.ts';
import type { Http } from '../../src/services/venues/kalshi/client/http.ts';
import { KalshiVenue, type KalshiVenueOptions } from '../../src/services/venues/kalshi/kalshi-venue.ts';
import type { OpenSocket, SocketListener } from '../../src/services/venues/kalshi/stream/socket.ts';

const ROOT = 'http://127.0.0.1/trade-api';

export const KEY_ID = 'tests-key';

export class ExchangeLink {
  readonly exchange: Exchange;
  /** What has reached the exchange, in order. */
  readonly requests: { at: number; method: string; target: string }[] = [];
  /** Counts what may have changed the exchange's books. */
  changes = 0;
  /** The exchange shows at most so many rows of the account's lists on one page. */
  mostRows: number | null = null;
  readonly #clock: VirtualClock;
  readonly #sockets = new Map<number, SocketListener>();
  #timer: ReturnType<VirtualClock['setTimeout']> | null = null;
  #timerAt = Number.POSITIVE_INFINITY;
  /** Nothing reaches the exchange: its process is not there. */
  #isDown = false;

  constructor(clock: VirtualClock, options: Omit<ExchangeOptions, 'at' | 'verifySignatures'>) {
    this.#clock = clock;
    this.exchange = new Exchange({ at: clock.now(), verifySignatures: false, ...options });
    this.#schedule();
  }

  /** Somebody does something at the exchange, now. */
  act(action: Action): ReturnType<Exchange['act']> {
    this.changes += 1;
    const result = this.exchange.act(action, this.#clock.now());
    this.#deliver();
    return result;
  }

  /** The exchange's process ends, or is back with all it knew. */
  set isDown(isDown: boolean) {
    this.#isDown = isDown;
    if (!isDown) return;
    for (const [id, listener] of [...this.#sockets]) {
      this.#sockets.delete(id);
      this.exchange.disconnect(id);
      listener.closed('the connection was reset');
    }
  }

  readonly http: Http = async ({ method, url, headers, body, timeoutMs, mayLeave }) => {
    const failed = { kind: 'failed', reason: 'the request failed (ECONNRESET)' } as const;
    await this.#wait(0);
    if (this.#isDown) return { kind: 'failed', reason: 'the request failed (ECONNREFUSED)' };
    if (mayLeave?.() === false) return { kind: 'failed', reason: 'not sent: not wanted any more' };
    if (this.mostRows !== null && /\/(portfolio|historical)\//.test(url.pathname))
      url.searchParams.set('limit', String(this.mostRows));
    const target = url.pathname + url.search;
    this.requests.push({ at: this.#clock.now(), method, target });
    if (method !== 'GET') this.changes += 1;
    const request = { method, target, headers: inLowerCase(headers), body: body ?? '' };
    const reply = this.exchange.handle(request, this.#clock.now());
    this.#deliver();
    if (reply.delayMs >= timeoutMs) {
      await this.#wait(timeoutMs);
      return { kind: 'failed', reason: `no answer within ${timeoutMs} ms` };
    }
    await this.#wait(reply.delayMs);
    return reply.kind === 'dropped' ? failed : { kind: 'answered', ...reply.response };
  };

  readonly open: OpenSocket = (url, headers, listener) => {
    let id: number | null = null;
    let isOver = false;
    const end = (reason: string): void => {
      if (isOver) return;
      isOver = true;
      if (id !== null) {
        this.#sockets.delete(id);
        this.exchange.disconnect(id);
      }
      listener.closed(reason);
    };
    void this.#wait(0).then(() => {
      if (isOver) return;
      if (this.#isDown) return end('the connection was refused');
      const answer = this.exchange.connect(
        { method: 'GET', target: url.pathname, headers: inLowerCase(headers), body: '' },
        this.#clock.now(),
      );
      if (!('connectionId' in answer)) return end(`the handshake was refused (HTTP ${answer.status})`);
      id = answer.connectionId;
      this.#sockets.set(id, { ...listener, closed: end });
      listener.opened();
      this.#deliver();
    });
    return {
      send: (text) => {
        if (isOver || id === null) return;
        this.exchange.receive(id, text, this.#clock.now());
        this.#deliver();
      },
      close: () => end('closed by us'),
    };
  };

  /** The adapter over this link. */
  venue(options: Partial<KalshiVenueOptions> & { streaming?: boolean; open?: OpenSocket } = {}): KalshiVenue {
    const { streaming = false, open = this.open, ...more } = options;
    return new KalshiVenue({
      http: this.http,
      signer: { sign: () => ({ 'kalshi-access-key': KEY_ID }) },
      keyId: KEY_ID,
      clock: this.#clock,
      restRoot: new URL(`${ROOT}/v2`),
      stream: streaming ? { root: new URL(`${ROOT}/ws/v2`), open } : null,
      subaccount: null,
      ownPrefix: 'ptest-',
      timeoutMs: 10_000,
      orderTimeoutMs: 5_000,
      orderPollMs: 2_000,
      orderReserve: 0.3,
      mayTrade: () => true,
      ...more,
    });
  }

  #deliver(): void {
    for (const { connectionId, frame } of this.exchange.takeFrames(this.#clock.now())) {
      const listener = this.#sockets.get(connectionId);
      if (!listener) continue;
      this.#clock.setTimeout(() => {
        if (this.#sockets.get(connectionId) !== listener) return;
        if (frame.type === 'text') listener.text(frame.text);
        else if (frame.type === 'ping') listener.ping();
        else listener.closed(`the exchange closed it (${frame.code})`);
      }, 0);
    }
    this.#schedule();
  }

  #schedule(): void {
    const at = this.exchange.nextEventAt();
    if (at === null || at >= this.#timerAt) return;
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = this.#clock.setTimeout(
      () => {
        this.#timer = null;
        this.#timerAt = Number.POSITIVE_INFINITY;
        this.changes += 1;
        this.exchange.advance(this.#clock.now());
        this.#deliver();
      },
      Math.max(0, at - this.#clock.now()),
    );
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.setTimeout(resolve, ms));
  }
}

/** As a server reads them. */
const inLowerCase = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
