import Ajv2020 from 'ajv/dist/2020.js';
import { afterEach, describe, expect, test } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { Connection } from '../../../src/services/http/events/connection.ts';
import { describeApi } from '../../../src/services/http/openapi.ts';
import type { ApiEvent } from '../../../src/services/http/schemas/events.ts';
import { ApiRig, type ApiRigOptions, TOKEN } from './api-rig.ts';
import { lines, sendRaw } from './raw-request.ts';

const document = describeApi();
const { schemas } = document.components as { schemas: object };
const ajv = new Ajv2020.default({ strict: true, allowUnionTypes: true });
ajv.addFormat('date-time', true);
const { messages } = document['x-events'] as { messages: object[] };
const isEvent = ajv.compile(
  JSON.parse(
    JSON.stringify({ $defs: schemas, oneOf: messages }).replaceAll('"#/components/schemas/', '"#/$defs/'),
  ),
);

let rig: ApiRig;
let port: number;
const clients: Listener[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate();
  await rig?.close();
});

const open = async (options: ApiRigOptions = {}): Promise<void> => {
  rig = await ApiRig.open(options);
  port = await rig.listen();
  rig.serve();
};

/** A client, with what it has heard. */
class Listener {
  readonly heard: ApiEvent[] = [];
  readonly errors: string[] = [];
  readonly socket: WebSocket;
  #waiting: (() => void)[] = [];

