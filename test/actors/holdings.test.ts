import { describe, expect, it } from 'vitest';
import { NOON } from '../support/domain-builders.ts';
import { World } from '../support/world.ts';

describe('holdings are compared with the venue every 60 s (SPEC 8.6)', () => {
  it('two reads agree that some are gone: the newest lot shrinks, with an alert', async () => {
    const world = await World.open({ positions: [{ openedAt: NOON - 2 }, { openedAt: NOON - 1 }] });
    world.venue.hold('GAME-A', 15_000);
    await world.pass(60);
    expect(world.position('2').writtenOff).toBe(0);
    await world.pass(60);
    expect([world.position('1').writtenOff, world.position('2').writtenOff]).toEqual([0, 5_000]);
    expect(world.alerts).toEqual(['raised critical holdings_short 2']);
    expect((await world.file('2')).position.writtenOff).toBe(5_000);
    await world.pass(60);
    expect(world.alerts).toEqual(['raised critical holdings_short 2', 'resolved holdings_short 2']);
    await world.pass(120);
    expect(world.position('2').writtenOff).toBe(5_000);
  });

  it('one read alone proves nothing', async () => {
    const world = await World.open({ positions: [{}] });
    world.venue.hold('GAME-A', 0);
    await world.pass(60);
    world.venue.hold('GAME-A', 10_000);
    await world.pass(120);
    expect({ writtenOff: world.position().writtenOff, alerts: world.alerts }).toEqual({
      writtenOff: 0,
      alerts: [],
    });
  });

  it('closes a position that the venue twice shows gone', async () => {
    const world = await World.open({ positions: [{}] });
    world.venue.hold('GAME-A', 0);
    await world.pass(120);
    expect((await world.file()).position).toMatchObject({
      phase: 'closed',
      closeReason: 'holdings gone',
      sold: 0,
      writtenOff: 10_000,
    });
  });

  it('cancels an order of ours for what is gone, and writes that off once a second read agrees', async () => {
    const world = await World.open({ positions: [{ modelProbability: 510_000 }] });
    await world.pass(30);
    expect(world.position().exit?.attempt?.clientId).toBe('pworld-1x1-1');
    world.venue.hold('GAME-A', 0);
    await world.pass(31);
    expect(world.venue.calls).toContain('cancel pworld-1x1-1');
    expect(world.position().writtenOff).toBe(0);
    await world.pass(2);
    expect((await world.file()).position).toMatchObject({ closeReason: 'holdings gone', writtenOff: 10_000 });
  });

  it('more than our lots cover: one alert while it lasts', async () => {
    const world = await World.open({ positions: [{}] });
    world.venue.hold('GAME-A', 12_000);
    await world.pass(180);
    expect(world.alerts).toEqual(['raised warning holdings_excess']);
    world.venue.hold('GAME-A', 10_000);
    await world.pass(60);
    expect(world.alerts).toEqual(['raised warning holdings_excess', 'resolved holdings_excess']);
  });
});
