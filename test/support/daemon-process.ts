import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** The built daemon running in a process of its own, and what it says. */
export interface DaemonProcess {
  pid: number;
  dataDir: string;
  /** Resolves with the API's address once the daemon can be found; rejects with the log when it ends before. */
  ready: Promise<string>;
  /** Resolves with the exit code, or the signal that ended it. */
  exited: Promise<number | NodeJS.Signals>;
  /** All that was written to stderr so far. */
  log(): string;
  signal(signal: NodeJS.Signals): void;
  /** GET, or another method with a body, and the data folder's token. */
  ask(path: string, body?: unknown, method?: 'POST' | 'PUT'): Promise<Answer>;
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  body: any;
}

const started: DaemonProcess[] = [];

export function startDaemon(options: {
  config: string;
  dataDir: string;
  databaseUrl?: string;
  /** After `run`. */
  flags?: string[];
  /** Beside what this process has. */
  env?: Record<string, string>;
}): DaemonProcess {
  const { config, dataDir, databaseUrl, flags = [] } = options;
  const places = { POSTERN_DATA_DIR: dataDir, POSTERN_DATABASE_URL: databaseUrl ?? '' };
  const env = { ...process.env, ...places, ...options.env };
  const child = spawn(process.execPath, [CLI, 'run', '--config', config, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  let said = '';
  let log = '';
  const exited = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once('close', (code, signal) => resolve(signal ?? code ?? -1)),
  );
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', function read(chunk) {
      said += chunk;
      const url = / {2}watching .*: (http:\S+)\/\n/.exec(said)?.[1];
      if (!url) return;
      child.stdout.off('data', read).resume();
      resolve(url);
    });
    exited.then((end) => reject(new Error(`the daemon ended with ${end} before it was ready:\n${log}`)));
  });
  ready.catch(() => {});
  const daemon: DaemonProcess = {
    pid: child.pid!,
    dataDir,
    ready,
    exited,
    log: () => log,
    signal: (signal) => void child.kill(signal),
    ask: async (path, body, method = 'POST') => {
      const url = await ready;
      const token = readFileSync(join(dataDir, 'token'), 'utf8').trim();
      const answer = await fetch(`${url}/api/v1${path}`, {
        ...(body === undefined ? {} : { method, body: JSON.stringify(body) }),
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(15_000),
      });
      return { status: answer.status, body: await answer.json() };
    },
  };
  started.push(daemon);
  return daemon;
}

/** SIGKILL to all that still run, by their ids; resolves when they are gone. */
export async function killDaemons(): Promise<void> {
  for (const daemon of started) daemon.signal('SIGKILL');
  await Promise.all(started.splice(0).map((daemon) => daemon.exited));
}
