import { desc, eq, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { EdgeRecord, EdgeStatus, EntryFile } from '../../actors/ports.ts';
import type { Session } from './database.ts';
import { LIVE_STATUSES } from './exposure.ts';
import { purchaseOf } from './fill-row.ts';
import { byDetection, byEdge, entryInOrder } from './read-order.ts';
import { edges, entryAttempts, fills } from './schema.ts';

/** Edges whose entry is under way or has a live order, oldest first. */
export async function readEntriesAtWork(session: Session): Promise<EntryFile[]> {
  const live = await session.db
    .selectDistinct({ id: entryAttempts.edgeId })
    .from(entryAttempts)
    .where(inArray(entryAttempts.status, LIVE_STATUSES));
  const ids = live.map(({ id }) => id);
  return readEntries(session, or(eq(edges.status, 'working'), inArray(edges.edgeId, ids))!);
}

/** One entry with all of its records. */
export async function readEntry(session: Session, edgeId: string): Promise<EntryFile | null> {
  const [file] = await readEntries(session, eq(edges.edgeId, edgeId));
  return file ?? null;
}

async function readEntries({ db }: Session, which: SQL): Promise<EntryFile[]> {
  const found = await db.select().from(edges).where(which);
  if (found.length === 0) return [];
  const ids = found.map(({ edgeId }) => edgeId);
  const attempts = await db.select().from(entryAttempts).where(inArray(entryAttempts.edgeId, ids));
  const purchases = await db.select().from(fills).where(inArray(fills.edgeId, ids));
  const attemptsOf = byEdge(attempts);
  const fillsOf = byEdge(purchases.map(purchaseOf));
  return found.sort(byDetection).map((edge) =>
    entryInOrder({
      edge,
      attempts: attemptsOf.get(edge.edgeId) ?? [],
      fills: fillsOf.get(edge.edgeId) ?? [],
    }),
  );
}

/** The last `limit` edges, newest first. */
export function readEdges(
  { db }: Session,
  { status, limit }: { status?: EdgeStatus; limit: number },
): Promise<EdgeRecord[]> {
  return db
    .select()
    .from(edges)
    .where(status === undefined ? undefined : eq(edges.status, status))
    .orderBy(desc(edges.detectedAt), sql`${edges.edgeId} collate "C" desc`)
    .limit(limit);
}
