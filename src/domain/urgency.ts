import { type PriceGrid, tickSize } from './market.ts';
import type { Method } from './method.ts';
import { mulDivFloor, ONE_DOLLAR, type Price, WHOLE } from './money.ts';
import { type Entry, gainThresholdPrice, lossThresholdPrice } from './pnl.ts';
import type { Position } from './position.ts';
import type { ThresholdPrices } from './threshold-prices.ts';

/** The marks (1e-4 $) that are urgent: those ≤ `atMost` and those ≥ `atLeast`. Exact at the current mark's ticks. */
export interface UrgencyPrices {
  atMost: Price;
  atLeast: Price;
}

/**
 * Where a mark is near a threshold (SPEC 2): within `nearStopLoss` and `nearProfitTarget` of P&L of the stop loss or
 * the next profit threshold, at most trailing stop × (1 + `nearTrailingStop`), or one grid price away from the price
 * that triggers one of the three. Disabled conditions count for nothing, unreachable thresholds have no such price.
 */
export function urgencyPrices(
  entry: Entry,
  method: Method,
  prices: ThresholdPrices,
  trailingStop: Price | null,
  mark: Price,
  grid: PriceGrid,
): UrgencyPrices {
  const { conditions, urgency } = method;
  const tickDown = tickSize(mark, grid);
  const tickUp = tickSize(mark + 1, grid);
  let atMost = 0;
  let atLeast = ONE_DOLLAR;
  if (conditions.stop_loss.enabled) {
    atMost = lossThresholdPrice(entry, conditions.stop_loss.stop - urgency.nearStopLoss);
    if (prices.stopLoss >= prices.lowest) atMost = Math.max(atMost, prices.stopLoss + tickDown);
  }
  if (conditions.trailing_stop.enabled && trailingStop !== null) {
    atMost = Math.max(atMost, mulDivFloor(trailingStop, WHOLE + urgency.nearTrailingStop, WHOLE));
    if (trailingStop >= prices.lowest) atMost = Math.max(atMost, trailingStop + tickDown);
  }
  if (prices.profitThreshold !== null && prices.profit !== null) {
    atLeast = gainThresholdPrice(entry, prices.profitThreshold - urgency.nearProfitTarget);
    if (prices.profit <= prices.highest) atLeast = Math.min(atLeast, prices.profit - tickUp);
  }
  return { atMost, atLeast };
}

/** An exit works, or the position has failed to exit: urgent whatever the mark (SPEC 2). */
export const isExitAtWork = ({ exit, phase }: Pick<Position, 'exit' | 'phase'>): boolean =>
  exit !== null || phase === 'exiting' || phase === 'walking' || phase === 'failed';

/** Whether a position wants the urgent cadence (SPEC 2): an exit works or failed, or its mark is near a threshold. */
export function isUrgent(
  position: Pick<Position, 'exit' | 'phase'>,
  mark: Price | null,
  near: UrgencyPrices | null,
) {
  if (isExitAtWork(position)) return true;
  return mark !== null && near !== null && (mark <= near.atMost || mark >= near.atLeast);
}
