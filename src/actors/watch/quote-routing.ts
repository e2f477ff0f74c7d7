import { type Book, quoteForSide } from '../../domain/market.ts';
import { ONE_DOLLAR } from '../../domain/money.ts';
import type { Clock } from '../ports.ts';
import { startRowSweep } from './row-sweep.ts';
import type { Watched, WatchedMarket } from './watched.ts';
import type { WatchedMarkets } from './watched-markets.ts';

/** Brings each book to the positions of its market that it could move. */
export class QuoteRouting {
  readonly #clock: Clock;
  readonly #markets: WatchedMarkets;
  #endSweep: () => void = () => {};
  #deciding = true;

  /** Positions that skipped all quotes for `rowWriteMs` see one, so that their rows are written; null: never. */
  constructor(clock: Clock, markets: WatchedMarkets, rowWriteMs: number | null) {
    this.#clock = clock;
    this.#markets = markets;
    if (rowWriteMs !== null)
      this.#endSweep = startRowSweep(
        clock,
        rowWriteMs,
        () => markets.all(),
        (market) => this.#refreshRows(market),
      );
  }

  /** Nobody decides any more. */
  halt(): void {
    this.#deciding = false;
  }

  stop(): void {
    this.#endSweep();
  }

  receive(book: Book, at: number): void {
    const market = this.#markets.find(book.market);
    if (!market) return;
    const isNews = market.book === null || !sameQuote(market.book, book);
    market.book = book;
    if (!isNews || !this.#deciding || (book.bids.length === 0 && book.asks.length === 0)) return;
    const bid = book.bids[0]?.price ?? 0;
    const ask = book.asks[0]?.price ?? ONE_DOLLAR;
    const { bands } = market;
    if (bands.skipsAll(bid, ask, at)) return;
    for (const watched of [...bands.members]) {
      if (watched.slot === null || bands.skips(watched.slot, bid, ask, at)) continue;
      sendQuote(watched, book, at);
    }
  }

  /** To the one that asked. */
  answer(watched: Watched | undefined, book: Book, at: number): void {
    if (watched && this.#deciding) sendQuote(watched, book, at);
  }

  /** A quote was due and none came. */
  tick(name: string, at: number): void {
    const market = this.#markets.find(name);
    if (!market || !this.#deciding) return;
    for (const watched of [...market.bands.members]) {
      if (watched.slot !== null && market.bands.sleeps(watched.slot, at)) continue;
      watched.monitor?.send({ type: 'cadence.due', at });
    }
  }

  #refreshRows(market: WatchedMarket): void {
    const { book } = market;
    if (!book || !this.#deciding) return;
    for (const watched of [...market.bands.members]) {
      const position = watched.monitor?.watched.position;
      if (position && position.quotedAt !== null && book.observedAt > position.quotedAt)
        sendQuote(watched, book, this.#clock.now());
    }
  }
}

function sendQuote({ file, monitor }: Watched, book: Book, at: number): void {
  monitor?.send({ type: 'quote', quote: quoteForSide(book, file.position.side), at });
}

/** The same best prices observed at the same time: our own fills have changed the sizes. */
const sameQuote = (a: Book, b: Book): boolean =>
  a.observedAt === b.observedAt &&
  a.bids[0]?.price === b.bids[0]?.price &&
  a.asks[0]?.price === b.asks[0]?.price;
