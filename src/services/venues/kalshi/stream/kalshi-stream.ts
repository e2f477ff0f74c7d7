import type { Clock, TimerHandle } from '../../../../actors/ports.ts';
import type { Signer } from '../client/credentials.ts';
import { StreamConnection } from './connection.ts';
import { createStreamCounters, type StreamCounters } from './counters.ts';
import type { StreamListener } from './listener.ts';
import type { OpenSocket } from './socket.ts';

export interface StreamOptions {
  open: OpenSocket;
  signer: Signer;
  /** E.g. wss://external-api-ws.kalshi.com/trade-api/ws/v2; its path is what is signed. */
  url: URL;
  clock: Clock;
  listener: StreamListener;
  /** The exchange's clock minus ours as last measured (ms); null, or without it, counts as 0. */
  skewMs?: (() => number | null) | undefined;
  /** Waits before the next attempts (ms); the last one stays. */
  backoffMs?: readonly number[] | undefined;
}

const BACKOFF_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000] as const;

/** A connection that lived this long starts the waits anew. */
const PROVEN_MS = 60_000;

/**
 * Keeps one WebSocket to Kalshi: books of the watched markets without gaps, and what happens to the account. Connects
 * on the clock's next turn and again whenever the connection ends, until it is stopped.
 */
export class KalshiStream {
  readonly #options: StreamOptions;
  readonly #counters = createStreamCounters();
  #tickers: ReadonlySet<string> = new Set();
  #connection: StreamConnection | null = null;
  #timer: TimerHandle | null;
  #failures = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#timer = options.clock.setTimeout(() => this.#connect(), 0);
  }

  /** The whole set of markets whose books are wanted from now on. */
  watch(tickers: readonly string[]): void {
    this.#tickers = new Set(tickers);
    this.#connection?.watch(this.#tickers);
  }

  /** Connected, all subscriptions confirmed, heard of within the last 25 s. A single book may still be missing. */
  isLive(): boolean {
    return this.#connection?.isLive() ?? false;
  }

  /** What was counted since the start. */
  counters(): Readonly<StreamCounters> {
    return { ...this.#counters };
  }

  /** Ends the connection; nothing is told afterwards. */
  stop(): void {
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#connection?.end();
    this.#connection = null;
  }

  #connect(): void {
    const { open, signer, url, clock, listener, skewMs } = this.#options;
    this.#timer = null;
    this.#counters.connections += 1;
    this.#connection = new StreamConnection({
      open,
      url,
      headers: signer.sign('GET', url.pathname),
      clock,
      listener,
      skewMs: () => skewMs?.() ?? 0,
      tickers: this.#tickers,
      counters: this.#counters,
      ended: (reason, livedMs) => this.#reconnect(reason, livedMs),
    });
  }

  #reconnect(reason: string, livedMs: number): void {
    const { clock, listener } = this.#options;
    const waits = this.#options.backoffMs ?? BACKOFF_MS;
    this.#connection = null;
    if (livedMs >= PROVEN_MS) this.#failures = 0;
    const wait = waits[Math.min(this.#failures, waits.length - 1)] ?? 0;
    this.#failures += 1;
    this.#timer = clock.setTimeout(() => this.#connect(), wait);
    listener.lost(reason);
  }
}
