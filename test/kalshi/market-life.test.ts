import { describe, expect, it } from 'vitest';
import type { Priority } from '../../src/domain/method.ts';
import type { ExchangeOptions } from '../../src/exchange/exchange.ts';
import type { KalshiWorld } from '../support/kalshi-world.ts';
import { START } from '../support/kalshi-world.ts';
import {
  A,
  aHolding,
  alertsButStream,
  aMarket,
  BOTH_MODES,
  CLOSED,
  cancels,
  crash,
  DAY,
  earned,
  ending,
  FAILED,
  forceExit,
  HOUR,
  MINUTE,
  nested,
  ourOrders,
  PLACE,
  raised,
  sales,
  sent,
  sentIds,
  show,
  watching,
  whenSent,
} from './rig.ts';

/** Thursday, 26 November 2026, 03:00 in New York. */
const THURSDAY = Date.UTC(2026, 10, 26, 8);

const PAUSES = [
  ['trading is paused', { tradingActive: false }, { tradingActive: true }],
  ['the exchange is paused', { exchangeActive: false }, { exchangeActive: true }],
] as const;

const OPEN = { held: 1000, positions: ['a1 open: 10.00 left'], differences: [] };
const SETTLED = { ...CLOSED, positions: ['a1 closed: settled'] };

/** Seconds until the next order reaches the exchange. */
async function secondsToNextOrder(world: KalshiWorld): Promise<number> {
  const [from, known] = [world.clock.now(), sent(world).length];
  await world.passUntil(() => sent(world).length > known, 120, 'an order');
  return (world.clock.now() - from) / 1_000;
}

