/** How an exit comes to its next order: the substates that `exiting` and `walking` are made of (SPEC 6). */
import { running } from '../domain/exit-progress.ts';
import type { Watched } from '../domain/position-facts.ts';
import type { PositionEvent } from './position-events.ts';
import type { ExitEnding } from './position-setup.ts';

type Now = { context: Watched };

// Requests to the host, with what they carry.
export const askForQuote = {
  type: 'askForQuote',
  params: ({ context }: Now) => ({ maxAgeMs: context.method.maxQuoteAgeMs }),
} as const;
const askForMarket = {
  type: 'askForMarket',
  params: ({ context }: Now) => ({ market: context.position.market }),
} as const;
export const saveExit = {
  type: 'saveExit',
  params: ({ context }: Now) => ({ exit: running(context.position), ending: null }),
} as const;
/** Ends the running exit's record: `filled` when it sold all it wanted, whatever ended it. */
export const endExit = (ending: ExitEnding) =>
  ({
    type: 'saveExit',
    params: ({ context }: Now) => {
      const exit = running(context.position);
      return { exit, ending: exit.filled >= exit.quantity ? 'filled' : ending };
    },
  }) as const;
const endCalledOffExit = {
  type: 'saveExit',
  params: ({ context }: Now) => ({
    exit: running(context.position),
    ending: running(context.position).ending!,
  }),
} as const;
const requestOrder = {
  type: 'requestOrder',
  params: ({ context }: Now) => ({ exit: running(context.position) }),
} as const;
const requestCancel = {
  type: 'requestCancel',
  params: ({ context }: Now) => ({ clientId: running(context.position).attempt!.clientId }),
} as const;
const raiseAlert = (kind: 'exit_failed' | 'exit_gave_up', severity: 'warning' | 'critical') =>
  ({
    type: 'raiseAlert',
    params: ({ context }: Now) => ({ kind, severity, exit: running(context.position) }),
  }) as const;
export const journal = (kind: string) =>
  ({
    type: 'journal',
    params: ({ event }: { event: PositionEvent }) => ({ kind, ...wordOf(event) }),
  }) as const;
export const saveMethod = {
  type: 'saveMethod',
  params: ({ context, event }: Now & { event: PositionEvent }) => {
    if (event.type !== 'method.changed') throw new Error(`${event.type} changes no method`);
    const { method, methodVersion } = context.position;
    return {
      from: `${method}@${methodVersion}`,
      method: event.method,
      changes: event.changes,
      ...wordOf(event),
    };
  },
} as const;
export const enter = (phase: Watched['position']['phase']) => ({ type: 'enter', params: { phase } }) as const;

const wordOf = (event: PositionEvent): { by: string | null; note: string | null } =>
  'note' in event ? { by: event.by ?? null, note: event.note } : { by: null, note: null };

const fail = (cause: 'attempts' | 'floor' | 'refused') =>
  ({
    target: '#position.failed',
    actions: [
      { type: 'failExit', params: { cause } },
      enter('failed'),
      saveExit,
      raiseAlert('exit_failed', 'critical'),
    ],
  }) as const;

const placeOrder = ['placeAttempt', requestOrder] as const;
const cancelOrder = ['markCancelAsked', requestCancel] as const;
const takeInEnd = {
  guard: 'isAboutOrder',
  target: 'deciding',
  actions: ['recordOrderEnd', saveExit],
} as const;

const working = {
  description: 'An order is recorded and out; its time runs from the commit',
  always: [
    { guard: 'orderMustGo', target: 'cancelling', actions: cancelOrder },
    { guard: 'mustRest', target: 'paused' },
  ],
  on: { 'order.over': takeInEnd },
  after: { stepLeft: { target: 'cancelling', actions: ['markStepDue', ...cancelOrder] } },
} as const;

const cancelling = {
  description: 'The order is to end; only its last word says what it sold',
  on: { 'order.over': takeInEnd },
} as const;

const waiting = {
  description:
    "A market order's time is waited out, or a refusal's pause; its timer asks, the next fact goes on",
  always: [
    { guard: 'isDone', target: 'deciding', actions: 'endWait' },
    { guard: 'mustRest', target: 'paused' },
    { guard: 'waitIsOver', target: 'placing', actions: 'endWait' },
  ],
  after: { waitLeft: { actions: ['markStepDue', askForQuote] } },
} as const;

const paused = {
  description:
    'The market does not trade, or the database breaker pauses it: the exit keeps its step and its time',
  entry: ['pauseExit', askForMarket],
  exit: ['unpauseExit'],
  always: [
    { guard: 'mayGoOn', target: 'routing' },
    { guard: 'isDoneWithoutOrder', target: 'deciding' },
  ],
  on: {
    'order.over': [
      { guard: 'isSwept', actions: ['recordSweep', saveExit] },
      { guard: 'isAboutOrder', actions: ['recordOrderEnd', saveExit] },
    ],
  },
  after: { recheck: { target: 'paused', reenter: true } },
} as const;

