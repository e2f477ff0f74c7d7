import { describe, expect, test } from 'vitest';
import { BTC, errorCode, GB, type Json, ORDERS, Rig, START } from './rig.ts';

const BOOK = 'bids 61:310 60:500 59:700 | asks 62:95 63:400';

describe('cancel', () => {
  test('takes out what rests, and says how much', () => {
    const rig = new Rig();
    const id = rig.rest({ price: '0.6200', count: '100' });
    const { status, body } = rig.cancel(id);
    expect([status, body]).toEqual([
      200,
      { order_id: id, client_order_id: 'order-1', reduced_by: '5.00', ts_ms: START },
    ]);
    expect(rig.orderOf(id)).toMatchObject({ status: 'canceled', filled: 9500, killed: 500, remaining: 0 });
  });

  test('is 404 for what is over, unknown, or somebody else’s', () => {
    const rig = new Rig();
    const gone = rig.create().body.order_id;
    const foreign = rig.rest({}, 'bob-key');
    for (const id of [gone, foreign, 'nonsense']) expect(errorCode(rig.cancel(id))).toBe('404 not_found');
    expect(rig.orderOf(foreign).status).toBe('resting');
  });

  test.each([
    ['without a word of where', '', 404],
    ['by the market', `?market_ticker=${BTC}`, 200],
    ['by the shard', '?exchange_index=2', 200],
    ['on the wrong shard', '?exchange_index=3', 404],
    ['by a market of another shard', `?market_ticker=${GB}`, 404],
    ['by a market that is none', '?market_ticker=KXNONE', 404],
  ] as const)('on a shard above 0 is looked for %s', (_, query, status) => {
    const rig = new Rig();
    const id = rig.rest({ ticker: BTC, price: '0.2000' });
    expect(rig.cancel(id, query).status).toBe(status);
    expect(rig.orderOf(id).status).toBe(status === 200 ? 'canceled' : 'resting');
  });

  test('within a subaccount only', () => {
    const rig = new Rig();
    const id = rig.rest();
    expect(rig.cancel(id, `?market_ticker=${GB}&subaccount=1`).status).toBe(404);
    expect(rig.cancel(id, `?market_ticker=${GB}&subaccount=0`).status).toBe(200);
  });
});

