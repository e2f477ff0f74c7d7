import type { AccountReport, CostBasis, OpenOrder, VenueRead } from '../../../actors/ports.ts';
import { basisOf, foldFills } from '../../../domain/cost-basis.ts';
import type { Side } from '../../../domain/market.ts';
import type { Money, Quantity } from '../../../domain/money.ts';
import type { KalshiClient, Outcome } from './client/kalshi-client.ts';
import { unavailable } from './client/outcomes.ts';
import type { Lane } from './client/pacer.ts';
import { readAll } from './client/paging.ts';
import type { OwnOrders, OwnTerms } from './own-orders.ts';
import { fillsAnswer, ordersAnswer, type WireFill, type WireOrder } from './wire/orders.ts';
import {
  balanceAnswer,
  heldOf,
  positionsAnswer,
  userDataTimestampAnswer,
  type WirePosition,
} from './wire/portfolio.ts';

/** What the Date header can't say of the clocks' difference: it counts whole seconds. */
const CLOCK_MARGIN_MS = 1_000;

const PAGE: [string, string] = ['limit', '1000'];

interface AccountOptions {
  client: KalshiClient;
  /** Null: the main account. */
  subaccount: number | null;
  /** Prefix of our client ids. */
  ownPrefix: string;
  own: OwnOrders;
}

/** Reads of the account: they lag behind writes, and each says as of when it is true. */
export class Account {
  readonly #options: AccountOptions;
  readonly #subaccount: [string, string][];

  constructor(options: AccountOptions) {
    this.#options = options;
    this.#subaccount = [['subaccount', String(options.subaccount ?? 0)]];
  }

  async report(): Promise<VenueRead<AccountReport>> {
    const asOf = await this.asOf('reconcile');
    if (asOf.kind !== 'ok') return unavailable(asOf);
    const positions = await this.positions('reconcile');
    if (positions.kind !== 'ok') return unavailable(positions);
    const orders = await this.restingOrders('reconcile');
    if (orders.kind !== 'ok') return unavailable(orders);
    const holdings = positions.value.flatMap((position) => {
      const held = heldOf(position);
      return held ? [{ market: position.market, ...held, cost: position.exposure }] : [];
    });
    const openOrders = orders.value.flatMap((order) => this.#own(order));
    const offered = orders.value.filter((order) => !this.#isOwn(order)).map(offerOf);
    return { kind: 'ok', value: { holdings, openOrders, offered, asOf: asOf.value } };
  }

  /** Cash that resting orders don't bind, as the exchange says; never in the way of an order's own calls. */
  async balance(): Promise<VenueRead<Money>> {
    const outcome = await this.#options.client.get('/portfolio/balance', {
      query: this.#subaccount,
      schema: balanceAnswer,
      lane: 'reconcile',
    });
    return outcome.kind === 'ok' ? { kind: 'ok', value: outcome.value.balance } : unavailable(outcome);
  }

  /** Folded from the fills, with older ones where those don't add up; else by the exposure (FACTS section 6). */
  async costBasis(held: {
    market: string;
    side: Side;
    quantity: Quantity;
  }): Promise<VenueRead<CostBasis | null>> {
    const query: [string, string][] = [['ticker', held.market]];
    const positions = await this.positions('reconcile', held.market);
    if (positions.kind !== 'ok') return unavailable(positions);
    const known = positions.value.find(({ market }) => market === held.market);
    const now = known ? heldOf(known) : null;
    // What is asked about was true two reads ago: the cost of another quantity is not its cost.
    if (!known || now?.side !== held.side || now.quantity !== held.quantity)
      return { kind: 'unavailable', reason: `the holding of ${held.market} is changing` };
    const fills = await this.fills('/portfolio/fills', query, 'reconcile');
    if (fills.kind !== 'ok') return unavailable(fills);
    const { exposure } = known;
    const recent = basisOf({ ...held, exposure }, foldFills(fills.value.map(toFold)));
    if (recent?.basis === 'fills') return { kind: 'ok', value: recent };
    const older = await this.fills('/historical/fills', query, 'reconcile');
    const all = older.kind === 'ok' ? [...older.value, ...fills.value] : fills.value;
    return { kind: 'ok', value: basisOf({ ...held, exposure }, foldFills(unique(all).map(toFold))) };
  }

