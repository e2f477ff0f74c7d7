import { describe, expect, it } from 'vitest';
import type { EdgeRecord } from '../../src/actors/ports.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import { defaultMethod, MINUTE, NOON, SECOND } from '../support/domain-builders.ts';
import { aValue, entriesEnabled, say } from '../support/model-words.ts';
import { World, type WorldOptions } from '../support/world.ts';

/** GAME-A is asked at 0.50; entries are enabled. */
const open = async (options: WorldOptions = {}): Promise<World> => {
  const methods = [defaultMethod(), { ...defaultMethod(), name: 'nfl' }];
  const world = await World.open({ config: entriesEnabled(), methods, ...options });
  world.venue.show('GAME-A', 4900, 5000);
  return world;
};

/** The first edge's order rests: 1,440 contracts, of which two fifths of the stake of $10,000 × 0.4 × 0.18 × 1. */
async function resting(options: WorldOptions = {}): Promise<World> {
  const world = await open(options);
  await say(world, {});
  await world.pass(1);
  expect(placed(world)).toEqual(['place pworld-e1n1-1 1440.00 at 0.5000']);
  return world;
}

const placed = ({ venue }: World): string[] => venue.calls.filter((call) => call.startsWith('place'));
const ordered = 'pworld-e1n1-1';

/** The rows, oldest first: how they stand and why. */
const rows = async ({ store }: World): Promise<Pick<EdgeRecord, 'edgeId' | 'status' | 'reason'>[]> =>
  (await store.edges({ limit: 100 }))
    .toReversed()
    .map(({ edgeId, status, reason }) => ({ edgeId, status, reason }));

const failed = async ({ store }: World, edgeId: string): Promise<string[]> =>
  (await store.entry(edgeId))!.edge.verdicts.filter(({ passed }) => !passed).map(({ check }) => check);

async function tell(world: World, type: 'entries.pause' | 'entries.resume', reason: string): Promise<void> {
  let answer: Error | null | undefined;
  world.postern.post('entries', {
    type,
    by: 'anna',
    reason,
    done: (error) => {
      answer = error;
    },
  });
  await world.settle();
  expect(answer).toBeNull();
}

const trip = (world: World, name: 'daily_loss' | 'api' | 'database', is = true): void =>
  world.postern.post('entries', {
    type: 'breakers.changed',
    tripped: { daily_loss: false, api: false, database: false, [name]: is },
  });

