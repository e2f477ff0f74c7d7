import { describe, expect, test } from 'vitest';
import { BTC, errorCode, GB, ORDERS, Rig, START } from './rig.ts';

const HELD = { ticker: GB, side: 'yes', count: 1000, price: 5600 } as const;
const NO_HELD = { ticker: GB, side: 'no', count: 1000, price: 4000 } as const;

const holding = (spec: typeof HELD | typeof NO_HELD = HELD): Rig =>
  new Rig({
    accounts: [
      { account: 'ann', keys: [{ keyId: 'ann-key' }], balance: 1_000_000_000, holdings: [spec] },
      { account: 'bob', keys: [{ keyId: 'bob-key' }], balance: 1_000_000_000 },
    ],
  });

describe('an order meets the book', () => {
  test.each([
    [
      'a bid takes asks from the best up to its limit',
      { side: 'bid', price: '0.6300', count: '100.00' },
      { fill_count: '100.00', remaining_count: '0.00', average_fill_price: '0.6205' },
      'bids 61:310 60:500 59:700 | asks 63:395',
    ],
    [
      'an ask takes bids from the best down to its limit',
      { side: 'ask', price: '0.6000', count: '400.00' },
      { fill_count: '400.00', remaining_count: '0.00', average_fill_price: '0.6078' },
      'bids 60:410 59:700 | asks 62:95 63:400',
    ],
    [
      'immediate-or-cancel takes what is there',
      { side: 'bid', price: '0.6200', count: '200.00' },
      { fill_count: '95.00', remaining_count: '0.00', average_fill_price: '0.6200' },
      'bids 61:310 60:500 59:700 | asks 63:400',
    ],
    [
      'immediate-or-cancel with nothing in reach fills nothing',
      { side: 'bid', price: '0.6100' },
      { fill_count: '0.00', remaining_count: '0.00' },
      'bids 61:310 60:500 59:700 | asks 62:95 63:400',
    ],
    [
      'fractions of a contract trade',
      { side: 'bid', price: '0.62', count: '2.37' },
      { fill_count: '2.37', remaining_count: '0.00', average_fill_price: '0.6200' },
      'bids 61:310 60:500 59:700 | asks 62:92.63 63:400',
    ],
    [
      'good-till-canceled rests with what is left',
      { side: 'bid', price: '0.6200', count: '100', time_in_force: 'good_till_canceled' },
      { fill_count: '95.00', remaining_count: '5.00', average_fill_price: '0.6200' },
      'bids 62:5 61:310 60:500 59:700 | asks 63:400',
    ],
    [
      'fill-or-kill fills when everything is there',
      { side: 'bid', price: '0.6300', count: '495', time_in_force: 'fill_or_kill' },
      { fill_count: '495.00', remaining_count: '0.00', average_fill_price: '0.6281' },
      'bids 61:310 60:500 59:700 | asks ',
    ],
  ] as const)('%s', (_, order, expected, book) => {
    const rig = new Rig();
    const { status, body } = rig.create(order);
    const { order_id, client_order_id, average_fee_paid, ts_ms, ...rest } = body;
    expect({ status, rest, client_order_id, ts_ms }).toEqual({
      status: 201,
      rest: expected,
      client_order_id: 'order-1',
      ts_ms: START,
    });
    expect(rig.book()).toBe(book);
    expect(average_fee_paid === undefined).toBe(expected.fill_count === '0.00');
    expect(rig.get(`/portfolio/orders/${order_id}`).order.fill_count_fp).toBe(expected.fill_count);
  });

  test('a fill-or-kill that cannot fill is a 409, makes no order and spends no id', () => {
    const rig = new Rig();
    const order = rig.order({ price: '0.6300', count: '495.01', time_in_force: 'fill_or_kill' });
    expect(errorCode(rig.send('POST', ORDERS, order))).toBe('409 fill_or_kill_insufficient_resting_volume');
    expect(rig.truth.accounts.ann!.orders).toEqual([]);
    expect(rig.book()).toBe('bids 61:310 60:500 59:700 | asks 62:95 63:400');
    expect(rig.send('POST', ORDERS, { ...order, count: '1' }).status).toBe(201);
  });

  test('a partly filled immediate-or-cancel ends canceled, with its fills', () => {
    const rig = new Rig();
    const { order_id } = rig.create({ price: '0.6200', count: '200.00' }).body;
    expect(rig.get(`/portfolio/orders/${order_id}`).order).toMatchObject({
      status: 'canceled',
      initial_count_fp: '200.00',
      fill_count_fp: '95.00',
      remaining_count_fp: '0.00',
      taker_fill_cost_dollars: '58.900000',
      outcome_side: 'yes',
      book_side: 'bid',
    });
  });

  test('where it is undocumented, the killed remainder and the status can be told otherwise', () => {
    const rig = new Rig({ readings: { killedRemainder: 'shown', partialImmediate: 'executed' } });
    const { order_id, remaining_count } = rig.create({ price: '0.6200', count: '200.00' }).body;
    expect(remaining_count).toBe('105.00');
    expect(rig.get(`/portfolio/orders/${order_id}`).order).toMatchObject({
      status: 'executed',
      remaining_count_fp: '105.00',
    });
  });

  test('a level goes to who was there first', () => {
    const rig = new Rig();
    const first = rig.rest({ price: '0.6100', side: 'bid', count: '5' }, 'bob-key');
    rig.act({ type: 'crowd.place', ticker: GB, side: 'bid', price: 6100, count: 500 });
    rig.create({ side: 'ask', price: '0.6100', count: '312' });
    expect(rig.orderOf(first).filled).toBe(200);
    expect(rig.book()).toBe('bids 61:8 60:500 59:700 | asks 62:95 63:400');
  });

  test('a better price goes before an older one', () => {
    const rig = new Rig({
      markets: [{ ticker: GB, closeAt: START + 1e9, bids: [[6000, 1000]], asks: [] }],
    });
    const better = rig.rest({ side: 'bid', price: '0.6100', count: '5' }, 'bob-key');
    rig.create({ side: 'ask', price: '0.6000', count: '6' });
    expect(rig.orderOf(better)).toMatchObject({ status: 'executed', filled: 500, reason: 'Trade' });
    expect(rig.book()).toBe('bids 60:9 | asks ');
  });
});

