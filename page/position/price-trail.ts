import type { Explanation, PositionView, PriceHistory } from '../../src/services/operations/operations.ts';
import type { JournaledEvaluation } from './evaluation.ts';

/** A price as it was seen after the history was read; undefined: as before. Times in ms of the daemon's clock. */
export interface LivePrice {
  at: number;
  bid?: number | null;
  ask?: number | null;
}

/** Bid and ask from `at` (ms) on, until the next. */
export interface TrailPoint {
  at: number;
  bid: number | null;
  ask: number | null;
}

/** One step of the drawn line; `time` in seconds. */
export interface Sample {
  time: number;
  bid: number | null;
  ask: number | null;
}

const MOST_LIVE = 5_000;

const toNumber = (price: string | null): number | null => (price === null ? null : Number(price));

/** Adds what the position's mark and its last evaluation say of the market, where that is news. */
export function pricesSeen(
  known: readonly LivePrice[],
  { position, evaluation }: Pick<Explanation, 'position' | 'evaluation'>,
  at: number,
): readonly LivePrice[] {
  const seen = evaluation === null ? markOf(position, at) : quoteOf(evaluation);
  if (seen === null) return known;
  const isOld = known.findLast((price) => price.at <= seen.at && (seen.ask === undefined || 'ask' in price));
  if (isOld && isOld.bid === seen.bid && (seen.ask === undefined || isOld.ask === seen.ask)) return known;
  return [...known, seen].sort((a, b) => a.at - b.at).slice(-MOST_LIVE);
}

const markOf = ({ state, mark, mark_age_seconds }: PositionView, at: number): LivePrice | null =>
  state === 'closed' ? null : { at: at - (mark_age_seconds ?? 0) * 1_000, bid: toNumber(mark) };

/** The fresh quote that an evaluation rests on; null without one. */
function quoteOf(evaluation: Record<string, unknown>): LivePrice | null {
  const { at, quote_age_ms, bid, ask } = evaluation as unknown as JournaledEvaluation;
  if (quote_age_ms === null) return null;
  return { at: Date.parse(at) - quote_age_ms, bid: toNumber(bid), ask: toNumber(ask) };
}

/** The daemon knows prices since its start alone: what it said before a restart is kept. */
export function joinHistories(known: PriceHistory | null, told: PriceHistory): PriceHistory {
  const earlier = (known?.points ?? []).filter(({ at }) => at < told.since);
  return earlier.length === 0 ? told : { ...told, points: [...earlier, ...told.points] };
}

/** The history and what was seen since, ascending in time. */
export function joinTrail(history: PriceHistory | null, live: readonly LivePrice[]): TrailPoint[] {
  const trail = (history?.points ?? []).map(({ at, bid, ask }) => ({
    at: Date.parse(at),
    bid: toNumber(bid),
    ask: toNumber(ask),
  }));
  const since = trail.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  let { bid = null, ask = null }: Partial<TrailPoint> = trail.at(-1) ?? {};
  for (const price of live) {
    if (price.at <= since) continue;
    if (price.bid !== undefined) bid = price.bid;
    if (price.ask !== undefined) ask = price.ask;
    trail.push({ at: price.at, bid, ask });
  }
  return trail;
}

const NICE_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 86_400];

/** Whole seconds a step, so that `cells` steps reach over the time between (ms). */
export function sampleStep(from: number, to: number, cells: number): number {
  const least = (to - from) / 1_000 / cells;
  return NICE_STEPS.find((step) => step >= least) ?? Math.ceil(least / 86_400) * 86_400;
}

/**
 * The trail at even steps from `from` to `to` (ms): a library that spaces its points evenly then shows time to scale.
 * Each sample is what held at the end of its step.
 */
export function sampleTrail(trail: readonly TrailPoint[], from: number, to: number, step: number): Sample[] {
  const samples: Sample[] = [];
  let next = 0;
  let bid: number | null = null;
  let ask: number | null = null;
  for (let time = Math.floor(from / 1_000 / step) * step; time * 1_000 <= to; time += step) {
    while (next < trail.length && trail[next]!.at < (time + step) * 1_000) ({ bid, ask } = trail[next++]!);
    samples.push({ time, bid, ask });
  }
  return samples;
}

/** The step that an instant (ms) falls into, in seconds. */
export const stepOf = (at: number, step: number): number => Math.floor(at / 1_000 / step) * step;
