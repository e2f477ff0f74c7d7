/** How a position takes in facts, and what it decides from them. Each function is one action or guard of its statechart. */
import type { Evaluation, Surroundings, Verdict } from './evaluation.ts';
import { evaluateExits } from './exit-conditions.ts';
import { overruledByOperator, planExit, planOperatorExit, takesOver } from './exit-plan.ts';
import { isPatient, outranks } from './exit-priority.ts';
import {
  lastQuote,
  leftToSell,
  type NextOrder,
  nextOrder,
  running,
  startExit,
  stepAfterLimit,
  updateExit,
} from './exit-progress.ts';
import { isFresh, type MarketInfo, type Quote } from './market.ts';
import type { Method, Priority } from './method.ts';
import { amount, ONE_DOLLAR, type Price, type Quantity } from './money.ts';
import { nextStage } from './partial-exits.ts';
import { type ExitFailure, type ExitPlan, type Position, type RunningExit, remaining } from './position.ts';

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
 * fresh, or older than the last one known, counts as a tick: nothing is decided from it.
 */
export function observe(watched: Watched, quote: Quote | null, at: number): Watched {
  const position = advance(watched.position, at);
  const { method, surroundings } = watched;
  const usable =
    quote !== null && isFresh(quote, position.at, method.maxQuoteAgeMs) && !isLate(quote, position);
  const evaluation = evaluateExits({
    position,
    method,
    surroundings,
    quote: usable ? quote : null,
    at: position.at,
  });
  const observed = { ...position, ...evaluation.next };
  const calmed =
    surroundings.market.status === 'open' ? noteCalm(observed, evaluation, position.quotedAt) : observed;
  return { ...watched, position: noteOverruled(calmed, evaluation), evaluation, lastMark: position.mark };
}

const isLate = (quote: Quote, { quotedAt }: Position): boolean =>
  quotedAt !== null && quote.observedAt < quotedAt;

/** Triggers that don't outrank the running exit are remembered with it as overruled. */
function noteOverruled(position: Position, evaluation: Evaluation): Position {
  const { exit } = position;
  if (exit === null || evaluation.winner === null || rivalOf(exit, evaluation) !== null) return position;
  const others = [evaluation.winner.condition, ...evaluation.overruled].filter(
    (name) => name !== exit.reason && !exit.overruled.includes(name),
  );
  return others.length === 0 ? position : updateExit(position, { overruled: [...exit.overruled, ...others] });
}

/** The first of the triggered conditions, in the order of their execution, that takes the running exit over. */
function rivalOf(exit: RunningExit, { winner, overruled, verdicts }: Evaluation): Verdict | null {
  if (winner === null) return null;
  const next = overruled.map((name) => verdicts.find(({ condition }) => condition === name)!);
  const takes = ({ condition, priority }: Verdict) => takesOver({ reason: condition, priority }, exit);
  return [winner, ...next].find(takes) ?? null;
}

/** A failed exit counts the calm quotes in a row, one seen twice once, and remembers that the bid was gone. */
function noteCalm(position: Position, { quote, winner }: Evaluation, quotedBefore: number | null): Position {
  const failure = position.exit?.failure;
  if (position.phase !== 'failed' || !failure || quote === null) return position;
  const isNew = quotedBefore === null || quote.observedAt > quotedBefore;
  const bidVanished = failure.bidVanished || quote.bid === null;
  const calm = quote.bid !== null && winner === null;
  const calmQuotes = calm ? failure.calmQuotes + (isNew ? 1 : 0) : 0;
  if (bidVanished === failure.bidVanished && calmQuotes === failure.calmQuotes) return position;
  return updateExit(position, { failure: { ...failure, bidVanished, calmQuotes } });
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
  const plan = planOperatorExit(position, wish, watched.method);
  const started = startExit({ ...position, exit: null }, plan, watched.instance);
  return updateExit(started, { overruled: overruledByOperator(position, watched.evaluation) });
}

/** Remembers the plan that replaces the running exit as soon as its order is over. */
export function planTakeover(watched: Watched, wish: OperatorExit | null): Position {
  const { position, evaluation, method, lastMark } = watched;
  if (!wish) return updateExit(position, { takenOverBy: planExit(position, evaluation!, method, lastMark) });
  const { reason } = running(position);
  return updateExit(advance(position, wish.at), {
    takenOverBy: planOperatorExit(position, wish, method),
    overruled: overruledByOperator(position, evaluation).filter((name) => name !== reason),
  });
}

/** What the exit that took over is to sell after all fills of the old one: of a stage, what its share still lacks. */
function takeoverQuantity({ position, method }: Watched): Quantity {
  const plan = running(position).takenOverBy!;
  if (plan.stage === null) return plan.quantity;
  const next = nextStage(position, method);
  return next?.index === plan.stage ? next.quantity : 0;
}

/** What the old exit sold while it ended leaves nothing for the one that was to take over. */
export const takeoverIsMoot = (watched: Watched): boolean =>
  running(watched.position).takenOverBy !== null && takeoverQuantity(watched) === 0;

/** Starts the exit that took over, for what is left after all fills of the old one. */
export function beginTakeover(watched: Watched): Position {
  const { position, instance } = watched;
  const plan: ExitPlan = { ...running(position).takenOverBy!, quantity: takeoverQuantity(watched) };
  const started = startExit({ ...position, exit: null }, plan, instance);
  if (plan.reason !== 'operator') return started;
  return updateExit(started, { overruled: overruledByOperator(position, watched.evaluation) });
}

