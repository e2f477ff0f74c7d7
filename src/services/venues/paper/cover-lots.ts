import type { Side } from '../../../domain/market.ts';
import { type Money, mulDivFloor, type Quantity } from '../../../domain/money.ts';
import { type Position, remaining } from '../../../domain/position.ts';

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
  const covered = open
    .filter(({ market, side }) => market === lot.market && side === lot.side)
    .reduce((sum, position) => sum + remaining(position), 0);
  const quantity = lot.quantity - Math.min(lot.quantity, Math.max(0, held - covered));
  return quantity === 0 ? null : { ...lot, quantity, cost: mulDivFloor(lot.cost, quantity, lot.quantity) };
}
