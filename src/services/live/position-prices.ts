import { quoteForSide, type Side } from '../../domain/market.ts';
import { formatPrice, type Price } from '../../domain/money.ts';
import type { PriceHistory } from '../operations/operations.ts';
import { viewAt } from '../reports/live-view.ts';
import { priceLevels } from '../reports/price-levels.ts';
import { isoTime } from '../reports/replay-result.ts';
import { type LiveTree, notFound } from './live-tree.ts';
import type { PricePoint } from './price-series.ts';

/** How a position's market has moved, and the prices that count for the position now. */
export async function readPrices(live: LiveTree, id: string): Promise<PriceHistory> {
  const { tree, store, prices } = live.options;
  const at = live.now();
  const view = tree.watch().view(id);
  const stored = view?.position ?? (await store.position(id))?.position;
  if (!stored) throw notFound(id);
  const watched = view?.watched ?? null;
  const position = watched === null ? stored : viewAt(watched, view!.book, at).position;
  const { market, side } = position;
  const history = prices.of(market);
  return {
    market,
    side,
    since: isoTime(history?.since ?? at),
    points: (history?.points ?? []).map((point) => describePoint(market, side, point)),
    levels: priceLevels(position, watched, at),
  };
}

/** In the terms of the side owned. */
function describePoint(market: string, side: Side, { at, bid, ask }: PricePoint) {
  const level = (price: Price | null) => (price === null ? [] : [{ price, size: 0 }]);
  const quote = quoteForSide({ market, bids: level(bid), asks: level(ask), observedAt: at }, side);
  return { at: isoTime(at), bid: orNull(quote.bid), ask: orNull(quote.ask) };
}

const orNull = (price: Price | null): string | null => (price === null ? null : formatPrice(price));
