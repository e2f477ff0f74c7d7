import { conditionTable, judge, type TableRow } from './condition-table.ts';
import { countConfirmation, isConfirmed, needsConfirmation } from './confirmations.ts';
import type {
  Evaluation,
  EvaluationInput,
  EvaluationState,
  Surroundings,
  Verdict,
  VerdictStatus,
} from './evaluation.ts';
import { isPatient, resolve } from './exit-priority.ts';
import { gridForSide, type Quote } from './market.ts';
import { isBookIlliquid, isIlliquid } from './market-conditions.ts';
import type { ConditionName, Priority } from './method.ts';
import type { Price } from './money.ts';
import { stageProgress } from './partial-exits.ts';
import { pnlFraction, unrealizedPnl } from './pnl.ts';
import type { Position } from './position.ts';
import { type ThresholdPrices, thresholdPrices } from './threshold-prices.ts';
import { ratchetStop } from './trailing-stop.ts';
import { isUrgent, urgencyPrices } from './urgency.ts';
import type { View } from './verdict.ts';

/**
 * The one evaluation (SPEC 4): all ten verdicts with their numbers, the winner, urgency, and what goes back into the
 * row. `quote` must be fresh and of the owned side, or null on a cadence tick: then only `circuit_breaker` and
 * `time_based_urgent` speak and the row stays. A market that does not trade triggers nothing and leaves the row alone.
 * Throws a RangeError when an amount leaves the exact integer range or the method's priorities miss a condition.
 */
export function evaluateExits(input: EvaluationInput): Evaluation {
  const { position, method, surroundings, at } = input;
  const { market } = surroundings;
  const table = conditionTable(method);
  const trades = market.status === 'open';
  const quote = trades ? input.quote : null;
  const mark = input.quote?.bid ?? null;
  const progress = stageProgress(position, method);
  const next = rowAfter(input, quote, progress.stages);
  const knownMark = mark ?? next.mark;
  const prices =
    trades && knownMark !== null
      ? thresholdPrices(position, method, surroundings, at, knownMark, next.entrySpread, progress)
      : null;
  const view: View = {
    position,
    method,
    surroundings,
    notes: table.notes,
    at,
    quote,
    mark,
    pnl: mark === null ? null : pnlFraction(position, mark),
    prices: mark === null ? null : prices,
    row: next,
    stage: quote === null ? null : progress.next,
  };
  const verdicts = judgeAll(table.rows, view, isNewQuote(position, quote) ? quote.observedAt : null);
  const { winner, overruled } = resolve(verdicts, method);
  return {
    at,
    quote: input.quote,
    quoteAgeMs: input.quote === null ? null : at - input.quote.observedAt,
    mark,
    pnl: view.pnl,
    unrealized: mark === null ? null : unrealizedPnl(position, mark),
    verdicts,
    winner,
    stage: view.stage,
    overruled,
    urgent: isNearThreshold(input, next.trailingStop, knownMark, prices),
    nearest: nearestCondition(verdicts, view),
    illiquidSinceAdoption: isIlliquidSinceAdoption(view),
    next,
  };
}

/** Seen twice is once; another price of the same millisecond is another quote. */
function isNewQuote({ quotedAt, bid, ask }: Position, quote: Quote | null): quote is Quote {
  if (quote === null) return false;
  if (quotedAt === null || quote.observedAt > quotedAt) return true;
  return quote.observedAt === quotedAt && (quote.bid !== bid || quote.ask !== ask);
}

/** The row as this quote leaves it, before confirmations are counted. */
function rowAfter(input: EvaluationInput, quote: Quote | null, stages: Position['stages']): EvaluationState {
  const { position, method, surroundings } = input;
  const { mark, bid, ask, quotedAt, entrySpread, peak, trailingStop, sawLiquidBook, confirmations } =
    position;
  const row = {
    mark,
    bid,
    ask,
    quotedAt,
    entrySpread,
    peak,
    trailingStop,
    sawLiquidBook,
    confirmations,
    stages,
  };
  if (quote === null) {
    row.stages = position.stages;
    return row;
  }
  if (quotedAt === null || quote.observedAt >= quotedAt) {
    row.mark = quote.bid ?? mark;
    row.bid = quote.bid;
    row.ask = quote.ask;
    row.quotedAt = quote.observedAt;
  }
  if (quote.bid !== null) {
    const stop = ratchetStop(
      position,
      position,
      quote.bid,
      method.trailingStop,
      gridForSide(surroundings.market.grid, position.side),
    );
    row.peak = stop.peak;
    if (method.conditions.trailing_stop.enabled) row.trailingStop = stop.trailingStop;
  }
  if (quote.bid !== null && quote.ask !== null) {
    if (quotedAt === null) row.entrySpread = entrySpread ?? quote.ask - quote.bid;
    row.sawLiquidBook = sawLiquidBook || !isBookIlliquid(quote, method.conditions.liquidity_dried_up);
  }
  return row;
}

