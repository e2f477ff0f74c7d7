import { describe, expect, it } from 'vitest';
import type { PastFill } from '../../src/exchange/specs.ts';
import { START } from '../support/kalshi-world.ts';
import {
  A,
  aHolding,
  aMarket,
  BOTH_MODES,
  CLOSED,
  cancels,
  crash,
  ending,
  forceExit,
  HOUR,
  orderId,
  ourOrders,
  raised,
  sales,
  sentIds,
  show,
  watching,
  whenSent,
} from './rig.ts';

interface ByHand {
  side: 'bid' | 'ask';
  count: number;
}

const byHand = ({ side, count }: ByHand) =>
  ({ type: 'hand.trade', account: 'tests', ticker: A, side, price: 5000, count }) as const;

const BUYS_5: ByHand = { side: 'bid', count: 500 };
const SELLS_4: ByHand = { side: 'ask', count: 400 };
const SELLS_ALL: ByHand = { side: 'ask', count: 1_000 };
const TURNS_OVER: ByHand = { side: 'ask', count: 1_600 };

const SHORT = ['raised critical holdings_short a1'];
const GONE = { ...CLOSED, positions: ['a1 closed: holdings gone'] };
const BOTH_SOLD = { ...CLOSED, positions: ['a1 closed: sold', 'a2 closed: sold'] };
const MORE_LEFT = { held: 500, positions: ['a1 closed: sold', 'a2 open: 5.00 left'], differences: [] };
const turnedOver = (left: number) => ({
  held: -100 * left,
  positions: ['a1 closed: holdings gone', `a2 open: ${left}.00 left`],
  differences: [],
});

type Row = [string, ByHand, string[], string[], object];

describe.each(BOTH_MODES)('%s', (_, streaming) => {
  it.each<Row>([
    ['buys 5 more', BUYS_5, ['a1x1 10.00 for 4.000000', 'a2x1 5.00 for 2.000000'], [], BOTH_SOLD],
    ['sells 4', SELLS_4, ['a1x1 6.00 for 2.400000'], SHORT, GONE],
    ['sells all', SELLS_ALL, [], SHORT, GONE],
    ['turns it over', TURNS_OVER, ['a2x1 3.00 for 1.770000'], SHORT, turnedOver(3)],
  ])('a person %s while nothing works; then the price falls', async (_name, trade, sold, alerts, end) => {
    const world = await watching({ streaming });
    world.act(byHand(trade));
    await world.pass(60);
    crash(world);
    await world.pass(60);
    expect(sales(world)).toEqual(sold);
    expect(raised(world)).toEqual(alerts);
    expect(await ending(world)).toEqual(end);
  });

  it.each<Row>([
    ['buys 5 more', BUYS_5, ['a1x1 10.00 for 5.000000'], [], MORE_LEFT],
    ['sells 4', SELLS_4, ['a1x1 6.00 for 3.000000'], SHORT, GONE],
    ['sells all', SELLS_ALL, [], SHORT, GONE],
    ['turns it over', TURNS_OVER, [], SHORT, turnedOver(6)],
  ])('a person %s while a limit order rests', async (_name, trade, sold, alerts, end) => {
    const world = await watching({ streaming });
    forceExit(world, 'LOW');
    await whenSent(world, 1);
    await world.pass(3);
    world.act(byHand(trade));
    const isEnded = () => ourOrders(world)[0]?.endsWith(' canceled') === true;
    if (alerts.length > 0)
      await world.passUntil(isEnded, streaming ? 4 : 18, 'what rests for too much is cancelled');
    await world.pass(240);
    expect(sales(world)).toEqual(sold);
    expect(raised(world)).toEqual(alerts);
    expect(await ending(world)).toEqual(end);
  });

  it.each<Row>([
    ['buys 5 more', BUYS_5, ['a1x1 10.00 for 5.000000'], [], MORE_LEFT],
    ['sells 4', SELLS_4, ['a1x1 6.00 for 3.000000'], SHORT, GONE],
    ['sells all', SELLS_ALL, [], SHORT, GONE],
    ['turns it over', TURNS_OVER, [], SHORT, turnedOver(6)],
  ])('a person %s between two walks', async (_name, trade, sold, alerts, end) => {
    const world = await watching({ streaming, markets: [aMarket({ asks: [[5300, 100_000]] })] });
    forceExit(world, 'MEDIUM');
    await world.passUntil(() => cancels(world).length === 1, 60, 'the first order is cancelled');
    world.act(byHand(trade));
    await world.pass(200);
    expect(sales(world)).toEqual(sold);
    expect(raised(world)).toEqual(alerts);
    expect(await ending(world)).toEqual(end);
  });

  it.each<Row>([
    ['buys 5 more', BUYS_5, ['a1x1 10.00 for 4.000000', 'a2x1 5.00 for 2.000000'], [], BOTH_SOLD],
    ['sells 4', SELLS_4, ['a1x1 6.00 for 2.400000'], SHORT, GONE],
    ['sells all', SELLS_ALL, ['a1x1 3.00 for 1.200000', 'a2x1 1.00 for 0.590000'], SHORT, turnedOver(2)],
    ['turns it over', TURNS_OVER, ['a1x1 3.00 for 1.200000', 'a2x1 4.00 for 2.360000'], SHORT, turnedOver(5)],
  ])('a person %s between two immediate orders', async (_name, trade, sold, alerts, end) => {
    const world = await watching({ streaming });
    crash(world, 300);
    await whenSent(world, 1);
    world.act(byHand(trade));
    await world.pass(3);
    crash(world);
    await world.pass(200);
    expect(sales(world)).toEqual(sold);
    expect(raised(world)).toEqual(alerts);
    expect(sentIds(world).length).toBeLessThanOrEqual(5);
    expect(await ending(world)).toEqual(end);
  });

  it('a person cancels our order: the next walk follows at once, for what it had not sold', async () => {
    const world = await watching({ streaming });
    forceExit(world, 'LOW');
    await whenSent(world, 1);
    world.act({ type: 'crowd.take', orderId: orderId(world, 'a1x1-1'), count: 250 });
    world.act({ type: 'hand.cancel', orderId: orderId(world, 'a1x1-1') });
    await world.pass(5);
    expect(ourOrders(world)).toEqual([
      'a1x1-1 2.50 of 10.00 at 0.5100 canceled',
      'a1x1-2 7.50 of 7.50 at 0.5000 executed',
    ]);
    expect(raised(world)).toEqual([]);
    expect(await ending(world)).toEqual(CLOSED);
  });

  it('what a person sells of two lots is taken from the newest', async () => {
    const world = await watching({ streaming });
    world.act(byHand(BUYS_5));
    await world.passUntil(() => world.positions().length === 2, 60, 'the second lot');
    await world.pass(10);
    world.act(byHand({ side: 'ask', count: 237 }));
    await world.pass(60);
    crash(world);
    await world.pass(60);
    expect(sales(world)).toEqual(['a1x1 10.00 for 4.000000', 'a2x1 2.63 for 1.052000']);
    expect(raised(world)).toEqual(['raised critical holdings_short a2']);
    expect(await ending(world)).toEqual({
      ...CLOSED,
      positions: ['a1 closed: sold', 'a2 closed: holdings gone'],
    });
  });

  it('what comes by transfer is adopted at what the exchange’s own books say', async () => {
    const world = await watching({ streaming });
    world.act({ type: 'account.movePosition', account: 'tests', ticker: A, change: 300, price: 4400 });
    await world.pass(60);
    expect(world.positions()).toMatchObject([
      { id: 'a1', quantity: 1_000, cost: 5_000_000 },
      { id: 'a2', quantity: 300, cost: 1_320_000 },
    ]);
    crash(world);
    await world.pass(60);
    expect(await ending(world)).toEqual(BOTH_SOLD);
  });

  it('what is refused because nothing is left to reduce is looked at, and nothing stays open', async () => {
    const world = await watching({ streaming, exchange: { readings: { nothingToReduce: 'refused' } } });
    crash(world, 300);
    await whenSent(world, 1);
    world.act(byHand({ side: 'ask', count: 700 }));
    crash(world);
    await world.pass(60);
    expect(sales(world)).toEqual(['a1x1 3.00 for 1.200000']);
    expect(await ending(world)).toEqual(GONE);
  });
});

