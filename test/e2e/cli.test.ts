import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Ended, type Running, runPostern, startPostern } from '../cli/run-postern.ts';
import { startChild } from '../support/child.ts';
import { startPostgres } from '../support/postgres.ts';
import { stockFolder } from '../support/stocked-folder.ts';

let cwd: string;
const started: Running[] = [];
const postern = (...args: string[]): Promise<Ended> => runPostern(args, { cwd });
const put = (name: string, content: string): Promise<void> => writeFile(join(cwd, name), content);

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'postern-cli-'));
});
afterAll(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.map(({ ended }) => ended));
  await rm(cwd, { recursive: true, force: true });
});

/** What every refusal has in common: an exit code, one sentence on stderr, nothing on stdout, no stack. */
function expectRefusal(ended: Ended, code: number, ...words: string[]): void {
  expect(ended).toMatchObject({ code, stdout: '' });
  expect(ended.stderr).toMatch(/^postern: \S/m);
  for (const word of words) expect(ended.stderr).toContain(word);
  expect(ended.stderr).not.toMatch(/^\s+at |node:internal/m);
}

describe('help', () => {
  test('says what there is, and each command gives an example', async () => {
    const { code, stdout, stderr } = await postern('--help');
    expect([code, stderr]).toEqual([0, '']);
    const commands = [...stdout.matchAll(/^ {2}([a-z-]+) (?:\[options\]|\[command\])/gm)].map(
      ([, name]) => name!,
    );
    expect(commands).toEqual([
      'run',
      'replay',
      'record',
      'track',
      'page',
      'positions',
      'show',
      'explain',
      'exit',
      'hold',
      'release',
      'resume',
      'retry',
      'flatten',
      'methods',
      'set',
      'reload',
      'model',
      'entries',
      'breakers',
      'alerts',
      'report',
      'check-config',
      'doctor',
      'migrate',
      'help',
    ]);
    const helps = await Promise.all(commands.slice(0, -1).map((command) => postern(command, '--help')));
    for (const [index, help] of helps.entries()) {
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toMatch(/\nExamples?:\n {2}postern /);
      expect(help.stdout).toContain(`Usage: postern ${commands[index]}`);
      expect(help.stdout).toContain('--config <file>');
    }
  });

  test('--version is the version alone', async () => {
    expect(await postern('--version')).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
  });
});

describe('wrong usage', () => {
  test.each([
    ['no command', [], 'Usage: postern'],
    ['an unknown command', ['repaly'], "unknown command 'repaly' (did you mean replay?)"],
    ['a command like no other', ['frobnicate'], "unknown command 'frobnicate' (the nearest is "],
    ['an unknown option', ['positions', '--jsn'], "unknown option '--jsn' (did you mean --json?)"],
    ['an option like no other', ['positions', '--verbose'], "unknown option '--verbose' (the nearest is "],
    ['a missing argument', ['show'], "missing required argument 'id'"],
    ['an argument too many', ['show', 'a', 'b'], 'too many arguments'],
    ['an option without its value', ['positions', '--config'], 'argument missing'],
    ['two configs', ['check-config', 'a.yaml', '--config', 'b.yaml'], 'name one file'],
    [
      'a quantity finer than 0.01',
      ['exit', 'x', '--quantity', '1.001'],
      'above 0 and at most 1000000000, exact to 0.01',
    ],
    ['a quantity that is none', ['exit', 'x', '--quantity', 'all'], 'must be a number of contracts'],
    [
      'a priority that is none',
      ['exit', 'x', '--priority', 'hihg'],
      'Did you mean HIGH? It must be CRITICAL, HIGH',
    ],
    ['half a position', ['track', '--market', 'M', '--side', 'no'], 'missing: --quantity, --entry-price'],
    ['a price beyond a dollar', ['track', '--entry-price', '1'], 'a price in dollars above 0 and below 1'],
    ['a side that is none', ['track', '--side', 'maybe'], 'It must be yes or no'],
    ['a time that is none', ['track', '--opened-at', 'noon'], 'an ISO 8601 time'],
    ['no markets to record', ['record', '--out', 'b.csv'], 'missing: --markets A,B'],
    ['nowhere to record to', ['record', '--markets', 'A'], 'missing: --out FILE'],
    ['markets with a gap', ['record', '--markets', 'A,,B'], 'It must be tickers with commas between them'],
    ['a market that is none', ['record', '--markets', 'A,B/C'], 'must be the name of a market'],
    [
      'looks that are too frequent',
      ['record', '--every', '0.01'],
      'It must be a number of seconds at least 0.1 and at most 31536000, exact to 0.001',
    ],
    ['a time that is no time', ['record', '--for', 'ever'], 'It must be a number of seconds'],
    [
      'an environment that is none',
      ['record', '--environment', 'dmeo'],
      'Allowed choices are demo, production',
    ],
    [
      'two places to record from',
      ['record', '--environment', 'demo', '--rest-url', 'http://127.0.0.1/'],
      "'--environment <name>' cannot be used with option '--rest-url <url>'",
    ],
    [
      'a place that others could listen to',
      ['record', '--markets', 'A', '--out', 'b.csv', '--rest-url', 'http://example.org/'],
      '--rest-url must begin with https://',
    ],
    ['a position and a file', ['track', '--positions', 'p.yaml', '--side', 'no'], 'leave out --side'],
  ])('%s', async (_, args, words) => {
    const ended = await postern(...args);
    if (args.length === 0) expect(ended).toMatchObject({ code: 2, stdout: '' });
    else expectRefusal(ended, 2, words);
    expect(ended.stderr).toContain(words);
  });
});

