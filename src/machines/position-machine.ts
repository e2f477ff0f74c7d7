import { running } from '../domain/exit-progress.ts';
import type { Watched } from '../domain/position-facts.ts';
import { type ExitEnding, positionSetup } from './position-setup.ts';

type Now = { context: Watched };

const enter = (phase: Watched['position']['phase']) => ({ type: 'enter', params: { phase } }) as const;

// Requests to the host, with what they carry.
const askForQuote = {
  type: 'askForQuote',
  params: ({ context }: Now) => ({ maxAgeMs: context.method.maxQuoteAgeMs }),
} as const;
const askForMarket = {
  type: 'askForMarket',
  params: ({ context }: Now) => ({ market: context.position.market }),
} as const;
const saveExit = {
  type: 'saveExit',
  params: ({ context }: Now) => ({ exit: running(context.position), ending: null }),
} as const;
const endExit = (ending: ExitEnding) =>
  ({
    type: 'saveExit',
    params: ({ context }: Now) => {
      const exit = running(context.position);
      return { exit, ending: exit.filled >= exit.quantity ? 'filled' : ending };
    },
  }) as const;
const endCalledOffExit = {
  type: 'saveExit',
  params: ({ context }: Now) => ({ exit: running(context.position), ending: running(context.position).ending! }),
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
  ({ type: 'raiseAlert', params: ({ context }: Now) => ({ kind, severity, exit: running(context.position) }) }) as const;
const journal = (kind: string) => ({ type: 'journal', params: () => ({ kind, note: null }) }) as const;

const fail = (cause: 'attempts' | 'floor' | 'refused') =>
  ({
    target: '#position.failed',
    actions: [{ type: 'failExit', params: { cause } }, saveExit, raiseAlert('exit_failed', 'critical')],
  }) as const;

const observeQuote = { actions: ['recordQuote', 'raiseEvaluated'] } as const;
const observeTick = { actions: ['recordTick', 'raiseEvaluated'] } as const;
const cancelOrder = ['markCancelAsked', requestCancel] as const;

/** What an exit does with its next order: the same steps in `exiting` and in `walking`. */
const steps = {
  routing: {
    description: 'Where a restart, or the end of a pause, goes on',
    always: [
      { guard: 'mustWait', target: 'waiting' },
      { guard: 'orderHasEnded', target: 'deciding' },
      { guard: 'cancelIsAsked', target: 'cancelling' },
      { guard: 'orderIsOut', target: 'working' },
      { guard: 'waitsForBid', target: 'awaitingBid' },
      { target: 'placing' },
    ],
  },
  placing: {
    description: 'Prices the next order as soon as a fresh quote is there',
    entry: [askForQuote],
    always: [
      { guard: 'isDone', target: 'deciding' },
      { guard: 'repeatsAreUsedUp', ...fail('attempts') },
      { guard: 'marketIsPaused', target: 'paused' },
      { guard: 'conditionIsGone', target: '#position.open', actions: [endExit('condition_gone'), 'clearExit'] },
      { guard: 'bidIsBelowFloor', ...fail('floor') },
      { guard: 'canPlace', target: 'working', actions: ['placeAttempt', requestOrder, saveExit] },
      { guard: 'lacksBid', target: 'awaitingBid' },
    ],
  },
  awaitingBid: {
    description: 'A market order waits for a bid; each full wait uses up a repeat',
    entry: ['beginBidWait'],
    always: [
      { guard: 'isDone', target: 'deciding' },
      { guard: 'repeatsAreUsedUp', ...fail('attempts') },
      { guard: 'marketIsPaused', target: 'paused' },
      { guard: 'bidIsBelowFloor', ...fail('floor') },
      { guard: 'canPlace', target: 'working', actions: ['placeAttempt', requestOrder, saveExit] },
    ],
    on: {
      evaluated: { guard: 'bidWaitIsOver', target: 'awaitingBid', reenter: true, actions: ['useUpRepeat'] },
    },
    after: { stepLeft: { actions: ['markStepDue', askForQuote] } },
  },
  working: {
    description: 'An order is recorded and out; its time runs from the commit',
    always: [
      { guard: 'orderMustGo', target: 'cancelling', actions: cancelOrder },
      { guard: 'marketIsPaused', target: 'paused' },
    ],
    on: { 'order.over': { target: 'deciding', actions: 'recordOrderEnd' } },
    after: { stepLeft: { target: 'cancelling', actions: ['markStepDue', ...cancelOrder] } },
  },
  cancelling: {
    description: 'The order is to end; only its last word says what it sold',
    on: { 'order.over': { target: 'deciding', actions: 'recordOrderEnd' } },
  },
  waiting: {
    description: "A market order's time is waited out, or a refusal's pause",
    always: [
      { guard: 'isDone', target: 'deciding', actions: 'endWait' },
      { guard: 'marketIsPaused', target: 'paused' },
    ],
    after: { waitLeft: { target: 'placing', actions: 'endWait' } },
  },
  paused: {
    description: 'The market does not trade: the exit keeps its step and the time it had left',
    entry: ['pauseExit', askForMarket],
    exit: ['unpauseExit'],
    always: [{ guard: 'marketIsNotPaused', target: 'routing' }],
    on: { 'order.over': { actions: 'recordOrderEnd' } },
    after: { recheck: { target: 'paused', reenter: true } },
  },
  deciding: {
    description: 'No order is out: what its end means for the exit',
    always: [
      { guard: 'isSettled', target: '#position.closed', actions: ['settle', endExit('market_closed'), 'clearExit'] },
      {
        guard: 'holdsNothing',
        target: '#position.closed',
        actions: [endExit('holdings_gone'), 'close', 'clearExit'],
      },
      {
        guard: 'isTakenOver',
        target: '#position.exiting',
        reenter: true,
        actions: [endExit('taken_over'), 'beginTakeover', saveExit, journal('exit.triggered')],
      },
      { guard: 'exitIsFilled', target: '#position.open', actions: [endExit('filled'), 'clearExit'] },
      { guard: 'isCalledOff', target: '#position.open', actions: [endCalledOffExit, 'clearExit'] },
      {
        guard: 'marketIsClosed',
        target: '#position.open',
        actions: [endExit('market_closed'), 'clearExit', 'awaitSettlement'],
      },
      { guard: 'isRefusedForNow', target: 'waiting', actions: ['pauseBeforeRetry', askForMarket] },
      { guard: 'isRefusedForGood', ...fail('refused') },
      { guard: 'isMarketStep', target: 'waiting', actions: 'waitOutMarketOrder' },
      { guard: 'canWalk', target: '#position.walking', reenter: true, actions: 'beginWalk' },
      { guard: 'turnsToMarket', target: '#position.exiting', reenter: true, actions: 'beginMarket' },
      {
        target: '#position.open',
        actions: [endExit('gave_up'), 'giveUp', raiseAlert('exit_gave_up', 'warning'), 'clearExit'],
      },
    ],
  },
} as const;

/** What reaches an exit at any step. A takeover is only planned here: it begins once no order is out. */
const whileExiting = {
  evaluated: { guard: 'outranksRunningExit', actions: 'planTakeover' },
  'operator.exit': { actions: 'planTakeover' },
  'operator.hold': [
    { guard: 'holdCancelsExit', actions: ['hold', 'callOff', journal('operator.hold')] },
    { actions: ['hold', journal('operator.hold')] },
  ],
  'order.filled': { actions: ['recordFill', saveExit] },
} as const;

const leaveIdle = [
  { guard: 'isSettled', target: 'closed', actions: ['settle'] },
  { guard: 'holdsNothing', target: 'closed', actions: ['close'] },
] as const;

const beginExit = {
  guard: 'mustExit',
  target: 'exiting',
  actions: ['beginTriggeredExit', saveExit, journal('exit.triggered')],
} as const;

const beginForcedExit = {
  target: 'exiting',
  actions: ['beginOperatorExit', saveExit, journal('exit.triggered')],
} as const;

/** One position from adoption to proof that it is flat (SPEC section 7). A leaf: it invokes and spawns nothing. */
export const positionMachine = positionSetup.createMachine({
  id: 'position',
  context: ({ input }) => input,
  initial: 'resuming',
  on: {
    'breaker.changed': { actions: ['recordBreaker', 'raiseEvaluated', askForQuote] },
    'opportunity.changed': { actions: 'recordOpportunity' },
    'model.changed': { actions: 'recordModel' },
    'market.changed': { actions: 'recordMarket' },
    'operator.hold': { actions: ['hold', journal('operator.hold')] },
    'operator.release': { actions: ['release', journal('operator.release')] },
    'holdings.reduced': { actions: ['recordMissing', journal('holdings.reduced')] },
    quote: observeQuote,
    'cadence.due': observeTick,
  },
  states: {
    resuming: {
      description: 'Goes on where the stored row says',
      always: [
        { guard: { type: 'wasIn', params: { phase: 'closed' } }, target: 'closed' },
        { guard: { type: 'wasIn', params: { phase: 'failed' } }, target: 'failed' },
        { guard: { type: 'wasIn', params: { phase: 'walking' } }, target: 'walking' },
        { guard: { type: 'wasIn', params: { phase: 'exiting' } }, target: 'exiting' },
        { guard: { type: 'wasIn', params: { phase: 'urgent' } }, target: 'urgent' },
        { target: 'open' },
      ],
    },
    open: {
      description: 'Watched at the normal cadence',
      entry: [enter('open')],
      always: [...leaveIdle],
      on: {
        evaluated: [beginExit, { guard: 'isUrgent', target: 'urgent' }],
        'operator.exit': beginForcedExit,
      },
    },
    urgent: {
      description: 'Near a threshold: watched at the urgent cadence',
      entry: [enter('urgent')],
      always: [...leaveIdle],
      on: {
        evaluated: [beginExit, { guard: 'isNotUrgent', target: 'open' }],
        'operator.exit': beginForcedExit,
      },
    },
    exiting: {
      description: 'An exit works: its first order, or market orders until it is filled',
      entry: [enter('exiting')],
      initial: 'routing',
      on: whileExiting,
      states: steps,
    },
    walking: {
      description: 'A limit exit lowers its price step by step',
      entry: [enter('walking')],
      initial: 'routing',
      on: whileExiting,
      states: steps,
    },
    failed: {
      description: 'Attempts used up, or refused for good: alerted, watched, and resumed',
      entry: [enter('failed')],
      always: [
        { guard: 'isSettled', target: 'closed', actions: ['settle', endExit('failed'), 'clearExit'] },
        {
          guard: 'holdsNothing',
          target: 'closed',
          actions: [endExit('holdings_gone'), 'close', 'clearExit'],
        },
      ],
      on: {
        evaluated: [
          {
            guard: 'outranksFailedExit',
            target: 'exiting',
            actions: ['planTakeover', endExit('taken_over'), 'beginTakeover', saveExit, journal('exit.triggered')],
          },
          { guard: 'mayResume', target: 'exiting', actions: ['resumeExit', saveExit, journal('exit.resumed')] },
          {
            guard: 'isCalm',
            target: 'open',
            actions: [endExit('failed'), 'clearExit'],
          },
        ],
        'operator.exit': {
          target: 'exiting',
          actions: ['planTakeover', endExit('taken_over'), 'beginTakeover', saveExit, journal('exit.triggered')],
        },
        'operator.retry': {
          target: 'exiting',
          actions: ['noteTime', 'resumeExit', saveExit, journal('operator.retry')],
        },
        'operator.resume': {
          target: 'open',
          actions: [
            'noteTime',
            endExit('failed'),
            'clearExit',
            journal('operator.resume'),
          ],
        },
      },
    },
    closed: {
      description: 'Flat by evidence: fills, a settlement, or the venue twice reporting nothing held',
      type: 'final',
      entry: [enter('closed')],
    },
  },
});
