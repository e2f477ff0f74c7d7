/** How a position takes in facts, and what it decides from them. Each function is one action or guard of its statechart. */
import type { Evaluation, Surroundings } from './evaluation.ts';
import { evaluateExits } from './exit-conditions.ts';
import { planExit, planOperatorExit, takesOver } from './exit-plan.ts';
import { outranks } from './exit-priority.ts';
import { leftToSell, type NextOrder, nextOrder, running, startExit, stepAfterLimit, updateExit } from './exit-progress.ts';
import { isFresh, type MarketInfo, type Quote } from './market.ts';
import type { Method, Priority } from './method.ts';
import { amount, ONE_DOLLAR, type Price, type Quantity } from './money.ts';
import { type ExitPlan, type Position, type RunningExit, remaining } from './position.ts';

/** All that a position decides from: its row, its method, the world around it, and the last evaluation. */
export interface Watched {
  position: Position;
  method: Method;
  surroundings: Surroundings;
  /** The last evaluation; null before the first. */
  evaluation: Evaluation | null;
  /** The mark before the one of the last evaluation. */
  lastMark: Price | null;
  /** The store's instance, for order ids. */
  instance: string;
}

/** Time moves with facts and never back. */
export const advance = (position: Position, at: number): Position =>
  at > position.at ? { ...position, at } : position;

/**
 * Takes in a quote, or a cadence tick without one, and evaluates the ten conditions on it. A quote that is not
 * fresh counts as a tick: nothing is decided from it.
 */
export function observe(watched: Watched, quote: Quote | null, at: number): Watched {
  const position = advance(watched.position, at);
  const { method, surroundings } = watched;
  const fresh = quote !== null && isFresh(quote, position.at, method.maxQuoteAgeMs) ? quote : null;
  const evaluation = evaluateExits({ position, method, surroundings, quote: fresh, at: position.at });
  const observed = noteCalm(noteOverruled({ ...position, ...evaluation.next }, evaluation), evaluation);
  return { ...watched, position: observed, evaluation, lastMark: position.mark };
}

/** Triggers that don't outrank the running exit are remembered with it as overruled. */
function noteOverruled(position: Position, evaluation: Evaluation): Position {
  const { exit } = position;
  if (exit === null || evaluation.winner === null) return position;
  const others = [evaluation.winner.condition, ...evaluation.overruled].filter(
    (name) => name !== exit.reason && !exit.overruled.includes(name),
  );
  return others.length === 0 ? position : updateExit(position, { overruled: [...exit.overruled, ...others] });
}

/** A failed exit counts the calm quotes in a row, and remembers that the bid was gone. */
function noteCalm(position: Position, evaluation: Evaluation): Position {
  const failure = position.exit?.failure;
  if (position.phase !== 'failed' || !failure || evaluation.quote === null) return position;
  const bidVanished = failure.bidVanished || evaluation.quote.bid === null;
  const calm = evaluation.quote.bid !== null && evaluation.winner === null;
  return updateExit(position, {
    failure: { ...failure, bidVanished, calmQuotes: calm ? failure.calmQuotes + 1 : 0 },
  });
}

/** Starts the exit that the last evaluation's winner asks for. */
export function beginTriggeredExit(watched: Watched): Position {
  const { position, evaluation, method, lastMark, instance } = watched;
  const started = startExit(position, planExit(position, evaluation!, method, lastMark), instance);
  return updateExit(started, { overruled: evaluation!.overruled });
}

/** What an operator asks for. */
export interface OperatorExit {
  quantity: Quantity | null;
  priority: Priority;
  note: string | null;
  at: number;
}

/** Starts the exit that an operator forces. */
export function beginOperatorExit(watched: Watched, wish: OperatorExit): Position {
  const position = advance(watched.position, wish.at);
  return startExit(
    { ...position, exit: null },
    planOperatorExit(position, wish, watched.method),
    watched.instance,
  );
}

/** Remembers the plan that replaces the running exit as soon as its order is over. */
export function planTakeover(watched: Watched, wish: OperatorExit | null): Position {
  const { position, evaluation, method, lastMark } = watched;
  const plan = wish
    ? planOperatorExit(position, wish, method)
    : planExit(position, evaluation!, method, lastMark);
  return updateExit(wish ? advance(position, wish.at) : position, { takenOverBy: plan });
}

/** Starts the exit that took over, for what is left after all fills of the old one. */
export function beginTakeover({ position, instance }: Watched): Position {
  const plan: ExitPlan = running(position).takenOverBy!;
  return startExit({ ...position, exit: null }, plan, instance);
}

/** The last evaluation has a winner that outranks what works now. */
export function outranksRunningExit({ position, evaluation }: Watched): boolean {
  const winner = evaluation?.winner;
  return !!winner && takesOver({ reason: winner.condition, priority: winner.priority }, running(position));
}

/** A MEDIUM or LOW exit whose condition no longer holds on the last fresh quote goes back to watching before a walk. */
export function conditionIsGone(watched: Watched): boolean {
  const { position, evaluation } = watched;
  const exit = running(position);
  if (!mustStillHold(exit) || nextOrderOf(watched).kind === 'no_quote') return false;
  return evaluation?.verdicts.find((v) => v.condition === exit.reason)?.holds === false;
}

