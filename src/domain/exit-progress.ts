/** How an exit goes on, fact by fact. Every function returns the position as it is after the fact. */
import { priceFirstLimit, priceMarket, priceWalk } from './exit-pricing.ts';
import { gridForSide, isFresh, type MarketInfo, type PriceGrid, type Quote, snapUp } from './market.ts';
import type { ExecutionRule, Method } from './method.ts';
import { checked, type Money, type Price, type Quantity } from './money.ts';
import {
  type Attempt,
  type ExitFailure,
  type ExitPlan,
  type OrderEnd,
  type Position,
  type RunningExit,
  remaining,
} from './position.ts';

/** What the ledger says of an order: cumulative, so that a repeated fact is harmless. */
export interface OrderFact {
  clientId: string;
  filledTotal: Quantity;
  proceedsTotal: Money;
  feesTotal: Money;
  at: number;
}

/** The next order of an exit, or why there is none yet. */
export type NextOrder =
  | { kind: 'order'; orderType: 'market' | 'limit'; limitPrice: Price; quantity: Quantity; timeoutMs: number }
  | { kind: 'no_quote' }
  | { kind: 'no_bid' }
  | { kind: 'below_floor'; floor: Price };

/** The client id of an attempt: `p<instance>-<exit>-<attempt>` (SPEC 8.2). */
export const clientIdOf = (exitId: string, attempt: number): string => `${exitId}-${attempt}`;

/** Starts an exit. Its id is unique per store: `p<instance>-<position><number>`. */
export function startExit(position: Position, plan: ExitPlan, instance: string): Position {
  const number = position.exits + 1;
  const exit: RunningExit = {
    ...plan,
    id: `p${instance}-${position.id}x${number}`,
    number,
    quantity: Math.min(plan.quantity, remaining(position)),
    filled: 0,
    proceeds: 0,
    fees: 0,
    executedAt: null,
    overruled: [],
    step: plan.execution.orderType,
    walks: 0,
    repeats: 0,
    lastPrice: null,
    deadline: null,
    pausedLeft: null,
    due: false,
    attempt: null,
    attempts: 0,
    orderEnd: null,
    waitUntil: null,
    looks: 0,
    ending: null,
    failure: null,
    takenOverBy: null,
  };
  return { ...position, exit, exits: number };
}

/** What an exit may still sell: its own quantity less its fills, never more than the position has left. */
export function leftToSell(position: Position): Quantity {
  const exit = running(position);
  return Math.max(0, Math.min(exit.quantity - exit.filled, remaining(position)));
}

/** Prices the order that comes next by the exit's step; only a fresh quote prices (SPEC 1, 6). */
export function nextOrder(position: Position, method: Method, market: MarketInfo): NextOrder {
  const exit = running(position);
  const quote = lastQuote(position);
  if (quote === null || !isFresh(quote, position.at, method.maxQuoteAgeMs)) return { kind: 'no_quote' };
  const grid = ownedGrid(position, market);
  const quantity = leftToSell(position);
  const { numbers } = method;
  if (exit.step === 'market') {
    if (quote.bid === null) return { kind: 'no_bid' };
    const limitPrice = priceMarket(quote.bid, exit.repeats, exit.marketFloor, grid, numbers);
    if (limitPrice === null) return { kind: 'below_floor', floor: exit.marketFloor! };
    return { kind: 'order', orderType: 'market', limitPrice, quantity, timeoutMs: marketTimeoutMs(method) };
  }
  const input = { quote, lastMark: position.mark, grid, numbers };
  const { execution } = exit;
  if (exit.step === 'limit' || exit.lastPrice === null) {
    const first = priceFirstLimit(execution.priceStrategy ?? 'aggressive', input);
    if (first === null) return { kind: 'no_quote' };
    const limitPrice = exit.walkFloor === null ? first : Math.max(first, snapUp(exit.walkFloor, grid));
    return { kind: 'order', orderType: 'limit', limitPrice, quantity, timeoutMs: execution.timeoutMs };
  }
  const limitPrice = priceWalk(exit.lastPrice, exit.walks + 1, exit.walkFloor, input);
  return { kind: 'order', orderType: 'limit', limitPrice, quantity, timeoutMs: execution.walkTimeoutMs };
}

