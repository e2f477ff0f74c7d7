import type { Config } from '../services/config/schema.ts';
import { type GeneratedMarketSpec, generateRecording } from '../services/venues/paper/generator.ts';
import { generatedMarket } from '../services/venues/paper/generator-specs.ts';
import type { MarketFacts } from '../services/venues/paper/market-facts.ts';
import type { TrackedPosition } from '../services/venues/paper/positions-file.ts';
import { parseRecording, type Recording } from '../services/venues/paper/recording.ts';
import { UsageError } from './failure.ts';

/** Any moment will do, as long as it is always the same: two runs give the same bytes. */
const START = Date.UTC(2026, 0, 1);
const STEP_MS = 1_000;

export interface GeneratedBooks {
  recording: Recording;
  /** The positions with what the generator knows of their markets, where their file says nothing. */
  withFacts(positions: readonly TrackedPosition[]): TrackedPosition[];
}

/** Books for the markets of the configuration, from a seed. Throws a UsageError where it has none. */
export function generateBooks(
  { venue }: Config,
  { seed, minutes }: { seed: number; minutes: number },
): GeneratedBooks {
  const markets = venue.source === 'generator' ? venue.markets : [];
  if (markets.length === 0)
    throw new UsageError(
      '--seed generates the markets in venue.markets of the configuration, which has none: name one with --config',
    );
  const specs = markets.map(generatedMarket);
  const options = { specs, seed: String(seed), stepMs: STEP_MS, startAt: START };
  const text = generateRecording({ ...options, durationMs: minutes * 60_000 });
  return {
    recording: parseRecording(Buffer.from(text), `the books of seed ${seed}`),
    withFacts: (positions) => positions.map((position) => addFacts(position, specs)),
  };
}

function addFacts(position: TrackedPosition, specs: readonly GeneratedMarketSpec[]): TrackedPosition {
  const spec = specs.find(({ market }) => market === position.market);
  if (!spec) return position;
  const { closeTime, volume24h, settledAt, settlementValue, market } = position.facts;
  const settle = spec.events.find((event) => event.kind === 'settle');
  const settled =
    settledAt === null && settle
      ? { settledAt: START + settle.afterMs, settlementValue: settle.value }
      : { settledAt, settlementValue };
  const facts: MarketFacts = {
    market,
    closeTime: closeTime ?? (spec.closeAfterMs === undefined ? null : START + spec.closeAfterMs),
    volume24h: volume24h ?? spec.volume24h,
    ...settled,
  };
  return { ...position, facts };
}