/** A failed exit may go on: something wins, there is a bid, and its back-off is over or the bid had vanished meanwhile. */
export function mayResume({ position, evaluation }: Watched): boolean {
  const failure = running(position).failure!;
  if (failure.cause === 'refused' || !evaluation?.winner) return false;
  const hasBid = evaluation.quote !== null && evaluation.quote.bid !== null;
  return hasBid && (position.at >= failure.resumeAt || failure.bidVanished);
}

/** Two fresh quotes in a row with a bid and no trigger: the failure is history. */
export const isCalm = ({ position }: Watched): boolean => (running(position).failure?.calmQuotes ?? 0) >= 2;

/** The winner is of higher priority than the exit that failed. */
export const outranksFailedExit = ({ position, evaluation }: Watched): boolean =>
  !!evaluation?.winner && outranks(evaluation.winner.priority, running(position).priority);

/** Nothing may be placed any more: filled, taken over, called off, or the market is closed. */
export function isDone({ position, surroundings }: Watched): boolean {
  const exit = running(position);
  return (
    leftToSell(position) === 0 ||
    exit.takenOverBy !== null ||
    exit.ending !== null ||
    isOverForGood(surroundings.market)
  );
}

const isOverForGood = ({ status }: MarketInfo): boolean => status === 'closed' || status === 'settled';

/** The working order may not go on: its exit is taken over or called off, trading is over, or it would sell more than there is. */
export function orderMustGo({ position, surroundings }: Watched): boolean {
  if (isOverForGood(surroundings.market)) return running(position).attempt !== null;
  const { attempt, takenOverBy, ending } = running(position);
  if (attempt === null) return false;
  return takenOverBy !== null || ending !== null || attempt.quantity - attempt.filled > leftToSell(position);
}

/**
 * What the next order would be, by the exit's step and the last fresh quote. A walk of a condition that must still
 * hold waits for an evaluation of its own.
 */
export function nextOrderOf({ position, method, surroundings, evaluation }: Watched): NextOrder {
  if (evaluation === null && mustStillHold(running(position))) return { kind: 'no_quote' };
  return nextOrder(position, method, surroundings.market);
}

const mustStillHold = (exit: RunningExit): boolean =>
  exit.step === 'walk' && exit.reason !== 'operator' && exit.priority !== 'CRITICAL' && exit.priority !== 'HIGH';

/** The step that follows the limit order that just ended. */
export const nextStepOf = ({ position }: Watched): 'walk' | 'market' | 'give_up' =>
  stepAfterLimit(running(position));

export const repeatsAreUsedUp = ({ position, method }: Watched): boolean =>
  running(position).repeats > method.numbers.marketRepeats;

/** Refusals that cost nothing and are tried again, and after how long (ms); null for the others (SPEC 10). */
export function retryDelayMs({ position, method }: Watched): number | null {
  const exit = running(position);
  const end = exit.orderEnd;
  if (end === null || end.status !== 'rejected') return null;
  if (end.code === 'halted') return method.numbers.recheckMs;
  if (end.code === 'rate_limited') return 1000;
  return end.code === 'bad_price' && !exit.resnapped ? 0 : null;
}

/** A refusal that retrying can't cure. */
export function isRefusedForGood(watched: Watched): boolean {
  const end = running(watched.position).orderEnd;
  return end !== null && end.status === 'rejected' && end.code !== 'closed' && retryDelayMs(watched) === null;
}

/** The exit ended without selling all it wanted; its condition rests. An operator's exit has no condition. */
export function giveUp({ position, method }: Watched): Position {
  const { reason } = running(position);
  if (reason === 'operator') return position;
  return { ...position, rests: { ...position.rests, [reason]: position.at + method.numbers.restMs } };
}

/** What the market pays for what is left, once settled (1e-6 $). */
export function settle({ position, surroundings }: Watched): Position {
  const yes = surroundings.market.settlementValue;
  if (yes === null) throw new Error(`market ${position.market} settled without a value`);
  const paid = amount(position.side === 'yes' ? yes : ONE_DOLLAR - yes, remaining(position));
  return { ...position, settled: paid, closedAt: position.at, closeReason: 'settled' };
}

/** The market is settled and says what it paid. */
export const isSettled = ({ surroundings }: Watched): boolean =>
  surroundings.market.status === 'settled' && surroundings.market.settlementValue !== null;

/** Holdings vanished without a sale of ours: the lot shrinks, never below nothing. */
export const writeOff = (position: Position, missing: Quantity): Position => ({
  ...position,
  writtenOff: position.writtenOff + Math.min(missing, remaining(position)),
});

/** What the world now says of the market; a closed market leaves an idle position waiting for its settlement. */
export function enterMarket(watched: Watched, market: MarketInfo, at: number): Watched {
  const awaitingSettlement = market.status === 'closed';
  const advanced = advance(watched.position, at);
  const position =
    advanced.awaitingSettlement === awaitingSettlement ? advanced : { ...advanced, awaitingSettlement };
  return { ...watched, position, surroundings: { ...watched.surroundings, market } };
}
