import { readFileSync } from 'node:fs';
import { createWebSocketReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { positionMachine } from '../../../src/machines/position-machine.ts';
import { ActorRegistry } from '../../../src/services/inspect/registry.ts';
import { PROTOCOL_VERSION } from '../../../src/services/inspect/stately/messages.ts';
import { StatelyServer } from '../../../src/services/inspect/stately/stately-server.ts';
import { World } from '../../support/world.ts';

const TOKEN = '7'.repeat(64);

let world: World;
let registry: ActorRegistry;
let server: StatelyServer;
afterEach(() => close());

async function open(): Promise<void> {
  world = await World.open({
    positions: [{}, { market: 'GAME-B' }],
    adjust: (given) => {
      registry = new ActorRegistry({
        clock: given.clock,
        failed: (error) => {
          throw error;
        },
      });
      return { ...given, observe: registry.observe };
    },
  });
  await listen(0);
}

async function listen(port: number): Promise<void> {
  server = await StatelyServer.listen(port);
  server.serve({ registry, clock: world.clock, timer: world.clock, token: TOKEN, log: { error: () => {} } });
}

async function close(): Promise<void> {
  const closed = server.close();
  await world.pass(5);
  await closed;
}

type Of<T extends StatelyInspectionEvent['type']> = Extract<StatelyInspectionEvent, { type: T }>;

/** The package's own receiver, with what it has heard. */
class Receiver {
  readonly heard: StatelyInspectionEvent[] = [];
  #waiting: (() => void)[] = [];

  constructor() {
    createWebSocketReceiver({ server: `ws://localhost:${server.port}` }).subscribe((event) => {
      this.heard.push(event);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  async hears<T extends StatelyInspectionEvent['type']>(
    type: T,
    fits: (event: Of<T>) => boolean,
  ): Promise<Of<T>> {
    for (;;) {
      const found = this.heard.find((said): said is Of<T> => said.type === type && fits(said as never));
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  actor = (name: string) => this.hears('@xstate.actor', (said) => said.name === name);
}

const exit = (): void =>
  world.postern.post('watch', {
    type: 'position.event',
    positionId: '1',
    event: { type: 'operator.exit', quantity: null, priority: 'HIGH', note: null, at: world.clock.now() },
  });

interface Shown {
  status: string;
  value: unknown;
  context: { position: { id: string } };
}
const shown = ({ snapshot }: { snapshot: unknown }): Shown => snapshot as Shown;

describe('the receiver of @statelyai/inspect', () => {
  test('hears of every actor first, with its definition and its snapshot, under who hosts it', async () => {
    await open();
    await world.pass(31);
    const receiver = new Receiver();
    const monitor = await receiver.actor('monitor 2#1');
    const [system, watch] = [await receiver.actor('system'), await receiver.actor('watch')];
    expect(receiver.heard[0]).toBe(system);
    expect(watch.parentId).toBe(system.sessionId);
    expect(monitor).toMatchObject({ parentId: watch.sessionId, rootId: system.sessionId });
    const definition = JSON.parse(monitor.definition!);
    expect(Object.keys(definition.states)).toEqual(Object.keys(positionMachine.config.states!));
    expect(definition.states.open.on.evaluated[0]).toMatchObject({ guard: 'mustExit', target: 'exiting' });
    expect(shown(monitor)).toMatchObject({
      status: 'active',
      value: 'open',
      context: { position: { id: '2' } },
    });
    expect(JSON.parse(watch.definition!)).toEqual({ id: 'watch' });
  });

  test('hears each event and what it led to, and of actors that are new', async () => {
    await open();
    const receiver = new Receiver();
    const { sessionId } = await receiver.actor('monitor 1#1');
    exit();
    await world.pass(1);
    const event = await receiver.hears('@xstate.event', (said) => said.event.type === 'operator.exit');
    const snapshot = await receiver.hears('@xstate.snapshot', (said) => said.event.type === 'operator.exit');
    expect([event.sessionId, snapshot.sessionId]).toEqual([sessionId, sessionId]);
    expect(shown(snapshot).value).toEqual({ exiting: 'working' });
    const order = await receiver.actor('order pworld-1x1-1');
    expect(shown(order).context).toMatchObject({ terms: { clientId: 'pworld-1x1-1' } });
    await receiver.hears(
      '@xstate.snapshot',
      (said) => said.sessionId === order.sessionId && shown(said).value === 'working',
    );
    expect(new Set(receiver.heard.map(({ id }) => id)).size).toBe(receiver.heard.length);
  });

  test('hears once how a state stayed that many events left as it was', async () => {
    await open();
    const receiver = new Receiver();
    await receiver.actor('monitor 1#1');
    await world.pass(0.2);
    for (let i = 0; i < 20; i += 1)
      world.postern.post('watch', {
        type: 'position.event',
        positionId: '1',
        event: { type: 'dailyLoss.measured', pnl: -i, limit: null, at: world.clock.now() },
      });
    await world.pass(0.1);
    const last = await receiver.hears('@xstate.snapshot', (said) => said.event.type === 'dailyLoss.measured');
    expect(last.event).toMatchObject({ pnl: -19 });
    const of = (type: string) =>
      receiver.heard.filter(
        (said) => said.type === type && 'event' in said && said.event.type === 'dailyLoss.measured',
      ).length;
    expect([of('@xstate.event'), of('@xstate.snapshot')]).toEqual([20, 1]);
  });

  test('that comes late, or again after the server was away, hears of all that is there then', async () => {
    await open();
    const early = new Receiver();
    await early.actor('system');
    exit();
    await world.pass(1);
    const late = new Receiver();
    expect(shown(await late.actor('monitor 1#1')).value).toEqual({ exiting: 'working' });
    expect(shown(await late.actor('order pworld-1x1-1')).value).toBe('working');
    const { port } = server;
    await close();
    await listen(port);
    const again = new Receiver();
    expect(shown(await again.actor('order pworld-1x1-1')).status).toBe('active');
  });

  test('an actor that throws is shown so', async () => {
    await open();
    const receiver = new Receiver();
    const { sessionId } = await receiver.actor('monitor 1#1');
    world.postern.post('watch', {
      type: 'position.event',
      positionId: '1',
      event: { type: 'operator.exit', quantity: 0.5, priority: 'HIGH', note: null, at: world.clock.now() },
    });
    await world.pass(1);
    const failed = await receiver.hears('@xstate.snapshot', (said) => shown(said).status === 'error');
    expect(failed.sessionId).toBe(sessionId);
    expect((failed.snapshot as { error?: unknown }).error).toMatchObject({ message: expect.any(String) });
  });
});

test('the messages are those of the package that is installed', () => {
  const url = new URL('../../../node_modules/@statelyai/inspect/package.json', import.meta.url);
  expect(PROTOCOL_VERSION).toBe(JSON.parse(readFileSync(url, 'utf8')).version);
});

describe('who may look', () => {
  const refused = (headers: Record<string, string>): Promise<number> => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/`, { headers });
    socket.on('error', () => {});
    return new Promise((resolve) => {
      socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode!));
      socket.on('open', () => {
        socket.terminate();
        resolve(101);
      });
    });
  };

  test('programs on this machine and the page from here, no page of another site', async () => {
    await open();
    expect(await refused({})).toBe(101);
    expect(await refused({ origin: `http://127.0.0.1:${server.port}` })).toBe(101);
    expect(await refused({ origin: 'https://stately.ai' })).toBe(403);
    expect(await refused({ origin: 'http://localhost:3000' })).toBe(403);
    expect(await refused({ host: `rebound.example:${server.port}` })).toBe(421);
  });

  test('the page frames the inspector and asks nobody else', async () => {
    await open();
    const answer = await fetch(server.url);
    expect(await answer.text()).toContain('<iframe src="https://stately.ai/inspect"');
    const policy = answer.headers.get('content-security-policy')!;
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-/);
    expect(policy).toContain('frame-src https://stately.ai;');
    expect((await fetch(`${server.url}/api/v1/status`)).status).toBe(404);
  });

  test('a port that is taken is named, with what says another', async () => {
    await open();
    await expect(StatelyServer.listen(server.port)).rejects.toThrow(
      `127.0.0.1:${server.port} is in use by another program: stop it, or set --inspect <port> to a free one`,
    );
  });
});
