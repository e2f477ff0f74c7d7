import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/services/clock.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import { examine } from '../../src/services/doctor/doctor.ts';
import { writeDaemonFile } from '../../src/services/process/data-dir.ts';
import { openStore } from '../../src/services/store/open-store.ts';
import { startChild } from '../support/child.ts';

const EMBEDDED = 240_000;

let dataDir: string;
let folder: string;
let server: Server | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-storage-'));
  dataDir = join(folder, 'data');
});
afterEach(() => {
  server?.close();
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

async function linesOf(env: Record<string, string> = {}): Promise<string[]> {
  const lines: string[] = [];
  const nobody = () => {
    throw new Error('the paper venue reaches nobody');
  };
  for await (const { verdict, check, text } of examine({
    config: loadConfig({ env: { POSTERN_DATA_DIR: dataDir, ...env } }),
    file: 'config/default.yaml',
    clock: new VirtualClock(0),
    http: nobody,
    openSocket: nobody,
  }))
    lines.push(`${verdict} ${check}: ${text}`);
  return lines;
}

test('on paper there is nothing to sign, and nothing is made by looking', async () => {
  expect(await linesOf()).toEqual([
    'ok configuration: config/default.yaml is valid; the venue is paper',
    'ok exchange: the paper venue is in this process: nothing to reach, and nothing to sign',
    `ok data folder: ${dataDir} will be made at the first start`,
    'ok daemon: none runs',
    'ok database: embedded; the first start makes it',
  ]);
  expect(readdirSync(folder)).toEqual([]);
});

describe('data folder', () => {
  test('is a file', async () => {
    writeFileSync(dataDir, '');
    expect((await linesOf()).slice(2)).toEqual([
      `fail data folder: ${dataDir} is no folder: name another data_dir`,
      'ok daemon: none runs',
      'warn database: not checked: the data folder can not be used',
    ]);
  });

  test('can not be written', async () => {
    expect((await linesOf({ POSTERN_DATA_DIR: '/proc/self/postern' }))[2]).toMatch(
      /^fail data folder: \/.* can't be written by this user: change its owner, or name another data_dir$/,
    );
  });

  test('can be written', async () => {
    mkdirSync(dataDir);
    expect((await linesOf())[2]).toBe(`ok data folder: ${dataDir} can be written`);
  });
});

describe('daemon', () => {
  const leave = (url: string, pid = process.pid): void => {
    mkdirSync(dataDir, { recursive: true });
    writeDaemonFile(dataDir, { url, pid, instance: 'abc', started_at: '2026-11-23T17:00:00Z' });
  };

  test('runs, and holds the embedded database', async () => {
    const status = JSON.stringify({ pid: process.pid, instance: 'abc' });
    server = createServer((_, response) => response.end(status));
    await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    leave(url);
    expect((await linesOf()).slice(3)).toEqual([
      `ok daemon: runs as process ${process.pid}, its API at ${url}`,
      'ok database: embedded; the running daemon holds it',
    ]);
  });

  test('does not answer', async () => {
    leave('http://127.0.0.1:9');
    expect((await linesOf())[3]).toBe(
      `warn daemon: process ${process.pid}, which ${join(dataDir, 'daemon.json')} names, does not answer at http://127.0.0.1:9: it hangs, or is another program by now`,
    );
  });

  test('is dead', async () => {
    leave('http://127.0.0.1:9', 2 ** 22 + 1);
    expect((await linesOf())[3]).toBe('ok daemon: none runs');
  });
});

describe('database', () => {
  test(
    'waits for its schema, opens, and is in use',
    async () => {
      await expect(openStore({ dataDir, migrate: false })).rejects.toThrow('migrations are pending');
      expect((await linesOf())[4]).toBe('ok database: opens; the next start brings its schema up to date');
      const { close } = await openStore({ dataDir, migrate: true });
      await close();
      expect((await linesOf())[4]).toBe("ok database: embedded; it opens, and its schema is this version's");
      const holder = startChild(new URL('../support/lock-holder.ts', import.meta.url), [dataDir]);
      await holder.line(/locked/);
      const inUse = await linesOf().finally(() => holder.kill());
      expect(inUse[4]).toBe(`fail database: the data folder ${dataDir} is in use by process ${holder.pid}`);
    },
    EMBEDDED,
  );

  test('is a server that is not there; its password is not shown', async () => {
    const lines = await linesOf({ POSTERN_DATABASE_URL: 'postgres://me:hush-hush@127.0.0.1:9/postern' });
    expect(lines[4]).toBe(
      "fail database: the database at 127.0.0.1:9/postern can't be reached: ECONNREFUSED",
    );
    expect(lines.join('\n')).not.toContain('hush');
  });
});
