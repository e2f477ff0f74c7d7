import type { OrderRequest, PlaceAnswer, RefusalCode } from '../../../actors/ports.ts';
import { type MarketInfo, snapDown } from '../../../domain/market.ts';
import { formatPrice, formatQuantity, ONE_DOLLAR } from '../../../domain/money.ts';
import { inYesTerms } from './matching.ts';
import type { PaperAccount } from './paper-world.ts';

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
  return null;
}

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
