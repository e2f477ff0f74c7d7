import type { MarketFacts } from './market-facts.ts';
import type { PositionsDocument } from './positions-document.ts';
import type { PositionEntry } from './positions-fields.ts';

/** What an entry says about its market. It holds for that position alone: others of the market may say otherwise, or nothing. */
export function readMarketFacts(document: PositionsDocument, entry: PositionEntry): MarketFacts {
  const { market = '', close_time, volume_24h, settled_at, settlement_value } = entry.values;
  checkOrder(document, entry);
  return {
    market,
    closeTime: close_time ?? null,
    volume24h: volume_24h ?? null,
    settledAt: settled_at ?? null,
    settlementValue: settlement_value ?? null,
  };
}

function checkOrder(document: PositionsDocument, { index, values, nodes }: PositionEntry): void {
  const { close_time, settled_at } = values;
  if (close_time === undefined || settled_at === undefined || settled_at >= close_time) return;
  document.report(
    nodes.settled_at,
    [index, 'settled_at'],
    `"${nodes.settled_at}" lies before close_time ("${nodes.close_time}"): must not`,
  );
}
