import {
  amount,
  checked,
  type Fraction,
  type Money,
  mulDivCeil,
  mulDivFloor,
  type Price,
  type Quantity,
  WHOLE,
} from './money.ts';
import { type Position, remaining } from './position.ts';

/** What was bought: the original quantity and what it cost. Partial exits change neither, so the average entry stays. */
export interface Entry {
  quantity: Quantity;
  cost: Money;
}

/** The fields of a position that say what became of its contracts. */
export type Holding = Pick<
  Position,
  'quantity' | 'cost' | 'entryFees' | 'sold' | 'writtenOff' | 'proceeds' | 'settled' | 'fees' | 'phase'
>;

/**
 * P&L % at `mark` (SPEC 1): (mark × quantity − cost) / cost as a fraction (1e-6), rounded down. Because it is rounded
 * down, `pnlFraction ≥ t` is exact for every t; for `P&L ≤ −t` compare with lossThresholdPrice. Throws without a cost.
 */
export const pnlFraction = (entry: Entry, mark: Price): Fraction =>
  checked(mulDivFloor(amount(mark, entry.quantity) - entry.cost, WHOLE, entry.cost));

/** The average entry price in 1e-4 $, rounded down: cost / quantity. `mark > average` is `mark > averageFloor`. */
export const averageFloor = (entry: Entry): Price => mulDivFloor(entry.cost, 1, entry.quantity);

/**
 * The highest price (1e-4 $) at which P&L ≤ −stop (SPEC 4): ⌊cost × (1 − stop) / quantity⌋. For an integer mark,
 * `mark ≤ lossThresholdPrice` is the exact comparison. Below the grid's lowest price the stop is unreachable.
 */
export const lossThresholdPrice = (entry: Entry, stop: Fraction): Price =>
  mulDivFloor(entry.cost, WHOLE - stop, checked(entry.quantity * WHOLE));

/**
 * The lowest price (1e-4 $) at which P&L ≥ target (SPEC 4, 5): ⌈cost × (1 + target) / quantity⌉. For an integer mark,
 * `mark ≥ gainThresholdPrice` is the exact comparison. Above the grid's highest price the target is unreachable.
 */
export const gainThresholdPrice = (entry: Entry, target: Fraction): Price =>
  mulDivCeil(entry.cost, WHOLE + target, checked(entry.quantity * WHOLE));

/**
 * What the first `contracts` of the position cost (1e-6 $), rounded down cumulatively: parts taken as differences of
 * this always sum to the whole cost.
 */
export const costOfFirst = (entry: Entry, contracts: Quantity): Money =>
  contracts === 0 ? 0 : mulDivFloor(entry.cost, contracts, entry.quantity);

/** Cost of what was sold by fills (1e-6 $). */
export const costOfSold = (p: Holding): Money => costOfFirst(p, p.sold);

/** Cost of what vanished from the venue without a fill of ours (1e-6 $); it is neither realized nor unrealized P&L. */
export const costOfWrittenOff = (p: Holding): Money =>
  costOfFirst(p, p.sold + p.writtenOff) - costOfFirst(p, p.sold);

/** Cost of what is still held, or was until settlement (1e-6 $): cost − sold − written off. */
export const costOfRemaining = (p: Holding): Money => p.cost - costOfFirst(p, p.sold + p.writtenOff);

/** Unrealized P&L (SPEC 1) in 1e-6 $: mark × remaining − cost of remaining; 0 once closed. Throws outside the exact range. */
export function unrealizedPnl(p: Holding, mark: Price): Money {
  if (p.phase === 'closed') return 0;
  return checked(amount(mark, remaining(p)) - costOfRemaining(p));
}

/**
 * Realized P&L (SPEC 1: fills and settlements only, after fees) in 1e-6 $: proceeds + settled − fees − entry fees −
 * cost of what was sold and, once closed, of what was settled. The fees of the entry were paid with it and count whole
 * from then on. Contracts written off carry no P&L: nobody knows what they brought.
 */
export function realizedPnl(p: Holding): Money {
  const settledCost = p.phase === 'closed' ? costOfRemaining(p) : 0;
  return checked(p.proceeds + p.settled - p.fees - p.entryFees - costOfSold(p) - settledCost);
}
