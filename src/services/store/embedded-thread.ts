import { rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { EmbeddedWorkerData, EmbeddedWorkerMessage } from './embedded-worker.ts';

/** PGlite's thread, started anew when it crashes: the database recovers from its log as a server's would. */
export interface EmbeddedThread {
  /** Ends the database cleanly, or as it is when it has just crashed. */
  close(): Promise<void>;
}

const RESTART_AFTER_MS = 1_000;

/** Serves the folder's database on the socket. Rejects when it can't be opened the first time. */
export async function serveFolder(folder: string, socketPath: string): Promise<EmbeddedThread> {
  const start = async () => {
    rmSync(socketPath, { force: true });
    const started = startWorker({ folder, socketPath });
    await told(started, 'ready');
    return started;
  };
  let closing = false;
  let restarting = Promise.resolve();
  let worker: Worker | null = null;

  const supervise = (started: Worker) => {
    worker = started;
    started.once('exit', () => {
      worker = null;
      if (!closing) restarting = restart();
    });
  };
  const restart = async (): Promise<void> => {
    while (!closing) {
      try {
        return supervise(await start());
      } catch {
        // Its connections fail meanwhile, which the store's callers see.
        await setTimeout(RESTART_AFTER_MS, undefined, { ref: false });
      }
    }
  };

  supervise(await start());
  return {
    async close() {
      closing = true;
      await restarting;
      if (worker === null) return;
      const closed = told(worker, 'closed');
      worker.postMessage('close');
      await closed.catch(() => {});
      await worker?.terminate();
    },
  };
}

/** Creates a database in an empty folder and closes it. */
export async function createInFolder(folder: string): Promise<void> {
  const worker = startWorker({ folder, socketPath: null });
  await told(worker, 'closed').finally(() => worker.terminate());
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