describe('an edge becomes a position', () => {
  it('what is filled is a position under the id of the edge, with what it cost and its fees', async () => {
    const world = await open();
    world.venue.feeRate = 700;
    await say(world, { method: 'nfl' }, { market: 'GAME-B', probability: 100_000 });
    await world.pass(1);
    const [order] = world.venue.orders.values();
    world.venue.fill(ordered, 500);
    world.venue.fill(ordered, order!.quantity - 500);
    await world.pass(10);
    const { edge, attempts, fills } = (await world.store.entry('e1'))!;
    expect(edge).toMatchObject({ status: 'filled', market: 'GAME-A', side: 'yes' });
    expect(edge.verdicts.map(({ passed }) => passed)).toEqual(Array(9).fill(true));
    expect(attempts).toMatchObject([{ clientId: ordered, status: 'filled', filled: order!.quantity }]);
    expect(fills.map(({ quantity }) => quantity)).toEqual([500, order!.quantity - 500]);
    expect(world.position('e1')).toMatchObject({
      ...{ id: 'e1', market: 'GAME-A', side: 'yes', quantity: order!.quantity, phase: 'open' },
      ...{ cost: order!.quantity * 5000, entryFees: attempts[0]!.fees, method: 'nfl', confidence: 'high' },
      ...{ modelProbability: 700_000, modelAt: NOON },
    });
    expect(world.isDeciding('e1')).toBe(true);
    expect(world.alerts).toEqual([]);
  }, 10_000);

  it('every step is in the journal, with its numbers', async () => {
    const world = await resting();
    world.venue.fill(ordered, 144_000);
    await world.pass(10);
    expect(world.kinds('e1')).toEqual([
      ...['entry.detected', 'entry.validated', 'entry.checked', 'entry.sized', 'entry.ordered'],
      'entry.filled',
    ]);
    const told = world.journal.filter(({ positionId }) => positionId === 'e1').map(({ summary }) => summary);
    expect(told).toEqual([
      'test gives YES of GAME-A 0.70: an edge for method default',
      'edge 0.20 at $0.5000 with $0.00 fee a contract, at least 0.05 is asked',
      'all 9 risk checks passed; the limits leave $1000.00',
      'buy 1440.00 contracts for $720.00 with the fee: full Kelly is 0.40, our stake $720.00, capped by kelly',
      'order pworld-e1n1-1: buy 1440.00 at $0.5000, cancelled after 30 s',
      'bought 1440.00 of 1440.00 for $720.00 and $0.00 fees',
    ]);
  });

  it('nothing is sent before the order is durable', async () => {
    const seen: string[] = [];
    const world = await resting({
      beforeCommit: (writes) => {
        if (writes.some(({ kind }) => kind === 'entry_attempt')) seen.push('commit');
      },
    });
    expect(seen[0]).toBe('commit');
    const { edge, attempts } = (await world.store.entry('e1'))!;
    expect(edge).toMatchObject({
      status: 'working',
      work: { quantity: 144_000, reserved: 720_000_000, deadline: NOON + 30 * SECOND },
    });
    expect(attempts).toHaveLength(1);
  });

  it('its time runs out: what was filled until then is the position', async () => {
    const world = await resting();
    world.venue.fill(ordered, 10_000);
    await world.pass(31);
    expect(world.venue.calls).toContain(`cancel ${ordered}`);
    expect(world.position('e1')).toMatchObject({ quantity: 10_000, cost: 50_000_000 });
    expect(await rows(world)).toMatchObject([{ edgeId: 'e1', status: 'filled' }]);
  });

  it('its time runs out, and nothing was filled', async () => {
    const world = await resting();
    await world.pass(31);
    expect(await rows(world)).toEqual([
      { edgeId: 'e1', status: 'expired', reason: 'nothing of 1440.00 at $0.5000 was filled in time' },
    ]);
    expect(world.postern.watch().positions()).toEqual([]);
    await world.pass(60);
    expect(placed(world)).toHaveLength(1);
  });

  it('a lower price is another try for the same value', async () => {
    const world = await resting();
    await world.pass(31);
    world.venue.show('GAME-A', 4700, 4800);
    await world.pass(31);
    expect(placed(world)[1]).toContain('at 0.4800');
  });

  it('the venue refuses the order', async () => {
    const world = await open({
      answers: { place: [{ kind: 'rejected', code: 'closed', message: 'no' }] },
    });
    await say(world, {});
    await world.pass(1);
    expect(await rows(world)).toEqual([
      { edgeId: 'e1', status: 'rejected', reason: 'the venue refused the order: closed: no' },
    ]);
  });

  it('an order whose commit took too long leaves no more', async () => {
    let isSlow = true;
    const world = await open({
      beforeCommit: (writes) => {
        if (!isSlow || !writes.some(({ kind }) => kind === 'entry_attempt')) return;
        throw new Error('connection refused');
      },
    });
    await say(world, {});
    await world.pass(20);
    isSlow = false;
    await world.pass(10);
    expect(placed(world)).toEqual([]);
    expect((await rows(world))[0]).toMatchObject({
      status: 'rejected',
      reason: expect.stringContaining('stale_price'),
    });
  });
});

