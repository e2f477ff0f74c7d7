import type { Side } from '../../domain/market.ts';
import { formatQuantity, type Money, mulDivFloor, type Quantity } from '../../domain/money.ts';
import { type Position, remaining } from '../../domain/position.ts';
import { OperationError } from '../operations/operations.ts';

/** Contracts about to be adopted. */
export interface Lot {
  market: string;
  side: Side;
  quantity: Quantity;
  cost: Money;
}

/**
 * What the paper account must be given before `lot` is adopted: its quantity less what is held and covered by none of
 * the open positions. So a crash between the gift and the adoption neither loses nor doubles it. Null: nothing.
 */
export function missingOf(lot: Lot, open: readonly Position[], held: Quantity): Lot | null {
  const quantity = lot.quantity - Math.min(lot.quantity, Math.max(0, held - coveredOf(lot, open)));
  return quantity === 0 ? null : { ...lot, quantity, cost: mulDivFloor(lot.cost, quantity, lot.quantity) };
}

/**
 * A real account must hold a lot beside what the open positions cover: `held` is all it holds of that market and side.
 * Throws an OperationError `conflict` that says how much there is.
 */
export function refuseUncovered(lot: Lot, open: readonly Position[], held: Quantity): void {
  const covered = coveredOf(lot, open);
  if (lot.quantity <= held - covered) return;
  const { market, side, quantity } = lot;
  const rest = covered > 0 ? `, of which other positions cover ${formatQuantity(covered)}` : '';
  throw new OperationError(
    'conflict',
    `quantity: ${formatQuantity(quantity)} ${side.toUpperCase()} of ${market} can't be tracked: the account holds ${formatQuantity(held)}${rest}`,
  );
}

const coveredOf = (lot: Lot, open: readonly Position[]): Quantity =>
  open
    .filter(({ market, side }) => market === lot.market && side === lot.side)
    .reduce((sum, position) => sum + remaining(position), 0);
