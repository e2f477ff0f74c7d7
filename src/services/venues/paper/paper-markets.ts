import type { Book, MarketInfo } from '../../../domain/market.ts';
import { plainMarket } from './book-source.ts';
import { type ShownBook, showBook } from './matching.ts';
import type { PaperMarket } from './paper-store.ts';
import { loadBook, storeMarket } from './stored-market.ts';

export interface MarketState {
  info: MarketInfo;
  shown: ShownBook | null;
}

/** What a mutation makes of markets, once it is saved. */
export type MarketUpdates = ReadonlyMap<MarketState, MarketState>;

/** The paper exchange's markets in memory, and which of them the store is behind on. */
export class PaperMarkets {
  readonly #states = new Map<string, MarketState>();
  readonly #unsaved = new Set<MarketState>();

  find(market: string): MarketState | undefined {
    return this.#states.get(market);
  }

  all(): MarketState[] {
    return [...this.#states.values()];
  }

  /** The market's state; a market nobody announced is an open one. */
  of(market: string): MarketState {
    const known = this.#states.get(market);
    if (known) return known;
    const state: MarketState = { info: plainMarket(market), shown: null };
    this.#states.set(market, state);
    return state;
  }

  /** Takes the stored rows in. Books shown since then stay; what was settled stays settled. */
  load(rows: readonly PaperMarket[]): void {
    for (const row of rows) {
      const state = this.of(row.market);
      const stored = loadBook(row);
      state.shown = stored && state.shown ? showBook(stored, state.shown.book) : (stored ?? state.shown);
      if (row.status === 'settled') {
        state.info = { ...state.info, status: row.status, settlementValue: row.settlementValue };
      }
    }
  }

  /** Shows books in their order and returns the markets they belong to. */
  show(books: readonly Book[]): Set<MarketState> {
    const touched = new Set<MarketState>();
    for (const book of books) {
      const state = this.of(book.market);
      state.shown = showBook(state.shown, book);
      this.#unsaved.add(state);
      touched.add(state);
    }
    return touched;
  }

  unsavedRows(): { states: MarketState[]; rows: PaperMarket[] } {
    const states = [...this.#unsaved];
    return { states, rows: states.map(({ info, shown }) => storeMarket(info, shown)) };
  }

  markSaved(states: Iterable<MarketState>): void {
    for (const state of states) this.#unsaved.delete(state);
  }

  /** Lets saved updates be seen. */
  apply(updates: MarketUpdates): void {
    for (const [state, update] of updates) Object.assign(state, update);
    this.markSaved(updates.keys());
  }
}
