import { describe, expect, test } from 'vitest';
import { type AnyActorRef, createActor, createMachine } from 'xstate';
import { VirtualClock } from '../../../src/services/clock.ts';
import { viewActor } from '../../../src/services/inspect/actor-view.ts';
import type { KnownActor } from '../../../src/services/inspect/known-actor.ts';
import { ActorRegistry, type RegistryListener } from '../../../src/services/inspect/registry.ts';
import { defaultMethod, NOON } from '../../support/domain-builders.ts';
import { entriesEnabled, say } from '../../support/model-words.ts';
import { World, type WorldOptions } from '../../support/world.ts';

let registry: ActorRegistry;
let failures: unknown[];

function newRegistry(clock: Pick<VirtualClock, 'now'>): ActorRegistry {
  failures = [];
  registry = new ActorRegistry({ clock, failed: (error) => failures.push(error) });
  return registry;
}

const open = (options: WorldOptions = {}): Promise<World> =>
  World.open({
    positions: [{}, { market: 'GAME-B' }],
    ...options,
    adjust: (given) => ({ ...given, observe: newRegistry(given.clock).observe }),
  });

const named = (name: string): KnownActor => {
  const known = registry.list().find((actor) => actor.name === name);
  if (!known) throw new Error(`no ${name} among ${registry.list().map((actor) => actor.name)}`);
  return known;
};
const view = (name: string) => viewActor(registry, named(name), true);
const exit = (world: World): void =>
  world.postern.post('watch', {
    type: 'position.event',
    positionId: '1',
    event: { type: 'operator.exit', quantity: null, priority: 'HIGH', note: null, at: world.clock.now() },
  });

const silent: RegistryListener = { added() {}, stepped() {}, ended() {}, dropped() {} };

describe('the tree', () => {
  test('every actor is known, by name, under who hosts it', async () => {
    const world = await open({
      config: entriesEnabled(),
      methods: [defaultMethod(), { ...defaultMethod(), name: 'nfl' }],
    });
    world.venue.show('GAME-C', 4900, 5000);
    await say(world, { market: 'GAME-C' });
    exit(world);
    await world.pass(1);
    const names = new Map(registry.list().map(({ session, name }) => [session, name]));
    const hosted = registry
      .list()
      .map((known) => [known.name, known.machine, names.get(registry.parentOf(known) ?? '') ?? null]);
    expect(hosted.sort()).toEqual(
      [
        ['system', 'system', null],
        ...['ledger', 'desk', 'watch', 'feed', 'reconciler', 'discovery', 'breakers', 'entries'].map(
          (part) => [part, null, 'system'],
        ),
        ['monitor 1#1', 'position', 'watch'],
        ['monitor 2#1', 'position', 'watch'],
        ['order pworld-1x1-1', 'order', 'desk'],
        ['entry e1', 'entry', 'entries'],
        ['breaker daily_loss', 'lossBreaker', 'breakers'],
        ['breaker api', 'errorBreaker', 'breakers'],
        ['breaker database', 'errorBreaker', 'breakers'],
        ['order pworld-e1n1-1', 'order', 'desk'],
      ].sort(),
    );
    expect(failures).toEqual([]);
  });

  test('a position is shown in its states, with the last turn and the timer that waits, in the daemon’s time', async () => {
    const world = await open();
    await world.pass(31);
    const { received } = named('monitor 1#1');
    const at = world.clock.now();
    exit(world);
    await world.pass(1);
    const shown = view('monitor 1#1');
    const { exit: running } = world.position();
    expect(shown).toMatchObject({
      name: 'monitor 1#1',
      position: '1',
      status: 'active',
      states: ['position.exiting', 'position.exiting.working'],
      last: {
        event: 'operator.exit',
        from: 'position.open',
        to: 'position.exiting.working',
        at: new Date(at).toISOString(),
      },
      timers: [{ name: 'stepLeft', due: new Date(running!.deadline!).toISOString() }],
      restarts: 0,
      stored: { phase: 'exiting', remaining: '100.00', exit: { step: running!.step, order: 'pworld-1x1-1' } },
    });
    expect(shown.received).toBeGreaterThan(received);
    expect(view('order pworld-1x1-1')).toMatchObject({ position: '1', states: ['order.working'] });
    expect(view('breaker api').position).toBeNull();
  });

  test('a monitor that throws is shown with its restart, and the one that threw only for a minute', async () => {
    let breaks = false;
    const world = await open({
      drill: ({ id }) => {
        if (!breaks || id !== '1') return;
        breaks = false;
        throw new Error('drill');
      },
    });
    await world.pass(31);
    breaks = true;
    world.venue.show('GAME-A', 4800, 4900);
    await world.pass(35);
    expect(view('monitor 1#1')).toMatchObject({ status: 'error', timers: [] });
    expect(view('monitor 1#2')).toMatchObject({ status: 'active', restarts: 1, position: '1' });
    expect(view('monitor 2#1')).toMatchObject({ status: 'active', restarts: 0 });
    await world.pass(61);
    registry.forgetEnded();
    expect(registry.list().map(({ name }) => name)).not.toContain('monitor 1#1');
  });

  test('a part that is restarted in place is another actor, and hosts what it hosts', async () => {
    const world = await open();
    const first = named('breakers');
    const failing = world.postern.breakers;
    expect(failing().length).toBe(3);
    (first.actor as AnyActorRef).send({ type: 'part.failed', error: new Error('drill') });
    await world.pass(2);
    expect(first.endedAt).not.toBeNull();
    const [, second] = registry.list().filter(({ name }) => name === 'breakers');
    expect(second).toMatchObject({ restarts: 1, endedAt: null });
    const running = registry.list().filter(({ name, endedAt }) => name === 'breaker api' && endedAt === null);
    expect(running.map((known) => registry.parentOf(known))).toEqual([second!.session]);
    expect(view('system').states).toContain('system.live.breakers.running');
  });
});

