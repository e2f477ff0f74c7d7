import { type PriceGrid, tickBelow } from './market.ts';
import type { TrailingStopRules } from './method.ts';
import { type Fraction, mulDivFloor, type Price, WHOLE } from './money.ts';
import { type Entry, pnlFraction } from './pnl.ts';

/** What the trailing stop remembers: the highest mark since adoption, and the stop's price once it is active. */
export interface StopState {
  peak: Price | null;
  trailingStop: Price | null;
}

/**
 * The stop's distance from the peak as a share of it (1e-6; SPEC 3): `distance`, less `tightenBy` for each full
 * `tightenEvery` by which the peak's P&L lies beyond the activation, never below `minDistance`.
 */
export function stopDistance(peakPnl: Fraction, rules: TrailingStopRules): Fraction {
  const tightenings = Math.floor((peakPnl - rules.activation) / rules.tightenEvery);
  return Math.max(rules.minDistance, rules.distance - tightenings * rules.tightenBy);
}

/**
 * The stop price (1e-4 $, rounded down) that a peak earns (SPEC 3): peak × (1 − distance), at least `minTicks` grid
 * prices below the peak; null while the peak's P&L is below the activation, 0 where the grid has no such price.
 */
export function stopForPeak(
  entry: Entry,
  peak: Price,
  rules: TrailingStopRules,
  grid: PriceGrid,
): Price | null {
  const peakPnl = pnlFraction(entry, peak);
  if (peakPnl < rules.activation) return null;
  const stop = mulDivFloor(peak, WHOLE - stopDistance(peakPnl, rules), WHOLE);
  return Math.min(stop, ticksBelow(peak, rules.minTicks, grid));
}

/**
 * Peak and stop after a fresh `mark` (1e-4 $; SPEC 3): the peak is the highest mark since adoption, the stop the
 * higher of what it was and what the peak earns, so it never loosens. It triggers when mark ≤ trailingStop.
 */
export function ratchetStop(
  entry: Entry,
  state: StopState,
  mark: Price,
  rules: TrailingStopRules,
  grid: PriceGrid,
): StopState & { peak: Price } {
  const peak = state.peak === null || mark > state.peak ? mark : state.peak;
  const earned = stopForPeak(entry, peak, rules, grid);
  const previous = state.trailingStop;
  const trailingStop = previous === null || (earned !== null && earned > previous) ? earned : previous;
  return { peak, trailingStop };
}

function ticksBelow(price: Price, ticks: number, grid: PriceGrid): Price {
  let below: Price | null = price;
  for (let i = 0; i < ticks && below !== null; i++) below = tickBelow(below, grid);
  return below ?? 0;
}