describe('post_only', () => {
  test.each([
    ['rests when it does not cross', '0.6100', 'resting', null],
    ['is cancelled when it would', '0.6200', 'canceled', 'PostOnlyCrossCancel'],
  ] as const)('%s', (_, price, status, reason) => {
    const rig = new Rig();
    const id = rig.rest({ price, post_only: true });
    expect(rig.orderOf(id)).toMatchObject({ status, reason, filled: 0 });
  });
});

describe('reduce_only', () => {
  test.each([
    ['caps an ask at the YES held', HELD, 'ask', '0.0100', '15.00', '10.00', 0],
    ['caps a bid at the NO held', NO_HELD, 'bid', '0.9900', '15.00', '10.00', 0],
    ['sells less than is held', HELD, 'ask', '0.0100', '4.00', '4.00', 600],
    ['never opens: wrong direction', HELD, 'bid', '0.9900', '5.00', '0.00', 1000],
  ] as const)('%s', (_, held, side, price, count, filled, left) => {
    const rig = holding(held);
    const { status, body } = rig.create({ side, price, count, reduce_only: true });
    expect([status, body.fill_count, rig.position()]).toEqual([201, filled, left]);
  });

  test('what the cap took away is told as ReduceOnlyCancel', () => {
    const rig = holding();
    const { order_id } = rig.create({ side: 'ask', price: '0.0100', count: '15', reduce_only: true }).body;
    expect(rig.orderOf(order_id)).toMatchObject({
      status: 'canceled',
      filled: 1000,
      killed: 500,
      reason: 'ReduceOnlyCancel',
    });
  });

  test.each(['good_till_canceled', 'fill_or_kill'])('is refused with %s', (time_in_force) => {
    const answer = holding().create({ side: 'ask', price: '0.6500', time_in_force, reduce_only: true });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({
      code: 'invalid_order',
      message: 'reduce_only can only be used with IoC orders',
    });
  });

  test('with nothing to reduce it may also be refused', () => {
    const rig = new Rig({ readings: { nothingToReduce: 'refused' } });
    expect(errorCode(rig.create({ side: 'ask', price: '0.0100', reduce_only: true }))).toBe(
      '400 invalid_order',
    );
  });
});

