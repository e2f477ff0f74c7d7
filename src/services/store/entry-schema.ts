/** Entries and the account (SPEC 9, 11): edges, entry orders, circuit breakers and trading days. */
import { boolean, date, index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type { AttemptStatus } from '../../actors/ports.ts';
import type { Side } from '../../domain/market.ts';
import type { Confidence } from '../../domain/method.ts';
import { fraction, instant, money, price, quantity, refuseNaN } from './columns.ts';

export const edges = pgTable(
  'edges',
  {
    id: text('edge_id').primaryKey(),
    market: text().notNull(),
    side: text().$type<Side>().notNull(),
    modelProbability: fraction('model_probability').notNull(),
    confidence: text().$type<Confidence>().notNull(),
    method: text().notNull(),
    status: text().notNull(),
    verdicts: jsonb().$type<Record<string, unknown>[]>().notNull(),
    detectedAt: instant('detected_at').notNull(),
    decidedAt: instant('decided_at'),
  },
  (t) => [index('edges_status').on(t.status, t.detectedAt), refuseNaN('edges', [t.modelProbability])],
);

export const entryAttempts = pgTable(
  'entry_attempts',
  {
    attemptId: text('attempt_id').primaryKey(),
    edgeId: text('edge_id').notNull(),
    positionId: text('position_id'),
    status: text().$type<AttemptStatus>().notNull(),
    market: text().notNull(),
    side: text().$type<Side>().notNull(),
    limitPrice: price('limit_price'),
    quantity: quantity().notNull(),
    filled: quantity('filled_quantity').notNull(),
    cost: money().notNull(),
    fees: money().notNull(),
    clientId: text('client_order_id').notNull(),
    venueOrderId: text('venue_order_id'),
    cancelRequested: boolean('cancel_requested').notNull(),
    placedAt: instant('placed_at').notNull(),
    endedAt: instant('ended_at'),
    error: text(),
  },
  (t) => [
    index('entry_attempts_edge').on(t.edgeId),
    uniqueIndex('entry_attempts_client_order').on(t.clientId),
    refuseNaN('entry_attempts', [t.limitPrice, t.quantity, t.filled, t.cost, t.fees]),
  ],
);

export const breakers = pgTable('breakers', {
  name: text().primaryKey(),
  tripped: boolean().notNull(),
  reason: text(),
  changedAt: instant('changed_at').notNull(),
  data: jsonb().$type<Record<string, unknown>>().notNull(),
});

export const accountDays = pgTable(
  'account_days',
  {
    day: date().primaryKey(),
    startedAt: instant('started_at').notNull(),
    realized: money().notNull(),
    unrealizedAtStart: money('unrealized_at_start').notNull(),
    balanceAtStart: money('balance_at_start'),
    updatedAt: instant('updated_at').notNull(),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
  },
  (t) => [refuseNaN('account_days', [t.realized, t.unrealizedAtStart, t.balanceAtStart])],
);