/** All ten verdicts; counts the confirmations of a quote observed at `countedAt` in the view's row. */
function judgeAll(rows: readonly TableRow[], view: View, countedAt: number | null): Verdict[] {
  const verdicts: Verdict[] = [];
  const { position, row } = view;
  for (const condition of rows) {
    const verdict = judge(condition, view);
    const { confirmations } = row;
    row.confirmations = countConfirmation(
      confirmations,
      position.confirmations,
      verdict,
      condition.rule,
      countedAt,
    );
    verdict.status = settledStatus(verdict, view);
    if (verdict.status === 'held' && isPausedBy(view.surroundings, verdict.priority))
      verdict.note = PATIENCE_NOTE;
    verdicts.push(verdict);
  }
  return verdicts;
}

const PATIENCE_NOTE = 'the database breaker is tripped: MEDIUM and LOW exits wait';

const isPausedBy = ({ patientPaused }: Surroundings, priority: Priority): boolean =>
  patientPaused && isPatient(priority);

/** What becomes of a verdict that holds: it waits for confirmations, rests after giving up, or is held. */
function settledStatus(verdict: Verdict, { position, method, surroundings, row, at }: View): VerdictStatus {
  const { condition, status } = verdict;
  if (status !== 'triggered') return status;
  const rule = method.conditions[condition];
  if (needsConfirmation(rule) && !isConfirmed(row.confirmations[condition], rule)) return 'confirming';
  const restsUntil = position.rests[condition];
  if (restsUntil !== undefined && restsUntil > at) return 'resting';
  if (isPausedBy(surroundings, verdict.priority)) return 'held';
  return position.held && verdict.priority !== 'CRITICAL' ? 'held' : 'triggered';
}

function isNearThreshold(
  { position, method, surroundings }: EvaluationInput,
  trailingStop: Price | null,
  mark: Price | null,
  prices: ThresholdPrices | null,
): boolean {
  if (mark === null || prices === null) return isUrgent(position, null, null);
  const near = urgencyPrices(
    position,
    method,
    prices,
    trailingStop,
    mark,
    gridForSide(surroundings.market.grid, position.side),
  );
  return isUrgent(position, mark, near);
}

/** The clear condition whose price is nearest to the mark, the first of them in the order of CONDITIONS. */
function nearestCondition(verdicts: readonly Verdict[], view: View): Evaluation['nearest'] {
  if (view.prices === null || view.mark === null) return null;
  let condition: ConditionName | null = null;
  let nearest = 0;
  for (const verdict of verdicts) {
    if (verdict.status !== 'clear' || verdict.distance === null) continue;
    const price = triggerPrice(verdict.condition, view.prices, view.row.trailingStop);
    if (price === null) continue;
    if (condition !== null && Math.abs(price - view.mark) >= Math.abs(nearest - view.mark)) continue;
    condition = verdict.condition;
    nearest = price;
  }
  return condition && { condition, price: nearest, distance: Math.abs(nearest - view.mark) };
}

/** The mark (1e-4 $) at which a condition begins to hold; null for one that is not a matter of the bid alone. */
function triggerPrice(
  condition: ConditionName,
  prices: ThresholdPrices,
  trailingStop: Price | null,
): Price | null {
  switch (condition) {
    case 'stop_loss':
      return Math.min(prices.stopLoss, prices.spreadPaid);
    case 'trailing_stop':
      return trailingStop;
    case 'profit_target':
    case 'partial_exit_target':
      return prices.profit;
    case 'early_exit':
      return prices.earlyExit;
    case 'edge_disappeared':
      return prices.edgeDisappeared;
    default:
      return null;
  }
}

function isIlliquidSinceAdoption({ quote, row, method, surroundings }: View): boolean {
  const rule = method.conditions.liquidity_dried_up;
  return quote !== null && rule.enabled && !row.sawLiquidBook && isIlliquid(quote, surroundings.market, rule);
}
