/** Records in the exchange's JSON: decimals as text, a few old fields in whole cents. */
import {
  amount,
  checked,
  formatMoney,
  formatPrice,
  formatQuantity,
  type Money,
  ONE_DOLLAR,
  type Price,
  type Quantity,
} from '../../domain/money.ts';
import type { Fill, Order, Position, Settlement } from '../records.ts';
import type { BookSide, OutcomeSide } from '../specs.ts';
import type { World } from '../world.ts';

/** RFC 3339 in UTC, without trailing zeros in the fraction: 2026-11-26T08:00:00.12Z. */
export const timeText = (at: number): string => new Date(at).toISOString().replace(/\.?0+Z$/, 'Z');

export const outcomeOf = (side: BookSide): OutcomeSide => (side === 'bid' ? 'yes' : 'no');

/** Whole cents, truncated toward zero. */
export const cents = (money: Money): number => Math.trunc(money / 10_000);

export const shardOfMarket = (world: World, ticker: string): number => world.markets[ticker]!.exchangeIndex;

const prices = (price: Price) => ({
  yes_price_dollars: formatPrice(price),
  no_price_dollars: formatPrice(ONE_DOLLAR - price),
});

const direction = (side: BookSide) => ({ outcome_side: outcomeOf(side), book_side: side });

export const shownRemaining = (world: World, order: Order): Quantity =>
  order.status !== 'resting' && world.settings.readings.killedRemainder === 'shown'
    ? order.killed
    : order.remaining;

export const renderOrder = (world: World, order: Order) => ({
  order_id: order.id,
  user_id: world.accounts[order.account]!.userId,
  client_order_id: order.clientId ?? '',
  ticker: order.ticker,
  ...direction(order.side),
  type: 'limit',
  status: order.status,
  ...prices(order.price),
  initial_count_fp: formatQuantity(order.initial),
  fill_count_fp: formatQuantity(order.filled),
  remaining_count_fp: formatQuantity(shownRemaining(world, order)),
  taker_fill_cost_dollars: formatMoney(order.takerCost),
  maker_fill_cost_dollars: formatMoney(order.makerCost),
  taker_fees_dollars: formatMoney(order.takerFees),
  maker_fees_dollars: formatMoney(order.makerFees),
  expiration_time: order.expiresAt === null ? null : timeText(order.expiresAt),
  created_time: timeText(order.createdAt),
  last_update_time: timeText(order.updatedAt),
  self_trade_prevention_type: order.selfTradePrevention,
  order_group_id: null,
  cancel_order_on_pause: order.cancelOnPause,
  subaccount_number: order.subaccount,
  exchange_index: shardOfMarket(world, order.ticker),
});

export const renderFill = (world: World, fill: Fill) => ({
  fill_id: fill.id,
  trade_id: fill.id,
  order_id: fill.orderId,
  ticker: fill.ticker,
  market_ticker: fill.ticker,
  exchange_index: shardOfMarket(world, fill.ticker),
  ...direction(fill.side),
  count_fp: formatQuantity(fill.count),
  ...prices(fill.price),
  is_taker: fill.isTaker,
  fee_cost: formatMoney(fill.fee),
  created_time: timeText(fill.at),
  ts: Math.floor(fill.at / 1000),
  subaccount_number: fill.subaccount,
});

export const renderPosition = (world: World, ticker: string, position: Position) => ({
  ticker,
  exchange_index: shardOfMarket(world, ticker),
  position_fp: formatQuantity(position.quantity),
  market_exposure_dollars: formatMoney(position.cost),
  total_traded_dollars: formatMoney(position.traded),
  realized_pnl_dollars: formatMoney(position.realized),
  fees_paid_dollars: formatMoney(position.feesPaid),
  last_updated_ts: timeText(position.updatedAt),
});

export function renderSettlement(world: World, settlement: Settlement) {
  const { ticker, quantity, cost } = settlement;
  const [yes, no] = [Math.max(0, quantity), Math.max(0, -quantity)];
  return {
    ticker,
    event_ticker: world.markets[ticker]!.eventTicker,
    exchange_index: shardOfMarket(world, ticker),
    market_result: settlement.result,
    yes_count_fp: formatQuantity(yes),
    yes_total_cost_dollars: formatMoney(yes > 0 ? cost : 0),
    no_count_fp: formatQuantity(no),
    no_total_cost_dollars: formatMoney(no > 0 ? cost : 0),
    revenue: cents(settlement.revenue),
    settled_time: timeText(settlement.at),
    fee_cost: formatMoney(0),
    value: Math.trunc(settlement.value / 100),
  };
}

/** The average price and fee per contract of what an order has filled; nothing when it has not. */
export function averagesOf(order: Order): { average_fill_price?: string; average_fee_paid?: string } {
  if (order.filled === 0) return {};
  const fees = order.takerFees + order.makerFees;
  return {
    average_fill_price: formatPrice(divideHalfUp(order.takerCost + order.makerCost, order.filled)),
    average_fee_paid: formatMoney(divideHalfUp(amount(fees, 100), order.filled)),
  };
}

const divideHalfUp = (a: number, b: number): number => checked(Math.floor((2 * a + b) / (2 * b)));
