import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ACTION_TYPES } from '../../src/exchange-server/action-schema.ts';
import { startExchange } from '../../src/exchange-server/exchange-server.ts';
import {
  ask,
  call,
  cleanUp,
  control,
  dataFolder,
  GB,
  ROOT,
  STREAM,
  Stream,
  sale,
  scratchFolder,
  signed,
  startServer,
} from './rig.ts';

afterEach(cleanUp);

describe('REST', () => {
  test('answers what is signed with the key that it made', async () => {
    const exchange = await startServer();
    const { status, headers, body } = await call(exchange, 'GET', '/portfolio/positions?limit=10');
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    expect(body.market_positions).toMatchObject([{ ticker: GB, position_fp: '100.00' }]);
  });

  test('refuses what is unsigned or signed for something else', async () => {
    const exchange = await startServer();
    const path = `${ROOT}/portfolio/positions`;
    expect((await ask(`${exchange.url}${path}`)).status).toBe(401);
    const headers = signed(exchange, 'GET', `${ROOT}/portfolio/orders`);
    expect((await ask(`${exchange.url}${path}`, { headers })).status).toBe(401);
  });

  test('trades against the other traders', async () => {
    const lines: string[] = [];
    const exchange = await startServer({ say: (line) => lines.push(line) });
    const { status, body } = await call(
      exchange,
      'POST',
      '/portfolio/events/orders',
      sale('a-1', '80.00', '0.6000'),
    );
    expect([status, body.fill_count]).toEqual([201, '80.00']);
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(
        `^${GB} order \\w+ accepted: sell 80.00 YES at \\$0.60, immediate or cancel, a-1$`,
      ),
      expect.stringMatching(`^${GB} order \\w+ filled: 80.00 YES at \\$0.6063, fee \\$1.3\\d+$`),
    ]);
  });

  test('answers 404 at unknown paths, and 413 to a body over 1 MiB', async () => {
    const exchange = await startServer();
    expect((await ask(`${exchange.url}/elsewhere`)).status).toBe(404);
    const body = 'x'.repeat(2 ** 20 + 1);
    const long = await ask(`${exchange.url}${ROOT}/portfolio/events/orders`, { method: 'POST', body });
    expect([long.status, long.body]).toEqual([413, { problems: ['the body is longer than 1048576 bytes'] }]);
  });

  test('speaks only under its own name, and to no web page', async () => {
    const exchange = await startServer();
    const status = `${exchange.url}${ROOT}/exchange/status`;
    expect((await ask(status, { headers: { host: 'evil.example' } })).status).toBe(421);
    expect((await ask(status, { headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect((await ask(status.replace('127.0.0.1', 'localhost'), { headers: {} })).status).toBe(200);
  });

  test('listens on 127.0.0.1 alone', async () => {
    const exchange = await startServer();
    const port = Number(new URL(exchange.url).port);
    const refused = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.2');
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      socket.once('connect', () => resolve('connected'));
    });
    expect(refused).toBe('ECONNREFUSED');
  });
});

describe('faults on the way', () => {
  test('a dropped answer resets the connection, and the order exists all the same', async () => {
    const exchange = await startServer();
    const match = { method: 'POST' };
    await control(exchange, 'act', { type: 'fault.dropAnswer', match });
    const order = sale('a-1', '10', '0.60');
    const lost = call(exchange, 'POST', '/portfolio/events/orders', order);
    await expect(lost).rejects.toMatchObject({ code: 'ECONNRESET' });
    const { body } = await call(exchange, 'GET', `/portfolio/orders?ticker=${GB}`);
    expect(body.orders[0]).toMatchObject({ client_order_id: 'a-1', fill_count_fp: '10.00' });
  });

  test('a dropped request resets the connection, and nothing has happened', async () => {
    const exchange = await startServer();
    await control(exchange, 'act', { type: 'fault.dropRequest', match: { method: 'POST' } });
    const lost = call(exchange, 'POST', '/portfolio/events/orders', sale('a-1', '10', '0.60'));
    await expect(lost).rejects.toMatchObject({ code: 'ECONNRESET' });
    const { body } = await control(exchange, 'truth');
    expect(body.accounts.practice.positions).toEqual({ [GB]: 10_000 });
    expect(body.writes).toMatchObject([{ outcome: 'not_carried_out', answer: 'dropped' }]);
  });

  test('a delayed answer comes', async () => {
    const exchange = await startServer();
    await control(exchange, 'act', { type: 'fault.delay', match: {}, delayMs: 5 });
    expect((await ask(`${exchange.url}${ROOT}/exchange/status`)).status).toBe(200);
  });

  test('a delayed answer holds up neither others nor the end', async () => {
    const exchange = await startServer();
    const path = `${exchange.url}${ROOT}/exchange/status`;
    await control(exchange, 'act', { type: 'fault.delay', match: { path: 'slow' }, delayMs: 3_600_000 });
    const lost = expect(ask(`${path}?slow`)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await ask(path)).status).toBe(200);
    await exchange.stop();
    await lost;
  });
});

