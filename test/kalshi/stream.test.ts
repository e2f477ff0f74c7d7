import { describe, expect, it } from 'vitest';
import type { KalshiWorld } from '../support/kalshi-world.ts';
import {
  A,
  aMarket,
  CLOSED,
  cancels,
  crash,
  ending,
  forceExit,
  MINUTE,
  orderId,
  ourOrders,
  sales,
  sent,
  show,
  watching,
  whenSent,
} from './rig.ts';

const LOST = ['raised warning stream_lost', 'resolved stream_lost'];
const HANDSHAKE = { path: '/ws/', times: 'always' } as const;
const CHANNELS = [
  'orderbook_delta',
  'fill',
  'user_orders',
  'market_positions',
  'market_lifecycle_v2',
] as const;

async function streaming(): Promise<KalshiWorld> {
  const world = await watching({ streaming: true });
  return world.pass(20);
}

/** Seconds until the first order reaches the exchange. */
async function secondsToOrder(world: KalshiWorld): Promise<number> {
  const from = world.clock.now();
  await world.passUntil(() => sent(world).length > 0, 120, 'an order');
  return (world.clock.now() - from) / 1_000;
}

/** Seconds until no position is left. */
async function secondsToClose(world: KalshiWorld): Promise<number> {
  const from = world.clock.now();
  await world.passUntil(() => world.positions().length === 0, 120, 'closed');
  return (world.clock.now() - from) / 1_000;
}

const bookReads = (world: KalshiWorld): number =>
  world.link.requests.filter(({ target }) => target.includes('/markets/orderbooks')).length;

