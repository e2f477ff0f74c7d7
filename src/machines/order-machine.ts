import { assign, setup } from 'xstate';
import type { Side } from '../domain/market.ts';
import type { Price, Quantity } from '../domain/money.ts';

/** What is asked of the venue, and never changes while the order lives. */
export interface OrderTerms {
  clientId: string;
  market: string;
  side: Side;
  action: 'sell' | 'buy';
  timeInForce: 'ioc' | 'gtc';
  limitPrice: Price | null;
  quantity: Quantity;
}

/** What the venue last said of the order; `filled` is cumulative. */
export interface OrderView {
  venueOrderId: string;
  market: string;
  side: Side;
  action: 'sell' | 'buy';
  limitPrice: Price | null;
  quantity: Quantity;
  status: 'resting' | 'filled' | 'cancelled';
  filled: Quantity;
}

export interface OrderContext {
  terms: OrderTerms;
  view: OrderView | null;
  /** Only a cancel may end it now. */
  cancelAsked: boolean;
  refusal: { code: string; message: string } | null;
  /** Questions asked in a row without a usable answer; spaces the next one. */
  tries: number;
  orderPollMs: number;
}

export interface OrderInput {
  terms: OrderTerms;
  /** `recorded`: committed just now, not sent. `in_doubt`: a restart does not know whether it was sent. */
  from: 'recorded' | 'in_doubt';
  venueOrderId: string | null;
  filled: Quantity;
  cancelAsked: boolean;
  orderPollMs: number;
}

/** What the desk tells an order. Answers of the venue, and the wish to cancel. */
export type OrderEvent =
  | { type: 'venue.accepted'; order: OrderView }
  | { type: 'venue.found'; order: OrderView }
  /** `mayLand`: a sending that nobody answered may still be on its way. */
  | { type: 'venue.notFound'; mayLand: boolean }
  | { type: 'venue.rejected'; code: string; message: string }
  | { type: 'venue.unknown'; reason: string }
  | { type: 'cancel.requested' };

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

const sameTerms = (terms: OrderTerms, order: OrderView): boolean =>
  terms.market === order.market &&
  terms.side === order.side &&
  terms.action === order.action &&
  terms.limitPrice === order.limitPrice &&
  terms.quantity === order.quantity;

/** What the host hears of an order whenever it has changed. */
export interface OrderNews {
  clientId: string;
  status: OrderStatus;
  refusal: OrderContext['refusal'];
  cancelAsked: boolean;
}

const publish = (status: OrderStatus) =>
  ({
    type: 'publish',
    params: ({ context: { terms, refusal, cancelAsked } }: { context: OrderContext }) => ({
      clientId: terms.clientId,
      status,
      refusal,
      cancelAsked,
    }),
  }) as const;

const request = (name: string) => () => {
  throw new Error(`the host must provide "${name}"`);
};

/**
 * One order at the venue, from its record to its end, with the network's uncertainty in between (SPEC 8.3).
 * Accepted, refused and unknown are three answers; only the venue's word leads out of `unknown`. "Not found" proves
 * nothing while reads lag: the identical order is sent again, which burns its id, and then looked up. Even a refusal
 * of that second sending is believed only when the order still isn't found, and nothing of it can be on its way any
 * more: the first may have landed and filled, or may yet.
 */
