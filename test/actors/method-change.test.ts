import { describe, expect, it } from 'vitest';
import { defaultMethod, methodWith } from '../support/domain-builders.ts';
import { World } from '../support/world.ts';

const NAME = 'default~1';
const own = (stop: number, version = 1) => ({ ...methodWith('stop_loss', { stop }), name: NAME, version });
const CHANGES = [{ path: 'exit_conditions.stop_loss.stop', from: '0.15', to: '0.05' }];

const change = async (world: World, method = own(50_000)): Promise<void> => {
  world.postern.addMethod(method);
  world.postern.post('watch', {
    type: 'method.changed',
    positionId: '1',
    method,
    changes: CHANGES,
    by: 'alice',
    note: 'earnings',
    at: world.clock.now(),
  });
  await world.settle();
};

describe('a position under another method', () => {
  it('is stored with it, and with the journal, in one commit', async () => {
    const commits: string[][] = [];
    const world = await World.open({
      positions: [{}],
      beforeCommit: (writes) => {
        commits.push(writes.map(({ kind }) => kind));
      },
    });
    await world.pass(31);
    commits.length = 0;
    await change(world);
    expect(commits[0]).toEqual(['method', 'position', 'decision']);
    expect((await world.file()).position).toMatchObject({
      method: NAME,
      methodVersion: 1,
      confirmations: {},
    });
    expect(await world.store.method(NAME, 1)).toEqual(own(50_000));
    expect(world.journal.find(({ kind }) => kind === 'method.changed')).toMatchObject({
      positionId: '1',
      summary: 'default@1 → default~1@1; exit_conditions.stop_loss.stop 0.15 → 0.05; by alice: earnings',
      data: { by: 'alice', reason: 'earnings', from: 'default@1', to: 'default~1@1', changes: CHANGES },
    });
  });

  it('is judged by it from the next quote on, which is asked for at once', async () => {
    const world = await World.open({ positions: [{}] });
    await world.pass(31);
    world.venue.show('GAME-A', 4600, 4700);
    await world.pass(31);
    expect(world.position().phase).toBe('open');
    await change(world);
    await world.pass(1);
    expect(world.position().exit).toMatchObject({ reason: 'stop_loss', priority: 'CRITICAL' });
  });

  it('keeps it over a restart', async () => {
    const world = await World.open({ positions: [{}] });
    await world.pass(31);
    await change(world);
    world.postern.stop();
    await world.pass(15);
    expect(world.end).toEqual({ kind: 'stopped' });
    expect((await world.store.openPositions())[0]!.position).toMatchObject({
      method: NAME,
      methodVersion: 1,
    });
  });

  it('goes on under it after a crash of its monitor', async () => {
    let crashes = 0;
    const world = await World.open({
      positions: [{}],
      drill: ({ method }) => {
        if (method === NAME && crashes++ === 0) throw new Error('drill');
      },
    });
    await world.pass(31);
    await change(world, own(400_000));
    await world.pass(40);
    expect(crashes).toBeGreaterThan(0);
    expect(world.isDeciding()).toBe(true);
    expect(world.position()).toMatchObject({ method: NAME, methodVersion: 1 });
  });

  it('has the stages of the new method: those are finished whose share is sold', async () => {
    const world = await World.open({
      positions: [{ sold: 6_000, proceeds: 33_000_000, stages: ['finished', 'pending'] }],
    });
    await world.pass(31);
    const { partialExits } = defaultMethod();
    const stages = [40, 15, 25].map((percentage, i) => ({
      name: `s${i}`,
      threshold: 150_000 + i * 50_000,
      percentage,
    }));
    await change(world, { ...own(50_000), partialExits: { ...partialExits, stages } });
    expect(world.position().stages).toEqual(['finished', 'finished', 'pending']);
  });

  it('never loosens a trailing stop', async () => {
    const world = await World.open({
      positions: [{ mark: 6000, bid: 6000, ask: 6100, peak: 6000, trailingStop: 5700 }],
    });
    world.venue.show('GAME-A', 5900, 6000);
    await world.pass(31);
    const stop = world.position().trailingStop;
    const { trailingStop } = defaultMethod();
    await change(world, {
      ...own(50_000),
      trailingStop: { ...trailingStop, distance: 300_000, activation: 900_000 },
    });
    await world.pass(31);
    expect(world.position().trailingStop).toBe(stop);
  });
});