describe('amend', () => {
  const amend = (rig: Rig, id: string, changes: Record<string, unknown>) => {
    const body = { ticker: GB, side: 'bid', price: '0.6100', count: '10.00', ...changes };
    return rig.send('POST', `${ORDERS}/${id}/amend`, body);
  };

  /** An order at 0.61 with ten contracts, four of them filled, and another trader's five behind it. */
  const resting = (): { rig: Rig; id: string } => {
    const rig = new Rig();
    rig.act({ type: 'book.set', ticker: GB, bids: [[6000, 1000]], asks: [[6200, 9500]] });
    const id = rig.rest({ price: '0.6100', count: '10' });
    rig.act({ type: 'crowd.place', ticker: GB, side: 'bid', price: 6100, count: 500 });
    rig.act({ type: 'crowd.take', orderId: id, count: 400 });
    return { rig, id };
  };

  const nextSold = (rig: Rig, id: string): number => {
    const before = rig.orderOf(id).filled;
    rig.create({ side: 'ask', price: '0.6100', count: '1' }, 'bob-key');
    return rig.orderOf(id).filled - before;
  };

  test('answers with the whole order', () => {
    const { rig, id } = resting();
    const { status, body } = amend(rig, id, { count: '9.00' });
    expect([status, body]).toEqual([
      200,
      {
        order_id: id,
        client_order_id: 'order-1',
        remaining_count: '5.00',
        fill_count: '4.00',
        average_fill_price: '0.6100',
        average_fee_paid: '0.000000',
        ts_ms: START,
      },
    ]);
  });

  test.each([
    ['a smaller size keeps its place', { count: '9.00' }, 100],
    ['the same again keeps its place', { count: '10.00' }, 100],
    ['a larger size goes to the back', { count: '11.00' }, 0],
  ] as const)('%s', (_, changes, sold) => {
    const { rig, id } = resting();
    amend(rig, id, changes);
    expect(nextSold(rig, id)).toBe(sold);
  });

  test('there and back again is the back of the queue', () => {
    const { rig, id } = resting();
    amend(rig, id, { price: '0.6000' });
    expect(rig.book()).toBe('bids 61:5 60:16 | asks 62:95');
    amend(rig, id, {});
    expect(nextSold(rig, id)).toBe(0);
  });

  test('a price that crosses trades at once', () => {
    const { rig, id } = resting();
    const { body } = amend(rig, id, { price: '0.6200', count: '104.00' });
    expect(body).toMatchObject({ fill_count: '99.00', remaining_count: '5.00' });
    expect(rig.book()).toBe('bids 62:5 61:5 60:10 | asks ');
    expect(rig.orderOf(id)).toMatchObject({ status: 'resting', filled: 9900, price: 6200 });
  });

  test('a post_only order whose new price crosses is cancelled', () => {
    const rig = new Rig();
    const id = rig.rest({ post_only: true });
    amend(rig, id, { price: '0.6200' });
    expect(rig.orderOf(id)).toMatchObject({ status: 'canceled', reason: 'PostOnlyCrossCancel', filled: 0 });
    expect(rig.book()).toBe(BOOK);
  });

  test('can give a new client id, which is spent then', () => {
    const { rig, id } = resting();
    expect(amend(rig, id, { client_order_id: 'order-1', updated_client_order_id: 'new' }).body).toMatchObject(
      { client_order_id: 'new' },
    );
    for (const client_order_id of ['order-1', 'new'])
      expect(errorCode(rig.create({ client_order_id }))).toBe('409 order_already_exists');
  });

  test.each([
    ['not above what is filled', { count: '4.00' }, '400 invalid_order_size'],
    ['another market', { ticker: BTC }, '404 not_found'],
    ['the other side', { side: 'ask' }, '400 order_side_mismatch'],
    ['another order’s id', { client_order_id: 'order-9' }, '400 order_id_and_client_order_id_mismatch'],
    ['off the grid', { price: '0.6150' }, '400 invalid_order'],
    ['beyond the balance', { count: '2000.00' }, '400 available_balance_too_low'],
    ['a number for a price', { price: 0.61 }, '400 invalid_parameters'],
    ['an id that is taken', { updated_client_order_id: 'taken' }, '409 order_already_exists'],
  ] as const)('refuses %s', (_, changes, expected) => {
    const { rig, id } = resting();
    rig.rest({ client_order_id: 'taken', count: '1' });
    const before = rig.orderOf(id);
    expect(errorCode(amend(rig, id, changes))).toBe(expected);
    expect(rig.orderOf(id)).toEqual(before);
  });

  test('a ticker of the same shard that is not the order’s', () => {
    const rig = new Rig();
    rig.act({ type: 'market.add', market: { ticker: 'KXNFLGAME-26NOV29-CHI', closeAt: START + 1e9 } });
    const answer = amend(rig, rig.rest(), { ticker: 'KXNFLGAME-26NOV29-CHI' });
    expect(errorCode(answer)).toBe('400 order_ticker_mismatch');
  });
});

describe('decrease', () => {
  const decrease = (rig: Rig, id: string, body: Record<string, unknown>) =>
    rig.send('POST', `${ORDERS}/${id}/decrease`, body);

  test.each([
    ['by so much', { reduce_by: '4.00' }, '6.00', 'resting'],
    ['to so much', { reduce_to: '4.00' }, '4.00', 'resting'],
    ['by all', { reduce_by: '10.00' }, '0.00', 'canceled'],
    ['by more than all', { reduce_by: '11.00' }, '0.00', 'canceled'],
    ['to nothing', { reduce_to: '0' }, '0.00', 'canceled'],
  ] as const)('%s', (_, body, remaining, status) => {
    const rig = new Rig();
    const id = rig.rest();
    const answer = decrease(rig, id, body);
    expect(answer.body).toEqual({
      order_id: id,
      client_order_id: 'order-1',
      remaining_count: remaining,
      ts_ms: START,
    });
    expect(rig.orderOf(id)).toMatchObject({ status, reason: 'Decrease' });
  });

  test.each([
    ['both', { reduce_by: '1', reduce_to: '1' }, '400 invalid_parameters'],
    ['neither', {}, '400 invalid_parameters'],
    ['to what there is', { reduce_to: '10' }, '400 invalid_order_size'],
    ['to more', { reduce_to: '11' }, '400 invalid_order_size'],
    ['by nothing', { reduce_by: '0' }, '400 invalid_order_size'],
  ] as const)('refuses %s', (_, body, expected) => {
    const rig = new Rig();
    expect(errorCode(decrease(rig, rig.rest(), body))).toBe(expected);
  });

  test('needs the market on a shard above 0, in its body', () => {
    const rig = new Rig();
    const id = rig.rest({ ticker: BTC, price: '0.2000' });
    expect(decrease(rig, id, { reduce_by: '1' }).status).toBe(404);
    expect(decrease(rig, id, { reduce_by: '1', market_ticker: BTC }).status).toBe(200);
    expect(decrease(rig, id, { reduce_by: '1', exchange_index: 2 }).status).toBe(200);
  });
});