/** Plans the takeover when a condition of the evaluation just made outranks what works now. */
export function heedTrigger(watched: Watched): Position {
  const { position, evaluation } = watched;
  const winner = evaluation && rivalOf(running(position), evaluation);
  return winner ? planTakeover({ ...watched, evaluation: { ...evaluation, winner } }, null) : position;
}

/** An operator calls the running exit off, and with it what was to replace it unless that is CRITICAL. */
export function callOff(position: Position): Position {
  const { takenOverBy } = running(position);
  return updateExit(position, {
    ending: 'cancelled',
    takenOverBy: takenOverBy?.priority === 'CRITICAL' ? takenOverBy : null,
  });
}

/** A MEDIUM or LOW exit whose condition no longer holds on the last fresh quote goes back to watching before a walk. */
export function conditionIsGone({ position, method, surroundings }: Watched): boolean {
  const exit = running(position);
  const quote = lastQuote(position);
  if (!mustStillHold(exit) || quote === null || !isFresh(quote, position.at, method.maxQuoteAgeMs))
    return false;
  const { verdicts } = evaluateExits({ position, method, surroundings, quote, at: position.at });
  return verdicts.find((verdict) => verdict.condition === exit.reason)?.holds === false;
}

/** A failed exit may go on: something wins, there is a bid, and its back-off is over or the bid was gone meanwhile. */
export function mayResume({ position, method, surroundings, evaluation }: Watched): boolean {
  const exit = running(position);
  const { cause, resumeAt, bidVanished } = exit.failure!;
  if (isForOperator(exit.failure!) || !evaluation?.winner || !hasBid(evaluation)) return false;
  if (cause === 'refused') return position.at >= resumeAt;
  if (position.at >= resumeAt || bidVanished) return true;
  return cause === 'floor' && nextOrder(position, method, surroundings.market).kind === 'order';
}

/** Only an operator can cure it; a key that is refused may be mended at the venue, and is tried again. */
export const isForOperator = ({ cause, code }: ExitFailure): boolean =>
  cause === 'refused' && code !== 'unauthorised';

const hasBid = ({ quote }: Evaluation): boolean => quote !== null && quote.bid !== null;

/** Two fresh quotes in a row with a bid and no trigger: the failure is history. */
export const isCalm = ({ position }: Watched): boolean => (running(position).failure?.calmQuotes ?? 0) >= 2;

/** The winner is of higher priority than the exit that failed, and there is a bid: no back-off holds it up. */
export function outranksFailedExit({ position, evaluation }: Watched): boolean {
  const exit = running(position);
  if (isForOperator(exit.failure!) || !evaluation?.winner || !hasBid(evaluation)) return false;
  return outranks(evaluation.winner.priority, exit.priority);
}

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

/** Trading is over for good: there is nothing left but the settlement. */
export const isOverForGood = ({ status }: MarketInfo): boolean => status === 'closed' || status === 'settled';

/** The working order may not go on: its exit is taken over or called off, trading is over, or it would sell more than there is. */
export function orderMustGo({ position, surroundings }: Watched): boolean {
  if (isOverForGood(surroundings.market)) return running(position).attempt !== null;
  const { attempt, takenOverBy, ending } = running(position);
  if (attempt === null) return false;
  return takenOverBy !== null || ending !== null || attempt.quantity - attempt.filled > leftToSell(position);
}

/**
 * The exit rests, with its step and the time it had left, its order where it is: the market does not trade, or the
 * database breaker pauses MEDIUM and LOW exits and nothing calls for this one's end.
 */
export function mustRest(watched: Watched): boolean {
  const { market, patientPaused } = watched.surroundings;
  if (market.status === 'paused') return true;
  const waits = patientPaused && isPatient(running(watched.position).priority);
  return waits && !isDone(watched) && !orderMustGo(watched);
}

/** What the next order would be, by the exit's step and the last fresh quote. */
export const nextOrderOf = ({ position, method, surroundings }: Watched): NextOrder =>
  nextOrder(position, method, surroundings.market);

/** The time that an ended order or a refusal had to be waited out is over, by the time that the last fact carried. */
export function waitIsOver({ position }: Watched): boolean {
  const { waitUntil } = running(position);
  return waitUntil !== null && position.at >= waitUntil;
}

const mustStillHold = (exit: RunningExit): boolean =>
  exit.step === 'walk' && exit.reason !== 'operator' && isPatient(exit.priority);

/** The step that follows the limit order that just ended. */
export const nextStepOf = ({ position }: Watched): 'walk' | 'market' | 'give_up' =>
  stepAfterLimit(running(position));

export const repeatsAreUsedUp = ({ position, method }: Watched): boolean =>
  running(position).repeats > method.numbers.marketRepeats;

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

/** A market whose trading is over leaves its positions waiting for the settlement. */
export function noteSettlement(watched: Watched): Position {
  const { position, surroundings } = watched;
  const awaitingSettlement = isOverForGood(surroundings.market) && !isSettled(watched);
  return position.awaitingSettlement === awaitingSettlement ? position : { ...position, awaitingSettlement };
}

/** What the world now says of the market. */
export function enterMarket(watched: Watched, market: MarketInfo, at: number): Watched {
  const position = advance(watched.position, at);
  const entered = { ...watched, position, surroundings: { ...watched.surroundings, market } };
  return { ...entered, position: noteSettlement(entered) };
}
