import type {
  Clock,
  OrderAnswer,
  OrderRef,
  OrderReport,
  OrderRequest,
  PlaceAnswer,
  SendTerms,
} from '../../../actors/ports.ts';
import type { Side } from '../../../domain/market.ts';
import type { Priority } from '../../../domain/method.ts';
import { formatPrice, formatQuantity, type Price, type Quantity } from '../../../domain/money.ts';
import type { Account } from './account.ts';
import type { KalshiClient } from './client/kalshi-client.ts';
import { laneOf, reasonOf, refusedOrUnknown } from './client/outcomes.ts';
import type { Lane } from './client/pacer.ts';
import type { OwnOrders } from './own-orders.ts';
import { RestCheck } from './rest-check.ts';
import {
  cancelAnswer,
  createAnswer,
  orderAnswer,
  orderStatus,
  toOrderReport,
  toVenueFill,
  toWireSide,
  toYesPrice,
  type WireFill,
  type WireOrder,
} from './wire/orders.ts';

interface OrdersOptions {
  client: KalshiClient;
  account: Account;
  clock: Clock;
  subaccount: number | null;
  own: OwnOrders;
}

const CREATE = '/portfolio/events/orders';

/** Reads lag writes by fractions of a second as a rule: so long is an end looked for before the answer goes out as it is. */
const LOOK_AGAIN_MS = [100, 200, 400, 800];

/** A request that was given up may lie in the network for so long before the exchange carries it out. */
const LATE_LANDING_MS = 60_000;

/** An order may be listed as created before our clock says it was recorded: that clock may have been wrong then. */
const MIN_TS_MARGIN_S = 86_400;

/** Orders by the current endpoints (FACTS section 7), and how each stands by its fills. */
export class Orders {
  readonly #options: OrdersOptions;
  readonly #restCheck: RestCheck;
  readonly #openedAt: number;
  /** The exchange's ids of orders that may still live, by ours. */
  readonly #ids = new Map<string, string>();
  /** When the last sending of an order was over for us (ms): reads from before prove nothing about it. */
  readonly #sentAt = new Map<string, number>();
  /** Orders whose sending is not over. */
  readonly #onTheirWay = new Set<string>();
  /** When a sending was last given up without an answer (ms). */
  readonly #unansweredAt = new Map<string, number>();

  constructor(options: OrdersOptions) {
    this.#options = options;
    this.#restCheck = new RestCheck(options);
    this.#openedAt = options.clock.now();
  }

