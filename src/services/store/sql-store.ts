import { randomInt } from 'node:crypto';
import { and, desc, eq, isNotNull, isNull, sql } from 'drizzle-orm';
import type {
  AccountDayRecord,
  AlertRecord,
  BreakerRecord,
  CommitStamp,
  EdgeRecord,
  EdgeStatus,
  EntryFile,
  PeriodFacts,
  PositionFile,
  Store,
  StoreWrite,
} from '../../actors/ports.ts';
import type { Method } from '../../domain/method.ts';
import type { ModelValue } from '../../domain/model-value.ts';
import type { Position } from '../../domain/position.ts';
import type { Database } from './database.ts';
import { accountDays, alerts, breakers, instance, methods, modelValues, positions } from './schema.ts';
import { applyBatch } from './sql-commit.ts';
import { readEdges, readEntriesAtWork, readEntry } from './sql-entry-reads.ts';
import { acquireLease, assertLease, readStamp, releaseLease, renewLease, takeStamp } from './sql-lease.ts';
import { readClosed, readPeriod } from './sql-period.ts';
import { readDecisions, readOpenPositions, readPosition, readPositions } from './sql-reads.ts';
import { sortWrites } from './write-batch.ts';

/** The Store over PostgreSQL, embedded or served. Errors are PostgreSQL's own, with their `code`. */
export class SqlStore implements Store {
  readonly #database: Database;
  readonly #close: () => Promise<void>;

  constructor(database: Database, close: () => Promise<void> = () => database.close()) {
    this.#database = database;
    this.#close = close;
  }

  instance(): Promise<string> {
    return this.#database.session(async ({ db }) => {
      await db.insert(instance).values({ id: randomInstanceId() }).onConflictDoNothing();
      const [row] = await db.select({ id: instance.id }).from(instance);
      return row!.id;
    });
  }

  /** When the instance was created (ms), by the database's clock: at a daemon's first start. */
  createdAt(): Promise<number> {
    return this.#database.session(async ({ db }) => {
      const [row] = await db.select({ at: instance.createdAt }).from(instance);
      if (!row) throw new Error('the instance has not been created yet');
      return row.at;
    });
  }

  acquireLease(owner: string, ttlMs: number) {
    return this.#database.session((session) => acquireLease(session, owner, ttlMs));
  }

  renewLease(epoch: number, ttlMs: number): Promise<boolean> {
    return this.#database.session((session) => renewLease(session, epoch, ttlMs));
  }

  releaseLease(epoch: number): Promise<void> {
    return this.#database.session((session) => releaseLease(session, epoch));
  }

  commit(epoch: number, writes: StoreWrite[], stamp?: CommitStamp): Promise<void> {
    return this.#database.transaction(async (session) => {
      if (!stamp) await assertLease(session, epoch);
      else if (!(await takeStamp(session, epoch, stamp))) return;
      await applyBatch(session, sortWrites(writes));
    });
  }

  lastStamp(): Promise<CommitStamp | null> {
    return this.#database.session(readStamp);
  }

  openPositionIds(): Promise<string[]> {
    return this.#database.session(async ({ db }) => {
      const rows = await db
        .select({ id: positions.id })
        .from(positions)
        .where(eq(positions.closed, false))
        .orderBy(positions.openedAt, sql`${positions.id} collate "C"`);
      return rows.map(({ id }) => id);
    });
  }

  openPositions(): Promise<PositionFile[]> {
    return this.#database.transaction(readOpenPositions, SNAPSHOT);
  }

  position(id: string): Promise<PositionFile | null> {
    return this.#database.transaction((session) => readPosition(session, id), SNAPSHOT);
  }

  positions(filter: { closed: boolean }): Promise<Position[]> {
    return this.#database.session((session) =>
      readPositions(session, eq(positions.closed, filter.closed), sql`${positions.openedAt}`),
    );
  }

  method(name: string, version: number): Promise<Method | null> {
    return this.#database.session(async ({ db }) => {
      const [row] = await db
        .select({ rules: methods.rules })
        .from(methods)
        .where(and(eq(methods.name, name), eq(methods.version, version)));
      return row?.rules ?? null;
    });
  }

  latestMethods(): Promise<Method[]> {
    return this.#database.session(async ({ db }) => {
      const byName = sql`${methods.name} collate "C"`;
      const rows = await db
        .selectDistinctOn([byName], { rules: methods.rules })
        .from(methods)
        .orderBy(byName, desc(methods.version));
      return rows.map(({ rules }) => rules);
    });
  }

  decisions(filter: { positionId?: string; limit: number }) {
    return this.#database.session((session) => readDecisions(session, filter));
  }

  alerts(filter: { open: boolean }): Promise<AlertRecord[]> {
    return this.#database.session(({ db }) =>
      db
        .select()
        .from(alerts)
        .where(filter.open ? isNull(alerts.resolvedAt) : isNotNull(alerts.resolvedAt))
        .orderBy(alerts.raisedAt, sql`${alerts.key} collate "C"`),
    );
  }

  entriesAtWork(): Promise<EntryFile[]> {
    return this.#database.transaction(readEntriesAtWork, SNAPSHOT);
  }

  entry(edgeId: string): Promise<EntryFile | null> {
    return this.#database.transaction((session) => readEntry(session, edgeId), SNAPSHOT);
  }

  edges(filter: { status?: EdgeStatus; limit: number }): Promise<EdgeRecord[]> {
    return this.#database.session((session) => readEdges(session, filter));
  }

  modelValues(): Promise<ModelValue[]> {
    return this.#database.session(({ db }) =>
      db.select().from(modelValues).orderBy(sql`${modelValues.market} collate "C"`),
    );
  }

  breakers(): Promise<BreakerRecord[]> {
    return this.#database.session(({ db }) =>
      db.select().from(breakers).orderBy(sql`${breakers.name} collate "C"`),
    );
  }

  accountDay(day: string): Promise<AccountDayRecord | null> {
    return this.#database.session(async ({ db }) => {
      const [row] = await db.select().from(accountDays).where(eq(accountDays.day, day));
      return row ?? null;
    });
  }

  closedBetween(from: number, to: number): Promise<Position[]> {
    return this.#database.session((session) => readClosed(session, from, to));
  }

  period(from: number, to: number): Promise<PeriodFacts> {
    return this.#database.transaction((session) => readPeriod(session, from, to), SNAPSHOT);
  }

  close(): Promise<void> {
    return this.#close();
  }
}

const SNAPSHOT = 'begin isolation level repeatable read, read only';

const randomInstanceId = (): string =>
  Array.from({ length: 6 }, () => 'abcdefghijklmnopqrstuvwxyz0123456789'[randomInt(36)]).join('');
