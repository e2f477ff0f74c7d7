import type { Clock, TimerHandle } from '../../actors/ports.ts';
import type { WatchedMarket } from '../../actors/watch/watched.ts';
import type { Log } from '../log/log.ts';
import { type PricePoint, PriceSeries } from './price-series.ts';

export interface PriceSources {
  watch(): { markets(): readonly Market[] };
  log: Pick<Log, 'error'>;
}

type Market = Pick<WatchedMarket, 'name' | 'book'>;

interface Kept {
  since: number;
  series: PriceSeries;
  /** Null: without an open position. */
  market: Market | null;
}

const LOOK_EVERY_MS = 1_000;
/** Markets without an open position that are kept, so that a position that has just closed is still shown. */
const MOST_LEFT = 100;

/** How the markets of open positions have moved in this life; looked at beside their way to the positions, never on it. */
export class PriceHistories {
  readonly #sources: PriceSources;
  readonly #kept = new Map<string, Kept>();
  /** Those without an open position, the longest first. */
  readonly #left = new Set<string>();

  constructor(sources: PriceSources) {
    this.#sources = sources;
  }

  /** Looks once a second from now on; `timer` is of real time. Returns how to stop. */
  follow(timer: Pick<Clock, 'setTimeout' | 'clearTimeout'>): () => void {
    let handle: TimerHandle;
    const wait = () => {
      handle = timer.setTimeout(() => {
        // Who only looks on never hurts what is looked at.
        try {
          this.look();
          wait();
        } catch (error) {
          this.#sources.log.error({ err: error }, 'prices could not be looked at: their history ends here');
        }
      }, LOOK_EVERY_MS);
    };
    wait();
    return () => timer.clearTimeout(handle);
  }

  /** Keeps what has changed since the last look. */
  look(): void {
    const markets = this.#sources.watch().markets();
    for (const market of markets) {
      this.#left.delete(market.name);
      this.#note(market);
    }
    const open = new Set(markets.map(({ name }) => name));
    for (const [name, { market }] of this.#kept) if (market !== null && !open.has(name)) this.#leave(market);
  }

  /** Of one market, up to now; null for one that is not known. */
  of(name: string): { since: number; points: PricePoint[] } | null {
    this.look();
    const kept = this.#kept.get(name);
    return kept ? { since: kept.since, points: kept.series.points() } : null;
  }

  /** How many markets are kept. */
  get size(): number {
    return this.#kept.size;
  }

  #note(market: Market): void {
    const { name, book } = market;
    if (book === null) return;
    const at = book.observedAt;
    const kept = this.#kept.get(name) ?? { since: at, series: new PriceSeries(), market };
    kept.market = market;
    this.#kept.set(name, kept);
    kept.series.add({ at, bid: book.bids[0]?.price ?? null, ask: book.asks[0]?.price ?? null });
  }

  /** Its last book, on which its last position may have closed, came after the last look. */
  #leave(market: Market): void {
    this.#note(market);
    this.#kept.get(market.name)!.market = null;
    this.#left.add(market.name);
    if (this.#left.size <= MOST_LEFT) return;
    const [longest] = this.#left;
    this.#left.delete(longest!);
    this.#kept.delete(longest!);
  }
}
