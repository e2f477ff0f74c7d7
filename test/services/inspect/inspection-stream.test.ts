import Ajv2020 from 'ajv/dist/2020.js';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Listener } from '../../../src/services/http/events/stream.ts';
import { describeApi } from '../../../src/services/http/openapi.ts';
import type { ActorView, InspectionMessage } from '../../../src/services/http/schemas/inspection.ts';
import { InspectionFeed } from '../../../src/services/inspect/inspection-feed.ts';
import { ApiRig, type ApiRigOptions, TOKEN } from '../http/api-rig.ts';

const document = describeApi();
const ajv = new Ajv2020.default({ strict: true, allowUnionTypes: true });
ajv.addFormat('date-time', true);
const { messages } = document['x-inspection'] as { messages: object[] };
const { schemas } = document.components as { schemas: object };
const isDescribed = ajv.compile(
  JSON.parse(
    JSON.stringify({ $defs: schemas, oneOf: messages }).replaceAll('"#/components/schemas/', '"#/$defs/'),
  ),
);

type Of<T extends InspectionMessage['type']> = Extract<InspectionMessage, { type: T }>;

let rig: ApiRig;
let port: number;
const clients: Viewer[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate();
  await rig?.close();
});

const open = async (options: ApiRigOptions = {}): Promise<void> => {
  rig = await ApiRig.open(options);
  port = await rig.listen();
  rig.serve();
};

class Viewer {
  readonly heard: InspectionMessage[] = [];
  readonly socket: WebSocket;
  #waiting: (() => void)[] = [];

