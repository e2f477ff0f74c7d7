import { describe, expect, it } from 'vitest';
import type { StoreWrite } from '../../src/actors/ports.ts';
import type { Position } from '../../src/domain/position.ts';
import { methodWithoutPartialExits } from '../support/domain-builders.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { World } from '../support/world.ts';

/** Its trailing stop is near: a bid of 0.47 is a HIGH exit's. */
const HIGH: Partial<Position> = { id: 'high', market: 'GAME-H', peak: 5_100, trailingStop: 4_800 };
const POSITIONS = [{ id: 'critical', market: 'GAME-C' }, HIGH, { id: 'medium', market: 'GAME-M' }];

async function opened(): Promise<{ world: World; disk: MemoryJournal }> {
  const disk = new MemoryJournal();
  const world = await World.open({ positions: POSITIONS, disk, methods: [methodWithoutPartialExits()] });
  await world.pass(30);
  return { world, disk };
}

/** The database refuses for long enough to trip its breaker. */
async function down(): Promise<{ world: World; disk: MemoryJournal }> {
  const { world, disk } = await opened();
  world.outage = 'refuses';
  await world.pass(35);
  expect(breaker(world).tripped).toBe(true);
  return { world, disk };
}

const breaker = (world: World) => world.postern.breakers().find(({ name }) => name === 'database')!;

async function reset(world: World): Promise<string | null | undefined> {
  let answer: string | null | undefined;
  world.postern.post('breakers', {
    ...{ type: 'breaker.reset', name: 'database', by: 'anna', reason: 'the disk was replaced' },
    ...{ limit: null, untilTomorrow: false },
    done: (refusal) => {
      answer = refusal;
    },
  });
  await world.pass(0);
  return answer;
}

/** A stop loss (CRITICAL), a trailing stop (HIGH) and a profit target (MEDIUM) at once. */
function trigger(world: World): void {
  world.venue.show('GAME-C', 4200, 4300);
  world.venue.show('GAME-H', 4700, 4800);
  world.venue.show('GAME-M', 6000, 6200);
}

const placed = (world: World): string[] =>
  world.venue.calls.filter((call) => call.startsWith('place')).map((call) => call.split(' ')[1]!);
const phases = (world: World): Record<string, string> =>
  Object.fromEntries(
    world.postern
      .watch()
      .positions()
      .map(({ id, phase }) => [id, phase]),
  );

async function fillAll(world: World): Promise<void> {
  for (const order of [...world.venue.orders.values()])
    if (order.status === 'resting') world.venue.fill(order.clientId, order.quantity - order.filled);
  await world.pass(20);
}

describe('while the database is down', () => {
  it('CRITICAL and HIGH exits go on from the journal file, MEDIUM waits', async () => {
    const { world, disk } = await down();
    trigger(world);
    await world.pass(31);
    const exits = new Set(placed(world).map((clientId) => clientId.replace(/-\d+$/, '')));
    expect([...exits].toSorted()).toEqual(['pworld-criticalx1', 'pworld-highx1']);
    expect(disk.lines.join('\n')).toContain('pworld-criticalx1-1');
    await fillAll(world);
    expect(phases(world)).toEqual({ medium: 'urgent' });
    expect(world.alerts).toContain('raised critical database_down');
    expect(world.alerts).toContain('raised critical database_errors');
  });

  it('rows go into the journal file when they say more than a newer mark', async () => {
    const { world, disk } = await down();
    const rows = (from: number) =>
      disk.lines
        .slice(from)
        .flatMap((line): StoreWrite[] => JSON.parse(line).writes)
        .flatMap((write) => (write.kind === 'position' ? [[write.position.id, write.position.peak]] : []));
    const before = disk.lines.length;
    for (const bid of [4_900, 4_800, 4_900]) {
      world.venue.show('GAME-C', bid, bid + 100);
      await world.pass(40);
    }
    expect(rows(before)).toEqual([]);
    world.venue.show('GAME-C', 5_200, 5_300);
    await world.pass(40);
    expect(rows(before)).toEqual([['critical', 5_200]]);
  });

  it('nobody says that a position is not watched which is watched, or has closed', async () => {
    const { world } = await down();
    trigger(world);
    await world.pass(31);
    await fillAll(world);
    for (const positionId of ['critical', 'medium'])
      world.postern.post('watch', { type: 'position.found', positionId });
    await world.pass(10);
    expect(world.alerts.filter((alert) => alert.includes('position_unread'))).toEqual([]);
    expect(phases(world)).toEqual({ medium: 'urgent' });
  });

  it('nothing is sent that is durable nowhere', async () => {
    const { world, disk } = await opened();
    world.outage = 'refuses';
    disk.isFull = true;
    trigger(world);
    await world.pass(120);
    expect(placed(world)).toEqual([]);
    disk.isFull = false;
    await world.pass(5);
    expect(placed(world).length).toBeGreaterThan(0);
  });

  it('a MEDIUM exit keeps its resting order, and goes on when the breaker is reset', async () => {
    const { world } = await opened();
    world.venue.show('GAME-M', 6000, 6200);
    await world.pass(31);
    expect(phases(world).medium).toBe('exiting');
    world.outage = 'refuses';
    await world.pass(90);
    expect(placed(world)).toEqual(['pworld-mediumx1-1']);
    expect(world.venue.orders.get('pworld-mediumx1-1')).toMatchObject({ status: 'resting' });
    expect(world.position('medium').exit).toMatchObject({ attempts: 1, walks: 0 });
    world.outage = null;
    await world.pass(30);
    expect(await reset(world)).toBeNull();
    await world.pass(40);
    expect(placed(world).length).toBeGreaterThan(1);
  });

  it('the breaker is reset only once the database answers and has what the file held', async () => {
    const { world } = await down();
    expect(await reset(world)).toBe(
      'the database does not answer (connection refused): reset it once it does',
    );
    world.outage = null;
    await world.pass(5);
    expect(breaker(world).tripped).toBe(true);
    expect(await reset(world)).toBeNull();
    expect(world.alerts).toContain('resolved database_errors');
    trigger(world);
    await world.pass(31);
    expect(placed(world)).toContain('pworld-mediumx1-1');
  });

  it('an operator is told that it can be reset now, and how; a database that comes and goes says it once', async () => {
    const { world } = await down();
    const alert = async () =>
      (await world.store.alerts({ open: true })).find(({ kind }) => kind === 'database_errors');
    world.outage = null;
    await world.pass(10);
    const said =
      /^the database answers again and has what the journal file held \(\d+ batches\): reset its breaker now with `postern breakers reset database --reason TEXT`/;
    expect((await alert())?.text).toMatch(said);
    expect(world.journal.filter(({ summary }) => said.test(summary))).toHaveLength(1);
    for (let flap = 0; flap < 20; flap++) {
      world.outage = flap % 2 === 0 ? 'refuses' : null;
      await world.pass(12);
    }
    expect((await alert())?.times).toBe(2);
    await reset(world);
    expect(await alert()).toBeUndefined();
  });

  it.each(['refuses', 'hangs'] as const)('afterwards the store has everything once: %s', async (outage) => {
    const { world, disk } = await opened();
    world.outage = outage;
    trigger(world);
    await world.pass(40);
    await fillAll(world);
    world.outage = null;
    await world.pass(30);
    expect(disk.lines).toEqual([]);
    for (const id of ['critical', 'high']) {
      const { position, exits, fills } = await world.file(id);
      expect(position).toMatchObject({ phase: 'closed', sold: 10_000 });
      expect({ exits: exits.length, fills: fills.length }).toEqual({ exits: 1, fills: 1 });
    }
    const journal = await world.store.decisions({ limit: 10_000 });
    const lines = journal.map(
      ({ kind, at, positionId, summary }) => `${at} ${positionId} ${kind} ${summary}`,
    );
    expect(new Set(lines).size).toBe(lines.length);
  });
});