describe('the log of requests', () => {
  const logged = async (exchange: Parameters<typeof control>[0]) =>
    (await control(exchange, 'requests')).body.requests;
  const path = `${ROOT}/portfolio/events/orders`;

  test('tells who got an answer, whose connection was cut, and who went before', async () => {
    const exchange = await startServer();
    const place = (clientId: string) =>
      call(exchange, 'POST', '/portfolio/events/orders', sale(clientId, '1', '0.70', true));
    await place('a-1');
    await control(exchange, 'act', { type: 'fault.dropAnswer', match: { method: 'POST' } });
    await expect(place('a-2')).rejects.toMatchObject({ code: 'ECONNRESET' });
    await control(exchange, 'act', { type: 'fault.delay', match: { method: 'POST' }, delayMs: 3_600_000 });
    const body = JSON.stringify(sale('a-3', '1', '0.70', true));
    const headers = { ...signed(exchange, 'POST', path), 'content-length': String(Buffer.byteLength(body)) };
    const gone = request(`${exchange.url}${path}`, { method: 'POST', headers, agent: false });
    gone.on('error', () => {});
    gone.end(body);
    await vi.waitUntil(async () => (await logged(exchange)).length === 3);
    expect((await logged(exchange)).at(-1)).toMatchObject({ clientIds: ['a-3'], end: null, endedAt: null });
    gone.destroy();
    await vi.waitUntil(async () => (await logged(exchange)).at(-1).end !== null);
    const host = new URL(exchange.url).host;
    expect(await logged(exchange)).toEqual(
      [
        ['a-1', 'answered'],
        ['a-2', 'cut'],
        ['a-3', 'deserted'],
      ].map(([clientId, end]) => ({
        ...{ at: expect.any(Number), endedAt: expect.any(Number) },
        ...{ host, method: 'POST', path, clientIds: [clientId], end },
      })),
    );
  });

  test('leaves out what changes nothing', async () => {
    const exchange = await startServer();
    await call(exchange, 'GET', '/portfolio/positions');
    expect(await logged(exchange)).toEqual([]);
  });
});

