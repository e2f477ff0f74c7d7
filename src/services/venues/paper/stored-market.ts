import type { Level, MarketInfo } from '../../../domain/market.ts';
import type { Quantity } from '../../../domain/money.ts';
import type { ShownBook, UsedSize } from './matching.ts';
import type { PaperMarket } from './paper-store.ts';

/** A stored level; `used` is what our own fills took of it while it showed this size. */
interface StoredLevel extends Level {
  used?: Quantity;
}

/** The row of a market as the store keeps it. */
export function storeMarket(
  info: Pick<MarketInfo, 'market' | 'status' | 'settlementValue'>,
  shown: ShownBook | null,
): PaperMarket {
  const levels = (side: 'bids' | 'asks'): StoredLevel[] =>
    (shown?.book[side] ?? []).map((level) => {
      const taken = shown?.used.find((u) => u.side === side && u.price === level.price);
      return taken ? { ...level, used: taken.used } : level;
    });
  const { market, status, settlementValue } = info;
  return {
    market,
    bids: levels('bids'),
    asks: levels('asks'),
    observedAt: shown?.book.observedAt ?? 0,
    status,
    settlementValue,
  };
}

/** The book of a stored market, or null when none had been shown. */
export function loadBook({ market, bids, asks, observedAt }: PaperMarket): ShownBook | null {
  if (observedAt === 0) return null;
  const used: UsedSize[] = [];
  const levels = (side: 'bids' | 'asks', stored: StoredLevel[]): Level[] =>
    stored.map(({ price, size, used: taken }) => {
      if (taken) used.push({ side, price, shown: size, used: taken });
      return { price, size };
    });
  return { book: { market, bids: levels('bids', bids), asks: levels('asks', asks), observedAt }, used };
}
