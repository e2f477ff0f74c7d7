import { evaluateExits } from '../../domain/exit-conditions.ts';
import { type Book, isFresh, quoteForSide } from '../../domain/market.ts';
import type { Watched } from '../../domain/position-facts.ts';
import type { Viewed } from './position-views.ts';

/**
 * A watched position as its market's last book shows it. Books in which no verdict can change are skipped by the
 * position itself (SPEC 1, fresh); a view looks at them all the same, so that its mark is as old as the book.
 */
export function viewAt(watched: Watched, book: Book | null, at: number): Viewed {
  const { position, method, evaluation, surroundings } = watched;
  const pricing = { method, market: surroundings.market };
  const known = { position, evaluation, at, pricing };
  if (book === null || position.phase === 'closed') return known;
  const quote = quoteForSide(book, position.side);
  const isNewer = position.quotedAt === null || quote.observedAt > position.quotedAt;
  if (!isNewer || !isFresh(quote, at, method.maxQuoteAgeMs)) return known;
  if (position.phase !== 'open' && position.phase !== 'urgent') {
    const { bid, ask, observedAt } = quote;
    return {
      ...known,
      position: { ...position, mark: bid ?? position.mark, bid, ask, quotedAt: observedAt },
    };
  }
  const seen = evaluateExits({ ...watched, quote, at });
  return { ...known, position: { ...position, ...seen.next }, evaluation: seen };
}