describe.each(BOTH_MODES)('%s', (_, streaming) => {
  describe('a pause of 20 minutes', () => {
    it.each(PAUSES)(
      '%s: two refusals at most, and a sale when it trades again',
      async (_name, stops, resumes) => {
        const world = await watching({ streaming });
        world.act({ type: 'exchange.set', ...stops });
        crash(world);
        await world.pass(1_200);
        expect(sent(world).length).toBeLessThanOrEqual(2);
        expect(raised(world)).toEqual(['raised warning exchange_halted']);
        world.act({ type: 'exchange.set', ...resumes });
        await world.pass(31);
        expect(sales(world)).toEqual(['a1x1 10.00 for 4.000000']);
        expect(alertsButStream(world)).toEqual([
          'raised warning exchange_halted',
          'resolved exchange_halted',
        ]);
        expect(await ending(world)).toEqual(CLOSED);
      },
    );

    it.each(PAUSES)(
      '%s while an order rests: it goes on with the time it had left',
      async (_name, stops, resumes) => {
        const world = await watching({ streaming });
        forceExit(world, 'LOW');
        await whenSent(world, 1);
        world.act({ type: 'exchange.set', ...stops });
        await world.pass(1_200);
        expect(ourOrders(world)).toEqual(['a1x1-1 0.00 of 10.00 at 0.5100 resting']);
        expect(cancels(world)).toEqual([]);
        world.act({ type: 'exchange.set', ...resumes });
        const walksIn = await secondsToNextOrder(world);
        expect(walksIn).toBeGreaterThan(30);
        expect(walksIn).toBeLessThanOrEqual(92);
        await world.pass(30);
        expect(sales(world)).toEqual(['a1x1 10.00 for 5.000000']);
        expect(await ending(world)).toEqual(CLOSED);
      },
    );

    it.each<Partial<ExchangeOptions>>([{ readings: { envelope: 'flat' } }, { marketCacheMs: 5_000 }])(
      'is the same where %j',
      async (exchange) => {
        const world = await watching({ streaming, exchange });
        world.act({ type: 'market.pause', ticker: A });
        crash(world);
        forceExit(world, 'CRITICAL');
        await world.pass(1_200);
        expect(sent(world).length).toBeLessThanOrEqual(2);
        expect(raised(world)).toEqual([]);
        world.act({ type: 'market.activate', ticker: A });
        crash(world);
        await world.pass(40);
        expect(sales(world)).toEqual(['a1x1 10.00 for 4.000000']);
        expect(await ending(world)).toEqual(CLOSED);
      },
    );

    it('and one of 3 hours are the same', async () => {
      const world = await watching({ streaming });
      world.act({ type: 'exchange.set', exchangeActive: false });
      crash(world);
      await world.pass(3 * 3_600);
      expect(sent(world).length).toBeLessThanOrEqual(2);
      world.act({ type: 'exchange.set', exchangeActive: true });
      await world.pass(31);
      expect(sales(world)).toEqual(['a1x1 10.00 for 4.000000']);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it('a cancel that a paused exchange refuses is asked for again every 30 s at most', async () => {
      const world = await watching({ streaming });
      forceExit(world, 'MEDIUM');
      await whenSent(world, 1);
      await world.pass(29.5);
      world.act({ type: 'exchange.set', exchangeActive: false });
      await world.pass(3_600);
      expect(cancels(world).length).toBeLessThanOrEqual(126);
      expect(cancels(world).filter((answer) => answer !== 'exchange_is_paused')).toEqual([]);
      world.act({ type: 'exchange.set', exchangeActive: true });
      await world.pass(90);
      expect(sales(world)).toEqual(['a1x1 10.00 for 5.000000']);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it('of the maintenance on Thursday: what triggers in it is sold at its end', async () => {
      const world = await watching({
        streaming,
        at: THURSDAY - 10 * MINUTE,
        markets: [aMarket({ closeAt: THURSDAY + DAY })],
        exchange: { weeklyPause: true },
      });
      await world.pass(700);
      crash(world);
      await world.pass(7_080);
      expect(world.clock.now()).toBeLessThan(THURSDAY + 2 * HOUR);
      expect(sent(world).filter((order) => !order.endsWith('trading_is_paused'))).toEqual([]);
      await world.pass(110);
      expect(sales(world)).toEqual(['a1x1 10.00 for 4.000000']);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it('of another shard is none of ours', async () => {
      const markets = [aMarket({ exchangeIndex: 2 })];
      const world = await watching({ streaming, markets });
      world.act({ type: 'exchange.set', exchangeIndex: 0, tradingActive: false });
      await world.pass(60);
      crash(world);
      await world.pass(40);
      expect(sales(world)).toEqual(['a1x1 10.00 for 4.000000']);
      expect(await ending(world)).toEqual(CLOSED);
    });
  });

  describe('a market on shard 2', () => {
    it.each<[Priority, string[]]>([
      ['MEDIUM', ['a1x1 10.00 for 5.000000']],
      ['LOW', ['a1x1 10.00 for 5.000000']],
    ])('%s: its order is found and cancelled there', async (priority, sold) => {
      const world = await watching({ streaming, markets: [aMarket({ exchangeIndex: 2 })] });
      forceExit(world, priority);
      await world.pass(100);
      expect(cancels(world)).toEqual(['accepted']);
      expect(sales(world)).toEqual(sold);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it('moves to shard 3 while an order rests', async () => {
      const world = await watching({ streaming, markets: [aMarket({ exchangeIndex: 2 })] });
      forceExit(world, 'MEDIUM');
      await whenSent(world, 1);
      world.act({ type: 'market.setShard', ticker: A, exchangeIndex: 3 });
      await world.pass(100);
      expect(cancels(world)).toEqual(['accepted']);
      expect(await ending(world)).toEqual(CLOSED);
    });
  });

  describe('a market that is paused', () => {
    it('loses the resting order when it comes back: the step goes on with the time it had left', async () => {
      const world = await watching({ streaming });
      forceExit(world, 'LOW');
      await whenSent(world, 1);
      world.act({ type: 'market.pause', ticker: A });
      await world.pass(300);
      expect(ourOrders(world)).toEqual(['a1x1-1 0.00 of 10.00 at 0.5100 resting']);
      world.act({ type: 'market.activate', ticker: A });
      show(world, [[5000, 100_000]], [[5100, 100_000]]);
      expect(await secondsToNextOrder(world)).toBeLessThanOrEqual(33);
      const walkIn = await secondsToNextOrder(world);
      expect(walkIn).toBeGreaterThan(25);
      expect(walkIn).toBeLessThanOrEqual(60);
      await world.pass(20);
      expect(ourOrders(world)).toEqual([
        'a1x1-1 0.00 of 10.00 at 0.5100 canceled',
        'a1x1-2 0.00 of 10.00 at 0.5100 canceled',
        'a1x1-3 10.00 of 10.00 at 0.5000 executed',
      ]);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it('triggers nothing, and sells as soon as it is back', async () => {
      const world = await watching({ streaming });
      world.act({ type: 'market.pause', ticker: A });
      await world.pass(60);
      show(world, [[4000, 100_000]], [[4100, 100_000]]);
      await world.pass(600);
      expect(sent(world)).toEqual([]);
      expect(raised(world)).toEqual([]);
      world.act({ type: 'market.activate', ticker: A });
      crash(world);
      await world.pass(60);
      expect(sales(world)).toEqual(['a1x1 10.00 for 4.000000']);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it('refuses what its status did not yet forbid; no more than two orders meet that', async () => {
      const world = await watching({ streaming });
      crash(world);
      world.act({ type: 'market.pause', ticker: A });
      forceExit(world, 'HIGH');
      await world.pass(600);
      expect(sent(world).length).toBeLessThanOrEqual(2);
      world.act({ type: 'market.activate', ticker: A });
      crash(world);
      await world.pass(60);
      expect(await ending(world)).toEqual(CLOSED);
    });
  });

  describe('the close', () => {
    it('is moved to an hour ahead, then to 6 minutes ahead: 5 minutes before it the position is sold', async () => {
      const world = await watching({ streaming });
      world.act({ type: 'market.moveClose', ticker: A, closeAt: world.clock.now() + HOUR });
      await world.pass(60);
      world.act({ type: 'market.moveClose', ticker: A, closeAt: world.clock.now() + 6 * MINUTE });
      const seconds = await secondsToNextOrder(world);
      expect(seconds).toBeGreaterThan(60);
      expect(seconds).toBeLessThanOrEqual(91);
      await world.pass(30);
      expect(sales(world)).toEqual(['a1x1 10.00 for 5.000000']);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it('is moved to a minute ahead: sold before it', async () => {
      const world = await watching({ streaming });
      world.act({ type: 'market.moveClose', ticker: A, closeAt: world.clock.now() + MINUTE });
      await world.pass(45);
      expect(sales(world)).toEqual(['a1x1 10.00 for 5.000000']);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it('is moved later when the market was closed: it is watched again, and sold', async () => {
      const world = await watching({ streaming });
      world.act({ type: 'market.moveClose', ticker: A, closeAt: world.clock.now() });
      await world.pass(300);
      expect(world.position(A)).toMatchObject({ phase: 'open', awaitingSettlement: true });
      world.act({ type: 'market.moveClose', ticker: A, closeAt: START + DAY });
      await world.pass(40);
      expect(world.position(A)).toMatchObject({ phase: 'open', awaitingSettlement: false });
      crash(world);
      await world.pass(40);
      expect(raised(world)).toEqual([]);
      expect(sales(world)).toEqual(['a1x1 10.00 for 4.000000']);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it.each<Priority>(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'])(
      'comes in the middle of a %s exit: it waits for the settlement, quietly',
      async (priority) => {
        const world = await watching({ streaming, markets: [aMarket({ bids: [[1000, 100]] })] });
        forceExit(world, priority);
        await world.pass(8);
        world.act({ type: 'market.moveClose', ticker: A, closeAt: world.clock.now() });
        await world.pass(60);
        const [orders, ended] = [sent(world).length, cancels(world).length];
        expect(orders).toBeLessThanOrEqual(3);
        expect(ended).toBeLessThanOrEqual(6);
        await world.pass(3_600);
        expect([sent(world).length, cancels(world).length]).toEqual([orders, ended]);
        expect(raised(world).filter((alert) => alert.includes('critical'))).toEqual([]);
        const left = world.position(A);
        expect(left).toMatchObject({ phase: 'open', awaitingSettlement: true, exit: null });
        world.act({ type: 'market.settle', ticker: A, value: 10_000 });
        await world.pass(60);
        expect(await ending(world)).toEqual(SETTLED);
      },
    );
  });

  describe('an outcome', () => {
    it.each<['yes' | 'no', number, string]>([
      ['yes', 10_000, '10.000000'],
      ['yes', 0, '0.000000'],
      ['no', 10_000, '0.000000'],
      ['no', 0, '10.000000'],
      ['yes', 3_700, '3.700000'],
      ['no', 3_700, '6.300000'],
      ['yes', 1, '0.001000'],
    ])('pays %s at %i by the settlement alone', async (side, value, paid) => {
      const markets = [
        aMarket({ marketType: value % 10_000 === 0 ? 'binary' : 'scalar', settlementTimerSeconds: 600 }),
      ];
      const world = await watching({ streaming, markets, holdings: [aHolding({ side })] });
      world.act({ type: 'market.determine', ticker: A, value });
      await world.pass(500);
      expect(await ending(world)).toEqual({ ...OPEN, held: side === 'yes' ? 1_000 : -1_000 });
      await world.pass(160);
      expect(await earned(world)).toBe(paid);
      expect(raised(world)).toEqual([]);
      expect(await ending(world)).toEqual(SETTLED);
    });

    it('that is disputed and replaced pays what it became in the end', async () => {
      const world = await watching({ streaming, markets: [aMarket({ settlementTimerSeconds: 600 })] });
      world.act({ type: 'market.determine', ticker: A, value: 0 });
      await world.pass(300);
      world.act({ type: 'market.dispute', ticker: A });
      await world.pass(3_600);
      expect(await ending(world)).toEqual(OPEN);
      world.act({ type: 'market.amendOutcome', ticker: A, value: 10_000 });
      await world.pass(500);
      expect(await ending(world)).toEqual(OPEN);
      await world.pass(160);
      expect(await earned(world)).toBe('10.000000');
      expect(sent(world)).toEqual([]);
      expect(await ending(world)).toEqual(SETTLED);
    });

    it('that comes while nobody watches is found at the next start', async () => {
      const world = await watching({ streaming });
      world.kill();
      await world.pass(60);
      world.act({ type: 'market.settle', ticker: A, value: 10_000 });
      await world.pass(60);
      await world.start();
      await world.pass(60);
      expect(await earned(world)).toBe('10.000000');
      expect(raised(world)).toEqual([]);
      expect(await ending(world)).toEqual(SETTLED);
    });

    it('that comes while an order works pays what the order did not sell', async () => {
      const world = await watching({ streaming });
      forceExit(world, 'LOW');
      await whenSent(world, 1);
      show(world, [[5100, 400]], [[5200, 100_000]]);
      world.act({ type: 'market.settle', ticker: A, value: 10_000 });
      await world.pass(120);
      expect(sales(world)).toEqual(['a1x1 4.00 for 2.040000']);
      expect(await earned(world)).toBe('8.040000');
      expect(await ending(world)).toEqual(SETTLED);
    });
  });

  describe('a grid', () => {
    const TAPERED = [
      { start: 0, end: 1_000, step: 10 },
      { start: 1_000, end: 9_000, step: 100 },
      { start: 9_000, end: 10_000, step: 10 },
    ];
    it.each<['yes' | 'no', number, Priority, string[]]>([
      ['yes', 450, 'CRITICAL', ['a1x1-1 10.00 of 10.00 at 0.0360 executed']],
      ['yes', 450, 'HIGH', ['a1x1-1 10.00 of 10.00 at 0.0440 executed']],
      [
        'yes',
        450,
        'MEDIUM',
        ['a1x1-1 0.00 of 10.00 at 0.0460 canceled', 'a1x1-2 10.00 of 10.00 at 0.0440 executed'],
      ],
      ['yes', 9_550, 'HIGH', ['a1x1-1 10.00 of 10.00 at 0.9450 executed']],
      ['no', 450, 'CRITICAL', ['a1x1-1 10.00 of 10.00 at 0.9640 executed']],
      [
        'no',
        9_550,
        'LOW',
        ['a1x1-1 0.00 of 10.00 at 0.0440 canceled', 'a1x1-2 10.00 of 10.00 at 0.0460 executed'],
      ],
    ])('of tenths of a cent at its ends: %s at %i sells %s', async (side, bid, priority, orders) => {
      const markets = [
        aMarket({
          priceRanges: TAPERED,
          priceLevelStructure: 'tapered_deci_cent',
          bids: [[side === 'yes' ? bid : 10_000 - bid - 10, 100_000]],
          asks: [[side === 'yes' ? bid + 10 : 10_000 - bid, 100_000]],
        }),
      ];
      const world = await watching({ streaming, markets, holdings: [aHolding({ side, price: bid })] });
      forceExit(world, priority);
      await world.pass(150);
      expect(ourOrders(world)).toEqual(orders);
      expect(await ending(world)).toEqual(CLOSED);
    });

    const THREES = [
      { start: 0, end: 9_900, step: 300 },
      { start: 9_900, end: 10_000, step: 100 },
    ];
    const pricesTaken = (world: KalshiWorld): (string | undefined)[] =>
      ourOrders(world).map((order) => / at (\S+) /.exec(order)?.[1]);

    it('that changes while an order rests holds for the next walk', async () => {
      const markets = [aMarket({ bids: [[4500, 100_000]], asks: [[5700, 100_000]] })];
      const world = await watching({ streaming, markets });
      forceExit(world, 'MEDIUM');
      await whenSent(world, 1);
      world.act({ type: 'market.setGrid', ticker: A, priceRanges: THREES });
      await world.pass(100);
      expect(pricesTaken(world)).toEqual(['0.5100', '0.4800', '0.4500']);
      expect(raised(world).filter((alert) => alert.includes('exit'))).toEqual([]);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it.each(['invalid_order', 'INVALID_PRICE'] as const)(
      'that changed unnoticed refuses once with %s, and the price is snapped anew',
      async (offGridCode) => {
        const world = await watching({
          streaming,
          exchange: { readings: { offGridCode } },
          markets: [aMarket({ bids: [[4500, 100_000]], asks: [[5500, 100_000]] })],
        });
        world.act({ type: 'market.setGrid', ticker: A, priceRanges: THREES });
        forceExit(world, 'MEDIUM');
        await world.pass(100);
        expect(sent(world).slice(0, 2)).toEqual([
          `a1x1-1 ask 10.00 at 0.5000 gtc taker_at_cross: ${offGridCode}`,
          'a1x1-2 ask 10.00 at 0.5100 gtc taker_at_cross: accepted',
        ]);
        expect(pricesTaken(world)).toEqual(['0.5100', '0.4800', '0.4500']);
        expect(await ending(world)).toEqual(CLOSED);
      },
    );

    it('that refuses the second price too is for an operator to look at', async () => {
      const world = await watching({ streaming });
      const error = nested('invalid_order', 'price is not on the price grid');
      world.act({ type: 'fault.refuse', match: { ...PLACE, times: 2 }, status: 400, error });
      crash(world);
      await world.pass(60);
      expect(sentIds(world)).toEqual(['a1x1-1', 'a1x1-2']);
      expect(raised(world)).toEqual(['raised critical exit_failed a1']);
      expect(await ending(world)).toEqual(FAILED);
    });
  });
});
