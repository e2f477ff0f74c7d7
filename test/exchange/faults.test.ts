import { describe, expect, test } from 'vitest';
import type { ErrorBody } from '../../src/exchange/actions.ts';
import { errorCode, GB, type Json, ORDERS, Rig, START } from './rig.ts';

const CREATES = { method: 'POST', path: '/portfolio/events/orders$' };

describe('answers that are made up', () => {
  test.each<[string, ErrorBody, Json]>([
    [
      'nested',
      { envelope: 'nested', code: 'oops', message: 'm', details: 'd' },
      { error: { code: 'oops', message: 'm', details: 'd' } },
    ],
    ['flat', { envelope: 'flat', code: 'oops' }, { code: 'oops' }],
    ['text', { envelope: 'text', message: 'too many requests' }, { error: 'too many requests' }],
    ['empty', { envelope: 'empty' }, ''],
    ['raw', { envelope: 'raw', body: '<html>' }, '<html>'],
  ])('in the %s envelope, with any status', (_, error, body) => {
    const rig = new Rig();
    for (const status of [503, 200]) {
      rig.act({ type: 'fault.refuse', match: CREATES, status, error });
      expect(rig.create()).toMatchObject({ status, body });
    }
    expect(rig.truth.accounts.ann!.orders).toEqual([]);
    expect(rig.truth.writes).toMatchObject([
      { outcome: 'not_carried_out', answer: 'replaced' },
      { outcome: 'not_carried_out', answer: 'replaced' },
    ]);
    expect(rig.create().status).toBe(201);
  });

  test('although the request was carried out', () => {
    const rig = new Rig();
    rig.act({ type: 'fault.html', match: CREATES, status: 502, carryOut: true });
    const { status, text, headers } = rig.create();
    expect([status, headers['content-type'], text.startsWith('<html>')]).toEqual([502, 'text/html', true]);
    expect(rig.position()).toBe(1000);
    expect(rig.truth.writes).toMatchObject([{ outcome: 'accepted', answer: 'replaced', status: 201 }]);
  });

  test('a create answered 201 without its order_id', () => {
    const rig = new Rig();
    rig.act({ type: 'fault.trimAnswer', match: CREATES, fields: ['order_id'] });
    const { status, body } = rig.create();
    expect([status, Object.keys(body)]).toEqual([
      201,
      ['client_order_id', 'fill_count', 'remaining_count', 'average_fill_price', 'average_fee_paid', 'ts_ms'],
    ]);
    expect(rig.truth.writes[0]!.answer).toBe('replaced');
  });

  test('a storm of 429', () => {
    const rig = new Rig();
    rig.act({ type: 'fault.rateLimit', match: { times: 3 } });
    const statuses = [1, 2, 3, 4].map(() => rig.send('GET', '/portfolio/positions'));
    expect(statuses.map((answer) => answer.status)).toEqual([429, 429, 429, 200]);
    expect(statuses[0]!.text).toBe('{"error":"too many requests"}');
  });

  test('a cancel or amend that describes another order, although it did the right thing', () => {
    const rig = new Rig();
    const [other, id] = [rig.rest(), rig.rest()];
    rig.act({ type: 'fault.wobble', match: { times: 2 } });
    const amend = { ticker: GB, side: 'bid', price: '0.5000', count: '9' };
    expect(rig.send('POST', `${ORDERS}/${id}/amend`, amend).body).toMatchObject({
      order_id: other,
      client_order_id: 'order-1',
    });
    expect(rig.cancel(id).body).toMatchObject({ order_id: other, reduced_by: '9.00' });
    expect([id, other].map((name) => rig.orderOf(name).status)).toEqual(['canceled', 'resting']);
    expect(rig.cancel(other).body.order_id).toBe(other);
  });

  test('with no other order to describe it makes one up', () => {
    const rig = new Rig();
    const id = rig.rest();
    rig.act({ type: 'fault.wobble' });
    const { order_id, client_order_id } = rig.cancel(id).body;
    expect([order_id === id, client_order_id]).toEqual([false, 'somebody-elses']);
  });

  test('a single order that is not found for a while', () => {
    const rig = new Rig();
    const [id, other] = [rig.rest(), rig.rest()];
    rig.act({ type: 'fault.hideOrder', orderId: id, times: 2 });
    const statuses = [id, other, id, id].map((name) => rig.send('GET', `/portfolio/orders/${name}`).status);
    expect(statuses).toEqual([404, 200, 404, 200]);
    expect(rig.get('/portfolio/orders').orders).toHaveLength(2);
  });
});

