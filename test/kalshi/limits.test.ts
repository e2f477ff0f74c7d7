import { describe, expect, it } from 'vitest';
import type { Priority } from '../../src/domain/method.ts';
import { KalshiWorld } from '../support/kalshi-world.ts';
import {
  aHolding,
  alertsButStream,
  aMarket,
  BOTH_MODES,
  CLOSED,
  ending,
  forceExit,
  PLACE,
  raised,
  sales,
  sent,
  watching,
} from './rig.ts';

const ALL = { path: '/trade-api/v2' };

const markets = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `KXMANY-26NOV29-T${String(n).padStart(4, '0')}`);

const requestsTo = (world: KalshiWorld, path: RegExp, from: number): number[] =>
  world.link.requests
    .filter(({ at, target }) => at >= from && path.test(target.replace('/trade-api/v2', '')))
    .map(({ at }) => at);

/** The most of these times (ms) that lie within one minute. */
const mostInAMinute = (times: readonly number[]): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));

/** The longest time (ms) without a look at a market's book. */
function longestGap(world: KalshiWorld, ticker: string, from: number): number {
  const looks = requestsTo(world, new RegExp(`^/markets/orderbooks.*${ticker}`), from);
  return Math.max(...looks.map((at, n) => at - (looks[n - 1] ?? from)), world.clock.now() - looks.at(-1)!);
}

describe.each(BOTH_MODES)('too many requests, %s', (_, streaming) => {
  it.each<[Priority, string, { path: string }]>([
    ['CRITICAL', 'for orders', PLACE],
    ['HIGH', 'for orders', PLACE],
    ['CRITICAL', 'for everything', ALL],
    ['HIGH', 'for everything', ALL],
  ])(
    'a %s exit in a storm %s: asks every 8 s at most, and sells within 10 s of its end',
    async (priority, _what, match) => {
      const world = await watching({ streaming });
      forceExit(world, priority);
      const storm = world.act({ type: 'fault.rateLimit', match: { ...match, times: 'always' } });
      await world.pass(50);
      const refused = sent(world).length;
      expect(refused).toBeLessThanOrEqual(9);
      world.act({ type: 'fault.clear', faultId: storm.faultId! });
      await world.pass(10);
      expect(sent(world).slice(refused)).toHaveLength(1);
      await world.pass(30);
      expect(sales(world)).toEqual(['a1x1 10.00 for 5.000000']);
      expect(raised(world)).toEqual([]);
      expect(await ending(world)).toEqual(CLOSED);
    },
  );

  it('a storm of minutes is said, once, and that it is over', async () => {
    const world = await watching({ streaming });
    const storm = world.act({ type: 'fault.rateLimit', match: { ...PLACE, times: 'always' } });
    forceExit(world, 'CRITICAL');
    await world.pass(300);
    expect(alertsButStream(world)).toEqual([
      'raised critical rate_limited',
      'raised critical exit_held_up a1',
    ]);
    world.act({ type: 'fault.clear', faultId: storm.faultId! });
    await world.pass(30);
    expect(alertsButStream(world).slice(2).toSorted()).toEqual([
      'resolved exit_held_up a1',
      'resolved rate_limited',
    ]);
    expect(await ending(world)).toEqual(CLOSED);
  });

  it.each<[Priority, number]>([
    ['CRITICAL', 3_100],
    ['HIGH', 6_000],
  ])('40 %s exits at once on the lowest tier: all out in time, none refused', async (priority, inMs) => {
    const tickers = markets(40);
    const world = await watching({
      streaming,
      markets: tickers.map((ticker) => aMarket({ ticker })),
      holdings: tickers.map((ticker) => aHolding({ ticker })),
    });
    const from = world.clock.now();
    for (const market of tickers) forceExit(world, priority, { market });
    await world.pass(60);
    const { writes } = world.link.exchange.truth();
    expect(sent(world).filter((order) => order.endsWith('accepted'))).toHaveLength(40);
    expect(writes.filter(({ status }) => status === 429)).toEqual([]);
    expect(Math.max(...writes.map(({ at }) => at - from))).toBeLessThanOrEqual(inMs);
    expect(world.positions()).toEqual([]);
    expect((await ending(world)).differences).toEqual([]);
  });
});

it('120 holdings found at once on the lowest tier are all watched within 30 s', async () => {
  const tickers = markets(120);
  const world = await KalshiWorld.open({
    markets: tickers.map((ticker) => aMarket({ ticker })),
    holdings: tickers.map((ticker) => aHolding({ ticker })),
  });
  await world.pass(30);
  expect(world.positions().filter(({ quotedAt }) => quotedAt !== null)).toHaveLength(120);
  expect(mostInAMinute(requestsTo(world, /^\/(markets|exchange\/status|series)/, 0))).toBeLessThanOrEqual(60);
});

describe('1,000 positions in 1,000 markets', () => {
  it('are watched every 30 s with 42 of 60 calls a minute, and an order leaves at once', async () => {
    const tickers = markets(1_000);
    const world = await watching({
      markets: tickers.map((ticker) => aMarket({ ticker })),
      holdings: tickers.map((ticker) => aHolding({ ticker, count: 100 })),
      account: { tier: 'prestige' },
    });
    await world.pass(60);
    const from = world.clock.now();
    await world.pass(120);
    const exitAt = world.clock.now();
    forceExit(world, 'CRITICAL', { market: tickers[500]! });
    await world.pass(0.1);
    expect(world.link.exchange.truth().writes.map(({ at }) => at - exitAt)).toEqual([0]);
    await world.pass(179.9);
    const [books, infos, status, series] = [
      requestsTo(world, /^\/markets\/orderbooks/, from),
      requestsTo(world, /^\/markets\?/, from),
      requestsTo(world, /^\/exchange\/status/, from),
      requestsTo(world, /^\/series\//, from),
    ];
    const watched = tickers.filter((ticker) => ticker !== tickers[500]);
    expect(Math.max(...watched.map((ticker) => longestGap(world, ticker, from)))).toBeLessThanOrEqual(33_000);
    expect(world.positions()).toHaveLength(999);
    // A minute: 2 cadences of 30 s × ⌈1,000 markets / 100 a call⌉ = 20 calls for books and 20 for markets, 2 for status.
    expect(mostInAMinute([...books, ...infos, ...status, ...series])).toBeLessThanOrEqual(46);
    expect(raised(world)).toEqual([]);
    expect((await ending(world)).differences).toEqual([]);
  });
});
