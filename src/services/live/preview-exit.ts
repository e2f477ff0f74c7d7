import { isSound, type Quote, quoteForSide } from '../../domain/market.ts';
import type { Position } from '../../domain/position.ts';
import type { ExitPreview, ExitTerms } from '../operations/operations.ts';
import { describeClosedPreview, describeExitPreview } from '../reports/exit-preview.ts';
import { viewAt } from '../reports/live-view.ts';
import type { LiveTree } from './live-tree.ts';

/** What an exit of the position would do now; nothing is changed. */
export async function previewExit(live: LiveTree, id: string, terms: ExitTerms): Promise<ExitPreview> {
  const { tree, store } = live.options;
  const view = tree.watch().view(id);
  if (view?.watched) {
    const { watched, book } = view;
    const at = live.now();
    const { position: seen, evaluation } = viewAt(watched, book, at);
    const quote = book === null ? null : quoteForSide(book, seen.side);
    const position = quote === null ? seen : withLastQuote(seen, quote);
    const bidSize = quote !== null && quote.bid === position.bid ? quote.bidSize : null;
    return describeExitPreview({ watched: { ...watched, position, evaluation }, bidSize, at }, terms);
  }
  const file = view === null ? await store.position(id) : null;
  if (file?.position.phase === 'closed') return describeClosedPreview(file.position, terms, live.now());
  await live.watched(id);
  return previewExit(live, id, terms);
}

/** A quote that is not fresh decides nothing, but it tells a person more than an older one. */
function withLastQuote(position: Position, quote: Quote): Position {
  const { bid, ask, observedAt } = quote;
  if (observedAt <= (position.quotedAt ?? 0) || !isSound(quote)) return position;
  return { ...position, bid, ask, quotedAt: observedAt };
}
