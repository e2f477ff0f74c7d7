import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { type CommitStamp, LeaseLostError } from '../../actors/ports.ts';
import type { Session } from './database.ts';
import { leases } from './schema.ts';

const NAME = 'postern';
const now = sql`clock_timestamp()`;
const inMs = (ttlMs: number) => sql`clock_timestamp() + ${ttlMs} * interval '1 millisecond'`;

/** Takes the lease when it is free, expired or the owner's already; time is the database's. */
export async function acquireLease({ db }: Session, owner: string, ttlMs: number) {
  for (;;) {
    const taken = await db
      .insert(leases)
      .values({ name: NAME, owner, epoch: 1, expiresAt: inMs(ttlMs) })
      .onConflictDoUpdate({
        target: leases.name,
        set: { owner, epoch: sql`${leases.epoch} + 1`, expiresAt: inMs(ttlMs) },
        setWhere: sql`${leases.owner} is null or ${leases.owner} = ${owner} or ${leases.expiresAt} <= ${now}`,
      })
      .returning({ epoch: leases.epoch });
    if (taken[0]) return { epoch: taken[0].epoch };

    const [held] = await db
      .select({
        owner: leases.owner,
        leftMs: sql<string>`(extract(epoch from ${leases.expiresAt} - ${now}) * 1000)::text`,
      })
      .from(leases)
      .where(eq(leases.name, NAME));
    const expiresInMs = Math.ceil(Number(held?.leftMs));
    if (held?.owner && expiresInMs > 0) return { owner: held.owner, expiresInMs };
  }
}

export async function renewLease({ db }: Session, epoch: number, ttlMs: number): Promise<boolean> {
  const renewed = await db
    .update(leases)
    .set({ expiresAt: inMs(ttlMs) })
    .where(and(eq(leases.name, NAME), eq(leases.epoch, epoch)))
    .returning({ epoch: leases.epoch });
  return renewed.length === 1;
}

/** Frees the lease and fences off its epoch. */
export async function releaseLease({ db }: Session, epoch: number): Promise<void> {
  await db
    .update(leases)
    .set({ owner: null, epoch: sql`${leases.epoch} + 1`, expiresAt: now })
    .where(and(eq(leases.name, NAME), eq(leases.epoch, epoch)));
}

/** Holds the lease's row until the transaction ends. Throws a LeaseLostError unless `epoch` is the lease's. */
export async function assertLease({ db }: Session, epoch: number): Promise<void> {
  const [lease] = await db
    .select({ epoch: leases.epoch, owner: leases.owner })
    .from(leases)
    .where(eq(leases.name, NAME))
    .for('share');
  if (lease?.epoch === epoch && lease.owner !== null) return;
  throw new LeaseLostError(`lease epoch ${epoch} is over: the lease is at epoch ${lease?.epoch ?? 'none'}`);
}

/**
 * Holds the lease's row until the transaction ends and notes the stamp in it. False when it was noted before: what it
 * stands for is there. Throws a LeaseLostError unless `epoch` is the lease's.
 */
export async function takeStamp(
  session: Session,
  epoch: number,
  { epoch: lastEpoch, sequence: lastSequence }: CommitStamp,
): Promise<boolean> {
  const isNew = sql`(${leases.lastEpoch} is distinct from ${lastEpoch} or ${leases.lastSequence} < ${lastSequence})`;
  const taken = await session.db
    .update(leases)
    .set({ lastEpoch, lastSequence })
    .where(and(eq(leases.name, NAME), eq(leases.epoch, epoch), isNotNull(leases.owner), isNew))
    .returning({ epoch: leases.epoch });
  session.rowsWritten += 1;
  if (taken.length === 1) return true;
  await assertLease(session, epoch);
  return false;
}

/** The last stamp noted; null before the first. */
export async function readStamp({ db }: Session): Promise<CommitStamp | null> {
  const [lease] = await db
    .select({ epoch: leases.lastEpoch, sequence: leases.lastSequence })
    .from(leases)
    .where(eq(leases.name, NAME));
  if (!lease || lease.epoch === null || lease.sequence === null) return null;
  return { epoch: lease.epoch, sequence: lease.sequence };
}
