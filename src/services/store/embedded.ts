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
import { Worker } from 'node:worker_threads';
import type { ClientConfig } from 'pg';
import type { EmbeddedWorkerData, EmbeddedWorkerMessage } from './embedded-worker.ts';

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
  const worker = startWorker({ folder, socketPath: join(host, `.s.PGSQL.${PORT}`) });
  const removeSocket = () => rmSync(host, { recursive: true, force: true });
  try {
    await told(worker, 'ready');
  } catch (error) {
    removeSocket();
    throw error;
  }
  return {
    connection: { host, port: PORT, user: 'postgres', database: 'postgres', ssl: false },
    async close() {
      const closed = told(worker, 'closed');
      worker.postMessage('close');
      await closed.finally(() => worker.terminate()).finally(removeSocket);
    },
  };
}

/** A kill in mid-initialisation leaves a folder that can't be opened, so it gets its name only when it is whole. */
async function createDatabase(dataDir: string, folder: string): Promise<void> {
  const scratch = join(dataDir, 'database.new');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { mode: 0o700 });
  const worker = startWorker({ folder: scratch, socketPath: null });
  await told(worker, 'closed').finally(() => worker.terminate());
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
  const own = join(
    base,
    `postern-${createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16)}`,
  );
  try {
    rmSync(own, { recursive: true, force: true });
    mkdirSync(own, { mode: 0o700 });
    return own;
  } catch {
    return mkdtempSync(join(base, 'postern-'));
  }
}

function startWorker(workerData: EmbeddedWorkerData): Worker {
  if (import.meta.url.endsWith('.js')) {
    return new Worker(new URL('./embedded-worker.js', import.meta.url), { workerData });
  }
  // Node 20 gives a worker no loader for .ts, not even its parent's.
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const file = JSON.stringify(new URL('./embedded-worker.ts', import.meta.url).href);
  const start = `import(${loader}).then(({ register }) => { register(); return import(${file}); })`;
  return new Worker(start, { eval: true, workerData });
}

/** Waits for the worker's message of this kind. Rejects when it fails or ends before. */
function told(worker: Worker, kind: EmbeddedWorkerMessage['kind']): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('message', (message: EmbeddedWorkerMessage) => {
      if (message.kind === kind) resolve();
      if (message.kind === 'failed') reject(new Error(message.message));
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`the embedded database ended with code ${code}`)));
  });
}
