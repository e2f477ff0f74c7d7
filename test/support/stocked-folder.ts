import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../src/services/store/open-store.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CACHE = join(ROOT, 'node_modules', '.cache', 'postern-databases');

/** Makes a data folder with an embedded database in which nothing is yet: making a database takes seconds, a copy less. */
export async function stockFolder(dataDir: string): Promise<string> {
  const template = await emptyDatabase();
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  cpSync(template, join(dataDir, 'database'), { recursive: true });
  return dataDir;
}

/** The folder of an empty database of the present schema, made when it is asked for the first time. */
async function emptyDatabase(): Promise<string> {
  const kept = join(CACHE, schemaHash());
  if (!existsSync(kept)) {
    mkdirSync(CACHE, { recursive: true });
    const own = mkdtempSync(join(CACHE, 'new-'));
    try {
      const { close } = await openStore({ dataDir: own, migrate: true });
      await close();
      renameSync(own, kept);
    } catch (error) {
      rmSync(own, { recursive: true, force: true });
      if (!existsSync(kept)) throw error;
    }
  }
  return join(kept, 'database');
}

/** Names what an empty database is made from. */
function schemaHash(): string {
  const require = createRequire(import.meta.url);
  const migrations = readdirSync(join(ROOT, 'drizzle'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const makers = ['embedded', 'embedded-thread', 'embedded-worker', 'migrate'].map((name) =>
    join(ROOT, 'src', 'services', 'store', `${name}.ts`),
  );
  const hash = createHash('sha256');
  for (const file of [require.resolve('@electric-sql/pglite'), ...makers, ...migrations.sort()])
    hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}
