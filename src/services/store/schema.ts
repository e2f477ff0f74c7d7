/**
 * The one schema of both databases (SPEC 13). Exits, attempts, fills and alerts live in their columns. A position's
 * truth is `restart_state`, the whole Position as JSON; its other columns are written from it for people and queries
 * and are never read back.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { AttemptStatus, ExitStatus, Severity } from '../../actors/ports.ts';
import type { Evaluation } from '../../domain/evaluation.ts';
import type { Side } from '../../domain/market.ts';
import type { ConditionName, Confidence, Method, Priority } from '../../domain/method.ts';
import type { Confirmation, ExitReason, Phase, Position, StageStatus } from '../../domain/position.ts';
import { fraction, instant, money, price, quantity, refuseNaN } from './columns.ts';

export * from './entry-schema.ts';
export * from './paper-schema.ts';

export const positions = pgTable(
  'positions',
  {
    id: text('position_id').primaryKey(),
    market: text().notNull(),
    side: text().$type<Side>().notNull(),
    state: text().$type<Phase>().notNull(),
    closed: boolean().notNull(),
    quantity: quantity().notNull(),
    remaining: quantity().notNull(),
    cost: money().notNull(),
    entryFees: money('entry_fees').notNull().default(sql`0`),
    sold: quantity().notNull(),
    proceeds: money().notNull(),
    fees: money().notNull(),
    writtenOff: quantity('written_off').notNull(),
    settled: money().notNull(),
    method: text().notNull(),
    methodVersion: integer('method_version').notNull(),
    confidence: text().$type<Confidence>().notNull(),
    currentPrice: price('current_price'),
    unrealizedPnl: money('unrealized_pnl'),
    unrealizedPnlPct: fraction('unrealized_pnl_pct'),
    lastUpdate: instant('last_update').notNull(),
    trailingStopActive: boolean('trailing_stop_active').notNull(),
    peakPrice: price('peak_price'),
    trailingStopPrice: price('trailing_stop_price'),
    exitId: text('exit_id'),
    exitReason: text('exit_reason').$type<ExitReason>(),
    exitPriority: text('exit_priority').$type<Priority>(),
    stepDeadline: instant('step_deadline'),
    restTimes: jsonb('rest_times').$type<Partial<Record<ConditionName, number>>>().notNull(),
    confirmations: jsonb().$type<Partial<Record<ConditionName, Confirmation>>>().notNull(),
    finishedStages: jsonb('finished_stages').$type<StageStatus[]>().notNull(),
    held: boolean().notNull(),
    awaitingSettlement: boolean('awaiting_settlement').notNull(),
    openedAt: instant('opened_at').notNull(),
    closedAt: instant('closed_at'),
    closeReason: text('close_reason'),
    schemaVersion: integer('schema_version').notNull(),
    restartState: jsonb('restart_state').$type<Position>().notNull(),
    evaluation: jsonb().$type<Evaluation>(),
  },
  (t) => [
    index('positions_open').on(t.openedAt, t.id).where(sql`not closed`),
    index('positions_market').on(t.market),
    index('positions_closed').on(t.closedAt).where(sql`closed`),
    refuseNaN('positions', [
      t.quantity,
      t.remaining,
      t.cost,
      t.entryFees,
      t.sold,
      t.proceeds,
      t.fees,
      t.writtenOff,
      t.settled,
      t.currentPrice,
      t.unrealizedPnl,
      t.unrealizedPnlPct,
      t.peakPrice,
      t.trailingStopPrice,
    ]),
  ],
);

export const positionExits = pgTable(
  'position_exits',
  {
    exitId: text('exit_id').primaryKey(),
    positionId: text('position_id').notNull(),
    number: integer('exit_number').notNull(),
    reason: text('exit_reason').$type<ExitReason>().notNull(),
    priority: text('exit_priority').$type<Priority>().notNull(),
    quantity: quantity('exit_quantity').notNull(),
    filled: quantity('filled_quantity').notNull(),
    exitPrice: money('exit_price'),
    proceeds: money().notNull(),
    fees: money().notNull(),
    partial: boolean('partial_exit').notNull(),
    stage: integer(),
    executionStrategy: text('execution_strategy').notNull(),
    status: text().$type<ExitStatus>().notNull(),
    triggerMark: price('trigger_mark'),
    triggerPnl: fraction('trigger_pnl_pct'),
    unrealizedPnl: money('unrealized_pnl'),
    triggeredAt: instant('triggered_at').notNull(),
    executedAt: instant('executed_at'),
    endedAt: instant('ended_at'),
    overruled: jsonb().$type<string[]>().notNull(),
    walks: integer().notNull().default(0),
    note: text(),
  },
  (t) => [
    index('position_exits_position').on(t.positionId),
    index('position_exits_ended').on(t.endedAt),
    index('position_exits_unfinished').on(t.positionId).where(sql`ended_at is null`),
    refuseNaN('position_exits', [
      t.quantity,
      t.filled,
      t.exitPrice,
      t.proceeds,
      t.fees,
      t.triggerMark,
      t.triggerPnl,
      t.unrealizedPnl,
    ]),
  ],
);

export const exitAttempts = pgTable(
  'exit_attempts',
  {
    attemptId: text('attempt_id').primaryKey(),
    positionId: text('position_id').notNull(),
    exitId: text('exit_id').notNull(),
    number: integer('attempt_number').notNull(),
    orderType: text('order_type').$type<'market' | 'limit'>().notNull(),
    status: text().$type<AttemptStatus>().notNull(),
    market: text().notNull(),
    side: text().$type<Side>().notNull(),
    timeInForce: text('time_in_force').$type<'ioc' | 'gtc'>().notNull(),
    limitPrice: price('limit_price'),
    quantity: quantity().notNull(),
    filled: quantity('filled_quantity').notNull(),
    filledPrice: money('filled_price'),
    proceeds: money().notNull(),
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
    index('exit_attempts_position').on(t.positionId),
    index('exit_attempts_exit').on(t.exitId),
    uniqueIndex('exit_attempts_client_order').on(t.clientId),
    refuseNaN('exit_attempts', [t.limitPrice, t.quantity, t.filled, t.filledPrice, t.proceeds, t.fees]),
  ],
);

/** What exits sold and what entries bought; a position has its edge's id, so its sales are those with action `sell`. */
export const fills = pgTable(
  'fills',
  {
    fillId: text('fill_id').primaryKey(),
    action: text().$type<'sell' | 'buy'>().notNull().default('sell'),
    positionId: text('position_id').notNull(),
    exitId: text('exit_id'),
    edgeId: text('edge_id'),
    clientId: text('client_order_id').notNull(),
    price: price().notNull(),
    quantity: quantity().notNull(),
    fee: money().notNull(),
    maker: boolean().notNull(),
    at: instant('filled_at').notNull(),
  },
  (t) => [
    index('fills_position').on(t.positionId),
    index('fills_exit').on(t.exitId),
    index('fills_edge').on(t.edgeId).where(sql`edge_id is not null`),
    index('fills_time').on(t.at),
    check(
      'fills_owner',
      sql`case ${t.action} when 'sell' then ${t.exitId} is not null and ${t.edgeId} is null
        when 'buy' then ${t.exitId} is null and ${t.edgeId} is not null else false end`,
    ),
    refuseNaN('fills', [t.price, t.quantity, t.fee]),
  ],
);

