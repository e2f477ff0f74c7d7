import { type MarketFacts, noFacts } from './market-facts.ts';
import type { PositionsDocument } from './positions-document.ts';
import type { PositionEntry, PositionField } from './positions-fields.ts';

type FactField = 'close_time' | 'volume_24h' | 'settled_at' | 'settlement_value';

const FACT_NAMES = {
  close_time: 'closeTime',
  volume_24h: 'volume24h',
  settled_at: 'settledAt',
  settlement_value: 'settlementValue',
} as const satisfies Record<FactField, keyof MarketFacts>;

const FACT_FIELDS = Object.keys(FACT_NAMES) as FactField[];

interface Gathered {
  facts: MarketFacts;
  /** Who said so first. */
  from: Partial<Record<PositionField, PositionEntry>>;
}

/** What all positions of each market say about it together; reports where they contradict each other. */
export function mergeMarketFacts(
  document: PositionsDocument,
  entries: readonly PositionEntry[],
): MarketFacts[] {
  const byMarket = new Map<string, Gathered>();
  for (const entry of entries) {
    const { market } = entry.values;
    if (market === undefined) continue;
    const gathered = byMarket.get(market) ?? { facts: noFacts(market), from: {} };
    byMarket.set(market, gathered);
    for (const field of FACT_FIELDS) addFact(document, gathered, entry, field);
  }
  for (const gathered of byMarket.values()) checkOrder(document, gathered);
  return [...byMarket.values()].map(({ facts }) => facts);
}

function addFact(
  document: PositionsDocument,
  gathered: Gathered,
  entry: PositionEntry,
  field: FactField,
): void {
  const value = entry.values[field];
  if (value === undefined) return;
  const first = gathered.from[field];
  if (!first) {
    gathered.from[field] = entry;
    gathered.facts[FACT_NAMES[field]] = value;
  } else if (gathered.facts[FACT_NAMES[field]] !== value) {
    const place = `[${first.index}].${field} in line ${document.lineOf(first.nodes[field])}`;
    const rule = 'positions of one market must say the same about it';
    document.report(
      entry.nodes[field],
      [entry.index, field],
      `"${entry.nodes[field]}" contradicts ${place}, "${first.nodes[field]}": ${rule}`,
    );
  }
}

function checkOrder(document: PositionsDocument, { facts, from }: Gathered): void {
  const { closeTime, settledAt } = facts;
  if (closeTime === null || settledAt === null || settledAt >= closeTime) return;
  const { index, nodes } = from.settled_at!;
  const closing = `close_time ("${from.close_time!.nodes.close_time}")`;
  document.report(
    nodes.settled_at,
    [index, 'settled_at'],
    `"${nodes.settled_at}" lies before ${closing}: must not`,
  );
}
