import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findDaemon } from '../../src/services/http/client.ts';
import {
  keepToken,
  prepareDataDir,
  readDaemonFile,
  readToken,
  removeDaemonFile,
  writeDaemonFile,
} from '../../src/services/process/data-dir.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = join(mkdtempSync(join(tmpdir(), 'postern-data-')), 'deep', 'down');
  prepareDataDir(dataDir);
});
afterEach(() => rmSync(join(dataDir, '..', '..'), { recursive: true, force: true }));

const FILE = {
  url: 'http://127.0.0.1:9',
  pid: process.pid,
  instance: 'abc123',
  started_at: '2026-01-01T12:00:00.000Z',
};

test('the folder and the token are their owner’s alone, and the token stays', () => {
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  const token = keepToken(dataDir);
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  expect(statSync(join(dataDir, 'token')).mode & 0o777).toBe(0o600);
  expect(keepToken(dataDir)).toBe(token);
  expect(readToken(dataDir)).toBe(token);
  expect(readdirSync(dataDir)).toEqual(['token']);
});

test('a token that others could read, or that is none, is replaced', () => {
  const token = keepToken(dataDir);
  chmodSync(join(dataDir, 'token'), 0o644);
  const fresh = keepToken(dataDir);
  expect(fresh).not.toBe(token);
  expect(statSync(join(dataDir, 'token')).mode & 0o777).toBe(0o600);
  writeFileSync(join(dataDir, 'token'), 'half');
  expect(readToken(dataDir)).toBeNull();
  expect(keepToken(dataDir)).toMatch(/^[0-9a-f]{64}$/);
});

test('a daemon removes only its own file', () => {
  writeDaemonFile(dataDir, FILE);
  expect(readDaemonFile(dataDir)).toEqual(FILE);
  removeDaemonFile(dataDir, 1);
  expect(readDaemonFile(dataDir)).toEqual(FILE);
  removeDaemonFile(dataDir, process.pid);
  expect(readDaemonFile(dataDir)).toBeNull();
});

test('what a dead daemon left behind is no daemon', async () => {
  expect(await findDaemon(dataDir)).toBeNull();
  writeDaemonFile(dataDir, FILE);
  expect(await findDaemon(dataDir), 'the process lives, but nobody answers there').toBeNull();
  writeDaemonFile(dataDir, { ...FILE, pid: 2 ** 22 + 1 });
  expect(await findDaemon(dataDir)).toBeNull();
  writeFileSync(join(dataDir, 'daemon.json'), '{"url": "http');
  expect(await findDaemon(dataDir)).toBeNull();
});