/** No order is out, and the exit is over, or handed to the one that takes it over. */
const endings = [
  {
    guard: 'isSettled',
    target: '#position.closed',
    actions: ['settle', endExit('market_closed'), 'clearExit'],
  },
  {
    guard: 'holdsNothing',
    target: '#position.closed',
    actions: [endExit('holdings_gone'), 'close', 'clearExit'],
  },
  { guard: 'takeoverIsMoot', target: '#position.open', actions: [endExit('taken_over'), 'clearExit'] },
  {
    guard: 'isTakenOver',
    target: '#position.exiting',
    reenter: true,
    actions: [endExit('taken_over'), 'beginTakeover', saveExit, journal('exit.triggered')],
  },
  { guard: 'exitIsFilled', target: '#position.open', actions: [endExit('filled'), 'clearExit'] },
  { guard: 'isCalledOff', target: '#position.open', actions: [endCalledOffExit, 'clearExit'] },
  { guard: 'marketIsClosed', target: '#position.open', actions: [endExit('market_closed'), 'clearExit'] },
] as const;

const turnToMarket = { target: '#position.exiting', reenter: true, actions: 'beginMarket' } as const;
const giveUp = {
  target: '#position.open',
  actions: [endExit('gave_up'), 'giveUp', raiseAlert('exit_gave_up', 'warning'), 'clearExit'],
} as const;

const refusals = [
  { guard: 'isRefusedForNow', target: 'waiting', actions: ['pauseBeforeRetry', askForMarket] },
  { guard: 'isHeldBackFromMarket', ...turnToMarket },
  { guard: 'isHeldBack', ...giveUp },
  { guard: 'isRefusedForGood', ...fail('refused') },
] as const;

/** A limit order came back short: the next walk, market orders, or the end. */
const afterLimit = [
  { guard: 'canWalk', target: '#position.walking', reenter: true, actions: 'beginWalk' },
  { guard: 'turnsToMarket', ...turnToMarket },
  giveUp,
] as const;

const whereItWas = [
  { guard: 'wasPaused', target: 'paused' },
  { guard: 'mustWait', target: 'waiting' },
  { guard: 'orderHasEnded', target: 'deciding' },
  { guard: 'cancelIsAsked', target: 'cancelling' },
  { guard: 'orderIsOut', target: 'working' },
] as const;

const deciding = 'No order is out: what its end means for the exit';
const routing = 'Where a restart, or the end of a pause, goes on';
const placing = 'Prices the next order as soon as a fresh quote is there';

/** The first limit order of an exit, and market orders until it is filled. */
export const exitingSteps = {
  routing: {
    description: routing,
    always: [...whereItWas, { guard: 'waitsForBid', target: 'awaitingBid' }, { target: 'placing' }],
  },
  placing: {
    description: placing,
    entry: [askForQuote],
    always: [
      { guard: 'isDone', target: 'deciding' },
      { guard: 'repeatsAreUsedUp', ...fail('attempts') },
      { guard: 'mustRest', target: 'paused' },
      { guard: 'bidIsBelowFloor', ...fail('floor') },
      { guard: 'canPlace', target: 'working', actions: placeOrder },
      { guard: 'lacksBid', target: 'awaitingBid' },
    ],
  },
  awaitingBid: {
    description: 'A market order waits for a bid; each full wait uses up a repeat',
    entry: ['beginBidWait'],
    always: [
      { guard: 'isDone', target: 'deciding' },
      { guard: 'repeatsAreUsedUp', ...fail('attempts') },
      { guard: 'mustRest', target: 'paused' },
      { guard: 'bidIsBelowFloor', ...fail('floor') },
      { guard: 'canPlace', target: 'working', actions: ['endBidWait', ...placeOrder] },
    ],
    on: {
      evaluated: { guard: 'bidWaitIsOver', target: 'awaitingBid', reenter: true, actions: ['useUpRepeat'] },
    },
    after: { stepLeft: { actions: ['markStepDue', askForQuote] } },
  },
  working,
  cancelling,
  waiting,
  paused,
  deciding: {
    description: deciding,
    always: [
      ...endings,
      ...refusals,
      { guard: 'isMarketStep', target: 'waiting', actions: 'waitOutMarketOrder' },
      ...afterLimit,
    ],
  },
} as const;

/** Limit orders that go down step by step. */
export const walkingSteps = {
  routing: {
    description: routing,
    always: [...whereItWas, { target: 'placing' }],
  },
  placing: {
    description: placing,
    entry: [askForQuote],
    always: [
      { guard: 'isDone', target: 'deciding' },
      { guard: 'mustRest', target: 'paused' },
      {
        guard: 'conditionIsGone',
        target: '#position.open',
        actions: [endExit('condition_gone'), 'clearExit'],
      },
      { guard: 'canPlace', target: 'working', actions: placeOrder },
    ],
  },
  working,
  cancelling,
  waiting,
  paused,
  deciding: { description: deciding, always: [...endings, ...refusals, ...afterLimit] },
} as const;
