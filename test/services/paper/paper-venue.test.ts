import { beforeEach, describe, expect, it } from 'vitest';
import type { OrderRequest } from '../../../src/actors/ports.ts';
import { plainMarket } from '../../../src/services/venues/paper/book-source.ts';
import { orderRef } from '../../support/domain-builders.ts';
import { bookOf, PaperExchange, START } from './paper-exchange.ts';

let exchange: PaperExchange;
beforeEach(async () => {
  exchange = await PaperExchange.open();
  await exchange.venue.credit('A', 'yes', 1_000, 4_000_000);
});

const closed = { ...plainMarket('A'), status: 'closed' } as const;
const settled = { ...plainMarket('A'), status: 'settled', settlementValue: 10_000 } as const;

describe('an order', () => {
  it('immediate-or-cancel: takes what the best bid shows, the rest is cancelled', async () => {
    await exchange.show([[5_000, 300]], [[5_200, 100]]);
    const at = START + 1_000;
    expect(await exchange.place({ timeInForce: 'ioc', limitPrice: 4_500, quantity: 1_000 })).toEqual({
      kind: 'accepted',
      order: {
        clientId: 'c1',
        venueOrderId: 'paper-1',
        market: 'A',
        side: 'yes',
        action: 'sell',
        limitPrice: 4_500,
        quantity: 1_000,
        status: 'cancelled',
        filled: 300,
        fills: [{ fillId: 'paper-1-1', price: 5_000, quantity: 300, fee: 52_500, maker: false, at }],
        at,
      },
    });
    expect(await exchange.holdings()).toEqual([{ market: 'A', side: 'yes', quantity: 700, cost: 2_800_000 }]);
    expect(await exchange.visibleBooks()).toEqual([bookOf('A', at, [[5_000, 0]], [[5_200, 100]])]);
  });

  it('that crosses on arrival takes the bid at the bid, and the rest rests', async () => {
    await exchange.show([[5_000, 300]]);
    const order = await exchange.placed({ limitPrice: 4_800, quantity: 500 });
    expect([order.status, order.filled, order.fills.map((f) => f.price)]).toEqual(['resting', 300, [5_000]]);
    await exchange.show([[5_000, 300]]);
    expect(exchange.heard.orders.length).toBe(1);
    await exchange.show([[4_900, 800]]);
    expect(exchange.heard.orders.at(-1)).toEqual({
      ...order,
      status: 'filled',
      filled: 500,
      fills: [
        ...order.fills,
        { fillId: 'paper-1-2', price: 4_800, quantity: 200, fee: 0, maker: true, at: START + 3_000 },
      ],
      at: START + 3_000,
    });
  });

  it('rests without a book', async () => {
    expect((await exchange.placed({})).status).toBe('resting');
  });

  it('of a venue with market orders is a sell at any price', async () => {
    await exchange.show([[100, 300]]);
    expect((await exchange.placed({ timeInForce: 'ioc', limitPrice: null })).status).toBe('filled');
  });

  it('buys: the holding and what was paid for it grow', async () => {
    await exchange.show(
      [[5_000, 300]],
      [
        [5_200, 100],
        [5_300, 900],
      ],
    );
    const order = await exchange.placed({
      action: 'buy',
      timeInForce: 'ioc',
      limitPrice: 5_300,
      quantity: 300,
    });
    expect(order.fills.map((f) => [f.price, f.quantity])).toEqual([
      [5_200, 100],
      [5_300, 200],
    ]);
    expect(await exchange.holdings()).toEqual([
      { market: 'A', side: 'yes', quantity: 1_300, cost: 4_000_000 + 520_000 + 1_060_000 },
    ]);
  });

  it('sells NO against the NO bids', async () => {
    await exchange.venue.credit('A', 'no', 200, 1);
    await exchange.show([[3_500, 100]], [[3_800, 100]]);
    const order = await exchange.placed({ side: 'no', timeInForce: 'ioc', limitPrice: 6_000, quantity: 200 });
    expect([order.limitPrice, order.filled, order.fills[0]?.price]).toEqual([6_000, 100, 6_200]);
  });
});

