import type { Book, Level, Side } from '../../../domain/market.ts';
import type { Quantity } from '../../../domain/money.ts';
import type { WireFill, WireSide } from './wire/orders.ts';

/** An answer is never so late that so many orders have ended meanwhile. */
const MOST_REMEMBERED = 10_000;

/** Longer than reads of the account lag behind what has been traded (ms). */
const SALES_KEPT_MS = 600_000;

interface Place {
  market: string;
  direction: WireSide;
}

interface Sale extends Place {
  quantity: Quantity;
  /** By the exchange's clock. */
  at: number;
  /** By ours. */
  heardAt: number;
}

interface OwnOrder extends Place {
  /** What it may still trade, or has traded in fills that are not listed yet. */
  remaining: Quantity;
  /** It may have left for the exchange, in this life or an earlier one; false: it looks at the account first. */
  isSent: boolean;
  /** What of it stands in the book, for all we know; null: nothing. */
  standing: Level | null;
}

type Standing = Pick<OwnOrder, 'market' | 'direction' | 'remaining'>;

interface Heard {
  direction: WireSide;
  fills: readonly WireFill[];
  remaining: Quantity;
  at: number;
}

/** What the exchange does not echo of an order: selling YES and buying NO are both asks. */
export interface OwnTerms {
  side: Side;
  action: 'sell' | 'buy';
}

/**
 * Orders of ours that may still trade, first come first. They are no part of the books that others make: with our own
 * resting exit as the best ask, its spread would look liquid and the next order would be priced by the last one; our own
 * resting entry would be the bid at which it is valued. And what they may sell is not to be sold by another one.
 */
export class OwnOrders {
  readonly #orders = new Map<string, OwnOrder>();
  /** Orders that are over, the latest last: a slow answer from before must not bring one back. */
  readonly #over = new Set<string>();
  /** The latest last. */
  readonly #terms = new Map<string, OwnTerms>();
  /** The exchange's fills of our orders, by their ids; the latest last. */
  readonly #sales = new Map<string, Sale>();

  /** An order that is about to be sent, or of which only its terms are known. False when it is known already, or over. */
  note(clientId: string, order: Omit<OwnOrder, 'standing'>): boolean {
    if (this.#over.has(clientId) || this.#orders.has(clientId)) return false;
    this.#orders.set(clientId, { ...order, standing: null });
    return true;
  }

  /** It stands in the book, at the YES side's price. `remaining` counts where nobody knew of it. */
  stand(clientId: string, { market, direction, remaining }: Standing, standing: Level): void {
    if (this.#over.has(clientId)) return;
    const known = this.#orders.get(clientId)?.remaining ?? remaining;
    this.#orders.set(clientId, { market, direction, remaining: known, isSent: true, standing });
  }

  /** All fills of it that are listed, and what it may trade beside them; answers may come out of order. */
  hear(clientId: string, { direction, fills, remaining, at: heardAt }: Heard): void {
    for (const { fillId, market, quantity, at } of fills)
      if (!this.#sales.has(fillId)) this.#sales.set(fillId, { market, direction, quantity, at, heardAt });
    const order = this.#orders.get(clientId);
    if (order) order.remaining = Math.min(order.remaining, remaining);
    this.forgetSales(heardAt);
  }

  /** Leaves what was heard so lately, as of `now` (ms, our clock), that reads of the account may not show it yet. */
  forgetSales(now: number): void {
    for (const [fillId, { heardAt }] of this.#sales) {
      if (heardAt >= now - SALES_KEPT_MS) break;
      this.#sales.delete(fillId);
    }
  }

  /** What our orders have lately traded in a market and direction after `asOf` (ms, the exchange's clock). */
  tradedSince(asOf: number, place: Place): Quantity {
    return this.#salesIn(place).reduce((sum, { quantity, at }) => (at > asOf ? sum + quantity : sum), 0);
  }

  /** When our orders have last traded there (ms, the exchange's clock); 0: not lately. */
  lastTradeAt(place: Place): number {
    return this.#salesIn(place).reduce((last, { at }) => Math.max(last, at), 0);
  }

  #salesIn({ market, direction }: Place): Sale[] {
    return [...this.#sales.values()].filter((sale) => sale.market === market && sale.direction === direction);
  }

  /**
   * What our other orders may still trade in an order's market and direction, by client id; without those that came after it
   * and still look at the account, for they count it in turn.
   */
  beside(clientId: string, { market, direction }: Place): Map<string, Quantity> {
    const others = new Map<string, Quantity>();
    let isBefore = true;
    for (const [id, order] of this.#orders) {
      if (id === clientId) isBefore = false;
      else if (order.market === market && order.direction === direction && (isBefore || order.isSent))
        others.set(id, order.remaining);
    }
    return others;
  }

  /** Whoever asks for an order says what it is. */
  learn({ clientId, side, action }: OwnTerms & { clientId: string }): void {
    this.#terms.set(clientId, { side, action });
    if (this.#terms.size > MOST_REMEMBERED) this.#terms.delete(this.#terms.keys().next().value!);
  }

  /** Null: nobody in this life has asked for it yet. */
  termsOf(clientId: string): OwnTerms | null {
    return this.#terms.get(clientId) ?? null;
  }

  isOver(clientId: string): boolean {
    return this.#over.has(clientId);
  }

  /** The order is over for good. */
  end(clientId: string): void {
    this.#orders.delete(clientId);
    this.#over.add(clientId);
    if (this.#over.size > MOST_REMEMBERED) this.#over.delete(this.#over.values().next().value!);
  }

  /** Nothing of it is at the exchange, as far as is known. */
  delete(clientId: string): void {
    this.#orders.delete(clientId);
  }

  /** The book without them; a level that is ours alone is gone. The same book where none of them stands in it. */
  without(book: Book): Book {
    let { bids, asks } = book;
    for (const { market, direction, standing } of this.#orders.values()) {
      if (market !== book.market || standing === null) continue;
      if (direction === 'bid') bids = less(bids, standing);
      else asks = less(asks, standing);
    }
    return bids === book.bids && asks === book.asks ? book : { ...book, bids, asks };
  }
}

function less(levels: Level[], { price, size }: Level): Level[] {
  if (!levels.some((level) => level.price === price)) return levels;
  return levels.flatMap((level) => {
    if (level.price !== price) return [level];
    return level.size > size ? [{ price, size: level.size - size }] : [];
  });
}
