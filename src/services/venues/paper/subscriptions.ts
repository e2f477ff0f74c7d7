import type { VenueListener } from '../../../actors/ports.ts';

/** Who listens to which market. */
export class Subscriptions {
  readonly #byMarket = new Map<string, Set<VenueListener>>();

  add(markets: readonly string[], listener: VenueListener): () => void {
    /** The same listener may subscribe twice and stop once. */
    const own: VenueListener = {
      book: (book) => listener.book(book),
      order: (report) => listener.order(report),
      market: (info) => listener.market(info),
      account: () => listener.account(),
    };
    for (const market of markets) {
      const listeners = this.#byMarket.get(market) ?? new Set();
      this.#byMarket.set(market, listeners.add(own));
    }
    return () => {
      for (const market of markets) {
        const listeners = this.#byMarket.get(market);
        listeners?.delete(own);
        if (listeners?.size === 0) this.#byMarket.delete(market);
      }
    };
  }

  has(market: string): boolean {
    return this.#byMarket.has(market);
  }

  /** Calls `tell` for everyone who listens at the start; a listener may subscribe or stop meanwhile. */
  each(market: string, tell: (listener: VenueListener) => void): void {
    const listeners = this.#byMarket.get(market);
    if (listeners) for (const listener of [...listeners]) tell(listener);
  }
}
