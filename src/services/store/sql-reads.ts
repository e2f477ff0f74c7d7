import { and, desc, eq, exists, getTableColumns, inArray, isNull, or, type SQL, sql } from 'drizzle-orm';
import type { PositionFile } from '../../actors/ports.ts';
import type { Session } from './database.ts';
import { LIVE_STATUSES } from './exposure.ts';
import { saleOf } from './fill-row.ts';
import { byPosition, inOrder } from './read-order.ts';
import { decisions, exitAttempts, fills, positionExits, positions } from './schema.ts';
import { upgradePosition } from './upgrade-position.ts';

const { exitPrice: _exitPrice, ...exitColumns } = getTableColumns(positionExits);
const { filledPrice: _filledPrice, ...attemptColumns } = getTableColumns(exitAttempts);

export { attemptColumns, exitColumns };

/** All positions that are not closed, with the records of their unfinished exits, in four queries. */
export async function readOpenPositions(session: Session): Promise<PositionFile[]> {
  const live = session.db
    .select({ one: sql`1` })
    .from(exitAttempts)
    .where(and(eq(exitAttempts.exitId, positionExits.exitId), inArray(exitAttempts.status, LIVE_STATUSES)));
  const unfinished = session.db
    .select({ id: positionExits.exitId })
    .from(positionExits)
    .innerJoin(positions, and(eq(positions.id, positionExits.positionId), eq(positions.closed, false)))
    .where(or(isNull(positionExits.endedAt), exists(live)));
  return readFiles(session, eq(positions.closed, false), (exitId) => inArray(exitId, unfinished));
}

/** One position with all of its records. */
export async function readPosition(session: Session, id: string): Promise<PositionFile | null> {
  const [file] = await readFiles(session, eq(positions.id, id), (_, positionId) => eq(positionId, id));
  return file ?? null;
}

type RecordTable = typeof positionExits | typeof exitAttempts | typeof fills;
type RecordFilter = (exitId: RecordTable['exitId'], positionId: RecordTable['positionId']) => SQL;

async function readFiles({ db }: Session, which: SQL, records: RecordFilter): Promise<PositionFile[]> {
  const rows = await db
    .select({ position: positions.restartState, evaluation: positions.evaluation })
    .from(positions)
    .where(which)
    .orderBy(positions.openedAt, sql`${positions.id} collate "C"`);
  const exits = await db
    .select(exitColumns)
    .from(positionExits)
    .where(records(positionExits.exitId, positionExits.positionId));
  const attempts = await db
    .select(attemptColumns)
    .from(exitAttempts)
    .where(records(exitAttempts.exitId, exitAttempts.positionId));
  const sales = await db
    .select()
    .from(fills)
    .where(and(records(fills.exitId, fills.positionId), eq(fills.action, 'sell')));

  const exitsOf = byPosition(exits);
  const attemptsOf = byPosition(attempts);
  const fillsOf = byPosition(sales.map(saleOf));
  return rows.map(({ position, evaluation }) =>
    inOrder({
      position: upgradePosition(position),
      evaluation,
      exits: exitsOf.get(position.id) ?? [],
      attempts: attemptsOf.get(position.id) ?? [],
      fills: fillsOf.get(position.id) ?? [],
    }),
  );
}

/** Positions in the order given, without their records. */
export async function readPositions({ db }: Session, which: SQL | undefined, ...order: SQL[]) {
  const rows = await db
    .select({ position: positions.restartState })
    .from(positions)
    .where(which)
    .orderBy(...order, sql`${positions.id} collate "C"`);
  return rows.map(({ position }) => upgradePosition(position));
}

/** The journal's last `limit` entries, oldest first. */
export async function readDecisions({ db }: Session, filter: { positionId?: string; limit: number }) {
  const rows = await db
    .select()
    .from(decisions)
    .where(filter.positionId === undefined ? undefined : eq(decisions.positionId, filter.positionId))
    .orderBy(desc(decisions.id))
    .limit(filter.limit);
  return rows.reverse();
}
