import { type ActorRefFrom, assign, fromCallback, raise, setup } from 'xstate';
import { decideRestart, type RestartDecision, type SupervisionPolicy } from '../domain/supervision.ts';

export interface SystemInput {
  supervision: SupervisionPolicy;
  graceMs: number;
  now: () => number;
}

interface SystemContext extends SystemInput {
  /** Crash times per monitor that still count. */
  crashes: Record<string, number[]>;
  /** What was decided on the last crash. */
  decision: (RestartDecision & { positionId: string; error: string }) | null;
  /** Restarts in a row of the parts that are restarted in place. */
  restarts: Record<Part, number>;
}

export type SystemEvent =
  | { type: 'monitor.crashed'; positionId: string; error: string }
  | { type: 'monitor.closed'; positionId: string }
  | { type: 'monitor.started'; positionId: string }
  /** Raised by the machine itself: a restarted monitor has lasted the crash window. */
  | { type: 'monitor.proved'; positionId: string; crashedAt: number | undefined }
  | { type: 'account.reconciled' }
  | { type: 'stop.requested' }
  | { type: 'orders.settled' };

/** Implemented by the host: each is one of the actors of ARCHITECTURE.md. */
const part = fromCallback<{ type: string }>(() => {
  throw new Error('the host must provide this actor');
});

type Part = 'feed' | 'reconciler' | 'discovery' | 'breakers' | 'entries';

/** A part that is restarted in place when it throws; the others never notice. Its backoff starts anew once it has lasted. */
const restartable = (name: Part) =>
  ({
    initial: 'running',
    states: {
      running: {
        invoke: {
          src: name,
          id: name,
          systemId: name,
          onError: {
            target: 'restarting',
            actions: [
              { type: 'countRestart', params: { part: name } },
              {
                type: 'reportCrash',
                params: ({ event }: { event: { error: unknown } }) => ({
                  part: name,
                  error: textOf(event.error),
                }),
              },
            ],
          },
        },
        after: { proof: { actions: { type: 'forgetRestarts', params: { part: name } } } },
      },
      restarting: { after: { [`${name}Backoff`]: 'running' } },
    },
  }) as const;

/** A part whose crash ends the process: its children would outlive it, and the store makes a restart safe. */
const vital = (name: 'ledger' | 'desk' | 'watch') =>
  ({
    src: name,
    id: name,
    systemId: name,
    onError: {
      target: '#system.dead',
      actions: {
        type: 'reportCrash',
        params: ({ event }: { event: { error: unknown } }) => ({ part: name, error: textOf(event.error) }),
      },
    },
  }) as const;

const positionOf = (event: SystemEvent): string => ('positionId' in event ? event.positionId : '');
const provedEvent = ({ crashes }: SystemContext, event: SystemEvent): SystemEvent => {
  const positionId = positionOf(event);
  return { type: 'monitor.proved', positionId, crashedAt: crashes[positionId]?.at(-1) };
};

const reportRecovery = {
  type: 'monitorRecovered',
  params: ({ event }: { event: SystemEvent }) => ({ positionId: positionOf(event) }),
} as const;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const backoff =
  (name: Part) =>
  ({ context }: { context: SystemContext }): number => {
    const { backoffMs } = context.supervision;
    return backoffMs[Math.min(context.restarts[name], backoffMs.length) - 1] ?? 1000;
  };

/**
 * The root: starts the parts, restarts what crashes by one policy, and stops them in order. Nothing is sent to the
 * venue before the account was read once (SPEC 8.4).
 */