describe('configurations', () => {
  test('check-config says what a good one defines', async () => {
    await put('good.yaml', 'data_dir: data\nmethods: {mine: {exit_conditions: {stop_loss: {stop: 0.10}}}}\n');
    const { code, stdout, stderr } = await postern('check-config', 'good.yaml');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('good.yaml: ok\n');
    expect(stdout).toContain('methods:   default, nfl, nba, tennis, mine');
    expect(stdout).toContain(join(cwd, 'data'));
    const json = await postern('check-config', '--config', 'good.yaml', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ file: 'good.yaml', ok: true, tracked: 'none' });
  });

  test('check-config without a file checks the defaults', async () => {
    expect((await postern('check-config')).stdout).toContain('config/default.yaml: ok\n');
  });

  test('every command refuses a bad one with all of its problems at once', async () => {
    await put(
      'bad.yaml',
      'monitoring:\n  normal_frequncy: 30\n  urgent_frequency: -5\nserver: {port: http}\n',
    );
    await put('some.yaml', '[]\n');
    const commands = [
      ['check-config', 'bad.yaml'],
      ['run', '--config', 'bad.yaml'],
      ['replay', 'b.csv', '--positions', 'some.yaml', '--config', 'bad.yaml'],
      ['positions', '--config', 'bad.yaml'],
      ['explain', 'x', '--config', 'bad.yaml'],
      ['migrate', '--config', 'bad.yaml'],
      ['doctor', '--config', 'bad.yaml'],
      ['record', '--markets', 'A', '--out', 'b.csv', '--config', 'bad.yaml'],
    ];
    for (const ended of await Promise.all(commands.map((args) => postern(...args))))
      expectRefusal(
        ended,
        2,
        'bad.yaml:2 monitoring.normal_frequncy: unknown key; the nearest known key is "normal_frequency"',
        'bad.yaml:3 monitoring.urgent_frequency: "-5" is not allowed',
        'bad.yaml:4 server.port: "http" is not allowed',
      );
  });

  test('one that is not there', async () => {
    expectRefusal(await postern('run', '--config', 'nope.yaml'), 2, 'nope.yaml: is not there');
  });
});

