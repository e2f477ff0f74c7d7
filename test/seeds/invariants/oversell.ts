/** Sold and offered is never more than held (SPEC 6, 8). */
import type { Quantity } from '../../../src/domain/money.ts';
import type { OrderTruth } from '../../../src/exchange/exchange.ts';
import { SECOND } from '../../support/domain-builders.ts';
import type { Hour } from '../hour.ts';
import type { Life } from '../life.ts';
import type { Invariant } from './invariants.ts';
import { buys, isOurs } from './orders.ts';

/** The account is looked at before an order rests; what it shows lags by at most 8 s. */
const HAND_MS = 12 * SECOND;

export class Oversell implements Invariant {
  readonly #hour: Hour;
  readonly #held: Map<string, Quantity>;
  readonly #sent = new Map<string, number>();
  #fills: number;
  #looked = -1;

  constructor(hour: Hour) {
    this.#hour = hour;
    const { positions, fills } = hour.books();
    this.#held = new Map(Object.entries(positions));
    this.#fills = fills.length;
  }

  sending(_: Life, method: string, body: string): void {
    const clientId = method === 'POST' ? /"client_order_id":"([^"]+)"/.exec(body)?.[1] : undefined;
    if (clientId !== undefined && !this.#sent.has(clientId)) this.#sent.set(clientId, this.#hour.clock.now());
  }

  /** When it was decided to be sent: it may land later. */
  #sentAt({ clientId, createdAt }: OrderTruth): number {
    return this.#sent.get(clientId ?? '') ?? createdAt;
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
      const isByHand =
        order.timeInForce !== 'immediate_or_cancel' && this.#isByHand(ticker, this.#sentAt(order));
      if (!shrinks && !isByHand)
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
      offered.set(key, { count: count + order.remaining, newest: Math.max(newest, this.#sentAt(order)) });
    }
    for (const [key, { count, newest }] of offered) {
      const [ticker = '', side] = key.split(' ');
      const held = (this.#held.get(ticker) ?? 0) * (side === 'ask' ? 1 : -1);
      if (count > Math.max(0, held) && !this.#isByHand(ticker, newest))
        this.#hour.violate('never oversold', `${count} of ${ticker} are offered, ${held} are held`);
    }
  }

  /** Whether a person traded there after the order was placed, or just before: what sells at once is reduce-only. */
  #isByHand(ticker: string, placedAt: number): boolean {
    const at = this.#hour.handTradeAt(ticker);
    return at !== null && at + HAND_MS > placedAt;
  }
}
