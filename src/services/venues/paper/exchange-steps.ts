/** What the paper exchange does to its account, prepared on a draft: nothing is seen of it before it is saved. */
import type { OrderRequest } from '../../../actors/ports.ts';
import type { MarketInfo } from '../../../domain/market.ts';
import { matchArriving, matchResting, type RestingOrder } from './matching.ts';
import { byCreation } from './paper-listing.ts';
import type { MarketState, MarketUpdates, PaperMarkets } from './paper-markets.ts';
import type { PaperHolding, PaperOrder } from './paper-store.ts';
import type { PaperAccount, PaperDraft } from './paper-world.ts';

/** Takes an order in: it trades at once what it can; the rest rests, or is cancelled when it is immediate-or-cancel. */
export function draftOrder(
  draft: PaperDraft,
  request: OrderRequest,
  state: MarketState,
  at: number,
): { order: PaperOrder; updates: MarketUpdates } {
  const { clientId, market, side, action, limitPrice, quantity, timeInForce } = request;
  const arriving: PaperOrder = {
    clientId,
    venueOrderId: draft.takeId(),
    market,
    side,
    action,
    limitPrice,
    quantity,
    status: 'resting',
    filled: 0,
    fills: [],
    at,
    timeInForce,
    createdAt: at,
  };
  const match = state.shown ? matchArriving(state.shown, request) : null;
  const placed = draft.fill(arriving, match?.executions ?? [], false, at);
  const isOver = timeInForce === 'ioc' && placed.status === 'resting';
  const order = isOver ? draft.cancel(placed, at) : placed;
  return {
    order,
    updates: new Map(match && placed.filled > 0 ? [[state, { ...state, shown: match.shown }]] : []),
  };
}

/**
 * Adds to a holding, or with a negative quantity takes from it with its share of the cost, as if somebody had traded
 * it elsewhere: never more than is held, and live sells that are no longer covered are cancelled, newest first.
 */
export function changeHolding(
  draft: PaperDraft,
  account: PaperAccount,
  { market, side, quantity, cost }: PaperHolding,
  at: number,
): void {
  if (quantity >= 0) {
    draft.credit(market, side, quantity, cost);
    return;
  }
  const held = account.holding(market, side).quantity;
  const taken = Math.min(-quantity, held);
  if (taken > 0) draft.debit(market, side, taken);
  let uncovered = taken - account.sellable(market, side);
  const sells = account.resting(market).filter((o) => o.side === side && o.action === 'sell');
  for (const order of [...sells].sort(byCreation).reverse()) {
    if (uncovered <= 0) return;
    draft.cancel(order, at);
    uncovered -= order.quantity - order.filled;
  }
}

/**
 * Takes in new facts of markets: one that is over cancels its orders, a settled one pays its holdings out for good, once
 * its value is known.
 */
export function changeMarkets(
  draft: PaperDraft,
  account: PaperAccount,
  markets: PaperMarkets,
  infos: readonly MarketInfo[],
  at: number,
): MarketUpdates {
  const changed = new Map<MarketState, MarketState>();
  for (const info of infos) {
    const state = markets.of(info.market);
    if (state.info.status === 'settled' && info.status !== 'settled') continue;
    changed.set(state, { info, shown: state.shown });
    if (info.status !== 'closed' && info.status !== 'settled') continue;
    for (const order of account.resting(info.market)) draft.cancel(order, at);
    if (info.status === 'settled' && info.settlementValue !== null)
      draft.payOut(info.market, info.settlementValue);
  }
  return changed;
}

/** Matches the resting orders of open markets against the books just shown; returns all that changed so far. */
export function matchMarkets(
  draft: PaperDraft,
  account: PaperAccount,
  touched: Iterable<MarketState>,
  changed: MarketUpdates,
  at: number,
): MarketUpdates {
  const updates = new Map(changed);
  for (const state of touched) {
    const info = changed.get(state)?.info ?? state.info;
    if (info.status !== 'open' || !state.shown) continue;
    const { fills, shown } = matchResting(state.shown, account.resting(info.market).filter(hasPrice));
    for (const { order, execution } of fills) draft.fill(order, [execution], true, at);
    if (fills.length > 0) updates.set(state, { info, shown });
  }
  return updates;
}

const hasPrice = (order: PaperOrder): order is PaperOrder & RestingOrder => order.limitPrice !== null;
