import { describe, expect, it } from 'vitest';
import { aNewPosition, NOON } from '../support/domain-builders.ts';
import { aValue, say } from '../support/model-words.ts';
import { World } from '../support/world.ts';

const HELD = { market: 'GAME-A', quantity: 10_000, cost: 50_000_000 };
const MINUTES = 60;

const adopt = async (world: World, id: string, change: object): Promise<void> => {
  world.venue.show('GAME-A', 5000, 5100);
  const position = aNewPosition({
    id,
    openedAt: world.clock.now(),
    at: world.clock.now(),
    ...HELD,
    ...change,
  });
  world.venue.hold('GAME-A', 20_000, position.side);
  const file = { position, evaluation: null, exits: [], attempts: [], fills: [] };
  const decision = {
    positionId: id,
    exitId: null,
    at: position.at,
    kind: 'position.adopted',
    summary: '',
    data: {},
  };
  world.postern.post('ledger', { type: 'position.adopt', file, decision, done: () => {} });
  await world.pass(1);
};

describe('what a model says', () => {
  it('is refused with a reason, or taken and stored', async () => {
    const world = await World.open();
    const refusals = await say(
      world,
      { at: NOON - 1_000 },
      { at: NOON - 1_000, side: 'no', probability: 300_000 },
      { at: NOON - 2_000, probability: 800_000 },
      { market: 'GAME-B', probability: 1_000_001 },
      { market: 'GAME-B', at: NOON + 5_001 },
      { market: 'GAME-B', at: NOON - 10 * MINUTES * 1_000 - 1 },
      { market: 'GAME-B', method: 'curling' },
      { market: 'GAME-B', method: 'nfl', at: NOON + 5_000 },
    );
    expect(refusals.map((refusal) => refusal?.reason ?? null)).toEqual([
      null,
      ...['duplicate', 'late', 'out_of_range', 'in_the_future', 'too_old', 'unknown_method'],
      null,
    ]);
    expect(refusals[6]!.text).toBe('there is no method "curling": known are default, nfl, nba, tennis');
    expect(await world.store.modelValues()).toEqual([
      aValue(NOON - 1_000),
      aValue(NOON + 5_000, { market: 'GAME-B', method: 'nfl' }),
    ]);
  });

  it('is answered once it is durable', async () => {
    let isOut = true;
    const world = await World.open({
      beforeCommit: (writes) => {
        if (isOut && writes.some(({ kind }) => kind === 'model_value')) throw new Error('connection refused');
      },
    });
    await expect(say(world, {})).rejects.toThrow('nobody answered');
    isOut = false;
    await world.pass(10);
    expect(await world.store.modelValues()).toEqual([aValue(NOON)]);
  });

  it('is the probability of the side that each position owns', async () => {
    const world = await World.open({
      positions: [HELD, { ...HELD, side: 'no' }, { ...HELD, market: 'GAME-B' }],
    });
    await say(world, { side: 'no', probability: 550_000, at: NOON + 1 });
    expect(world.position('1')).toMatchObject({ modelProbability: 450_000, modelAt: NOON + 1 });
    expect(world.position('2')).toMatchObject({ modelProbability: 550_000, modelAt: NOON + 1 });
    expect(world.position('3')).toMatchObject({ modelProbability: null, modelAt: null });
    expect((await world.file('1')).position.modelProbability).toBe(450_000);
  });

  it('makes an exit on a quote that is the same as the last one, within the cache', async () => {
    const world = await World.open({ positions: [HELD] });
    await world.pass(31);
    const calls = world.venue.calls.length;
    await say(world, { probability: 510_000 });
    await world.pass(1);
    expect(world.position().exit).toMatchObject({ reason: 'early_exit', priority: 'LOW' });
    const asked = world.venue.calls.slice(calls).filter((call) => call.startsWith('books'));
    expect(asked.length).toBeLessThanOrEqual(1);
  });

  it('says that the edge has disappeared', async () => {
    const world = await World.open({ positions: [HELD] });
    await say(world, { probability: 490_000 });
    await world.pass(2);
    expect(world.position().exit).toMatchObject({ reason: 'edge_disappeared' });
  });

  it('reaches who is adopted later, unless that knows better', async () => {
    const world = await World.open();
    await say(world, { probability: 600_000 });
    await adopt(world, 'later', {});
    await adopt(world, 'knows', { modelProbability: 650_000, modelAt: null });
    expect(world.position('later')).toMatchObject({ modelProbability: 600_000, modelAt: NOON });
    expect(world.position('knows')).toMatchObject({ modelProbability: 650_000, modelAt: null });
    await say(world, { probability: 620_000 });
    expect(world.position('knows')).toMatchObject({ modelProbability: 620_000 });
  });

  it('does not reach who is adopted when it has grown old', async () => {
    const world = await World.open();
    await say(world, { probability: 600_000 });
    await world.pass(10 * MINUTES + 1);
    await adopt(world, 'later', {});
    expect(world.position('later').modelProbability).toBeNull();
  });

  it('is known again after a restart, and what was said before it is still late', async () => {
    const world = await World.open({ positions: [HELD] });
    await say(world, { probability: 600_000, at: NOON });
    await world.pass(5);
    world.postern.stop();
    await world.pass(20);
    expect(world.end).toEqual({ kind: 'stopped' });
    await world.start();
    await world.pass(1);
    expect(world.position()).toMatchObject({ modelProbability: 600_000, modelAt: NOON });
    expect((await say(world, { probability: 700_000, at: NOON }))[0]!.reason).toBe('late');
  });
});

describe('which books are wanted for it', () => {
  it('those of markets without a position, at the normal cadence, until it is too old', async () => {
    const world = await World.open({ positions: [HELD] });
    world.venue.show('GAME-B', 4900, 5000);
    await say(world, { market: 'GAME-B', probability: 510_000 });
    await world.pass(9 * MINUTES);
    const seen = () => world.venue.calls.filter((call) => /^books.*GAME-B/.test(call)).length;
    expect(seen()).toBeGreaterThan(17);
    expect(seen()).toBeLessThan(22);
    await world.pass(2 * MINUTES);
    const before = seen();
    await world.pass(5 * MINUTES);
    expect(seen()).toBe(before);
  });

  it('no more than 200, the latest, and it is said', async () => {
    const world = await World.open();
    const names = Array.from({ length: 201 }, (_, i) => `M-${String(i).padStart(3, '0')}`);
    await say(world, ...names.map((market, i) => ({ market, probability: 500_000, at: NOON - 1_000 + i })));
    await world.pass(2);
    const asked = new Set(
      world.venue.calls.flatMap((call) => (call.startsWith('markets') ? call.split(' ').slice(1) : [])),
    );
    expect([...asked].sort()).toEqual(names.slice(1));
    expect(world.kinds().filter((kind) => kind === 'entries.capped')).toHaveLength(1);
  });
});