describe('edges that are not worth it', () => {
  it('below the minimum edge it is skipped, and the same again renews the row', async () => {
    const world = await open();
    for (const [second, probability] of [540_000, 541_000, 530_000].entries()) {
      await say(world, { probability, at: NOON + second });
      await world.pass(5);
    }
    expect(await rows(world)).toEqual([
      { edgeId: 'e1', status: 'skipped', reason: 'edge 0.03 at $0.5000 is below 0.05' },
    ]);
    expect(world.kinds('e1')).toEqual(['entry.skipped']);
    expect(placed(world)).toEqual([]);
  });

  it('a method asks for more', async () => {
    const config = entriesEnabled();
    const { methods } = loadConfig({ env: {} });
    const nfl = { ...methods.nfl!, entry: { ...methods.nfl!.entry, minEdge: 250_000 } };
    const world = await open({ config: { ...config, methods: { ...methods, nfl } } });
    await say(world, { method: 'nfl' });
    await world.pass(1);
    expect(await rows(world)).toMatchObject([
      { status: 'skipped', reason: 'edge 0.20 at $0.5000 is below 0.25' },
    ]);
  });

  it('a better price makes an edge of what was none', async () => {
    const world = await open();
    await say(world, { probability: 540_000 });
    await world.pass(5);
    world.venue.show('GAME-A', 4700, 4800);
    await world.pass(31);
    expect(placed(world)).toHaveLength(1);
  });

  it('with entries disabled nothing is bought and nothing is written but what the model said', async () => {
    const world = await open({ config: {} });
    await say(world, {});
    await world.pass(60);
    expect(await rows(world)).toEqual([]);
    expect(placed(world)).toEqual([]);
    expect(await world.store.modelValues()).toEqual([aValue(NOON)]);
  });

  it('a value that has grown old is no edge any more', async () => {
    const world = await open();
    world.venue.show('GAME-A', 6900, 7000);
    await say(world, {});
    await world.pass(10 * 60 + 1);
    world.venue.show('GAME-A', 4900, 5000);
    await world.pass(60);
    expect(placed(world)).toEqual([]);
  });

  it('a position open in the market is no edge, and one just closed neither, for half an hour and until the model speaks again', async () => {
    const world = await resting();
    world.venue.fill(ordered, 144_000);
    await world.pass(10);
    await say(world, { probability: 800_000 });
    await world.pass(31);
    expect(placed(world)).toHaveLength(1);
    world.postern.post('watch', {
      type: 'position.event',
      positionId: 'e1',
      event: {
        type: 'operator.exit',
        quantity: null,
        priority: 'HIGH',
        note: null,
        by: 'anna',
        at: world.clock.now(),
      },
    });
    await world.pass(1);
    world.venue.fill(placed(world)[1]!.split(' ')[1]!, 144_000);
    await world.pass(31);
    expect(world.postern.watch().positions()).toEqual([]);
    expect(placed(world)).toHaveLength(2);
    await say(world, { probability: 810_000 });
    await world.pass(31);
    expect(placed(world)).toHaveLength(2);
    const [edge] = await world.store.edges({ status: 'skipped', limit: 1 });
    expect(edge!.reason).toMatch(/^a position there was closed at .*: the next is entered from .* on$/);
    world.kill();
    await world.start();
    await say(world, { probability: 820_000 });
    await world.pass(31);
    expect(placed(world)).toHaveLength(2);
    await world.pass(1_800);
    await say(world, { probability: 810_000 });
    await world.pass(31);
    expect(placed(world)).toHaveLength(3);
  });
});