describe('a database that is not there', () => {
  test.each([['run'], ['positions'], ['migrate']])('%s', async (command) => {
    const POSTERN_DATABASE_URL = `postgres://someone:hush-hush@127.0.0.1:${await closedPort()}/postern`;
    const ended = await runPostern([command], { cwd, env: { POSTERN_DATABASE_URL } });
    expectRefusal(ended, 1, "can't be reached: ECONNREFUSED");
    expect(ended.stderr).not.toContain('hush-hush');
  });

  test.each([['run'], ['positions'], ['migrate']])('a data folder in use, %s', async (command) => {
    const folder = join(cwd, `in-use-${command}`);
    const holder = startChild(new URL('../support/lock-holder.ts', import.meta.url), [folder]);
    await holder.line(/locked/);
    try {
      const ended = await runPostern([command], { cwd, env: { POSTERN_DATA_DIR: folder } });
      expectRefusal(ended, 1, `the data folder ${folder} is in use by process ${holder.pid}`);
    } finally {
      await holder.kill();
    }
  });
});

test('a reader that goes away is no failure', async () => {
  const running = startPostern(['check-config'], { cwd });
  running.child.stdout.destroy();
  expect(await running.ended).toMatchObject({ code: 0, stderr: '' });
});

describe('on the store alone', () => {
  const EMBEDDED = 240_000;

  test(
    'the embedded database is made once, and found again',
    async () => {
      await put('store.yaml', `data_dir: store\n${MARKETS}`);
      const own = (...args: string[]): Promise<Ended> => postern(...args, '--config', 'store.yaml');
      const migrated = await own('migrate');
      expect(migrated).toMatchObject({ code: 0, stderr: '' });
      expect(migrated.stdout).toBe(`the database in ${join(cwd, 'store')}: brought up to date\n`);
      expect((await own('migrate', '--json')).stdout).toContain('"migrated": false');
      const lot = ['--market', 'CALM', '--side', 'yes', '--quantity', '10', '--entry-price', '0.50'];
      const tracked = JSON.parse((await own('track', ...lot, '--json')).stdout);
      expect(JSON.parse((await own('positions', '--json')).stdout)).toMatchObject([
        { id: tracked.id, market: 'CALM', quantity: '10.00', state: 'open' },
      ]);
    },
    EMBEDDED,
  );

  test(
    'positions are tracked, listed, shown, explained, held and released',
    async () => {
      const server = await startPostgres();
      onTestFinished(() => server.stop());
      const env = { POSTERN_DATABASE_URL: await server.createDatabase() };
      const own = (...args: string[]): Promise<Ended> =>
        runPostern([...args, '--config', 'server.yaml'], { cwd, env });
      await put('server.yaml', `data_dir: server\n${MARKETS}`);
      await put(
        'two.yaml',
        '- {market: CALM, side: yes, quantity: 10, entry_price: 0.50, method: nba, confidence: high}\n- {market: FALLS, side: no, quantity: 2.5, entry_price: 0.31}\n',
      );
      expect(await own('migrate')).toMatchObject({ code: 0, stderr: '' });

      const none = await own('positions');
      expect(none).toEqual({ code: 0, stdout: '', stderr: 'no open positions\n' });

      const tracked = JSON.parse((await own('track', '--positions', 'two.yaml', '--json')).stdout);
      expect(tracked).toMatchObject([
        {
          market: 'CALM',
          side: 'yes',
          quantity: '10.00',
          entry_price: '0.5000',
          method: 'nba',
          confidence: 'high',
        },
        {
          market: 'FALLS',
          side: 'no',
          quantity: '2.50',
          entry_price: '0.3100',
          method: 'default',
          state: 'open',
        },
      ]);
      const [{ id }, other] = tracked;

      const listed = (await own('positions')).stdout.trimEnd().split('\n');
      expect(listed.map((line) => line.split(/\s{2,}/).slice(0, 3))).toEqual([
        ['ID', 'STATE', 'POSITION'],
        [id, 'open', 'YES CALM'],
        [other.id, 'open', 'NO FALLS'],
      ]);

      expect((await own('hold', id, '--reason', 'waiting for news')).stdout).toContain('open, held');
      expect((await own('show', id)).stdout).toContain('waiting for news');
      expect(JSON.parse((await own('release', id, '--json')).stdout)).toMatchObject({ id, held: false });
      expectRefusal(await own('release', id), 1, `position ${id} is not held`);

      const explained = await own('explain', id);
      expect(explained.stdout.split('\n').slice(0, 2)).toEqual([
        `YES CALM (${id})  open`,
        'watching: not evaluated yet',
      ]);

      expectRefusal(await own('exit', id), 1, 'no daemon is running');
      expectRefusal(await own('show', 'nobody'), 1, 'there is no position nobody');
      const single = ['--market', 'NOPE', '--side', 'yes', '--quantity', '1', '--entry-price', '0.5'];
      expectRefusal(await own('track', ...single), 2, 'the venue has no market "NOPE"');
    },
    EMBEDDED,
  );
});

