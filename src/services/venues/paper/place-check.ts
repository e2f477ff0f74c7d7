import type { OrderRequest, PlaceAnswer, RefusalCode } from '../../../actors/ports.ts';
import { type MarketInfo, type Side, snapDown } from '../../../domain/market.ts';
import { amount, formatMoney, formatPrice, formatQuantity, ONE_DOLLAR } from '../../../domain/money.ts';
import type { FeeModel } from './fees.ts';
import { inYesTerms, matchArriving, type ShownBook } from './matching.ts';
import { boundBy, type PaperAccount } from './paper-world.ts';

type Refusal = Extract<PlaceAnswer, { kind: 'rejected' }>;

/** Why the paper exchange refuses an order, or null when it takes it. An id that was used before comes first. */
export function refuseOrder(
  order: OrderRequest,
  info: MarketInfo | undefined,
  account: PaperAccount,
): Refusal | null {
  const { clientId, market, side, action, quantity } = order;
  if (account.orders.has(clientId)) return refusal('already_exists', `an order ${clientId} exists`);
  if (!info) return refusal('other', `there is no market ${market}`);
  if (info.status === 'paused') return refusal('halted', `${market} is paused`);
  if (info.status !== 'open') return refusal('closed', `${market} is ${info.status}`);
  if (!Number.isSafeInteger(quantity) || quantity <= 0) {
    return refusal('bad_quantity', `${quantity} is not a quantity: must be above 0 in steps of 0.01`);
  }
  const badPrice = refusePrice(order, info);
  if (badPrice) return refusal('bad_price', badPrice);
  const sellable = account.sellable(market, side);
  if (action === 'sell' && quantity > sellable) {
    const [wanted, free] = [quantity, Math.max(0, sellable)].map(formatQuantity);
    return refusal('not_held', `${wanted} to sell, ${free} held and not offered in ${market} ${side}`);
  }
  const other = otherSide(side);
  if (action === 'buy' && account.holding(market, other).quantity > 0) {
    const words = `${other.toUpperCase()} of ${market} is held, and ${side.toUpperCase()} would close it`;
    return refusal('other', `${words}: sell what is held instead`);
  }
  return null;
}

/** Why a buy can't be paid, by what it would take at once and what would rest of it beside other buys; null when it can. */
export function refuseUnpaid(
  order: OrderRequest,
  shown: ShownBook | null,
  account: PaperAccount,
  fees: FeeModel,
): Refusal | null {
  if (order.action !== 'buy') return null;
  const executions = shown ? matchArriving(shown, order).executions : [];
  const atOnce = executions.reduce(
    (sum, { price, quantity }) =>
      sum + amount(price, quantity) + fees.fee({ action: 'buy', price, quantity, maker: false }),
    0,
  );
  const rest = order.quantity - executions.reduce((sum, { quantity }) => sum + quantity, 0);
  const needed = atOnce + (order.timeInForce === 'gtc' && rest > 0 ? boundBy(order, rest, fees) : 0);
  const free = account.freeCash(fees);
  if (needed <= free) return null;
  return refusal(
    'other',
    `not enough cash: ${formatQuantity(order.quantity)} ${order.side.toUpperCase()} of ${order.market} takes $${formatMoney(needed)} with its fees, $${formatMoney(Math.max(0, free))} is free`,
  );
}

const otherSide = (side: Side): Side => (side === 'yes' ? 'no' : 'yes');

function refusePrice({ limitPrice, side, timeInForce }: OrderRequest, info: MarketInfo): string | null {
  if (limitPrice === null) return timeInForce === 'ioc' ? null : 'an order without a price can not rest';
  if (!Number.isSafeInteger(limitPrice) || limitPrice <= 0 || limitPrice >= ONE_DOLLAR) {
    return `a price must lie between 0 and 1 in steps of 0.0001, not at ${limitPrice / ONE_DOLLAR}`;
  }
  const yesPrice = inYesTerms(side, limitPrice);
  return snapDown(yesPrice, info.grid) === yesPrice
    ? null
    : `${formatPrice(limitPrice)} is off the price grid`;
}

const refusal = (code: RefusalCode, message: string): Refusal => ({ kind: 'rejected', code, message });