describe('without reduce_only a position flips', () => {
  test('an ask beyond the YES held opens NO', () => {
    const rig = holding();
    rig.create({ side: 'ask', price: '0.6100', count: '15' });
    expect(rig.position()).toBe(-500);
    expect(rig.get('/portfolio/positions').market_positions[0]).toMatchObject({
      position_fp: '-5.00',
      market_exposure_dollars: '1.950000',
      realized_pnl_dollars: '0.500000',
    });
  });

  test('a resting take-profit flips a position that has gone meanwhile', () => {
    const rig = holding();
    const id = rig.rest({ side: 'ask', price: '0.6500', count: '10' });
    rig.act({ type: 'hand.trade', account: 'ann', ticker: GB, side: 'ask', price: 6100, count: 1000 });
    expect(rig.position()).toBe(0);
    rig.act({ type: 'crowd.take', orderId: id });
    expect(rig.position()).toBe(-1000);
  });

  test('two resting exits sell twice', () => {
    const rig = holding();
    for (const price of ['0.6400', '0.6500']) rig.rest({ side: 'ask', price, count: '10' });
    rig.act({ type: 'book.set', ticker: GB, bids: [[6600, 5000]], asks: [] });
    expect(rig.position()).toBe(-1000);
  });
});

describe('an own resting order in the way', () => {
  const quoted = (): Rig => {
    const rig = holding();
    rig.rest({ side: 'bid', price: '0.6100', count: '5' });
    return rig;
  };

  test('taker_at_cross ends the arriving order when its turn comes', () => {
    const rig = quoted();
    const { body } = rig.create({
      side: 'ask',
      price: '0.6000',
      count: '320',
      self_trade_prevention_type: 'taker_at_cross',
    });
    expect(body.fill_count).toBe('310.00');
    expect(rig.orderOf(body.order_id)).toMatchObject({ status: 'canceled', reason: 'SelfTradeCancel' });
    expect(rig.book()).toBe('bids 61:5 60:500 59:700 | asks 62:95 63:400');
  });

  test('maker cancels the resting one and goes on', () => {
    const rig = quoted();
    const { body } = rig.create({ side: 'ask', price: '0.6000', count: '320' });
    expect(body.fill_count).toBe('320.00');
    expect(rig.truth.accounts.ann!.orders.at(-2)).toMatchObject({
      status: 'canceled',
      reason: 'SelfTradeCancel',
    });
    expect(rig.book()).toBe('bids 60:490 59:700 | asks 62:95 63:400');
  });

  test('it does not count as volume for fill-or-kill', () => {
    const rig = quoted();
    const order = { side: 'ask', price: '0.6100', count: '312', time_in_force: 'fill_or_kill' };
    expect(errorCode(rig.create(order))).toBe('409 fill_or_kill_insufficient_resting_volume');
  });

  test('another account’s order is no own one', () => {
    const rig = new Rig();
    const id = rig.rest({ side: 'bid', price: '0.6200', count: '100' }, 'bob-key');
    rig.create({ side: 'ask', price: '0.6200', count: '5' });
    expect(rig.orderOf(id).filled).toBe(10_000);
    expect(rig.position('bob')).toBe(10_000);
    expect(rig.position('ann')).toBe(-500);
  });
});

