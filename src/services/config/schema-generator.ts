import type { z } from 'zod';
import { count, fraction, price, quantity, seconds, text, word } from './scalars.ts';
import { duration } from './schema-monitoring.ts';
import { crossCheck, list, mapping, type Report } from './shapes.ts';

/** A price an order may have: strictly between 0 and 1. */
export const tradable = () => price({ above: '0', below: '1' });
/** How long after its start something happens (ms). */
export const moment = () => seconds({ min: '0', max: '31536000' });
export const marketName = () =>
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

/** One market of the paper venue's generator. */
export const generatorMarketSchema = crossCheck(
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

export type GeneratorMarket = z.output<typeof generatorMarketSchema>;
export type GeneratorEvent = z.output<typeof eventSchema>;
