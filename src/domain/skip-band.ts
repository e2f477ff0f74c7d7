import { isEmpty } from './confirmations.ts';
import type { Evaluation, EvaluationInput, SkipBand } from './evaluation.ts';
import { gridForSide, type Quote, tickSize } from './market.ts';
import { isVolumeLow, settlementTime } from './market-conditions.ts';
import type { ConditionName } from './method.ts';
import { ONE_DOLLAR, type Price } from './money.ts';
import { averageFloor } from './pnl.ts';
import { type ThresholdPrices, thresholdPrices, usableProbability } from './threshold-prices.ts';
import { isExitAtWork, urgencyPrices } from './urgency.ts';

/**
 * Where no verdict can change after `evaluation` (DESIGN, "One evaluation"): while position, method and surroundings
 * stay as they are, every fresh quote inside gives the same statuses, winner, urgency, peak, trailing stop and stages.
 * Null when the next quote must be seen: an exit is to place an order, a confirmation is pending, or the market rests.
 * Prices in 1e-4 $ of the owned side, `until` in ms (exclusive).
 */
export function skipBand(input: EvaluationInput, evaluation: Evaluation): SkipBand | null {
  const { position, surroundings } = input;
  const { next, mark, quote } = evaluation;
  if (surroundings.market.status !== 'open') return null;
  if (position.phase === 'failed') return whileFailed(input, evaluation);
  if (position.exit?.attempt)
    return quote !== null && isEmpty(next.confirmations) ? sameQuote(input, quote) : null;
  if (isExitAtWork(position) || evaluation.winner !== null) return null;
  if (quote === null || !isEmpty(next.confirmations)) return null;
  if (mark === null || quote.ask === null || next.peak === null) return sameQuote(input, quote);
  const bids = bidRange(input, evaluation, mark);
  return withAsks(input, evaluation, bids, mark, quote.ask);
}

/** A book with one side, or an order that is out: only the very same quote changes nothing. */
function sameQuote(input: EvaluationInput, { bid, ask }: Quote): SkipBand {
  const [noBid, noAsk] = [0, ONE_DOLLAR];
  const until = nextChangeAt(input);
  return { bidLow: bid ?? noBid, bidHigh: bid ?? noBid, askLow: ask ?? noAsk, askHigh: ask ?? noAsk, until };
}

/** A failed exit must see every calm quote, and from its back-off on every bid; the same quote tells it nothing before. */
function whileFailed(input: EvaluationInput, { quote, winner, next }: Evaluation): SkipBand | null {
  const failure = input.position.exit?.failure;
  if (quote === null || !failure || (winner === null && quote.bid !== null)) return null;
  const band = sameQuote(input, quote);
  if (quote.bid !== null && failure.cause !== 'refused') {
    if (failure.bidVanished || failure.resumeAt <= input.at) return null;
    band.until = Math.min(band.until, failure.resumeAt);
  }
  if (!isEmpty(next.confirmations)) band.until = Math.min(band.until, input.at + RECOUNT_MS);
  return band;
}

/** Well within the gap that starts a count of confirmations anew. */
const RECOUNT_MS = 30_000;

/** A range of marks around one of them, narrowed by the prices at which something changes. */
interface Range {
  low: Price;
  high: Price;
}

/** Narrows a range at the border between marks ≤ `border` and marks above it. */
function cut(range: Range, mark: Price, border: Price): void {
  if (mark <= border) range.high = Math.min(range.high, border);
  else range.low = Math.max(range.low, border + 1);
}

function bidRange(
  { position, method, surroundings, at }: EvaluationInput,
  { next, stage }: Evaluation,
  mark: Price,
): Range {
  const grid = gridForSide(surroundings.market.grid, position.side);
  const progress = { stages: next.stages, next: stage };
  const prices = thresholdPrices(position, method, surroundings, at, mark, next.entrySpread, progress);
  const near = urgencyPrices(position, method, prices, next.trailingStop, mark, grid);
  const range = { low: 1, high: ONE_DOLLAR - 1 };
  cut(range, mark, next.peak!);
  cut(range, mark, near.atMost);
  cut(range, mark, near.atLeast - 1);
  if (next.trailingStop !== null) cut(range, mark, next.trailingStop);
  cutAtConditions(range, mark, averageFloor(position), prices);
  for (const band of grid) {
    if (band.end === ONE_DOLLAR) continue;
    cut(range, mark, band.end - 1);
    cut(range, mark, band.end);
  }
  return range;
}

function cutAtConditions(range: Range, mark: Price, average: Price, prices: ThresholdPrices): void {
  cut(range, mark, Math.min(prices.stopLoss, prices.spreadPaid));
  if (prices.profit !== null) cut(range, mark, prices.profit - 1);
  if (prices.earlyExit !== null) cut(range, mark, prices.earlyExit - 1);
  if (prices.edgeDisappeared !== null) cut(range, mark, prices.edgeDisappeared - 1);
  if (prices.rebalance !== null) cut(range, mark, Math.max(prices.rebalance - 1, average));
}

/** Splits the room left in the spread between a falling bid and a rising ask, and adds the time. */
function withAsks(
  input: EvaluationInput,
  { next }: Evaluation,
  bids: Range,
  bid: Price,
  ask: Price,
): SkipBand {
  const { market } = input.surroundings;
  const rule = input.method.conditions.liquidity_dried_up;
  const band = {
    bidLow: bids.low,
    bidHigh: bids.high,
    askLow: 1,
    askHigh: ONE_DOLLAR - 1,
    until: nextChangeAt(input),
  };
  const spreadIsIdle = next.sawLiquidBook && (isVolumeLow(market, rule) || !rule.enabled);
  if (spreadIsIdle) return band;
  const room = ask - bid - rule.maxSpread;
  const tick = tickSize(bid, gridForSide(market.grid, input.position.side));
  if (room <= 0) {
    band.bidLow = Math.max(bids.low, bid - halfInTicks(-room, tick));
    band.askHigh = Math.min(band.askHigh, band.bidLow + rule.maxSpread);
  } else {
    band.bidHigh = Math.min(bids.high, bid + halfInTicks(room - 1, tick));
    band.askLow = band.bidHigh + rule.maxSpread + 1;
  }
  return band;
}

const halfInTicks = (room: Price, tick: Price): Price => Math.min(room, Math.ceil(room / 2 / tick) * tick);

/** The first time (ms) at which a verdict can change though the book does not; MAX_SAFE_INTEGER: never. */
function nextChangeAt({ position, method, surroundings, at }: EvaluationInput): number {
  const { market } = surroundings;
  const { time_based_urgent } = method.conditions;
  let until = Number.MAX_SAFE_INTEGER;
  const notAfter = (time: number) => {
    if (time > at && time < until) until = time;
  };
  if (time_based_urgent.enabled) {
    const settlement = settlementTime(market, time_based_urgent, at);
    if (settlement !== null) notAfter(settlement - time_based_urgent.withinMs + 1);
    if (market.expectedExpiration !== null) notAfter(market.expectedExpiration);
  }
  if (position.modelAt !== null && usableProbability(position, method, at) !== null) {
    notAfter(position.modelAt + method.maxModelAgeMs + 1);
  }
  for (const condition in position.rests) notAfter(position.rests[condition as ConditionName]!);
  return until;
}
