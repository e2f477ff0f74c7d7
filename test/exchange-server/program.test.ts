import { spawn } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import {
  ask,
  call,
  cleanUp,
  control,
  dataFolder,
  GB,
  STILL,
  sale,
  scenarioFile,
  scratchFolder,
} from './rig.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/exchange.js', import.meta.url));

interface Program {
  url: string;
  keyFile: string;
  signal(signal: NodeJS.Signals): void;
  ended: Promise<Ended>;
}

interface Ended {
  end: number | NodeJS.Signals;
  stdout: string;
  stderr: string;
}

const started: Program[] = [];

function run(args: string[]): { signal: Program['signal']; ready: Promise<string>; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => resolve({ end: signal ?? code ?? -1, stdout, stderr })),
  );
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      const url = /^practice exchange at (\S+)\/trade-api\/v2,[\s\S]*^next, /m.exec(stdout)?.[1];
      if (url) resolve(url);
    });
    void ended.then(({ end, stderr: said }) => reject(new Error(`ended with ${end}: ${said}`)));
  });
  ready.catch(() => {});
  return { ready, ended, signal: (signal) => void child.kill(signal) };
}

async function start(dataDir: string, scenario: string, ...more: string[]): Promise<Program> {
  const { signal, ended, ready } = run([
    ...['--port', '0', '--data-dir', dataDir, '--scenario', scenario],
    ...more,
  ]);
  const url = await ready;
  const program = { url, signal, ended, keyFile: join(dataDir, 'key.pem') };
  started.push(program);
  return program;
}

afterEach(async () => {
  for (const { signal } of started) signal('SIGKILL');
  await Promise.all(started.splice(0).map(({ ended }) => ended));
  await cleanUp();
});

describe('a life of the program', () => {
  test('SIGKILL in the middle loses nothing that was answered', async () => {
    const dataDir = dataFolder();
    const scenario = scenarioFile(STILL);
    const first = await start(dataDir, scenario);
    const path = '/portfolio/events/orders';
    const sold = await call(first, 'POST', path, sale('a-1', '30', '0.60'));
    const resting = await call(first, 'POST', path, sale('a-2', '20', '0.70', true));
    await control(first, 'act', { type: 'crowd.take', orderId: resting.body.order_id, count: 500 });
    first.signal('SIGKILL');
    expect((await first.ended).end).toBe('SIGKILL');

    const second = await start(dataDir, scenario);
    expect(second.keyFile).toBe(first.keyFile);
    const { body: positions } = await call(second, 'GET', '/portfolio/positions');
    expect(positions.market_positions).toMatchObject([{ ticker: GB, position_fp: '65.00' }]);
    const { body: orders } = await call(second, 'GET', `/portfolio/orders?ticker=${GB}`);
    const known = orders.orders.filter((order: { client_order_id: string }) => order.client_order_id);
    expect(known).toMatchObject([
      {
        order_id: resting.body.order_id,
        client_order_id: 'a-2',
        status: 'resting',
        remaining_count_fp: '15.00',
      },
      { order_id: sold.body.order_id, client_order_id: 'a-1', status: 'executed', fill_count_fp: '30.00' },
    ]);
    const again = await call(second, 'POST', path, sale('a-1', '30', '0.60'));
    expect([again.status, again.body.error.code]).toEqual([409, 'order_already_exists']);
    const cancelled = await call(second, 'DELETE', `${path}/${resting.body.order_id}?market_ticker=${GB}`);
    expect(cancelled.status).toBe(200);
  });

  test('SIGKILL among many requests loses none of those that were answered', async () => {
    const dataDir = dataFolder();
    const scenario = scenarioFile(STILL.replace('cash: 1000', 'cash: 1000\n  tier: prestige'));
    const first = await start(dataDir, scenario);
    const answered: string[] = [];
    const requests = Array.from({ length: 40 }, (_, index) =>
      call(first, 'POST', '/portfolio/events/orders', sale(`a-${index}`, '1', '0.70', true)).then(
        ({ status, body }) => {
          if (status === 201) answered.push(body.order_id);
          if (answered.length === 10) first.signal('SIGKILL');
        },
        () => {},
      ),
    );
    await Promise.all(requests);
    expect((await first.ended).end).toBe('SIGKILL');

    const second = await start(dataDir, scenario);
    const { body } = await call(second, 'GET', '/portfolio/orders?status=resting&limit=100');
    const kept = body.orders.map((order: { order_id: string }) => order.order_id);
    expect(kept).toEqual(expect.arrayContaining(answered));
  });

  test('says where it is, what its key is, what happens, and goes with 0', async () => {
    const dataDir = join(scratchFolder(), 'data');
    const program = await start(dataDir, scenarioFile(STILL));
    expect(statSync(program.keyFile).mode & 0o777).toBe(0o600);
    expect(readFileSync(program.keyFile, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    await call(program, 'POST', '/portfolio/events/orders', sale('a-1', '30', '0.60'));
    program.signal('SIGTERM');
    const { end, stdout, stderr } = await program.ended;
    expect([end, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`key practice-key-0001 in ${program.keyFile}`);
    expect(stdout).toContain('node dist/cli.js run --config config/kalshi-local.yaml');
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}KX\S+ order \w+ accepted: sell 30.00 YES/m);
    expect(stdout).toMatch(/\nstopped: the next start goes on from here\n$/);
    await expect(ask(program.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('stops when the control port asks, and --quiet says nothing of what happens', async () => {
    const program = await start(dataFolder(), scenarioFile(STILL), '--quiet');
    await call(program, 'POST', '/portfolio/events/orders', sale('a-1', '30', '0.60'));
    expect((await control(program, 'stop', {})).body).toEqual({ stopping: true });
    const { end, stdout } = await program.ended;
    expect(end).toBe(0);
    expect(stdout).not.toContain('accepted');
  });
});

describe('what is wrong ends it with a sentence', () => {
  test.each<[string, (folder: string) => string[], number, RegExp]>([
    ['an unknown option', () => ['--speed', '10'], 2, /^exchange: unknown option '--speed'\nsee /],
    [
      'a port that is none',
      () => ['--port', '70000'],
      2,
      /argument '70000' is invalid\. It must be a whole number/,
    ],
    [
      'a bad scenario',
      (folder) => ['--scenario', put(folder, 'bad.yaml', STILL.replace('0.615', '1.5'))],
      2,
      /bad\.yaml:5 markets\[0\]\.start_price: "1\.5" is not allowed: must be a price in dollars/,
    ],
    [
      'a torn state',
      (folder) => {
        put(folder, 'state.json', '{"format":');
        return ['--data-dir', folder];
      },
      1,
      /^exchange: \S+state\.json is torn: /,
    ],
  ])('%s', async (_, args, code, words) => {
    const folder = scratchFolder();
    const { end, stdout, stderr } = await run(['--port', '0', '--data-dir', folder, ...args(folder)]).ended;
    expect([end, stdout]).toEqual([code, '']);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('help is none', async () => {
    const { end, stdout, stderr } = await run(['--help']).ended;
    expect([end, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/Usage: exchange \[options\][\s\S]*--data-dir[\s\S]*Example:/);
  });
});

function put(folder: string, name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}
