import type { MarketInfo } from '../../../domain/market.ts';
import type { Price, Quantity } from '../../../domain/money.ts';
import { type MarketGroup, plainMarket } from './book-source.ts';

/** What is known of a market beside its recorded books; null: unknown. */
export interface MarketFacts {
  market: string;
  /** When trading ends (ms). */
  closeTime: number | null;
  volume24h: Quantity | null;
  /** When the result is paid out (ms), and what one YES contract pays: both or neither. */
  settledAt: number | null;
  settlementValue: Price | null;
}

export const noFacts = (market: string): MarketFacts => ({
  market,
  closeTime: null,
  volume24h: null,
  settledAt: null,
  settlementValue: null,
});

/** The market at a time: open, closed from its close time on, settled from its settlement on. */
export function marketAt(facts: MarketFacts, at: number): MarketInfo {
  const { market, closeTime, volume24h, settledAt, settlementValue } = facts;
  const info = { ...plainMarket(market), closeTime, volume24h };
  if (settledAt !== null && at >= settledAt) return { ...info, status: 'settled', settlementValue };
  return closeTime !== null && at >= closeTime ? { ...info, status: 'closed' } : info;
}

/** Puts the closing and settling of markets into groups of books at their times; what comes after the last books too. */
export function* withMarketChanges(
  groups: Iterable<MarketGroup>,
  facts: readonly MarketFacts[],
  from: number,
): Generator<MarketGroup, undefined> {
  const changes = listChanges(facts, from);
  let next = 0;
  const due = (at: number): MarketInfo[] => {
    const first = next;
    while (next < changes.length && changes[next]!.at === at) next += 1;
    return changes.slice(first, next).map((change) => change.info);
  };
  for (const group of groups) {
    while (next < changes.length && changes[next]!.at < group.at) {
      const { at } = changes[next]!;
      yield { at, books: [], markets: due(at) };
    }
    const markets = due(group.at);
    yield markets.length > 0 ? { ...group, markets: [...(group.markets ?? []), ...markets] } : group;
  }
  while (next < changes.length) {
    const { at } = changes[next]!;
    yield { at, books: [], markets: due(at) };
  }
}

/** The changes after `from`, oldest first. */
function listChanges(facts: readonly MarketFacts[], from: number): { at: number; info: MarketInfo }[] {
  return facts
    .flatMap((f) => [...new Set([f.closeTime, f.settledAt])].map((at) => ({ at, f })))
    .flatMap(({ at, f }) => (at !== null && at > from ? [{ at, info: marketAt(f, at) }] : []))
    .sort((a, b) => a.at - b.at);
}
