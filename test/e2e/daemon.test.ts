import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { PositionFile } from '../../src/actors/ports.ts';
import { parsePrice, parseQuantity } from '../../src/domain/money.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import { findDaemon, HttpOperations } from '../../src/services/http/client.ts';
import { openStore } from '../../src/services/store/open-store.ts';
import { StoreOperations } from '../../src/services/stored/store-operations.ts';
import type { PaperWorld } from '../../src/services/venues/paper/paper-store.ts';
import { type DaemonProcess, killDaemons, startDaemon } from '../support/daemon-process.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { stockFolder } from '../support/stocked-folder.ts';

/** Starting a database takes its time on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

let scratch: string;
let config: string;

const market = (name: string, size: number) => `
    - {market: ${name}, start_price: 0.50, path: waypoints, waypoints: [{after_seconds: 9000, price: 0.50}],
       spread: 0.02, levels: 3, size: ${size}, volume_24h: 5000}`;

const CONFIG = `
clock: {speed: 20}
server: {port: 0}
lease: {ttl_seconds: 2}
venue:
  kind: paper
  source: generator
  adopt: listed
  markets:${['DEEP', 'THIN-A', 'THIN-B'].map((name) => market(name, name === 'DEEP' ? 500 : 8)).join('')}
tracked:
  - {market: DEEP, side: yes, quantity: 100, entry_price: 0.50}
  - {market: THIN-A, side: yes, quantity: 60, entry_price: 0.50}
  - {market: THIN-B, side: no, quantity: 40.05, entry_price: 0.50}
`;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'postern-daemon-'));
  config = join(scratch, 'config.yaml');
  writeFileSync(config, CONFIG);
});
afterEach(killDaemons);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const configOf = (dataDir: string) => loadConfig({ file: config, env: { POSTERN_DATA_DIR: dataDir } });

let folders = 0;
function newDataDir(): Promise<string> {
  folders += 1;
  return stockFolder(join(scratch, `data-${folders}`));
}

const eventually = <T>(look: () => Promise<T>): Promise<T> =>
  vi.waitFor(look, { timeout: 60_000, interval: 50 });

/** Waits until the position's view satisfies `is`. */
const until = (daemon: DaemonProcess, id: string, is: (view: Record<string, never>) => boolean) =>
  eventually(async () => {
    const { body } = await daemon.ask(`/positions/${id}`);
    if (!is(body)) throw new Error(`not yet: ${JSON.stringify(body).slice(0, 600)}`);
    return body;
  });

const isClosed = ({ state }: { state?: string }) => state === 'closed';

interface Truth {
  files: PositionFile[];
  world: PaperWorld;
}

async function readTruth(dataDir: string, url?: string): Promise<Truth> {
  const { store, paper, close } = await openStore({ url, dataDir, migrate: false });
  try {
    const closed = await store.positions({ closed: true });
    const open = await store.positions({ closed: false });
    const ids = [...closed, ...open].map(({ id }) => id).sort();
    const files = await Promise.all(ids.map(async (id) => (await store.position(id))!));
    return { files, world: await paper.load() };
  } finally {
    await close();
  }
}

/** What was sold is what the fills say, at us and at the exchange; nothing was sold twice. */
function expectBooksBalance({ files, world }: Truth): void {
  for (const { position, fills, attempts } of files) {
    const filled = fills.reduce((sum, fill) => sum + fill.quantity, 0);
    const ids = new Set(attempts.map(({ clientId }) => clientId));
    const atVenue = world.orders.filter(({ clientId }) => ids.has(clientId));
    const held = world.holdings.find((h) => h.market === position.market && h.side === position.side);
    expect({
      id: position.id,
      sold: position.sold,
      atVenue: atVenue.reduce((sum, order) => sum + order.filled, 0),
      held: held?.quantity ?? 0,
      writtenOff: position.writtenOff,
    }).toEqual({
      id: position.id,
      sold: filled,
      atVenue: filled,
      held: position.quantity - filled,
      writtenOff: 0,
    });
    expect(filled).toBeLessThanOrEqual(position.quantity);
  }
  const atVenue = new Set(world.orders.map(({ clientId }) => clientId));
  const attempts = files.flatMap((file) => file.attempts);
  expect([...atVenue].filter((id) => !attempts.some(({ clientId }) => clientId === id))).toEqual([]);
  for (const { clientId, filled, endedAt } of attempts)
    if (!atVenue.has(clientId))
      expect({ filled, isOver: endedAt !== null }).toEqual({ filled: 0, isOver: true });
}