describe('a refusal', () => {
  it.each<[string, Partial<OrderRequest>, string, string]>([
    [
      'more than is held',
      { quantity: 1_001 },
      'not_held',
      '10.01 to sell, 10.00 held and not offered in A yes',
    ],
    [
      'a side that is not held',
      { side: 'no' },
      'not_held',
      '1.00 to sell, 0.00 held and not offered in A no',
    ],
    ['a price off the grid', { limitPrice: 5_050 }, 'bad_price', '0.5050 is off the price grid'],
    [
      'a price of 0',
      { limitPrice: 0 },
      'bad_price',
      'a price must lie between 0 and 1 in steps of 0.0001, not at 0',
    ],
    [
      'a price of 1',
      { limitPrice: 10_000 },
      'bad_price',
      'a price must lie between 0 and 1 in steps of 0.0001, not at 1',
    ],
    [
      'half a price step',
      { limitPrice: 5_000.5 },
      'bad_price',
      'a price must lie between 0 and 1 in steps of 0.0001, not at 0.50005',
    ],
    [
      'no price on an order that rests',
      { limitPrice: null },
      'bad_price',
      'an order without a price can not rest',
    ],
    ['nothing', { quantity: 0 }, 'bad_quantity', '0 is not a quantity: must be above 0 in steps of 0.01'],
    [
      'half a quantity step',
      { quantity: 0.5 },
      'bad_quantity',
      '0.5 is not a quantity: must be above 0 in steps of 0.01',
    ],
    ['a market nobody knows', { market: 'C' }, 'other', 'there is no market C'],
  ])('%s', async (_, order, code, message) => {
    const saves = exchange.store.saves.length;
    expect(await exchange.place(order)).toEqual({ kind: 'rejected', code, message });
    expect(exchange.store.saves.length).toBe(saves);
  });

  it('live sells count as not held any more, and a cancel frees them', async () => {
    await exchange.placed({ quantity: 600 });
    expect(await exchange.place({ quantity: 401 })).toMatchObject({ kind: 'rejected', code: 'not_held' });
    expect(await exchange.place({ quantity: 400 })).toMatchObject({ kind: 'accepted' });
    await exchange.venue.cancel(orderRef('c1'));
    expect(await exchange.place({ quantity: 600 })).toMatchObject({ kind: 'accepted' });
  });

  it('two orders at once can not sell the same contracts', async () => {
    const answers = await Promise.all([exchange.place({ quantity: 600 }), exchange.place({ quantity: 600 })]);
    expect(answers.map((a) => a.kind)).toEqual(['accepted', 'rejected']);
  });

  it('an id that was used stays used, whatever became of its order', async () => {
    await exchange.placed({ clientId: 'x', timeInForce: 'ioc' });
    await exchange.venue.advance({ at: START, books: [], markets: [closed] });
    expect(await exchange.place({ clientId: 'x' })).toMatchObject({
      kind: 'rejected',
      code: 'already_exists',
    });
    expect(await exchange.venue.findOrder(orderRef('x'))).toMatchObject({
      kind: 'found',
      order: { clientId: 'x', status: 'cancelled', filled: 0 },
    });
  });

  it.each(['paused', 'closed', 'settled'] as const)('a market that is %s', async (status) => {
    await exchange.venue.advance({ at: START, books: [], markets: [{ ...settled, status }] });
    const code = status === 'paused' ? 'halted' : 'closed';
    expect(await exchange.place({})).toMatchObject({ kind: 'rejected', code });
  });
});

describe('cancelling', () => {
  it('ends a resting order; one that is over is reported as it is; one nobody knows is not found', async () => {
    await exchange.placed({});
    const ref = orderRef('c1');
    const first = await exchange.venue.cancel(ref);
    expect(first).toMatchObject({ kind: 'found', order: { status: 'cancelled', filled: 0 } });
    expect(await exchange.venue.cancel(ref)).toEqual(first);
    expect(await exchange.venue.cancel({ ...ref, clientId: 'y' })).toEqual({
      kind: 'not_found',
      at: START,
      mayLand: false,
    });
  });
});

describe('a holding that shrinks elsewhere', () => {
  it('loses its share of the cost, and the newest live sells that are not covered any more', async () => {
    await exchange.placed({ quantity: 300 });
    await exchange.placed({ quantity: 300 });
    await exchange.venue.credit('A', 'yes', -600, 0);
    expect(await exchange.holdings()).toEqual([{ market: 'A', side: 'yes', quantity: 400, cost: 1_600_000 }]);
    expect(exchange.heard.log.at(-1)).toBe('order c2 cancelled 0');
    expect(await exchange.venue.account()).toMatchObject({ value: { openOrders: [{ clientId: 'c1' }] } });
  });

  it('never falls below nothing', async () => {
    await exchange.venue.credit('A', 'yes', -5_000, 0);
    await exchange.venue.credit('A', 'no', -1, 0);
    expect(await exchange.holdings()).toEqual([]);
  });
});