  constructor(options: ClientOptions = {}, protocols: string[] = []) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/events`, protocols, options);
    clients.push(this);
    this.socket.on('error', (error) => this.errors.push(error.message));
    this.socket.on('message', (data) => {
      this.heard.push(JSON.parse(data.toString()));
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  /** The first that is such an event, now or later. */
  async hears<T extends ApiEvent['type']>(
    type: T,
    fits: (event: Extract<ApiEvent, { type: T }>) => boolean = () => true,
  ): Promise<Extract<ApiEvent, { type: T }>> {
    for (;;) {
      const found = this.heard.find(
        (event): event is Extract<ApiEvent, { type: T }> => event.type === type && fits(event as never),
      );
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  ended(): Promise<{ code: number; reason: string }> {
    return new Promise((resolve) =>
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
  }

  /** Why it was not let in. */
  refused(): Promise<{ status: number; code: string }> {
    return new Promise((resolve) =>
      this.socket.on('unexpected-response', async (_, response) => {
        let body = '';
        for await (const chunk of response) body += chunk;
        resolve({ status: response.statusCode!, code: JSON.parse(body).code });
      }),
    );
  }
}

const P = '/api/v1/positions';

describe('what is told', () => {
  test('first everything as it is, then what happens, as the description says', async () => {
    await open();
    const client = new Listener();
    const hello = await client.hears('hello');
    expect(hello.positions).toEqual((await rig.ask('GET', P)).body);
    expect(hello.breakers.map(({ name }) => name)).toEqual(['daily_loss', 'api', 'database']);
    await rig.ask('POST', `${P}/1/exit`, { body: { by: 'alice', reason: 'enough' } });
    await rig.live.world.pass(1);
    const { entry } = await client.hears('journal', ({ entry }) => entry.kind === 'exit.triggered');
    expect(entry).toMatchObject({ positionId: '1', data: { by: 'alice' } });
    const told = await client.hears('positions', ({ positions }) => positions[0]?.exit != null);
    expect(told.positions[0]).toMatchObject({ id: '1', state: 'exiting', exit: { reason: 'operator' } });
    for (const event of client.heard) expect([isEvent(event), isEvent.errors]).toEqual([true, null]);
  });

  test('a position that is sold is told once more, as closed', async () => {
    await open();
    const client = new Listener();
    await client.hears('hello');
    const { world } = rig.live;
    await rig.ask('POST', `${P}/1/exit`);
    await world.pass(1);
    const order = [...world.venue.orders.values()][0]!;
    world.venue.fill(order.clientId, order.quantity);
    await world.pass(60);
    const closed = await client.hears('positions', ({ positions }) => positions[0]?.state === 'closed');
    expect(closed.positions).toMatchObject([{ id: '1', remaining: '0.00', mark: null }]);
    const late = new Listener();
    expect((await late.hears('hello')).positions).toEqual([]);
  });

  test('alerts, raised and resolved', async () => {
    await open();
    const client = new Listener();
    await client.hears('hello');
    const { world } = rig.live;
    world.venue.next.place.push({ kind: 'rejected', code: 'other', message: 'no such thing' });
    await rig.ask('POST', `${P}/1/exit`);
    await world.pass(2);
    await client.hears('alert', ({ alert }) => alert.kind === 'exit_failed' && alert.resolved_at === null);
    await rig.ask('POST', `${P}/1/resume`);
    await world.pass(2);
    await client.hears('alert', ({ alert }) => alert.kind === 'exit_failed' && alert.resolved_at !== null);
    for (const event of client.heard) expect([isEvent(event), isEvent.errors]).toEqual([true, null]);
  });

  test('breakers whose numbers change', async () => {
    await open();
    const client = new Listener();
    await client.hears('hello');
    rig.live.world.venue.show('GAME-A', 4800, 4900);
    await rig.live.world.pass(61);
    const { breaker } = await client.hears('breaker', ({ breaker }) => breaker.name === 'daily_loss');
    expect(isEvent(client.heard.find(({ type }) => type === 'breaker'))).toBe(true);
    expect(breaker.tripped).toBe(false);
  });

  test('a mark that no verdict depends on is told all the same', async () => {
    await open();
    const client = new Listener();
    const hello = await client.hears('hello');
    expect(hello.positions[0]!.mark).toBe('0.5000');
    rig.live.world.venue.show('GAME-A', 5010, 5110);
    await rig.live.world.pass(31);
    const told = await client.hears('positions', ({ positions }) => positions[0]?.mark === '0.5010');
    expect(told.positions).toHaveLength(1);
  });

  test('changes between two ticks are one message, and what does not change is none', async () => {
    await open({ positions: [{}, { market: 'GAME-B' }, { market: 'GAME-C' }] });
    const client = new Listener();
    await client.hears('hello');
    await rig.ask('POST', `${P}/1/hold`);
    await rig.ask('POST', `${P}/1/release`);
    await rig.ask('POST', `${P}/2/hold`);
    await rig.live.world.pass(0.05);
    const told = await client.hears('positions');
    expect(told.positions.map(({ id, held }) => [id, held])).toEqual([
      ['2', true],
      ['1', false],
    ]);
    await rig.live.world.pass(1);
    await rig.ask('POST', `${P}/3/hold`);
    await rig.live.world.pass(0.05);
    await client.hears('positions', ({ positions }) => positions[0]?.id === '3');
    const ofThird = client.heard.flatMap((event) =>
      event.type === 'positions' ? event.positions.filter(({ id }) => id === '3') : [],
    );
    expect(ofThird.map(({ held }) => held)).toEqual([true]);
  });
});

test('of very many quotes some wait for the next tick, but no decision does, and none waits for long', async () => {
  const markets = Array.from({ length: 600 }, (_, i) => ({ market: `GAME-${i}` }));
  await open({ positions: markets });
  const told: string[][] = [];
  rig.feed.join({ lags: false, tell: () => {}, tellChanged: (ids) => void told.push([...ids]) });
  const { world } = rig.live;
  for (const { market } of markets) world.venue.show(market, 5010, 5110);
  await world.pass(31);
  await rig.ask('POST', `${P}/600/hold`);
  for (let tick = 0; tick < 4; tick += 1) rig.feed.tick();
  expect(told.map(({ length }) => length)).toEqual([251, 250, 99]);
  expect(told[0]).toContain('600');
  expect(new Set(told.flat()).size).toBe(600);
});

describe('who listens', () => {
  test('while nobody does, nothing is computed', async () => {
    await open();
    const { world } = rig.live;
    const watch = world.postern.watch();
    let looks = 0;
    const { positions, view } = watch;
    watch.positions = () => {
      looks += 1;
      return positions.call(watch);
    };
    watch.view = (id) => {
      looks += 1;
      return view.call(watch, id);
    };
    world.postern.watch = () => watch;
    for (let tick = 0; tick < 40; tick += 1) rig.feed.tick();
    rig.feed.journaled(null as never);
    rig.feed.alertRaised(null as never);
    expect([looks, rig.feed.listeners]).toEqual([0, 0]);
    const client = new Listener();
    await client.hears('hello');
    expect(looks).toBeGreaterThan(0);
    const ended = client.ended();
    client.socket.close();
    await ended;
    await rig.live.world.pass(0);
    while (rig.feed.listeners > 0) await new Promise((resolve) => setImmediate(resolve));
    const before = looks;
    await world.pass(1);
    expect(looks).toBe(before);
  });

  test.each<[string, ClientOptions, number, string]>([
    ['a page of another origin', { origin: 'http://evil.example' }, 403, 'wrong_origin'],
    ['a sandboxed page', { headers: { origin: 'null' } }, 403, 'wrong_origin'],
    ['a rebound name', { headers: { host: 'evil.example' } }, 421, 'wrong_host'],
  ])('%s is refused, with the token or without', async (_, options, status, code) => {
    await open();
    expect(await new Listener(options).refused()).toEqual({ status, code });
    const known = { ...options, headers: { ...options.headers, authorization: `Bearer ${TOKEN}` } };
    expect(await new Listener(known).refused()).toEqual({ status, code });
    expect(rig.feed.listeners).toBe(0);
  });

  test('a page of ours is let in', async () => {
    await open();
    const client = new Listener({ origin: `http://127.0.0.1:${port}` }, ['postern.v1']);
    await client.hears('hello');
    expect(client.socket.protocol).toBe('postern.v1');
  });

  test('where others can reach it the token comes in a header or as a subprotocol, and is never said back', async () => {
    await open({ host: '0.0.0.0' });
    const refused = { status: 401, code: 'unauthorized' };
    expect(await new Listener().refused()).toEqual(refused);
    expect(await new Listener({}, ['postern.v1', `token.${TOKEN}5`]).refused()).toEqual(refused);
    const byHeader = new Listener({ headers: { authorization: `Bearer ${TOKEN}` } });
    await byHeader.hears('hello');
    const bySubprotocol = new Listener({}, ['postern.v1', `token.${TOKEN}`]);
    await bySubprotocol.hears('hello');
    expect(bySubprotocol.socket.protocol).toBe('postern.v1');
    expect(JSON.stringify(rig.log)).not.toContain(TOKEN);
  });

  test('no more than there is room for', async () => {
    await open({ mostConnections: 2 });
    await new Listener().hears('hello');
    const second = new Listener();
    await second.hears('hello');
    expect(await new Listener().refused()).toEqual({ status: 503, code: 'unavailable' });
    const ended = second.ended();
    second.socket.close();
    await ended;
    while (rig.feed.listeners > 1) await new Promise((resolve) => setImmediate(resolve));
    await new Listener().hears('hello');
  });

  test('elsewhere there is nothing to listen to', async () => {
    await open();
    const upgrade = {
      ...{ connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const asked = async (path: string, headers: Record<string, string> = upgrade) => {
      const { status, body } = await sendRaw(port, lines(`GET ${path}`, port, headers));
      return `${status} ${JSON.parse(body).code}`;
    };
    expect(await asked('/api/v1/positions')).toBe('404 no_such_route');
    expect(await asked('/api/v1/events/../positions')).toBe('404 no_such_route');
    expect(await asked('/api/v1/events', { ...upgrade, 'sec-websocket-version': '7' })).toBe('400 invalid');
    expect(await asked('/api/v1/events', { ...upgrade, 'sec-websocket-key': 'short' })).toBe('400 invalid');
    expect(await asked('/api/v1/events', {})).toBe('426 upgrade_required');
  });
});