  constructor(query = '', protocols: string[] = []) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/inspection${query}`, protocols);
    clients.push(this);
    this.socket.on('error', () => {});
    this.socket.on('message', (data) => {
      this.heard.push(JSON.parse(data.toString()));
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  async hears<T extends InspectionMessage['type']>(
    type: T,
    fits: (message: Of<T>) => boolean = () => true,
  ): Promise<Of<T>> {
    for (;;) {
      const found = this.heard.find((said): said is Of<T> => said.type === type && fits(said as never));
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Of an actor, as it was last told of. */
  latest(name: string): ActorView | undefined {
    return this.heard
      .flatMap((said) => (said.type === 'actors' ? said.actors : []))
      .findLast((actor) => actor.name === name);
  }

  refused(): Promise<number> {
    return new Promise((resolve) =>
      this.socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode!)),
    );
  }
}

const P = '/api/v1/positions';
const has =
  (name: string, state: string) =>
  ({ actors }: Of<'actors'>): boolean =>
    actors.some((actor) => actor.name === name && actor.states.includes(state));

describe('what is told', () => {
  test('first every actor, then an exit from open to closed, as the description says', async () => {
    await open();
    const viewer = new Viewer();
    const first = await viewer.hears('actors');
    const { actors } = first;
    expect(actors.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['system', 'ledger', 'monitor 1#1']),
    );
    const watch = actors.find(({ name }) => name === 'watch')!;
    expect(actors.find(({ name }) => name === 'monitor 1#1')).toMatchObject({
      ...{ parent: watch.session, machine: 'position', position: '1', status: 'active', stored: null },
      ...{ states: ['position.open'], last: null },
    });
    const { world } = rig.live;
    await rig.ask('POST', `${P}/1/exit`);
    await world.pass(1);
    await viewer.hears('actors', has('monitor 1#1', 'position.exiting.working'));
    const order = [...world.venue.orders.values()][0]!;
    world.venue.fill(order.clientId, order.quantity);
    await world.pass(60);
    await viewer.hears('actors', has('monitor 1#1', 'position.closed'));
    expect(viewer.latest('monitor 1#1')).toMatchObject({ status: 'done', timers: [] });
    const turns = viewer.heard
      .flatMap((said) => (said.type === 'log' ? said.entries : []))
      .filter(({ name, to }) => name === 'monitor 1#1' && to !== null);
    expect(turns[0]).toMatchObject({
      ...{ event: 'operator.exit', from: 'position.open', to: 'position.exiting.working' },
    });
    expect(turns.at(-1)).toMatchObject({ to: 'position.closed' });
    for (const said of viewer.heard) expect([isDescribed(said), isDescribed.errors]).toEqual([true, null]);
    await world.pass(60);
    const { session } = actors.find(({ name }) => name === 'monitor 1#1')!;
    await viewer.hears('actors', ({ gone }) => gone.includes(session));
  });

  test('of one position: its monitor, its orders, and what they keep', async () => {
    await open({ positions: [{}, { market: 'GAME-B' }] });
    const viewer = new Viewer('?position=2');
    const { actors } = await viewer.hears('actors');
    expect(actors).toMatchObject([{ name: 'monitor 2#1', stored: { phase: 'open', remaining: '100.00' } }]);
    await rig.ask('POST', `${P}/1/exit`);
    await rig.ask('POST', `${P}/2/exit`);
    await rig.live.world.pass(1);
    await viewer.hears('actors', has('monitor 2#1', 'position.exiting.working'));
    await viewer.hears('actors', has('order pworld-2x1-1', 'order.working'));
    expect(viewer.latest('order pworld-2x1-1')!.stored).toMatchObject({ action: 'sell', status: 'resting' });
    const named = viewer.heard.flatMap((said) =>
      (said.type === 'log' ? said.entries : said.actors).map(({ name }) => name),
    );
    expect(new Set(named)).toEqual(new Set(['monitor 2#1', 'order pworld-2x1-1']));
    for (const said of viewer.heard) expect([isDescribed(said), isDescribed.errors]).toEqual([true, null]);
  });

  test('of what happens within 100 ms, one message of each kind', async () => {
    await open();
    const viewer = new Viewer();
    await viewer.hears('actors');
    await rig.live.world.pass(0.2);
    const before = viewer.heard.length;
    for (let i = 0; i < 5; i += 1) {
      await rig.ask('POST', `${P}/1/hold`);
      await rig.ask('POST', `${P}/1/release`);
    }
    await rig.live.world.pass(0.1);
    await viewer.hears('log', ({ entries }) => entries.some(({ event }) => event === 'operator.hold'));
    expect(viewer.heard.slice(before).map(({ type }) => type)).toEqual(['actors', 'log']);
    const told = viewer.heard.at(-1) as Of<'log'>;
    expect(told.entries.filter(({ name }) => name === 'monitor 1#1').map(({ event }) => event)).toEqual(
      Array.from({ length: 5 }, () => ['operator.hold', 'operator.release']).flat(),
    );
  });
});

describe('who may look', () => {
  test.each([
    { name: 'an unknown parameter', query: '?positions=1', status: 400 },
    { name: 'two positions', query: '?position=1&position=2', status: 400 },
    { name: 'no name', query: '?position=', status: 400 },
    { name: 'another path', query: '/more', status: 404 },
  ])('not with $name', async ({ query, status }) => {
    await open();
    expect(await new Viewer(query).refused()).toBe(status);
  });

  test('where others can reach the daemon, only with the token', async () => {
    await open({ host: '0.0.0.0' });
    expect(await new Viewer().refused()).toBe(401);
    const viewer = new Viewer('', ['postern.v1', `token.${TOKEN}`]);
    await viewer.hears('actors');
    expect(viewer.socket.protocol).toBe('postern.v1');
  });

  test('while nobody looks, nothing is told to the feed', async () => {
    await open();
    const { registry } = rig;
    let told = 0;
    const feed = new InspectionFeed({ registry, clock: rig.live.world.clock });
    const { stepped } = feed;
    feed.stepped = (...step) => {
      told += 1;
      stepped.apply(feed, step);
    };
    const listener: Listener = { lags: false, tell: () => {}, tellChanged: () => {} };
    feed.join(listener, new URLSearchParams());
    await rig.ask('POST', `${P}/1/hold`);
    expect(told).toBeGreaterThan(0);
    feed.leave(listener);
    const before = told;
    await rig.ask('POST', `${P}/1/release`);
    expect(told).toBe(before);
  });
});

describe('bounds', () => {
  class Hearer implements Listener {
    lags = false;
    readonly logs: Of<'log'>[] = [];
    readonly changed: string[][] = [];
    tell(message: string): void {
      this.logs.push(JSON.parse(message));
    }
    tellChanged(ids: readonly string[]): void {
      this.changed.push([...ids]);
    }
  }

  async function follow(
    markets: number,
  ): Promise<{ feed: InspectionFeed; hearer: Hearer; round: () => void }> {
    await open({ positions: Array.from({ length: markets }, (_, i) => ({ market: `GAME-${i}` })) });
    const feed = new InspectionFeed({ registry: rig.registry, clock: rig.live.world.clock });
    const hearer = new Hearer();
    feed.join(hearer, new URLSearchParams());
    const round = () => {
      feed.tick();
      feed.tick();
    };
    return { feed, hearer, round };
  }

  test('of very many events those that changed a state are told, and how many are left out', async () => {
    const { hearer, round } = await follow(300);
    const { world } = rig.live;
    await rig.ask('POST', `${P}/7/exit`);
    for (let i = 1; i <= 300; i += 1) await rig.ask('POST', `${P}/${i}/hold`);
    await world.settle();
    round();
    const [log] = hearer.logs;
    expect(log!.entries).toHaveLength(100);
    expect(log!.left_out).toBeGreaterThan(200);
    expect(log!.entries).toContainEqual(
      expect.objectContaining({ name: 'monitor 7#1', to: 'position.exiting.working' }),
    );
    round();
    round();
    expect(hearer.changed.map(({ length }) => length)[0]).toBe(250);
    expect(new Set(hearer.changed.flat()).size).toBeGreaterThan(300);
    expect(hearer.logs).toHaveLength(1);
  });

  test('who lags misses events, and is told how many', async () => {
    const { hearer, round } = await follow(1);
    hearer.lags = true;
    await rig.ask('POST', `${P}/1/hold`);
    round();
    expect(hearer.logs).toEqual([]);
    hearer.lags = false;
    await rig.ask('POST', `${P}/1/release`);
    round();
    const [log] = hearer.logs;
    expect(log!.left_out).toBeGreaterThan(0);
    expect(log!.entries.map(({ event }) => event)).toContain('operator.release');
    expect(log!.entries.map(({ event }) => event)).not.toContain('operator.hold');
  });
});
