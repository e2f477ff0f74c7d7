import type { Quantity } from '../../../../domain/money.ts';
import type { KalshiClient } from '../client/kalshi-client.ts';
import type { Failed } from '../client/outcomes.ts';
import { marketsAnswer } from '../wire/markets.ts';

/** What a recording says of a market beside its book. */
export interface RecordedFacts {
  volume24h: Quantity | null;
  /** The exchange's own word. */
  status: string;
  /** ms */
  closeTime: number | null;
}

interface KnownMarkets {
  kind: 'ok';
  facts: Map<string, RecordedFacts>;
  /** What the exchange has no market of. */
  unknown: string[];
}

/** How many markets one call takes (FACTS section 5). */
const BATCH_SIZE = 100;

/** Lists of at most as many names as one call takes. */
export const inBatches = (names: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(names.length / BATCH_SIZE) }, (_, i) =>
    names.slice(i * BATCH_SIZE, (i + 1) * BATCH_SIZE),
  );

/** What the exchange says of these markets; a market that can't be read is known, but without facts. */
export async function readFacts(
  client: KalshiClient,
  names: readonly string[],
): Promise<KnownMarkets | Failed> {
  const facts = new Map<string, RecordedFacts>();
  const known = new Set<string | null>();
  for (const batch of inBatches(names)) {
    const outcome = await client.get('/markets', {
      query: [
        ['tickers', batch.join(',')],
        ['limit', '1000'],
      ],
      schema: marketsAnswer,
      lane: 'monitor',
      public: true,
    });
    if (outcome.kind !== 'ok') return outcome;
    for (const { ticker } of outcome.value.malformed) known.add(ticker);
    for (const { info, status } of outcome.value.markets) {
      const { market, volume24h, closeTime } = info;
      known.add(market);
      facts.set(market, { volume24h, status, closeTime });
    }
  }
  return { kind: 'ok', facts, unknown: names.filter((name) => !known.has(name)) };
}
