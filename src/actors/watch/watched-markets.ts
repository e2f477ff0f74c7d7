import type { Cadence, Post } from '../mail.ts';
import { MarketBands } from './market-bands.ts';
import type { Watched, WatchedMarket } from './watched.ts';

/** The markets of the positions under watch, and how often the feed is asked for their books. */
export class WatchedMarkets {
  readonly #post: Post;
  readonly #markets = new Map<string, WatchedMarket>();
  readonly #urgent = new Set<string>();

  constructor(post: Post) {
    this.#post = post;
  }

  find(name: string): WatchedMarket | undefined {
    return this.#markets.get(name);
  }

  /** As it is known, or a new one. */
  of(name: string): WatchedMarket {
    const known = this.#markets.get(name);
    if (known) return known;
    const market: WatchedMarket = {
      name,
      info: null,
      infoAt: null,
      book: null,
      bands: new MarketBands<Watched>(),
      members: new Set(),
      urgent: 0,
      cadence: null,
    };
    this.#markets.set(name, market);
    return market;
  }

  all(): WatchedMarket[] {
    return [...this.#markets.values()];
  }

  join(watched: Watched): void {
    watched.market.members.add(watched);
  }

  leave(watched: Watched): void {
    const { market } = watched;
    this.setUrgent(watched, false);
    market.members.delete(watched);
    this.#changeCadence(market);
    if (market.members.size === 0) this.#markets.delete(market.name);
  }

  /** A market is as urgent as the most urgent of its positions. */
  setUrgent({ file, market }: Watched, urgent: boolean): void {
    const { id } = file.position;
    if (urgent !== this.#urgent.has(id)) {
      if (urgent) this.#urgent.add(id);
      else this.#urgent.delete(id);
      market.urgent += urgent ? 1 : -1;
    }
    this.#changeCadence(market);
  }

  /** To a feed that knows none of them. */
  introduce(): void {
    for (const { name, cadence } of this.#markets.values()) {
      this.#post('feed', { type: 'market.cadence', market: name, cadence, by: 'watch' });
      this.#post('feed', { type: 'market.joined', market: name, positionId: null });
    }
  }

  #changeCadence(market: WatchedMarket): void {
    const cadence: Cadence | null =
      market.members.size === 0 ? null : market.urgent > 0 ? 'urgent' : 'normal';
    if (cadence === market.cadence) return;
    market.cadence = cadence;
    this.#post('feed', { type: 'market.cadence', market: market.name, cadence, by: 'watch' });
  }
}