describe('a monitor that crashes while the database is down', () => {
  it('is said to be unwatched, counts as it was last, and goes on once its row can be read', async () => {
    const drilled = { id: '' };
    const world = await World.open({
      positions: [{ quantity: 500_000, cost: 2_500_000_000, entrySpread: 100 }],
      disk: new MemoryJournal(),
      drill: ({ id }) => {
        if (id === drilled.id) throw new Error('drilled');
      },
    });
    await world.pass(30);
    const wish = { quantity: 400_000, priority: 'CRITICAL', note: null, at: world.clock.now() } as const;
    world.postern.post('watch', {
      ...{ type: 'position.event', positionId: '1' },
      event: { type: 'operator.exit', ...wish },
    });
    await world.pass(3);
    for (const { clientId, quantity } of [...world.venue.orders.values()])
      world.venue.fill(clientId, quantity, 4_990);
    await world.pass(10);
    world.outage = 'refuses';
    await world.pass(40);
    drilled.id = '1';
    world.venue.show('GAME-A', 4_300, 4_400);
    await world.pass(90);
    expect(world.isDeciding()).toBe(false);
    expect(world.position()).toMatchObject({ sold: 400_000 });
    const about = () => world.alerts.filter((alert) => /unread|short/.test(alert));
    expect(about()).toEqual(['raised critical position_unread 1']);
    const [loss] = world.postern.breakers();
    expect(loss?.data).toMatchObject({ pnl: '-74.000000', realized: '-4.000000' });
    drilled.id = '';
    world.outage = null;
    await world.pass(20);
    expect(world.isDeciding()).toBe(true);
    expect(about()).toEqual(['raised critical position_unread 1', 'resolved position_unread 1']);
  });
});

describe('a process that dies while the database is down', () => {
  it('goes on from the file: nothing sold is forgotten, nothing is sold twice', async () => {
    const { world, disk } = await down();
    trigger(world);
    await world.pass(31);
    const order = [...world.venue.orders.values()].find(
      ({ market, status }) => market === 'GAME-C' && status === 'resting',
    )!;
    world.venue.fill(order.clientId, 4_000);
    await world.pass(12);
    expect(world.position('critical').sold).toBe(4_000);
    world.kill();
    world.outage = null;
    await world.pass(5);
    await world.start();
    expect(disk.lines).toEqual([]);
    await world.pass(8);
    await fillAll(world);
    const { position, attempts } = await world.file('critical');
    expect(position).toMatchObject({ phase: 'closed', sold: 10_000 });
    expect(attempts.map(({ filled }) => filled).reduce((a, b) => a + b)).toBe(10_000);
    expect(breaker(world).tripped).toBe(true);
    expect(world.postern.watch().view('medium')?.watched?.surroundings.patientPaused).toBe(true);
  });

  it('and finds that another daemon has written: the venue says what became of the orders', async () => {
    const { world, disk } = await down();
    trigger(world);
    await world.pass(31);
    world.kill();
    world.outage = null;
    const lease = (await world.store.acquireLease('world', 1_000)) as { epoch: number };
    await world.store.commit(lease.epoch, [], { epoch: lease.epoch, sequence: 1 });
    await world.start();
    expect(disk.aside).toHaveLength(1);
    await world.pass(60);
    expect(world.venue.calls).toContain('cancel pworld-highx1-1');
    await fillAll(world);
    expect(world.venue.holdings).toEqual([]);
    for (const { id } of POSITIONS)
      expect((await world.file(id)).position).toMatchObject({ phase: 'closed', sold: 10_000 });
  });
});