describe('postern run', () => {
  const EMBEDDED = 240_000;

  test(
    'prints a line for each event, answers the other commands, and stops on SIGTERM with 0',
    async () => {
      await stockFolder(join(cwd, 'run'));
      await put('run.yaml', `data_dir: run\nserver: {port: 0}\nclock: {speed: 10}\n${MARKETS}${TRACKED}`);
      const own = (...args: string[]): Promise<Ended> => postern(...args, '--config', 'run.yaml');
      const running = startPostern(['run', '--config', 'run.yaml'], { cwd });
      started.push(running);
      await running.line(/ {2}watching 2 positions: http:\/\/127\.0\.0\.1:\d+\/$/);

      const [positions, second, migrate, unknown] = await Promise.all([
        own('positions', '--json'),
        own('run'),
        own('migrate'),
        own('show', 'nobody'),
      ]);
      expect(JSON.parse(positions.stdout).map(({ market }: { market: string }) => market)).toContain('CALM');
      expectRefusal(second, 1, `a daemon runs on ${join(cwd, 'run')} already: process ${running.child.pid}`);
      expectRefusal(migrate, 1, `is in use by process ${running.child.pid}`);
      expectRefusal(unknown, 1, 'there is no position nobody');

      const calm = JSON.parse(positions.stdout).find(
        ({ market }: { market: string }) => market === 'CALM',
      ).id;
      expect((await own('hold', calm)).stdout).toContain('held');
      await running.line(/ YES CALM {2}operator\.hold/);
      await running.line(/ YES FALLS {2}stop_loss \(CRITICAL\): sell all/);
      const summary = await running.line(
        / YES FALLS {2}is closed: 20 bought at \$0\.60, stop_loss sold 20 at/,
      );
      const fallen = summary.split(/\s+/)[2]!;
      expect((await own('explain', fallen)).stdout).toContain('exited by stop_loss');
      expectRefusal(await own('hold', fallen), 1, `position ${fallen} is closed`);

      running.child.kill('SIGTERM');
      const ended = await running.ended;
      expect(ended.code).toBe(0);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
      expect(ended.stdout).not.toMatch(/\u001b/);
      const lines = ended.stdout.trimEnd().split('\n');
      expect(lines.filter((line) => !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}\S/.test(line))).toEqual([
        expect.stringMatching(/^ID +STATE +POSITION/),
        expect.stringMatching(/ YES CALM /),
        expect.stringMatching(/ YES FALLS /),
      ]);
      await expect(access(join(cwd, 'run', 'daemon.json'))).rejects.toThrow();

      const closed = JSON.parse((await own('positions', '--all', '--json')).stdout);
      expect(closed.find(({ id }: { id: string }) => id === fallen)).toMatchObject({
        state: 'closed',
        remaining: '0.00',
      });
    },
    EMBEDDED,
  );
});

const MARKETS = `venue:
  kind: paper
  source: generator
  seed: 1
  adopt: listed
  markets:
    - {market: CALM, start_price: 0.5, path: mean_reverting, volatility: 0, spread: 0.02, levels: 3, size: 100, volume_24h: 900}
    - {market: FALLS, start_price: 0.6, path: waypoints, volatility: 0, waypoints: [{after_seconds: 60, price: 0.6}, {after_seconds: 90, price: 0.4}],
       spread: 0.02, levels: 3, size: 100, volume_24h: 900}
`;

const TRACKED = `tracked:
  - {market: CALM, side: yes, quantity: 40, entry_price: 0.50}
  - {market: FALLS, side: yes, quantity: 20, entry_price: 0.60}
`;

/** A loopback port on which nobody listens. */
function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