describe.each(BOTH_MODES)('an exchange that shows 2 rows a page, %s', (_, streaming) => {
  it('7 positions are all watched and sold', async () => {
    const tickers = ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((name) => `KXGAME-26NOV29-${name}`);
    const world = await watching({
      streaming,
      mostRows: 2,
      markets: tickers.map((ticker) => aMarket({ ticker })),
      holdings: tickers.map((ticker) => aHolding({ ticker })),
    });
    for (const ticker of tickers) show(world, [[4000, 100_000]], [[4100, 100_000]], ticker);
    await world.pass(60);
    expect(world.positions()).toEqual([]);
    expect(raised(world)).toEqual([]);
    for (const ticker of tickers)
      expect(await ending(world, ticker)).toMatchObject({ held: 0, differences: [] });
  });

  it('the cost is folded from 9 fills', async () => {
    const trades = [4_000, 4_200, 5_500, 4_400, 5_600, 4_600, 4_800, 5_700, 5_000];
    const fills = trades.map(
      (price, n): PastFill => ({
        at: START - 24 * HOUR + n * 60_000,
        action: price > 5_400 ? 'sell' : 'buy',
        count: price > 5_400 ? 50 : 200,
        price,
      }),
    );
    const holdings = [aHolding({ count: 1_050, price: 4_700, fills })];
    const world = await watching({ streaming, mostRows: 2, holdings });
    expect(world.positions()).toMatchObject([{ quantity: 1_050, cost: 4_763_181 }]);
    crash(world);
    await world.pass(60);
    expect(await ending(world)).toEqual(CLOSED);
  });

  it('an order that fills in 5 pieces, among 9 of a person’s, sells each piece once', async () => {
    const world = await watching({ streaming, mostRows: 2 });
    for (let n = 0; n < 9; n += 1)
      world.act({ type: 'hand.place', account: 'tests', ticker: A, side: 'bid', price: 100, count: 100 });
    forceExit(world, 'LOW');
    await whenSent(world, 1);
    for (let piece = 0; piece < 5; piece += 1)
      world.act({ type: 'crowd.take', orderId: orderId(world, 'a1x1-1'), count: 123 });
    world.kill();
    await world.pass(5);
    await world.start();
    await world.pass(150);
    expect(ourOrders(world)).toEqual([
      'a1x1-1 6.15 of 10.00 at 0.5100 canceled',
      'a1x1-2 3.85 of 3.85 at 0.5000 executed',
    ]);
    expect(sentIds(world)).toEqual(['a1x1-1', 'a1x1-2']);
    expect(await ending(world)).toEqual(CLOSED);
  });
});
