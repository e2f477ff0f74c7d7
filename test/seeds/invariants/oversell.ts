/** Sold and offered is never more than held (SPEC 6, 8). */
import type { Quantity } from '../../../src/domain/money.ts';
import { SECOND } from '../../support/domain-builders.ts';
import type { Hour } from '../hour.ts';
import type { Invariant } from './invariants.ts';
import { buys, isOurs } from './orders.ts';

/** What a person has just sold may rest with us for as long as reads lag and a look at the account takes. */
const HAND_MS = 40 * SECOND;

export class Oversell implements Invariant {
  readonly #hour: Hour;
  readonly #held: Map<string, Quantity>;
  #fills: number;
  #looked = -1;

  constructor(hour: Hour) {
    this.#hour = hour;
    const { positions, fills } = hour.books();
    this.#held = new Map(Object.entries(positions));
    this.#fills = fills.length;
  }

  after(): void {
    if (this.#looked === this.#hour.link.changes) return;
    this.#looked = this.#hour.link.changes;
    this.#checkFills();
    this.#checkOffers();
  }

  #checkFills(): void {
    const { fills, orders } = this.#hour.books();
    for (const { id, ticker, side, count, orderId } of fills.slice(this.#fills)) {
      const before = this.#held.get(ticker) ?? 0;
      const after = before + (side === 'bid' ? count : -count);
      this.#held.set(ticker, after);
      const order = orders.find((known) => known.id === orderId);
      if (!order || !isOurs(order) || buys(order.clientId!)) continue;
      const shrinks = Math.abs(after) <= Math.abs(before) && Math.sign(after) !== -Math.sign(before);
      if (!shrinks && !this.#isByHand(ticker, order.createdAt))
        this.#hour.violate(
          'never oversold',
          `fill ${id} of ${order.clientId} took ${ticker} from ${before} to ${after}`,
        );
    }
    this.#fills = fills.length;
  }

  #checkOffers(): void {
    const { orders } = this.#hour.books();
    const offered = new Map<string, { count: Quantity; newest: number }>();
    for (const order of orders) {
      if (order.status !== 'resting' || !isOurs(order) || buys(order.clientId!)) continue;
      const key = `${order.ticker} ${order.side}`;
      const { count, newest } = offered.get(key) ?? { count: 0, newest: 0 };
      offered.set(key, { count: count + order.remaining, newest: Math.max(newest, order.createdAt) });
    }
    for (const [key, { count, newest }] of offered) {
      const [ticker = '', side] = key.split(' ');
      const held = (this.#held.get(ticker) ?? 0) * (side === 'ask' ? 1 : -1);
      if (count > Math.max(0, held) && !this.#isByHand(ticker, newest))
        this.#hour.violate('never oversold', `${count} of ${ticker} are offered, ${held} are held`);
    }
  }

  /** Whether a person traded there after the order was placed, or just before it. */
  #isByHand(ticker: string, placedAt: number): boolean {
    const at = this.#hour.handTradeAt(ticker);
    return at !== null && at + HAND_MS > placedAt;
  }
}
