import { describe, expect, it } from 'vitest';
import { MINUTE, methodWith, methodWithoutPartialExits, NOON } from '../support/domain-builders.ts';
import { World } from '../support/world.ts';

const FIRST_ORDER = 'pworld-1x1-1';

/** A stop loss that the venue refuses for good. */
async function refused(): Promise<World> {
  const world = await World.open({ positions: [{}] });
  world.venue.next.place.push({ kind: 'rejected', code: 'other', message: 'no such thing' });
  world.venue.show('GAME-A', 4200, 4300);
  await world.pass(30);
  expect(world.position().phase).toBe('failed');
  return world;
}

describe('what an exit alerts', () => {
  it('refused for good: critical, with what to do; resolved by two calm quotes', async () => {
    const world = await refused();
    const [alert] = await world.store.alerts({ open: true });
    expect(alert).toMatchObject({ key: 'exit_failed:1', severity: 'critical', positionId: '1', times: 1 });
    expect(alert?.text).toBe(
      'YES GAME-A (1, 100.00 left, mark $0.4200): stop_loss FAILED (other). The venue refuses for a reason that retrying cannot cure: look at it there. `postern retry 1` tries now',
    );
    world.venue.show('GAME-A', 4600, 4700);
    await world.pass(5);
    expect(world.position().phase).toBe('failed');
    await world.pass(5);
    expect(world.position().phase).toBe('open');
    expect(world.alerts).toEqual(['raised critical exit_failed 1', 'resolved exit_failed 1']);
  });

  it('failed is watched at the urgent cadence', async () => {
    const world = await refused();
    const before = world.venue.calls.length;
    await world.pass(60);
    expect(world.venue.calls.slice(before).filter((call) => call.startsWith('books'))).toHaveLength(12);
  });

  it('attempts used up: it says that it goes on by itself; resolved once the next try sells', async () => {
    const world = await World.open({ positions: [{}] });
    world.venue.show('GAME-A', 4200, 4300);
    await world.pass(30);
    world.venue.end(FIRST_ORDER);
    world.venue.show('GAME-A', null, 4300);
    await world.pass(90);
    expect(world.alerts).toEqual(['raised critical exit_failed 1']);
    const [alert] = await world.store.alerts({ open: true });
    expect(alert?.text).toContain('resumed as soon as a trigger meets a bid');
    world.venue.show('GAME-A', 4000, 4100);
    await world.pass(5);
    const resumed = world.position().exit!.attempt!.clientId;
    expect(resumed).toMatch(/^pworld-1x1-/);
    world.venue.fill(resumed, 10_000);
    await world.pass(10);
    expect(world.alerts).toEqual(['raised critical exit_failed 1', 'resolved exit_failed 1']);
    expect((await world.file()).exits).toMatchObject([
      { exitId: 'pworld-1x1', status: 'filled', filled: 10_000 },
    ]);
  });

  it('gave up: a warning, resolved when the next exit begins', async () => {
    const method = methodWith('trailing_stop', { enabled: false }, methodWithoutPartialExits());
    const world = await World.open({ positions: [{}], methods: [method] });
    world.venue.show('GAME-A', 6100, 6300);
    await world.pass(30 + 30 + 5 * 15 + 10);
    expect(world.alerts).toEqual(['raised warning exit_gave_up 1']);
    const [alert] = await world.store.alerts({ open: true });
    expect(alert?.text).toBe(
      'YES GAME-A (1, 100.00 left, mark $0.6100): profit_target gave up after 5 walks; it is watched on and the condition rests',
    );
    expect(world.position()).toMatchObject({ exit: null, rests: { profit_target: expect.any(Number) } });
    await world.pass(5 * 60 + 10);
    expect(world.position().exit?.id).toBe('pworld-1x2');
    expect(world.alerts).toEqual(['raised warning exit_gave_up 1', 'resolved exit_gave_up 1']);
  });

  it('no liquid book since adoption: a warning until there is one', async () => {
    const world = await World.open({ positions: [{}], spread: 500 });
    expect(world.alerts).toEqual(['raised warning illiquid_since_adoption 1']);
    world.venue.show('GAME-A', 5000, 5100);
    await world.pass(30);
    expect(world.alerts).toEqual([
      'raised warning illiquid_since_adoption 1',
      'resolved illiquid_since_adoption 1',
    ]);
  });

  it('no fresh quote for two minutes while the market trades: critical, again every ten minutes', async () => {
    const world = await World.open({ positions: [{}] });
    world.venue.hide('GAME-A');
    await world.pass(13 * 60);
    expect(world.alerts).toEqual([
      'raised critical position_orphaned 1',
      'raised critical position_orphaned 1',
    ]);
    const [alert] = await world.store.alerts({ open: true });
    expect(alert).toMatchObject({ key: 'position_orphaned:1', raisedAt: NOON + 2 * MINUTE, times: 2 });
    world.venue.show('GAME-A', 5000, 5100);
    await world.pass(30);
    expect(world.alerts.at(-1)).toBe('resolved position_orphaned 1');
  });

  it('refused again and again: said after a minute, resolved by the first order that gets through', async () => {
    const world = await World.open({ positions: [{}] });
    const refusal = { kind: 'rejected', code: 'rate_limited', message: 'too many requests' } as const;
    world.venue.next.place.push(...Array.from({ length: 80 }, () => refusal));
    world.venue.show('GAME-A', 4200, 4300);
    await world.pass(60);
    expect(world.alerts).toEqual([]);
    await world.pass(40);
    expect(world.alerts).toEqual(['raised critical exit_held_up 1']);
    const [alert] = await world.store.alerts({ open: true });
    expect(alert?.text).toMatch(
      /^YES GAME-A \(1, 100\.00 left, mark \$0\.4200\): stop_loss can't be sold: every order of the last 6\d s was refused \(rate_limited\); it is tried on$/,
    );
    world.venue.next.place.length = 0;
    await world.pass(2);
    world.venue.end([...world.venue.orders.keys()][0]!);
    await world.pass(20);
    expect(world.alerts.slice(0, 2)).toEqual(['raised critical exit_held_up 1', 'resolved exit_held_up 1']);
  });
});
