import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/services/config/load-config.ts';
import type { Config } from '../../src/services/config/schema.ts';
import { aNewPosition, defaultMethod } from '../support/domain-builders.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { World, type WorldOptions } from '../support/world.ts';

const defaults = loadConfig({ env: {} });
const adopting = (adopt: Config['venue']['adopt'], adoption: Partial<Config['adoption']> = {}) =>
  ({
    config: {
      venue: { ...defaults.venue, adopt },
      adoption: { ...defaults.adoption, ...adoption },
    },
  }) satisfies WorldOptions;

const shown = (world: World): string[] =>
  world.postern
    .watch()
    .positions()
    .map(({ id, market, side, quantity, cost, method }) =>
      [id, side, market, quantity, cost, method].join(' '),
    );

describe('holdings that no position covers (SPEC 8.6)', () => {
  it('all: adopted once two reads agree on them, at what they cost, and watched', async () => {
    const world = await World.open(adopting('all'));
    world.venue.show('KXNFL-A', 4000, 4100);
    world.venue.hold('KXNFL-A', 1_500, 'yes', 6_150_000);
    await world.pass(15);
    expect(shown(world)).toEqual([]);
    await world.pass(3);
    expect(shown(world)).toEqual(['a1 yes KXNFL-A 1500 6150000 default']);
    expect(world.isDeciding('a1')).toBe(true);
    await world.pass(120);
    expect(shown(world)).toEqual(['a1 yes KXNFL-A 1500 6150000 default']);
    expect(world.alerts).toEqual([]);
    expect(world.journal.find((d) => d.kind === 'position.adopted')?.summary).toBe(
      "found in the account and adopted: 15.00 YES KXNFL-A for $6.150000 by the venue's own books, not by fills, method default version 1",
    );
  });

  it('a position that a person adds to: the rest becomes a lot of its own, at what it cost', async () => {
    const world = await World.open({
      ...adopting('all'),
      positions: [{ market: 'M', quantity: 1_000, cost: 5_000_000 }],
    });
    world.venue.hold('M', 1_500, 'yes', 7_200_000);
    await world.pass(20);
    expect(shown(world)).toEqual(['1 yes M 1000 5000000 default', 'a1 yes M 500 2200000 default']);
  });

  it('flipped by hand: ours closes by evidence, the other side is adopted as new', async () => {
    const world = await World.open({
      ...adopting('all'),
      positions: [{ market: 'M', quantity: 1_000, cost: 5_000_000 }],
    });
    world.venue.hold('M', 0, 'yes');
    world.venue.hold('M', 400, 'no', 2_000_000);
    await world.pass(20);
    expect((await world.file('1')).position).toMatchObject({ phase: 'closed', closeReason: 'holdings gone' });
    expect(shown(world)).toEqual(['a1 no M 400 2000000 default']);
  });

  it('while the database is down: none is adopted, no part is restarted, and it is adopted once it answers', async () => {
    const world = await World.open({ ...adopting('all'), disk: new MemoryJournal() });
    world.venue.show('KXNFL-A', 4000, 4100);
    world.outage = 'refuses';
    world.venue.hold('KXNFL-A', 1_500, 'yes', 6_150_000);
    await world.pass(90);
    expect(shown(world)).toEqual([]);
    world.outage = null;
    await world.pass(90);
    expect(shown(world)).toEqual([expect.stringMatching(/ yes KXNFL-A 1500 6150000 default$/)]);
    expect(world.journal.filter(({ kind }) => kind === 'part.restarted')).toEqual([]);
  });

  it('a position whose row was read before it closed does not come back', async () => {
    const world = await World.open({ positions: [{ market: 'M', quantity: 1_000, cost: 5_000_000 }] });
    const early = await world.file('1');
    world.venue.hold('M', 0, 'yes');
    await world.pass(130);
    expect(shown(world)).toEqual([]);
    world.postern.post('watch', { type: 'position.loaded', file: early });
    await world.pass(20);
    expect(shown(world)).toEqual([]);
    expect((await world.file('1')).position).toMatchObject({ phase: 'closed', closeReason: 'holdings gone' });
    expect(world.journal.filter(({ kind }) => kind === 'state.changed')).toHaveLength(1);
  });

  it('nobody knows what was paid: not adopted but said, until it is tracked by hand', async () => {
    const world = await World.open(adopting('all'));
    world.venue.show('M', 4000, 4100);
    world.venue.hold('M', 1_500);
    await world.pass(60);
    expect([shown(world), world.alerts]).toEqual([[], ['raised critical holding_not_adopted']]);
    const position = aNewPosition({ id: 't1', market: 'M', quantity: 1_500 });
    world.postern.post('ledger', {
      type: 'position.adopt',
      file: { position, evaluation: null, exits: [], attempts: [], fills: [] },
      decision: { positionId: 't1', exitId: null, at: 0, kind: 'position.adopted', summary: '', data: {} },
      done: () => {},
    });
    await world.pass(60);
    expect(world.alerts).toEqual(['raised critical holding_not_adopted', 'resolved holding_not_adopted']);
  });

  it('what our own exit has just sold is not found again by a read from before its end', async () => {
    const world = await World.open({
      ...adopting('all'),
      positions: [{ market: 'M', quantity: 1_000, cost: 5_000_000 }],
    });
    const before = {
      holdings: [...world.venue.holdings],
      openOrders: [],
      offered: [],
      asOf: world.clock.now() + 1,
    };
    world.venue.show('M', 4000, 4100);
    await world.pass(30);
    const clientId = 'pworld-1x1-1';
    world.venue.fill(clientId, 1_000, 4000);
    world.venue.next.account.push({ kind: 'ok', value: before }, { kind: 'ok', value: before });
    await world.pass(40);
    expect([shown(world), (await world.file('1')).position.phase]).toEqual([[], 'closed']);
    expect(world.venue.next.account).toEqual([]);
  });

  it.each([
    ['series', { series: 'KXNFL', method: 'nfl' }, 'nfl'],
    ['ticker pattern', { ticker: '*-A', method: 'nfl' }, 'nfl'],
    ['another series', { series: 'KXN', method: 'nfl' }, 'default'],
    ['a dot stands for itself', { ticker: 'KX.FL-A', method: 'nfl' }, 'default'],
  ])('the method by rule: %s', async (_, rule, want) => {
    const world = await World.open({
      ...adopting('all', { rules: [rule] }),
      methods: [defaultMethod(), { ...defaultMethod(), name: 'nfl' }],
    });
    world.venue.show('KXNFL-A', 4000, 4100);
    world.venue.hold('KXNFL-A', 100, 'yes', 410_000);
    await world.pass(20);
    expect(world.position('a1').method).toBe(want);
  });

  it('listed: alerted, not adopted; none: neither', async () => {
    for (const [adopt, alerts] of [
      ['listed', ['raised warning holdings_excess']],
      ['none', []],
    ] as const) {
      const world = await World.open(adopting(adopt));
      world.venue.hold('M', 100, 'yes', 410_000);
      await world.pass(130);
      expect([adopt, shown(world), world.alerts]).toEqual([adopt, [], alerts]);
    }
  });
});

describe('a resting order and holdings that shrink', () => {
  it('is cancelled at the first sight of more resting than held; the next is for what is left', async () => {
    const world = await World.open({
      ...adopting('all'),
      positions: [{ modelProbability: 510_000, market: 'M', quantity: 1_000, cost: 5_000_000 }],
    });
    await world.pass(30);
    expect(world.venue.orders.get('pworld-1x1-1')).toMatchObject({ status: 'resting', quantity: 1_000 });
    world.venue.refusesUnheld = true;
    world.venue.hold('M', 300);
    await world.pass(15);
    expect(world.venue.orders.get('pworld-1x1-1')?.status).toBe('cancelled');
    await world.pass(10);
    const live = [...world.venue.orders.values()].filter((order) => order.status === 'resting');
    expect(live.map((order) => order.quantity)).toEqual([300]);
    expect(world.position().writtenOff).toBe(700);
    expect(world.kinds('1')).toContain('order.overcommitted');
  });
});
