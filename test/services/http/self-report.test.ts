import { describe, expect, it } from 'vitest';
import type { Composition } from '../../../src/compose/composition.ts';
import { createSelfReport, type SelfReportOptions } from '../../../src/services/http/self-report.ts';
import { CallTally } from '../../../src/services/http/status.ts';
import { combineNotifiers, OpenAlerts } from '../../../src/services/log/notifier.ts';
import { MemoryJournal } from '../../support/memory-journal.ts';
import { never } from '../../support/mortal.ts';
import { World, type WorldOptions } from '../../support/world.ts';

/** What a daemon over a tree in virtual time says of itself; its lease and its database are the test's. */
async function opened(options: WorldOptions = {}) {
  const openAlerts = new OpenAlerts([]);
  const calls = new CallTally();
  let composition!: Composition;
  const world = await World.open({
    positions: [{}],
    ...options,
    adjust: (given) => {
      composition = {
        ...given,
        notifier: combineNotifiers([given.notifier, openAlerts]),
        called: (_, at) => calls.add(at),
      };
      return composition;
    },
  });
  const lease = { isValid: true, epoch: 1 };
  const state = { isStopping: false, database: (): Promise<never[]> => Promise.resolve([]) };
  const { config, clock, venue, mode, instance } = composition;
  const report = createSelfReport({
    config,
    owned: { lease, owner: 'test', store: { decisions: () => state.database() } },
    world: { clock, venue, mode, instance },
    startedAt: new Date(),
    openAlerts,
    calls,
    tree: world.postern,
    isStopping: () => state.isStopping,
  } as unknown as SelfReportOptions);
  return { world, report, lease, state, openAlerts };
}

const READY = { ready: true, lease: true, store: true, account: true, feed: true, reasons: [] };

describe('ready', () => {
  it('once the account was read and the feed asks', async () => {
    const { world, report } = await opened();
    await world.pass(31);
    expect(await report.readiness()).toEqual(READY);
    expect(report.health()).toEqual({ alive: true, reasons: [] });
  });

  it('with nothing to watch too', async () => {
    const { world, report } = await opened({ positions: [] });
    await world.pass(300);
    expect(await report.readiness()).toEqual(READY);
    expect(report.health().alive).toBe(true);
  });
});

describe('not ready', () => {
  it('before the account was read', async () => {
    const { report } = await opened({ answers: { account: ['hang'] } });
    expect(await report.readiness()).toMatchObject({ ready: false, account: false });
  });

  it('without the lease, and while it stops', async () => {
    const { world, report, lease, state } = await opened();
    await world.pass(31);
    lease.isValid = false;
    state.isStopping = true;
    expect(await report.readiness()).toMatchObject({
      lease: false,
      reasons: ['the daemon is stopping', 'the lease is not ours at this moment: nothing is sent'],
    });
  });

  it.each([
    { name: 'refuses', database: () => Promise.reject(new Error('connection refused')) },
    { name: 'never answers', database: () => never<never[]>() },
  ])('while the database $name', async ({ database }) => {
    const { world, report, state } = await opened();
    await world.pass(31);
    state.database = database;
    expect(await report.readiness()).toMatchObject({ ready: false, store: false });
  });

  it('while the feed has asked for nothing in the orphan time', async () => {
    const { world, report } = await opened();
    await world.pass(31);
    world.clock.jump(121_000);
    expect(await report.readiness()).toMatchObject({
      ready: false,
      feed: false,
      reasons: ['the quote feed asks for no market data'],
    });
  });
});

describe('not alive', () => {
  it('when neither the database nor the journal file takes anything, until one of them does', async () => {
    const disk = new MemoryJournal();
    const { world, report } = await opened({ disk });
    await world.pass(31);
    world.outage = 'refuses';
    disk.isFull = true;
    await world.pass(25);
    expect(report.health().alive).toBe(true);
    await world.pass(60);
    expect(report.health()).toEqual({
      alive: false,
      reasons: [expect.stringMatching(/^nothing could be written for \d\d s, .*connection refused/)],
    });
    disk.isFull = false;
    await world.pass(5);
    expect(report.health()).toEqual({ alive: true, reasons: [] });
  });

  it('when the market that trades shows no book any more, until it does', async () => {
    const { world, report } = await opened();
    await world.pass(31);
    world.venue.hide('GAME-A');
    await world.pass(110);
    expect(report.health().alive).toBe(true);
    await world.pass(60);
    expect(report.health().reasons).toEqual([
      'no order book for more than 120 s from any of the markets that trade (1)',
    ]);
    world.venue.show('GAME-A', 5000, 5100);
    await world.pass(31);
    expect(report.health().alive).toBe(true);
  });

  it('when the market never showed a book and its position is reported as an orphan', async () => {
    const none = Array.from({ length: 50 }, () => ({ kind: 'ok' as const, value: [] }));
    const { world, report, openAlerts } = await opened({ answers: { books: none } });
    await world.pass(110);
    expect(report.health().alive).toBe(true);
    await world.pass(60);
    expect(openAlerts.list().map(({ kind }) => kind)).toEqual(['position_orphaned']);
    expect(report.health().alive).toBe(false);
  });

  it('when the tree has ended', async () => {
    const { world, report } = await opened();
    await world.pass(31);
    world.postern.stop();
    await world.pass(20);
    expect(report.health()).toEqual({
      alive: false,
      reasons: ['the tree of actors has ended: it was stopped'],
    });
  });
});
