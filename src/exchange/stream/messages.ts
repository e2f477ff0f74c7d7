/** What the channels say, without sid and seq. */
import {
  amount,
  formatMoney,
  formatPrice,
  formatQuantity,
  ONE_DOLLAR,
  type Price,
  type Quantity,
} from '../../domain/money.ts';
import type { Happening, LifecycleEvent } from '../happenings.ts';
import type { FeeChange, Fill, Market, Order, Position, Trade } from '../records.ts';
import { outcomeOf, shardOfMarket, shownRemaining } from '../rest/render.ts';
import { noBidsOf, renderLevel } from '../rest/render-market.ts';
import { levelsOf, topOf } from '../trading/book.ts';
import type { World } from '../world.ts';

/** A book's levels, the best last; a side without any is left out. */
export function renderSnapshot(world: World, ticker: string, useYesPrice: boolean) {
  const yes = levelsOf(world, ticker, 'bid').reverse();
  const no = (useYesPrice ? levelsOf(world, ticker, 'ask') : noBidsOf(world, ticker)).reverse();
  return {
    market_ticker: ticker,
    market_id: world.markets[ticker]!.id,
    ...(yes.length === 0 ? {} : { yes_dollars_fp: yes.map(renderLevel) }),
    ...(no.length === 0 ? {} : { no_dollars_fp: no.map(renderLevel) }),
  };
}

/** One change of a level; who caused it is told to that account alone. */
export function renderDelta(
  world: World,
  change: Extract<Happening, { kind: 'book' }>,
  useYesPrice: boolean,
  account: string,
) {
  const { ticker, side, price, delta, clientId, subaccount, at } = change;
  const own = change.account === account;
  return {
    market_ticker: ticker,
    market_id: world.markets[ticker]!.id,
    price_dollars: formatPrice(side === 'ask' && !useYesPrice ? ONE_DOLLAR - price : price),
    delta_fp: formatQuantity(delta),
    side: outcomeOf(side),
    ts_ms: at,
    ...(own && clientId !== null ? { client_order_id: clientId } : {}),
    ...(own ? { subaccount } : {}),
  };
}

export function renderTicker(world: World, ticker: string, lastTradeSize: Quantity, at: number) {
  const market = world.markets[ticker]!;
  const top = topOf(world, ticker);
  return {
    market_ticker: ticker,
    market_id: market.id,
    price_dollars: formatPrice(market.lastPrice ?? 0),
    yes_bid_dollars: formatPrice(top.bid ?? 0),
    yes_ask_dollars: formatPrice(top.ask ?? ONE_DOLLAR),
    yes_bid_size_fp: formatQuantity(top.bidSize),
    yes_ask_size_fp: formatQuantity(top.askSize),
    last_trade_size_fp: formatQuantity(lastTradeSize),
    volume_fp: formatQuantity(market.volume),
    open_interest_fp: formatQuantity(market.openInterest),
    dollar_volume: wholeDollars(market.dollarVolume),
    dollar_open_interest: wholeDollars(amount(ONE_DOLLAR, market.openInterest)),
    ts_ms: at,
  };
}

const wholeDollars = (money: number): number => Math.trunc(money / 1_000_000);

const bothPrices = (price: Price) => ({
  yes_price_dollars: formatPrice(price),
  no_price_dollars: formatPrice(ONE_DOLLAR - price),
});

export const renderTrade = ({ id, ticker, price, count, takerSide, at }: Trade) => ({
  trade_id: id,
  market_ticker: ticker,
  ...bothPrices(price),
  count_fp: formatQuantity(count),
  taker_side: outcomeOf(takerSide),
  taker_outcome_side: outcomeOf(takerSide),
  taker_book_side: takerSide,
  ts: Math.floor(at / 1000),
  ts_ms: at,
});

export const renderFillMessage = (
  world: World,
  fill: Fill,
  clientId: string | null,
  positionAfter: Quantity,
) => ({
  trade_id: fill.id,
  order_id: fill.orderId,
  ...(clientId === null ? {} : { client_order_id: clientId }),
  market_ticker: fill.ticker,
  exchange_index: shardOfMarket(world, fill.ticker),
  is_taker: fill.isTaker,
  outcome_side: outcomeOf(fill.side),
  book_side: fill.side,
  yes_price_dollars: formatPrice(fill.price),
  count_fp: formatQuantity(fill.count),
  fee_cost: formatMoney(fill.fee),
  post_position_fp: formatQuantity(positionAfter),
  ts_ms: fill.at,
  subaccount: fill.subaccount,
});

export const renderPositionMessage = (
  world: World,
  account: string,
  subaccount: number,
  ticker: string,
  position: Position,
) => ({
  user_id: world.accounts[account]!.userId,
  market_ticker: ticker,
  position_fp: formatQuantity(position.quantity),
  position_cost_dollars: formatMoney(position.cost),
  realized_pnl_dollars: formatMoney(position.realized),
  fees_paid_dollars: formatMoney(position.feesPaid),
  position_fee_cost_dollars: formatMoney(position.feeCost),
  volume_fp: formatQuantity(position.volume),
  subaccount,
});

export const renderOrderMessage = (world: World, order: Order) => ({
  order_id: order.id,
  user_id: world.accounts[order.account]!.userId,
  ticker: order.ticker,
  exchange_index: shardOfMarket(world, order.ticker),
  status: order.status,
  outcome_side: outcomeOf(order.side),
  book_side: order.side,
  yes_price_dollars: formatPrice(order.price),
  fill_count_fp: formatQuantity(order.filled),
  remaining_count_fp: formatQuantity(shownRemaining(world, order)),
  initial_count_fp: formatQuantity(order.initial),
  taker_fill_cost_dollars: formatMoney(order.takerCost),
  maker_fill_cost_dollars: formatMoney(order.makerCost),
  taker_fees_dollars: formatMoney(order.takerFees),
  maker_fees_dollars: formatMoney(order.makerFees),
  client_order_id: order.clientId ?? '',
  created_ts_ms: order.createdAt,
  ...(order.updatedAt === order.createdAt ? {} : { last_updated_ts_ms: order.updatedAt }),
  ...(order.reason === null ? {} : { last_update_reason: order.reason }),
  subaccount: order.subaccount,
});

export function renderLifecycle(event: LifecycleEvent, market: Market, at: number) {
  const seconds = (time: number) => Math.floor(time / 1000);
  const details: Partial<Record<LifecycleEvent, object>> = {
    created: { open_ts: seconds(market.openAt), close_ts: seconds(market.closeAt) },
    deactivated: { is_deactivated: true },
    activated: { is_deactivated: false },
    close_date_updated: { close_ts: seconds(market.closeAt) },
    determined: { determination_ts: seconds(at), ...outcome(market) },
    settled: { settled_ts: seconds(at), ...outcome(market) },
    price_level_structure_updated: {
      price_level_structure: market.priceLevelStructure,
      price_ranges: market.priceRanges.map(({ start, end, step }) => ({
        start: formatPrice(start),
        end: formatPrice(end),
        step: formatPrice(step),
      })),
    },
    metadata_updated: { exchange_index: market.exchangeIndex },
  };
  return { market_ticker: market.ticker, event_type: event, ...details[event] };
}

const outcome = (market: Market) => ({
  result: market.result,
  settlement_value: formatPrice(market.settlementValue ?? 0),
});

export const renderFeeUpdate = ({ event, feeType, feeMultiplier, at }: FeeChange) => ({
  event_ticker: event,
  fee_type_override: feeType,
  fee_multiplier_override: feeMultiplier,
  ts_ms: at,
});