export const systemMachine = setup({
  types: { context: {} as SystemContext, input: {} as SystemInput, events: {} as SystemEvent },
  actors: {
    ledger: part,
    desk: part,
    watch: part,
    feed: part,
    reconciler: part,
    discovery: part,
    breakers: part,
    entries: part,
  },
  delays: {
    feedBackoff: backoff('feed'),
    reconcilerBackoff: backoff('reconciler'),
    discoveryBackoff: backoff('discovery'),
    breakersBackoff: backoff('breakers'),
    entriesBackoff: backoff('entries'),
    proof: ({ context }) => context.supervision.windowMs,
    grace: ({ context }) => context.graceMs,
  },
  guards: {
    hasCrashedBefore: ({ context, event }) => 'positionId' in event && event.positionId in context.crashes,
    hasLasted: ({ context, event }) =>
      event.type === 'monitor.proved' &&
      event.crashedAt !== undefined &&
      context.crashes[event.positionId]?.at(-1) === event.crashedAt,
    isQuarantined: ({ context, event }) =>
      event.type === 'monitor.crashed' &&
      decideRestart(context.crashes[event.positionId] ?? [], context.now(), context.supervision).kind ===
        'quarantine',
  },
  actions: {
    decideRestart: assign(({ context, event }) => {
      if (event.type !== 'monitor.crashed') return {};
      const { positionId, error } = event;
      const decision = decideRestart(context.crashes[positionId] ?? [], context.now(), context.supervision);
      return {
        crashes: { ...context.crashes, [positionId]: decision.crashes },
        decision: { ...decision, positionId, error },
      };
    }),
    forgetMonitor: assign(({ context, event }) => {
      if (!('positionId' in event)) return {};
      const { [event.positionId]: _, ...crashes } = context.crashes;
      return { crashes };
    }),
    countRestart: assign(({ context }, params: { part: Part }) => ({
      restarts: { ...context.restarts, [params.part]: context.restarts[params.part] + 1 },
    })),
    forgetRestarts: assign(({ context }, params: { part: Part }) => ({
      restarts: { ...context.restarts, [params.part]: 0 },
    })),
    /** A restarted monitor counts as recovered once it has lasted the crash window. */
    awaitProof: raise(({ context, event }) => provedEvent(context, event), { delay: 'proof' }),
    restartMonitor: (_, _params: { positionId: string; afterMs: number; error: string }) => {
      throw new Error('the host must provide "restartMonitor"');
    },
    quarantineMonitor: (_, _params: { positionId: string; afterMs: number; error: string }) => {
      throw new Error('the host must provide "quarantineMonitor"');
    },
    monitorRecovered: (_, _params: { positionId: string }) => {
      throw new Error('the host must provide "monitorRecovered"');
    },
    reportCrash: (_, _params: { part: string; error: string }) => {
      throw new Error('the host must provide "reportCrash"');
    },
    openDesk: () => {
      throw new Error('the host must provide "openDesk"');
    },
    startMonitors: () => {
      throw new Error('the host must provide "startMonitors"');
    },
    stopDeciding: () => {
      throw new Error('the host must provide "stopDeciding"');
    },
  },
}).createMachine({
  id: 'system',
  description: 'The root: starts the parts, restarts what crashes, and stops them in order',
  context: ({ input }) => ({
    ...input,
    crashes: {},
    decision: null,
    restarts: { feed: 0, reconciler: 0, discovery: 0, breakers: 0, entries: 0 },
  }),
  initial: 'live',
  states: {
    live: {
      type: 'parallel',
      invoke: [vital('ledger'), vital('desk'), vital('watch')],
      on: {
        'monitor.crashed': [
          {
            guard: 'isQuarantined',
            actions: [
              'decideRestart',
              { type: 'quarantineMonitor', params: ({ context }) => context.decision! },
            ],
          },
          {
            actions: [
              'decideRestart',
              { type: 'restartMonitor', params: ({ context }) => context.decision! },
            ],
          },
        ],
        'monitor.started': { guard: 'hasCrashedBefore', actions: 'awaitProof' },
        'monitor.proved': { guard: 'hasLasted', actions: [reportRecovery, 'forgetMonitor'] },
        'monitor.closed': {
          guard: 'hasCrashedBefore',
          actions: [reportRecovery, 'forgetMonitor'],
        },
        'orders.settled': { target: '#system.stopped' },
      },
      states: {
        feed: restartable('feed'),
        reconciler: restartable('reconciler'),
        discovery: restartable('discovery'),
        breakers: restartable('breakers'),
        entries: restartable('entries'),
        duty: {
          initial: 'starting',
          states: {
            starting: {
              description: 'Monitors watch; no order leaves before the account was read',
              entry: 'startMonitors',
              on: {
                'account.reconciled': { target: 'trading', actions: 'openDesk' },
                'stop.requested': 'stopping',
              },
            },
            trading: { on: { 'stop.requested': 'stopping' } },
            stopping: {
              description:
                'No new decisions; requests in flight may end, resting orders are cancelled or left',
              entry: 'stopDeciding',
              after: { grace: '#system.stopped' },
            },
          },
        },
      },
    },
    stopped: { type: 'final' },
    dead: { description: 'A vital part threw: the process ends with code 1', type: 'final' },
  },
});

export type SystemActor = ActorRefFrom<typeof systemMachine>;