describe('with the embedded database', () => {
  test('watches what is tracked, sells what an operator asks for, and stops when told to', async () => {
    const dataDir = await newDataDir();
    const daemon = startDaemon({ config, dataDir });
    await daemon.ready;
    const found = await findDaemon(dataDir);
    expect(found).toMatchObject({ pid: daemon.pid, url: await daemon.ready });
    expect(statSync(join(dataDir, 'token')).mode & 0o777).toBe(0o600);
    const operations = new HttpOperations(found!);

    await eventually(async () => {
      const views = await operations.positions({ closed: false });
      expect(views.map(({ id, market, state, mark }) => ({ id, market, state, mark }))).toEqual([
        { id: 't1', market: 'DEEP', state: 'open', mark: '0.4900' },
        { id: 't2', market: 'THIN-A', state: 'open', mark: '0.4900' },
        { id: 't3', market: 'THIN-B', state: 'open', mark: '0.4900' },
      ]);
    });
    await eventually(async () =>
      expect(await operations.explain('t1')).toMatchObject({
        verdict: expect.stringMatching(/^watching: nearest is \w+ at 0\.\d{4}, 0\.\d{4} away/),
        evaluation: {
          conditions: expect.arrayContaining([expect.objectContaining({ condition: 'stop_loss' })]),
        },
      }),
    );

    expect(await operations.prices('t1')).toMatchObject({
      points: [{ bid: '0.4900', ask: '0.5100' }],
      levels: expect.arrayContaining([expect.objectContaining({ name: 'stop_loss' })]),
    });
    const terms = { quantity: parseQuantity('30.25'), priority: 'CRITICAL' } as const;
    expect(await operations.previewExit('t1', terms)).toMatchObject({
      ...{ quantity: '30.25', priority: 'CRITICAL', order: 'market', possible: true },
    });
    const part = await operations.exit('t1', {
      quantity: parseQuantity('30.25'),
      priority: 'CRITICAL',
      ...BY_HAND,
      reason: 'a part',
    });
    expect(part).toMatchObject({ id: 't1' });
    await until(daemon, 't1', (view) => view.remaining === '69.75' && view.exit === null);
    await operations.exit('t1', { ...BY_HAND, quantity: null, priority: 'HIGH', reason: 'the rest' });
    const closed = await until(daemon, 't1', isClosed);
    expect(
      closed.exits.map(({ reason, status, filled }: Record<string, string>) => ({ reason, status, filled })),
    ).toEqual([
      { reason: 'operator', status: 'filled', filled: '30.25' },
      { reason: 'operator', status: 'filled', filled: '69.75' },
    ]);
    expect((await operations.explain('t1')).verdict).toMatch(
      /^exited by operator at .*: mark 0\.4900, "the rest"; sold 69\.75/,
    );
    expect((await operations.positions({ closed: true })).map(({ id }) => id)).toEqual(['t1']);

    await expect(
      operations.exit('t1', { ...BY_HAND, quantity: null, priority: 'HIGH' }),
    ).rejects.toMatchObject({ code: 'conflict', message: 'position t1 is closed' });
    await expect(
      operations.exit('t2', { ...BY_HAND, quantity: 60_01, priority: 'HIGH' }),
    ).rejects.toMatchObject({ code: 'conflict' });
    await expect(operations.retry('t2', BY_HAND)).rejects.toMatchObject({ code: 'conflict' });
    await expect(operations.show('nobody')).rejects.toMatchObject({ code: 'not_found' });
    expect(await operations.hold('t2', { ...BY_HAND, cancel: false, reason: 'lunch' })).toMatchObject({
      held: true,
    });
    expect(await operations.release('t2', BY_HAND)).toMatchObject({ held: false });
    const tracked = await operations.track({ ...A_LOT, market: 'DEEP' });
    expect(tracked).toMatchObject({ market: 'DEEP', quantity: '7.00', method: 'default', state: 'open' });
    expect(tracked.id).toMatch(/^[a-z0-9]{6}$/);
    await expect(operations.track({ ...A_LOT, market: 'NOWHERE' })).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(operations.track({ ...A_LOT, method: 'defualt' })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('did you mean default?'),
    });
    const status = await operations.status();
    expect(status).toMatchObject({
      positions: { open: 3 },
      lease: { valid: true },
      ready: true,
      clock: { speed: 20 },
    });

    daemon.signal('SIGTERM');
    expect(await daemon.exited).toBe(0);
    expect(existsSync(join(dataDir, 'daemon.json'))).toBe(false);
    expect(await findDaemon(dataDir)).toBeNull();
    const truth = await readTruth(dataDir);
    expect(truth.files.find(({ position }) => position.id === 't1')!.position).toMatchObject({
      phase: 'closed',
      sold: 100_00,
    });
    expect(truth.world.holdings.map(({ market, quantity }) => ({ market, quantity }))).toEqual([
      { market: 'DEEP', quantity: 7_00 },
      { market: 'THIN-A', quantity: 60_00 },
      { market: 'THIN-B', quantity: 40_05 },
    ]);
  });

  test('goes on after SIGKILL where it was, and sells nothing twice', async () => {
    const dataDir = await newDataDir();
    let daemon = startDaemon({ config, dataDir });
    await eventually(async () => expect((await daemon.ask('/status')).body.ready).toBe(true));
    for (const id of ['t2', 't3']) expect((await daemon.ask(`/positions/${id}/exit`, {})).status).toBe(200);
    for (let kill = 0; kill < 2; kill++) {
      await until(daemon, 't2', ({ quantity, remaining }) => kill > 0 || remaining !== quantity);
      daemon.signal('SIGKILL');
      expect(await daemon.exited).toBe('SIGKILL');
      expect(existsSync(join(dataDir, 'daemon.json'))).toBe(true);
      expect(await findDaemon(dataDir)).toBeNull();
      if (kill === 0) await holdAlone(dataDir, 't1');
      daemon = startDaemon({ config, dataDir });
      await daemon.ready;
    }
    for (const id of ['t2', 't3']) {
      await eventually(async () => {
        const { body } = await daemon.ask(`/positions/${id}`);
        if (body.state === 'failed') await daemon.ask(`/positions/${id}/retry`, {});
        expect(body).toMatchObject({ state: 'closed', remaining: '0.00' });
      });
    }
    const { body: open } = await daemon.ask('/positions?closed=false');
    expect(open).toMatchObject([{ id: 't1', remaining: '100.00', held: true }]);
    daemon.signal('SIGINT');
    expect(await daemon.exited).toBe(0);
    const truth = await readTruth(dataDir);
    expect(truth.files.map(({ position }) => position.id)).toEqual(['t1', 't2', 't3']);
    expectBooksBalance(truth);
  });

  test('refuses a second daemon, and strangers', async () => {
    const dataDir = await newDataDir();
    const daemon = startDaemon({ config, dataDir });
    const url = await daemon.ready;
    const second = startDaemon({ config, dataDir });
    expect(await second.exited).toBe(1);
    expect(second.log()).toContain(`process ${daemon.pid}`);

    const { port } = new URL(url);
    const token = readFileSync(join(dataDir, 'token'), 'utf8').trim();
    const trusted = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const ask = (headers: Record<string, string>, body?: string, path = '/api/v1/positions') =>
      rawRequest(`${url}${path}`, headers, body);
    expect(await ask({ 'content-type': 'application/json' }, '{}')).toMatchObject({
      status: 401,
      code: 'unauthorized',
    });
    expect(await ask({ ...trusted, authorization: `Bearer ${token}0` }, '{}')).toMatchObject({ status: 401 });
    expect(await ask({ host: 'evil.example' })).toMatchObject({ status: 421, code: 'wrong_host' });
    expect(await ask({ host: `localhost:${port}` })).toMatchObject({ status: 200 });
    expect(await ask({ origin: 'http://evil.example' })).toMatchObject({ status: 403, code: 'wrong_origin' });
    expect(await ask({ origin: url })).toMatchObject({ status: 200 });
    expect(await ask(trusted, JSON.stringify({ reason: 'x'.repeat(70_000) }))).toMatchObject({ status: 413 });
    expect(await ask({ ...trusted, 'content-type': 'text/plain' }, '{}')).toMatchObject({ status: 415 });
    expect(await ask(trusted, '{"market": ')).toMatchObject({
      status: 400,
      detail: expect.stringContaining('not JSON'),
    });
    expect(await ask(trusted, JSON.stringify({ markt: 'DEEP', side: 'up', quantity: 1.5 }))).toMatchObject({
      status: 400,
      code: 'invalid',
      errors: [
        { path: 'market', message: expect.stringContaining('is missing') },
        { path: 'side', message: expect.stringContaining('must be yes or no') },
        { path: 'quantity', message: expect.stringContaining('decimals are texts') },
        { path: 'entry_price', message: expect.stringContaining('is missing') },
        { path: 'markt', message: 'unknown key; the nearest known key is "market"' },
      ],
    });
    expect(await ask({}, undefined, '/api/v1/nothing')).toMatchObject({ status: 404, code: 'no_such_route' });
    expect(await ask({}, undefined, '/api/v1/positions?closed=maybe')).toMatchObject({ status: 400 });
    expect(await ask({}, undefined, '/healthz')).toMatchObject({ status: 200, alive: true });
    await eventually(async () =>
      expect(await ask({}, undefined, '/readyz')).toMatchObject({ status: 200, ready: true }),
    );
    expect(daemon.log()).not.toContain(token);
  });
});

