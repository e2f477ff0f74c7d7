import type { Book } from '../../../domain/market.ts';
import type { Money, Price, Quantity } from '../../../domain/money.ts';
import type { WireSide } from './wire-direction.ts';

/** Which side of the one YES book an order or fill stands on: `ask` sells YES or buys NO, whatever it closes. */
export type BookSide = WireSide;

/** An order as `user_orders` tells of it: cumulative, and not necessarily the latest word when REST answered since. */
export interface StreamOrder {
  venueOrderId: string;
  clientId: string | null;
  market: string;
  /** `unknown` for every word that is none of the three. */
  status: 'resting' | 'canceled' | 'executed' | 'unknown';
  bookSide: BookSide;
  /** In YES terms; a NO order's own price is 1 − this. */
  yesPrice: Price;
  initial: Quantity;
  filled: Quantity;
  remaining: Quantity;
  /** E.g. `Trade`, `ReduceOnlyCancel`; null on creation. */
  lastUpdateReason: string | null;
  /** The exchange's time of the last update, else of the creation (ms); null when it says neither. */
  updatedAt: number | null;
  /** Null when not said. */
  subaccount: number | null;
}

export interface StreamFill {
  tradeId: string;
  venueOrderId: string;
  clientId: string | null;
  market: string;
  bookSide: BookSide;
  /** In YES terms. */
  yesPrice: Price;
  quantity: Quantity;
  fee: Money;
  maker: boolean;
  /** The signed position after this fill (+ YES, − NO); null when not said. */
  positionAfter: Quantity | null;
  /** The exchange's time (ms); null when not said. */
  at: number | null;
  subaccount: number | null;
}

export interface StreamPosition {
  market: string;
  /** Signed: + YES, − NO. */
  quantity: Quantity;
  /** Cost of the present position; null when not said. */
  cost: Money | null;
  subaccount: number | null;
}

/** Something about a watched market changed; read the market over REST, this is no more than the hint. */
export interface StreamLifecycle {
  market: string;
  /** E.g. `deactivated`, `close_date_updated`, `determined`. */
  event: string;
}

/** A throw from any of these is a bug and is not caught. */
export interface StreamListener {
  /** A whole book without gaps in YES terms. Its arrays are never changed afterwards and may be the same as before. */
  book(book: Book): void;
  order(update: StreamOrder): void;
  fill(fill: StreamFill): void;
  position(position: StreamPosition): void;
  lifecycle(event: StreamLifecycle): void;
  /** Connected and all subscriptions confirmed: reconcile over REST now. Also after every reconnect. */
  connected(): void;
  /** Not to be relied upon until `connected`: poll. Told again at every attempt that fails. */
  lost(reason: string): void;
  /** The stream goes on, but a message about the account could not be read: reconcile over REST. May come often. */
  doubt(reason: string): void;
}