describe('what is refused, and makes no order', () => {
  test.each([
    ['a price off the grid', { price: '0.6250' }, '400 invalid_order'],
    ['a price of 0', { price: '0.0000' }, '400 invalid_order'],
    ['a price of 1', { price: '1.0000' }, '400 invalid_order'],
    ['a price beyond 1', { price: '1.0100' }, '400 invalid_parameters'],
    ['a price as a number', { price: 0.62 }, '400 invalid_parameters'],
    ['a price with one decimal', { price: '0.6' }, '400 invalid_parameters'],
    ['a price with five', { price: '0.62000' }, '400 invalid_parameters'],
    ['no price: there are no market orders', { price: null }, '400 invalid_parameters'],
    ['no contracts', { count: '0.00' }, '400 invalid_order'],
    ['less than nothing', { count: '-1' }, '400 invalid_parameters'],
    ['finer than 0.01 contract', { count: '1.001' }, '400 invalid_parameters'],
    ['a count as a number', { count: 10 }, '400 invalid_parameters'],
    ['a legacy side', { side: 'yes' }, '400 invalid_parameters'],
    ['no time in force', { time_in_force: null }, '400 invalid_parameters'],
    ['the old gtc', { time_in_force: 'gtc' }, '400 invalid_parameters'],
    ['no self-trade prevention', { self_trade_prevention_type: null }, '400 invalid_parameters'],
    ['a field of V1', { action: 'sell' }, '400 invalid_parameters'],
    ['another field of V1', { sell_position_floor: 0 }, '400 invalid_parameters'],
    ['an id with a dot', { client_order_id: 'a.b' }, '400 invalid_parameters'],
    ['an id of 37 characters', { client_order_id: 'x'.repeat(37) }, '400 invalid_parameters'],
    ['post_only that cannot rest', { post_only: true }, '400 invalid_order'],
    ['an expiration of what does not rest', { expiration_time: 2_000_000_000 }, '400 invalid_order'],
    [
      'an expiration that is past',
      { expiration_time: 1, time_in_force: 'good_till_canceled' },
      '400 invalid_order',
    ],
    ['a market that is none', { ticker: 'KXNONE' }, '404 not_found'],
    ['a market of another shard', { exchange_index: 1 }, '404 not_found'],
    ['an order group', { order_group_id: 'g' }, '404 not_found'],
    ['a bid beyond the balance', { count: '1620', price: '0.6200' }, '400 available_balance_too_low'],
    ['an ask beyond it', { side: 'ask', count: '2600', price: '0.6100' }, '400 available_balance_too_low'],
  ] as const)('%s', (_, changes, expected) => {
    const rig = new Rig();
    expect(errorCode(rig.create(changes))).toBe(expected);
    expect(rig.truth.accounts.ann!.orders).toEqual([]);
    expect(rig.truth.writes).toMatchObject([{ outcome: 'refused' }]);
  });

  test.each([
    ['not JSON', 'count=10'],
    ['a list', '[]'],
    ['nothing', ''],
  ])('a body that is %s', (_, body) => {
    expect(errorCode(new Rig().send('POST', ORDERS, body))).toBe('400 invalid_parameters');
  });

  test('the price error can have a code of its own', () => {
    const rig = new Rig({ readings: { offGridCode: 'INVALID_PRICE' } });
    expect(errorCode(rig.create({ price: '0.6250' }))).toBe('400 INVALID_PRICE');
  });

  test('more than the open orders a user may have', () => {
    const rig = new Rig({ maxOpenOrders: 1 });
    rig.rest();
    expect(errorCode(rig.create())).toBe('400 too_many_open_orders');
  });

  test('closing needs no money', () => {
    const rig = new Rig({
      accounts: [{ account: 'ann', keys: [{ keyId: 'ann-key' }], balance: 0, holdings: [HELD] }],
    });
    expect(errorCode(rig.create({ count: '0.10' }))).toBe('400 available_balance_too_low');
    expect(rig.create({ side: 'ask', price: '0.6100', count: '10' }).body.fill_count).toBe('10.00');
  });
});

