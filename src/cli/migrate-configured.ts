import type { Config } from '../services/config/schema.ts';
import { openStore } from '../services/store/open-store.ts';
import { nameServer, StoreUnavailableError } from '../services/store/store-unavailable.ts';

export interface Migration {
  /** Where the database is, without credentials. */
  database: string;
  /** Whether there was anything to do. */
  migrated: boolean;
}

/** Migrates the configuration's database and says whether that changed anything. Throws a StoreUnavailableError. */
export async function migrateConfigured({ database: { url }, dataDir }: Config): Promise<Migration> {
  const place = { dataDir, ...(url === null ? {} : { url }) };
  const database = url === null ? `the database in ${dataDir}` : `the database at ${nameServer(url).name}`;
  const wasBehind = await isBehind(place);
  if (wasBehind) await closing(openStore({ ...place, migrate: true }));
  return { database, migrated: wasBehind };
}

async function isBehind(place: { dataDir: string; url?: string }): Promise<boolean> {
  try {
    await closing(openStore({ ...place, migrate: false }));
    return false;
  } catch (error) {
    if (error instanceof StoreUnavailableError && error.message.startsWith('migrations are pending'))
      return true;
    throw error;
  }
}

const closing = async (opening: ReturnType<typeof openStore>): Promise<void> => (await opening).close();
