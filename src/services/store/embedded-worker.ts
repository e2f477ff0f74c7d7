/** The thread in which PGlite runs: in the main thread it starves timers. Speaks PostgreSQL's protocol on a Unix socket. */
import { fsyncSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/** What the thread is started with. Without a socket path it only creates the folder and closes it. */
export interface EmbeddedWorkerData {
  folder: string;
  socketPath: string | null;
}

/** What the thread tells: `ready` once, then `closed` after it was asked to close, or `failed`. */
export type EmbeddedWorkerMessage =
  | { kind: 'ready' }
  | { kind: 'closed' }
  | { kind: 'failed'; message: string };

type InitOptions = Parameters<NodeFS['init']>[1];
interface EmscriptenFs {
  filesystems: {
    NODEFS: {
      stream_ops: { fsync?: (stream: { nfd: number }) => number };
      tryFSOperation: (operation: () => void) => void;
    };
  };
}

let fsyncs = 0;

/** NodeFS without its gap: PGlite's fsync reaches no file, so an acknowledged commit would not survive a power loss. */
class DurableNodeFS extends NodeFS {
  override async init(pg: PGlite, options: InitOptions) {
    const { emscriptenOpts } = await super.init(pg, options);
    const addFsync = (module: { FS: unknown }) => {
      const { NODEFS } = (module.FS as EmscriptenFs).filesystems;
      NODEFS.stream_ops.fsync = (stream) => {
        fsyncs += 1;
        NODEFS.tryFSOperation(() => fsyncSync(stream.nfd));
        return 0;
      };
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addFsync] } };
  }
}

/** PGlite whose socket server would wait for ever behind a message that threw: end the thread instead. */
class FailFastPGlite extends PGlite {
  override async execProtocolRawStream(...args: Parameters<PGlite['execProtocolRawStream']>): Promise<void> {
    await super.execProtocolRawStream(...args).catch(failThread);
  }
}

/** How the engine comes back from an ordinary SQL error. */
const LONGJMP_STATUS = 100;

/** A PANIC aborts the engine with its locks held. PGlite drops that and hangs on the next message: end the thread. */
function endThreadOnPanic(db: PGlite): void {
  const engine = db.Module as unknown as { _PostgresMainLoopOnce: () => void };
  const runOnce = engine._PostgresMainLoopOnce;
  engine._PostgresMainLoopOnce = () => {
    try {
      runOnce();
    } catch (error) {
      if ((error as { status?: number }).status !== LONGJMP_STATUS) failThread(error);
      throw error;
    }
  };
}

const START_PARAMETERS = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  ...['fsync=on', 'wal_sync_method=fsync', 'shared_buffers=16MB'].flatMap((setting) => ['-c', setting]),
];

const tell = (message: EmbeddedWorkerMessage) => parentPort!.postMessage(message);

function failThread(error: unknown): never {
  tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}

async function run({ folder, socketPath }: EmbeddedWorkerData): Promise<void> {
  const db = new FailFastPGlite({ fs: new DurableNodeFS(folder), startParams: START_PARAMETERS });
  await db.waitReady;
  if (fsyncs === 0) throw new Error('PGlite no longer calls fsync: commits would not survive a power loss');
  if (socketPath === null) {
    await db.close();
    tell({ kind: 'closed' });
    return;
  }
  endThreadOnPanic(db);
  const server = new PGLiteSocketServer({ db, path: socketPath, maxConnections: 8 });
  await server.start();
  parentPort!.once('message', async () => {
    await server.stop();
    await db.close();
    tell({ kind: 'closed' });
  });
  tell({ kind: 'ready' });
}

run(workerData as EmbeddedWorkerData).catch(failThread);
