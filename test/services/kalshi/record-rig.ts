import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../src/actors/ports.ts';
import type { Action, MarketSpec } from '../../../src/exchange/exchange.ts';
import { VirtualClock } from '../../../src/services/clock.ts';
import type { Http, HttpAnswer, HttpRequest } from '../../../src/services/venues/kalshi/client/http.ts';
import {
  type RecordOptions,
  recordBooks,
} from '../../../src/services/venues/kalshi/recorder/record-books.ts';
import type { RecorderProgress } from '../../../src/services/venues/kalshi/recorder/recorder.ts';
import { ExchangeLink } from '../../support/exchange-link.ts';

export const NOON = Date.UTC(2026, 10, 23, 17);
export const A = 'KXGAME-26NOV29-AAA';
export const B = 'KXGAME-26NOV29-BBB';
export const HEADER =
  'timestamp,ticker,best_bid_price,best_bid_size,best_ask_price,best_ask_size,volume_24h,status,close_time';

const market = (ticker: string): MarketSpec => ({
  ticker,
  closeAt: NOON + 86_400_000,
  volume: 123_400,
  bids: [[6100, 31_000]],
  asks: [[6200, 9_500]],
});

/** A recorder over the practice exchange in virtual time, and the file it writes. */
export class RecordRig {
  readonly clock = new VirtualClock(NOON);
  readonly link: ExchangeLink;
  readonly folder = mkdtempSync(join(tmpdir(), 'postern-record-'));
  readonly file = join(this.folder, 'books.csv');
  readonly stop = new AbortController();
  readonly told: string[] = [];
  readonly asked: HttpRequest[] = [];
  progress: RecorderProgress | null = null;
  /** How far the machine's clock jumped (ms). */
  jumpMs = 0;
  /** Stands between the recorder and the exchange. */
  tamper: (answer: HttpAnswer, request: HttpRequest) => HttpAnswer = (answer) => answer;

  constructor(markets: MarketSpec[] = [market(A), market(B)]) {
    this.link = new ExchangeLink(this.clock, { markets, accounts: [] });
  }

  static readonly market = market;

  start(options: Partial<RecordOptions> = {}): Promise<RecorderProgress> {
    const http: Http = async (request) => {
      this.asked.push(request);
      return this.tamper(await this.link.http(request), request);
    };
    const clock: Clock = {
      now: () => this.clock.now() + this.jumpMs,
      setTimeout: (fn, ms) => this.clock.setTimeout(fn, ms),
      clearTimeout: (handle) => this.clock.clearTimeout(handle as number),
    };
    const recording = recordBooks({
      markets: [A, B],
      file: this.file,
      append: false,
      everyMs: 1_000,
      forMs: null,
      root: new URL('http://127.0.0.1/trade-api/v2'),
      timeoutMs: 10_000,
      http,
      clock,
      stop: this.stop.signal,
      tell: (words) => void this.told.push(words),
      looked: (progress) => {
        this.progress = { ...progress };
      },
      ...options,
    });
    recording.catch(() => {});
    return recording;
  }

  act(action: Action): void {
    this.link.act(action);
  }

  async pass(seconds: number): Promise<void> {
    const until = this.clock.now() + seconds * 1_000;
    await settled();
    while (this.clock.fireNext(until)) await settled();
    this.clock.moveTo(until);
  }

  get text(): string {
    return readFileSync(this.file, 'utf8');
  }

  /** The rows without their header, the seconds since noon before the rest of each. */
  get rows(): string[] {
    const [header, ...lines] = this.text.trimEnd().split('\n');
    if (header !== HEADER) throw new Error(`the header is ${header}`);
    return lines.map((line) => {
      const [time, ...rest] = line.split(',');
      return `${(Date.parse(time!) - NOON) / 1_000} ${rest.join(',')}`;
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
