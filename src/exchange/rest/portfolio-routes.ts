import { formatMoney, formatQuantity, type Money } from '../../domain/money.ts';
import type { Order, Position } from '../records.ts';
import { badParameters, isRefusal, notFound, type Refusal } from '../refusal.ts';
import { portfolioOf } from '../trading/order-store.ts';
import type { World } from '../world.ts';
import { listOf, shardOf, subaccountOf, timeFilterOf } from './fields.ts';
import { pageOf, timeKey } from './paging.ts';
import { cents, renderFill, renderOrder, renderPosition, renderSettlement, shardOfMarket } from './render.ts';
import { type Answer, keyRoute, ok, type PrivateCall, subaccountFor } from './route.ts';
import {
  balanceOf,
  fillsOf,
  orderFor,
  ordersOf,
  portfolioValue,
  positionsOf,
  readTime,
  settlementsOf,
} from './views.ts';

export const portfolioRoutes = [
  keyRoute('GET', '/portfolio/balance', 'balance', getBalance),
  keyRoute('GET', '/portfolio/positions', 'read', getPositions),
  keyRoute('GET', '/portfolio/orders', 'read', getOrders),
  keyRoute('GET', '/portfolio/orders/:orderId', 'read', getOrder),
  keyRoute('GET', '/portfolio/fills', 'read', (call) => getFills(call, 'live')),
  keyRoute('GET', '/historical/fills', 'read', (call) => getFills(call, 'archive')),
  keyRoute('GET', '/portfolio/settlements', 'read', getSettlements),
];

const NEWEST_FIRST = { order: 'descending', limit: [100, 1000] } as const;

interface Scope {
  /** null: all subaccounts. */
  subaccount: number | null;
  inScope(record: { ticker: string; subaccount?: number }): boolean;
}

/** What the query's ticker, event_ticker, subaccount and exchange_index let through. */
function scopeOf({ world, query, caller }: PrivateCall): Scope | Refusal {
  const requested = subaccountOf(query);
  if (isRefusal(requested)) return requested;
  const subaccount = subaccountFor(caller, requested);
  if (isRefusal(subaccount)) return subaccount;
  const shard = shardOf(query);
  if (isRefusal(shard)) return shard;
  const events = listOf(query, 'event_ticker');
  if (events && events.length > 10) return badParameters('at most 10 event tickers');
  const ticker = query.get('ticker');
  const inScope: Scope['inScope'] = (record) =>
    (!ticker || record.ticker === ticker) &&
    (subaccount === null || record.subaccount === undefined || record.subaccount === subaccount) &&
    (shard === null || shardOfMarket(world, record.ticker) === shard) &&
    (!events || events.includes(world.markets[record.ticker]!.eventTicker));
  return { subaccount, inScope };
}

function getBalance(call: PrivateCall): Answer | Refusal {
  const scope = scopeOf(call);
  if (isRefusal(scope)) return scope;
  const { world, caller } = call;
  const portfolio = portfolioOf(world, caller.account, scope.subaccount ?? 0);
  const balance = balanceOf(world, portfolio);
  return ok({
    balance: cents(balance),
    balance_dollars: formatMoney(balance),
    portfolio_value: cents(portfolioValue(world, portfolio)),
    updated_ts: Math.floor(readTime(world, caller.account) / 1000),
    balance_breakdown: [{ exchange_index: 0, balance: formatMoney(balance) }],
  });
}

type Held = ReturnType<typeof positionsOf>[number];

function getPositions(call: PrivateCall): Answer | Refusal {
  const { world, query, caller } = call;
  const scope = scopeOf(call);
  if (isRefusal(scope)) return scope;
  const counts = countFilterOf(query);
  if (isRefusal(counts)) return counts;
  const held = positionsOf(world, caller.account, scope.subaccount ?? 0);
  const matching = held.filter((item) => scope.inScope(item) && counts(item.position));
  const page = pageOf(matching, (item) => item.ticker, query, { order: 'ascending', limit: [100, 1000] });
  if (isRefusal(page)) return page;
  return ok({
    cursor: page.cursor,
    market_positions: page.items.map(({ ticker, position }) => renderPosition(world, ticker, position)),
    event_positions: renderEventPositions(world, page.items),
  });
}