describe('batches', () => {
  test('each order of a create stands alone', () => {
    const rig = new Rig();
    const orders = [rig.order(), rig.order({ price: '0.6250' }), rig.order({ count: '1' })];
    const { status, body } = rig.send('POST', `${ORDERS}/batched`, { orders });
    expect(status).toBe(201);
    expect(body.orders).toMatchObject([
      { client_order_id: 'order-1', fill_count: '10.00', remaining_count: '0.00' },
      { client_order_id: 'order-2', error: { code: 'invalid_order' } },
      { client_order_id: 'order-3', fill_count: '1.00' },
    ]);
    expect(rig.position()).toBe(1100);
  });

  test('a cancel takes a body, and cancels the named orders alone', () => {
    const rig = new Rig();
    const [first, second, third] = [rig.rest(), rig.rest(), rig.rest({ ticker: BTC, price: '0.2000' })];
    const orders = [{ order_id: first }, { order_id: 'nonsense' }, { order_id: third, market_ticker: BTC }];
    const { status, body } = rig.send('DELETE', `${ORDERS}/batched`, { orders });
    expect([status, body.orders]).toMatchObject([
      200,
      [
        { order_id: first, reduced_by: '10.00' },
        { order_id: 'nonsense', reduced_by: '0.00', error: { code: 'not_found' } },
        { order_id: third, reduced_by: '10.00' },
      ],
    ]);
    expect([first, second, third].map((id) => rig.orderOf(id).status)).toEqual([
      'canceled',
      'resting',
      'canceled',
    ]);
  });

  test('without orders is refused', () => {
    for (const method of ['POST', 'DELETE'])
      expect(errorCode(new Rig().send(method, `${ORDERS}/batched`, { orders: [] }))).toBe(
        '400 invalid_parameters',
      );
  });
});

describe('cancel everything', () => {
  test('on every shard, and for a minute after', () => {
    const rig = new Rig();
    const mine = [rig.rest(), rig.rest({ ticker: BTC, price: '0.2000' })];
    const foreign = rig.rest({}, 'bob-key');
    const { status, body } = rig.send('DELETE', ORDERS);
    expect([status, body.orders.map((order: Json) => order.order_id)]).toEqual([200, mine]);
    expect(rig.orderOf(foreign).status).toBe('resting');

    rig.wait(59_000);
    const early = rig.rest();
    expect(rig.orderOf(early).status).toBe('resting');
    rig.wait(2_000);
    const late = rig.rest();
    rig.wait(60_000);
    expect([early, late].map((id) => rig.orderOf(id).status)).toEqual(['canceled', 'resting']);
  });

  test('need not sweep what comes after', () => {
    const rig = new Rig({ readings: { cancelAllSweepsNew: false } });
    rig.send('DELETE', ORDERS);
    const id = rig.rest();
    rig.wait(60_000);
    expect(rig.orderOf(id).status).toBe('resting');
  });

  test('of one subaccount', () => {
    const rig = new Rig();
    rig.act({ type: 'account.moveCash', account: 'ann', subaccount: 3, change: 50_000_000 });
    const [main, sub] = [rig.rest(), rig.rest({ subaccount: 3 })];
    rig.send('DELETE', `${ORDERS}?subaccount=3`);
    expect([main, sub].map((id) => rig.orderOf(id).status)).toEqual(['resting', 'canceled']);
  });
});

describe('the dead endpoints of V1', () => {
  test.each([
    ['POST', '/portfolio/orders'],
    ['DELETE', '/portfolio/orders/some-id'],
    ['POST', '/portfolio/orders/some-id/amend'],
    ['POST', '/portfolio/orders/some-id/decrease'],
    ['POST', '/portfolio/orders/batched'],
    ['DELETE', '/portfolio/orders/batched'],
  ])('%s %s is an error in a 2xx', (method, path) => {
    const rig = new Rig();
    const body = {
      error: { code: 'deprecated_v1_order_endpoint', message: 'Please switch to the V2 endpoints' },
    };
    expect(rig.send(method, path, {})).toMatchObject({ status: 200, body });
    rig.act({ type: 'exchange.readings', readings: { deprecatedStatus: 410 } });
    expect(rig.send(method, path, {})).toMatchObject({ status: 410, body });
  });
});