describe('a market', () => {
  it('that closes cancels what rests, before anything of the same time matches', async () => {
    await exchange.placed({});
    await exchange.show([[5_500, 900]], [], { markets: [closed] });
    expect(exchange.heard.log).toEqual([
      'order c1 resting 0',
      'market A closed',
      'book A',
      'order c1 cancelled 0',
    ]);
    expect(await exchange.holdings()).toEqual([
      { market: 'A', side: 'yes', quantity: 1_000, cost: 4_000_000 },
    ]);
  });

  it('that is paused keeps what rests and matches nothing until it reopens', async () => {
    await exchange.placed({});
    await exchange.show([[5_500, 900]], [], { markets: [{ ...closed, status: 'paused' }] });
    expect(exchange.heard.orders.length).toBe(1);
    await exchange.show([[5_500, 900]], [], { markets: [plainMarket('A')] });
    expect(exchange.heard.orders.at(-1)).toMatchObject({ status: 'filled', filled: 100 });
  });

  it('that settles pays out both sides and never opens again', async () => {
    await exchange.venue.credit('A', 'no', 200, 1);
    await exchange.venue.credit('B', 'no', 300, 1);
    await exchange.show([], [], { markets: [settled] });
    await exchange.show([], [], { markets: [plainMarket('A')] });
    expect(await exchange.holdings()).toEqual([{ market: 'B', side: 'no', quantity: 300, cost: 1 }]);
    expect(await exchange.venue.markets(['A'])).toEqual({ kind: 'ok', value: [settled] });
    await exchange.restart();
    expect(await exchange.venue.markets(['A'])).toEqual({ kind: 'ok', value: [settled] });
  });

  it('that settled while nothing ran pays out at the start', async () => {
    await exchange.placed({});
    await exchange.restart({ markets: [settled, plainMarket('B')] });
    expect(await exchange.holdings()).toEqual([]);
    expect(await exchange.venue.account()).toMatchObject({ value: { openOrders: [] } });
  });
});

describe('books', () => {
  it('of one time are all shown before any matches, then delivered, then the orders', async () => {
    await exchange.venue.credit('B', 'yes', 100, 1);
    await exchange.placed({});
    await exchange.placed({ market: 'B' });
    exchange.heard.log.length = 0;
    exchange.clock.moveTo(START + 1_000);
    const at = START + 1_000;
    const books = ['A', 'B'].map((market) => bookOf(market, at, [[5_000, 100]], []));
    await exchange.venue.advance({ at, books });
    expect(exchange.heard.log).toEqual(['book A', 'book B', 'order c1 filled 100', 'order c2 filled 100']);
    expect(exchange.heard.books).toEqual([
      bookOf('A', at, [[5_000, 0]], []),
      bookOf('B', at, [[5_000, 0]], []),
    ]);
  });

  it('that come late fill now, not at a time for which the account was reported before', async () => {
    await exchange.placed({});
    exchange.clock.moveTo(START + 9_000);
    const at = START + 1_000;
    await exchange.venue.advance({ at, books: [bookOf('A', at, [[5_000, 100]], [])] });
    expect(exchange.heard.orders.at(-1)?.fills.map((f) => f.at)).toEqual([START + 9_000]);
    expect(exchange.heard.books[0]?.observedAt).toBe(at);
  });

  it('without a side are delivered and left out of a read', async () => {
    await exchange.show([], []);
    expect(exchange.heard.books).toEqual([bookOf('A', START + 1_000, [], [])]);
    expect(await exchange.visibleBooks()).toEqual([]);
  });

  it('that concern nothing of ours are delivered at once and saved every 5 s', async () => {
    const before = exchange.store.saves.length;
    let promises = 0;
    for (let i = 1; i <= 20; i += 1) {
      const at = START + i * 1_000;
      exchange.clock.moveTo(at);
      const advanced = exchange.venue.advance({ at, books: [bookOf('A', at, [[5_000 + i * 100, 100]], [])] });
      expect(exchange.heard.books.length).toBe(advanced ? i - 1 : i);
      if (advanced) promises += 1;
      await advanced;
    }
    expect([promises, exchange.store.saves.length - before]).toEqual([4, 4]);
    expect(exchange.store.saves.at(-1)).toEqual({
      markets: [
        { ...bookOf('A', START + 16_000, [[6_600, 100]], []), status: 'open', settlementValue: null },
      ],
      at: START + 16_000,
    });
  });

  it('are delivered no more after the subscriber stops', async () => {
    const books: unknown[] = [];
    const stop = exchange.venue.subscribe(['A'], {
      book: (b) => books.push(b),
      order: () => {},
      market: () => {},
      account: () => {},
    });
    await exchange.show([[5_000, 100]]);
    stop();
    await exchange.show([[5_100, 100]]);
    expect(books.length).toBe(1);
  });
});

