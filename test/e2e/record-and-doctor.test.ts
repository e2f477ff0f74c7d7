import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readRecording } from '../../src/services/venues/paper/recording.ts';
import { type Ended, runPostern, startPostern } from '../cli/run-postern.ts';
import { type ExchangeProcess, killExchanges, startExchange } from '../support/exchange-process.ts';

vi.setConfig({ testTimeout: 120_000 });

const SCENARIO = `name: recorded
markets:
  - {market: KXA-1, start_price: 0.60, waypoints: [{after_seconds: 1, price: 0.60}, {after_seconds: 30, price: 0.30}], spread: 0.02, size: 100}
  - {market: KXB-1, start_price: 0.40, spread: 0.02, size: 100}
account: {cash: 1000, holdings: [{market: KXA-1, side: yes, quantity: 10, entry_price: 0.60}]}
`;

let cwd: string;
let exchange: ExchangeProcess;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'postern-record-'));
  writeFileSync(join(cwd, 'scenario.yaml'), SCENARIO);
  exchange = await startExchange({ dataDir: join(cwd, 'exchange'), scenario: join(cwd, 'scenario.yaml') });
});
afterAll(async () => {
  await killExchanges();
  rmSync(cwd, { recursive: true, force: true });
});

const args = (...more: string[]): string[] => [
  'record',
  '--markets',
  'KXA-1,KXB-1',
  '--rest-url',
  `${exchange.url}/trade-api/v2`,
  '--every',
  '0.2',
  ...more,
];
const record = (...more: string[]): Promise<Ended> => runPostern(args(...more), { cwd });
const rowsOf = (name: string): number => {
  try {
    return readFileSync(join(cwd, name), 'utf8').split('\n').length - 2;
  } catch {
    return 0;
  }
};

