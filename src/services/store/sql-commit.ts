import { and, eq, inArray } from 'drizzle-orm';
import pg from 'pg';
import { type AttemptRecord, type ExitRecord, InvariantError } from '../../actors/ports.ts';
import { type Money, mulDivFloor, ONE_CONTRACT, type Quantity } from '../../domain/money.ts';
import type { Session } from './database.ts';
import { assertWithinHeld } from './exposure.ts';
import { anyFillOf, fillRow } from './fill-row.ts';
import { positionRow } from './position-row.ts';
import { byPosition } from './read-order.ts';
import {
  accountDays,
  alerts,
  breakers,
  decisions,
  exitAttempts,
  fills,
  methods,
  positionExits,
  positions,
} from './schema.ts';
import { applyEntries } from './sql-entries.ts';
import { writeRows } from './upsert.ts';
import { assertSameFill, type WriteBatch } from './write-batch.ts';

/** Applies a batch inside the session's transaction, a statement or two per kind. Throws an InvariantError (see the port). */
export async function applyBatch(session: Session, batch: WriteBatch): Promise<void> {
  const suspects = await positionsWithNewAttempts(session, [...batch.attempts.values()]);

  const methodRows = [...batch.methods.values()].map((rules) => ({
    name: rules.name,
    version: rules.version,
    rules,
  }));
  await writeRows(session, methods, methodRows, ['name', 'version']);
  const positionRows = [...batch.positions.values()].map((w) => positionRow(w.position, w.evaluation));
  await writeRows(session, positions, positionRows, ['position_id']);
  await writeRows(session, positionExits, [...batch.exits.values()].map(exitRow), ['exit_id']);
  await writeAttempts(session, [...batch.attempts.values()]);
  await writeFills(session, batch);
  await applyEntries(session, batch);
  await writeRows(session, breakers, [...batch.breakers.values()], ['name']);
  await writeRows(session, accountDays, [...batch.accountDays.values()], ['day']);
  await writeRows(session, alerts, [...batch.alerts.values()], ['alert_key']);
  await writeRows(session, decisions, batch.decisions);

  await assertAttemptsFit(session, suspects);
}

const exitRow = (exit: ExitRecord) => ({ ...exit, exitPrice: averagePrice(exit.proceeds, exit.filled) });

const attemptRow = (attempt: AttemptRecord) => ({
  ...attempt,
  filledPrice: averagePrice(attempt.proceeds, attempt.filled),
});

/** Proceeds per contract in 1e-6 $, rounded down; null without a fill. */
const averagePrice = (proceeds: Money, filled: Quantity): Money | null =>
  filled === 0 ? null : mulDivFloor(proceeds, ONE_CONTRACT, filled);

async function positionsWithNewAttempts({ db }: Session, attempts: AttemptRecord[]): Promise<string[]> {
  if (attempts.length === 0) return [];
  const ids = attempts.map((attempt) => attempt.attemptId);
  const known = await db
    .select({ id: exitAttempts.attemptId })
    .from(exitAttempts)
    .where(inArray(exitAttempts.attemptId, ids));
  const stored = new Set(known.map(({ id }) => id));
  return [...new Set(attempts.filter((a) => !stored.has(a.attemptId)).map((a) => a.positionId))];
}

async function writeAttempts(session: Session, attempts: AttemptRecord[]): Promise<void> {
  try {
    await writeRows(session, exitAttempts, attempts.map(attemptRow), ['attempt_id']);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.constraint === 'exit_attempts_client_order') {
      throw new InvariantError(`a client id belongs to another attempt: ${error.detail}`, { cause: error });
    }
    throw error;
  }
}

async function writeFills(session: Session, { fills: written }: WriteBatch): Promise<void> {
  if (written.size === 0) return;
  await writeRows(session, fills, [...written.values()].map(fillRow), ['fill_id'], 'keep');
  const stored = await session.db
    .select()
    .from(fills)
    .where(inArray(fills.fillId, [...written.keys()]));
  for (const row of stored) assertSameFill(anyFillOf(row), written.get(row.fillId)!);
}

async function assertAttemptsFit({ db }: Session, suspects: string[]): Promise<void> {
  if (suspects.length === 0) return;
  const held = await db
    .select({ id: positions.id, quantity: positions.quantity, writtenOff: positions.writtenOff })
    .from(positions)
    .where(inArray(positions.id, suspects));
  const attempts = await db.select().from(exitAttempts).where(inArray(exitAttempts.positionId, suspects));
  const sales = await db
    .select()
    .from(fills)
    .where(and(inArray(fills.positionId, suspects), eq(fills.action, 'sell')));
  const attemptsOf = byPosition(attempts);
  const salesOf = byPosition(sales);
  for (const id of suspects) {
    const position = held.find((row) => row.id === id);
    if (!position) throw new InvariantError(`an attempt names position ${id}, which is not stored`);
    assertWithinHeld(position, attemptsOf.get(id) ?? [], salesOf.get(id) ?? []);
  }
}
