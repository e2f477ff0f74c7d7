import { inArray } from 'drizzle-orm';
import pg from 'pg';
import { type EntryAttemptRecord, InvariantError } from '../../actors/ports.ts';
import type { Session } from './database.ts';
import { assertEntryFits } from './exposure.ts';
import { purchaseOf } from './fill-row.ts';
import { byEdge } from './read-order.ts';
import { edges, entryAttempts, fills, modelValues } from './schema.ts';
import { writeRows } from './upsert.ts';
import { purchasesOf, type WriteBatch } from './write-batch.ts';

/** Writes what a batch says of entries, whose fills are written already. Throws an InvariantError (see the port). */
export async function applyEntries(session: Session, batch: WriteBatch): Promise<void> {
  await writeRows(session, modelValues, [...batch.modelValues.values()], ['market']);
  await writeRows(session, edges, [...batch.edges.values()], ['edge_id']);
  const attempts = [...batch.entryAttempts.values()];
  await writeAttempts(session, attempts);
  await assertEntriesFit(session, [
    ...new Set([...attempts, ...purchasesOf(batch)].map(({ edgeId }) => edgeId)),
  ]);
}

async function writeAttempts(session: Session, attempts: EntryAttemptRecord[]): Promise<void> {
  try {
    await writeRows(session, entryAttempts, attempts, ['attempt_id']);
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.constraint === 'entry_attempts_client_order') {
      throw new InvariantError(`a client id belongs to another entry order: ${error.detail}`, {
        cause: error,
      });
    }
    throw error;
  }
}

async function assertEntriesFit({ db }: Session, suspects: string[]): Promise<void> {
  if (suspects.length === 0) return;
  const known = await db.select({ id: edges.edgeId }).from(edges).where(inArray(edges.edgeId, suspects));
  const stored = new Set(known.map(({ id }) => id));
  const attempts = await db.select().from(entryAttempts).where(inArray(entryAttempts.edgeId, suspects));
  const purchases = await db.select().from(fills).where(inArray(fills.edgeId, suspects));
  const attemptsOf = byEdge(attempts);
  const fillsOf = byEdge(purchases.map(purchaseOf));
  for (const id of suspects) {
    if (!stored.has(id))
      throw new InvariantError(`an entry order or fill names edge ${id}, which is not stored`);
    assertEntryFits(id, attemptsOf.get(id) ?? [], fillsOf.get(id) ?? []);
  }
}
