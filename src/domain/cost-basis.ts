/** What a holding cost, from the fills that made it or, failing that, from what the venue says. */
import type { Side } from './market.ts';
import { amount, checked, type Money, mulDivFloor, ONE_DOLLAR, type Price, type Quantity } from './money.ts';

export interface BasisFill {
  at: number;
  fillId: string;
  /** `bid` buys YES or sells NO, `ask` sells YES or buys NO. */
  direction: 'bid' | 'ask';
  yesPrice: Price;
  quantity: Quantity;
}

interface FoldedFills {
  side: Side;
  quantity: Quantity;
  /** Ex fees. */
  cost: Money;
  /** When the position was last flat before this: the time of the fill that opened it (ms). */
  openedAt: number;
}

/**
 * The position that a market's fills, all of them since it was flat, leave behind; null when they leave none. In order
 * of time, then of fill id; a fill id seen twice counts once. Cost is the average cost of the side owned, ex fees:
 * adding adds price × quantity (1e-4 $ × 0.01), closing leaves ⌊cost × left / held⌋ (1e-6 $, rounded down), and a fill
 * that crosses zero closes the one side and opens the other with its rest. Throws a RangeError outside the exact range.
 */
export function foldFills(fills: readonly BasisFill[]): FoldedFills | null {
  const seen = new Set<string>();
  let held: FoldedFills | null = null;
  for (const fill of fills.toSorted(byTimeThenId)) {
    if (seen.has(fill.fillId) || fill.quantity === 0) continue;
    seen.add(fill.fillId);
    held = applyFill(held, fill);
  }
  return held;
}

function applyFill(held: FoldedFills | null, fill: BasisFill): FoldedFills | null {
  const side: Side = fill.direction === 'bid' ? 'yes' : 'no';
  const price = side === 'yes' ? fill.yesPrice : ONE_DOLLAR - fill.yesPrice;
  if (held === null)
    return { side, quantity: fill.quantity, cost: amount(price, fill.quantity), openedAt: fill.at };
  if (held.side === side) {
    const cost = checked(held.cost + amount(price, fill.quantity));
    return { ...held, quantity: checked(held.quantity + fill.quantity), cost };
  }
  const left = held.quantity - fill.quantity;
  if (left > 0) return { ...held, quantity: left, cost: mulDivFloor(held.cost, left, held.quantity) };
  return left === 0 ? null : applyFill(null, { ...fill, quantity: -left });
}

const byTimeThenId = (a: BasisFill, b: BasisFill): number =>
  a.at - b.at || (a.fillId < b.fillId ? -1 : a.fillId > b.fillId ? 1 : 0);

interface CostBasis {
  cost: Money;
  /** Null where the fills do not say. */
  openedAt: number | null;
  /** `venue`: the fills do not add up to what is held, so this is the venue's own figure. */
  basis: 'fills' | 'venue';
}

/**
 * The cost (1e-6 $) of what is held: by its fills where they add up to the same side and quantity, else the venue's
 * exposure; null when neither gives a cost strictly between 0 and 1 $ per contract.
 */
export function basisOf(
  held: { side: Side; quantity: Quantity; exposure: Money },
  fold: FoldedFills | null,
): CostBasis | null {
  const { side, quantity, exposure } = held;
  if (fold !== null && fold.side === side && fold.quantity === quantity && isPlausible(fold.cost, quantity))
    return { cost: fold.cost, openedAt: fold.openedAt, basis: 'fills' };
  return isPlausible(exposure, quantity) ? { cost: exposure, openedAt: null, basis: 'venue' } : null;
}

const isPlausible = (cost: Money, quantity: Quantity): boolean =>
  cost > 0 && cost < amount(ONE_DOLLAR, quantity);
