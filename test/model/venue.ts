/** The exchange: what is held, and orders by their client ids; whatever its book would let happen may happen. */
import type { OrderReport } from '../../src/actors/ports.ts';
import type { TradingStatus } from '../../src/domain/market.ts';
import type { OrderTerms } from '../../src/machines/order-machine.ts';
import { NOW } from './abstract.ts';
import type { Answer } from './desk-step.ts';
import { CONTRACT } from './setting.ts';

export interface VenueOrder {
  terms: OrderTerms;
  filled: number;
  isOver: boolean;
}

export interface Venue {
  status: TradingStatus;
  held: number;
  /** Sold by orders of ours, and by hand. */
  sold: number;
  byHand: number;
  orders: Record<string, VenueOrder>;
}

export interface Placed {
  words: string;
  venue: Venue;
  answer: Answer;
}

export const reportOf = ({ terms, filled, isOver }: VenueOrder): OrderReport => {
  const { clientId, market, side, action, limitPrice, quantity } = terms;
  const fills = Array.from({ length: filled / CONTRACT }, (_, i) => ({
    ...{ fillId: `${clientId}/${i + 1}`, price: 1, quantity: CONTRACT, fee: 0, maker: false, at: NOW },
  }));
  return {
    ...{ clientId, venueOrderId: `v:${clientId}`, market, side, action, limitPrice, quantity },
    status: !isOver ? 'resting' : filled >= quantity ? 'filled' : 'cancelled',
    ...{ filled, fills, at: NOW },
  };
};

const offeredBy = (venue: Venue): number =>
  Object.values(venue.orders)
    .filter(({ isOver }) => !isOver)
    .reduce((sum, { terms, filled }) => sum + terms.quantity - filled, 0);

/** What may come of an order that arrives. An immediate one is reduce-only; one that rests is refused beyond what is held. */
export function place(venue: Venue, terms: OrderTerms): Placed[] {
  const { clientId, quantity, timeInForce } = terms;
  const refused = (code: string): Placed[] => [
    { words: `refused: ${code}`, venue, answer: { kind: 'rejected', code } },
  ];
  if (venue.orders[clientId]) return refused('already_exists');
  if (venue.status === 'paused') return refused('halted');
  if (venue.status !== 'open') return refused('closed');
  const free = venue.held - offeredBy(venue);
  if (timeInForce === 'gtc') {
    if (quantity > free) return refused('not_held');
    return [accepted(venue, { terms, filled: 0, isOver: false }, 'rests')];
  }
  const most = Math.min(quantity, venue.held);
  return Array.from({ length: most / CONTRACT + 1 }, (_, contracts) =>
    accepted(venue, { terms, filled: contracts * CONTRACT, isOver: true }, `sells ${contracts}`),
  );
}

function accepted(venue: Venue, order: VenueOrder, words: string): Placed {
  const { filled, terms } = order;
  const after = {
    ...venue,
    held: venue.held - filled,
    sold: venue.sold + filled,
    orders: { ...venue.orders, [terms.clientId]: order },
  };
  return { words, venue: after, answer: { kind: 'accepted', order: reportOf(order) } };
}

const OTHER_QUANTITY = 3 * CONTRACT;

/** An order under this id stood and ended before: not ours, and on other terms. */
export const taken = (venue: Venue, terms: OrderTerms): Venue => ({
  ...venue,
  orders: {
    ...venue.orders,
    [terms.clientId]: { terms: { ...terms, quantity: OTHER_QUANTITY }, filled: 0, isOver: true },
  },
});

/** One contract of a resting order is sold; null: nobody can buy it. */
export function fill(venue: Venue, clientId: string): Venue | null {
  const order = venue.orders[clientId]!;
  if (order.isOver || venue.held < CONTRACT || venue.status !== 'open') return null;
  const filled = order.filled + CONTRACT;
  return {
    ...venue,
    held: venue.held - CONTRACT,
    sold: venue.sold + CONTRACT,
    orders: {
      ...venue.orders,
      [clientId]: { ...order, filled, isOver: filled >= order.terms.quantity },
    },
  };
}

export function cancel(venue: Venue, clientId: string): Venue {
  const order = venue.orders[clientId];
  if (!order || order.isOver) return venue;
  return { ...venue, orders: { ...venue.orders, [clientId]: { ...order, isOver: true } } };
}

/** How an order stands; `mayLand`: a sending of it that nobody answered may still arrive. */
export function look(venue: Venue, clientId: string, mayLand: boolean): Answer {
  const order = venue.orders[clientId];
  return order ? { kind: 'found', order: reportOf(order) } : { kind: 'notFound', mayLand };
}