describe('who looks on never hurts what is looked at', () => {
  test.each<[string, RegistryListener]>(
    (['added', 'stepped', 'ended', 'dropped'] as const).map((kind) => [
      kind,
      {
        ...silent,
        [kind]: () => {
          throw new Error('a listener threw');
        },
      },
    ]),
  )('a listener that throws when one is %s', async (_, listener) => {
    const world = await open();
    registry.listen(listener);
    exit(world);
    await world.pass(1);
    const order = [...world.venue.orders.values()][0]!;
    world.venue.fill(order.clientId, order.quantity);
    await world.pass(200);
    registry.forgetEnded();
    expect(world.kinds('1')).toContain('exit.ended');
    expect(failures).toEqual([new Error('a listener threw')]);
    expect(world.end).toBeNull();
  });
});

const short = createMachine({
  initial: 'open',
  states: { open: { on: { go: 'over', fail: { actions: () => boom() } } }, over: { type: 'final' } },
});
const boom = (): never => {
  throw new Error('boom');
};

describe('memory', () => {
  const clock = new VirtualClock(NOON);
  const facts = { host: 'desk', position: null, restarts: 0 } as const;
  const live = (name: string) => {
    const actor = createActor(short);
    registry.observe(actor, { ...facts, name });
    actor.subscribe({ error: () => {} });
    return actor.start();
  };

  test.each(['done', 'error', 'stopped'] as const)(
    'of 10,000 that were %s only the last hundred are kept',
    (end) => {
      newRegistry(clock);
      const kept = live('the one that runs');
      for (let i = 0; i < 10_000; i += 1) {
        const actor = live(`${i}`);
        if (end === 'stopped') actor.stop();
        else actor.send({ type: end === 'done' ? 'go' : 'fail' });
        expect(actor.getSnapshot().status).toBe(end);
      }
      expect(registry.list()).toHaveLength(101);
      expect(registry.list()[0]).toMatchObject({ name: 'the one that runs', endedAt: null });
      expect(kept.getSnapshot().status).toBe('active');
    },
  );

  test('an actor that fails while it starts is over', () => {
    newRegistry(clock);
    const actor = createActor(createMachine({ entry: () => boom() }));
    registry.observe(actor, { ...facts, name: 'still-born' });
    actor.subscribe({ error: () => {} });
    actor.start();
    expect(registry.list()).toMatchObject([{ name: 'still-born', endedAt: NOON }]);
    expect(failures).toEqual([]);
  });
});

test('timers are dated by the clock that they run by, also those that are set anew in the same state', () => {
  const clock = new VirtualClock(NOON);
  newRegistry(clock);
  const machine = createMachine({
    initial: 'waiting',
    states: {
      waiting: {
        after: { 5000: { target: 'waiting', reenter: true } },
        on: { again: { target: 'waiting', reenter: true } },
      },
    },
  });
  const actor = createActor(machine, { clock: clock as never });
  registry.observe(actor, { name: 'waiter', host: null, position: null, restarts: 0 });
  actor.start();
  const due = (): number[] => registry.timersOf(named('waiter')).map((timer) => timer.due - NOON);
  expect(due()).toEqual([5000]);
  clock.moveTo(NOON + 2000);
  actor.send({ type: 'again' });
  expect(due()).toEqual([7000]);
  clock.fireNext(NOON + 7000);
  expect(due()).toEqual([12_000]);
  actor.stop();
  expect(due()).toEqual([]);
});
