import type { Book } from '../../../../domain/market.ts';
import type { WireSide } from '../wire/direction.ts';

/** An order that changed, or that a fill was of: the hint to read it over REST, which may know more by now. */
export interface StreamOrder {
  venueOrderId: string;
  clientId: string | null;
  market: string;
  /** Which side of the one YES book it stands on: `ask` sells YES or buys NO, whatever it closes. */
  bookSide: WireSide;
}

/** Something about a watched market changed; read the market over REST, this is no more than the hint. */
export interface StreamLifecycle {
  market: string;
}

/** A throw from any of these is a bug and is not caught. */
export interface StreamListener {
  /** A whole book without gaps in YES terms. Its arrays are never changed afterwards and may be the same as before. */
  book(book: Book): void;
  order(update: StreamOrder): void;
  fill(order: StreamOrder): void;
  /** Some position of the account changed. */
  position(): void;
  lifecycle(event: StreamLifecycle): void;
  /** Connected and all subscriptions confirmed: reconcile over REST now. Also after every reconnect. */
  connected(): void;
  /** Not to be relied upon until `connected`: poll. Told again at every attempt that fails. */
  lost(reason: string): void;
  /** The stream goes on, but a message about the account could not be read: reconcile over REST. May come often. */
  doubt(reason: string): void;
}
