import { afterEach, describe, expect, test } from 'vitest';
import type { Price } from '../../src/domain/money.ts';
import { viewPosition } from '../../src/services/reports/position-views.ts';
import { aPosition, NOON } from '../support/domain-builders.ts';
import { LiveRig } from '../support/live-rig.ts';
import { aRunningExit } from '../support/store-records.ts';
import type { WorldOptions } from '../support/world.ts';

const WORD = { by: 'alice', reason: null };

let rig: LiveRig;
afterEach(() => rig.close());

const open = async (positions: WorldOptions['positions'] = [{}]): Promise<void> => {
  rig = await LiveRig.open('log: {}\n', { positions });
};
/** Seen at the next poll. */
const show = async (bid: Price | null, ask: Price | null): Promise<void> => {
  rig.world.venue.show('GAME-A', bid, ask);
  await rig.world.pass(30);
  rig.prices.look();
};
const sellAll = async (): Promise<void> => {
  await rig.operations.exit('1', { ...WORD, quantity: null, priority: 'LOW' });
  await rig.world.pass(1);
  const [order] = [...rig.world.venue.orders.values()];
  rig.world.venue.fill(order!.clientId, order!.quantity);
  await rig.world.pass(60);
};

describe('the prices of a position', () => {
  test("are those of its market since it is known, in the daemon's time", async () => {
    await open();
    rig.prices.look();
    await show(4_900, 5_000);
    await show(4_900, null);
    expect(await rig.operations.prices('1')).toMatchObject({
      ...{ market: 'GAME-A', side: 'yes', since: '2026-01-01T12:00:30.000Z' },
      points: [
        { at: '2026-01-01T12:00:30.000Z', bid: '0.5000', ask: '0.5100' },
        { at: '2026-01-01T12:01:00.000Z', bid: '0.4900', ask: '0.5000' },
        { at: '2026-01-01T12:01:30.000Z', bid: '0.4900', ask: null },
      ],
    });
  });

  test('are in the terms of the side owned', async () => {
    await open([{ side: 'no' }]);
    rig.prices.look();
    await show(null, 6_200);
    const { side, points } = await rig.operations.prices('1');
    expect([side, points.map(({ bid, ask }) => [bid, ask])]).toEqual([
      'no',
      [
        ['0.4900', '0.5000'],
        ['0.3800', null],
      ],
    ]);
  });

  test('are still there when it has just closed, and nothing counts for it any more', async () => {
    await open();
    rig.prices.look();
    await sellAll();
    rig.prices.look();
    const { points, levels } = await rig.operations.prices('1');
    expect(points.map(({ bid }) => bid)).toEqual(['0.5000']);
    expect(levels.map(({ name }) => name)).toEqual(['entry', 'peak']);
  });

  test('are none where an earlier life has closed it', async () => {
    await open([{}, { market: 'GAME-B', phase: 'closed', sold: 10_000, closedAt: 1, closeReason: 'sold' }]);
    expect(await rig.operations.prices('2')).toMatchObject({ market: 'GAME-B', points: [] });
  });

  test('of nobody are refused', async () => {
    await open();
    await expect(rig.operations.prices('9')).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe("a running exit's view", () => {
  const view = async () => (await rig.operations.positions({ closed: false }))[0]!;

  test('says the price of its next step, by a mark as old as the book, though that says nothing new', async () => {
    await open();
    await rig.operations.exit('1', { ...WORD, quantity: null, priority: 'LOW' });
    await rig.world.pass(23);
    expect(await view()).toMatchObject({
      mark_age_seconds: expect.closeTo(3, 0),
      exit: { limit_price: '0.5100', next: 'walk 1 of 10 in 37 s', next_price: '0.5000' },
    });
  });

  test('says no price where a market order follows', async () => {
    await open();
    await rig.operations.exit('1', { ...WORD, quantity: null, priority: 'CRITICAL' });
    expect((await view()).exit).toMatchObject({ limit_price: '0.4000', next_price: null });
  });

  test('says none where no monitor runs that could price it', () => {
    const position = aPosition({ phase: 'exiting', exit: aRunningExit() });
    expect(viewPosition({ position, evaluation: null, at: NOON }).exit?.next_price).toBeNull();
  });
});
