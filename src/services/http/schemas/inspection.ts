import { z } from 'zod';
import {
  type Chart,
  type ChartState,
  type ChartTransition,
  STATE_TYPES,
  TRANSITION_KINDS,
} from '../../inspect/chart.ts';
import { count, instant, view } from './values.ts';

const stateId = z.string().meta({ examples: ['position.exiting.working'] });

const chartTransition = view<ChartTransition>()(
  z.object({
    event: z.string().meta({ description: 'as XState calls it; empty for eventless ones' }),
    kind: z.enum(TRANSITION_KINDS),
    label: z.string().meta({ description: 'the event in words: `after stepLeft`' }),
    guard: z.string().nullable(),
    targets: z.array(stateId).meta({ description: 'none: it stays and only acts' }),
    actions: z.array(z.string()),
  }),
);

const chartState: z.ZodType<ChartState> = z.object({
  id: stateId,
  key: z.string(),
  type: z.enum(STATE_TYPES),
  description: z.string().nullable(),
  tags: z.array(z.string()),
  initial: z.string().nullable().meta({ description: 'the key of the child that is entered first' }),
  entry: z.array(z.string()),
  exit: z.array(z.string()),
  states: z.lazy(() => z.array(chartState)),
  transitions: z.array(chartTransition),
});

export const chart = view<Chart>()(z.object({ id: z.string(), description: z.string(), root: chartState }));

/** As a snapshot of XState has it, and `stopped` for one that was told to stop. */
const status = z.enum(['active', 'done', 'error', 'stopped']);

const turn = z
  .object({ event: z.string(), from: z.string(), to: z.string(), at: instant })
  .meta({ description: 'a change of state: the innermost states that were left and entered, by id' });

export const actorView = z.object({
  session: z.string(),
  name: z.string().meta({ examples: ['monitor t1#2', 'order pabcdef-t1x1-1', 'ledger'] }),
  parent: z.string().nullable().meta({ description: 'the session of the part that hosts it' }),
  machine: z.string().nullable().meta({ description: 'the id of its chart; null: it has no chart' }),
  position: z.string().nullable().meta({ description: 'the position that it works for' }),
  status,
  states: z.array(stateId).meta({ description: 'active ones, outermost first' }),
  since: instant.nullable().meta({ description: 'when it came into them' }),
  last: turn.nullable().meta({ description: 'the last transition that changed the state' }),
  timers: z.array(z.object({ name: z.string(), due: instant })),
  received: count.meta({ description: 'events so far' }),
  restarts: count.meta({ description: 'how often it was started again after it threw' }),
  stored: z
    .record(z.string(), z.unknown())
    .nullable()
    .meta({ description: 'facts of its context; only where one position is asked for' }),
});

const logEntry = z.object({
  at: instant,
  session: z.string(),
  name: z.string(),
  event: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
});

export const actorsTold = z
  .object({
    type: z.literal('actors'),
    at: instant,
    actors: z.array(actorView),
    gone: z.array(z.string()).meta({ description: 'sessions that are known no more' }),
  })
  .meta({
    description:
      'The first message has every actor up to 1,000, later ones the rest and those that have changed, at most 250 ' +
      'each. One that is over is shown for a minute',
  });

const logTold = z
  .object({
    type: z.literal('log'),
    at: instant,
    entries: z.array(logEntry),
    left_out: count.meta({ description: 'events that are not among the entries' }),
  })
  .meta({
    description:
      'Events that actors have worked off, newest last; `from` and `to` are null where the state stayed the same. At ' +
      'most 100; what changed nothing is left out first',
  });

/** What is told over WebSocket of the running statecharts. */
export const INSPECTION = { ActorsMessage: actorsTold, LogMessage: logTold };

/** Of the schemas here, those that the API's description names. */
export const INSPECTION_VIEWS = { Chart: chart, ChartState: chartState, ActorView: actorView, ...INSPECTION };

export type ActorView = z.output<typeof actorView>;
export type LogEntry = z.output<typeof logEntry>;
export type InspectionMessage = z.output<(typeof INSPECTION)[keyof typeof INSPECTION]>;
