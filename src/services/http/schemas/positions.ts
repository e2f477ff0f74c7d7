import { z } from 'zod';
import type {
  ExitPreview,
  Explanation,
  JournalEntry,
  PositionDetail,
  PositionView,
  PriceHistory,
} from '../../operations/operations.ts';
import type { ReplayedAttempt, ReplayedExit } from '../../reports/replay-result.ts';
import {
  confidence,
  count,
  facts,
  fraction,
  instant,
  money,
  number,
  price,
  priority,
  quantity,
  side,
  view,
} from './values.ts';

export const positionView = view<PositionView>()(
  z.object({
    id: z.string(),
    market: z.string(),
    side,
    state: z.string().meta({ description: 'open, urgent, exiting, walking, closed or failed' }),
    quantity,
    remaining: quantity,
    entry_price: price,
    mark: price.nullable(),
    mark_age_seconds: z.number().nullable(),
    pnl_pct: fraction.nullable(),
    unrealized_pnl: money.nullable(),
    realized_pnl: money,
    method: z.string(),
    method_version: number,
    confidence,
    held: z.boolean(),
    awaiting_settlement: z.boolean(),
    trailing_stop: price.nullable(),
    peak: price.nullable(),
    nearest: z
      .object({ condition: z.string(), price, distance: price })
      .nullable()
      .meta({ description: 'the condition nearest to triggering, at which price, and how far that is' }),
    exit: z
      .object({
        reason: z.string(),
        priority: z.string(),
        step: z.string(),
        walks: count,
        repeats: count,
        attempt: count,
        limit_price: price.nullable(),
        deadline: instant.nullable(),
        next: z.string().nullable(),
        next_price: price.nullable().meta({
          description:
            'the limit that the next step would have with the present quote; null for a market order, or none',
        }),
      })
      .nullable()
      .meta({ description: "the running exit and its step's deadline" }),
    opened_at: instant,
    updated_at: instant,
  }),
);

const attempt = view<ReplayedAttempt>()(
  z.object({
    number,
    order_type: z.enum(['market', 'limit']),
    limit_price: price.nullable(),
    quantity,
    filled: quantity,
    average_price: price.nullable(),
    placed_at: instant,
    ended_at: instant.nullable(),
    status: z.string(),
  }),
);

export const exitShape = {
  reason: z.string(),
  priority: z.string(),
  quantity,
  filled: quantity,
  partial: z.boolean(),
  status: z.string(),
  triggered_at: instant,
  executed_at: instant.nullable(),
  trigger_mark: price.nullable(),
  trigger_pnl_pct: fraction.nullable(),
  average_price: price.nullable(),
  overruled: z.array(z.string()),
  attempts: z.array(attempt),
};

const exit = view<ReplayedExit>()(z.object(exitShape));

export const journalEntry = view<JournalEntry>()(
  z.object({
    positionId: z.string().nullable(),
    exitId: z.string().nullable(),
    at: instant,
    kind: z.string(),
    summary: z.string(),
    data: facts,
  }),
);

export const positionDetail = view<PositionDetail>()(
  positionView.extend({
    exits: z.array(exit),
    journal: z.array(journalEntry),
    alerts: z.array(
      z.object({ kind: z.string(), severity: z.string(), text: z.string(), raised_at: instant }),
    ),
  }),
);

export const explanation = view<Explanation>()(
  z.object({
    position: positionView,
    verdict: z.string(),
    evaluation: facts.nullable(),
    story: z.array(journalEntry),
    exits: z.array(exit.extend({ evaluation: facts.nullable(), story: z.array(journalEntry) })),
  }),
);

export const priceHistory = view<PriceHistory>()(
  z
    .object({
      market: z.string(),
      side,
      since: instant.meta({ description: "from when on this market's prices are kept" }),
      points: z.array(z.object({ at: instant, bid: price.nullable(), ask: price.nullable() })).meta({
        description: 'changes, oldest first: each holds until the next; older ones may be thinned out',
      }),
      levels: z.array(
        z.object({
          name: z.enum([
            'entry',
            'stop_loss',
            'trailing_stop',
            'target',
            'early_exit',
            'edge_disappeared',
            'peak',
            'limit',
          ]),
          label: z.string(),
          price,
        }),
      ),
    })
    .meta({ description: 'prices in the terms of the side owned' }),
);

export const exitPreview = view<ExitPreview>()(
  z
    .object({
      id: z.string(),
      market: z.string(),
      side,
      priority,
      quantity,
      remaining: quantity,
      bid: price.nullable(),
      ask: price.nullable(),
      mark_age_seconds: z.number().nullable(),
      order: z
        .enum(['market', 'limit'])
        .nullable()
        .meta({ description: 'of its first order; null where none would be sent' }),
      limit_price: price.nullable().meta({
        description: 'of its first order, by the last quote known; a market order takes no less either',
      }),
      worth: money.nullable().meta({ description: 'at the bid, before fees' }),
      pnl: money.nullable().meta({ description: 'at the bid, before fees' }),
      replaces: z.string().nullable().meta({ description: 'the exit that ends for it' }),
      possible: z.boolean(),
      text: z.string().meta({ description: 'what a person confirms' }),
    })
    .meta({ description: "what an operator's exit would do now" }),
);

/** Of the schemas here, those that the API's description names. */
export const POSITION_VIEWS = {
  PositionView: positionView,
  PositionDetail: positionDetail,
  Explanation: explanation,
  PriceHistory: priceHistory,
  ExitPreview: exitPreview,
  Exit: exit,
  Attempt: attempt,
  JournalEntry: journalEntry,
};
