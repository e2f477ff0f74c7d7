import { z } from 'zod';
import type { AlertView, ExitView, OrderView } from '../records.ts';
import { exitShape } from './positions.ts';
import { count, instant, money, number, price, quantity, side, view } from './values.ts';

export const exitView = view<ExitView>()(
  z.object({
    exit_id: z.string(),
    position: z.string(),
    number,
    ...exitShape,
    walks: count,
    fees: money,
    ended_at: instant.nullable(),
    note: z.string().nullable(),
  }),
);

export const orderView = view<OrderView>()(
  z.object({
    client_id: z.string(),
    venue_order_id: z.string().nullable(),
    position: z.string().nullable(),
    exit_id: z.string().nullable(),
    edge: z.string().nullable(),
    market: z.string(),
    side,
    action: z.enum(['sell', 'buy']),
    time_in_force: z.enum(['ioc', 'gtc']),
    limit_price: price.nullable(),
    quantity,
    filled: quantity,
    average_price: price.nullable(),
    fees: money,
    status: z.string(),
    cancel_requested: z.boolean(),
    placed_at: instant,
    filled_at: instant.nullable(),
    ended_at: instant.nullable(),
    error: z.string().nullable(),
  }),
);

export const alertView = view<AlertView>()(
  z.object({
    key: z.string(),
    kind: z.string(),
    severity: z.enum(['info', 'warning', 'critical']),
    position: z.string().nullable(),
    text: z.string(),
    advice: z.object({ next: z.string(), you: z.string() }).nullable().meta({
      description: 'what Postern does next, and what you should do; null for a kind of another version',
    }),
    raised_at: instant,
    last_at: instant,
    times: count,
    resolved_at: instant.nullable(),
  }),
);

/** Of the schemas here, those that the API's description names. */
export const RECORD_VIEWS = { ExitView: exitView, OrderView: orderView, AlertView: alertView };
