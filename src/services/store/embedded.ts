import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientConfig } from 'pg';
import { createInFolder, serveFolder } from './embedded-thread.ts';

export interface EmbeddedDatabase {
  /** How node-postgres reaches it. */
  connection: ClientConfig;
  /** Ends the database cleanly; its connections must be closed before. */
  close(): Promise<void>;
}

/** Only a part of the socket's name. */
const PORT = 5432;

/** Opens the database in `<dataDir>/database`, creating it the first time. The caller holds the folder's lock. */
export async function openEmbedded(dataDir: string): Promise<EmbeddedDatabase> {
  const folder = join(dataDir, 'database');
  if (!existsSync(join(folder, 'PG_VERSION'))) await createDatabase(dataDir, folder);

  const host = createSocketFolder(dataDir);
  const removeSocket = () => rmSync(host, { recursive: true, force: true });
  try {
    const thread = await serveFolder(folder, join(host, `.s.PGSQL.${PORT}`));
    return {
      connection: { host, port: PORT, user: 'postgres', database: 'postgres', ssl: false },
      close: () => thread.close().finally(removeSocket),
    };
  } catch (error) {
    removeSocket();
    throw error;
  }
}

/** A kill in mid-initialisation leaves a folder that can't be opened, so it gets its name only when it is whole. */
async function createDatabase(dataDir: string, folder: string): Promise<void> {
  const scratch = join(dataDir, 'database.new');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { mode: 0o700 });
  await createInFolder(scratch);
  syncTree(scratch);
  renameSync(scratch, folder);
  syncPath(dataDir);
}

function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else if (entry.isFile()) syncPath(path);
  }
  syncPath(folder);
}

function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** A private folder for the socket with a short path: a socket's path may have 107 bytes, a Mac's 103. */
function createSocketFolder(dataDir: string): string {
  const base = tmpdir().length < 60 ? tmpdir() : '/tmp';
  const hash = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16);
  const own = join(base, `postern-${hash}`);
  try {
    // The name stays, so that what a killed process left is found and replaced.
    rmSync(own, { recursive: true, force: true });
    mkdirSync(own, { mode: 0o700 });
    return own;
  } catch {
    return mkdtempSync(join(base, 'postern-'));
  }
}