describe('the network', () => {
  test('loses an answer: the order exists, and its id is spent', () => {
    const rig = new Rig();
    const order = rig.order();
    rig.act({ type: 'fault.dropAnswer', match: CREATES });
    expect(rig.reply('POST', ORDERS, order)).toEqual({ kind: 'dropped', delayMs: 0 });
    expect(rig.position()).toBe(1000);
    expect(errorCode(rig.send('POST', ORDERS, order))).toBe('409 order_already_exists');
    expect(rig.truth.writes).toMatchObject([
      { clientIds: ['order-1'], outcome: 'accepted', answer: 'dropped', carriedOutAt: START },
      { clientIds: ['order-1'], outcome: 'refused', answer: 'sent', code: 'order_already_exists' },
    ]);
  });

  test('loses a request: nothing happened', () => {
    const rig = new Rig();
    const order = rig.order();
    rig.act({ type: 'fault.dropRequest', match: CREATES });
    expect(rig.reply('POST', ORDERS, order)).toEqual({ kind: 'dropped', delayMs: 0 });
    expect(rig.truth.writes).toMatchObject([
      { outcome: 'not_carried_out', answer: 'dropped', status: null, carriedOutAt: null },
    ]);
    expect(rig.send('POST', ORDERS, order).status).toBe(201);
  });

  test('delivers a request late, when the sender has given up', () => {
    const rig = new Rig();
    const order = rig.order();
    rig.act({ type: 'fault.carryOutLate', match: CREATES, afterMs: 30_000 });
    expect(rig.reply('POST', ORDERS, order)).toEqual({ kind: 'dropped', delayMs: 0 });
    expect(rig.truth.writes).toMatchObject([{ outcome: 'pending', answer: 'dropped' }]);
    rig.wait(29_999);
    expect(rig.position()).toBe(0);
    expect(rig.exchange.nextEventAt()).toBe(START + 30_000);
    rig.wait(1);
    expect(rig.position()).toBe(1000);
    expect(rig.truth.writes).toMatchObject([{ outcome: 'accepted', carriedOutAt: START + 30_000 }]);
  });

  test('a late request whose id was spent meanwhile does nothing', () => {
    const rig = new Rig();
    const order = rig.order();
    rig.act({ type: 'fault.carryOutLate', match: CREATES, afterMs: 1000 });
    rig.reply('POST', ORDERS, order);
    rig.send('POST', ORDERS, order);
    rig.wait(1000);
    expect(rig.position()).toBe(1000);
    expect(rig.truth.writes).toMatchObject([{ outcome: 'refused', code: 'order_already_exists' }, {}]);
  });

  test('sends a request twice: the first is carried out, the second answered', () => {
    const rig = new Rig();
    rig.act({ type: 'fault.repeat', match: CREATES });
    expect(errorCode(rig.create())).toBe('409 order_already_exists');
    expect(rig.position()).toBe(1000);
    expect(rig.truth.writes).toMatchObject([{ outcome: 'accepted', answer: 'replaced' }]);
    expect(rig.create().status).toBe(201);
  });

  test('delivers late what the exchange does not even admit', () => {
    const rig = new Rig();
    rig.act({ type: 'fault.carryOutLate', match: CREATES, afterMs: 1000 });
    rig.reply('POST', ORDERS, rig.order(), 'eve-key');
    rig.wait(1000);
    expect(rig.truth.writes).toMatchObject([{ account: null, outcome: 'refused', status: 401 }]);
  });

  test('is slow: delays add up, and go with other faults', () => {
    const rig = new Rig();
    rig.act({ type: 'fault.delay', match: { times: 'always' }, delayMs: 700 });
    rig.act({ type: 'fault.delay', match: CREATES, delayMs: 300 });
    rig.act({ type: 'fault.dropAnswer', match: CREATES });
    expect(rig.reply('POST', ORDERS, rig.order())).toEqual({ kind: 'dropped', delayMs: 1000 });
    expect(rig.create()).toMatchObject({ status: 201, delayMs: 700 });
    expect(rig.truth.writes.map((write) => write.delayMs)).toEqual([1000, 700]);
  });
});