describe('with a database server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  test('without a daemon the store answers, and the next daemon goes on from there', async () => {
    const databaseUrl = await server.createDatabase();
    const dataDir = await newDataDir();
    const own = { ...configOf(dataDir), database: { url: databaseUrl } };
    await expect(StoreOperations.open(own)).rejects.toThrow('migrations are pending: run "postern migrate"');
    await (await openStore({ url: databaseUrl, dataDir, migrate: true })).close();
    const alone = await StoreOperations.open(own);
    const { id } = await alone.track({ ...A_LOT, market: 'DEEP' });
    expect(await alone.hold(id, { ...BY_HAND, cancel: false })).toMatchObject({ id, held: true });
    expect((await alone.show(id)).journal.map(({ kind }) => kind)).toEqual([
      'position.adopted',
      'operator.hold',
    ]);
    await expect(alone.exit()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(alone.track({ ...A_LOT, market: 'NOWHERE' })).rejects.toMatchObject({ code: 'invalid' });
    await alone.close();

    const daemon = startDaemon({ config, dataDir, databaseUrl });
    const view = await until(daemon, id, ({ mark }) => mark !== null);
    expect(view).toMatchObject({ held: true, quantity: '7.00', mark: '0.4900' });
    daemon.signal('SIGTERM');
    expect(await daemon.exited).toBe(0);
    expectHoldings(await readTruth(dataDir, databaseUrl), { DEEP: 107_00, 'THIN-A': 60_00, 'THIN-B': 40_05 });
  });

  test('a port that is taken ends the start before anything is traded', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as AddressInfo;
    const taken = join(scratch, 'taken.yaml');
    writeFileSync(taken, CONFIG.replace('{port: 0}', `{port: ${port}}`));
    const databaseUrl = await server.createDatabase();
    const dataDir = await newDataDir();
    const daemon = startDaemon({ config: taken, dataDir, databaseUrl });
    expect(await daemon.exited).toBe(1);
    expect(daemon.log()).toContain(`127.0.0.1:${port} is in use by another program`);
    expect((await readTruth(dataDir, databaseUrl)).files).toEqual([]);
    blocker.close();
  });

  test('one that was frozen sends nothing more once another has taken over', async () => {
    const databaseUrl = await server.createDatabase();
    const frozen = startDaemon({ config, dataDir: await newDataDir(), databaseUrl });
    await eventually(async () => expect((await frozen.ask('/status')).body.ready).toBe(true));
    const rival = startDaemon({ config, dataDir: await newDataDir(), databaseUrl });
    expect(await rival.exited).toBe(1);
    expect(rival.log()).toMatch(new RegExp(`another daemon \\(\\S+:${frozen.pid}:\\w+\\) holds the lease`));

    await frozen.ask('/positions/t2/exit', {});
    await until(frozen, 't2', ({ exit }) => exit !== null);
    frozen.signal('SIGSTOP');
    const heir = startDaemon({ config, dataDir: await newDataDir(), databaseUrl });
    await eventually(async () => {
      const { body } = await heir.ask('/positions/t2');
      if (body.state === 'failed') await heir.ask('/positions/t2/retry', {});
      expect(body.state).toBe('closed');
    });
    const before = await readTruth(scratch, databaseUrl);
    frozen.signal('SIGCONT');
    expect(await frozen.exited).toBe(1);
    expect(frozen.log()).toMatch(/"level":"fatal".*lease/);
    const after = await readTruth(scratch, databaseUrl);
    expect(after.world.orders).toEqual(before.world.orders);
    expectBooksBalance(after);
    heir.signal('SIGTERM');
    expect(await heir.exited).toBe(0);
  });
});

const BY_HAND = { by: 'tester', reason: null };
const A_LOT = {
  market: 'DEEP',
  side: 'yes' as const,
  quantity: parseQuantity('7'),
  entryPrice: parsePrice('0.50'),
  method: null,
  confidence: null,
  modelProbability: null,
  openedAt: null,
};

/** The dead daemon's lease does not stand in the way of whoever has the folder. */
async function holdAlone(dataDir: string, id: string): Promise<void> {
  const alone = await StoreOperations.open(configOf(dataDir));
  expect(await alone.hold(id, { ...BY_HAND, cancel: false })).toMatchObject({ id, held: true });
  await alone.close();
}

const expectHoldings = ({ world }: Truth, wanted: Record<string, number>) =>
  expect(Object.fromEntries(world.holdings.map(({ market, quantity }) => [market, quantity]))).toEqual(
    wanted,
  );

/** fetch sets Host and Origin by itself. */
function rawRequest(
  url: string,
  headers: Record<string, string>,
  body?: string,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: body === undefined ? 'GET' : 'POST', headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, ...JSON.parse(text) }));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}