describe('postern record', () => {
  test('writes until SIGTERM what postern replay reads', async () => {
    const running = startPostern(args('--out', 'books.csv'), { cwd });
    await vi.waitFor(() => expect(rowsOf('books.csv')).toBeGreaterThan(6), { timeout: 60_000 });
    running.child.kill('SIGTERM');
    const { code, stdout, stderr } = await running.ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^recorded \d+ rows of 2 markets in books\.csv, over \d+\.\d s\n$/);
    expect((await readRecording(join(cwd, 'books.csv'))).markets).toEqual(['KXA-1', 'KXB-1']);

    writeFileSync(
      join(cwd, 'positions.yaml'),
      '- {market: KXA-1, side: yes, quantity: 10, entry_price: 0.90}\n',
    );
    const replayed = await runPostern(['replay', 'books.csv', '--positions', 'positions.yaml', '--json'], {
      cwd,
    });
    expect(replayed.code).toBe(0);
    expect(JSON.parse(replayed.stdout).positions).toMatchObject([{ market: 'KXA-1', state: 'closed' }]);
  });

  test('ends by itself, refuses to write over a file, and adds to it when told to', async () => {
    expect(await record('--out', 'twice.csv', '--for', '1')).toMatchObject({ code: 0, stderr: '' });
    const before = readFileSync(join(cwd, 'twice.csv'), 'utf8');
    expect(await record('--out', 'twice.csv', '--for', '1')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'postern: twice.csv: exists already: name another file, or add to it with --append\n',
    });
    expect(readFileSync(join(cwd, 'twice.csv'), 'utf8')).toBe(before);
    expect(await record('--out', 'twice.csv', '--for', '1', '--append')).toMatchObject({
      code: 0,
      stderr: '',
    });
    const after = readFileSync(join(cwd, 'twice.csv'), 'utf8');
    expect(after.startsWith(before)).toBe(true);
    expect((await readRecording(join(cwd, 'twice.csv'))).length).toBe(after.split('\n').length - 2);
  });

  test('killed at any moment it leaves whole rows, and what is added later goes with them', async () => {
    const running = startPostern(args('--out', 'killed.csv'), { cwd });
    await vi.waitFor(() => expect(rowsOf('killed.csv')).toBeGreaterThan(2), { timeout: 60_000 });
    running.child.kill('SIGKILL');
    await running.ended;
    writeFileSync(join(cwd, 'killed.csv'), '2026-11-23T17:00:0', { flag: 'a' });
    const added = await record('--out', 'killed.csv', '--for', '1', '--append');
    expect(added.code).toBe(0);
    expect(added.stderr).toMatch(/^\d\d:\d\d:\d\d {2}the last line was half-written and is dropped\n$/);
    expect((await readRecording(join(cwd, 'killed.csv'))).markets).toEqual(['KXA-1', 'KXB-1']);
  });

  test('refuses markets that the exchange does not know', async () => {
    const markets = ['--markets', 'KXA-1,KXNOPE-1', '--rest-url', `${exchange.url}/trade-api/v2`];
    const ended = await runPostern(['record', ...markets, '--out', 'nope.csv'], { cwd });
    expect(ended).toEqual({
      code: 2,
      stdout: '',
      stderr: `postern: 127.0.0.1:${exchange.port} knows no market KXNOPE-1\n`,
    });
    expect(rowsOf('nope.csv')).toBe(0);
  });

  test('needs no key, whatever the configuration is for', async () => {
    writeFileSync(
      join(cwd, 'kalshi.yaml'),
      `venue: {kind: kalshi, rest_url: "${exchange.url}/trade-api/v2"}\n`,
    );
    const ended = await runPostern(
      ['record', '--markets', 'KXB-1', '--out', 'keyless.csv', '--for', '1', '--config', 'kalshi.yaml'],
      { cwd },
    );
    expect(ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('says so when nothing could be recorded', async () => {
    const nobody = ['record', '--markets', 'A', '--rest-url', 'http://127.0.0.1:9/trade-api/v2'];
    const ended = await runPostern([...nobody, '--out', 'nothing.csv', '--for', '1'], { cwd });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(
      /^\d\d:\d\d:\d\d {2}127\.0\.0\.1:9 does not answer: .*\. Trying on\npostern: nothing was recorded\n$/,
    );
  });
});

describe('postern doctor', () => {
  const config = (port = exchange.port): string => `venue:
  kind: kalshi
  rest_url: http://127.0.0.1:${port}/trade-api/v2
  stream_url: ws://127.0.0.1:${port}/trade-api/ws/v2
  api_key_id: practice-key-0001
  private_key_path: ${join(cwd, 'exchange', 'key.pem')}
  stream: true
data_dir: data
`;

  test('finds everything in order, over a real connection', async () => {
    writeFileSync(join(cwd, 'good.yaml'), config());
    const { code, stdout, stderr } = await runPostern(['doctor', '--config', 'good.yaml'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.slice(0, 21).trimEnd())).toEqual(
      [
        'configuration',
        'environment',
        'key file',
        'exchange',
        'trading',
        'maintenance',
        'clock',
        'API key',
        'region',
        'rate limits',
        'account',
        'stream',
        'data folder',
        'daemon',
        'database',
      ].map((check) => `ok    ${check}`),
    );
    expect(lines[7]).toContain('practice… may read and trade');
    expect(lines[10]).toContain('1 position ');
    expect(stdout).not.toContain('practice-key-0001');
  });

  test('fails where something does, and says so to programs too', async () => {
    writeFileSync(join(cwd, 'bad-port.yaml'), config(9));
    const plain = await runPostern(['doctor', '--config', 'bad-port.yaml'], { cwd });
    expect(plain).toMatchObject({ code: 1, stderr: '' });
    expect(plain.stdout).toMatch(/^FAIL {2}exchange {7}127\.0\.0\.1:9: the request failed/m);
    expect(plain.stdout).toMatch(/^warn {2}API key {8}not checked: the exchange was not reached$/m);
    const { code, stdout } = await runPostern(['doctor', '--config', 'bad-port.yaml', '--json'], { cwd });
    const told = JSON.parse(stdout);
    expect([code, told.ok]).toEqual([1, false]);
    expect(told.findings).toHaveLength(15);
    expect(told.findings[3]).toEqual({
      check: 'exchange',
      verdict: 'fail',
      text: expect.stringMatching(/^127\.0\.0\.1:9: the request failed/),
    });
  });

  test('lacks a key in the configuration', async () => {
    writeFileSync(join(cwd, 'no-key.yaml'), 'venue: {kind: kalshi}\n');
    const { code, stdout, stderr } = await runPostern(['doctor', '--config', 'no-key.yaml'], { cwd });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('set the environment variable KALSHI_API_KEY_ID');
  });
});
