import { z } from 'zod';
import type { Quantity } from '../domain/money.ts';
import type { FeeType } from '../exchange/specs.ts';
import { GRIDS, type GridName, type Scenario } from './scenario.ts';
import { accountSchema, ticker } from './scenario-account.ts';
import { contracts, duration, eventSchema, moment, tradable } from './scenario-events.ts';
import {
  crossCheck,
  list,
  mapping,
  quantity,
  type Report,
  scalar,
  seconds,
  text,
  whole,
  word,
} from './scenario-values.ts';

const FEE_TYPES = ['quadratic', 'quadratic_with_maker_fees', 'quadratic_with_combo_maker_fees'] as const;
const label = () => text('a text of at most 200 characters', /^.{1,200}$/);

const sizes = z.unknown().transform((input, context) => {
  const many = list(contracts(), 'numbers of contracts, the best level first', 1);
  const result = (Array.isArray(input) ? many : contracts()).safeParse(input);
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues) context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
});

const marketSchema = crossCheck(
  mapping({
    market: ticker(),
    title: label().optional(),
    shard: whole({ max: '99' }).optional(),
    grid: word(Object.keys(GRIDS) as GridName[]).optional(),
    volume_24h: quantity({ min: '0' }).optional(),
    start_price: tradable(),
    waypoints: list(mapping({ after_seconds: moment(), price: tradable() }), 'waypoints').optional(),
    spread: tradable(),
    levels: whole({ min: '1', max: '50' }).optional(),
    size: sizes,
    close_after_seconds: duration().optional(),
    expected_expiration_after_seconds: duration().optional(),
    settlement_timer_seconds: whole({ max: '86400' }).optional(),
    events: list(eventSchema, 'events').optional(),
  }),
  (market, report) => {
    if (Array.isArray(market.size) && market.levels !== undefined)
      report(['levels'], 'the sizes are listed one by one: leave it out');
    const points = Array.isArray(market.waypoints) ? market.waypoints : [];
    points.forEach((point, index) => {
      const before = points[index - 1];
      if (before && point.after_seconds <= before.after_seconds)
        report(['waypoints', index, 'after_seconds'], 'must be later than the waypoint before');
    });
  },
).transform((market) => ({
  market: market.market,
  title: market.title ?? null,
  shard: market.shard ?? 0,
  grid: market.grid ?? 'linear_cent',
  volume: market.volume_24h ?? 1_000_000,
  startPrice: market.start_price,
  waypoints: (market.waypoints ?? []).map((point) => ({ afterMs: point.after_seconds, price: point.price })),
  spread: market.spread,
  sizes: sizesOf(market.size, market.levels ?? 4),
  closeAfterMs: market.close_after_seconds ?? null,
  expectedExpirationAfterMs: market.expected_expiration_after_seconds ?? null,
  settlementTimerSeconds: market.settlement_timer_seconds ?? 10,
  events: market.events ?? [],
}));

const sizesOf = (size: Quantity | Quantity[], levels: number): Quantity[] =>
  Array.isArray(size) ? size : Array.from({ length: levels }, () => size);

const seriesSchema = mapping({
  series: ticker(),
  title: label().optional(),
  category: label().optional(),
  fee_type: word(FEE_TYPES).optional(),
  fee_multiplier: scalar('a number like 0.5, at most 10', (written) =>
    /^\d{1,2}(\.\d{1,4})?$/.test(written) && Number(written) <= 10 ? Number(written) : null,
  ).optional(),
}).transform((series) => ({
  series: series.series,
  title: series.title ?? null,
  category: series.category ?? null,
  feeType: (series.fee_type ?? 'quadratic') as FeeType,
  feeMultiplier: series.fee_multiplier ?? 1,
}));

/** A scenario file as a whole. */
export const scenarioSchema: z.ZodType<Scenario> = crossCheck(
  mapping({
    name: text('a name (at most 60 letters, digits, "_" and "-")', /^[\w-]{1,60}$/),
    step_seconds: seconds({ min: '0.05', max: '86400' }).optional(),
    series: list(seriesSchema, 'series').optional(),
    markets: list(marketSchema, 'markets', 1),
    account: accountSchema,
  }),
  (scenario, report) => {
    const markets = namesIn(scenario.markets);
    refuseDoubles(markets, 'markets', report);
    const held = namesIn((scenario.account as Scenario['account'] | undefined)?.holdings);
    refuseDoubles(held, 'account.holdings', report);
    held.forEach((name, index) => {
      if (typeof name === 'string' && !markets.includes(name))
        report(['account', 'holdings', index, 'market'], `${JSON.stringify(name)} is none of the markets`);
    });
  },
).transform((scenario) => ({
  name: scenario.name,
  stepMs: scenario.step_seconds ?? 1_000,
  series: scenario.series ?? [],
  markets: scenario.markets,
  account: scenario.account,
}));

const namesIn = (items: readonly { market: string }[] | undefined): unknown[] =>
  Array.isArray(items) ? items.map((item: { market?: unknown } | null) => item?.market) : [];

function refuseDoubles(names: readonly unknown[], where: string, report: Report): void {
  names.forEach((name, index) => {
    if (typeof name === 'string' && names.indexOf(name) < index)
      report([...where.split('.'), index, 'market'], `${JSON.stringify(name)} stands twice`);
  });
}
