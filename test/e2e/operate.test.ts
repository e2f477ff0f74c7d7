import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Ended, type Running, runPostern, startPostern } from '../cli/run-postern.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

/** Starting a database takes its time on a busy machine. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let cwd: string;
let server: PostgresServer;
let databaseUrl: string;
let daemon: Running;
/** The daemon's log so far. */
let logged = '';
const where = () => ({ cwd, env: { POSTERN_DATABASE_URL: databaseUrl } });
const postern = (...args: string[]): Promise<Ended> => runPostern([...args, '--config', 'my.yaml'], where());
const json = async (...args: string[]) => JSON.parse((await postern(...args, '--json')).stdout);
const put = (text: string): void => writeFileSync(join(cwd, 'my.yaml'), text);
const eventually = <T>(look: () => Promise<T>): Promise<T> =>
  vi.waitFor(look, { timeout: 60_000, interval: 200 });
const journalOf = async (id: string): Promise<{ kind: string; summary: string; data: object }[]> =>
  (await json('show', id)).journal;
const me = userInfo().username;

const market = (name: string) =>
  `{market: ${name}, start_price: 0.5, path: mean_reverting, volatility: 0, spread: 0.02, levels: 3, size: 100, volume_24h: 900}`;
const lot = (name: string) => `{market: ${name}, side: yes, quantity: 40, entry_price: 0.50}`;
const NAMES = ['CALM', 'QUIET', 'STILL'];
const CONFIG = `data_dir: data
server: {port: 0}
clock: {speed: 5}
model: {file: model.jsonl}
venue:
  kind: paper
  source: generator
  seed: 1
  adopt: listed
  markets: [${NAMES.map(market).join(', ')}]
tracked: [${NAMES.map(lot).join(', ')}]
`;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'postern-operate-'));
  server = await startPostgres();
  databaseUrl = await server.createDatabase();
  put(CONFIG);
  daemon = startPostern(['run', '--config', 'my.yaml'], where());
  daemon.child.stderr.on('data', (chunk) => {
    logged += chunk;
  });
  await daemon.line(/ {2}watching \d positions/);
  await eventually(async () => {
    const marks = (await json('positions')).map(({ mark }: { mark: string | null }) => mark);
    expect(marks).toEqual(['0.4900', '0.4900', '0.4900']);
  });
});
afterAll(async () => {
  daemon.child.kill('SIGKILL');
  await daemon.ended;
  await server.stop();
  await rm(cwd, { recursive: true, force: true });
});

