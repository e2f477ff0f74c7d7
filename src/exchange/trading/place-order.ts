import type { Price, Quantity } from '../../domain/money.ts';
import { nextId } from '../ids.ts';
import { lookup } from '../lookup.ts';
import type { Order, UpdateReason } from '../records.ts';
import { badOrder, isRefusal, type Refusal, refuse } from '../refusal.ts';
import type { BookSide } from '../specs.ts';
import { type Account, CROWD, type World } from '../world.ts';
import { orderOf, otherSide, restingOrders } from './book.ts';
import { canAffordNow, canAffordResting, enforceMargin } from './collateral.ts';
import { crowdDraft, draftOf, type Placement } from './draft.ts';
import { checkPrice, checkRegion, gate, marketOf } from './gates.ts';
import { type MatchPlan, planMatch, wouldCross } from './matching.ts';
import { killOrder, portfolioOf, portfoliosOf, positionIn, putOrder } from './order-store.ts';
import { closable } from './position.ts';
import { carryOutTrade } from './trades.ts';

/** How long after a cancel-all a new resting order lives before it is swept. */
const SWEEP_AFTER_MS = 500;

/** Takes an order in and matches it. The order as it stands after that, or the refusal: then no order exists. */
export function placeOrder(world: World, placement: Placement, at: number): Order | Refusal {
  const market = marketOf(world, placement.ticker, placement.exchangeIndex);
  if (isRefusal(market)) return market;
  const account = world.accounts[placement.account]!;
  const refusal =
    gate(world, market, 'place', at) ??
    checkRegion(world, account, market, at) ??
    checkClientId(world, account, placement.clientId) ??
    checkPrice(world, market, placement.price) ??
    checkOpenOrders(world, placement);
  if (refusal) return refusal;

  const draft = draftOf(world, placement, '', at);
  const portfolio = portfolioOf(world, draft.account, draft.subaccount);
  const reducible = closable(positionIn(portfolio, draft.ticker).quantity, draft.side);
  if (draft.reduceOnly && reducible === 0 && world.settings.readings.nothingToReduce === 'refused')
    return badOrder('no position to reduce');
  const allowed = draft.reduceOnly ? Math.min(draft.remaining, reducible) : draft.remaining;
  const rests = draft.timeInForce === 'good_till_canceled';
  const affordable = rests ? canAffordResting : canAffordNow;
  if (!draft.reduceOnly && !affordable(world, portfolio, draft))
    return refuse(400, 'available_balance_too_low', 'available balance too low');

  const resting = restingOrders(world, draft.ticker, otherSide(draft.side));
  const plan = planMatch(resting, draft, allowed);
  if (draft.timeInForce === 'fill_or_kill' && plan.left > 0)
    return refuse(
      409,
      'fill_or_kill_insufficient_resting_volume',
      'not enough resting volume to fill the order',
    );

  const id = nextId(world, 'order');
  if (draft.clientId !== null) account.clientIds[draft.clientId] = id;
  const order = enterOrder(world, { ...draft, id }, plan, at);
  settleCollateral(world, order, at);
  if (order.status === 'resting') scheduleEnd(world, account, order, at);
  return orderOf(world, id);
}

/** Puts an order straight into the book, matching what it crosses: other traders need no permission. */
export function placeForCrowd(
  world: World,
  order: { ticker: string; side: BookSide; price: Price; count: Quantity },
  timeInForce: 'good_till_canceled' | 'immediate_or_cancel',
  at: number,
): Order {
  const draft = crowdDraft(world, order, timeInForce, nextId(world, 'order'), at);
  const resting = restingOrders(world, order.ticker, otherSide(order.side));
  const after = enterOrder(world, draft, planMatch(resting, draft, draft.remaining), at);
  settleCollateral(world, after, at);
  return after;
}

/** Carries a plan out and writes how the order stands after it. */
export function enterOrder(world: World, arriving: Order, plan: MatchPlan, at: number): Order {
  if (arriving.postOnly && wouldCross(plan))
    return end(world, arriving, 'canceled', 'PostOnlyCrossCancel', at);
  for (const own of plan.selfCancels) killOrder(world, own, 'SelfTradeCancel', at);
  let order = arriving;
  for (const trade of plan.trades) order = carryOutTrade(world, order, trade, at);

  if (order.remaining === 0) return end(world, order, 'executed', 'Trade', at);
  if (plan.stopped) return end(world, order, 'canceled', 'SelfTradeCancel', at);
  if (order.timeInForce !== 'good_till_canceled') {
    const capped = plan.left === 0;
    const status = order.filled > 0 ? world.settings.readings.partialImmediate : 'canceled';
    return end(world, order, status, capped ? 'ReduceOnlyCancel' : order.reason, at);
  }
  putOrder(world, order, at);
  return order;
}

function end(
  world: World,
  order: Order,
  status: 'canceled' | 'executed',
  reason: UpdateReason | null,
  at: number,
): Order {
  const killed = order.killed + order.remaining;
  const ended: Order = { ...order, status, reason, remaining: 0, killed, updatedAt: at };
  putOrder(world, ended, at);
  return ended;
}

/** After a trade every account that took part may have less money than its resting orders need. */
export function settleCollateral(world: World, order: Order, at: number): void {
  const touched = new Set(world.happenings.flatMap((h) => (h.kind === 'fill' ? [h.fill.account] : [])));
  for (const account of new Set([order.account, ...touched]))
    if (account !== CROWD)
      for (const portfolio of portfoliosOf(world, account)) enforceMargin(world, portfolio, at);
}

export function checkClientId(world: World, account: Account, clientId: string | null): Refusal | null {
  const spentOn = clientId === null ? undefined : lookup(account.clientIds, clientId);
  if (spentOn === undefined) return null;
  const isOver = orderOf(world, spentOn).status !== 'resting';
  if (world.settings.readings.clientIdReusable && isOver) return null;
  return refuse(409, 'order_already_exists', 'order already exists');
}

function checkOpenOrders(world: World, { account }: Placement): Refusal | null {
  const open = portfoliosOf(world, account).reduce((sum, portfolio) => sum + portfolio.resting.length, 0);
  return open < world.settings.maxOpenOrders
    ? null
    : refuse(400, 'too_many_open_orders', 'too many open orders');
}

function scheduleEnd(world: World, account: Account, order: Order, at: number): void {
  if (order.expiresAt !== null)
    world.tasks.push({ kind: 'endOrder', at: order.expiresAt, orderId: order.id, reason: 'ExpiryCancel' });
  const swept = account.sweepSubaccount === null || account.sweepSubaccount === order.subaccount;
  if (account.sweepUntil !== null && at < account.sweepUntil && swept)
    world.tasks.push({ kind: 'endOrder', at: at + SWEEP_AFTER_MS, orderId: order.id, reason: 'Decrease' });
}
