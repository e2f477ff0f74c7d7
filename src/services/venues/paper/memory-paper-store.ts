import type { Money } from '../../../domain/money.ts';
import { copyJson } from '../../store/copy-json.ts';
import { byCreation, byMarket, byMarketAndSide } from './paper-listing.ts';
import type {
  PaperChange,
  PaperHolding,
  PaperMarket,
  PaperOrder,
  PaperStore,
  PaperWorld,
} from './paper-store.ts';

/** The paper exchange's world in memory, for replay and simulation; settles in microtasks only. */
export class MemoryPaperStore implements PaperStore {
  readonly #orders = new Map<string, PaperOrder>();
  readonly #holdings = new Map<string, PaperHolding>();
  readonly #markets = new Map<string, PaperMarket>();
  #at: number | null = null;
  #nextId = 1;
  #cash: Money | null = null;

  async load(): Promise<PaperWorld> {
    return copyJson({
      orders: [...this.#orders.values()].sort(byCreation),
      holdings: [...this.#holdings.values()].sort(byMarketAndSide),
      markets: [...this.#markets.values()].sort(byMarket),
      at: this.#at,
      nextId: this.#nextId,
      cash: this.#cash,
    });
  }

  async save(change: PaperChange): Promise<void> {
    const { orders = [], holdings = [], markets = [], at, nextId, cash } = copyJson(change);
    for (const order of orders) this.#orders.set(order.clientId, order);
    for (const holding of holdings) this.#holdings.set(`${holding.side} ${holding.market}`, holding);
    for (const market of markets) this.#markets.set(market.market, market);
    if (at !== undefined) this.#at = at;
    if (nextId !== undefined) this.#nextId = nextId;
    if (cash !== undefined) this.#cash = cash;
  }
}
