import { describe, expect, it } from 'vitest';
import type { Priority } from '../../src/domain/method.ts';
import type { KalshiWorld, KalshiWorldOptions } from '../support/kalshi-world.ts';
import {
  A,
  aHolding,
  aMarket,
  BOTH_MODES,
  CLOSED,
  crash,
  ending,
  forceExit,
  orderId,
  ourOrders,
  PLACE,
  raisedButDoubt,
  sentIds,
  show,
  watching,
  whenSent,
} from './rig.ts';

/** 60 s is longer than any step of an exit and than the pause between two reads of the account. */
const LAGS = [1, 5, 20, 60];

describe.each(BOTH_MODES)('%s', (_, streaming) => {
  describe.each(LAGS)('reads of the account lag %i s behind', (seconds) => {
    const lagging = async (options: Partial<KalshiWorldOptions> = {}): Promise<KalshiWorld> => {
      const world = await watching({ streaming, ...options });
      world.act({ type: 'account.readLag', account: 'tests', lagMs: seconds * 1_000 });
      return world.pass(20);
    };
    /** Everything that the slowest lag makes late has come. */
    const settled = (world: KalshiWorld): Promise<KalshiWorld> => world.pass(200 + 3 * seconds);

    it.each<[Priority, string[]]>([
      ['CRITICAL', ['a1x1-1 10.00 of 10.00 at 0.4000 executed']],
      ['HIGH', ['a1x1-1 10.00 of 10.00 at 0.4900 executed']],
      ['MEDIUM', ['a1x1-1 0.00 of 10.00 at 0.5100 canceled', 'a1x1-2 10.00 of 10.00 at 0.5000 executed']],
      ['LOW', ['a1x1-1 0.00 of 10.00 at 0.5100 canceled', 'a1x1-2 10.00 of 10.00 at 0.5000 executed']],
    ])('%s sells once, and what it sold is neither missing nor adopted anew', async (priority, orders) => {
      const world = await lagging();
      forceExit(world, priority);
      await settled(world);
      expect(ourOrders(world)).toEqual(orders);
      expect(raisedButDoubt(world)).toEqual([]);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it.each([
      ['its answer is lost: the same order is found', 'fault.dropAnswer', 1],
      ['the order is lost: it is sent again only when the reads are newer', 'fault.dropRequest', 2],
    ] as const)('%s', async (_name, type, times) => {
      const world = await lagging();
      world.act({ type, match: PLACE });
      crash(world);
      await whenSent(world, 1);
      const sentAt = world.clock.now();
      await settled(world);
      const writes = world.link.exchange.truth().writes.filter(({ method }) => method === 'POST');
      expect(sentIds(world)).toEqual(Array(times).fill('a1x1-1'));
      for (const { at } of writes.slice(1)) expect(at - sentAt).toBeGreaterThan(seconds * 1_000);
      expect(ourOrders(world)).toEqual(['a1x1-1 10.00 of 10.00 at 0.3200 executed']);
      expect(raisedButDoubt(world)).toEqual([]);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it('a stage sells its half and no more, and the rest stays one position', async () => {
      const world = await lagging();
      show(world, [[5800, 100_000]], [[5900, 100_000]]);
      await settled(world);
      expect(ourOrders(world).at(-1)).toMatch(/^a1x1-[12] 5.00 of 5.00 at 0.5800 executed$/);
      expect(raisedButDoubt(world)).toEqual([]);
      expect(await ending(world)).toEqual({
        held: 500,
        positions: [expect.stringMatching(/^a1 (open|urgent): 5.00 left$/)],
        differences: [],
      });
    });

    it('an order that fills bit by bit sells each bit once', async () => {
      const world = await lagging({ markets: [aMarket({ asks: [[5200, 100_000]] })] });
      forceExit(world, 'LOW');
      await whenSent(world, 1);
      for (let bit = 0; bit < 4; bit += 1) {
        await world.pass(7);
        world.act({ type: 'crowd.take', orderId: orderId(world, 'a1x1-1'), count: 237 });
      }
      await settled(world);
      expect(ourOrders(world).slice(0, 2)).toEqual([
        'a1x1-1 9.48 of 10.00 at 0.5200 canceled',
        expect.stringMatching(/^a1x1-2 0.00 of 0.52 /),
      ]);
      expect(raisedButDoubt(world)).toEqual([]);
      crash(world);
      await settled(world);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it('what a person buys is adopted once, at what it cost', async () => {
      const world = await lagging({ holdings: [] });
      world.act({ type: 'hand.trade', account: 'tests', ticker: A, side: 'bid', price: 4700, count: 500 });
      await settled(world);
      world.act({ type: 'hand.trade', account: 'tests', ticker: A, side: 'bid', price: 5200, count: 300 });
      await settled(world);
      expect(world.positions()).toMatchObject([
        { id: 'a1', quantity: 500, cost: 2_350_000, writtenOff: 0 },
        { id: 'a2', quantity: 300, cost: 1_560_000, writtenOff: 0 },
      ]);
      expect((await ending(world)).differences).toEqual([]);
    });

    it('what a person sells is written off, and nothing is sold for it', async () => {
      const world = await lagging({ holdings: [aHolding()] });
      world.act({ type: 'hand.trade', account: 'tests', ticker: A, side: 'ask', price: 5000, count: 400 });
      await settled(world);
      expect(raisedButDoubt(world)).toEqual(['raised critical holdings_short a1']);
      crash(world);
      await settled(world);
      expect(ourOrders(world)).toEqual(['a1x1-1 6.00 of 6.00 at 0.3200 executed']);
      expect(await ending(world)).toEqual({ ...CLOSED, positions: ['a1 closed: holdings gone'] });
    });

    it('an order that rests for what a person sold a moment before is cancelled as soon as the reads show it', async () => {
      const world = await lagging();
      world.act({ type: 'hand.trade', account: 'tests', ticker: A, side: 'ask', price: 5000, count: 1_000 });
      forceExit(world, 'LOW');
      await whenSent(world, 1);
      const isEnded = () => ourOrders(world)[0]!.endsWith(' canceled');
      await world.passUntil(isEnded, seconds + 17, 'what rests for too much is cancelled');
      await settled(world);
      expect(raisedButDoubt(world)).toEqual(['raised critical holdings_short a1']);
      expect(await ending(world)).toEqual({ ...CLOSED, positions: ['a1 closed: holdings gone'] });
    });

    it('a process killed just after its order went out finds it, and sells it once', async () => {
      const world = await lagging();
      crash(world);
      await whenSent(world, 1);
      world.kill();
      await world.pass(1);
      await world.start();
      await settled(world);
      expect(ourOrders(world)).toEqual(['a1x1-1 10.00 of 10.00 at 0.3200 executed']);
      expect(await ending(world)).toEqual(CLOSED);
    });
  });
});