describe('a stream', () => {
  it('brings the price at once, with no more reads of books than its check every 30 s', async () => {
    const world = await streaming();
    const before = bookReads(world);
    await world.pass(300);
    crash(world);
    expect(await secondsToOrder(world)).toBeLessThanOrEqual(0.1);
    expect(bookReads(world) - before).toBeLessThanOrEqual(10);
    await world.pass(30);
    expect(world.alerts).toEqual([]);
    expect(sales(world)).toEqual(['a1x1 10.00 for 4.000000']);
    expect(await ending(world)).toEqual(CLOSED);
  });

  it('brings the fill at once', async () => {
    const world = await streaming();
    forceExit(world, 'LOW');
    await whenSent(world, 1);
    world.act({ type: 'crowd.take', orderId: orderId(world, 'a1x1-1') });
    expect(await secondsToClose(world)).toBe(0);
    expect(await ending(world)).toEqual(CLOSED);
  });

  it('that loses all private messages: the fill is found by asking, within 2 s', async () => {
    const world = await streaming();
    for (const channel of ['fill', 'user_orders', 'market_positions'] as const)
      world.act({ type: 'stream.lose', channel, times: 'always' });
    forceExit(world, 'LOW');
    await whenSent(world, 1);
    world.act({ type: 'crowd.take', orderId: orderId(world, 'a1x1-1'), count: 400 });
    await world.pass(10);
    world.act({ type: 'crowd.take', orderId: orderId(world, 'a1x1-1') });
    expect(await secondsToClose(world)).toBeLessThanOrEqual(2);
    expect(sales(world)).toEqual(['a1x1 10.00 for 5.100000']);
    expect(await ending(world)).toEqual(CLOSED);
  });

  it('that loses all private messages: what a person sells is found within 20 s', async () => {
    const world = await streaming();
    for (const channel of ['fill', 'user_orders', 'market_positions'] as const)
      world.act({ type: 'stream.lose', channel, times: 'always' });
    forceExit(world, 'LOW');
    await whenSent(world, 1);
    world.act({ type: 'hand.trade', account: 'tests', ticker: A, side: 'ask', price: 5000, count: 1_000 });
    await world.passUntil(() => ourOrders(world)[0]!.endsWith('canceled'), 20, 'cancelled');
    await world.pass(60);
    expect(await ending(world)).toEqual({ ...CLOSED, positions: ['a1 closed: holdings gone'] });
  });

  it.each(['fill', 'user_orders', 'market_positions'] as const)(
    'whose %s messages come twice and in any order counts each fill once',
    async (channel) => {
      const world = await streaming();
      world.act({ type: 'stream.duplicate', channel, times: 'always' });
      world.act({ type: 'stream.reorder', channel, times: 'always' });
      forceExit(world, 'LOW');
      await whenSent(world, 1);
      for (const count of [237, 100, 63]) {
        await world.pass(3);
        world.act({ type: 'crowd.take', orderId: orderId(world, 'a1x1-1'), count });
      }
      await world.pass(100);
      expect(ourOrders(world)).toEqual([
        'a1x1-1 4.00 of 10.00 at 0.5100 canceled',
        'a1x1-2 6.00 of 6.00 at 0.5000 executed',
      ]);
      expect(await ending(world)).toEqual(CLOSED);
    },
  );

  describe('with faulty book messages sells at the book’s own price', () => {
    it.each([
      ['stream.lose', 1],
      ['stream.lose', 2],
      ['stream.lose', 3],
      ['stream.duplicate', 1],
      ['stream.duplicate', 'always'],
      ['stream.reorder', 1],
      ['stream.reorder', 3],
      ['stream.reorder', 'always'],
    ] as const)('%s, %s', async (type, times) => {
      const world = await streaming();
      world.act({ type, channel: 'orderbook_delta', times });
      crash(world);
      expect(await secondsToOrder(world)).toBeLessThanOrEqual(5.1);
      await world.pass(30);
      expect(sent(world)).toEqual(['a1x1-1 ask 10.00 at 0.3200 ioc reduce-only maker: accepted']);
      expect(sales(world)).toEqual(['a1x1 10.00 for 4.000000']);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it.each(['stream.lose', 'stream.duplicate', 'stream.reorder'] as const)(
      '%s: nothing is sold for a price that never was',
      async (type) => {
        const world = await streaming();
        for (let step = 0; step < 30; step += 1) {
          if (step % 3 === 0) world.act({ type, channel: 'orderbook_delta', times: 1 + (step % 5) });
          const bid = 4_600 + 100 * (step % 7);
          show(world, [[bid, 50_000 + step]], [[bid + 100, 40_000 + step]]);
          await world.pass(2);
        }
        world.act({ type: 'stream.clear' });
        show(world, [[4_800, 70_000]], [[4_900, 70_000]]);
        await world.pass(30);
        expect(sent(world)).toEqual([]);
        const { book } = world.postern.watch().view('a1')!;
        expect([book!.bids, book!.asks]).toEqual([
          [{ price: 4_800, size: 70_000 }],
          [{ price: 4_900, size: 70_000 }],
        ]);
      },
    );
  });
});

describe('a maker that moves its quotes, in four messages of one millisecond', () => {
  it('is no stop loss, though a stub far below is the best bid for an instant', async () => {
    const bids = [
      [5_000, 100_000],
      [3_000, 100],
    ] as const;
    const world = await watching({ streaming: true, markets: [aMarket({ bids })] });
    await world.pass(20);
    show(
      world,
      [
        [4_900, 100_000],
        [3_000, 100],
      ],
      [[5_000, 100_000]],
    );
    await world.pass(30);
    expect(sent(world)).toEqual([]);
  });

  it('has not dried up, however often it does so', async () => {
    const world = await streaming();
    for (let step = 1; step <= 60; step += 1) {
      const bid = step % 2 === 0 ? 5_000 : 4_800;
      show(world, [[bid, 100_000]], [[bid + 100, 100_000]]);
      await world.pass(1 + (step % 3));
    }
    expect(sent(world)).toEqual([]);
  });
});

describe('a stream that ends', () => {
  it('is back in half a second: what fell meanwhile is sold then', async () => {
    const world = await streaming();
    world.act({ type: 'stream.close' });
    crash(world);
    expect(await secondsToOrder(world)).toBeLessThanOrEqual(1);
    await world.pass(30);
    expect(world.alerts).toEqual(LOST);
    expect(await ending(world)).toEqual(CLOSED);
  });

  it('and stays away: polling goes on, it is said once, and that it is back', async () => {
    const world = await streaming();
    world.act({ type: 'fault.refuse', match: HANDSHAKE, status: 503, error: { envelope: 'empty' } });
    world.act({ type: 'stream.close' });
    await world.pass(300);
    crash(world);
    expect(await secondsToOrder(world)).toBeLessThanOrEqual(31);
    await world.pass(30);
    expect(world.alerts).toEqual(['raised warning stream_lost']);
    expect(await ending(world)).toEqual(CLOSED);
    world.act({ type: 'fault.clear' });
    await world.pass(40);
    expect(world.alerts).toEqual(LOST);
  });

  it('with an order resting: fills and the time of its step are looked after', async () => {
    const world = await streaming();
    forceExit(world, 'MEDIUM');
    await whenSent(world, 1);
    world.act({ type: 'fault.refuse', match: HANDSHAKE, status: 503, error: { envelope: 'empty' } });
    world.act({ type: 'stream.close' });
    await world.pass(5);
    world.act({ type: 'crowd.take', orderId: orderId(world, 'a1x1-1'), count: 400 });
    await world.pass(60);
    expect(ourOrders(world)).toEqual([
      'a1x1-1 4.00 of 10.00 at 0.5100 canceled',
      'a1x1-2 6.00 of 6.00 at 0.5000 executed',
    ]);
    expect(await ending(world)).toEqual(CLOSED);
  });

  it.each(['lost', 'delivered'] as const)(
    'in silence, without frames and pings, what was to come being %s',
    async (missed) => {
      const world = await streaming();
      world.act({ type: 'stream.stall', missed });
      await world.pass(5);
      crash(world);
      expect(await secondsToOrder(world)).toBeLessThanOrEqual(31);
      await world.pass(60);
      world.act({ type: 'stream.resume' });
      await world.pass(60);
      expect(world.alerts).toEqual(LOST);
      expect(await ending(world)).toEqual(CLOSED);
    },
  );

  it.each(CHANNELS.flatMap((channel) => [[channel, 10] as const, [channel, 25] as const]))(
    'in %s alone, with error %i, is subscribed to anew',
    async (channel, code) => {
      const world = await streaming();
      world.act({ type: 'stream.error', channel, code });
      await world.pass(5);
      expect(world.alerts).toEqual(LOST);
      crash(world);
      expect(await secondsToOrder(world)).toBeLessThanOrEqual(0.1);
      await world.pass(30);
      expect(await ending(world)).toEqual(CLOSED);
    },
  );
});

describe('a market’s own news', () => {
  it('come with the stream: a close in 3 minutes is acted upon at once', async () => {
    const world = await streaming();
    world.act({ type: 'market.moveClose', ticker: A, closeAt: world.clock.now() + 3 * MINUTE });
    expect(await secondsToOrder(world)).toBeLessThanOrEqual(1);
    await world.pass(30);
    expect(await ending(world)).toEqual(CLOSED);
  });

  it('that are lost are read with the next poll', async () => {
    const world = await streaming();
    world.act({ type: 'stream.lose', channel: 'market_lifecycle_v2', times: 'always' });
    world.act({ type: 'market.moveClose', ticker: A, closeAt: world.clock.now() + 3 * MINUTE });
    expect(await secondsToOrder(world)).toBeLessThanOrEqual(31);
    await world.pass(30);
    expect(await ending(world)).toEqual(CLOSED);
  });

  it('of a pause that are lost cost one refused order', async () => {
    const world = await streaming();
    world.act({ type: 'stream.lose', channel: 'market_lifecycle_v2', times: 'always' });
    world.act({ type: 'market.pause', ticker: A });
    forceExit(world, 'CRITICAL');
    await world.pass(100);
    expect(sent(world).length).toBeLessThanOrEqual(1);
    expect(cancels(world)).toEqual([]);
    world.act({ type: 'market.activate', ticker: A });
    show(world, [[5000, 100_000]], [[5100, 100_000]]);
    await world.pass(60);
    expect(await ending(world)).toEqual(CLOSED);
  });
});
