import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/** Another process holds the folder. */
export class FolderInUseError extends Error {
  override name = 'FolderInUseError';
  /** Null when the holder could not be told. */
  readonly pid: number | null;

  constructor(folder: string, pid: number | null) {
    super(`the data folder ${folder} is in use by ${pid === null ? 'another process' : `process ${pid}`}`);
    this.pid = pid;
  }
}

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes the data folder for this process alone; creates it when missing. What locks are sockets, since the kernel
 * frees them on any death: an abstract one where there are such (Linux), which also orders simultaneous starts, and one
 * in the folder itself, which a container that shares the volume sees too. `lock.pid` names the holder, and is the lock
 * where the file system has no sockets. Throws a FolderInUseError when another process holds it.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = realpathSync(folder);
  const pidFile = join(path, 'lock.pid');
  const held: Held[] = [];
  const release = async () => {
    for (const lock of held.reverse()) await lock.free();
  };
  try {
    const abstract = process.platform === 'linux' ? await listen(abstractName(path)) : 'unsupported';
    if (abstract === 'taken') throw new FolderInUseError(folder, readPid(pidFile));
    if (abstract !== 'unsupported') held.push(abstract);

    const visible = await listenInFolder(path);
    if (visible === 'taken') throw new FolderInUseError(folder, readPid(pidFile));
    if (visible !== 'unsupported') held.push(visible);

    if (held.length === 0 && isAlive(readPid(pidFile))) throw new FolderInUseError(folder, readPid(pidFile));
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    await release();
    throw error;
  }
  return {
    async release() {
      rmSync(pidFile, { force: true });
      await release();
    },
  };
}

interface Held {
  free(): Promise<void>;
}
type Taking = Held | 'taken' | 'unsupported';

const abstractName = (path: string) =>
  `\0postern-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`;

/** Listens on a socket in the folder; the one that a dead holder left behind is replaced. */
async function listenInFolder(path: string): Promise<Taking> {
  // A socket's path may have 107 bytes; a descriptor's path is short wherever the folder is. Closing the server
  // removes its socket by that path, so the descriptor must outlive it.
  const linux = process.platform === 'linux';
  const descriptor = linux ? openSync(path, 'r') : null;
  const free = async () => {
    if (descriptor !== null) closeSync(descriptor);
  };
  const socket = join(descriptor === null ? path : `/proc/self/fd/${descriptor}`, 'lock.sock');
  const taking = await replaceDead(socket);
  if (typeof taking === 'string') {
    await free();
    return taking;
  }
  return { free: () => taking.free().then(free) };
}

async function replaceDead(socket: string): Promise<Taking> {
  if (await answers(socket)) return 'taken';
  rmSync(socket, { force: true });
  return listen(socket);
}

function listen(path: string): Promise<Taking> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'EADDRINUSE' ? 'taken' : 'unsupported'),
    );
    server.listen(path, () => {
      server.unref();
      resolve({ free: () => new Promise((done) => server.close(() => done())) });
    });
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function readPid(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number | null): boolean {
  if (pid === null || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
