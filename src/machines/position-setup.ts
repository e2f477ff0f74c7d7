import { assign, raise, setup } from 'xstate';
import {
  failExit,
  isAboutOrder,
  marketTimeoutMs,
  pauseExit,
  placeAttempt,
  recordFills,
  recordOrderEnd,
  recordSweep,
  resumeExit,
  running,
  unpauseExit,
  updateExit,
} from '../domain/exit-progress.ts';
import type { Method } from '../domain/method.ts';
import { changeMethod, type SettingChange } from '../domain/method-change.ts';
import * as refusals from '../domain/order-refusals.ts';
import type { ExitFailure, Phase, Position, RunningExit } from '../domain/position.ts';
import { remaining } from '../domain/position.ts';
import * as facts from '../domain/position-facts.ts';
import type { PositionEvent } from './position-events.ts';

/** How an exit ended, in the words of the ledger. */
export type ExitEnding =
  | 'filled'
  | 'taken_over'
  | 'gave_up'
  | 'condition_gone'
  | 'failed'
  | 'market_closed'
  | 'cancelled'
  | 'holdings_gone';

type Change = { context: facts.Watched; event: PositionEvent };

const eventOf = <T extends PositionEvent['type']>(event: PositionEvent, ...types: T[]) => {
  if (!(types as string[]).includes(event.type)) throw new Error(`${event.type} does not belong here`);
  return event as Extract<PositionEvent, { type: T }>;
};

const changePosition =
  (change: (context: facts.Watched, event: PositionEvent) => Position) =>
  ({ context, event }: Change) => ({ position: change(context, event) });

const changeExit = (change: (exit: RunningExit, context: facts.Watched) => Partial<RunningExit>) =>
  changePosition((context) => updateExit(context.position, change(running(context.position), context)));

const notBuilt = (name: string) => () => {
  throw new Error(`the host must provide "${name}"`);
};

/**
 * Everything the position's statechart names. Actions that change the row are one domain function each; those of
 * the last block are requests that the host carries out, with plain JSON as parameters.
 */
