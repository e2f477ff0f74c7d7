import type { Book, Level, Side } from '../../../domain/market.ts';
import type { Price, Quantity } from '../../../domain/money.ts';
import type { WireSide } from './wire/orders.ts';

/** An answer is never so late that so many orders have ended meanwhile. */
const MOST_REMEMBERED = 10_000;

interface OwnOrder {
  market: string;
  direction: WireSide;
  yesPrice: Price;
  remaining: Quantity;
}

/** What the exchange does not echo of an order: selling YES and buying NO are both asks. */
export interface OwnTerms {
  side: Side;
  action: 'sell' | 'buy';
}

/**
 * Orders of ours that stand in the exchange's books, or may by now. A book is what others bid and ask: with our own
 * resting exit as the best ask, its spread would look liquid and the next order would be priced by the last one; our
 * own resting entry would be the bid at which it is valued.
 */
export class OwnOrders {
  readonly #orders = new Map<string, OwnOrder>();
  /** Orders that are over, the latest last: a slow answer from before must not bring one back. */
  readonly #over = new Set<string>();
  /** The latest last. */
  readonly #terms = new Map<string, OwnTerms>();

  set(clientId: string, order: OwnOrder): void {
    if (!this.#over.has(clientId)) this.#orders.set(clientId, order);
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

  /** It does not stand in the book, as far as is known. */
  delete(clientId: string): void {
    this.#orders.delete(clientId);
  }

  /** The book without them; a level that is ours alone is gone. The same book where none of them stands in it. */
  without(book: Book): Book {
    let { bids, asks } = book;
    for (const { market, direction, yesPrice, remaining } of this.#orders.values()) {
      if (market !== book.market) continue;
      if (direction === 'bid') bids = less(bids, yesPrice, remaining);
      else asks = less(asks, yesPrice, remaining);
    }
    return bids === book.bids && asks === book.asks ? book : { ...book, bids, asks };
  }
}

function less(levels: Level[], price: Price, size: Quantity): Level[] {
  if (!levels.some((level) => level.price === price)) return levels;
  return levels.flatMap((level) => {
    if (level.price !== price) return [level];
    return level.size > size ? [{ price, size: level.size - size }] : [];
  });
}
