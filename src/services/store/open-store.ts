import type pg from 'pg';
import { Database } from './database.ts';
import { openEmbedded } from './embedded.ts';
import { FolderInUseError, lockFolder } from './folder-lock.ts';
import { compareSchema, migrateDatabase } from './migrate.ts';
import { SqlPaperStore } from './sql-paper-store.ts';
import { SqlStore } from './sql-store.ts';
import { explainServerError, messageOf, nameServer, StoreUnavailableError } from './store-unavailable.ts';

export interface StoreOptions {
  /** A PostgreSQL server's; without one the embedded database in the data folder is opened. */
  url?: string | undefined;
  dataDir: string;
  /** Bring the schema up to date; otherwise a schema that is behind is an error. */
  migrate: boolean;
}

export interface OpenStore {
  store: SqlStore;
  paper: SqlPaperStore;
  close(): Promise<void>;
}

/** How long a query may take, and may wait for its connection, before it fails: a silent database must not hang an exit. */
const PATIENCE = { query_timeout: 15_000, connectionTimeoutMillis: 20_000 };

/** A daemon that freezes or is cut off in the middle of a commit would keep the lease's row from its heir for ever. */
const LEAVE_NO_LOCKS = { idle_in_transaction_session_timeout: 5_000 };

/** Opens the database. Throws a StoreUnavailableError with one sentence for the operator. */
export function openStore(options: StoreOptions): Promise<OpenStore> {
  return options.url === undefined
    ? openEmbeddedStore(options)
    : openServerStore(options.url, options.migrate);
}

async function openServerStore(url: string, migrate: boolean): Promise<OpenStore> {
  const server = nameServer(url);
  const connection = {
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    application_name: 'postern',
  };
  try {
    await prepareSchema(connection, migrate);
  } catch (error) {
    throw error instanceof StoreUnavailableError ? error : explainServerError(error, server);
  }
  const database = new Database({ ...connection, ...PATIENCE, ...LEAVE_NO_LOCKS, max: 4 });
  return storesOf(database, () => database.close());
}

async function openEmbeddedStore({ dataDir, migrate }: StoreOptions): Promise<OpenStore> {
  const cleanups: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    const cleanup = cleanups.pop();
    if (cleanup) await cleanup().finally(close);
  };
  try {
    const lock = await lockFolder(dataDir);
    cleanups.push(() => lock.release());
    const embedded = await openEmbedded(dataDir);
    cleanups.push(() => embedded.close());
    const { connection } = embedded;
    await prepareSchema(connection, migrate);
    // All connections share PGlite's one backend: a second one would see the first one's transaction.
    const database = new Database({ ...connection, ...PATIENCE, max: 1 }, { vacuumAfterRows: 5_000 });
    cleanups.push(() => database.close());
    return storesOf(database, close);
  } catch (error) {
    await close();
    throw explainFolderError(error, dataDir);
  }
}

async function prepareSchema(connection: pg.ClientConfig, migrate: boolean): Promise<void> {
  if (migrate) await migrateDatabase(connection);
  const state = await compareSchema(connection);
  if (state === 'behind') {
    throw new StoreUnavailableError('migrations are pending: run "postern migrate"');
  }
  if (state === 'ahead') {
    throw new StoreUnavailableError(
      'the database was migrated by a newer version of Postern: run that version',
    );
  }
}

function storesOf(database: Database, close: () => Promise<void>): OpenStore {
  return { store: new SqlStore(database, close), paper: new SqlPaperStore(database), close };
}

function explainFolderError(error: unknown, dataDir: string): StoreUnavailableError {
  if (error instanceof StoreUnavailableError) return error;
  if (error instanceof FolderInUseError) return new StoreUnavailableError(error.message, { cause: error });
  const code = (error as { code?: unknown } | null)?.code;
  const reason = code === 'EACCES' || code === 'EPERM' ? 'permission denied' : messageOf(error);
  return new StoreUnavailableError(`the database in the data folder ${dataDir} can't be opened: ${reason}`, {
    cause: error,
  });
}