describe('risk checks', () => {
  it('entries that work at once stay within a limit together', async () => {
    const world = await open();
    world.venue.cash = 1_000_000_000;
    world.venue.show('GAME-B', 4900, 5000);
    world.venue.show('GAME-C', 4900, 5000);
    await say(
      world,
      { probability: 990_000 },
      { market: 'GAME-B', probability: 990_000 },
      { market: 'GAME-C', probability: 990_000 },
    );
    await world.pass(2);
    const bought = [...world.venue.orders.values()].reduce((sum, o) => sum + o.quantity * o.limitPrice!, 0);
    expect(bought).toBe(100_000_000);
    expect(await rows(world)).toMatchObject([
      { status: 'working' },
      { status: 'rejected', reason: expect.stringContaining('Exposure in market group GAME is $100.00') },
      { status: 'rejected', reason: expect.stringContaining('Exposure in market group GAME is $100.00') },
    ]);
  });

  it('cash that an entry may still take, or took a moment ago, is not spent again', async () => {
    const world = await open({
      config: entriesEnabled({ maxGroupExposure: 1_000_000, maxDeployed: 1_000_000 }),
    });
    world.venue.cash = 100_000_000;
    world.venue.show('X-1', 4900, 5000);
    world.venue.show('Y-1', 4900, 5000);
    const sure = { probability: 1_000_000 };
    const settings = { market: 'GAME-A', ...sure };
    await say(world, settings, { market: 'X-1', ...sure });
    await world.pass(2);
    const first = [...world.venue.orders.values()];
    expect(first.map(({ quantity }) => quantity)).toEqual([3_600, 3_600]);
    for (const order of first) world.venue.fill(order.clientId, order.quantity);
    await world.pass(10);
    // The venue still says $100: what was paid a moment ago is taken off, and the positions are worth their marks.
    await say(world, { market: 'Y-1', ...sure });
    await world.pass(2);
    const { work } = (await world.store.entry('e3'))!.edge;
    expect(work!.balance).toBe(100_000_000 - 36_000_000 + 2 * 3_600 * 4900);
  });

  it('a pause is one of them, survives a restart of its part, and ends by an operator', async () => {
    const world = await open();
    await tell(world, 'entries.pause', 'a walk');
    await say(world, {});
    await world.pass(2);
    expect(await rows(world)).toEqual([{ edgeId: 'e1', status: 'rejected', reason: 'Entries are paused.' }]);
    expect(await failed(world, 'e1')).toEqual(['entries_paused']);
    expect(world.alerts).toEqual(['raised warning entries_paused']);
    await world.pass(60);
    expect(await rows(world)).toHaveLength(1);
    await tell(world, 'entries.resume', 'back again');
    await world.pass(2);
    expect(placed(world)).toHaveLength(1);
    expect(world.alerts.at(-1)).toBe('resolved entries_paused');
    expect(world.kinds()).toEqual(expect.arrayContaining(['entries.paused', 'entries.resumed']));
  });

  it.each(['daily_loss', 'api', 'database'] as const)(
    'the %s breaker forbids entries, and calls off what works',
    async (name) => {
      const world = await resting();
      trip(world, name);
      await world.pass(2);
      expect(world.venue.calls).toContain(`cancel ${ordered}`);
      expect(await rows(world)).toMatchObject([
        { status: 'rejected', reason: `the ${name.replace('_', '-')} breaker is tripped` },
      ]);
      await say(world, { probability: 710_000 });
      await world.pass(2);
      expect(await failed(world, 'e2')).toEqual([`${name}_breaker`]);
      trip(world, name, false);
      await world.pass(2);
      expect(placed(world)).toHaveLength(2);
    },
  );

  it('a model that changes its mind calls its entry off', async () => {
    const world = await resting();
    await say(world, { probability: 520_000 });
    await world.pass(2);
    expect((await rows(world))[0]).toMatchObject({
      status: 'rejected',
      reason: 'the model has changed its mind: 0.52 for YES',
    });
  });

  it('what is refused again for the same reason renews its row', async () => {
    const world = await open();
    await tell(world, 'entries.pause', 'a walk');
    for (let i = 0; i < 3; i++) {
      await say(world, { probability: 700_000 + i });
      await world.pass(5);
    }
    expect(await rows(world)).toHaveLength(1);
    expect(world.kinds().filter((kind) => kind === 'entry.rejected')).toHaveLength(1);
  });
});

describe('what an entry has bought', () => {
  it('is never adopted or alerted as a stranger, not while it works and not after', async () => {
    const config = {
      ...entriesEnabled(),
      venue: { ...loadConfig({ env: {} }).venue, adopt: 'all' as const },
    };
    const world = await resting({ config });
    world.venue.fill(ordered, 10_000);
    await world.pass(29);
    expect(world.venue.calls.filter((call) => call === 'account').length).toBeGreaterThan(2);
    await world.pass(120);
    expect(
      world.postern
        .watch()
        .positions()
        .map(({ id }) => id),
    ).toEqual(['e1']);
    expect(world.position('e1').quantity).toBe(10_000);
    expect(world.alerts).toEqual([]);
  });

  it('is taken in after a crash of its part', async () => {
    const world = await resting();
    world.venue.show('GAME-B', 4900, 5000);
    world.venue.next.balance.push('throw');
    await say(world, { market: 'GAME-B' });
    await world.pass(1);
    expect(world.kinds()).toContain('part.restarted');
    world.venue.fill(ordered, 144_000);
    await world.pass(15);
    expect(world.position('e1')).toMatchObject({ quantity: 144_000, market: 'GAME-A' });
    expect(await rows(world)).toContainEqual(expect.objectContaining({ edgeId: 'e1', status: 'filled' }));
    expect(world.end).toBeNull();
  });

  it('goes on after a stop that leaves the order, for the time it had left', async () => {
    const { shutdown } = loadConfig({ env: {} });
    const world = await resting({
      config: { ...entriesEnabled(), shutdown: { ...shutdown, restingOrders: 'leave' } },
    });
    await world.pass(9);
    world.postern.stop();
    await world.pass(5);
    expect(world.end).toEqual({ kind: 'stopped' });
    world.venue.fill(ordered, 20_000);
    await world.start();
    await world.pass(10);
    expect(world.venue.calls).not.toContain(`cancel ${ordered}`);
    await world.pass(10);
    expect(world.venue.calls).toContain(`cancel ${ordered}`);
    expect(world.position('e1')).toMatchObject({ quantity: 20_000, cost: 100_000_000 });
    expect(placed(world)).toHaveLength(1);
  });

  it('a stop cancels the order, and what was filled is a position', async () => {
    const world = await resting();
    world.venue.fill(ordered, 20_000);
    world.postern.stop();
    await world.pass(15);
    expect(world.end).toEqual({ kind: 'stopped' });
    expect(await world.store.position('e1')).toMatchObject({ position: { quantity: 20_000 } });
    expect(await world.store.entriesAtWork()).toEqual([]);
  });

  it('a pause outlives the process', async () => {
    const world = await open();
    await tell(world, 'entries.pause', 'a walk');
    world.postern.stop();
    await world.pass(15);
    await world.start();
    await say(world, {});
    await world.pass(2);
    expect(await failed(world, 'e1')).toEqual(['entries_paused']);
  });
});

