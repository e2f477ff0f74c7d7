import type { Book, MarketInfo } from '../../domain/market.ts';
import type { Cadence, Post } from '../mail.ts';

/** A market whose books entries have claimed. */
interface Claimed {
  cadence: Cadence;
  book: Book | null;
  info: MarketInfo | null;
}

/** Which markets' books the entries want, and what came of them. */
export class EntryMarkets {
  readonly #post: Post;
  readonly #claimed = new Map<string, Claimed>();

  constructor(post: Post) {
    this.#post = post;
  }

  /** From now on these, so often; all others are left. */
  claim(wanted: ReadonlyMap<string, Cadence>): void {
    for (const market of [...this.#claimed.keys()]) {
      if (wanted.has(market)) continue;
      this.#claimed.delete(market);
      this.#post('feed', { type: 'market.cadence', market, cadence: null, by: 'entries' });
    }
    for (const [market, cadence] of wanted) {
      const known = this.#claimed.get(market);
      if (known?.cadence === cadence) continue;
      this.#claimed.set(market, { book: null, info: null, ...known, cadence });
      this.#post('feed', { type: 'market.cadence', market, cadence, by: 'entries' });
    }
  }

  /** The feed knows no market any more. */
  claimAgain(): void {
    for (const [market, { cadence }] of this.#claimed)
      this.#post('feed', { type: 'market.cadence', market, cadence, by: 'entries' });
  }

  /** False: nobody asked for it. */
  noteBook(book: Book): boolean {
    const known = this.#claimed.get(book.market);
    if (known) known.book = book;
    return known !== undefined;
  }

  noteInfo(info: MarketInfo): boolean {
    const known = this.#claimed.get(info.market);
    if (known) known.info = info;
    return known !== undefined;
  }

  /** Asks for a book that is not a moment old. */
  wantBook(market: string, edgeId: string): void {
    this.#post('feed', { type: 'quote.wanted', market, positionId: edgeId, maxAgeMs: 0 });
  }

  wantInfo(market: string): void {
    this.#post('feed', { type: 'market.wanted', market });
  }

  book(market: string): Book | null {
    return this.#claimed.get(market)?.book ?? null;
  }

  info(market: string): MarketInfo | null {
    return this.#claimed.get(market)?.info ?? null;
  }
}
