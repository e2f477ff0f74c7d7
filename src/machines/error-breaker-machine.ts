import { assign, setup } from 'xstate';
import { addError, clearsAt, type ErrorLimit, exceeds } from '../domain/error-window.ts';

export interface ErrorBreakerInput {
  /** As it was at the last error. */
  rule: ErrorLimit;
  /** It resets itself once the window is clear. */
  heals: boolean;
  tripped: boolean;
  /** Errors that may still count (ms, ascending). */
  times: number[];
  at: number;
}

export type ErrorBreakerEvent =
  | { type: 'failed'; reason: string; rule: ErrorLimit; at: number }
  /** An operator's word. */
  | { type: 'reset'; at: number };

/** What was seen when it tripped. */
export interface ErrorsSeen {
  times: number[];
  reason: string;
  at: number;
}

type Change = { context: ErrorBreakerInput; event: ErrorBreakerEvent };

const timesAfter = ({ context, event }: Change): number[] =>
  event.type === 'failed' ? addError(context.times, event.at, event.rule) : [];

const request = (name: string) => () => {
  throw new Error(`the host must provide "${name}"`);
};

const announceTripped = {
  type: 'announceTripped',
  params: ({ context, event }: Change): ErrorsSeen => {
    if (event.type !== 'failed') throw new Error(`${event.type} trips nothing`);
    return { times: context.times, reason: event.reason, at: event.at };
  },
} as const;
const announceReset = {
  type: 'announceReset',
  params: ({ event }: Change) => ({ at: event.at }),
} as const;

/** A breaker that counts errors (SPEC 9): too many within the window trip it. */
export const errorBreakerMachine = setup({
  types: {
    context: {} as ErrorBreakerInput,
    input: {} as ErrorBreakerInput,
    events: {} as ErrorBreakerEvent,
  },
  guards: {
    wasTripped: ({ context }) => context.tripped,
    isTooMany: ({ context, event }) =>
      event.type === 'failed' && exceeds(timesAfter({ context, event }), event.at, event.rule),
    healsByItself: ({ context }) => context.heals,
  },
  delays: {
    windowLeft: ({ context: { times, rule, at } }) =>
      Math.max(0, (clearsAt(times, at, rule.windowMs) ?? at) - at),
  },
  actions: {
    recordError: assign(({ context, event }) =>
      event.type === 'failed'
        ? { times: timesAfter({ context, event }), rule: event.rule, at: event.at }
        : {},
    ),
    forgetErrors: assign({ times: [] }),
    announceTripped: request('announceTripped') as (_: unknown, params: ErrorsSeen) => void,
    announceReset: request('announceReset') as (_: unknown, params: { at: number }) => void,
    announceHealed: request('announceHealed'),
  },
}).createMachine({
  id: 'errorBreaker',
  description:
    'A breaker that counts errors: trips on too many, and heals once its window is clear if it may',
  context: ({ input }) => input,
  initial: 'resuming',
  states: {
    resuming: {
      description: 'As it was stored',
      always: [{ guard: 'wasTripped', target: 'tripped' }, { target: 'watching' }],
    },
    watching: {
      description: 'Few errors, if any',
      on: {
        failed: [
          { guard: 'isTooMany', target: 'tripped', actions: ['recordError', announceTripped] },
          { actions: 'recordError' },
        ],
      },
    },
    tripped: {
      description:
        'Too many errors: what may wait is paused, until the window is clear or an operator says so',
      on: {
        failed: { target: 'tripped', reenter: true, actions: 'recordError' },
        reset: { target: 'watching', actions: ['forgetErrors', announceReset] },
      },
      after: {
        windowLeft: {
          guard: 'healsByItself',
          target: 'watching',
          actions: ['forgetErrors', 'announceHealed'],
        },
      },
    },
  },
});
