import { and, eq, gte, inArray, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { PeriodFacts } from '../../actors/ports.ts';
import type { Position } from '../../domain/position.ts';
import type { Session } from './database.ts';
import { purchaseOf, saleOf } from './fill-row.ts';
import { periodInOrder } from './read-order.ts';
import { alerts, edges, entryAttempts, exitAttempts, fills, positionExits, positions } from './schema.ts';
import { attemptColumns, exitColumns, readPositions } from './sql-reads.ts';

const within = (column: PgColumn, from: number, to: number): SQL => and(gte(column, from), lt(column, to))!;

/** Positions closed in the period, first closed first. */
export const readClosed = (session: Session, from: number, to: number): Promise<Position[]> =>
  readPositions(
    session,
    and(eq(positions.closed, true), within(positions.closedAt, from, to)),
    sql`${positions.closedAt}`,
  );

/** What happened at or after `from` and before `to` (ms). */
export async function readPeriod(session: Session, from: number, to: number): Promise<PeriodFacts> {
  const { db } = session;
  const unfinished = and(isNull(positionExits.endedAt), lt(positionExits.triggeredAt, to));
  const exits = await db
    .select(exitColumns)
    .from(positionExits)
    .where(or(unfinished, within(positionExits.endedAt, from, to)));
  const exitIds = exits.map(({ exitId }) => exitId);
  const attempts = await db
    .select(attemptColumns)
    .from(exitAttempts)
    .where(inArray(exitAttempts.exitId, exitIds));
  const trades = await db
    .select()
    .from(fills)
    .where(within(fills.at, from, to));
  return periodInOrder({
    exits,
    attempts,
    fills: trades.filter(({ action }) => action === 'sell').map(saleOf),
    edges: await db
      .select()
      .from(edges)
      .where(within(edges.detectedAt, from, to)),
    entryAttempts: await db
      .select()
      .from(entryAttempts)
      .where(within(entryAttempts.placedAt, from, to)),
    entryFills: trades.filter(({ action }) => action === 'buy').map(purchaseOf),
    closed: await readClosed(session, from, to),
    alerts: await db
      .select()
      .from(alerts)
      .where(within(alerts.raisedAt, from, to)),
  });
}