describe('client_order_id', () => {
  test('is spent by the first order, whatever becomes of it', () => {
    const rig = new Rig();
    const order = rig.order();
    expect(rig.send('POST', ORDERS, order).status).toBe(201);
    const again = rig.send('POST', ORDERS, order);
    expect(errorCode(again)).toBe('409 order_already_exists');
    expect(again.body).not.toHaveProperty('order_id');
    expect(rig.position()).toBe(1000);
    expect(rig.get(`/portfolio/orders?ticker=${GB}`).orders).toHaveLength(1);
  });

  test('belongs to its account', () => {
    const rig = new Rig();
    expect(rig.create({ client_order_id: 'same' }).status).toBe(201);
    expect(rig.create({ client_order_id: 'same' }, 'bob-key').status).toBe(201);
  });

  test('is not spent by a refusal', () => {
    const rig = new Rig();
    const order = rig.order({ price: '0.6250' });
    rig.send('POST', ORDERS, order);
    expect(rig.send('POST', ORDERS, { ...order, price: '0.6200' }).status).toBe(201);
  });

  test('may be left out', () => {
    const rig = new Rig();
    const { body } = rig.create({ client_order_id: null });
    expect(body).not.toHaveProperty('client_order_id');
    expect(rig.get(`/portfolio/orders/${body.order_id}`).order.client_order_id).toBe('');
  });

  test('could become free again once the order is over', () => {
    const rig = new Rig({ readings: { clientIdReusable: true } });
    const order = rig.order({ time_in_force: 'good_till_canceled', price: '0.5000' });
    const { order_id } = rig.send('POST', ORDERS, order).body;
    expect(errorCode(rig.send('POST', ORDERS, order))).toBe('409 order_already_exists');
    rig.cancel(order_id);
    expect(rig.send('POST', ORDERS, order).status).toBe(201);
  });
});

describe('money for resting orders', () => {
  test('is bound while they rest, and only for what they open', () => {
    const rig = holding();
    const balance = () => rig.get('/portfolio/balance').balance_dollars;
    expect(balance()).toBe('1000.000000');
    rig.rest({ side: 'ask', price: '0.6500', count: '10' });
    expect(balance()).toBe('1000.000000');
    const bid = rig.rest({ side: 'bid', price: '0.5000', count: '10' });
    expect(balance()).toBe('995.000000');
    rig.cancel(bid);
    expect(balance()).toBe('1000.000000');
  });

  test('what can no longer be paid for is cancelled, the newest first', () => {
    const rig = new Rig({
      accounts: [{ account: 'ann', keys: [{ keyId: 'ann-key' }], balance: 10_000_000 }],
    });
    const first = rig.rest({ price: '0.5000', count: '8' });
    const second = rig.rest({ price: '0.4000', count: '14' });
    rig.act({ type: 'account.moveCash', account: 'ann', change: -1_000_000 });
    rig.act({ type: 'hand.trade', account: 'ann', ticker: BTC, side: 'bid', price: 3000, count: 100 });
    expect([rig.orderOf(first).status, rig.orderOf(second)]).toMatchObject([
      'resting',
      { status: 'canceled', reason: 'MarginCancel' },
    ]);
  });
});

test('expiration_time cancels what still rests', () => {
  const rig = new Rig();
  const id = rig.rest({ expiration_time: START / 1000 + 60 });
  expect(rig.get(`/portfolio/orders/${id}`).order.expiration_time).toBe('2026-11-23T17:01:00Z');
  rig.wait(59_999);
  expect(rig.orderOf(id).status).toBe('resting');
  expect(rig.exchange.nextEventAt()).toBe(START + 60_000);
  rig.wait(1);
  expect(rig.orderOf(id)).toMatchObject({ status: 'canceled', reason: 'ExpiryCancel' });
});
