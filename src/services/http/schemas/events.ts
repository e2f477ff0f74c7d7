import { z } from 'zod';
import { breakerView } from './account.ts';
import { journalEntry, positionView } from './positions.ts';
import { alertView } from './records.ts';
import { instant } from './values.ts';

export const hello = z
  .object({
    type: z.literal('hello'),
    at: instant,
    positions: z.array(positionView),
    alerts: z.array(alertView),
    breakers: z.array(breakerView),
  })
  .meta({ description: 'The first message: everything as it is now' });

const positionsChanged = z
  .object({ type: z.literal('positions'), at: instant, positions: z.array(positionView) })
  .meta({
    description:
      'Positions that have changed since the last such message, each as it is now; at most 20 such messages a second. ' +
      'A position whose state is `closed` is not open any more',
  });

const journaled = z
  .object({ type: z.literal('journal'), at: instant, entry: journalEntry })
  .meta({ description: 'A line of the journal' });

const alerted = z
  .object({ type: z.literal('alert'), at: instant, alert: alertView })
  .meta({ description: 'An alert was raised, repeated, or resolved when it has `resolved_at`' });

const breakerChanged = z
  .object({ type: z.literal('breaker'), at: instant, breaker: breakerView })
  .meta({ description: 'A circuit breaker or its numbers have changed; looked at once a second' });

/** What is told over WebSocket. */
export const EVENTS = {
  HelloEvent: hello,
  PositionsEvent: positionsChanged,
  JournalEvent: journaled,
  AlertEvent: alerted,
  BreakerEvent: breakerChanged,
};

export type ApiEvent = z.output<(typeof EVENTS)[keyof typeof EVENTS]>;
