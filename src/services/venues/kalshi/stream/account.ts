import { z } from 'zod';
import { directionShape, readDirection, type WireSide } from '../wire/direction.ts';
import { optionalWord, word } from '../wire/numbers.ts';
import type { StreamOrder } from './listener.ts';

interface Direction {
  book_side?: WireSide | null | undefined;
  outcome_side?: 'yes' | 'no' | null | undefined;
}

/** Both fields say the same (FACTS section 4); where they do not, neither is believed. */
const isConsistent = ({ book_side, outcome_side }: Direction): boolean =>
  !book_side || !outcome_side || (book_side === 'bid') === (outcome_side === 'yes');

export const orderSchema = z
  .object({ ...directionShape, order_id: word, client_order_id: optionalWord, ticker: word })
  .refine(isConsistent)
  .transform(
    (m, context): StreamOrder => ({
      venueOrderId: m.order_id,
      clientId: m.client_order_id,
      market: m.ticker,
      bookSide: readDirection(m, context),
    }),
  );

/** The order that a fill was of. */
export const fillSchema = z
  .object({ ...directionShape, order_id: word, client_order_id: optionalWord, market_ticker: word })
  .refine(isConsistent)
  .transform(
    (m, context): StreamOrder => ({
      venueOrderId: m.order_id,
      clientId: m.client_order_id,
      market: m.market_ticker,
      bookSide: readDirection(m, context),
    }),
  );
