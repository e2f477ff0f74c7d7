import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/services/config/load-config.ts';
import type { Config } from '../../src/services/config/schema.ts';
import { MINUTE, NOON } from '../support/domain-builders.ts';
import { entriesEnabled, say } from '../support/model-words.ts';
import { World, type WorldOptions } from '../support/world.ts';

/** Bought at 0.50 and shown at 0.52 / 0.53: it wins, with a model at 0.57 its edge is 0.05. */
const HELD = { market: 'GAME-A', quantity: 10_000, cost: 50_000_000, modelProbability: 570_000 };

/** One position is all that the limits allow: what is better has to take its place. */
const ONE_POSITION: Partial<Config> = {
  ...entriesEnabled({ maxOpenPositions: 1 }),
  rebalance: { coolDownMs: 30 * MINUTE },
};

const open = async (options: WorldOptions = {}): Promise<World> => {
  const world = await World.open({ positions: [HELD], config: ONE_POSITION, ...options });
  world.venue.show('GAME-A', 5200, 5300);
  world.venue.show('OTHER-A', 4900, 5000);
  await world.pass(31);
  return world;
};

const opportunityOf = (world: World, id = '1') =>
  world.postern.watch().view(id)?.watched?.surroundings.opportunity ?? null;

const placed = ({ venue }: World): string[] =>
  venue.calls.filter((call) => call.startsWith('place')).map((call) => call.split(' ')[1]!);

/** Sells or buys all of the last order. */
async function fillLast(world: World): Promise<void> {
  const id = placed(world).at(-1)!;
  world.venue.fill(id, world.venue.orders.get(id)!.quantity);
  await world.pass(15);
}

