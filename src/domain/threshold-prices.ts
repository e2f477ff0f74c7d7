import type { Surroundings } from './evaluation.ts';
import { gridForSide, highestPrice, lowestPrice, type PriceGrid, tickSize } from './market.ts';
import type { Method } from './method.ts';
import type { Fraction, Price } from './money.ts';
import { allSkipped, type StageProgress } from './partial-exits.ts';
import { averageFloor, gainThresholdPrice, lossThresholdPrice } from './pnl.ts';
import type { Position, StageStatus } from './position.ts';

/** One price step (1e-4 $) in the unit of a probability (1e-6). */
const FRACTION_PER_PRICE = 100;

/**
 * The marks (1e-4 $) at which the conditions of one position begin to hold. They may lie between or beyond the grid's
 * prices; `lowest` and `highest` are the grid's.
 */
export interface ThresholdPrices {
  lowest: Price;
  highest: Price;
  /** The highest mark with P&L ≤ −stop. */
  stopLoss: Price;
  /** The highest mark that lies at least the spread at adoption + 1 tick (at the current mark) below the average. */
  spreadPaid: Price;
  /** The next profit threshold, and the lowest mark that reaches it; null when no profit condition speaks. */
  profitThreshold: Fraction | null;
  profit: Price | null;
  /** The lowest mark with edge < below, with edge < 0, and with an opportunity's edge better by the margin. */
  earlyExit: Price | null;
  edgeDisappeared: Price | null;
  rebalance: Price | null;
}

/**
 * The threshold prices at one mark (SPEC 4, 5), as exact integers. `progress` holds the stages' statuses after what was
 * sold so far. Throws when a product leaves the exact range.
 */
export function thresholdPrices(
  position: Position,
  method: Method,
  { market, opportunity }: Surroundings,
  at: number,
  mark: Price,
  entrySpread: Price | null,
  progress: StageProgress,
): ThresholdPrices {
  const { conditions } = method;
  const grid = gridForSide(market.grid, position.side);
  const { lowest, highest } = gridLimits(grid);
  const probability = usableProbability(position, method, at);
  const profitThreshold = nextProfitThreshold(position, method, progress);
  return {
    lowest,
    highest,
    stopLoss: lossThresholdPrice(position, conditions.stop_loss.stop),
    spreadPaid: averageFloor(position) - spreadCounted(entrySpread, method) - tickSize(mark, grid),
    profitThreshold,
    profit: profitThreshold === null ? null : gainThresholdPrice(position, profitThreshold),
    earlyExit: probability === null ? null : lowestMarkBelowEdge(probability, conditions.early_exit.below),
    edgeDisappeared: probability === null ? null : lowestMarkBelowEdge(probability, 0),
    rebalance:
      probability === null || opportunity === null
        ? null
        : Math.ceil((probability + conditions.rebalance.margin - opportunity.edge) / FRACTION_PER_PRICE),
  };
}

/** The edge at `mark` (SPEC 1) as a fraction (1e-6): probability − mark. */
export const edgeAt = (probability: Fraction, mark: Price): Fraction =>
  probability - mark * FRACTION_PER_PRICE;

/** The model's probability while it may be used: not older than `maxModelAgeMs` at `at` (SPEC 1); null otherwise. */
export function usableProbability(position: Position, method: Method, at: number): Fraction | null {
  if (position.modelAt !== null && at - position.modelAt > method.maxModelAgeMs) return null;
  return position.modelProbability;
}

/** The spread at adoption as `stop_loss` counts it (SPEC 4): up to `maxSpread`, 0 when it is not known. */
export const spreadCounted = (entrySpread: Price | null, method: Method): Price =>
  entrySpread === null ? 0 : Math.min(entrySpread, method.conditions.liquidity_dried_up.maxSpread);

/** Whether the profit is the stages' to take, so that `profit_target` stays silent (SPEC 4). */
export const stagesTakeProfit = (method: Method, stages: readonly StageStatus[]): boolean =>
  method.partialExits.enabled && method.conditions.partial_exit_target.enabled && !allSkipped(stages);

/** The threshold (1e-6) of the next pending stage, or of `profit_target` where that speaks; null where neither does. */
function nextProfitThreshold(
  position: Position,
  method: Method,
  { stages, next }: StageProgress,
): Fraction | null {
  if (stagesTakeProfit(method, stages)) return next && method.partialExits.stages[next.index]!.threshold;
  const { enabled, targets } = method.conditions.profit_target;
  return enabled ? targets[position.confidence] : null;
}

const lowestMarkBelowEdge = (probability: Fraction, below: Fraction): Price =>
  Math.floor((probability - below) / FRACTION_PER_PRICE) + 1;

interface GridLimits {
  lowest: Price;
  highest: Price;
}

const limitsByGrid = new WeakMap<PriceGrid, GridLimits>();

function gridLimits(grid: PriceGrid): GridLimits {
  let limits = limitsByGrid.get(grid);
  if (!limits) {
    limits = { lowest: lowestPrice(grid), highest: highestPrice(grid) };
    limitsByGrid.set(grid, limits);
  }
  return limits;
}