describe('methods', () => {
  test('a position gets settings of its own, and goes on under another method', async () => {
    const set = await postern('set', 't1', 'stop_loss=-0.08', 'partial_exits=off', '--reason', 'earnings');
    expect(set).toMatchObject({ code: 0, stderr: '' });
    expect(set.stdout).toMatch(/^position t1: default@1 → default~t1@1\n/);
    expect(set.stdout).toMatch(/exit_conditions\.stop_loss\.stop +0\.15 +0\.08\n/);
    await daemon.line(/t1 YES CALM {2}method\.changed: default@1 → default~t1@1; .*by .*: earnings/);
    expect(await journalOf('t1')).toContainEqual(
      expect.objectContaining({
        kind: 'method.changed',
        data: expect.objectContaining({ by: me, reason: 'earnings', to: 'default~t1@1' }),
      }),
    );
    expect(await json('set', 't1', 'method=nfl')).toMatchObject({ from: 'default~t1@1', to: 'nfl@1' });
    expect((await json('show', 't1')).method).toBe('nfl');
    expect((await postern('methods')).stdout).toMatch(/^nfl +1 +1 with version 1$/m);
  });

  test('a reload gives new positions new versions, and names what needs a restart', async () => {
    put(`${CONFIG}exit_conditions: {stop_loss: {stop: 0.12}}\nlease: {ttl_seconds: 20}\n`);
    const { code, stdout } = await postern('reload', '--reason', 'tighter');
    expect(code).toBe(0);
    expect(stdout).toContain('1 setting changed:');
    expect(stdout).toMatch(/exit_conditions\.stop_loss\.stop +0\.15 +0\.12/);
    expect(stdout).toContain('new positions get default@2, nfl@2, nba@2, tennis@2');
    expect(stdout).toMatch(/1 setting needs a restart:\n.*\nlease\.ttl_seconds +15 +20\n/);
    expect((await postern('methods', 'diff', 'default@1', 'default')).stdout).toMatch(
      /exit_conditions\.stop_loss\.stop +0\.15 +0\.12/,
    );
    const track = ['track', '--market', 'CALM', '--side', 'yes', '--quantity', '1', '--entry-price', '0.5'];
    expect(await json(...track)).toMatchObject({ method: 'default', method_version: 2 });
    expect(await json('show', 't2')).toMatchObject({ method: 'default', method_version: 1 });
  });

  test('a reload of what is wrong changes nothing, and SIGHUP says so in the log', async () => {
    put(`${CONFIG}exit_conditions: {stop_loss: {stop: 2}}\nserver: {prot: 1}\n`);
    const refused = await postern('reload');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('exit_conditions.stop_loss.stop: "2" is not allowed');
    daemon.child.kill('SIGHUP');
    await said(/SIGHUP: nothing has changed: The configuration is not valid/);
    put(`${CONFIG}exit_conditions: {stop_loss: {stop: 0.11}}\n`);
    daemon.child.kill('SIGHUP');
    await daemon.line(/config\.reloaded: .*stop_loss\.stop 0\.12 → 0\.11; .*by SIGHUP/);
    expect((await json('methods')).find(({ name }: { name: string }) => name === 'default').version).toBe(3);
  });

  test.each([
    [
      'a command that is none',
      ['methods', 'dif', 'nfl', 'nba'],
      2,
      "unknown command 'postern methods dif' (the nearest is diff)",
    ],
    ['a method that is none', ['methods', 'show', 'nfll'], 1, 'did you mean nfl?'],
    ['a setting that is none', ['set', 't1', 'stop_los=1'], 2, 'the nearest known key is "stop_loss"'],
    ['what is no setting', ['set', 't1', 'stop_loss'], 2, '"stop_loss" is not like stop_loss=-0.08'],
    ['a setting twice', ['set', 't1', 'stop_loss=1', 'stop_loss=2'], 2, 'stop_loss stands twice'],
    ['a position that is none', ['set', 'nobody', 'stop_loss=0.1'], 1, 'there is no position nobody'],
  ])('%s is refused', async (_, args, code, words) => {
    const ended = await postern(...args);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(words);
  });
});

describe("a model's word", () => {
  test('is said by hand, and judged', async () => {
    const set = ['model', 'set', 'QUIET', 'yes', '0.70', '--confidence', 'high', '--source', 'me'];
    expect(await postern(...set)).toMatchObject({ code: 0, stdout: 'QUIET: taken\n' });
    expect((await postern('model')).stdout).toMatch(/^QUIET +YES +70\.00 % +\d+ s +high +– +me$/m);
    await eventually(async () =>
      expect((await json('explain', 't2')).evaluation.conditions).toContainEqual(
        expect.objectContaining({ condition: 'edge_disappeared', value: '0.210000' }),
      ),
    );
    const late = await postern('model', 'set', 'QUIET', 'yes', '0.71', '--at', '2026-01-01T00:00:00Z');
    expect(late.code).toBe(1);
    expect(late.stderr).toContain('is not later than what was taken');
  });

  test('comes from a file that grows', async () => {
    const value = { market: 'STILL', side: 'no', probability: 0.4 };
    appendFileSync(join(cwd, 'model.jsonl'), `${JSON.stringify(value)}\nnonsense\n`);
    await eventually(async () =>
      expect(await json('model')).toContainEqual(
        expect.objectContaining({
          market: 'STILL',
          side: 'no',
          probability: '0.400000',
          source: 'model.jsonl',
        }),
      ),
    );
    await daemon.line(/model\.refused: model\.jsonl:2: is not JSON/);
  });

  test('over the API is for who has the token', async () => {
    const { url } = JSON.parse(readFileSync(join(cwd, 'data', 'daemon.json'), 'utf8'));
    const token = readFileSync(join(cwd, 'data', 'token'), 'utf8').trim();
    const put = (authorization: string) =>
      fetch(`${url}/api/model`, {
        method: 'PUT',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify([{ market: 'CALM', side: 'yes', probability: '0.61' }]),
      });
    expect((await put('Bearer nobody')).status).toBe(401);
    const answer = await put(`Bearer ${token}`);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { accepted: [{ index: 0, market: 'CALM' }], refused: [] },
    ]);
  });
});

