/**
 * Time in turns, and only what decisions read. `NOW` is always the present: as a turn passes, every stored time moves
 * back by one. Times ahead are rounded up to whole turns, times past are kept as far back as a comparison can reach, and
 * what only the journal reads is put to one value.
 */
import type { Evaluation } from '../../src/domain/evaluation.ts';
import type { ExitPlan, Position, RunningExit } from '../../src/domain/position.ts';
import { NOON } from '../support/domain-builders.ts';

export const NOW = NOON;
export const TURN = 10_000;

/** `at` in whole turns from now, at most `back` of them past. */
export const turnsOf = (at: number, back: number): number =>
  NOW + Math.max(-back, Math.ceil((at - NOW) / TURN)) * TURN;

/** Reads of the account are compared with ends of orders: the one before is a turn old. */
export const END_BACK = 2;

/** The highest price of the model: no quote changes the peak, and the trailing stop is off. */
const HIGHEST = 7_500;
const USUAL = 5_000;

const planOf = <T extends ExitPlan>(plan: T): T => ({
  ...plan,
  triggeredAt: NOW,
  triggerMark: null,
  triggerPnl: null,
  triggerUnrealized: null,
  note: null,
});

const exitOf = (
  exit: RunningExit,
  due: <T extends number | null>(at: T) => T,
  hasFailed: boolean,
): RunningExit => ({
  ...planOf(exit),
  executedAt: null,
  deadline: due(exit.deadline),
  pausedLeft: exit.pausedLeft === null ? null : Math.ceil(exit.pausedLeft / TURN) * TURN,
  attempt: exit.attempt && { ...exit.attempt, placedAt: NOW },
  orderEnd: exit.orderEnd && { ...exit.orderEnd, at: NOW },
  waitUntil: due(exit.waitUntil),
  // Once it has resumed only the number of its failures counts, for the length of the back-off: the model has one.
  failure:
    hasFailed && exit.failure
      ? { ...exit.failure, at: NOW, times: 1, resumeAt: due(exit.failure.resumeAt) }
      : null,
  takenOverBy: exit.takenOverBy && planOf(exit.takenOverBy),
});

/**
 * The position `passed` ms later, as the model keeps it. While a timer runs, or has fired, it may not have heard of the last turn, since
 * only facts carry the time: what it compares with its own is kept as far back. Without one the next fact tells it.
 */
export function positionAfter(position: Position, passed: number, mayLag = false): Position {
  const earlier = moved(position, passed);
  const { exit, rests, quotedAt, lastOrderEndedAt } = earlier;
  const at = mayLag ? turnsOf(earlier.at, 1) : NOW;
  const lag = (NOW - at) / TURN;
  const due = <T extends number | null>(time: T): T => (time === null ? time : turnsOf(time, lag)) as T;
  const quoted = quotedAt === null ? null : turnsOf(quotedAt, lag + 1);
  const isOld = quoted !== null && quoted < at;
  return {
    ...earlier,
    at,
    // Of a price that is too old to act on only whether there was one may matter; without a bid the last mark is the usual.
    mark: (isOld ? null : earlier.bid) ?? USUAL,
    bid: isOld && earlier.bid !== null ? USUAL : earlier.bid,
    openedAt: NOW - 1000 * TURN,
    quotedAt: quoted,
    lastOrderEndedAt: lastOrderEndedAt === null ? null : turnsOf(lastOrderEndedAt, END_BACK),
    closedAt: earlier.closedAt === null ? null : NOW,
    peak: HIGHEST,
    rests: Object.fromEntries(
      Object.entries(rests)
        .map(([name, until]) => [name, due(until)] as const)
        .filter(([, until]) => until > at),
    ),
    exit: exit && exitOf(exit, due, position.phase === 'failed'),
  };
}

function moved(position: Position, passed: number): Position {
  if (passed === 0) return position;
  const back = <T extends number | null>(at: T): T => (at === null ? at : at - passed) as T;
  const { exit } = position;
  return {
    ...position,
    at: back(position.at),
    quotedAt: back(position.quotedAt),
    lastOrderEndedAt: back(position.lastOrderEndedAt),
    rests: Object.fromEntries(Object.entries(position.rests).map(([name, until]) => [name, until - passed])),
    exit: exit && {
      ...exit,
      deadline: back(exit.deadline),
      waitUntil: back(exit.waitUntil),
      failure: exit.failure && { ...exit.failure, resumeAt: back(exit.failure.resumeAt) },
    },
  };
}

/** What of the last evaluation a later fact may still read: who triggered, for an operator's word to overrule. */
export function evaluationOf(evaluation: Evaluation | null): Evaluation | null {
  const triggered = (evaluation?.verdicts ?? []).filter(({ status }) => status === 'triggered');
  if (evaluation === null || triggered.length === 0) return null;
  return {
    ...{ at: NOW, quote: null, quoteAgeMs: null, mark: null, pnl: null, unrealized: null, winner: null },
    ...{ stage: null, overruled: [], urgent: false, nearest: null, illiquidSinceAdoption: false },
    verdicts: triggered.map((verdict) => ({
      ...verdict,
      ...{ value: null, threshold: null, distance: null, note: null },
    })),
    next: {} as never,
  };
}

/** The row where nothing will read it any more but the rules: no life and no monitor can end. */
export const bareRow = ({ exit, ...position }: Position): Position => ({
  ...position,
  ...{ mark: null, bid: null, ask: null, quotedAt: null, lastOrderEndedAt: null, rests: {} },
  ...{ stages: [], held: false, awaitingSettlement: false, proceeds: 0, at: NOW, exits: 0 },
  phase: position.phase === 'closed' || position.phase === 'failed' ? position.phase : 'open',
  exit: null,
});
