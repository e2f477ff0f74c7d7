import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Method, Priority } from '../../src/domain/method.ts';
import type { FeeType } from '../../src/exchange/specs.ts';
import { createSigner } from '../../src/services/venues/kalshi/client/credentials.ts';
import { defaultMethod } from '../support/domain-builders.ts';
import { KEY_ID } from '../support/exchange-link.ts';
import { KalshiWorld, START } from '../support/kalshi-world.ts';
import {
  A,
  aHolding,
  aMarket,
  BOTH_MODES,
  CLOSED,
  crash,
  earned,
  ending,
  forceExit,
  GAVE_UP,
  orderId,
  othersOrders,
  ourOrders,
  raised,
  sales,
  sent,
  show,
  watching,
  whenSent,
} from './rig.ts';

/** Stages to the venue's own step of 0.01 contracts. */
const fineStages = (): Method => {
  const { partialExits, ...method } = defaultMethod();
  return { ...method, partialExits: { ...partialExits, stageStep: 1 } };
};

describe.each(BOTH_MODES)('orders, %s', (_, streaming) => {
  it.each<[Priority, 'yes' | 'no', string[]]>([
    ['CRITICAL', 'yes', ['a1x1-1 ask 10.00 at 0.4000 ioc reduce-only maker: accepted']],
    ['CRITICAL', 'no', ['a1x1-1 bid 10.00 at 0.6000 ioc reduce-only maker: accepted']],
    ['HIGH', 'yes', ['a1x1-1 ask 10.00 at 0.4900 gtc maker: accepted']],
    ['HIGH', 'no', ['a1x1-1 bid 10.00 at 0.5100 gtc maker: accepted']],
    [
      'MEDIUM',
      'yes',
      [
        'a1x1-1 ask 10.00 at 0.5100 gtc taker_at_cross: accepted',
        'a1x1-2 ask 10.00 at 0.5000 gtc taker_at_cross: accepted',
      ],
    ],
    [
      'LOW',
      'no',
      [
        'a1x1-1 bid 10.00 at 0.4900 gtc taker_at_cross: accepted',
        'a1x1-2 bid 10.00 at 0.5000 gtc taker_at_cross: accepted',
      ],
    ],
  ])('%s sells %s: reduce-only what is immediate, never what rests', async (priority, side, orders) => {
    const quotes = { bids: [[4900, 100_000]], asks: [[5000, 100_000]] } as const;
    const markets = [aMarket(side === 'no' ? quotes : {})];
    const world = await watching({ streaming, markets, holdings: [aHolding({ side })] });
    forceExit(world, priority);
    await world.pass(150);
    expect(sent(world)).toEqual(orders);
    expect(await earned(world)).toBe('4.825000');
    expect(await ending(world)).toEqual(CLOSED);
  });

  it('sells by its stop loss with a real key whose signatures the exchange verifies', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    });
    const time = { now: () => START };
    const signer = createSigner({ keyId: KEY_ID, privateKey: createPrivateKey(privateKey) }, () =>
      time.now(),
    );
    const world = await watching({
      streaming,
      exchange: { verifySignatures: true, timestampToleranceMs: 60_000 },
      account: { keys: [{ keyId: KEY_ID, publicKey }] },
      venue: { signer },
    });
    time.now = () => world.clock.now();
    forceExit(world, 'LOW');
    await world.pass(20);
    crash(world);
    await world.pass(40);
    expect(ourOrders(world)).toEqual([
      'a1x1-1 0.00 of 10.00 at 0.5100 canceled',
      'a1x2-1 10.00 of 10.00 at 0.3200 executed',
    ]);
    expect(await ending(world)).toEqual(CLOSED);
  });

  it('takes what an immediate order gets and sells the remainder with the next ones', async () => {
    const world = await watching({ streaming });
    crash(world, 300);
    await whenSent(world, 1);
    show(world, [[3900, 500]], [[4100, 100_000]]);
    await whenSent(world, 2);
    show(world, [[3800, 100_000]], [[4100, 100_000]]);
    await world.pass(20);
    expect(ourOrders(world)).toEqual([
      'a1x1-1 3.00 of 10.00 at 0.3200 canceled',
      'a1x1-2 5.00 of 7.00 at 0.2300 canceled',
      'a1x1-3 2.00 of 2.00 at 0.0700 executed',
    ]);
    expect(await earned(world)).toBe('3.743300');
    expect(await ending(world)).toEqual(CLOSED);
  });

  it.each(['shown', 'zero'] as const)(
    'believes fills, not a remainder that is %s',
    async (killedRemainder) => {
      const world = await watching({
        streaming,
        exchange: { readings: { killedRemainder, partialImmediate: 'executed' } },
      });
      crash(world, 300);
      await whenSent(world, 1);
      crash(world);
      await world.pass(20);
      expect(ourOrders(world)).toEqual([
        'a1x1-1 3.00 of 10.00 at 0.3200 executed',
        'a1x1-2 7.00 of 7.00 at 0.2400 executed',
      ]);
      expect(await ending(world)).toEqual(CLOSED);
    },
  );

  it('sells 2.37 contracts by stages of 0.01, and what rides by the trailing stop', async () => {
    const world = await watching({
      streaming,
      holdings: [aHolding({ count: 237 })],
      methods: [fineStages()],
    });
    show(world, [[5800, 100_000]], [[5900, 100_000]]);
    await world.pass(90);
    show(world, [[6300, 100_000]], [[6400, 100_000]]);
    await world.pass(90);
    show(world, [[6000, 100_000]], [[6100, 100_000]]);
    await world.pass(90);
    expect(sales(world)).toEqual([
      'a1x1 1.18 for 0.684400',
      'a1x2 0.59 for 0.371700',
      'a1x3 0.60 for 0.360000',
    ]);
    expect(await ending(world)).toEqual(CLOSED);
  });

  describe('a trader buys in the same market, in the way of our sale', () => {
    it.each<[Priority, string[], string[], object]>([
      ['CRITICAL', ['a1x1-1 10.00 of 10.00 at 0.3900 executed'], ['web-1 canceled SelfTradeCancel'], CLOSED],
      ['HIGH', ['a1x1-1 10.00 of 10.00 at 0.4800 executed'], ['web-1 canceled SelfTradeCancel'], CLOSED],
      [
        'LOW',
        [
          'a1x1-1 0.00 of 10.00 at 0.5100 canceled',
          'a1x1-2 0.00 of 10.00 at 0.5000 canceled',
          ...[3, 4, 5, 6, 7, 8, 9, 10, 11].map((n) => `a1x1-${n} 0.00 of 10.00 at 0.4900 canceled`),
        ],
        ['web-1 resting'],
        GAVE_UP,
      ],
    ])('%s', async (priority, orders, others, end) => {
      const world = await watching({ streaming, markets: [aMarket({ bids: [[4900, 100_000]] })] });
      world.act({ type: 'hand.place', account: 'tests', ticker: A, side: 'bid', price: 5000, count: 400 });
      forceExit(world, priority);
      await world.pass(700);
      expect(ourOrders(world)).toEqual(orders);
      expect(othersOrders(world)).toEqual(others);
      expect(await ending(world)).toEqual(end);
    });
  });

  describe('a trader offers 4 of our 10 contracts already', () => {
    it.each<[Priority, string[], object]>([
      ['CRITICAL', ['a1x1-1 10.00 of 10.00 at 0.4000 executed'], CLOSED],
      ['HIGH', ['a1x1-2 10.00 of 10.00 at 0.4000 executed'], CLOSED],
      ['MEDIUM', [], GAVE_UP],
      ['LOW', [], GAVE_UP],
    ])('%s', async (priority, orders, end) => {
      const world = await watching({ streaming });
      world.act({ type: 'hand.place', account: 'tests', ticker: A, side: 'ask', price: 6000, count: 400 });
      forceExit(world, priority);
      await world.pass(200);
      expect(ourOrders(world)).toEqual(orders);
      expect(othersOrders(world)).toEqual(['web-1 resting']);
      expect(await ending(world)).toEqual(end);
    });
  });

  it.each(['empty', 'null', 'missing'] as const)(
    'wait for a bid where a book’s side is %s, and take it',
    async (emptySide) => {
      const world = await watching({ streaming, exchange: { readings: { emptySide } } });
      show(world, [], [[5100, 100_000]]);
      await world.pass(streaming ? 2 : 31);
      forceExit(world, 'CRITICAL');
      await world.pass(20);
      show(world, [], []);
      await world.pass(20);
      expect(sent(world)).toEqual([]);
      show(world, [[4500, 100_000]], []);
      await world.pass(20);
      expect(sales(world)).toEqual(['a1x1 10.00 for 4.500000']);
      expect(await ending(world)).toEqual(CLOSED);
    },
  );

  it.each<[FeeType, 'direct' | 'broker', string]>([
    ['quadratic', 'direct', '4.877500'],
    ['quadratic', 'broker', '4.860000'],
    ['quadratic_with_maker_fees', 'direct', '4.846800'],
    ['quadratic_with_combo_maker_fees', 'direct', '4.816200'],
  ])(
    'of a series with %s fees, through a %s member, are booked with the fees of their fills',
    async (feeType, member, net) => {
      const world = await watching({
        streaming,
        markets: [aMarket({ bids: [[5000, 300]] })],
        account: { member },
        exchange: { series: [{ ticker: 'KXGAME', feeType }] },
      });
      forceExit(world, 'HIGH');
      await whenSent(world, 1);
      for (const count of [237, 100, 363])
        world.act({ type: 'crowd.take', orderId: orderId(world, 'a1x1-1'), count });
      await world.pass(30);
      expect(sales(world)).toEqual(['a1x1 10.00 for 4.930000']);
      expect(await earned(world)).toBe(net);
      expect(raised(world)).toEqual([]);
      expect(await ending(world)).toEqual(CLOSED);
    },
  );

  it('of subaccount 3 leave the main account alone', async () => {
    const world = await KalshiWorld.open({
      streaming,
      markets: [aMarket()],
      holdings: [aHolding({ subaccount: 3, count: 700 }), aHolding({ count: 1_000 })],
      venue: { subaccount: 3 },
    });
    await world.pass(20);
    expect(world.positions()).toMatchObject([{ id: 'a1', quantity: 700 }]);
    forceExit(world, 'MEDIUM');
    await world.pass(100);
    expect(sales(world)).toEqual(['a1x1 7.00 for 3.500000']);
    const { portfolios, orders } = world.link.exchange.truth().accounts.tests!;
    expect([portfolios[3]![A]!.quantity, portfolios[0]![A]!.quantity]).toEqual([0, 1_000]);
    expect(orders.filter(({ status }) => status === 'resting')).toEqual([]);
    expect(raised(world)).toEqual([]);
    expect(world.positions()).toEqual([]);
  });

  it('sells two lots of one market, whose exits work at once, each once', async () => {
    const world = await watching({ streaming });
    world.act({ type: 'hand.trade', account: 'tests', ticker: A, side: 'bid', price: 5000, count: 500 });
    await world.passUntil(() => world.positions().length === 2, 60, 'the second lot');
    await world.pass(10);
    forceExit(world, 'MEDIUM');
    await world.pass(20);
    crash(world, 1_200);
    await world.pass(10);
    crash(world);
    await world.pass(30);
    expect(sales(world)).toEqual(['a1x2 10.00 for 4.000000', 'a2x2 5.00 for 2.000000']);
    expect(await ending(world)).toEqual({
      held: 0,
      positions: ['a1 closed: sold', 'a2 closed: sold'],
      differences: [],
    });
  });
});