  /**
   * Sends an order. Immediate sales are reduce-only; the exchange refuses that for orders that rest, so those are sent
   * only after the account was seen to hold what they would sell.
   */
  async place(order: OrderRequest, { priority, sendBy }: SendTerms): Promise<PlaceAnswer> {
    const { client, clock, own } = this.#options;
    const { clientId } = order;
    const lane = laneOf(priority);
    if (order.limitPrice === null)
      throw new Error(`order ${clientId} has no limit: Kalshi has no market orders`);
    const isToLook = order.timeInForce === 'gtc' && order.action === 'sell';
    const isNew = this.#note({ ...order, remaining: order.quantity }, !isToLook);
    // An earlier life may have sent it too, and nobody heard the answer.
    if (!isNew && !this.#sentAt.has(clientId)) this.#unansweredAt.set(clientId, this.#openedAt);
    const look = isToLook ? await this.#restCheck.check(order, lane) : null;
    if (look?.kind === 'refused') {
      if (isNew) own.delete(clientId);
      return look.answer;
    }
    const body = this.#body(order, order.limitPrice, priority);
    if (order.timeInForce === 'gtc') this.#stand(order, order.limitPrice);
    let heldBack: PlaceAnswer | null = null;
    const isWanted = () => {
      if (clock.now() > sendBy) heldBack = TOO_OLD;
      else if (look && !look.stillFits()) heldBack = SOLD_MEANWHILE;
      return heldBack === null;
    };
    this.#onTheirWay.add(clientId);
    const outcome = await client
      .post(CREATE, { body, schema: createAnswer, lane, isWanted })
      .finally(() => this.#onTheirWay.delete(clientId));
    if (outcome.kind === 'failed' && outcome.isUnsent)
      heldBack ??= { kind: 'rejected', code: 'stale_price', message: outcome.reason };
    if (heldBack) {
      if (isNew) this.#forget(clientId);
      return heldBack;
    }
    this.#sentAt.set(clientId, clock.now());
    if (outcome.kind === 'failed' || outcome.kind === 'malformed')
      this.#unansweredAt.set(clientId, clock.now());
    if (outcome.kind === 'refused' && outcome.status < 300)
      return this.#believeRefusal(order, priority, reasonOf(outcome));
    if (outcome.kind !== 'ok') {
      const answer = refusedOrUnknown(outcome);
      const mayBeThere = !isNew || this.#unansweredAt.has(clientId);
      if (answer.kind === 'rejected' && answer.code !== 'already_exists' && !mayBeThere)
        this.#forget(clientId);
      return answer;
    }
    const answer = outcome.value;
    if (answer.kind === 'refused') return this.#believeRefusal(order, priority, answer.body);
    this.#ids.set(clientId, answer.orderId);
    return { kind: 'accepted', order: await this.#created(order, answer.orderId, answer.filled, lane) };
  }

  /** Cancels by the exchange's id and says how the order stands then: an answer to a cancel alone proves nothing. */
  async cancel(ref: OrderRef): Promise<OrderAnswer> {
    const { client } = this.#options;
    this.#note(ref, true);
    const orderId = ref.venueOrderId ?? this.#ids.get(ref.clientId) ?? null;
    if (orderId === null) {
      const found = await this.find(ref);
      if (found.kind !== 'found' || found.order.status !== 'resting') return found;
      return this.cancel({ ...ref, venueOrderId: found.order.venueOrderId });
    }
    const outcome = await client.delete(`${CREATE}/${encodeURIComponent(orderId)}`, {
      query: [['market_ticker', ref.market], ...this.#subaccount],
      schema: cancelAnswer,
      lane: laneOf(ref.priority),
    });
    if (outcome.kind === 'ok') return this.#findEnd(ref);
    const answer = refusedOrUnknown(outcome);
    // Gone, closed, or cancelled by the exchange meanwhile: the order itself says which.
    const mayBeOver =
      (outcome.kind === 'refused' && outcome.status === 404) ||
      (answer.kind === 'rejected' && answer.code === 'closed');
    return mayBeOver ? this.find(ref) : answer;
  }

  /**
   * How an order stands. It is looked for by the exchange's id, then by ours in the list of orders; it is called not
   * found only by a list that is newer than its last sending.
   */
  async find(ref: OrderRef): Promise<OrderAnswer> {
    const { client, account, clock } = this.#options;
    this.#note(ref, true);
    const lane = laneOf(ref.priority);
    const orderId = ref.venueOrderId ?? this.#ids.get(ref.clientId) ?? null;
    if (orderId !== null) {
      const path = `/portfolio/orders/${encodeURIComponent(orderId)}`;
      const outcome = await client.get(path, { query: this.#subaccount, schema: orderAnswer, lane });
      if (outcome.kind === 'ok') return this.#found(outcome.value, ref, lane);
      if (outcome.kind !== 'refused' || outcome.status !== 404)
        return { kind: 'unknown', reason: reasonOf(outcome) };
    }
    const asOf = await account.asOf(lane);
    if (asOf.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(asOf) };
    const since = Math.max(0, Math.floor(ref.placedAt / 1_000) - MIN_TS_MARGIN_S);
    const orders = await account.orders(
      [
        ['ticker', ref.market],
        ['min_ts', String(since)],
      ],
      lane,
    );
    if (orders.kind !== 'ok') return { kind: 'unknown', reason: reasonOf(orders) };
    const order = orders.value.find(({ clientId }) => clientId === ref.clientId);
    if (order) return this.#found(order, ref, lane);
    const sentAt = this.#sentAt.get(ref.clientId) ?? this.#openedAt;
    if (this.#onTheirWay.has(ref.clientId))
      return { kind: 'unknown', reason: 'its sending is not answered yet', answered: true };
    if (asOf.value <= sentAt)
      return {
        kind: 'unknown',
        reason: `not listed yet, in reads that lag ${clock.now() - asOf.value} ms behind`,
        answered: true,
      };
    const unansweredAt = this.#sentAt.has(ref.clientId)
      ? this.#unansweredAt.get(ref.clientId)
      : this.#openedAt;
    const mayLand = unansweredAt !== undefined && clock.now() < unansweredAt + LATE_LANDING_MS;
    if (!mayLand) this.#forget(ref.clientId);
    return { kind: 'not_found', at: asOf.value, mayLand };
  }

  /** A 2xx that names no order is a refusal (FACTS section 7), once the list of orders shows that there is none. */
  async #believeRefusal(order: OrderRequest, priority: Priority, body: string): Promise<PlaceAnswer> {
    const { clock } = this.#options;
    const { quantity } = order;
    const ref: OrderRef = {
      ...{ ...order, venueOrderId: null, remaining: quantity, priority, placedAt: clock.now() },
    };
    for (const ms of [...LOOK_AGAIN_MS, ...LOOK_AGAIN_MS, 0]) {
      const answer = await this.find(ref);
      if (answer.kind === 'found') return { kind: 'accepted', order: answer.order };
      if (answer.kind === 'not_found')
        return { kind: 'rejected', code: 'other', message: `an answer without an order id: ${body}` };
      await this.#pause(ms);
    }
    return { kind: 'unknown', reason: `an answer without an order id: ${body}` };
  }

  /** It stands in the exchange's book from now on, for all we know. */
  #stand({ clientId, market, side, action, quantity }: OrderRequest, limitPrice: Price): void {
    const order = { market, direction: toWireSide(side, action), remaining: quantity };
    this.#options.own.stand(clientId, order, { price: toYesPrice(side, limitPrice), size: quantity });
  }

  get #subaccount(): [string, string][] {
    const { subaccount } = this.#options;
    return subaccount === null ? [] : [['subaccount', String(subaccount)]];
  }

  /**
   * An emergency exit must not be stopped by orders of our own; a patient one, and whatever buys, leaves the account's
   * other orders alone (FACTS section 7.9).
   */
  #body(order: OrderRequest, limitPrice: number, priority: SendTerms['priority']) {
    const { clientId, market, side, action, timeInForce, quantity } = order;
    const { subaccount } = this.#options;
    const isUrgent = action === 'sell' && (priority === 'CRITICAL' || priority === 'HIGH');
    return {
      ticker: market,
      client_order_id: clientId,
      side: toWireSide(side, action),
      count: formatQuantity(quantity),
      price: formatPrice(toYesPrice(side, limitPrice)),
      time_in_force: timeInForce === 'ioc' ? 'immediate_or_cancel' : 'good_till_canceled',
      self_trade_prevention_type: isUrgent ? 'maker' : 'taker_at_cross',
      ...(timeInForce === 'ioc' && action === 'sell' ? { reduce_only: true } : {}),
      ...(subaccount === null ? {} : { subaccount }),
    };
  }

  /** What an order may trade from now on, where that is known. True when nobody knew of it. */
  #note(
    { clientId, market, side, action, remaining }: Omit<OrderRef, 'venueOrderId' | 'priority' | 'placedAt'>,
    isSent: boolean,
  ): boolean {
    if (remaining === null) return false;
    const direction = toWireSide(side, action);
    return this.#options.own.note(clientId, { market, direction, remaining, isSent });
  }

  /** The order as its own answer says, with its fills as soon as they are listed. */
  async #created(order: OrderRequest, orderId: string, filled: Quantity, lane: Lane): Promise<OrderReport> {
    const { clock } = this.#options;
    const fills = filled > 0 ? await this.#fillsOf(orderId, order.market, filled, lane) : [];
    const listed = sumOf(fills);
    const { clientId, market, side, action, limitPrice, quantity } = order;
    const direction = toWireSide(side, action);
    this.#options.own.hear(clientId, { direction, fills, remaining: quantity - listed, at: clock.now() });
    const isOver = order.timeInForce === 'ioc' || filled >= quantity;
    const status = listed < filled || !isOver ? 'resting' : listed >= quantity ? 'filled' : 'cancelled';
    return this.#remember({
      ...{ clientId, market, side, action, limitPrice, quantity, status },
      venueOrderId: orderId,
      filled: listed,
      fills: fills.map((fill) => toVenueFill(fill, side)),
      at: clock.now(),
    });
  }

  /** Fills that don't add up to what the order says leave it open for another look: some are not listed yet. */
  async #found(order: WireOrder, ref: OrderRef, lane: Lane): Promise<OrderAnswer> {
    const status = orderStatus(order.status);
    if (status === null)
      return { kind: 'unknown', reason: `the order's status is "${order.status}"`, answered: true };
    const fills =
      order.filled > 0 ? await this.#fillsOf(order.orderId, order.market, order.filled, lane) : [];
    const listed = sumOf(fills);
    const addsUp = listed === order.filled;
    const { own, clock } = this.#options;
    const { market, direction, yesPrice: price, remaining: size } = order;
    const remaining = (status === 'resting' ? order.initial : order.filled) - listed;
    if (status === 'resting') own.stand(ref.clientId, { market, direction, remaining }, { price, size });
    own.hear(ref.clientId, { direction, fills, remaining, at: clock.now() });
    const side = toWireSide(ref.side, ref.action) === order.direction ? ref.side : otherSide(ref.side);
    const ours = {
      clientId: ref.clientId,
      action: ref.action,
      side,
      status: addsUp ? status : ('resting' as const),
    };
    const report = toOrderReport({ ...order, filled: listed }, ours, fills, clock.now());
    return { kind: 'found', order: this.#remember(report) };
  }

  async #findEnd(ref: OrderRef): Promise<OrderAnswer> {
    let answer = await this.find(ref);
    for (const ms of LOOK_AGAIN_MS) {
      if (answer.kind === 'found' && answer.order.status !== 'resting') break;
      await this.#pause(ms);
      answer = await this.find(ref);
    }
    return answer;
  }

  /** The fills of an order, asked for again while they don't add up to `filled`; what is listed then. */
  async #fillsOf(orderId: string, market: string, filled: Quantity, lane: Lane): Promise<WireFill[]> {
    const { account } = this.#options;
    let fills: WireFill[] = [];
    for (const ms of [0, ...LOOK_AGAIN_MS]) {
      if (ms > 0) await this.#pause(ms);
      const outcome = await account.fills(
        '/portfolio/fills',
        [
          ['order_id', orderId],
          ['ticker', market],
        ],
        lane,
      );
      if (outcome.kind !== 'ok') continue;
      const own = outcome.value.filter((fill) => fill.orderId === orderId);
      fills = [...new Map(own.map((fill) => [fill.fillId, fill])).values()].sort(inTime);
      if (sumOf(fills) >= filled) break;
    }
    return fills;
  }

  #remember(report: OrderReport): OrderReport {
    const { clientId, venueOrderId, status } = report;
    const { own } = this.#options;
    if (status === 'resting') {
      if (!own.isOver(clientId)) this.#ids.set(clientId, venueOrderId);
      return report;
    }
    own.end(clientId);
    this.#forget(clientId);
    return report;
  }

  /** Nothing of it is at the exchange any more, nor on its way. */
  #forget(clientId: string): void {
    this.#options.own.delete(clientId);
    this.#ids.delete(clientId);
    this.#sentAt.delete(clientId);
    this.#unansweredAt.delete(clientId);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#options.clock.setTimeout(resolve, ms));
  }
}

const TOO_OLD: PlaceAnswer = {
  kind: 'rejected',
  code: 'stale_price',
  message: 'never sent: its price is from an old quote',
};

const SOLD_MEANWHILE: PlaceAnswer = {
  kind: 'rejected',
  code: 'unseen',
  message: 'never sent: another order of ours has sold, or may sell, what was held when it looked',
};

const sumOf = (fills: readonly WireFill[]): Quantity =>
  fills.reduce((sum, { quantity }) => sum + quantity, 0);

const inTime = (a: WireFill, b: WireFill): number => a.at - b.at || (a.fillId < b.fillId ? -1 : 1);

const otherSide = (side: Side): Side => (side === 'yes' ? 'no' : 'yes');
