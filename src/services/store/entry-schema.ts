/** Entries and the account (SPEC 9, 11): edges, entry orders, the model's word, circuit breakers and trading days. */
import { sql } from 'drizzle-orm';
import { boolean, check, date, index, jsonb, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core';
import type {
  AccountDayRecord,
  AttemptStatus,
  BreakerName,
  EdgeStatus,
  EntryWork,
} from '../../actors/ports.ts';
import type { Side } from '../../domain/market.ts';
import type { Confidence } from '../../domain/method.ts';
import type { RiskVerdict } from '../../domain/risk.ts';
import { fraction, instant, money, price, quantity, refuseNaN, withinCalendar } from './columns.ts';

/**
 * Also an inbox: another program inserts market, side and model probability. What could not be read back is refused to
 * it by the checks; whether a probability lies between 0 and 1 is judged by whoever takes the edge, and told.
 */
export const edges = pgTable(
  'edges',
  {
    edgeId: text('edge_id').primaryKey().default(sql`substr(md5(random()::text), 1, 10)`),
    market: text().notNull(),
    side: text().$type<Side>().notNull(),
    probability: fraction('model_probability').notNull(),
    at: instant('model_at').notNull().default(sql`clock_timestamp()`),
    confidence: text().$type<Confidence>(),
    method: text(),
    source: text().notNull().default('table'),
    status: text().$type<EdgeStatus>().notNull().default('new'),
    reason: text(),
    verdicts: jsonb().$type<RiskVerdict[]>().notNull().default(sql`'[]'`),
    work: jsonb().$type<EntryWork>(),
    replaces: text(),
    detectedAt: instant('detected_at').notNull().default(sql`clock_timestamp()`),
    decidedAt: instant('decided_at'),
  },
  (t) => [
    index('edges_status').on(t.status, t.detectedAt),
    index('edges_detected').on(t.detectedAt),
    refuseNaN('edges', [t.probability]),
    check('edges_probability', sql`abs(${t.probability}) <= 1000000`),
    check('edges_id', sql`${t.edgeId} ~ '^[A-Za-z0-9_-]{1,20}$'`),
    check('edges_side', sql`${t.side} in ('yes', 'no')`),
    check('edges_confidence', sql`${t.confidence} in ('high', 'medium', 'low')`),
    check(
      'edges_status_word',
      sql`${t.status} in ('new', 'noted', 'skipped', 'refused', 'working', 'filled', 'expired', 'rejected')`,
    ),
    check('edges_verdicts', sql`jsonb_typeof(${t.verdicts}) = 'array'`),
    withinCalendar('edges', [t.at, t.detectedAt, t.decidedAt]),
  ],
);

export const entryAttempts = pgTable(
  'entry_attempts',
  {
    attemptId: text('attempt_id').primaryKey(),
    edgeId: text('edge_id').notNull(),
    status: text().$type<AttemptStatus>().notNull(),
    market: text().notNull(),
    side: text().$type<Side>().notNull(),
    timeInForce: text('time_in_force').$type<'ioc' | 'gtc'>().notNull(),
    limitPrice: price('limit_price'),
    quantity: quantity().notNull(),
    filled: quantity('filled_quantity').notNull(),
    proceeds: money('cost').notNull(),
    fees: money().notNull(),
    clientId: text('client_order_id').notNull(),
    venueOrderId: text('venue_order_id'),
    cancelRequested: boolean('cancel_requested').notNull(),
    placedAt: instant('placed_at').notNull(),
    filledAt: instant('filled_at'),
    cancelledAt: instant('cancelled_at'),
    endedAt: instant('ended_at'),
    error: text(),
  },
  (t) => [
    index('entry_attempts_edge').on(t.edgeId),
    index('entry_attempts_placed').on(t.placedAt),
    uniqueIndex('entry_attempts_client_order').on(t.clientId),
    refuseNaN('entry_attempts', [t.limitPrice, t.quantity, t.filled, t.proceeds, t.fees]),
  ],
);

/** The last value taken of each market. */
export const modelValues = pgTable(
  'model_values',
  {
    market: text().primaryKey(),
    side: text().$type<Side>().notNull(),
    probability: fraction('model_probability').notNull(),
    at: instant('model_at').notNull(),
    confidence: text().$type<Confidence>(),
    method: text(),
    source: text().notNull(),
  },
  (t) => [refuseNaN('model_values', [t.probability])],
);

export const breakers = pgTable('breakers', {
  name: text().$type<BreakerName>().primaryKey(),
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
    updatedAt: instant('updated_at').notNull(),
    pnl: money().notNull(),
    realized: money().notNull(),
    unrealizedChange: money('unrealized_change').notNull(),
    baselines: jsonb().$type<Record<string, unknown>>().notNull(),
    calls: jsonb().$type<AccountDayRecord['calls']>().notNull(),
  },
  (t) => [refuseNaN('account_days', [t.pnl, t.realized, t.unrealizedChange])],
);
