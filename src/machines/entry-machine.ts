import { type ActorRefFrom, assign, setup } from 'xstate';
import {
  type Assessment,
  type EntryContext,
  type EntryOrder,
  missingOf,
  type Offer,
  payableEdge,
  planOrder,
  recordTotals,
  settlesTooSoon,
} from '../domain/entry.ts';
import type { MarketInfo } from '../domain/market.ts';
import type { Money, Quantity } from '../domain/money.ts';

/** What became of its order; totals are cumulative. */
interface OrderTotals {
  clientId: string;
  filledTotal: Quantity;
  costTotal: Money;
  feesTotal: Money;
  at: number;
}

/** Facts that reach an entry, each with its time (ms). */
export type EntryEvent =
  | { type: 'offer.seen'; offer: Offer | null; at: number }
  | { type: 'market.changed'; info: MarketInfo; at: number }
  | { type: 'cash.read'; cash: Money; at: number }
  /** The answer to `askForAssessment`, made in the same instant. */
  | { type: 'assessed'; assessment: Assessment; at: number }
  /** Its order is durable and on its way, or can't be recorded. */
  | { type: 'order.recorded'; at: number }
  | { type: 'order.unrecorded'; error: string; at: number }
  | ({ type: 'order.filled' } & OrderTotals)
  | ({ type: 'order.over' } & NonNullable<EntryOrder['end']> & OrderTotals)
  /** It may not go on: entries are paused, a breaker has tripped, the model has changed its mind. */
  | { type: 'called.off'; why: string; at: number };

/** How an entry ended, and why. */
export interface EntryEnding {
  status: 'filled' | 'expired' | 'rejected';
  cause:
    | 'bought'
    | 'nothing_seen'
    | 'not_trading'
    | 'settles_soon'
    | 'edge_gone'
    | 'risk'
    | 'size'
    | 'unrecorded'
    | 'venue'
    | 'timed_out'
    | 'called_off'
    | 'failed';
}

type Step = 'detected' | 'validated' | 'checked' | 'sized' | 'ordered';

const notBuilt = (name: string) => () => {
  throw new Error(`the host must provide "${name}"`);
};

const journal = (step: Step) => ({ type: 'journal', params: { step } }) as const;
const end = (status: EntryEnding['status'], cause: EntryEnding['cause']) =>
  ({ type: 'end', params: { status, cause } }) as const;
const lookAround = {
  type: 'lookAround',
  params: ({ context }: { context: EntryContext }) => missingOf(context),
} as const;

const knownOrder = ({ order, edgeId }: EntryContext): EntryOrder => {
  if (order === null) throw new Error(`entry ${edgeId} has no order`);
  return order;
};

/**
 * One edge from its detection to the end of its entry (SPEC 11). A leaf: it invokes and spawns nothing, and what it asks
 * for its host carries out. Between `checked` and `ordered` no time passes and nothing else is decided, so that entries
 * that work at once never exceed a limit together.
 */
