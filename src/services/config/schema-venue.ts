import type { z } from 'zod';
import { CONFIDENCES } from '../../domain/method.ts';
import { FEE_MODELS } from '../venues/paper/fees.ts';
import { count, fraction, money, quantity, text, word } from './scalars.ts';
import { generatorMarketSchema, marketName, moment, tradable } from './schema-generator.ts';
import { methodName } from './schema-host.ts';
import { checkKalshi, kalshiShape, renameKalshi } from './schema-kalshi.ts';
import { crossCheck, list, mapping, type Report } from './shapes.ts';

const paperShape = {
  source: word(['generator', 'recording']),
  file: text('a path', /^[^\0]+$/).optional(),
  seed: count({ min: '0', max: '4294967295' }),
  fees: word(FEE_MODELS),
  cash: money({ min: '0' }),
  markets: list(generatorMarketSchema, 'markets of the generator'),
};

const blockSchema = mapping({
  kind: word(['paper', 'kalshi']),
  adopt: word(['all', 'listed', 'none']),
  ...paperShape,
  ...kalshiShape,
});
type Block = z.output<typeof blockSchema>;

/**
 * SPEC 12: where is traded. Settings of the venue that is not chosen stay unused, so that one word switches from paper
 * to the exchange.
 */
export const venueSchema = crossCheck(blockSchema, (venue, report) => {
  if (venue.kind === 'paper') checkPaper(venue, report);
  if (venue.kind === 'kalshi') checkKalshi(venue, report);
}).transform((venue) => {
  const { kind, adopt, fees, cash } = venue;
  if (kind === 'kalshi') return { kind, adopt, fees, ...renameKalshi(venue) };
  if (venue.source === 'recording')
    return { kind, adopt, fees, cash, source: venue.source, file: venue.file! };
  return { kind, adopt, fees, cash, source: venue.source, seed: venue.seed, markets: venue.markets };
});

function checkPaper(venue: Block, report: Report): void {
  if (venue.source === 'recording' && venue.file === undefined) {
    report(['file'], 'is missing: source recording needs the CSV file with the books');
  }
  if (venue.source === 'generator' && venue.file !== undefined) {
    report(['file'], 'source generator reads no file: leave it out');
  }
  if (!Array.isArray(venue.markets)) return;
  if (venue.source === 'recording' && venue.markets.length > 0) {
    report(['markets'], 'source recording has the markets of its file: leave them out');
  }
  reportRepeated(venue.markets, 'markets', report);
}

function reportRepeated(markets: readonly { market: string }[], key: string, report: Report): void {
  markets.forEach(({ market }, index) => {
    if (typeof market === 'string' && markets.findIndex((other) => other.market === market) < index) {
      report([key, index, 'market'], `${market} stands twice: each market must be named once`);
    }
  });
}

/** A position to adopt at the first start. */
export const trackedSchema = list(
  mapping({
    market: marketName(),
    side: word(['yes', 'no']),
    quantity: quantity({ min: '0.01' }),
    entry_price: tradable(),
    method: methodName().optional(),
    confidence: word(CONFIDENCES).optional(),
    model_probability: fraction({ min: '0', max: '1' }).optional(),
  }).transform((lot) => ({
    market: lot.market,
    side: lot.side,
    quantity: lot.quantity,
    entryPrice: lot.entry_price,
    method: lot.method ?? null,
    confidence: lot.confidence ?? null,
    modelProbability: lot.model_probability ?? null,
  })),
  'positions ({market, side, quantity, entry_price, …})',
);

/** Practice on the paper venue: which monitors are made to crash, and what a model says, and when. */
export const drillSchema = mapping({
  crash_monitor: list(
    mapping({ market: marketName(), after_seconds: moment() }).transform((crash) => ({
      market: crash.market,
      afterMs: crash.after_seconds,
    })),
    'crashes ({market, after_seconds})',
  ),
  model_says: list(
    mapping({
      market: marketName(),
      side: word(['yes', 'no']),
      probability: fraction({ min: '0', max: '1' }),
      confidence: word(CONFIDENCES).optional(),
      after_seconds: moment(),
    }).transform((word) => ({
      market: word.market,
      side: word.side,
      probability: word.probability,
      confidence: word.confidence ?? null,
      afterMs: word.after_seconds,
    })),
    'model probabilities ({market, side, probability, after_seconds})',
  ),
}).transform((block) => ({ crashMonitor: block.crash_monitor, modelSays: block.model_says }));

export type VenueConfig = z.output<typeof venueSchema>;
export type TrackedLot = z.output<typeof trackedSchema>[number];
export type PaperConfig = Extract<VenueConfig, { kind: 'paper' }>;
export type KalshiConfig = Extract<VenueConfig, { kind: 'kalshi' }>;
