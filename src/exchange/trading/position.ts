import {
  amount,
  type Money,
  mulDivFloor,
  ONE_DOLLAR,
  type Price,
  type Quantity,
} from '../../domain/money.ts';
import type { Position } from '../records.ts';
import type { BookSide } from '../specs.ts';

export const noPosition = (at: number): Position => ({
  quantity: 0,
  cost: 0,
  feeCost: 0,
  realized: 0,
  feesPaid: 0,
  traded: 0,
  volume: 0,
  updatedAt: at,
});

/** How many contracts an order on `side` can close of a signed position. */
export const closable = (quantity: Quantity, side: BookSide): Quantity =>
  Math.max(0, side === 'bid' ? -quantity : quantity);

/** What one contract on `side` costs who opens with it: p for YES, 1 − p for NO. */
export const openingPrice = (side: BookSide, price: Price): Price =>
  side === 'bid' ? price : ONE_DOLLAR - price;

/**
 * What a trade of `count` at `price` (YES terms) does to cash before fees: contracts that close bring what the owned
 * side sells for, contracts that open cost what the bought side costs.
 */
export function cashOf(held: Quantity, side: BookSide, price: Price, count: Quantity): Money {
  const closing = Math.min(count, closable(held, side));
  return (
    amount(ONE_DOLLAR - openingPrice(side, price), closing) -
    amount(openingPrice(side, price), count - closing)
  );
}

/** The position after a fill: closes at average cost first, the rest opens on the other side. */
export function applyFill(
  position: Position,
  fill: { side: BookSide; price: Price; count: Quantity; fee: Money; at: number },
): Position {
  const size = Math.abs(position.quantity);
  const closing = Math.min(fill.count, closable(position.quantity, fill.side));
  const opening = fill.count - closing;
  const costClosed = size === 0 ? 0 : mulDivFloor(position.cost, closing, size);
  const feeClosed = size === 0 ? 0 : mulDivFloor(position.feeCost, closing, size);
  const opened = amount(openingPrice(fill.side, fill.price), opening);
  const feeOpened = mulDivFloor(fill.fee, opening, fill.count);
  const proceeds = amount(ONE_DOLLAR - openingPrice(fill.side, fill.price), closing);
  return {
    quantity: position.quantity + (fill.side === 'bid' ? fill.count : -fill.count),
    cost: position.cost - costClosed + opened,
    feeCost: position.feeCost - feeClosed + feeOpened,
    realized: position.realized + proceeds - costClosed,
    feesPaid: position.feesPaid + fill.fee,
    traded: position.traded + opened,
    volume: position.volume + fill.count,
    updatedAt: fill.at,
  };
}

/** The flat position after settlement at `value` per YES contract, and what it pays. */
export function settlePosition(
  position: Position,
  value: Price,
  at: number,
): { position: Position; revenue: Money } {
  const worth = position.quantity > 0 ? value : ONE_DOLLAR - value;
  const revenue = amount(worth, Math.abs(position.quantity));
  return {
    revenue,
    position: {
      ...position,
      quantity: 0,
      cost: 0,
      feeCost: 0,
      realized: position.realized + revenue - position.cost,
      updatedAt: at,
    },
  };
}
