import type { OrderRef, OrderRequest, SendTerms, Venue } from '../ports.ts';

/** A call that the venue did not answer, or answered with nothing that can be used: what, and why. */
export type VenueFailed = (call: string, reason: string) => void;

type Call = 'books' | 'markets' | 'place' | 'cancel' | 'findOrder' | 'account' | 'costBasis' | 'balance';
type Answer = { kind: string; reason?: string; limited?: true; answered?: true };

/**
 * The same venue, each of whose failed calls is told: those it throws out of, and those that end `unavailable` or
 * `unknown`. A refusal is an answer, and so are the wish for fewer calls and a read that lags behind an order.
 */
export function reportFailures(venue: Venue, failed: VenueFailed): Venue {
  const told =
    <A extends unknown[], R extends Answer>(name: Call, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      try {
        const answer = await call(...args);
        const isFailure = answer.kind === 'unavailable' || answer.kind === 'unknown';
        if (isFailure && !answer.limited && !answer.answered) failed(name, answer.reason ?? '');
        return answer;
      } catch (error) {
        failed(name, error instanceof Error ? error.message : String(error));
        throw error;
      }
    };
  return {
    get name() {
      return venue.name;
    },
    get capabilities() {
      return venue.capabilities;
    },
    books: told('books', (markets: string[]) => venue.books(markets)),
    markets: told('markets', (markets: string[]) => venue.markets(markets)),
    place: told('place', (order: OrderRequest, send: SendTerms) => venue.place(order, send)),
    cancel: told('cancel', (order: OrderRef) => venue.cancel(order)),
    findOrder: told('findOrder', (order: OrderRef) => venue.findOrder(order)),
    account: told('account', () => venue.account()),
    costBasis: told('costBasis', (held: Parameters<Venue['costBasis']>[0]) => venue.costBasis(held)),
    balance: told('balance', () => venue.balance()),
    feeOf: (order) => venue.feeOf(order),
    warn: (listener) => venue.warn(listener),
    subscribe: (markets, listener) => venue.subscribe(markets, listener),
    close: () => venue.close(),
  };
}
