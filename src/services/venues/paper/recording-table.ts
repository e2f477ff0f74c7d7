import type { Book } from '../../../domain/market.ts';
import type { Price, Quantity } from '../../../domain/money.ts';
import type { MarketGroup } from './book-source.ts';

/** Best bids and asks over time. Iterating makes the books anew: what was handed out may be kept or dropped. */
export interface Recording {
  file: string;
  /** In the order in which they first appear. */
  markets: string[];
  /** How many rows there are. */
  length: number;
  firstAt: number;
  lastAt: number;
  /** One group for each time (ms), in time order, and in each the books in the order of the file. */
  rows: Iterable<MarketGroup>;
}

/** One side's best level; 0 and 0 where there is none. */
export interface BestLevel {
  price: Price;
  size: Quantity;
}

/** The rows in columns: a million of them take some 50 MB. */
export class RecordingTable {
  readonly #numbers = new Map<string, number>();
  readonly #at: number[] = [];
  readonly #market: number[] = [];
  readonly #bidPrice: number[] = [];
  readonly #bidSize: number[] = [];
  readonly #askPrice: number[] = [];
  readonly #askSize: number[] = [];

  get length(): number {
    return this.#at.length;
  }

  get lastAt(): number {
    return this.#at.at(-1) ?? Number.NEGATIVE_INFINITY;
  }

  add(at: number, market: string, bid: BestLevel, ask: BestLevel): void {
    let number = this.#numbers.get(market);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(market, number);
    }
    this.#at.push(at);
    this.#market.push(number);
    this.#bidPrice.push(bid.price);
    this.#bidSize.push(bid.size);
    this.#askPrice.push(ask.price);
    this.#askSize.push(ask.size);
  }

  toRecording(file: string): Recording {
    const markets = [...this.#numbers.keys()];
    return {
      file,
      markets,
      length: this.length,
      firstAt: this.#at[0]!,
      lastAt: this.lastAt,
      rows: { [Symbol.iterator]: () => this.#groups(markets) },
    };
  }

  *#groups(markets: string[]): Generator<MarketGroup, undefined> {
    let row = 0;
    while (row < this.length) {
      const at = this.#at[row]!;
      const books: Book[] = [];
      for (; row < this.length && this.#at[row] === at; row += 1) books.push(this.#book(row, markets));
      yield { at, books };
    }
  }

  #book(row: number, markets: string[]): Book {
    const level = (price: Price, size: Quantity) => (price === 0 ? [] : [{ price, size }]);
    return {
      market: markets[this.#market[row]!]!,
      bids: level(this.#bidPrice[row]!, this.#bidSize[row]!),
      asks: level(this.#askPrice[row]!, this.#askSize[row]!),
      observedAt: this.#at[row]!,
    };
  }
}
