import { assign, setup } from 'xstate';
import type { Money } from '../domain/money.ts';

/** How often a loss past the limit is to be seen, and over which time (ms), before it counts (SPEC 9). */
export interface LossRule {
  confirmations: number;
  confirmForMs: number;
}

export interface LossBreakerInput {
  tripped: boolean;
  at: number;
}

export interface LossBreakerContext extends LossBreakerInput {
  /** The time that the sightings must cover (ms), as the rule was at the first. */
  confirmForMs: number;
  /** Sightings of a loss past the limit in a row, and the time of the first (ms). */
  count: number;
  firstAt: number;
}

export type LossBreakerEvent =
  /** Today's P&L and what it may lose (1e-6 $, positive); limit null: disarmed until tomorrow. */
  | { type: 'measured'; pnl: Money; limit: Money | null; rule: LossRule; at: number }
  /** An operator's word. */
  | { type: 'reset'; at: number };

/** What was seen when it tripped: the P&L, the limit, and how often since when. */
export interface LossSeen {
  pnl: Money;
  limit: Money;
  count: number;
  firstAt: number;
  at: number;
}

const isPast = (event: LossBreakerEvent): boolean =>
  event.type === 'measured' && event.limit !== null && event.pnl <= -event.limit;

function isSeenEnough({ count, firstAt }: LossBreakerContext, event: LossBreakerEvent): boolean {
  if (event.type !== 'measured') return false;
  const { rule, at } = event;
  return count + 1 >= rule.confirmations && (count === 0 ? 0 : at - firstAt) >= rule.confirmForMs;
}

const request = (name: string) => () => {
  throw new Error(`the host must provide "${name}"`);
};

const announceTripped = {
  type: 'announceTripped',
  params: ({ context, event }: { context: LossBreakerContext; event: LossBreakerEvent }): LossSeen => {
    if (event.type !== 'measured' || event.limit === null) throw new Error(`${event.type} trips nothing`);
    const { pnl, limit, at } = event;
    return { pnl, limit, at, count: context.count + 1, firstAt: context.count === 0 ? at : context.firstAt };
  },
} as const;
const announceReset = {
  type: 'announceReset',
  params: ({ event }: { event: LossBreakerEvent }) => ({ at: event.at }),
} as const;

/** The daily-loss breaker (SPEC 9): a loss past the limit trips it once it was seen often and long enough. */
export const lossBreakerMachine = setup({
  types: {
    context: {} as LossBreakerContext,
    input: {} as LossBreakerInput,
    events: {} as LossBreakerEvent,
  },
  guards: {
    wasTripped: ({ context }) => context.tripped,
    isPastLimit: ({ event }) => isPast(event),
    isConfirmed: ({ context, event }) => isPast(event) && isSeenEnough(context, event),
  },
  delays: {
    confirmLeft: ({ context }) => Math.max(0, context.firstAt + context.confirmForMs - context.at),
  },
  actions: {
    beginSuspicion: assign(({ event }) => ({
      count: 1,
      firstAt: event.at,
      at: event.at,
      confirmForMs: event.type === 'measured' ? event.rule.confirmForMs : 0,
    })),
    countSighting: assign(({ context, event }) => ({ count: context.count + 1, at: event.at })),
    forget: assign({ count: 0 }),
    measure: request('measure'),
    announceTripped: request('announceTripped') as (_: unknown, params: LossSeen) => void,
    announceReset: request('announceReset') as (_: unknown, params: { at: number }) => void,
  },
}).createMachine({
  id: 'lossBreaker',
  description: 'The daily-loss breaker: trips once a loss past the limit was seen often and long enough',
  context: ({ input }) => ({ ...input, count: 0, firstAt: input.at, confirmForMs: 0 }),
  initial: 'resuming',
  states: {
    resuming: {
      description: 'As it was stored',
      always: [{ guard: 'wasTripped', target: 'tripped' }, { target: 'watching' }],
    },
    watching: {
      description: "Today's loss is within its limit",
      on: {
        measured: [
          { guard: 'isConfirmed', target: 'tripped', actions: announceTripped },
          { guard: 'isPastLimit', target: 'suspecting', actions: 'beginSuspicion' },
        ],
      },
    },
    suspecting: {
      description: 'Past the limit: seen again often and long enough, it trips',
      on: {
        measured: [
          { guard: 'isConfirmed', target: 'tripped', actions: [announceTripped, 'forget'] },
          { guard: 'isPastLimit', actions: 'countSighting' },
          { target: 'watching', actions: 'forget' },
        ],
      },
      after: { confirmLeft: { actions: 'measure' } },
    },
    tripped: {
      description: 'Everything is sold, nothing is bought; only an operator resets it',
      on: { reset: { target: 'watching', actions: announceReset } },
    },
  },
});