describe('rebalancing', () => {
  it('tells exactly the position that an opportunity beats, with its edge after fees', async () => {
    const world = await open({
      positions: [HELD, { ...HELD, market: 'GAME-B', modelProbability: 590_000 }],
      config: {},
    });
    world.venue.feeRate = 700;
    world.venue.show('GAME-B', 5200, 5300);
    await world.pass(31);
    await say(world, { market: 'OTHER-A', probability: 720_000 });
    await world.pass(6);
    // 0.72 − 0.50, less 1.75 cents to buy and 1.7472 cents to sell.
    expect(opportunityOf(world, '1')).toEqual({ market: 'OTHER-A', edge: 220_000 - 17_500 - 17_472 });
    expect(opportunityOf(world, '2')).toBeNull();
    await world.pass(2);
    expect(world.position('1').exit).toMatchObject({ reason: 'rebalance', priority: 'LOW' });
    expect(world.position('2').exit).toBeNull();
  });

  it.each([
    ['an edge that does not beat its own by the margin', {}, 640_000],
    ['a position that does not win', { cost: 53_000_000 }, 800_000],
    ['a position without a model', { modelProbability: null }, 800_000],
  ])('%s leaves it alone', async (_, change, probability) => {
    const world = await open({ positions: [{ ...HELD, ...change }] });
    await say(world, { market: 'OTHER-A', probability });
    await world.pass(20);
    expect(opportunityOf(world)).toBeNull();
    expect(world.position().exit).toBeNull();
  });

  it('an opportunity that shrinks while the exit works calls it off, and is not paired again', async () => {
    const world = await open({ config: {} });
    await say(world, { market: 'OTHER-A', probability: 800_000 });
    await world.pass(8);
    expect(world.position().exit?.reason).toBe('rebalance');
    await say(world, { market: 'OTHER-A', probability: 520_000 });
    await world.pass(75);
    expect(world.position().exit).toBeNull();
    expect((await world.file()).exits).toMatchObject([{ reason: 'rebalance', status: 'condition_gone' }]);
    expect(opportunityOf(world)).toBeNull();
    await say(world, { market: 'OTHER-A', probability: 800_000 });
    await world.pass(30);
    expect(opportunityOf(world)).toBeNull();
    expect(world.position().exit).toBeNull();
  });

  it('what is left makes way: the opportunity is entered with the name of what it replaces', async () => {
    const world = await open();
    await say(world, { market: 'OTHER-A', probability: 800_000 });
    await world.pass(8);
    expect(world.position().exit?.reason).toBe('rebalance');
    await fillLast(world);
    expect(await world.store.position('1')).toMatchObject({ position: { phase: 'closed' } });
    const order = placed(world).at(-1)!;
    expect(world.venue.orders.get(order)).toMatchObject({ market: 'OTHER-A', action: 'buy' });
    await fillLast(world);
    const [position] = world.postern.watch().positions();
    expect(position).toMatchObject({ market: 'OTHER-A', phase: 'open' });
    expect((await world.store.entry(position!.id))!.edge).toMatchObject({ status: 'filled', replaces: '1' });
    expect(world.kinds('1')).toContain('rebalance.began');
  });

  it('with entries disabled the position is left, and nothing is bought', async () => {
    const world = await open({ config: { rebalance: ONE_POSITION.rebalance! } });
    await say(world, { market: 'OTHER-A', probability: 800_000 });
    await world.pass(8);
    await fillLast(world);
    await world.pass(60);
    expect(world.postern.watch().positions()).toEqual([]);
    expect(placed(world)).toHaveLength(1);
  });

  it('while a breaker forbids entries the position is left, and nothing is bought', async () => {
    const world = await open();
    world.postern.post('entries', {
      type: 'breakers.changed',
      tripped: { daily_loss: false, api: true, database: false },
    });
    await say(world, { market: 'OTHER-A', probability: 800_000 });
    await world.pass(8);
    await fillLast(world);
    expect(placed(world)).toHaveLength(1);
  });

  it('two markets whose edges take turns change places once in a cool-down', async () => {
    const world = await open();
    world.venue.show('GAME-A', 5200, 5300);
    const turns = 120;
    for (let turn = 0; turn < turns; turn++) {
      const [better, worse] = turn % 2 === 0 ? ['OTHER-A', 'GAME-A'] : ['GAME-A', 'OTHER-A'];
      await say(world, { market: better, probability: 900_000 }, { market: worse, probability: 570_000 });
      const live = [...world.venue.orders.values()].filter(({ status }) => status === 'resting');
      for (const { clientId, quantity, filled } of live) world.venue.fill(clientId, quantity - filled);
      if (turn % 10 === 0) world.venue.show('OTHER-A', 5200, 5300);
      await world.pass(15);
    }
    // 30 minutes of turns every 15 s: one switch, and at most one more once the cool-down is over.
    const exits = (await world.store.period(NOON, world.clock.now() + 1)).exits;
    const switches = exits
      .filter(({ reason }) => reason === 'rebalance')
      .map(({ triggeredAt }) => triggeredAt);
    expect(switches.length).toBeGreaterThan(0);
    for (const [i, at] of switches.slice(1).entries())
      expect(at - switches[i]!).toBeGreaterThanOrEqual(30 * MINUTE);
  }, 20_000);

  it('goes on after a restart in the middle of its exit', async () => {
    const world = await open({
      config: { ...ONE_POSITION, shutdown: { ...loadConfig({ env: {} }).shutdown, restingOrders: 'leave' } },
    });
    await say(world, { market: 'OTHER-A', probability: 800_000 });
    await world.pass(8);
    expect(world.position().exit?.reason).toBe('rebalance');
    await world.pass(6);
    world.postern.stop();
    await world.pass(15);
    expect(world.end).toEqual({ kind: 'stopped' });
    await world.start();
    await world.pass(70);
    expect(world.position().exit).toMatchObject({ reason: 'rebalance' });
    expect(opportunityOf(world)).toEqual({ market: 'OTHER-A', edge: 300_000 });
    await fillLast(world);
    expect(world.venue.orders.get(placed(world).at(-1)!)).toMatchObject({ market: 'OTHER-A', action: 'buy' });
  });
});