const COUNTS: Record<string, (position: Position) => boolean> = {
  position: (position) => position.quantity !== 0,
  total_traded: (position) => position.traded !== 0,
};

function countFilterOf(query: URLSearchParams): ((position: Position) => boolean) | Refusal {
  const words = listOf(query, 'count_filter') ?? [];
  const filters = words.map((word) => COUNTS[word]);
  if (filters.includes(undefined)) return badParameters('count_filter knows position and total_traded');
  return (position) => filters.every((filter) => filter!(position));
}

function renderEventPositions(world: World, held: readonly Held[]) {
  const events = new Map<string, Held[]>();
  for (const item of held) {
    const { eventTicker } = world.markets[item.ticker]!;
    events.set(eventTicker, [...(events.get(eventTicker) ?? []), item]);
  }
  return [...events].map(([event, items]) => {
    const sum = (pick: (position: Position) => Money) =>
      items.reduce((total, { position }) => total + pick(position), 0);
    return {
      event_ticker: event,
      total_cost_dollars: formatMoney(sum((position) => position.traded)),
      total_cost_shares_fp: formatQuantity(sum((position) => position.volume)),
      event_exposure_dollars: formatMoney(sum((position) => position.cost)),
      realized_pnl_dollars: formatMoney(sum((position) => position.realized)),
      fees_paid_dollars: formatMoney(sum((position) => position.feesPaid)),
    };
  });
}

function getOrders(call: PrivateCall): Answer | Refusal {
  const { world, query, caller } = call;
  const scope = scopeOf(call);
  if (isRefusal(scope)) return scope;
  const inTime = timeFilterOf(query);
  if (isRefusal(inTime)) return inTime;
  const status = query.get('status');
  if (status && !['resting', 'canceled', 'executed'].includes(status))
    return badParameters('status must be resting, canceled or executed');
  const matching = ordersOf(world, caller.account).filter(
    (order) => scope.inScope(order) && inTime(order.createdAt) && (!status || order.status === status),
  );
  const page = pageOf(matching, orderKey, query, NEWEST_FIRST);
  if (isRefusal(page)) return page;
  return ok({ orders: page.items.map((order) => renderOrder(world, order)), cursor: page.cursor });
}

const orderKey = (order: Order): string => timeKey(order.createdAt, order.id);

function getOrder({ world, params, caller }: PrivateCall): Answer | Refusal {
  const order = orderFor(world, caller.account, params.orderId!);
  return order ? ok({ order: renderOrder(world, order) }) : notFound('order');
}

function getFills(call: PrivateCall, from: 'live' | 'archive'): Answer | Refusal {
  const { world, query, caller } = call;
  const scope = scopeOf(call);
  if (isRefusal(scope)) return scope;
  const inTime = timeFilterOf(query);
  if (isRefusal(inTime)) return inTime;
  const orderId = query.get('order_id');
  const matching = fillsOf(world, caller.account, from).filter(
    (fill) => scope.inScope(fill) && inTime(fill.at) && (!orderId || fill.orderId === orderId),
  );
  const page = pageOf(matching, (fill) => timeKey(fill.at, fill.id), query, NEWEST_FIRST);
  if (isRefusal(page)) return page;
  return ok({ fills: page.items.map((fill) => renderFill(world, fill)), cursor: page.cursor });
}

function getSettlements(call: PrivateCall): Answer | Refusal {
  const { world, query, caller } = call;
  const scope = scopeOf(call);
  if (isRefusal(scope)) return scope;
  const inTime = timeFilterOf(query);
  if (isRefusal(inTime)) return inTime;
  const matching = settlementsOf(world, caller.account).filter(
    (settlement) => scope.inScope(settlement) && inTime(settlement.at),
  );
  const page = pageOf(
    matching,
    ({ at, ticker, subaccount }) => timeKey(at, `${ticker} ${subaccount}`),
    query,
    NEWEST_FIRST,
  );
  if (isRefusal(page)) return page;
  return ok({
    settlements: page.items.map((settlement) => renderSettlement(world, settlement)),
    cursor: page.cursor,
  });
}