export const positionSetup = setup({
  types: {
    context: {} as facts.Watched,
    events: {} as PositionEvent,
    input: {} as facts.Watched,
  },
  guards: {
    mustExit: ({ context }) => context.evaluation?.winner != null,
    isUrgent: ({ context }) => context.evaluation?.urgent === true,
    isNotUrgent: ({ context }) => context.evaluation?.urgent === false,
    wasIn: ({ context }, params: { phase: Phase }) => context.position.phase === params.phase,
    isSettled: ({ context }) => facts.isSettled(context),
    holdsNothing: ({ context }) => remaining(context.position) === 0,
    marketIsClosed: ({ context }) => facts.isOverForGood(context.surroundings.market),
    mustRest: ({ context }) => facts.mustRest(context),
    mayGoOn: ({ context }) => !facts.mustRest(context),
    // the step an exit stands at
    orderIsOut: ({ context }) => running(context.position).attempt !== null,
    cancelIsAsked: ({ context }) => running(context.position).attempt?.cancelRequested === true,
    wasPaused: ({ context }) => running(context.position).pausedLeft !== null,
    mustWait: ({ context }) => running(context.position).waitUntil !== null,
    orderHasEnded: ({ context }) => running(context.position).orderEnd !== null,
    waitsForBid: ({ context }) =>
      running(context.position).step === 'market' && running(context.position).deadline !== null,
    waitIsOver: ({ context }) => facts.waitIsOver(context),
    isDone: ({ context }) => facts.isDone(context),
    isDoneWithoutOrder: ({ context }) => running(context.position).attempt === null && facts.isDone(context),
    orderMustGo: ({ context }) => facts.orderMustGo(context),
    // what comes next
    canPlace: ({ context }) => facts.nextOrderOf(context).kind === 'order',
    lacksBid: ({ context }) => facts.nextOrderOf(context).kind === 'no_bid',
    bidIsBelowFloor: ({ context }) => facts.nextOrderOf(context).kind === 'below_floor',
    bidWaitIsOver: ({ context }) =>
      running(context.position).due &&
      facts.nextOrderOf(context).kind === 'no_bid' &&
      context.evaluation?.quote != null,
    repeatsAreUsedUp: ({ context }) => facts.repeatsAreUsedUp(context),
    conditionIsGone: ({ context }) => facts.conditionIsGone(context),
    isSwept: ({ context, event }) => event.type === 'order.over' && refusals.isSwept(context.position, event),
    isAboutOrder: ({ context, event }) => 'clientId' in event && isAboutOrder(context.position, event),
    // what follows an order's end
    takeoverIsMoot: ({ context }) => facts.takeoverIsMoot(context),
    isTakenOver: ({ context }) => running(context.position).takenOverBy !== null,
    exitIsFilled: ({ context }) => running(context.position).filled >= running(context.position).quantity,
    isCalledOff: ({ context }) => running(context.position).ending !== null,
    isRefusedForNow: ({ context }) => refusals.retryDelayMs(context) !== null,
    isHeldBack: ({ context }) => refusals.isHeldBack(context),
    isHeldBackFromMarket: ({ context }) => refusals.isHeldBackFromMarket(context),
    isRefusedForGood: ({ context }) => refusals.isRefusedForGood(context),
    isMarketStep: ({ context }) => running(context.position).step === 'market',
    canWalk: ({ context }) => facts.nextStepOf(context) === 'walk',
    turnsToMarket: ({ context }) => facts.nextStepOf(context) === 'market',
    // failed
    mayResume: ({ context }) => facts.mayResume(context),
    outranksFailedExit: ({ context }) => facts.outranksFailedExit(context),
    isCalm: ({ context }) => facts.isCalm(context),
    holdCancelsExit: ({ event }) => event.type === 'operator.hold' && event.cancel,
  },
  delays: {
    stepLeft: ({ context }) => Math.max(0, running(context.position).deadline! - context.position.at),
    waitLeft: ({ context }) => Math.max(0, running(context.position).waitUntil! - context.position.at),
    recheck: ({ context }) => context.method.numbers.recheckMs,
  },
  actions: {
    enter: assign(({ context }, params: { phase: Phase }) => ({
      position:
        context.position.phase === params.phase
          ? context.position
          : { ...context.position, phase: params.phase },
    })),
    // facts
    recordQuote: assign(({ context, event }) => {
      const { quote, at } = eventOf(event, 'quote');
      return facts.observe(context, quote, at);
    }),
    recordTick: assign(({ context, event }) =>
      facts.observe(context, null, eventOf(event, 'cadence.due').at),
    ),
    recordBreaker: assign(({ context, event }) => {
      const { dailyLoss, at } = eventOf(event, 'breaker.changed');
      return facts.observe({ ...context, surroundings: { ...context.surroundings, dailyLoss } }, null, at);
    }),
    /** Today's numbers, for the journal: nothing is decided from them. */
    recordDayNumbers: assign(({ context: { surroundings }, event }) => {
      const { pnl, limit } = eventOf(event, 'dailyLoss.measured');
      return { surroundings: { ...surroundings, dailyLoss: { ...surroundings.dailyLoss, pnl, limit } } };
    }),
    recordPatience: assign(({ context, event }) => {
      const { patientPaused, at } = eventOf(event, 'patience.changed');
      return facts.observe(
        { ...context, surroundings: { ...context.surroundings, patientPaused } },
        null,
        at,
      );
    }),
    heedTrigger: assign(changePosition((context) => facts.heedTrigger(context))),
    recordOpportunity: assign(({ context, event }) => ({
      surroundings: {
        ...context.surroundings,
        opportunity: eventOf(event, 'opportunity.changed').opportunity,
      },
    })),
    recordModel: assign(
      changePosition(({ position }, event) => {
        const { probability, modelAt, at } = eventOf(event, 'model.changed');
        return { ...facts.advance(position, at), modelProbability: probability, modelAt };
      }),
    ),
    recordMarket: assign(({ context, event }) => {
      const { market, at } = eventOf(event, 'market.changed');
      return facts.enterMarket(context, market, at);
    }),
    recordFill: assign(
      changePosition(({ position }, event) => {
        const fact = eventOf(event, 'order.filled');
        return recordFills(facts.advance(position, fact.at), fact);
      }),
    ),
    recordOrderEnd: assign(
      changePosition(({ position }, event) => {
        const fact = eventOf(event, 'order.over');
        const { status, code, at } = fact;
        const end = { status, code, at, reachedVenue: status !== 'rejected' };
        return recordOrderEnd(facts.advance(position, at), fact, end);
      }),
    ),
    recordSweep: assign(
      changePosition(({ position }, event) => {
        const fact = eventOf(event, 'order.over');
        return recordSweep(facts.advance(position, fact.at), fact);
      }),
    ),
    recordMissing: assign(
      changePosition(({ position }, event) => {
        const { missing, at } = eventOf(event, 'holdings.reduced');
        return facts.writeOff(facts.advance(position, at), missing);
      }),
    ),
    // an operator's word
    hold: assign(
      changePosition(({ position }, event) => ({
        ...facts.advance(position, eventOf(event, 'operator.hold').at),
        held: true,
      })),
    ),
    release: assign(
      changePosition(({ position }, event) => ({
        ...facts.advance(position, eventOf(event, 'operator.release').at),
        held: false,
      })),
    ),
    changeMethod: assign(({ context, event }) => {
      const { method, at } = eventOf(event, 'method.changed');
      return changeMethod(context, method, at);
    }),
    noteTime: assign(
      changePosition(({ position }, event) =>
        facts.advance(position, eventOf(event, 'operator.retry', 'operator.resume').at),
      ),
    ),
    callOff: assign(changePosition(({ position }) => facts.callOff(position))),
    // an exit's way
    beginTriggeredExit: assign(changePosition((context) => facts.beginTriggeredExit(context))),
    beginOperatorExit: assign(
      changePosition((context, event) => facts.beginOperatorExit(context, eventOf(event, 'operator.exit'))),
    ),
    planTakeover: assign(
      changePosition((context, event) =>
        facts.planTakeover(context, event.type === 'operator.exit' ? event : null),
      ),
    ),
    beginTakeover: assign(changePosition((context) => facts.beginTakeover(context))),
    placeAttempt: assign(
      changePosition((context) => {
        const order = facts.nextOrderOf(context);
        if (order.kind !== 'order') throw new Error(`no order can be placed: ${order.kind}`);
        return placeAttempt(context.position, order);
      }),
    ),
    markStepDue: assign(changeExit(() => ({ due: true }))),
    markCancelAsked: assign(
      changeExit((exit) => ({
        attempt: exit.attempt && { ...exit.attempt, cancelRequested: true },
      })),
    ),
    beginBidWait: assign(
      changeExit((exit, { position, method }) => ({
        deadline: exit.deadline ?? position.at + marketTimeoutMs(method),
        due: false,
      })),
    ),
    endBidWait: assign(changeExit(() => ({ deadline: null, due: false }))),
    useUpRepeat: assign(changeExit((exit) => ({ repeats: exit.repeats + 1, deadline: null, due: false }))),
    waitOutMarketOrder: assign(
      changeExit((exit, { position }) => ({ waitUntil: exit.deadline ?? position.at, deadline: null })),
    ),
    pauseBeforeRetry: assign(
      changeExit((exit, context) => ({
        waitUntil: context.position.at + refusals.retryDelayMs(context)!,
        looks: refusals.isCuredByLooking(exit.orderEnd) ? exit.looks + 1 : exit.looks,
        deadline: exit.orderEnd?.code === 'rate_limited' ? exit.deadline : null,
      })),
    ),
    endWait: assign(
      changeExit((exit) => ({
        waitUntil: null,
        orderEnd: null,
        due: false,
        repeats: exit.orderEnd?.reachedVenue ? exit.repeats + 1 : exit.repeats,
      })),
    ),
    beginWalk: assign(changeExit(() => ({ step: 'walk', orderEnd: null, deadline: null, due: false }))),
    beginMarket: assign(
      changeExit(() => ({ step: 'market', repeats: 0, orderEnd: null, deadline: null, due: false })),
    ),
    pauseExit: assign(changePosition(({ position }) => pauseExit(position))),
    unpauseExit: assign(changePosition(({ position }) => unpauseExit(position))),
    giveUp: assign(changePosition((context) => facts.giveUp(context))),
    failExit: assign(({ context }, params: { cause: ExitFailure['cause'] }) => ({
      position: failExit(
        context.position,
        params.cause,
        running(context.position).orderEnd?.code ?? null,
        context.method,
      ),
    })),
    resumeExit: assign(changePosition(({ position }) => resumeExit(position))),
    clearExit: assign(changePosition(({ position }) => ({ ...position, exit: null }))),
    noteSettlement: assign(changePosition((context) => facts.noteSettlement(context))),
    settle: assign(changePosition((context) => facts.settle(context))),
    close: assign(
      changePosition(({ position }) => ({
        ...position,
        closedAt: position.at,
        closeReason: position.writtenOff === 0 ? 'sold' : 'holdings gone',
      })),
    ),
    raiseEvaluated: raise({ type: 'evaluated' }),
    // requests to the host
    saveExit: notBuilt('saveExit') as (
      _: unknown,
      params: { exit: RunningExit; ending: ExitEnding | null },
    ) => void,
    requestOrder: notBuilt('requestOrder') as (_: unknown, params: { exit: RunningExit }) => void,
    requestCancel: notBuilt('requestCancel') as (_: unknown, params: { clientId: string }) => void,
    askForQuote: notBuilt('askForQuote') as (_: unknown, params: { maxAgeMs: number }) => void,
    askForMarket: notBuilt('askForMarket') as (_: unknown, params: { market: string }) => void,
    raiseAlert: notBuilt('raiseAlert') as (_: unknown, params: PositionAlert) => void,
    journal: notBuilt('journal') as (_: unknown, params: JournalNote) => void,
    /** Stores the method that the position now has, and journals what is different about it. */
    saveMethod: notBuilt('saveMethod') as (_: unknown, params: MethodNote) => void,
  },
});

/** A line for the journal: what, and an operator's name and reason where it was one's word. */
export interface JournalNote {
  kind: string;
  by: string | null;
  note: string | null;
}

export interface MethodNote {
  /** `nfl@2` */
  from: string;
  method: Method;
  changes: SettingChange[];
  by: string | null;
  note: string | null;
}

/** An incident of one position; the host words it. */
export interface PositionAlert {
  kind: 'exit_failed' | 'exit_gave_up';
  severity: 'warning' | 'critical';
  exit: RunningExit;
}
