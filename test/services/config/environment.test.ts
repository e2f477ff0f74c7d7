import { mkdtempSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/services/config/load-config.ts';
import { describeProblems, readOver } from './read-problems.ts';

const folder = mkdtempSync(join(tmpdir(), 'postern-config-'));
const urlFile = join(folder, 'database-url');
writeFileSync(urlFile, 'postgres://u:hunter2@db/postern\n');

test('the environment overrides the file', () => {
  const env = {
    POSTERN_DATA_DIR: '/var/lib/postern',
    POSTERN_DATABASE_URL: 'postgres://u:secret@db/postern',
  };
  const config = readOver('data_dir: elsewhere\ndatabase: {url: "postgres://other/db"}', env);
  expect({ dataDir: config.dataDir, database: config.database }).toEqual({
    dataDir: '/var/lib/postern',
    database: { url: 'postgres://u:secret@db/postern' },
  });
});

test('an empty variable says nothing', () => {
  expect(loadConfig({ env: { POSTERN_DATA_DIR: '', POSTERN_DATABASE_URL: '' } })).toEqual(
    loadConfig({ env: {} }),
  );
});

test.each([
  ['~', homedir()],
  ['~/.postern', `${homedir()}/.postern`],
  ['data', `${process.cwd()}/data`],
  ['/srv/~/x', '/srv/~/x'],
])('data_dir %s', (dataDir, resolved) => {
  expect(readOver(`data_dir: "${dataDir}"`).dataDir).toBe(resolved);
});

test('a URL without a password may stand in YAML', () => {
  expect(readOver('database: {url: "postgres://u@db:5432/postern"}').database.url).toBe(
    'postgres://u@db:5432/postern',
  );
});

test('a URL may stand in a file of its own, which the environment overrides', () => {
  expect(readOver(`database: {url_file: ${urlFile}}`).database.url).toBe('postgres://u:hunter2@db/postern');
  const env = { POSTERN_DATABASE_URL: 'postgres://b/b' };
  expect(readOver(`database: {url_file: ${urlFile}, url: "postgres://a/a"}`, env).database.url).toBe(
    'postgres://b/b',
  );
});

const FIX =
  'holds a password, which must not stand in YAML: set the environment variable POSTERN_DATABASE_URL, or name a file that holds the URL in database.url_file';

test.each([
  ['postgres://u:hunter2@db/postern', FIX],
  ['postgres://:hunter2@db/postern', FIX],
  ['postgres://db/postern?user=u&password=hunter2', FIX],
  ['mysql://u:hunter2@db/postern', FIX],
  ['postgres://u:hunter2@db:notaport/postern', FIX],
  ['u:hunter2@db/postern', FIX],
  ['http://hunter2', 'must be a URL such as postgres://user@host:5432/postern'],
  ['hunter2', 'must be a URL such as postgres://user@host:5432/postern'],
])('a URL is never repeated: %s', (url, message) => {
  expect(describeProblems(`database:\n  url: "${url}"`)).toEqual([`my.yaml:2 database.url: ${message}`]);
});

test('a wrong URL is refused by the name of its source and never repeated', () => {
  expect(describeProblems('log: {}', { POSTERN_DATABASE_URL: 'hunter2' })).toEqual([
    'environment variable POSTERN_DATABASE_URL database.url: must be a URL such as postgres://user@host:5432/postern',
  ]);
  const wrong = join(folder, 'wrong-url');
  writeFileSync(wrong, 'hunter2');
  expect(describeProblems(`database: {url_file: ${wrong}}`)).toEqual([
    `${wrong} database.url: must be a URL such as postgres://user@host:5432/postern`,
  ]);
});

test('a syntax error beside a password does not repeat the line', () => {
  expect(describeProblems('database: {url: "postgres://u:hunter2@db", ]').join()).not.toContain('hunter2');
});

test.each([
  [
    'database: {url_file: no/such}',
    ['my.yaml:1 database.url_file: "no/such" is not there: there is no such file'],
  ],
  [
    `database: {url: "postgres://a/a", url_file: ${urlFile}}`,
    ['my.yaml:1 database.url_file: url stands beside it: leave one out'],
  ],
])('%s is refused', (text, problems) => {
  expect(describeProblems(text)).toEqual(problems);
});

test('a data_dir that can be no path names the variable', () => {
  expect(describeProblems('log: {}', { POSTERN_DATA_DIR: 'a\0b' })).toEqual([
    'environment variable POSTERN_DATA_DIR data_dir: "a\\u0000b" is not allowed: must be a path',
  ]);
});
