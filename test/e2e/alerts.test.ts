import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { PositionView } from '../../src/services/operations/operations.ts';
import { runPostern } from '../cli/run-postern.ts';
import { type DaemonProcess, killDaemons, startDaemon } from '../support/daemon-process.ts';
import { HookServer, replying } from '../support/hook-server.ts';
import { stockFolder } from '../support/stocked-folder.ts';

vi.setConfig({ testTimeout: 120_000 });

const TOKEN = '1234567:AAbb-cc_DDee';
const SLACK = '/services/T0AAA/B0BBB/sEcReTpArT';
const BOT = `/bot${TOKEN}/sendMessage`;

let scratch: string;
let hooks: HookServer;
let folders = 0;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'postern-hooks-'));
});
beforeEach(async () => {
  hooks = await HookServer.start();
  folders += 1;
  await stockFolder(inFolder('data'));
});
afterEach(async () => {
  await killDaemons();
  await hooks.stop();
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const inFolder = (name: string): string => join(scratch, `${folders}`, name);

/** A position whose price falls through its stop, and one whose monitor crashes once and is quarantined for it. */
function writeConfig(alerts: string, quarantineSeconds = 60): string {
  writeFileSync(inFolder('slack-hook'), `${hooks.url}${SLACK}\n`, { mode: 0o600 });
  writeFileSync(inFolder('bot-token'), `${TOKEN}\n`, { mode: 0o600 });
  const file = inFolder('config.yaml');
  const market = (name: string, price: string) =>
    `{market: ${name}, start_price: 0.50, path: waypoints, waypoints: [{after_seconds: 60, price: ${price}}], spread: 0.02, levels: 3, size: 500, volume_24h: 5000}`;
  writeFileSync(
    file,
    `
clock: {speed: 20}
server: {port: 0}
venue:
  kind: paper
  source: generator
  adopt: listed
  markets:
    - ${market('FALLS', '0.40')}
    - ${market('STANDS', '0.50')}
tracked:
  - {market: FALLS, side: yes, quantity: 100, entry_price: 0.50}
  - {market: STANDS, side: yes, quantity: 12, entry_price: 0.50}
supervision: {max_crashes: 0, quarantine_retry_seconds: ${quarantineSeconds}}
drill: {crash_monitor: [{market: STANDS, after_seconds: 5}]}
alerts:
${alerts}`,
  );
  return file;
}

const eventually = <T>(look: () => Promise<T> | T): Promise<T> =>
  vi.waitFor(look, { timeout: 60_000, interval: 50 });

async function positionIn(daemon: DaemonProcess, market: string): Promise<PositionView> {
  const open = (await daemon.ask('/positions')).body;
  const closed = (await daemon.ask('/positions?closed=true')).body;
  return [...open, ...closed].find((position: PositionView) => position.market === market);
}

test('a daemon tells of an incident and of its end, everywhere and in the words of each', async () => {
  const config = writeConfig(`
  webhooks: [{url: "${hooks.url}/json"}, {url_file: "${inFolder('slack-hook')}", template: slack}]
  telegram: {chat_id: "-100", token_file: "${inFolder('bot-token')}", api_root: "${hooks.url}"}`);
  const daemon = startDaemon({ config, dataDir: inFolder('data') });
  await daemon.ready;
  await eventually(() =>
    expect(hooks.bodies('/json').map(({ event }) => event)).toEqual(['raised', 'resolved']),
  );
  await eventually(() =>
    expect([hooks.bodies(SLACK), hooks.bodies(BOT)].map(({ length }) => length)).toEqual([2, 2]),
  );

  const { id } = await positionIn(daemon, 'STANDS');
  const [raised, resolved] = hooks.bodies('/json');
  const { instance } = (await daemon.ask('/status')).body;
  expect(raised).toMatchObject({
    ...{ version: 1, event: 'raised', key: `monitor_quarantined:${id}`, kind: 'monitor_quarantined' },
    ...{ severity: 'critical', position: id, market: 'STANDS', times: 1, instance, lost: 0, alerts: [] },
    text: expect.stringContaining('is NOT watched'),
    advice: { next: expect.any(String), you: expect.any(String) },
  });
  expect(resolved).toMatchObject({ event: 'resolved', key: raised.key, resolved_at: expect.any(String) });
  expect(hooks.bodies(SLACK)[0].text).toMatch(
    /^CRITICAL: monitor quarantined\n.+\nNext: .+\nYou: .+\n.+ UTC, Postern /,
  );
  expect(hooks.bodies(BOT)[1]).toMatchObject({ chat_id: '-100', text: expect.stringMatching(/^RESOLVED: /) });
  daemon.signal('SIGTERM');
  expect(await daemon.exited).toBe(0);
  for (const secret of [TOKEN, 'sEcReTpArT']) expect(daemon.log()).not.toContain(secret);
});

test('receivers that hang or fail hold up neither an exit nor the end', async () => {
  hooks.replies.set('/hangs', () => {});
  hooks.replies.set('/fails', replying(500, 'oops'));
  const config = writeConfig(`
  backoff_seconds: [0.2]
  timeout_seconds: 60
  max_per_minute: 1000
  webhooks: [{url: "${hooks.url}/hangs"}, {url: "${hooks.url}/fails"}, {url: "${hooks.url}/works"}]`);
  const daemon = startDaemon({ config, dataDir: inFolder('data') });
  await daemon.ready;
  await eventually(() => expect(hooks.bodies('/hangs')).toHaveLength(1));
  await eventually(async () => expect(await positionIn(daemon, 'FALLS')).toMatchObject({ state: 'closed' }));
  await eventually(() =>
    expect(hooks.bodies('/works').map(({ event }) => event)).toEqual(['raised', 'resolved']),
  );
  await eventually(() => expect(hooks.bodies('/fails').length).toBeGreaterThan(3));
  expect(hooks.bodies('/hangs')).toHaveLength(1);
  expect(daemon.log()).toContain('HTTP 500: oops; tried again');
  daemon.signal('SIGTERM');
  expect(await daemon.exited).toBe(0);
  expect(daemon.log()).toContain('before the end');
});

test('what was told before a crash is not told as new after it, and its end is told', async () => {
  const config = writeConfig(`  webhooks: [{url: "${hooks.url}/json"}]`, 6_000);
  const first = startDaemon({ config, dataDir: inFolder('data') });
  await first.ready;
  const told = () => hooks.bodies('/json').map(({ event, key }) => `${event} ${key}`);
  const { id } = await positionIn(first, 'STANDS');
  await eventually(() => expect(told()).toEqual([`raised monitor_quarantined:${id}`]));
  await eventually(async () =>
    expect((await first.ask(`/positions/${id}`)).body.alerts).toMatchObject([
      { kind: 'monitor_quarantined' },
    ]),
  );
  first.signal('SIGKILL');
  await first.exited;
  const second = startDaemon({ config, dataDir: inFolder('data') });
  await second.ready;
  await eventually(() =>
    expect(told().slice(0, 2)).toEqual([
      `raised monitor_quarantined:${id}`,
      `resolved monitor_quarantined:${id}`,
    ]),
  );
});

test('postern alerts test says of each receiver whether it was reached', async () => {
  hooks.replies.set('/gone', replying(404, 'no_service'));
  const config = writeConfig(`
  webhooks: [{url: "${hooks.url}/json", name: ops}, {url: "${hooks.url}/gone", name: old room}]
  telegram: {chat_id: "-100", api_root: "${hooks.url}"}`);
  const env = { POSTERN_DATA_DIR: inFolder('data') };
  const where = { cwd: scratch, env };
  const failing = await runPostern(['alerts', 'test', '--config', config], where);
  expect(failing).toEqual({
    code: 1,
    stdout:
      'ok    ops\nFAIL  old room: HTTP 404: no_service\n' +
      'FAIL  telegram: the environment variable POSTERN_TELEGRAM_TOKEN is not set\n',
    stderr: '',
  });
  hooks.replies.clear();
  const told = { cwd: scratch, env: { ...env, POSTERN_TELEGRAM_TOKEN: TOKEN } };
  const well = await runPostern(['alerts', 'test', '--json', '--config', config], told);
  expect([well.code, JSON.parse(well.stdout).ok]).toEqual([0, true]);
  expect(hooks.bodies(BOT)[0].text).toMatch(/^TEST: /);
  const nobody = await runPostern(['alerts', 'test'], where);
  expect(nobody).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('nobody is told of alerts'),
  });
});

test('postern alerts lists what is open, through the daemon and without one', async () => {
  const config = writeConfig('  webhooks: []');
  const daemon = startDaemon({ config, dataDir: inFolder('data') });
  await daemon.ready;
  await daemon.ask('/entries/pause', { by: 'ann', reason: 'holiday' });
  const where = { cwd: scratch, env: { POSTERN_DATA_DIR: inFolder('data') } };
  const list = (...more: string[]) => runPostern(['alerts', ...more, '--config', config], where);
  const PAUSED =
    /^WARNING {2}entries paused {2}since [\d-]+ [\d:]+ UTC\n {2}entries are paused by ann: holiday\n {2}Next: .+\n {2}You: .+$/m;
  const [shown, { stdout }] = await Promise.all([list(), list('--json')]);
  expect(shown.stdout).toMatch(PAUSED);
  expect(JSON.parse(stdout)).toContainEqual(
    expect.objectContaining({
      key: 'entries_paused',
      advice: { next: expect.any(String), you: expect.any(String) },
    }),
  );
  daemon.signal('SIGTERM');
  await daemon.exited;
  expect((await list()).stdout).toMatch(PAUSED);
});
