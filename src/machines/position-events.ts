import type { Surroundings } from '../domain/evaluation.ts';
import type { OrderFact } from '../domain/exit-progress.ts';
import type { MarketInfo, Quote } from '../domain/market.ts';
import type { Method, Priority } from '../domain/method.ts';
import type { SettingChange } from '../domain/method-change.ts';
import type { Fraction, Money, Quantity } from '../domain/money.ts';

/** An operator's order to a position; `by` and `note` go into the journal. */
interface OperatorWord {
  at: number;
  by?: string;
  note: string | null;
}

/** Facts that reach a position. Each carries the time at which it became true for us (ms). */
export type PositionEvent =
  | { type: 'quote'; quote: Quote; at: number }
  | { type: 'cadence.due'; at: number }
  | ({ type: 'order.filled' } & OrderFact)
  | ({ type: 'order.over'; status: 'filled' | 'cancelled' | 'rejected'; code: string | null } & OrderFact)
  | ({ type: 'operator.exit'; quantity: Quantity | null; priority: Priority } & OperatorWord)
  | ({ type: 'operator.hold'; cancel: boolean } & OperatorWord)
  | ({ type: 'operator.release' } & OperatorWord)
  | ({ type: 'operator.resume' } & OperatorWord)
  | ({ type: 'operator.retry' } & OperatorWord)
  /** The position goes on under another method, which is stored with it. */
  | ({ type: 'method.changed'; method: Method; changes: SettingChange[] } & OperatorWord)
  | { type: 'breaker.changed'; dailyLoss: Surroundings['dailyLoss']; at: number }
  /** The day's P&L so far, while the breaker is not tripped: for the journal only. */
  | { type: 'dailyLoss.measured'; pnl: Money; limit: Money | null; at: number }
  /** The database breaker pauses MEDIUM and LOW exits, or does so no more. */
  | { type: 'patience.changed'; patientPaused: boolean; at: number }
  | { type: 'opportunity.changed'; opportunity: Surroundings['opportunity']; at: number }
  | { type: 'model.changed'; probability: Fraction; modelAt: number; at: number }
  | { type: 'market.changed'; market: MarketInfo; at: number }
  /** The venue holds `missing` contracts fewer than our lots say, and this lot bears it (SPEC 8.6). */
  | { type: 'holdings.reduced'; missing: Quantity; asOf: number; at: number }
  /** Raised by the machine itself: an evaluation is there to be acted on, once. */
  | { type: 'evaluated' };