describe('streams', () => {
  const subscribe = (...channels: string[]) => ({
    id: 1,
    cmd: 'subscribe',
    params: { channels, market_tickers: [GB] },
  });

  test('a subscription gets a snapshot, and then what changes', async () => {
    const exchange = await startServer();
    const stream = await Stream.open(exchange);
    stream.send(subscribe('orderbook_delta'));
    const snapshot = await stream.message(({ type }) => type === 'orderbook_snapshot');
    expect(snapshot.msg).toMatchObject({
      market_ticker: GB,
      yes_dollars_fp: [
        ['0.6000', '200.00'],
        ['0.6100', '50.00'],
      ],
    });
    await control(exchange, 'act', {
      type: 'crowd.place',
      ticker: GB,
      side: 'bid',
      price: 5_900,
      count: 700,
    });
    const delta = await stream.message(({ type }) => type === 'orderbook_delta');
    expect(delta.msg).toMatchObject({ price_dollars: '0.5900', delta_fp: '7.00', side: 'yes' });
  });

  test('an account’s own fills come over its stream', async () => {
    const exchange = await startServer();
    const stream = await Stream.open(exchange);
    stream.send(subscribe('fill'));
    await stream.message(({ type }) => type === 'subscribed');
    await call(exchange, 'POST', '/portfolio/events/orders', sale('a-1', '10', '0.60'));
    const { msg } = await stream.message(({ type }) => type === 'fill');
    expect(msg).toMatchObject({ client_order_id: 'a-1', count_fp: '10.00', post_position_fp: '90.00' });
  });

  const handshake = (url: string, headers: Record<string, string>): Promise<number | undefined> =>
    new Promise((resolve) => {
      const socket = new WebSocket(url, { headers });
      socket.once('unexpected-response', (_, response) => resolve(response.statusCode));
      socket.once('open', () => resolve(101));
    });

  test('a handshake that is unsigned, elsewhere or from a web page is answered with HTTP', async () => {
    const exchange = await startServer();
    const url = exchange.url.replace('http', 'ws');
    expect(await handshake(`${url}${STREAM}`, {})).toBe(401);
    expect(await handshake(`${url}/elsewhere`, signed(exchange, 'GET', '/elsewhere'))).toBe(404);
    const fromPage = { ...signed(exchange, 'GET', STREAM), origin: 'http://evil.example' };
    expect(await handshake(`${url}${STREAM}`, fromPage)).toBe(403);
  });

  test('the exchange closes connections when told to, and when it stops', async () => {
    const exchange = await startServer();
    const first = await Stream.open(exchange);
    await control(exchange, 'act', { type: 'stream.close', code: 1011 });
    expect(await first.closed).toBe(1011);
    const second = await Stream.open(exchange);
    await exchange.stop();
    expect(await second.closed).toBe(1001);
  });

  test('one that breaks off is seen as 1006', async () => {
    const exchange = await startServer();
    const stream = await Stream.open(exchange);
    await control(exchange, 'act', { type: 'stream.close', code: 1006 });
    expect(await stream.closed).toBe(1006);
  });

  test('a message over 1 MiB ends its connection alone', async () => {
    const exchange = await startServer();
    const [loud, quiet] = [await Stream.open(exchange), await Stream.open(exchange)];
    loud.send('x'.repeat(2 ** 20));
    expect(await loud.closed).toBe(1009);
    quiet.send({ id: 7, cmd: 'list_subscriptions' });
    await quiet.message(({ id }) => id === 7);
  });
});

describe('control', () => {
  test('acts, alone or in a list, and tells the truth', async () => {
    const exchange = await startServer();
    const place = { type: 'crowd.place', ticker: GB, side: 'bid', price: 5_900, count: 700 };
    expect(await control(exchange, 'act', place)).toMatchObject({
      status: 200,
      body: { result: { orderId: expect.any(String) } },
    });
    const list = await control(exchange, 'act', [{ type: 'market.pause', ticker: GB }, place]);
    expect(list).toMatchObject({ status: 200, body: { results: [{}, { refused: 'not_trading' }] } });
    expect((await control(exchange, 'truth')).body.markets[GB]).toMatchObject({
      status: 'inactive',
      bid: 6_100,
      bidSize: 5_000,
    });
  });

  test.each<[string, unknown, RegExp]>([
    ['no JSON', '{"type"', /^the body is no JSON: must be an action/],
    ['no type', {}, /^type: is missing: must be book.set, crowd.place, /],
    ['an unknown type', { type: 'market.crash' }, /^type: "market.crash" is not allowed: must be book.set, /],
    ['a missing field', { type: 'market.determine', ticker: GB }, /^value: .*expected number/],
    ['an unknown field', { type: 'market.pause', ticker: GB, now: true }, /"now"; market.pause takes ticker/],
    [
      'a price that is none',
      { type: 'book.set', ticker: GB, bids: [[0.6, 100]], asks: [] },
      /^bids\.0\.0: .*expected int/,
    ],
    [
      'a pattern that is none',
      { type: 'fault.dropRequest', match: { path: '(' } },
      /^match\.path: must be a regular/,
    ],
    [
      'a bad second one',
      [{ type: 'market.pause', ticker: GB }, { type: 'x' }],
      /^\[1\]\.type: "x" is not allowed/,
    ],
    ['what cannot happen', { type: 'market.pause', ticker: 'KX-NONE' }, /^there is no market KX-NONE$/],
  ])('refuses %s', async (_, body, problem) => {
    const exchange = await startServer();
    const { status, body: answer } = await control(exchange, 'act', body);
    expect(status).toBe(400);
    expect(answer.problems[0]).toMatch(problem);
    expect((await control(exchange, 'truth')).body.markets[GB].status).toBe('active');
  });

  test('of a list, what comes before the impossible happens', async () => {
    const exchange = await startServer();
    const actions = [
      { type: 'market.pause', ticker: GB },
      { type: 'market.pause', ticker: GB },
    ];
    expect(await control(exchange, 'act', actions)).toMatchObject({
      status: 400,
      body: { problems: [`action 1: market.pause on ${GB}, which is inactive`], results: [{}] },
    });
  });

  test('knows every type of action', () => {
    expect(ACTION_TYPES).toContain('stream.stall');
    expect(new Set(ACTION_TYPES).size).toBe(ACTION_TYPES.length);
  });

  test('says what it knows where there is nothing, and stops when asked', async () => {
    const exchange = await startServer();
    expect(await control(exchange, 'acts')).toMatchObject({
      status: 404,
      body: { problems: [expect.stringContaining('must be POST /control/act, GET /control/truth,')] },
    });
    expect((await control(exchange, 'stop', {})).status).toBe(202);
    await exchange.stopAsked;
  });
});