export const entryMachine = setup({
  types: {
    context: {} as EntryContext,
    input: {} as EntryContext,
    events: {} as EntryEvent,
  },
  guards: {
    hasOrder: ({ context }) => context.order !== null,
    orderIsOver: ({ context }) => context.order !== null && context.order.end !== null,
    seesAll: ({ context }) => {
      const missing = missingOf(context);
      return !missing.offer && !missing.info && !missing.cash;
    },
    marketRests: ({ context }) => context.info!.status !== 'open',
    settlesTooSoon: ({ context }) => settlesTooSoon(context.info!, context.rules.time, context.at),
    edgeIsGone: ({ context }) => payableEdge(context.probability, context.offer!) < context.rules.minEdge,
    mayEnter: ({ event }) => event.type === 'assessed' && event.assessment.report.passed,
    isSized: ({ context }) => context.assessment?.sizing?.kind === 'sized',
    isCalledOff: ({ context }) => context.calledOff !== null,
    isAboutOrder: ({ context, event }) =>
      'clientId' in event && event.clientId === context.order?.clientId && context.order.end === null,
    hasBought: ({ context }) => knownOrder(context).filled > 0,
    wasRefused: ({ context }) => knownOrder(context).end?.status === 'rejected',
  },
  delays: {
    lookLeft: ({ context }) => Math.max(0, context.lookUntil - context.at),
    orderLeft: ({ context }) => Math.max(0, knownOrder(context).deadline - context.at),
  },
  actions: {
    recordTime: assign(({ context, event }) => ({ at: Math.max(context.at, event.at) })),
    recordOffer: assign(({ event }) => (event.type === 'offer.seen' ? { offer: event.offer } : {})),
    recordMarket: assign(({ event }) => (event.type === 'market.changed' ? { info: event.info } : {})),
    recordCash: assign(({ event }) => (event.type === 'cash.read' ? { cash: event.cash } : {})),
    recordAssessment: assign(({ event }) =>
      event.type === 'assessed' ? { assessment: event.assessment } : {},
    ),
    planOrder: assign(({ context }) => ({ order: planOrder(context) })),
    recordFill: assign(({ context, event }) =>
      event.type === 'order.filled' || event.type === 'order.over'
        ? { order: recordTotals(knownOrder(context), event) }
        : {},
    ),
    recordEnd: assign(({ context, event }) =>
      event.type === 'order.over'
        ? { order: { ...knownOrder(context), end: { status: event.status, refusal: event.refusal } } }
        : {},
    ),
    noteCallOff: assign(({ context, event }) =>
      event.type === 'called.off' ? { calledOff: context.calledOff ?? event.why } : {},
    ),
    noteUnrecorded: assign(({ event }) =>
      event.type === 'order.unrecorded' ? { calledOff: event.error } : {},
    ),
    // requests to the host
    lookAround: notBuilt('lookAround') as (
      _: unknown,
      params: { offer: boolean; info: boolean; cash: boolean },
    ) => void,
    askForAssessment: notBuilt('askForAssessment'),
    requestOrder: notBuilt('requestOrder') as (_: unknown, params: { order: EntryOrder }) => void,
    requestCancel: notBuilt('requestCancel') as (_: unknown, params: { clientId: string }) => void,
    journal: notBuilt('journal') as (_: unknown, params: { step: Step }) => void,
    end: notBuilt('end') as (_: unknown, params: EntryEnding) => void,
  },
}).createMachine({
  id: 'entry',
  description: 'One edge from its detection to the end of its entry',
  context: ({ input }) => input,
  initial: 'resuming',
  options: { maxIterations: 50 },
  states: {
    resuming: {
      description: 'Goes on where the stored edge says',
      always: [
        { guard: 'orderIsOver', target: 'ordered.over' },
        { guard: 'hasOrder', target: 'ordered.resting' },
        { target: 'detected', actions: journal('detected') },
      ],
    },
    detected: {
      description: 'Waits for a fresh book, the market and the cash',
      entry: lookAround,
      always: { guard: 'seesAll', target: 'validated' },
      on: {
        'offer.seen': { actions: ['recordTime', 'recordOffer', lookAround] },
        'market.changed': { actions: ['recordTime', 'recordMarket', lookAround] },
        'cash.read': { actions: ['recordTime', 'recordCash', lookAround] },
        'called.off': {
          target: 'rejected',
          actions: ['recordTime', 'noteCallOff', end('rejected', 'called_off')],
        },
      },
      after: { lookLeft: { target: 'expired', actions: end('expired', 'nothing_seen') } },
    },
    validated: {
      description: 'The market trades long enough, and the edge is there at the price payable now',
      always: [
        { guard: 'marketRests', target: 'rejected', actions: end('rejected', 'not_trading') },
        { guard: 'settlesTooSoon', target: 'rejected', actions: end('rejected', 'settles_soon') },
        { guard: 'edgeIsGone', target: 'rejected', actions: end('rejected', 'edge_gone') },
        { target: 'checked', actions: journal('validated') },
      ],
    },
    checked: {
      description: 'Every risk check says its verdict, with all that works at this instant counted',
      entry: 'askForAssessment',
      on: {
        assessed: [
          {
            guard: 'mayEnter',
            target: 'sized',
            actions: ['recordTime', 'recordAssessment', journal('checked')],
          },
          {
            target: 'rejected',
            actions: ['recordTime', 'recordAssessment', journal('checked'), end('rejected', 'risk')],
          },
        ],
      },
    },
    sized: {
      description: 'Fractional Kelly within the limits, the cash and the book',
      always: [
        { guard: 'isSized', target: 'ordered', actions: journal('sized') },
        { target: 'rejected', actions: end('rejected', 'size') },
      ],
    },
    ordered: {
      description: 'A limit order works until its time runs out; its last word decides',
      initial: 'placing',
      on: {
        'order.filled': { guard: 'isAboutOrder', actions: ['recordTime', 'recordFill'] },
        'order.over': {
          guard: 'isAboutOrder',
          target: '.over',
          actions: ['recordTime', 'recordFill', 'recordEnd'],
        },
        'called.off': { actions: ['recordTime', 'noteCallOff'] },
      },
      states: {
        placing: {
          description: 'Nothing is sent before it is durable',
          entry: [
            'planOrder',
            { type: 'requestOrder', params: ({ context }) => ({ order: knownOrder(context) }) },
            journal('ordered'),
          ],
          on: {
            'order.recorded': { target: 'resting', actions: 'recordTime' },
            'order.unrecorded': {
              target: '#entry.rejected',
              actions: ['recordTime', 'noteUnrecorded', end('rejected', 'unrecorded')],
            },
          },
        },
        resting: {
          always: { guard: 'isCalledOff', target: 'cancelling' },
          after: { orderLeft: 'cancelling' },
        },
        cancelling: {
          description: 'The order is to end; only its last word says what it bought',
          entry: {
            type: 'requestCancel',
            params: ({ context }) => ({ clientId: knownOrder(context).clientId }),
          },
        },
        over: {
          always: [
            { guard: 'hasBought', target: '#entry.filled', actions: end('filled', 'bought') },
            { guard: 'wasRefused', target: '#entry.rejected', actions: end('rejected', 'venue') },
            { guard: 'isCalledOff', target: '#entry.rejected', actions: end('rejected', 'called_off') },
            { target: '#entry.expired', actions: end('expired', 'timed_out') },
          ],
        },
      },
    },
    filled: { description: 'What it bought is a position', type: 'final' },
    expired: { description: 'Its time ran out, and nothing was bought', type: 'final' },
    rejected: { description: 'Refused: by the edge, a risk check, its size, or the venue', type: 'final' },
  },
});

export type EntryActor = ActorRefFrom<typeof entryMachine>;
