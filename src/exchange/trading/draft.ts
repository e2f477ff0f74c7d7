import type { Price, Quantity } from '../../domain/money.ts';
import { nextNumber } from '../ids.ts';
import type { Order, SelfTradePrevention, TimeInForce } from '../records.ts';
import type { BookSide } from '../specs.ts';
import { CROWD, type World } from '../world.ts';

export interface Placement {
  account: string;
  subaccount: number;
  clientId: string | null;
  ticker: string;
  side: BookSide;
  price: Price;
  count: Quantity;
  timeInForce: TimeInForce;
  postOnly: boolean;
  reduceOnly: boolean;
  selfTradePrevention: SelfTradePrevention;
  cancelOnPause: boolean;
  /** ms */
  expiresAt: number | null;
  exchangeIndex: number | null;
}

/** A placement with nothing special about it. */
export const plainPlacement = (
  account: string,
  order: { ticker: string; side: BookSide; price: Price; count: Quantity },
  timeInForce: TimeInForce,
): Placement => ({
  ...order,
  account,
  timeInForce,
  subaccount: 0,
  clientId: null,
  postOnly: false,
  reduceOnly: false,
  selfTradePrevention: 'maker',
  cancelOnPause: false,
  expiresAt: null,
  exchangeIndex: null,
});

/** An order that has not met the book yet. */
export function draftOf(world: World, placement: Placement, id: string, at: number): Order {
  const { exchangeIndex: _, count, ...rest } = placement;
  return {
    ...rest,
    id,
    initial: count,
    filled: 0,
    remaining: count,
    killed: 0,
    status: 'resting',
    reason: null,
    priority: nextNumber(world, 'priority'),
    takerCost: 0,
    makerCost: 0,
    takerFees: 0,
    makerFees: 0,
    roundingCredit: 0,
    createdAt: at,
    updatedAt: at,
  };
}

export const crowdDraft = (
  world: World,
  order: { ticker: string; side: BookSide; price: Price; count: Quantity },
  timeInForce: TimeInForce,
  id: string,
  at: number,
): Order => draftOf(world, plainPlacement(CROWD, order, timeInForce), id, at);
