import { evaluateExits } from '../../domain/exit-conditions.ts';
import { type Book, isFresh, quoteForSide } from '../../domain/market.ts';
import type { Watched } from '../../domain/position-facts.ts';
import type { Viewed } from './position-views.ts';

/**
 * A watched position as its market's last book shows it. Books in which no verdict can change are skipped by the
 * position itself (SPEC 1, fresh); a view looks at them all the same, so that its mark is as old as the book.
 */
export function viewAt(watched: Watched, book: Book | null, at: number): Viewed {
  const { position, method, evaluation } = watched;
  const known = { position, evaluation, at };
  if (book === null || (position.phase !== 'open' && position.phase !== 'urgent')) return known;
  const quote = quoteForSide(book, position.side);
  const isNewer = position.quotedAt === null || quote.observedAt > position.quotedAt;
  if (!isNewer || !isFresh(quote, at, method.maxQuoteAgeMs)) return known;
  const seen = evaluateExits({ ...watched, quote, at });
  return { position: { ...position, ...seen.next }, evaluation: seen, at };
}