describe('starting', () => {
  test('a restart goes on with orders, positions and scenario', async () => {
    const dataDir = dataFolder();
    const first = await startServer({ dataDir });
    await call(first, 'POST', '/portfolio/events/orders', sale('a-1', '10', '0.65', true));
    const before = (await control(first, 'truth')).body;
    await first.stop();
    const second = await startServer({ dataDir });
    expect(second.openedAt).not.toBeNull();
    const { at: _, ...after } = (await control(second, 'truth')).body;
    expect(after).toEqual({ accounts: before.accounts, markets: before.markets, writes: before.writes });
  });

  const failing = (dataDir: string, port = 0): Promise<unknown> =>
    startExchange({ port, dataDir, scenarioFile: null, say: null });

  test('a second exchange on a folder, and one on a taken port, are refused', async () => {
    const exchange = await startServer();
    await expect(failing(exchange.dataDir)).rejects.toThrow(/an exchange runs on .* already, at http:/);
    const port = Number(new URL(exchange.url).port);
    await expect(failing(scratchFolder(), port)).rejects.toThrow(
      `127.0.0.1:${port} is in use by another program: stop it, or name a free port with --port (0 finds one)`,
    );
  });

  test('another scenario in the middle of one is refused', async () => {
    const dataDir = dataFolder();
    const exchange = await startServer({ dataDir });
    await ask(`${exchange.url}${ROOT}/exchange/status`);
    await exchange.stop();
    await expect(startServer({ dataDir, scenario: OTHER })).rejects.toThrow(
      /is in the middle of another scenario, still: name another folder with --data-dir, or delete this one/,
    );
  });

  const OTHER = `name: other\nmarkets: [{market: ${GB}, start_price: 0.5, spread: 0.02, size: 1}]\naccount: {cash: 1}`;

  test.each([
    ['torn', '{"format":"postern practice exchange","vers', /is torn: it ends early or is no JSON/],
    ['foreign', '{"name":"postern"}', /is not a practice exchange's state/],
    [
      'of another version',
      '{"format":"postern practice exchange","version":9}',
      /has version 9 of the format/,
    ],
    [
      'damaged',
      '{"format":"postern practice exchange","version":1,"scenario":{}}',
      /is damaged at scenario\.name/,
    ],
  ])('a state file that is %s is refused', async (_, content, problem) => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'state.json'), content);
    await expect(failing(folder)).rejects.toThrow(problem);
  });

  test('a key that is gone or another one is refused', async () => {
    const dataDir = dataFolder();
    const exchange = await startServer({ dataDir });
    await ask(`${exchange.url}${ROOT}/exchange/status`);
    await exchange.stop();
    writeFileSync(exchange.keyFile, 'no key');
    await expect(failing(dataDir)).rejects.toThrow(/is no RSA private key/);
  });
});
