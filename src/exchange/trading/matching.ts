import type { Price, Quantity } from '../../domain/money.ts';
import type { Order } from '../records.ts';
import { CROWD } from '../world.ts';
import { crosses } from './book.ts';

export interface MatchPlan {
  /** Trades in the order they happen, each at the resting order's price. */
  trades: { makerId: string | null; price: Price; count: Quantity }[];
  /** Own resting orders that give way. */
  selfCancels: Order[];
  /** The arriving order met an own one and ends there. */
  stopped: boolean;
  left: Quantity;
}

type Arriving = Pick<Order, 'account' | 'side' | 'price' | 'selfTradePrevention'>;

/**
 * What an arriving order of `count` does against the other side's resting orders (first to trade first): price, then
 * time. `taker_at_cross` ends it at the first own order it would meet, `maker` cancels that one and goes on.
 */
export function planMatch(resting: readonly Order[], arriving: Arriving, count: Quantity): MatchPlan {
  const plan: MatchPlan = { trades: [], selfCancels: [], stopped: false, left: count };
  for (const maker of resting) {
    if (plan.left === 0 || !crosses(arriving.side, arriving.price, maker.price)) break;
    if (arriving.account !== CROWD && maker.account === arriving.account) {
      if (arriving.selfTradePrevention === 'taker_at_cross') {
        plan.stopped = true;
        break;
      }
      plan.selfCancels.push(maker);
      continue;
    }
    const traded = Math.min(plan.left, maker.remaining);
    plan.trades.push({ makerId: maker.id, price: maker.price, count: traded });
    plan.left -= traded;
  }
  return plan;
}

/** Whether anything would trade or stop an arriving order: what post_only must not do. */
export const wouldCross = (plan: MatchPlan): boolean =>
  plan.trades.length > 0 || plan.selfCancels.length > 0 || plan.stopped;
