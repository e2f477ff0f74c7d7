import type { z } from 'zod';
import { CONFIDENCES } from '../../domain/method.ts';
import { FEE_MODELS } from '../venues/paper/fees.ts';
import { count, fraction, price, quantity, scalar, seconds, text, word } from './scalars.ts';
import { methodName } from './schema-host.ts';
import { duration } from './schema-monitoring.ts';
import { crossCheck, list, mapping, type Report } from './shapes.ts';

const tradable = () => price({ above: '0', below: '1' });
const moment = () => seconds({ min: '0', max: '31536000' });
const marketName = () =>
  text('the name of a market (at most 100 letters, digits, ".", "_" and "-")', /^[A-Za-z0-9._-]{1,100}$/);

const waypointSchema = mapping({ after_seconds: moment(), price: tradable() }).transform((point) => ({
  afterMs: point.after_seconds,
  price: point.price,
}));

const EVENT_KINDS = ['widen', 'bid_vanishes', 'ask_vanishes', 'gap', 'thin', 'close', 'settle'] as const;
const EVENT_NEEDS = { spread: ['widen'], size: ['thin'], value: ['settle'] } as const;

const eventSchema = crossCheck(
  mapping({
    after_seconds: moment(),
    kind: word(EVENT_KINDS),
    for_seconds: duration().optional(),
    spread: tradable().optional(),
    size: quantity({ min: '0.01' }).optional(),
    value: price({ min: '0', max: '1' }).optional(),
  }),
  (event, report) => {
    if (typeof event.kind !== 'string') return;
    for (const key of ['spread', 'size', 'value'] as const) {
      const needed = (EVENT_NEEDS[key] as readonly string[]).includes(event.kind);
      if (needed && event[key] === undefined) report([key], `is missing: ${event.kind} needs it`);
      if (!needed && event[key] !== undefined) report([key], `${event.kind} has no ${key}: leave it out`);
    }
    if ((event.kind === 'close' || event.kind === 'settle') && event.for_seconds !== undefined) {
      report(['for_seconds'], `${event.kind} is for good: leave it out`);
    }
  },
).transform((event) => ({
  afterMs: event.after_seconds,
  kind: event.kind,
  forMs: event.for_seconds ?? null,
  spread: event.spread ?? null,
  size: event.size ?? null,
  value: event.value ?? null,
}));

const generatorMarketSchema = crossCheck(
  mapping({
    market: marketName(),
    start_price: tradable(),
    path: word(['mean_reverting', 'jumpy', 'waypoints']),
    volatility: fraction({ min: '0', max: '1' }).optional(),
    waypoints: list(waypointSchema, 'waypoints ({after_seconds, price})', 1).optional(),
    spread: tradable(),
    levels: count({ min: '1', max: '50' }),
    size: quantity({ min: '0.01' }),
    volume_24h: quantity({ min: '0' }).optional(),
    close_after_seconds: duration().optional(),
    events: list(eventSchema, 'events ({after_seconds, kind, …})').optional(),
  }),
  (market, report) => {
    if (market.path === 'waypoints' && market.waypoints === undefined) {
      report(['waypoints'], 'is missing: the path waypoints needs it');
    }
    if ((market.path === 'mean_reverting' || market.path === 'jumpy') && market.waypoints !== undefined) {
      report(['waypoints'], `the path ${market.path} has no waypoints: leave them out`);
    }
    checkAscending(market.waypoints, report);
  },
).transform((market) => ({
  market: market.market,
  startPrice: market.start_price,
  path: market.path,
  volatility: market.volatility ?? null,
  waypoints: market.waypoints ?? [],
  spread: market.spread,
  levels: market.levels,
  size: market.size,
  volume24h: market.volume_24h ?? null,
  closeAfterMs: market.close_after_seconds ?? null,
  events: market.events ?? [],
}));

function checkAscending(points: readonly { afterMs: number }[] | undefined, report: Report): void {
  if (!Array.isArray(points)) return;
  points.forEach((point, index) => {
    if (point?.afterMs <= points[index - 1]?.afterMs) {
      report(['waypoints', index, 'after_seconds'], 'must be later than the waypoint before');
    }
  });
}

/** SPEC 12: the paper venue, fed by a generator or by recorded books. */
export const venueSchema = crossCheck(
  mapping({
    kind: scalar('paper (the only venue so far)', (kind) => (kind === 'paper' ? ('paper' as const) : null)),
    source: word(['generator', 'recording']),
    file: text('a path', /^[^\0]+$/).optional(),
    seed: count({ min: '0', max: '4294967295' }),
    fees: word(FEE_MODELS),
    adopt: word(['listed']),
    markets: list(generatorMarketSchema, 'markets of the generator'),
  }),
  (venue, report) => {
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
  },
).transform((venue) => {
  const common = { kind: venue.kind, fees: venue.fees, adopt: venue.adopt };
  if (venue.source === 'recording') return { ...common, source: venue.source, file: venue.file! };
  return { ...common, source: venue.source, seed: venue.seed, markets: venue.markets };
});

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

/** Practice on the paper venue: which monitors are made to crash, and when. */
export const drillSchema = mapping({
  crash_monitor: list(
    mapping({ market: marketName(), after_seconds: moment() }).transform((crash) => ({
      market: crash.market,
      afterMs: crash.after_seconds,
    })),
    'crashes ({market, after_seconds})',
  ),
}).transform((block) => ({ crashMonitor: block.crash_monitor }));

export type VenueConfig = z.output<typeof venueSchema>;
export type GeneratorMarket = z.output<typeof generatorMarketSchema>;
export type GeneratorEvent = z.output<typeof eventSchema>;
export type TrackedLot = z.output<typeof trackedSchema>[number];
