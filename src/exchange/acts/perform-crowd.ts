import type { ActResult, CrowdAction, HandAction } from '../actions.ts';
import { fillResting } from '../faults/fill-in-flight.ts';
import { nextId, nextNumber } from '../ids.ts';
import { isRefusal } from '../refusal.ts';
import { orderOf } from '../trading/book.ts';
import { cancelOrder } from '../trading/change-order.ts';
import { cancelForCrowd, setBook } from '../trading/crowd.ts';
import { draftOf, type Placement, plainPlacement } from '../trading/draft.ts';
import { isTrading } from '../trading/gates.ts';
import { enterOrder, placeForCrowd, placeOrder, settleCollateral } from '../trading/place-order.ts';
import type { World } from '../world.ts';

/** What other traders do, and people with the accounts under test. */
export function performCrowd(world: World, action: CrowdAction | HandAction, at: number): ActResult {
  if ('ticker' in action && !world.markets[action.ticker])
    throw new RangeError(`there is no market ${action.ticker}`);
  if ('account' in action && !world.accounts[action.account])
    throw new RangeError(`there is no account ${action.account}`);
  switch (action.type) {
    case 'book.set':
      setBook(world, action.ticker, action, at);
      return {};
    case 'crowd.place': {
      if (!isTrading(world, world.markets[action.ticker]!, at)) return { refused: 'not_trading' };
      const timeInForce = action.immediate ? 'immediate_or_cancel' : 'good_till_canceled';
      const { ticker, side, price, count } = action;
      return { orderId: placeForCrowd(world, { ticker, side, price, count }, timeInForce, at).id };
    }
    case 'crowd.cancel':
      return cancelForCrowd(world, action.orderId, at) ? {} : { refused: 'not_found' };
    case 'crowd.take':
      return fillResting(world, action.orderId, action.count ?? null, at) ? {} : { refused: 'not_found' };
    case 'hand.trade':
      return tradeByHand(world, action, at);
    case 'hand.place': {
      const order = placeOrder(world, byHand(world, action), at);
      return isRefusal(order) ? { refused: order.code } : { orderId: order.id };
    }
    case 'hand.cancel':
      return cancelByHand(world, action.orderId, at);
  }
}

function byHand(world: World, action: Extract<HandAction, { type: 'hand.trade' | 'hand.place' }>): Placement {
  const { ticker, side, price, count } = action;
  const immediate = action.type === 'hand.place' && action.immediate;
  return {
    ...plainPlacement(
      action.account,
      { ticker, side, price, count },
      immediate ? 'immediate_or_cancel' : 'good_till_canceled',
    ),
    subaccount: action.subaccount ?? 0,
    clientId: `web-${nextNumber(world, 'web')}`,
    selfTradePrevention: (action.type === 'hand.place' && action.selfTradePrevention) || 'taker_at_cross',
  };
}

function tradeByHand(
  world: World,
  action: Extract<HandAction, { type: 'hand.trade' }>,
  at: number,
): ActResult {
  if (!isTrading(world, world.markets[action.ticker]!, at)) return { refused: 'not_trading' };
  const placement = byHand(world, action);
  const id = nextId(world, 'order');
  world.accounts[action.account]!.clientIds[placement.clientId!] = id;
  const draft = draftOf(world, placement, id, at);
  const trades = [{ makerId: null, price: action.price, count: action.count }];
  const order = enterOrder(world, draft, { trades, selfCancels: [], stopped: false, left: 0 }, at);
  settleCollateral(world, order, at);
  return { orderId: id };
}

function cancelByHand(world: World, orderId: string, at: number): ActResult {
  const order = world.orders[orderId] && orderOf(world, orderId);
  if (!order) throw new RangeError(`there is no order ${orderId}`);
  const { account, ticker: marketTicker } = order;
  const address = { account, subaccount: null, orderId, marketTicker, exchangeIndex: null };
  const result = cancelOrder(world, address, at);
  return isRefusal(result) ? { refused: result.code } : { orderId };
}