describe('how a stream ends', () => {
  test('who speaks to it is told that it only tells', async () => {
    await open();
    const client = new Listener();
    await client.hears('hello');
    const ended = client.ended();
    client.socket.send('{"type":"exit","position":"1"}');
    expect(await ended).toEqual({ code: 1008, reason: 'this stream only tells: it takes no messages' });
    expect(rig.live.world.position().exit).toBeNull();
  });

  test('a message that is too long is not read', async () => {
    await open();
    const client = new Listener();
    await client.hears('hello');
    const ended = client.ended();
    client.socket.send('x'.repeat(100_000));
    expect((await ended).code).toBe(1009);
  });

  test('when the daemon stops it says so', async () => {
    await open();
    const client = new Listener();
    await client.hears('hello');
    const ended = client.ended();
    await rig.close();
    expect(await ended).toEqual({ code: 1001, reason: 'the daemon is stopping' });
  });

  test('an error of the stream is its own: it ends, and the tree goes on', async () => {
    await open();
    const client = new Listener();
    await client.hears('hello');
    const ended = client.ended();
    const { world } = rig.live;
    const { watch } = world.postern;
    world.postern.watch = () => {
      throw new Error('a bug');
    };
    await world.pass(1);
    world.postern.watch = watch;
    expect((await ended).code).toBe(1011);
    expect(rig.log.length).toBeGreaterThan(0);
    expect((await rig.ask('POST', `${P}/1/hold`)).status).toBe(200);
  });

  test('a client that answers no ping is cut off', async () => {
    await open();
    const client = new Listener({ autoPong: false });
    await client.hears('hello');
    const ended = client.ended();
    await rig.live.world.pass(61);
    expect((await ended).code).toBe(1006);
  });
});

