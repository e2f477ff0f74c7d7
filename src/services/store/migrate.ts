import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { originalError } from './database.ts';

const CONFIG = { migrationsFolder: fileURLToPath(new URL('../../../drizzle', import.meta.url)) };

/** Any constant of our own: whoever migrates this database holds it. */
const LOCK = 7_203_118_404;

/** Brings the database to this program's schema. Safe to run from several processes at once. */
export async function migrateDatabase(connection: pg.ClientConfig): Promise<void> {
  await withClient(connection, async (client) => {
    await client.query(`select pg_advisory_lock(${LOCK})`);
    try {
      await migrate(drizzle(client), CONFIG);
    } finally {
      await client.query(`select pg_advisory_unlock(${LOCK})`).catch(() => {});
    }
  });
}

/** `current`, or why this program can't use the database: its schema is `behind` or `ahead` of the program's. */
export async function compareSchema(connection: pg.ClientConfig): Promise<'current' | 'behind' | 'ahead'> {
  const wanted = readMigrationFiles(CONFIG).at(-1)?.folderMillis ?? 0;
  const applied = await withClient(connection, lastApplied);
  return applied === wanted ? 'current' : applied < wanted ? 'behind' : 'ahead';
}

async function lastApplied(client: pg.Client): Promise<number> {
  try {
    const { rows } = await client.query<{ at: string | null }>(
      'select max(created_at)::text as at from drizzle.__drizzle_migrations',
    );
    return Number(rows[0]?.at ?? 0);
  } catch (error) {
    if (error instanceof pg.DatabaseError && NOTHING_THERE.has(error.code ?? '')) return 0;
    throw error;
  }
}

/** undefined_table, invalid_schema_name */
const NOTHING_THERE = new Set(['42P01', '3F000']);

async function withClient<T>(
  connection: pg.ClientConfig,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(connection);
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw originalError(error);
  } finally {
    await client.end().catch(() => {});
  }
}
