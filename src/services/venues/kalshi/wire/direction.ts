import { z } from 'zod';
import type { Side } from '../../../../domain/market.ts';
import { ONE_DOLLAR, type Price } from '../../../../domain/money.ts';

/** The direction on the one book quoted in YES terms: buying YES and selling NO are bids (FACTS section 4). */
export type WireSide = 'bid' | 'ask';

/** The direction an order of ours has on the exchange. */
export const toWireSide = (side: Side, action: 'sell' | 'buy'): WireSide =>
  (side === 'yes') === (action === 'buy') ? 'bid' : 'ask';

/** A price of the side owned in YES terms (1e-4 $): p for YES, 1 − p for NO. */
export const toYesPrice = (side: Side, price: Price): Price => (side === 'yes' ? price : ONE_DOLLAR - price);

/** A price in YES terms in those of the side owned (1e-4 $): p for YES, 1 − p for NO. */
export const fromYesPrice = toYesPrice;

/** The fields that `readDirection` reads. */
export const directionShape = {
  book_side: z.enum(['bid', 'ask']).nullish(),
  /** An unknown word counts as none. */
  outcome_side: z.enum(['yes', 'no']).nullish().catch(null),
};

/** `outcome_side` says the same in other words: yes is bid, no is ask, whatever was bought or sold. */
export function readDirection(
  wire: { book_side?: WireSide | null | undefined; outcome_side?: Side | null | undefined },
  context: z.RefinementCtx,
): WireSide {
  if (wire.book_side) return wire.book_side;
  if (wire.outcome_side) return wire.outcome_side === 'yes' ? 'bid' : 'ask';
  context.addIssue({ code: 'custom', path: ['book_side'], message: 'missing, and outcome_side too' });
  return z.NEVER;
}