describe('which requests a fault meets', () => {
  const meets = (match: object, rig = new Rig()): number[] => {
    rig.act({
      type: 'fault.refuse',
      match: { times: 'always', ...match },
      status: 500,
      error: { envelope: 'empty' },
    });
    return [
      rig.create(),
      rig.create({ ticker: 'KXBTC-26NOV30-T100', price: '0.3200', count: '1' }),
      rig.send('GET', '/portfolio/orders?status=resting'),
      rig.send('GET', '/portfolio/orders', undefined, 'bob-key'),
    ].map((answer) => answer.status);
  };

  test.each([
    ['all', {}, [500, 500, 500, 500]],
    ['by method', { method: 'GET' }, [201, 201, 500, 500]],
    ['by path and query', { path: 'orders\\?status=resting$' }, [201, 201, 500, 200]],
    ['by body', { body: 'KXBTC' }, [201, 500, 200, 200]],
    ['by account', { account: 'bob' }, [201, 201, 200, 500]],
    ['after some', { skip: 2 }, [201, 201, 500, 500]],
    ['so often', { times: 2 }, [500, 500, 200, 200]],
    ['once, after some', { times: 1, skip: 1 }, [201, 500, 200, 200]],
  ] as const)('%s', (_, match, expected) => expect(meets(match)).toEqual(expected));

  test('the first that decides is used up, the others wait', () => {
    const rig = new Rig();
    rig.act({ type: 'fault.refuse', match: CREATES, status: 500, error: { envelope: 'empty' } });
    rig.act({ type: 'fault.refuse', match: CREATES, status: 503, error: { envelope: 'empty' } });
    expect([rig.create(), rig.create(), rig.create()].map(({ status }) => status)).toEqual([500, 503, 201]);
  });

  test('until it is disarmed', () => {
    const rig = new Rig();
    const arm = (status: number) =>
      rig.act({ type: 'fault.refuse', match: { times: 'always' }, status, error: { envelope: 'empty' } });
    const { faultId } = arm(500);
    arm(503);
    rig.act({ type: 'fault.clear', faultId: faultId! });
    expect(rig.create().status).toBe(503);
    rig.act({ type: 'fault.clear' });
    expect(rig.create().status).toBe(201);
  });
});

describe('an order fills while its cancel is under way', () => {
  test('all of it: the cancel finds nothing', () => {
    const rig = new Rig();
    const id = rig.rest({ side: 'ask', price: '0.9000' });
    rig.act({ type: 'fault.fillInFlight' });
    expect(errorCode(rig.cancel(id))).toBe('404 not_found');
    expect(rig.get(`/portfolio/orders/${id}`).order).toMatchObject({
      status: 'executed',
      fill_count_fp: '10.00',
    });
    expect(rig.get('/portfolio/fills').fills).toMatchObject([
      { order_id: id, is_taker: false, yes_price_dollars: '0.9000' },
    ]);
  });

  test('part of it: the cancel takes the rest', () => {
    const rig = new Rig();
    const id = rig.rest({ side: 'ask', price: '0.9000' });
    rig.act({ type: 'fault.fillInFlight', count: 300 });
    expect(rig.cancel(id).body.reduced_by).toBe('7.00');
    expect(rig.position()).toBe(-300);
  });

  test('in a batch as well', () => {
    const rig = new Rig();
    const ids = [rig.rest(), rig.rest()];
    rig.act({ type: 'fault.fillInFlight', count: 100 });
    const orders = ids.map((order_id) => ({ order_id }));
    const { body } = rig.send('DELETE', `${ORDERS}/batched`, { orders });
    expect(body.orders.map((order: Json) => order.reduced_by)).toEqual(['9.00', '9.00']);
  });
});

test('an action can be put off', () => {
  const rig = new Rig();
  rig.act({ type: 'later', at: START + 5000, action: { type: 'market.pause', ticker: GB } });
  rig.wait(4999);
  expect(rig.truth.markets[GB]!.status).toBe('active');
  rig.wait(1);
  expect(rig.truth.markets[GB]!.status).toBe('inactive');
});