/**
 * Writes the next attempt into the exit; its time runs from now, or on where a refusal was to be tried again within
 * the same deadline. Throws when it would sell more than is held: the first invariant.
 */
export function placeAttempt(position: Position, order: Extract<NextOrder, { kind: 'order' }>): Position {
  const exit = running(position);
  if (exit.attempt !== null) throw new Error(`exit ${exit.id} already has a live order`);
  if (order.quantity <= 0 || order.quantity > remaining(position))
    throw new Error(`exit ${exit.id} would sell ${order.quantity} of ${remaining(position)} held`);
  const number = exit.attempts + 1;
  const attempt: Attempt = {
    number,
    clientId: clientIdOf(exit.id, number),
    orderType: order.orderType,
    limitPrice: order.limitPrice,
    quantity: order.quantity,
    filled: 0,
    proceeds: 0,
    fees: 0,
    cancelRequested: false,
    placedAt: position.at,
  };
  const goesOn = exit.deadline !== null && exit.deadline > position.at;
  const deadline = goesOn ? exit.deadline : position.at + order.timeoutMs;
  return updateExit(position, {
    attempt,
    attempts: number,
    deadline,
    due: false,
    waitUntil: null,
    orderEnd: null,
  });
}

/**
 * Sales by fills are certain: what was written off and turns out to be sold was there all along, so that sold and
 * written off never exceed the quantity.
 */
export function addSales(
  position: Position,
  more: { filled: Quantity; proceeds: Money; fees: Money },
): Position {
  const sold = checked(position.sold + more.filled);
  return {
    ...position,
    sold,
    proceeds: checked(position.proceeds + more.proceeds),
    fees: checked(position.fees + more.fees),
    writtenOff: Math.max(0, Math.min(position.writtenOff, position.quantity - sold)),
  };
}

/** The fact is about the order that is out; one about another order, late or repeated, is not. */
export const isAboutOrder = (position: Position, fact: Pick<OrderFact, 'clientId'>): boolean =>
  position.exit?.attempt?.clientId === fact.clientId;

/** Takes in what an order has sold so far. A fact about another order, or one already known, changes nothing. */
export function recordFills(position: Position, fact: OrderFact): Position {
  const exit = running(position);
  const attempt = exit.attempt;
  if (attempt === null || attempt.clientId !== fact.clientId || !saysMore(fact, attempt)) return position;
  const more = {
    filled: fact.filledTotal - attempt.filled,
    proceeds: fact.proceedsTotal - attempt.proceeds,
    fees: fact.feesTotal - attempt.fees,
  };
  const known = { filled: fact.filledTotal, proceeds: fact.proceedsTotal, fees: fact.feesTotal };
  return {
    ...addSales(position, more),
    exit: {
      ...exit,
      filled: exit.filled + more.filled,
      proceeds: exit.proceeds + more.proceeds,
      fees: exit.fees + more.fees,
      executedAt: more.filled > 0 ? fact.at : exit.executedAt,
      attempt: { ...attempt, ...known },
    },
  };
}

/** More was sold than known, or the same and only now is it known what it brought. */
const saysMore = (fact: OrderFact, known: Attempt): boolean =>
  fact.filledTotal > known.filled ||
  (fact.filledTotal === known.filled && (fact.proceedsTotal > known.proceeds || fact.feesTotal > known.fees));

/** Takes in that an order is over, with its last fills; a walk that reached the venue is used up. */
export function recordOrderEnd(position: Position, fact: OrderFact, end: OrderEnd): Position {
  const counted = recordFills(position, fact);
  const exit = running(counted);
  if (exit.attempt === null || exit.attempt.clientId !== fact.clientId) return position;
  return updateExit(dateLastSale(counted, end.at), {
    attempt: null,
    orderEnd: end,
    walks: exit.step === 'walk' && end.reachedVenue ? exit.walks + 1 : exit.walks,
    looks: end.reachedVenue ? 0 : exit.looks,
    lastPrice: end.reachedVenue && exit.step !== 'market' ? exit.attempt.limitPrice : exit.lastPrice,
  });
}

/** Takes in that a pause swept a resting order away: its fills count; its step, its walk and its time stay unused. */
export const recordSweep = (position: Position, fact: OrderFact): Position =>
  updateExit(dateLastSale(recordFills(position, fact), fact.at), { attempt: null });

