import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { findDaemon } from '../http/client.ts';
import { readDaemonFile } from '../process/data-dir.ts';
import { isProcessAlive } from '../process/processes.ts';
import { openStore } from '../store/open-store.ts';
import { nameServer, StoreUnavailableError } from '../store/store-unavailable.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** Looks at the data folder, the daemon in it and the database, and changes nothing that is there. */
export async function* examineStorage(config: Config): AsyncGenerator<Finding, undefined> {
  const folder = judgeFolder(config.dataDir);
  yield folder;
  const daemon = await examineDaemon(config.dataDir);
  yield daemon.finding;
  yield await examineDatabase(config, folder, daemon.isRunning);
}

function judgeFolder(dataDir: string): Finding {
  const check = 'data folder';
  const there = nearestThere(dataDir);
  if (!statSync(there).isDirectory()) return fail(check, `${there} is no folder: name another data_dir`);
  if (!mayWrite(there))
    return fail(check, `${there} can't be written by this user: change its owner, or name another data_dir`);
  return ok(
    check,
    there === dataDir ? `${dataDir} can be written` : `${dataDir} will be made at the first start`,
  );
}

const nearestThere = (path: string): string => (existsSync(path) ? path : nearestThere(dirname(path)));

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function examineDaemon(dataDir: string): Promise<{ isRunning: boolean; finding: Finding }> {
  const check = 'daemon';
  const daemon = await findDaemon(dataDir);
  if (daemon !== null)
    return { isRunning: true, finding: ok(check, `runs as process ${daemon.pid}, its API at ${daemon.url}`) };
  const file = readDaemonFile(dataDir);
  const text =
    file !== null && isProcessAlive(file.pid)
      ? `process ${file.pid}, which ${join(dataDir, 'daemon.json')} names, does not answer at ${file.url}: it hangs, or is another program by now`
      : null;
  return { isRunning: false, finding: text === null ? ok(check, 'none runs') : warn(check, text) };
}

async function examineDatabase(
  { database: { url }, dataDir }: Config,
  folder: Finding,
  isDaemonRunning: boolean,
): Promise<Finding> {
  const check = 'database';
  if (url === null) {
    if (folder.verdict === 'fail') return warn(check, 'not checked: the data folder can not be used');
    if (isDaemonRunning) return ok(check, 'embedded; the running daemon holds it');
    if (!existsSync(join(dataDir, 'database'))) return ok(check, 'embedded; the first start makes it');
  }
  try {
    const name = url === null ? 'embedded' : nameServer(url).name;
    const { close } = await openStore({ dataDir, migrate: false, ...(url === null ? {} : { url }) });
    await close();
    return ok(check, `${name}; it opens, and its schema is this version's`);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    // A start migrates by itself.
    if (error.message.startsWith('migrations are pending'))
      return ok(check, 'opens; the next start brings its schema up to date');
    return fail(check, error.message);
  }
}
