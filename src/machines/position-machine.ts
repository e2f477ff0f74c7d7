import { positionSetup } from './position-setup.ts';
import {
  askForQuote,
  endExit,
  enter,
  exitingSteps,
  journal,
  saveExit,
  saveMethod,
  walkingSteps,
} from './position-steps.ts';

const observe = {
  quote: { actions: ['recordQuote', 'raiseEvaluated'] },
  'cadence.due': { actions: ['recordTick', 'raiseEvaluated'] },
  'breaker.changed': { actions: ['recordBreaker', 'raiseEvaluated', askForQuote] },
  'patience.changed': { actions: ['recordPatience', 'raiseEvaluated', askForQuote] },
} as const;

/** What reaches an exit at any step. A takeover is only planned here: it begins once no order is out. */
const whileExiting = {
  quote: { actions: ['recordQuote', 'heedTrigger', 'raiseEvaluated'] },
  'cadence.due': { actions: ['recordTick', 'heedTrigger', 'raiseEvaluated'] },
  'breaker.changed': { actions: ['recordBreaker', 'heedTrigger', 'raiseEvaluated', askForQuote] },
  'patience.changed': { actions: ['recordPatience', 'heedTrigger', 'raiseEvaluated', askForQuote] },
  'operator.exit': { actions: ['planTakeover', journal('operator.exit')] },
  'operator.hold': [
    { guard: 'holdCancelsExit', actions: ['hold', 'callOff', journal('operator.hold')] },
    { actions: ['hold', journal('operator.hold')] },
  ],
  'order.filled': { guard: 'isAboutOrder', actions: ['recordFill', saveExit] },
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
  description: 'One position from adoption to proof that it is flat',
  context: ({ input }) => input,
  initial: 'resuming',
  // A cycle of eventless transitions would hang the process; so it crashes this monitor alone.
  options: { maxIterations: 100 },
  on: {
    ...observe,
    'dailyLoss.measured': { actions: 'recordDayNumbers' },
    'opportunity.changed': { actions: 'recordOpportunity' },
    'model.changed': { actions: 'recordModel' },
    'market.changed': { actions: 'recordMarket' },
    'operator.hold': { actions: ['hold', journal('operator.hold')] },
    'operator.release': { actions: ['release', journal('operator.release')] },
    'method.changed': { actions: [saveMethod, 'changeMethod', askForQuote] },
    'holdings.reduced': { actions: ['recordMissing', journal('holdings.reduced')] },
  },
  states: {
    resuming: {
      description: 'Goes on where the stored row says',
      entry: ['noteSettlement'],
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
      states: exitingSteps,
    },
    walking: {
      description: 'A limit exit lowers its price step by step',
      entry: [enter('walking')],
      initial: 'routing',
      on: whileExiting,
      states: walkingSteps,
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
        { guard: 'marketIsClosed', target: 'open', actions: [endExit('market_closed'), 'clearExit'] },
      ],
      on: {
        evaluated: [
          {
            guard: 'outranksFailedExit',
            target: 'exiting',
            actions: [
              'planTakeover',
              endExit('taken_over'),
              'beginTakeover',
              saveExit,
              journal('exit.triggered'),
            ],
          },
          {
            guard: 'mayResume',
            target: 'exiting',
            actions: ['resumeExit', enter('exiting'), saveExit, journal('exit.resumed')],
          },
          {
            guard: 'isCalm',
            target: 'open',
            actions: [endExit('failed'), 'clearExit'],
          },
        ],
        'operator.exit': {
          target: 'exiting',
          actions: [
            'planTakeover',
            endExit('taken_over'),
            'beginTakeover',
            saveExit,
            journal('exit.triggered'),
          ],
        },
        'operator.retry': {
          target: 'exiting',
          actions: ['noteTime', 'resumeExit', enter('exiting'), saveExit, journal('operator.retry')],
        },
        'operator.resume': {
          target: 'open',
          actions: ['noteTime', endExit('failed'), 'clearExit', journal('operator.resume')],
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