/**
 * An order that is over dates the account's reads only by what it has sold: one that has sold nothing left the holdings
 * alone, and orders that find nothing to sell, one after another, must not hide that a person has sold it.
 */
const dateLastSale = (position: Position, at: number): Position =>
  running(position).attempt!.filled > 0 ? { ...position, lastOrderEndedAt: at } : position;

/** Its last resort is a market order. */
export const endsInMarket = ({ retryStrategy }: ExecutionRule): boolean =>
  retryStrategy === 'walk_then_market' || retryStrategy === 'immediate_market';

/** The step after a limit order's end: walk while walks remain, then market where the strategy ends in one, else give up. */
export function stepAfterLimit(exit: RunningExit): 'walk' | 'market' | 'give_up' {
  const { retryStrategy, maxWalks } = exit.execution;
  if (retryStrategy !== 'immediate_market' && exit.walks < maxWalks) return 'walk';
  return endsInMarket(exit.execution) ? 'market' : 'give_up';
}

/** The market has stopped trading: the step keeps what time it has left. */
export function pauseExit(position: Position): Position {
  const exit = running(position);
  const until = exit.waitUntil ?? exit.deadline;
  if (exit.pausedLeft !== null || until === null) return position;
  return updateExit(position, { pausedLeft: Math.max(0, until - position.at) });
}

/** The market trades again: the step goes on with the time it had left, and so does a deadline beyond its wait. */
export function unpauseExit(position: Position): Position {
  const { pausedLeft, deadline, waitUntil, orderEnd } = running(position);
  const until = waitUntil ?? deadline;
  if (pausedLeft === null || until === null) return position;
  // A refusal for a halt waits for nothing else than the end of the halt.
  if (waitUntil !== null && orderEnd?.code === 'halted')
    return updateExit(position, { pausedLeft: null, waitUntil: position.at });
  const rested = position.at + pausedLeft - until;
  return updateExit(position, {
    pausedLeft: null,
    deadline: deadline === null ? null : deadline + rested,
    waitUntil: waitUntil === null ? null : waitUntil + rested,
  });
}

/** Marks an exit failed: nothing is abandoned, a winner or an operator resumes it (SPEC 6). */
export function failExit(
  position: Position,
  cause: ExitFailure['cause'],
  code: string | null,
  method: Method,
): Position {
  const exit = running(position);
  const times = (exit.failure?.times ?? 0) + 1;
  const backoff = method.numbers.resumeBackoffMs;
  const wait = backoff[Math.min(times, backoff.length) - 1] ?? 0;
  const failure: ExitFailure = {
    cause,
    code,
    at: position.at,
    times,
    resumeAt: position.at + wait,
    bidVanished: position.bid === null,
    calmQuotes: 0,
  };
  return updateExit(position, {
    failure,
    deadline: null,
    waitUntil: null,
    pausedLeft: null,
    due: false,
    orderEnd: null,
  });
}

/** Resumes a failed exit at its step with all repeats before it; attempts number on, and how often it failed is kept. */
export function resumeExit(position: Position): Position {
  const exit = running(position);
  return updateExit(position, {
    repeats: 0,
    walks: 0,
    lastPrice: null,
    step: exit.step === 'market' ? 'market' : exit.execution.orderType,
    looks: 0,
    deadline: null,
    waitUntil: null,
    due: false,
    orderEnd: null,
  });
}

/** How long a market order and each of its repeats wait: CRITICAL's timeout (SPEC 6). */
export const marketTimeoutMs = (method: Method): number => method.execution.CRITICAL.timeoutMs;

/** The market's grid in the terms of the side owned. */
export const ownedGrid = (position: Position, market: MarketInfo): PriceGrid =>
  gridForSide(market.grid, position.side);

/** The last fresh quote the position saw; sizes are not kept. */
export const lastQuote = ({ bid, ask, quotedAt }: Position): Quote | null =>
  quotedAt === null ? null : { bid, ask, bidSize: null, askSize: null, observedAt: quotedAt };

/** The position with some of its exit changed. */
export const updateExit = (position: Position, change: Partial<RunningExit>): Position => ({
  ...position,
  exit: { ...running(position), ...change },
});

/** The running exit. Throws without one: the caller's state says there is one. */
export function running(position: Position): RunningExit {
  if (position.exit === null) throw new Error(`position ${position.id} has no running exit`);
  return position.exit;
}