describe('a client that reads slowly', () => {
  /** A socket of which the test says how much is unread. */
  const slow = () => {
    const sent: string[] = [];
    const ends: [number, string][] = [];
    const later: (() => void)[] = [];
    const socket = {
      ...{ OPEN: 1, readyState: 1, bufferedAmount: 0, cut: false },
      on: () => socket,
      send: (message: string) => sent.push(message),
      close: (code: number, reason: string) => ends.push([code, reason]),
      terminate: () => {
        socket.cut = true;
      },
    };
    const connection = new Connection({
      socket: socket as unknown as WebSocket,
      describe: (ids) => `now ${[...ids].join(' ')}`,
      later: (fn) => later.push(fn),
    });
    return { socket, connection, sent, ends, later };
  };
  const MIB = 2 ** 20;

  test('hears of positions as they are when it has caught up, each once', () => {
    const { socket, connection, sent } = slow();
    connection.tellChanged(['1'], 'then 1');
    socket.bufferedAmount = MIB;
    connection.tellChanged(['1', '2'], 'then 1 2');
    connection.tellChanged(['2', '3'], 'then 2 3');
    connection.catchUp();
    socket.bufferedAmount = 1000;
    connection.tellChanged(['4'], 'then 4');
    connection.catchUp();
    connection.tellChanged(['5'], 'then 5');
    expect(sent).toEqual(['then 1', 'now 1 2 3 4', 'then 5']);
  });

  test('is cut off when too much is unread, and told why', () => {
    const { socket, connection, sent, ends, later } = slow();
    connection.greet(['x'.repeat(MIB / 2), 'x'.repeat(MIB / 2)]);
    socket.bufferedAmount = MIB;
    connection.tell('a line');
    socket.bufferedAmount = 5 * MIB;
    connection.tell('another');
    expect([sent.length, ends]).toEqual([3, [[1013, 'too much is unread: it is read too slowly']]]);
    for (const fn of later) fn();
    expect(socket.cut).toBe(true);
  });
});