export const orderMachine = setup({
  types: {
    context: {} as OrderContext & { from: OrderInput['from'] },
    input: {} as OrderInput,
    events: {} as OrderEvent,
  },
  guards: {
    isFresh: ({ context }) => context.from === 'recorded',
    mustCancel: ({ context }) => context.cancelAsked,
    isOver: ({ event }) => 'order' in event && event.order.status !== 'resting',
    isAnotherOrder: ({ context, event }) => 'order' in event && !sameTerms(context.terms, event.order),
    alreadyExists: ({ event }) => event.type === 'venue.rejected' && event.code === 'already_exists',
    /** A refusal that leaves open whether the order landed before. */
    saysNothing: ({ event }) =>
      event.type === 'venue.rejected' &&
      ['already_exists', 'rate_limited', 'halted', 'unseen'].includes(event.code),
    wasRefused: ({ context }) => context.refusal !== null,
    /** Refused, not there, and nothing on its way any more. */
    isRefusedForSure: ({ context, event }) =>
      context.refusal !== null && event.type === 'venue.notFound' && !event.mayLand,
    wasSeen: ({ context }) => context.view !== null,
    filledMore: ({ context, event }) => 'order' in event && event.order.filled > (context.view?.filled ?? 0),
  },
  delays: {
    poll: ({ context }) => context.orderPollMs,
    retry: ({ context }) => Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, context.tries - 1)),
  },
  actions: {
    recordView: assign(({ context, event }) => {
      if (!('order' in event)) return {};
      const filled = Math.max(event.order.filled, context.view?.filled ?? 0);
      return { view: { ...event.order, filled }, tries: 0, refusal: null };
    }),
    /** While a cancel is repeated, reads that lag must not start its waits anew. */
    recordViewAndWait: assign(({ context, event }) => {
      if (!('order' in event)) return {};
      const filled = Math.max(event.order.filled, context.view?.filled ?? 0);
      return { view: { ...event.order, filled } };
    }),
    recordRefusal: assign(({ event }) =>
      event.type === 'venue.rejected' ? { refusal: { code: event.code, message: event.message } } : {},
    ),
    refuseStranger: assign({
      refusal: { code: 'already_exists', message: 'the venue holds another order under this id' },
    }),
    askToCancel: assign({ cancelAsked: true }),
    countTry: assign({ tries: ({ context }) => context.tries + 1 }),
    submit: request('submit') as (_: unknown, params: { terms: OrderTerms }) => void,
    cancel: request('cancel') as (
      _: unknown,
      params: { clientId: string; venueOrderId: string | null },
    ) => void,
    query: request('query') as (
      _: unknown,
      params: { clientId: string; venueOrderId: string | null },
    ) => void,
    publish: request('publish') as (_: unknown, params: OrderNews) => void,
  },
}).createMachine({
  id: 'order',
  description: "One order at the venue, from its record to the venue's last word",
  context: ({ input }) => ({
    terms: input.terms,
    from: input.from,
    view:
      input.venueOrderId === null
        ? null
        : { ...input.terms, venueOrderId: input.venueOrderId, filled: input.filled, status: 'resting' },
    cancelAsked: input.cancelAsked,
    refusal: null,
    tries: 0,
    orderPollMs: input.orderPollMs,
  }),
  initial: 'recorded',
  on: { 'cancel.requested': { actions: 'askToCancel' } },
  states: {
    recorded: {
      description: 'Committed; nothing is sent before this',
      always: [{ guard: 'isFresh', target: 'submitting' }, { target: 'unknown' }],
    },
    submitting: {
      description: 'The order is on its way',
      entry: { type: 'submit', params: ({ context }) => ({ terms: context.terms }) },
      on: {
        'venue.accepted': [
          { guard: 'isOver', target: 'over', actions: 'recordView' },
          { target: 'working', actions: ['recordView', publish('working')] },
        ],
        'venue.rejected': [
          { guard: 'alreadyExists', target: 'unknown', actions: 'countTry' },
          { target: 'over', actions: 'recordRefusal' },
        ],
        'venue.unknown': { target: 'unknown', actions: 'countTry' },
      },
    },
    working: {
      description: 'Rests at the venue',
      always: { guard: 'mustCancel', target: 'cancelling' },
      on: {
        'venue.found': [
          { guard: 'isOver', target: 'over', actions: 'recordView' },
          { guard: 'filledMore', actions: ['recordView', publish('working')] },
          { actions: 'recordView' },
        ],
      },
      after: {
        poll: {
          target: 'working',
          reenter: true,
          actions: {
            type: 'query',
            params: ({ context }) => ({
              clientId: context.terms.clientId,
              venueOrderId: context.view?.venueOrderId ?? null,
            }),
          },
        },
      },
    },
    cancelling: {
      description: 'A cancel is on its way; a fill may win the race',
      entry: {
        type: 'cancel',
        params: ({ context }) => ({
          clientId: context.terms.clientId,
          venueOrderId: context.view?.venueOrderId ?? null,
        }),
      },
      on: {
        'venue.found': [
          { guard: 'isOver', target: 'over', actions: 'recordView' },
          { guard: 'filledMore', actions: ['recordViewAndWait', publish('working')] },
          { actions: 'recordViewAndWait' },
        ],
        'venue.notFound': { target: 'unknown' },
        'venue.unknown': { target: 'unknown.pausing', actions: 'countTry' },
        'venue.rejected': { actions: 'countTry' },
      },
      after: { retry: { target: 'cancelling', reenter: true, actions: 'countTry' } },
    },
    unknown: {
      description: 'Nobody knows yet; the venue is asked until it answers',
      initial: 'asking',
      entry: publish('unknown'),
      on: {
        'venue.found': [
          { guard: 'isAnotherOrder', target: 'over', actions: 'refuseStranger' },
          { guard: 'isOver', target: 'over', actions: 'recordView' },
          { target: 'working', actions: ['recordView', publish('working')] },
        ],
        'venue.notFound': [
          { guard: 'isRefusedForSure', target: 'over' },
          { guard: 'wasRefused', target: '.pausing', actions: 'countTry' },
          { guard: 'wasSeen', target: '.pausing', actions: 'countTry' },
          { target: '.burning' },
        ],
        'venue.unknown': { target: '.pausing', actions: 'countTry' },
        'venue.rejected': { target: '.pausing', actions: 'countTry' },
      },
      states: {
        asking: {
          entry: {
            type: 'query',
            params: ({ context }) => ({
              clientId: context.terms.clientId,
              venueOrderId: context.view?.venueOrderId ?? null,
            }),
          },
        },
        burning: {
          description: 'The identical order is sent again: it lands now, or it is looked up once more',
          entry: { type: 'submit', params: ({ context }) => ({ terms: context.terms }) },
          on: {
            'venue.accepted': [
              { guard: 'isOver', target: '#order.over', actions: 'recordView' },
              {
                target: '#order.working',
                actions: ['recordView', publish('working')],
              },
            ],
            'venue.rejected': [
              { guard: 'saysNothing', target: 'pausing', actions: 'countTry' },
              { target: 'pausing', actions: ['recordRefusal', 'countTry'] },
            ],
          },
        },
        pausing: { after: { retry: 'asking' } },
      },
    },
    over: {
      description: 'Filled, cancelled or refused: this is its last word',
      type: 'final',
      entry: publish('over'),
    },
  },
});

export type OrderStatus = 'working' | 'unknown' | 'over';