  /** As of when reads of the account are true (ms, the exchange's clock). */
  asOfThere(lane: Lane): Promise<Outcome<number>> {
    return this.#options.client.get('/exchange/user_data_timestamp', {
      schema: userDataTimestampAnswer,
      lane,
    });
  }

  /** As of when reads of the account are true at least (ms, our clock). */
  async asOf(lane: Lane): Promise<Outcome<number>> {
    const { client } = this.#options;
    const outcome = await this.asOfThere(lane);
    if (outcome.kind !== 'ok') return outcome;
    const asOf = outcome.value - (client.clockSkewMs() ?? 0) - CLOCK_MARGIN_MS;
    return { ...outcome, value: Math.min(asOf, outcome.startedAt) };
  }

  positions(lane: Lane, market?: string): Promise<Outcome<WirePosition[]>> {
    return readAll(this.#options.client, {
      path: '/portfolio/positions',
      query: [PAGE, ...this.#subaccount, ...(market === undefined ? COUNTED : tickerOf(market))],
      schema: positionsAnswer,
      rows: ({ positions }) => positions,
      lane,
    });
  }

  restingOrders(lane: Lane, market?: string): Promise<Outcome<WireOrder[]>> {
    const only = market === undefined ? [] : tickerOf(market);
    return this.orders([['status', 'resting'], ...only], lane);
  }

  orders(query: [string, string][], lane: Lane): Promise<Outcome<WireOrder[]>> {
    return readAll(this.#options.client, {
      path: '/portfolio/orders',
      query: [PAGE, ...this.#subaccount, ...query],
      schema: ordersAnswer,
      rows: ({ orders }) => orders,
      lane,
    });
  }

  fills(
    path: '/portfolio/fills' | '/historical/fills',
    query: [string, string][],
    lane: Lane,
  ): Promise<Outcome<WireFill[]>> {
    return readAll(this.#options.client, {
      path,
      query: [PAGE, ...this.#subaccount, ...query],
      schema: fillsAnswer,
      rows: ({ fills }) => fills,
      lane,
    });
  }

  #isOwn({ clientId }: Pick<WireOrder, 'clientId'>): boolean {
    return clientId?.startsWith(this.#options.ownPrefix) === true;
  }

  /** An order of our instance; one that nobody has asked for yet is taken for a sale. Others are not ours to look at. */
  #own({ orderId, clientId, market, direction, initial, filled }: WireOrder): OpenOrder[] {
    if (!clientId || !this.#isOwn({ clientId })) return [];
    const terms: OwnTerms = this.#options.own.termsOf(clientId) ?? {
      side: sideSold(direction),
      action: 'sell',
    };
    return [{ clientId, venueOrderId: orderId, market, quantity: initial, filled, ...terms }];
  }
}

/** An ask may sell YES, a bid may sell NO. */
const offerOf = ({ market, direction, remaining }: WireOrder) => ({
  market,
  side: sideSold(direction),
  quantity: remaining,
});

const sideSold = (direction: WireOrder['direction']): Side => (direction === 'ask' ? 'yes' : 'no');

const COUNTED: [string, string][] = [['count_filter', 'position']];

const tickerOf = (market: string): [string, string][] => [['ticker', market]];

const toFold = ({ at, fillId, direction, yesPrice, quantity }: WireFill) => ({
  at,
  fillId,
  direction,
  yesPrice,
  quantity,
});

const unique = (fills: readonly WireFill[]): WireFill[] => [
  ...new Map(fills.map((fill) => [fill.fillId, fill])).values(),
];
