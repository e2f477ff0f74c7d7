import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../../src/actors/ports.ts';
import type { Position } from '../../src/domain/position.ts';
import { MemoryStore } from '../../src/services/store/memory-store.ts';
import { openStore } from '../../src/services/store/open-store.ts';
import { aPosition, NOON } from '../support/domain-builders.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { aFill, anAttempt, anEvaluation, anExit, storing } from '../support/store-records.ts';
import { rowsOf } from '../support/test-database.ts';

const FIXTURE = new URL('store-fixtures/version-1.json', import.meta.url);
/** Rows of a database as the program before version 2 of the position left them. */
const VERSION_1 = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Record<string, Record<string, unknown>[]>;
const oldPositions = VERSION_1.positions!.map((row) => row.restart_state as Position);
/** The same as this program reads them. */
const upgraded = oldPositions.map((old): Position => ({ ...old, schemaVersion: 2, entryFees: 0 }));

async function expectUpgraded(store: Store): Promise<void> {
  const [busy, done] = upgraded;
  expect((await store.position('pos-1'))?.position).toEqual(busy);
  expect((await store.openPositions()).map(({ position }) => position)).toEqual([busy]);
  expect(await store.positions({ closed: false })).toEqual([busy]);
  expect(await store.positions({ closed: true })).toEqual([done]);
  expect(await store.closedBetween(NOON, NOON + 1)).toEqual([done]);
  expect((await store.period(NOON, NOON + 1)).closed).toEqual([done]);
}

async function expectUnknownVersion(store: Store): Promise<void> {
  const future = { ...aPosition({ id: 'from-the-future' }), schemaVersion: 3 } as unknown as Position;
  await store.commit(await leaseOf(store), [storing(future)]);
  for (const read of [() => store.openPositions(), () => store.position('from-the-future')])
    await expect(read()).rejects.toThrow('position from-the-future is stored in version 3');
}

describe('memory', () => {
  test('a position of version 1 is read as one of version 2', async () => {
    const store = new MemoryStore({ now: () => 0 });
    const writes = oldPositions.map((position) => storing(position));
    await store.commit(await leaseOf(store), writes);
    await expectUpgraded(store);
  });

  test('a position of an unknown version is refused by name', () =>
    expectUnknownVersion(new MemoryStore({ now: () => 0 })));
});

describe('PostgreSQL', () => {
  let server: PostgresServer;
  const open = (url: string) => openStore({ url, dataDir: '/nowhere', migrate: true });

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  test('a database of version 1 is migrated with all that is in it', async () => {
    const connectionString = await server.createDatabase();
    await migrateToVersion1(connectionString);
    for (const [table, rows] of Object.entries(VERSION_1)) {
      const insert = `insert into ${table} select * from json_populate_recordset(null::${table}, $1)`;
      await rowsOf({ connectionString }, insert, [JSON.stringify(rows)]);
    }
    const { store, close } = await open(connectionString);
    await expectUpgraded(store);
    expect(await store.position('pos-1')).toEqual({
      position: upgraded[0],
      evaluation: anEvaluation(),
      exits: [anExit({ walks: 0 })],
      attempts: [anAttempt({ status: 'working' })],
      fills: [aFill()],
    });
    expect(await store.lastStamp()).toBeNull();
    await close();
  });

  test('a position of an unknown version is refused by name', async () => {
    const { store, close } = await open(await server.createDatabase());
    await expectUnknownVersion(store);
    await close();
  });
});

/** Brings an empty database to the schema of the first migration alone. */
async function migrateToVersion1(connectionString: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-migrations-'));
  const drizzleFolder = new URL('../../drizzle/', import.meta.url);
  const journal = JSON.parse(readFileSync(new URL('meta/_journal.json', drizzleFolder), 'utf8'));
  mkdirSync(join(folder, 'meta'));
  const first = { ...journal, entries: journal.entries.slice(0, 1) };
  writeFileSync(join(folder, 'meta', '_journal.json'), JSON.stringify(first));
  copyFileSync(new URL('0000_store.sql', drizzleFolder), join(folder, '0000_store.sql'));
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await migrate(drizzle(client), { migrationsFolder: folder });
  } finally {
    await client.end();
    rmSync(folder, { recursive: true });
  }
}

async function leaseOf(store: Store): Promise<number> {
  const lease = await store.acquireLease('tests', 60_000);
  if (!('epoch' in lease)) throw new Error(`the lease is ${lease.owner}'s`);
  return lease.epoch;
}
