import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Database } from '../../src/services/store/database.ts';
import { type EmbeddedDatabase, openEmbedded } from '../../src/services/store/embedded.ts';
import { lockFolder } from '../../src/services/store/folder-lock.ts';
import { openStore } from '../../src/services/store/open-store.ts';
import { SqlPaperStore } from '../../src/services/store/sql-paper-store.ts';
import { SqlStore } from '../../src/services/store/sql-store.ts';
import { type Child, startChild } from '../support/child.ts';
import { aPosition } from '../support/domain-builders.ts';
import { stockFolder } from '../support/stocked-folder.ts';
import { anEvaluation, storing } from '../support/store-records.ts';
import { emptyDatabase, rowsOf } from '../support/test-database.ts';
import { entryStoreContract } from './entry-store-contract.ts';
import { paperStoreContract } from './paper-store-contract.ts';
import { storeContract } from './store-contract.ts';

const WRITER = new URL('../support/store-writer.ts', import.meta.url);
const HOLDER = new URL('../support/lock-holder.ts', import.meta.url);

/** Processes that start and initialise databases take as long as a busy machine lets them. */
const PROCESSES_MS = 240_000;

let scratch: string;
const killed = () => join(scratch, 'killed');
const children: Child[] = [];
const start = (file: URL, folder: string) => {
  const child = startChild(file, [folder]);
  children.push(child);
  return child;
};
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'postern-store-'));
});
afterAll(async () => {
  await Promise.all(children.map((child) => child.kill()));
  rmSync(scratch, { recursive: true, force: true });
});

describe('embedded', () => {
  let embedded: EmbeddedDatabase;
  let database: Database;
  const connection = () => embedded.connection;

  beforeAll(async () => {
    embedded = await openEmbedded(await stockFolder(join(scratch, 'contract')));
    database = new Database({ ...connection(), max: 1 }, { vacuumAfterRows: 400 });
  });
  afterAll(async () => {
    await database?.close();
    await embedded?.close();
  });
  const fresh = async () => {
    await emptyDatabase(connection());
    return database;
  };

  storeContract('embedded', async () => new SqlStore(await fresh()));
  entryStoreContract('embedded', async () => new SqlStore(await fresh()));
  paperStoreContract('embedded', async () => new SqlPaperStore(await fresh()));

  test('commits reach the disk: fsync is on and PGlite can call it', async () => {
    expect(await rowsOf(connection(), 'show fsync')).toEqual([{ fsync: 'on' }]);
    expect(await rowsOf(connection(), 'show wal_sync_method')).toEqual([{ wal_sync_method: 'fsync' }]);
  });

  test('an engine that panics is started anew, with all that was acknowledged', async () => {
    const store = new SqlStore(await fresh());
    const lease = (await store.acquireLease('tests', 60_000)) as { epoch: number };
    await store.commit(lease.epoch, [storing(aPosition())]);
    const control = join(scratch, 'contract', 'database', 'global', 'pg_control');
    renameSync(control, `${control}.away`);
    await expect(rowsOf(connection(), 'checkpoint')).rejects.toThrow();
    renameSync(`${control}.away`, control);

    await vi.waitUntil(() => store.openPositionIds().catch(() => false), { timeout: 30_000 });
    expect(await store.openPositionIds()).toEqual(['pos-1']);
    await store.commit(lease.epoch, [storing(aPosition({ id: 'pos-2' }))]);
    expect(await store.openPositionIds()).toEqual(['pos-1', 'pos-2']);
  });

  test('rewriting rows does not grow the folder for ever', async () => {
    const store = new SqlStore(await fresh());
    const lease = (await store.acquireLease('tests', 60_000)) as { epoch: number };
    const rewrite = async (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        const positions = Array.from({ length: 100 }, (_, i) =>
          storing(aPosition({ id: `p${i}`, mark: round }), anEvaluation()),
        );
        await store.commit(lease.epoch, positions);
      }
      const [size] = await rowsOf(connection(), `select pg_total_relation_size('positions')::text as bytes`);
      return Number(size?.bytes);
    };
    const early = await rewrite(10);
    expect(await rewrite(30)).toBeLessThan(early * 2);
  });
});

describe('the data folder', () => {
  test('has one owner at a time, across processes, until that one is dead', async () => {
    const folder = join(scratch, 'locked');
    const holder = start(HOLDER, folder);
    await holder.line(/locked/);
    await expect(lockFolder(folder)).rejects.toThrow(`is in use by process ${holder.pid}`);
    await expect(openStore({ dataDir: folder, migrate: true })).rejects.toMatchObject({
      name: 'StoreUnavailableError',
      message: `the data folder ${folder} is in use by process ${holder.pid}`,
    });
    await holder.kill();
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(`in use by process ${process.pid}`);
    await lock.release();
    await (await lockFolder(folder)).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('is refused to a second owner that sees only its files, as in another container', async () => {
    const folder = join(scratch, 'volume');
    mkdirSync(folder);
    const elsewhere = createServer();
    await new Promise<void>((resolve) => elsewhere.listen(join(folder, 'lock.sock'), resolve));
    await expect(lockFolder(folder)).rejects.toThrow(
      `the data folder ${folder} is in use by another process`,
    );
    await new Promise((resolve) => elsewhere.close(resolve));
  });

  test('that cannot be used is named', async () => {
    const file = join(scratch, 'file');
    writeFileSync(file, '');
    await expect(openStore({ dataDir: file, migrate: true })).rejects.toThrow(
      /^the database in the data folder .*file can't be opened: /,
    );

    const broken = join(scratch, 'broken');
    mkdirSync(join(broken, 'database'), { recursive: true });
    writeFileSync(join(broken, 'database', 'PG_VERSION'), '18\n');
    await expect(openStore({ dataDir: broken, migrate: true })).rejects.toThrow(/can't be opened: /);
    await (await lockFolder(broken)).release();
  });

  test('opens after kills in the first initialisation', { timeout: PROCESSES_MS }, async () => {
    for (const sign of ['database.new', 'database.new/PG_VERSION', 'database']) {
      const child = start(WRITER, killed());
      await vi.waitUntil(() => existsSync(join(killed(), sign)), { timeout: PROCESSES_MS, interval: 1 });
      await child.kill();
    }
    const survivor = start(WRITER, killed());
    expect(await survivor.line(/^acked/)).toBe('acked 1');
    await survivor.kill();
  });

  test('loses no acknowledged commit to kills in mid-write', { timeout: PROCESSES_MS }, async () => {
    let acknowledged = 0;
    for (const commits of [1, 30, 4]) {
      const child = start(WRITER, killed());
      const stored = numberIn(await child.line(/^stored/));
      expect(stored).toBeGreaterThanOrEqual(acknowledged);
      await child.line(new RegExp(`^acked ${stored + commits}$`));
      await child.kill();
      acknowledged = numberIn(child.lines.at(-1)!);
    }
    const { store, close } = await openStore({ dataDir: killed(), migrate: false });
    expect((await store.decisions({ limit: 1_000_000 })).length).toBeGreaterThanOrEqual(acknowledged);
    await close();
  });
});

const numberIn = (line: string): number => Number(line.split(' ')[1]);
