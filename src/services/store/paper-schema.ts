/** The paper exchange's own truth: only its adapter reads or writes these tables. */
import { sql } from 'drizzle-orm';
import { bigint, boolean, check, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import type { OrderReport, VenueFill } from '../../actors/ports.ts';
import type { Level, Side, TradingStatus } from '../../domain/market.ts';
import { instant, money, price, quantity, refuseNaN } from './columns.ts';

export const paperOrders = pgTable(
  'paper_orders',
  {
    clientId: text('client_order_id').primaryKey(),
    venueOrderId: text('venue_order_id').notNull(),
    market: text().notNull(),
    side: text().$type<Side>().notNull(),
    action: text().$type<OrderReport['action']>().notNull(),
    limitPrice: price('limit_price'),
    quantity: quantity().notNull(),
    status: text().$type<OrderReport['status']>().notNull(),
    filled: quantity('filled_quantity').notNull(),
    fills: jsonb().$type<VenueFill[]>().notNull(),
    at: instant('updated_at').notNull(),
    timeInForce: text('time_in_force').$type<'ioc' | 'gtc'>().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [refuseNaN('paper_orders', [t.limitPrice, t.quantity, t.filled])],
);

export const paperHoldings = pgTable(
  'paper_holdings',
  {
    market: text().notNull(),
    side: text().$type<Side>().notNull(),
    quantity: quantity().notNull(),
    cost: money().notNull(),
  },
  (t) => [primaryKey({ columns: [t.market, t.side] }), refuseNaN('paper_holdings', [t.quantity, t.cost])],
);

export const paperMarkets = pgTable(
  'paper_markets',
  {
    market: text().primaryKey(),
    bids: jsonb().$type<Level[]>().notNull(),
    asks: jsonb().$type<Level[]>().notNull(),
    observedAt: instant('observed_at').notNull(),
    status: text().$type<TradingStatus>().notNull(),
    settlementValue: price('settlement_value'),
  },
  (t) => [refuseNaN('paper_markets', [t.settlementValue])],
);

export const paperWorld = pgTable(
  'paper_world',
  {
    only: boolean().primaryKey().default(true),
    at: instant(),
    nextId: bigint('next_id', { mode: 'number' }).notNull(),
    cash: money(),
  },
  (t) => [check('paper_world_only_one', sql`${t.only}`), refuseNaN('paper_world', [t.cash])],
);
