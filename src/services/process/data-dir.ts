import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const daemonFileSchema = z.object({
  url: z.url(),
  pid: z.int().positive(),
  instance: z.string(),
  started_at: z.string(),
});

/** How programs on this machine find the daemon (`daemon.json`). */
export type DaemonFile = z.output<typeof daemonFileSchema>;

const DAEMON_FILE = 'daemon.json';
const TOKEN_FILE = 'token';

/** Creates the data folder for its owner alone; one that is there stays as it is. */
export function prepareDataDir(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
}

export function writeDaemonFile(dataDir: string, file: DaemonFile): void {
  writeWhole(join(dataDir, DAEMON_FILE), `${JSON.stringify(file, null, 2)}\n`, 0o644);
}

/** The file as a daemon left it, which may be dead by now; null when there is none that can be read. */
export function readDaemonFile(dataDir: string): DaemonFile | null {
  try {
    return daemonFileSchema.parse(JSON.parse(readFileSync(join(dataDir, DAEMON_FILE), 'utf8')));
  } catch {
    return null;
  }
}

/** Removes the file unless another process has written it since. */
export function removeDaemonFile(dataDir: string, pid: number): void {
  if (readDaemonFile(dataDir)?.pid === pid) rmSync(join(dataDir, DAEMON_FILE), { force: true });
}

/** The API's token; one that others could have read, or that is none, is replaced. */
export function keepToken(dataDir: string): string {
  const file = join(dataDir, TOKEN_FILE);
  const token = readToken(dataDir);
  if (token !== null && (statSync(file).mode & 0o077) === 0) return token;
  const fresh = randomBytes(32).toString('hex');
  writeWhole(file, `${fresh}\n`, 0o600);
  return fresh;
}

/** The token as it is on disk; null when there is none. */
export function readToken(dataDir: string): string | null {
  try {
    const token = readFileSync(join(dataDir, TOKEN_FILE), 'utf8').trim();
    return /^[0-9a-f]{64}$/.test(token) ? token : null;
  } catch {
    return null;
  }
}

/** A reader sees the old content or the new one, never half of it. */
function writeWhole(file: string, content: string, mode: number): void {
  const scratch = `${file}.${process.pid}.new`;
  writeFileSync(scratch, content, { mode });
  chmodSync(scratch, mode);
  renameSync(scratch, file);
}