export const methods = pgTable(
  'methods',
  {
    name: text().notNull(),
    version: integer().notNull(),
    rules: jsonb().$type<Method>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.name, t.version] })],
);

export const decisions = pgTable(
  'decisions',
  {
    id: bigint('decision_id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    positionId: text('position_id'),
    exitId: text('exit_id'),
    at: instant().notNull(),
    kind: text().notNull(),
    summary: text().notNull(),
    data: jsonb().$type<Record<string, unknown>>().notNull(),
  },
  (t) => [index('decisions_position').on(t.positionId, t.id)],
);

export const alerts = pgTable(
  'alerts',
  {
    key: text('alert_key').primaryKey(),
    kind: text().notNull(),
    severity: text().$type<Severity>().notNull(),
    positionId: text('position_id'),
    text: text().notNull(),
    raisedAt: instant('raised_at').notNull(),
    lastAt: instant('last_at').notNull(),
    times: integer().notNull(),
    resolvedAt: instant('resolved_at'),
  },
  (t) => [index('alerts_open').on(t.raisedAt).where(sql`resolved_at is null`)],
);

export const instance = pgTable(
  'instance',
  {
    only: boolean().primaryKey().default(true),
    id: text('instance_id').notNull(),
    createdAt: instant('created_at').notNull().default(sql`clock_timestamp()`),
  },
  (t) => [check('instance_only_one', sql`${t.only}`)],
);

export const leases = pgTable('leases', {
  name: text().primaryKey(),
  owner: text(),
  epoch: bigint({ mode: 'number' }).notNull(),
  expiresAt: instant('expires_at').notNull(),
  lastEpoch: bigint('last_epoch', { mode: 'number' }),
  lastSequence: bigint('last_sequence', { mode: 'number' }),
});