describe('entries and breakers', () => {
  test('entries are paused and resumed', async () => {
    expect(await postern('entries', 'pause', '--reason', 'news')).toMatchObject({
      code: 0,
      stdout: 'entries are paused\n',
    });
    expect((await postern('entries')).stderr).toContain(`entries are paused by ${me}: news`);
    expect((await postern('entries', 'resume')).stdout).toBe('entries are resumed\n');
    expect(await json('entries')).toMatchObject({ enabled: false, paused: null });
  });

  test('breakers are listed, and one that is not tripped is not reset', async () => {
    expect((await postern('breakers')).stdout).toMatch(/^daily_loss {2}ready/m);
    expect((await json('breakers')).map(({ name }: { name: string }) => name)).toEqual([
      'daily_loss',
      'api',
      'database',
    ]);
    const reset = await postern('breakers', 'reset', 'database', '--reason', 'mended');
    expect(reset.code).toBe(1);
    expect(reset.stderr).toContain('tripped');
    expect((await postern('breakers', 'reset', 'databse', '--reason', 'x')).stderr).toContain(
      'did you mean database?',
    );
    expect((await postern('breakers', 'reset', 'api')).stderr).toContain("required option '--reason <text>'");
  });
});

describe('the end', () => {
  test('an exit is previewed, and nothing is sold', async () => {
    const said = await postern('exit', 't2', '--priority', 'CRITICAL', '--quantity', '5', '--preview');
    expect(said).toMatchObject({ code: 0, stderr: '' });
    expect(said.stdout).toMatch(/^Sells 5 of 40 YES QUIET with a market order at .*\$0\.39 or better, /);
    expect(await json('exit', 't2', '--preview')).toMatchObject({
      ...{ id: 't2', quantity: '40.00', order: 'limit', limit_price: '0.4800', possible: true },
    });
    expect((await json('show', 't2')).exit).toBeNull();
  });

  test('an exit is forced over one that works, with who and why', async () => {
    expect((await postern('exit', 't2', '--priority', 'LOW', '--reason', 'slowly')).code).toBe(0);
    const forced = await postern(
      'exit',
      't2',
      '--priority',
      'MEDIUM',
      '--quantity',
      '5',
      '--reason',
      'a part',
    );
    expect(forced.code).toBe(0);
    await eventually(async () =>
      expect(await journalOf('t2')).toContainEqual(
        expect.objectContaining({
          kind: 'operator.exit',
          summary: `operator (MEDIUM) replaces operator (LOW); by ${me}: a part`,
          data: { by: me, reason: 'a part' },
        }),
      ),
    );
    expect((await postern('exit', 't2', '--note', 'old')).stderr).toContain("unknown option '--note'");
  });

  test('flatten shows what it would sell, and sells it when told twice', async () => {
    const preview = await postern('flatten');
    expect(preview.code).toBe(2);
    expect(preview.stdout).toMatch(/^t3 +YES STILL +40 +\$0\.49 +\$19\.60 +would be sold/m);
    expect(preview.stderr).toContain('nothing was sold: add --yes');
    const flat = await postern('flatten', '--yes', '--priority', 'CRITICAL', '--reason', 'done');
    expect(flat).toMatchObject({ code: 0, stderr: '' });
    expect(flat.stdout).toMatch(/^entries are paused$/m);
    expect(flat.stdout).toMatch(/^t3 +YES STILL +40 +\$0\.49 +\$19\.60 +selling +operator \(CRITICAL\)$/m);
    await eventually(async () => expect(await json('positions')).toEqual([]));
    expect((await json('entries')).paused).toBe(`entries are paused by ${me}: done`);
    daemon.child.kill('SIGTERM');
    expect((await daemon.ended).code).toBe(0);
  });

  test('without a daemon what only reads is answered, and the rest refused', async () => {
    expect((await json('entries')).paused).toBe(`entries are paused by ${me}: done`);
    expect((await postern('breakers')).code).toBe(0);
    expect((await postern('methods', 'show', 'default~t1')).code).toBe(0);
    const refused = [
      ['model', 'set', 'CALM', 'yes', '0.5'],
      ['entries', 'pause'],
      ['breakers', 'reset', 'api', '--reason', 'x'],
      ['flatten'],
      ['reload'],
    ];
    for (const ended of await Promise.all(refused.map((args) => postern(...args)))) {
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toContain('no daemon is running');
    }
  });
});

/** What the daemon's log says sooner or later. */
const said = (pattern: RegExp): Promise<void> => eventually(async () => expect(logged).toMatch(pattern));
