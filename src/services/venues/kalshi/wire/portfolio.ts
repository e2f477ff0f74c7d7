import { z } from 'zod';
import type { Side } from '../../../../domain/market.ts';
import type { Money, Quantity } from '../../../../domain/money.ts';
import { cents, cursor, instant, list, money, orNull, signedCount, word } from './numbers.ts';

export interface WirePosition {
  market: string;
  /** Positive for YES, negative for NO, 0 for a market that was left. */
  position: Quantity;
  /** What the present position cost, ex fees, in the owned side's price. */
  exposure: Money;
}

const wirePosition: z.ZodType<WirePosition> = z
  .object({ ticker: word, position_fp: signedCount, market_exposure_dollars: money })
  .transform((wire) => ({
    market: wire.ticker,
    position: wire.position_fp,
    exposure: wire.market_exposure_dollars,
  }));

/** GET /portfolio/positions. A page with one unreadable position is malformed: part of an account is none. */
export const positionsAnswer: z.ZodType<{ positions: WirePosition[]; cursor: string | null }> = z
  .object({ market_positions: list(wirePosition), cursor })
  .transform(({ market_positions, cursor }) => ({ positions: market_positions, cursor }));

/** The side owned and how much of it (0.01 contracts); null when nothing is held. */
export function heldOf({ position }: WirePosition): { side: Side; quantity: Quantity } | null {
  if (position === 0) return null;
  return { side: position > 0 ? 'yes' : 'no', quantity: Math.abs(position) };
}

export interface WireBalance {
  balance: Money;
}

/** GET /portfolio/balance; `balance_dollars` where it is given, else the truncated cents. */
export const balanceAnswer: z.ZodType<WireBalance> = z
  .object({ balance: cents, balance_dollars: money.nullish().transform(orNull) })
  .transform((wire) => ({ balance: wire.balance_dollars ?? wire.balance }));

/** GET /exchange/user_data_timestamp: reads of the account are true as of this time (ms, the exchange's clock). */
export const userDataTimestampAnswer: z.ZodType<number> = z
  .object({ as_of_time: instant })
  .transform((wire) => wire.as_of_time);