describe('a restart', () => {
  it('finds orders, holdings, the last saved book, and what is used up of it', async () => {
    await exchange.show([[5_000, 300]], [[5_200, 100]]);
    await exchange.placed({ timeInForce: 'ioc', quantity: 200 });
    await exchange.placed({ limitPrice: 5_100, quantity: 400 });
    const before = await exchange.venue.account();
    await exchange.restart();
    expect(await exchange.venue.account()).toEqual(before);
    expect(await exchange.visibleBooks()).toEqual([
      bookOf('A', START + 1_000, [[5_000, 100]], [[5_200, 100]]),
    ]);
    await exchange.show([[5_000, 300]]);
    expect((await exchange.placed({ timeInForce: 'ioc', quantity: 300 })).filled).toBe(100);
    await exchange.show([[5_100, 1_000]]);
    expect(exchange.heard.orders.at(-1)).toMatchObject({ clientId: 'c2', status: 'filled', filled: 400 });
    expect((await exchange.placed({ quantity: 100 })).venueOrderId).toBe('paper-4');
  });

  it('adopts holdings into a new account only', async () => {
    const adopt = [{ market: 'B', side: 'no', quantity: 500, cost: 7 } as const];
    await exchange.restart({ adopt });
    expect((await exchange.holdings()).map((h) => h.market)).toEqual(['A']);
    const fresh = await PaperExchange.open({ adopt });
    expect(await fresh.holdings()).toEqual(adopt);
    await fresh.restart({ adopt });
    expect(await fresh.holdings()).toEqual(adopt);
  });
});

describe('a store that fails', () => {
  const ref = orderRef('c1');

  it('before writing: the order is unknown, then not found, and may be sent again', async () => {
    await exchange.show([[5_000, 300]]);
    exchange.store.failure = 'nothing written';
    expect(await exchange.place({})).toEqual({
      kind: 'unknown',
      reason: 'the paper account could not be saved: Error: disk full',
    });
    exchange.store.failure = 'none';
    expect(await exchange.venue.findOrder(ref)).toEqual({
      kind: 'not_found',
      at: START + 1_000,
      mayLand: false,
    });
    expect(await exchange.holdings()).toEqual([
      { market: 'A', side: 'yes', quantity: 1_000, cost: 4_000_000 },
    ]);
    expect(await exchange.placed({ clientId: 'c1' })).toMatchObject({ filled: 100, venueOrderId: 'paper-1' });
  });

  it('after writing: the order is unknown, then found, and its size stays used up', async () => {
    await exchange.show([[5_000, 300]]);
    exchange.store.failure = 'written';
    expect(await exchange.place({})).toMatchObject({ kind: 'unknown' });
    exchange.store.failure = 'none';
    expect(await exchange.venue.findOrder(ref)).toMatchObject({ kind: 'found', order: { filled: 100 } });
    expect(await exchange.holdings()).toEqual([{ market: 'A', side: 'yes', quantity: 900, cost: 3_600_000 }]);
    expect((await exchange.visibleBooks())[0]?.bids).toEqual([{ price: 5_000, size: 200 }]);
  });

  it('while books come: they are delivered, and what rests matches the next one', async () => {
    await exchange.placed({});
    exchange.store.failure = 'nothing written';
    await expect(exchange.show([[5_100, 300]])).rejects.toThrow('the paper account could not be saved');
    expect(exchange.heard.log).toEqual(['order c1 resting 0', 'book A']);
    exchange.store.failure = 'none';
    await exchange.show([[5_100, 300]]);
    expect(exchange.heard.log).toEqual(['order c1 resting 0', 'book A', 'book A', 'order c1 filled 100']);
  });

  it.each(['nothing written', 'written'] as const)(
    'while a market settles (%s): it settles with the next group',
    async (failure) => {
      exchange.store.failure = failure;
      await expect(exchange.show([[5_100, 300]], [], { markets: [settled] })).rejects.toThrow();
      exchange.store.failure = 'none';
      await exchange.show([[5_100, 300]]);
      expect(exchange.heard.markets).toEqual([settled]);
      expect(await exchange.holdings()).toEqual([]);
    },
  );

  it('is not read: nothing can be said about the account', async () => {
    exchange.store.failure = 'nothing written';
    await exchange.place({});
    exchange.store.load = () => Promise.reject(new Error('no connection'));
    const reason = 'the paper account could not be read: Error: no connection';
    expect(await exchange.venue.account()).toEqual({ kind: 'unavailable', reason });
    expect(await exchange.venue.findOrder(ref)).toEqual({ kind: 'unknown', reason });
    await expect(exchange.venue.credit('A', 'yes', 1, 1)).rejects.toThrow(reason);
  });
});

it('closing saves the last books', async () => {
  await exchange.show([[5_000, 300]]);
  await exchange.show([[5_100, 300]]);
  await exchange.venue.close();
  expect((await exchange.store.load()).markets.find((m) => m.market === 'A')?.bids).toEqual([
    { price: 5_100, size: 300 },
  ]);
});