describe('rows of other programs', () => {
  const row = (change: Partial<EdgeRecord> = {}): EdgeRecord => ({
    ...aValue(NOON, { source: 'scanner' }),
    ...{ edgeId: 'scan1', status: 'new', reason: null, verdicts: [], work: null, replaces: null },
    ...{ detectedAt: NOON, decidedAt: null },
    ...change,
  });
  const find = async (world: World, ...edges: EdgeRecord[]): Promise<void> => {
    world.postern.post('entries', { type: 'edges.found', edges });
    await world.pass(2);
  };

  it('an edge is worked under its own id', async () => {
    const world = await open();
    await find(world, row());
    expect(placed(world)).toEqual(['place pworld-scan1n1-1 1440.00 at 0.5000']);
    expect(await rows(world)).toMatchObject([{ edgeId: 'scan1', status: 'working' }]);
  });

  it('found again it is not worked again', async () => {
    const world = await open();
    await find(world, row(), row());
    await find(world, row());
    expect(placed(world)).toHaveLength(1);
  });

  it('with entries disabled it is noted', async () => {
    const world = await open({ config: {} });
    await find(world, row());
    expect(await rows(world)).toEqual([
      { edgeId: 'scan1', status: 'noted', reason: "taken as the model's word; entries are not enabled" },
    ]);
  });

  it('each that is not worked says why', async () => {
    const world = await open();
    world.venue.show('GAME-B', 4900, 5000);
    await find(
      world,
      row({ edgeId: 'late', at: NOON - 11 * MINUTE }),
      row({ edgeId: 'small', market: 'GAME-B', probability: 510_000 }),
      row({ edgeId: 'UPPER' }),
      row({ edgeId: 'unknown', method: 'curling', at: NOON + 1 }),
      row({ edgeId: 'nowhere', market: 'GAME-Z' }),
    );
    await world.pass(60);
    expect(await rows(world)).toMatchObject(
      [
        { edgeId: 'late', status: 'refused', reason: expect.stringContaining('660000 ms old') },
        { edgeId: 'small', status: 'skipped', reason: 'edge 0.01 at $0.5000 is below 0.05' },
        { edgeId: 'UPPER', status: 'refused', reason: expect.stringContaining('a-z and 0-9') },
        { edgeId: 'unknown', status: 'refused', reason: expect.stringContaining('known are') },
        { edgeId: 'nowhere', status: 'expired', reason: expect.stringContaining('without a fresh book') },
      ].sort((a, b) => (a.edgeId < b.edgeId ? -1 : 1)),
    );
  });

  it('a later word comes before a book does: the first row is too late', async () => {
    const world = await open();
    await find(world, row(), row({ edgeId: 'scan2', at: NOON + 1 }));
    expect(await rows(world)).toMatchObject([
      { edgeId: 'scan1', status: 'skipped', reason: expect.stringContaining('too late') },
      { edgeId: 'scan2', status: 'working' },
    ]);
    expect(placed(world)).toHaveLength(1);
  });

  it('a second edge in a market is refused by the risk checks', async () => {
    const world = await open();
    await find(world, row());
    await find(world, row({ edgeId: 'scan2', at: NOON + 1 }));
    expect(await failed(world, 'scan2')).toEqual(['one_entry_per_market']);
    expect(placed(world)).toHaveLength(1);
  });
});
