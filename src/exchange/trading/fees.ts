import { checked, type Money, type Price, type Quantity } from '../../domain/money.ts';
import type { FeeRule, Market, Order } from '../records.ts';
import type { FeeType } from '../specs.ts';
import { CROWD, type World } from '../world.ts';

/** Dollars per contract and P × (1 − P), in 1e-4. */
const RATES: Record<Exclude<FeeType, 'flat'>, { taker: number; maker: number }> = {
  quadratic: { taker: 700, maker: 0 },
  quadratic_with_maker_fees: { taker: 700, maker: 175 },
  quadratic_with_combo_maker_fees: { taker: 700, maker: 350 },
};

/** rate × C × P × (1 − P) × multiplier in 1e-6 $, rounded up; `flat`: flatFee × C × multiplier. */
export function tradeFee(
  rule: FeeRule & { flatFee: Money },
  isTaker: boolean,
  price: Price,
  quantity: Quantity,
): Money {
  const multiplier = BigInt(Math.round(rule.feeMultiplier * 1e6));
  if (rule.feeType === 'flat')
    return ceilDivide(BigInt(rule.flatFee) * BigInt(quantity) * multiplier, 10n ** 8n);
  const rate = RATES[rule.feeType][isTaker ? 'taker' : 'maker'];
  const spread = BigInt(quantity) * BigInt(price) * BigInt(10_000 - price);
  return ceilDivide(spread * BigInt(rate) * multiplier, 10n ** 14n);
}

function ceilDivide(numerator: bigint, divisor: bigint): Money {
  return checked(Number((numerator + divisor - 1n) / divisor));
}

/**
 * What a fill is charged so that the balance moves in whole steps of `precision`: the trade fee plus what flooring the
 * balance change takes, minus the whole steps that earlier roundings of the order have overcharged. Never negative.
 */
export function roundFee(
  fee: Money,
  proceeds: Money,
  credit: Money,
  precision: Money,
): { charged: Money; credit: Money } {
  const change = proceeds - fee;
  const rounding = ((change % precision) + precision) % precision;
  const owed = credit + rounding;
  const rebate = Math.min(floorTo(owed, precision), floorTo(fee + rounding, precision));
  return { charged: fee + rounding - rebate, credit: owed - rebate };
}

const floorTo = (value: Money, step: Money): Money => value - (value % step);

/** The fee rule of a market at `at`: the event's override before the series' rule. */
export function feeRuleOf(world: World, market: Market): FeeRule & { flatFee: Money } {
  const series = world.series[market.seriesTicker]!;
  const event = world.events[market.eventTicker];
  return {
    feeType: event?.feeTypeOverride ?? series.feeType,
    feeMultiplier: event?.feeMultiplierOverride ?? series.feeMultiplier,
    flatFee: series.flatFee,
  };
}

/** The fee of one fill of an order, and the order's rounding credit after it. The crowd pays none. */
export function chargeFill(
  world: World,
  order: Pick<Order, 'account' | 'ticker' | 'roundingCredit'>,
  fill: { isTaker: boolean; price: Price; count: Quantity; proceeds: Money },
  at: number,
): { charged: Money; credit: Money } {
  if (order.account === CROWD) return { charged: 0, credit: 0 };
  const market = world.markets[order.ticker]!;
  const waived = market.feeWaiverUntil !== null && at < market.feeWaiverUntil;
  const fee = waived ? 0 : tradeFee(feeRuleOf(world, market), fill.isTaker, fill.price, fill.count);
  return roundFee(fee, fill.proceeds, order.roundingCredit, world.accounts[order.account]!.precision);
}
