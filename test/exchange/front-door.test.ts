import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DAY, errorCode, GB, type Json, ORDERS, Rig, ROOT, START } from './rig.ts';

const pair = () => generateKeyPairSync('rsa', { modulusLength: 1024 });
const [own, other] = [pair(), pair()];
const publicKey = own.publicKey.export({ type: 'spki', format: 'pem' }).toString();

describe('signatures', () => {
  const signed = (): Rig =>
    new Rig({
      verifySignatures: true,
      accounts: [{ account: 'ann', keys: [{ keyId: 'ann-key', publicKey }], balance: 0 }],
    });

  const signature = (text: string, { key = own.privateKey, saltLength = 32 } = {}): string =>
    sign('sha256', Buffer.from(text), {
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength,
    }).toString('base64');

  const ask = (
    rig: Rig,
    headers: Record<string, string>,
    target = `${ROOT}/portfolio/balance?subaccount=0`,
  ) => {
    const reply = rig.exchange.handle({ method: 'GET', target, headers, body: '' }, rig.at);
    if (reply.kind === 'dropped') throw new Error('dropped');
    const { status, body } = reply.response;
    return `${status} ${JSON.parse(body).error?.details ?? ''}`.trim();
  };

  const headers = (changes: Record<string, string | undefined> = {}, at = START) => {
    const all = {
      'kalshi-access-key': 'ann-key',
      'kalshi-access-timestamp': String(at),
      'kalshi-access-signature': signature(`${at}GET${ROOT}/portfolio/balance`),
      ...changes,
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<
      string,
      string
    >;
  };

  test.each([
    ['timestamp + METHOD + path, without the query', {}, '200'],
    ['no key', { 'kalshi-access-key': undefined }, '401 MISSING_API_KEY'],
    ['an unknown key', { 'kalshi-access-key': 'eve' }, '401 API_KEY_NOT_FOUND'],
    ['no signature', { 'kalshi-access-signature': undefined }, '401 MISSING_SIGNATURE'],
    ['no timestamp', { 'kalshi-access-timestamp': undefined }, '401 MISSING_SIGNATURE'],
    ['a timestamp in words', { 'kalshi-access-timestamp': 'now' }, '401 INVALID_TIMESTAMP'],
    [
      'another timestamp',
      { 'kalshi-access-timestamp': String(START + 1) },
      '401 INCORRECT_API_KEY_SIGNATURE',
    ],
    [
      'the query signed too',
      { 'kalshi-access-signature': signature(`${START}GET${ROOT}/portfolio/balance?subaccount=0`) },
      '401 INCORRECT_API_KEY_SIGNATURE',
    ],
    [
      'the path without its root',
      { 'kalshi-access-signature': signature(`${START}GET/portfolio/balance`) },
      '401 INCORRECT_API_KEY_SIGNATURE',
    ],
    [
      'the method in lower case',
      { 'kalshi-access-signature': signature(`${START}get${ROOT}/portfolio/balance`) },
      '401 INCORRECT_API_KEY_SIGNATURE',
    ],
    [
      'another salt length',
      { 'kalshi-access-signature': signature(`${START}GET${ROOT}/portfolio/balance`, { saltLength: 20 }) },
      '401 INCORRECT_API_KEY_SIGNATURE',
    ],
    [
      'another person’s key',
      {
        'kalshi-access-signature': signature(`${START}GET${ROOT}/portfolio/balance`, {
          key: other.privateKey,
        }),
      },
      '401 INCORRECT_API_KEY_SIGNATURE',
    ],
    ['no signature at all', { 'kalshi-access-signature': 'nonsense' }, '401 INCORRECT_API_KEY_SIGNATURE'],
  ] as const)('%s', (_, changes, expected) => {
    expect(ask(signed(), headers(changes))).toBe(expected);
  });

  test.each([
    [-5001, '401 TIMESTAMP_EXPIRED'],
    [-5000, '200'],
    [5000, '200'],
    [5001, '401 TIMESTAMP_EXPIRED'],
  ])('a timestamp %i ms off', (off, expected) => {
    expect(ask(signed(), headers({}, START + off))).toBe(expected);
  });

  test('an exchange whose clock is ahead dates its answers so', () => {
    const rig = signed();
    rig.act({ type: 'exchange.clockOffset', offsetMs: 6000 });
    expect(ask(rig, headers())).toBe('401 TIMESTAMP_EXPIRED');
    expect(ask(rig, headers({}, START + 6000))).toBe('200');
    expect(rig.send('GET', '/exchange/status', undefined, null).headers.date).toBe(
      'Mon, 23 Nov 2026 17:00:06 GMT',
    );
  });

  test('public data needs none', () => {
    expect(ask(signed(), {}, `${ROOT}/markets/${GB}`)).toBe('200');
  });
});

describe('scopes', () => {
  const paths = [
    ['GET', '/portfolio/balance'],
    ['GET', '/portfolio/orders'],
    ['POST', ORDERS],
  ] as const;

  test.each([
    ['read and write::trade', ['read', 'write::trade'], [200, 200, 201]],
    ['everything', ['read', 'write'], [200, 200, 201]],
    ['read alone', ['read'], [200, 200, 403]],
    ['the balance alone', ['read::portfolio_balance'], [200, 403, 403]],
    ['trading alone', ['write::trade'], [403, 403, 201]],
    ['transfers alone', ['write::transfer'], [403, 403, 403]],
  ] as const)('%s', (_, scopes, expected) => {
    const rig = new Rig();
    rig.act({ type: 'account.setKey', keyId: 'ann-key', scopes });
    const body = rig.order();
    const statuses = paths.map(
      ([method, path]) => rig.send(method, path, method === 'POST' ? body : undefined).status,
    );
    expect(statuses).toEqual(expected);
    expect(rig.truth.accounts.ann!.orders).toHaveLength(expected[2] === 201 ? 1 : 0);
  });

  test('a key pinned to a subaccount reaches no other', () => {
    const rig = new Rig();
    rig.act({ type: 'account.moveCash', account: 'ann', subaccount: 7, change: 100_000_000 });
    rig.rest({ count: '1' });
    rig.act({ type: 'account.setKey', keyId: 'ann-key', subaccount: 7 });
    rig.create({ count: '1' });
    expect(rig.get('/portfolio/orders').orders).toMatchObject([{ subaccount_number: 7 }]);
    expect(rig.get('/portfolio/positions').market_positions).toHaveLength(1);
    expect(errorCode(rig.create({ subaccount: 0 }))).toBe('403 forbidden');
    expect(errorCode(rig.send('GET', '/portfolio/orders?subaccount=0'))).toBe('403 forbidden');
    expect(rig.get('/api_keys').api_keys).toMatchObject([{ subaccount: 7 }]);
    rig.act({ type: 'account.setKey', keyId: 'ann-key', subaccount: null });
    expect(rig.get('/portfolio/orders').orders).toHaveLength(2);
  });

  test('a revoked key is unknown', () => {
    const rig = new Rig();
    rig.act({ type: 'account.setKey', keyId: 'ann-key', revoked: true });
    expect(errorCode(rig.send('GET', '/portfolio/balance'))).toBe('401 authentication_error');
  });

  test('the keys are listed, with the date their region expires', () => {
    const rig = new Rig();
    rig.act({ type: 'account.regionExpiration', account: 'ann', expiresAt: START + DAY });
    expect(rig.get('/api_keys')).toEqual({
      api_keys: [{ api_key_id: 'ann-key', name: 'ann-key', scopes: ['read', 'write::trade'] }],
      api_key_region_expiration_ts: (START + DAY) / 1000,
    });
    expect(rig.create().status).toBe(201);
    rig.wait(DAY);
    expect(errorCode(rig.create())).toBe('403 api_key_region_expired');
    expect(rig.create({ ticker: 'KXBTC-26NOV30-T100', price: '0.3200', count: '1' }).status).toBe(201);
  });
});

describe('rate limits', () => {
  const answered = (send: () => { status: number }): number => {
    let count = 0;
    while (send().status !== 429) count++;
    return count;
  };

  test.each([
    ['basic', 20, 10],
    ['advanced', 30, 60],
    ['expert', 60, 120],
  ] as const)('%s', (tier, reads, writes) => {
    const rig = new Rig({
      accounts: [{ account: 'ann', keys: [{ keyId: 'ann-key' }], balance: 1_000_000_000, tier }],
    });
    expect(answered(() => rig.send('GET', '/portfolio/positions'))).toBe(reads);
    expect(answered(() => rig.create({ count: '0.01' }))).toBe(writes);
    rig.wait(1000);
    expect(rig.get('/account/limits')).toEqual({
      usage_tier: tier,
      read: { refill_rate: reads * 10, bucket_capacity: reads * 10 },
      write: { refill_rate: tier === 'basic' ? 100 : writes * 5, bucket_capacity: writes * 10 },
      grants: [],
    });
  });

  test('can be given per account', () => {
    const limits = { read: { refillRate: 10, capacity: 30 } };
    const rig = new Rig({
      accounts: [{ account: 'ann', keys: [{ keyId: 'ann-key' }], balance: 0, limits }],
    });
    expect(answered(() => rig.send('GET', '/portfolio/positions'))).toBe(3);
    rig.wait(1000);
    expect(rig.get('/account/limits')).toMatchObject({
      read: { refill_rate: 10, bucket_capacity: 30 },
      write: { refill_rate: 100, bucket_capacity: 100 },
    });
  });

  test('the answer is bare, and waiting helps', () => {
    const rig = new Rig();
    answered(() => rig.create({ count: '0.01' }));
    const { status, headers, text } = rig.create();
    expect([status, text, Object.keys(headers)]).toEqual([
      429,
      '{"error":"too many requests"}',
      ['date', 'content-type'],
    ]);
    rig.wait(99);
    expect(rig.create({ count: '0.01' }).status).toBe(429);
    rig.wait(1);
    expect(rig.create({ count: '0.01' }).status).toBe(201);
  });

  test('a cancel costs 2, a batch the sum, and it must fit whole', () => {
    const rig = new Rig();
    expect(answered(() => rig.cancel('nonsense'))).toBe(50);
    rig.wait(1000);
    const orders = Array.from({ length: 11 }, () => rig.order({ count: '0.01' }));
    expect(rig.send('POST', `${ORDERS}/batched`, { orders }).status).toBe(429);
    expect(rig.send('POST', `${ORDERS}/batched`, { orders: orders.slice(1) }).status).toBe(201);
    expect(rig.create().status).toBe(429);
    rig.wait(1000);
    const cancels = { orders: Array.from({ length: 40 }, () => ({ order_id: 'x' })) };
    expect(rig.send('DELETE', `${ORDERS}/batched`, cancels).status).toBe(200);
    expect(answered(() => rig.create({ count: '0.01' }))).toBe(2);
    expect(rig.get('/account/endpoint_costs')).toMatchObject({
      default_cost: 10,
      endpoint_costs: [
        { method: 'DELETE', path: `${ROOT}${ORDERS}/{order_id}`, cost: 2 },
        { method: 'DELETE', path: `${ROOT}${ORDERS}/batched`, cost: 2 },
      ],
    });
  });

  test('a write that names a shard above 0 has that shard’s bucket', () => {
    const rig = new Rig();
    answered(() => rig.create({ count: '0.01' }));
    const named = { ticker: 'KXBTC-26NOV30-T100', exchange_index: 2, count: '0.01', price: '0.3200' };
    expect(answered(() => rig.create(named))).toBe(10);
    rig.wait(1000);
    answered(() => rig.create(named));
    expect(answered(() => rig.create({ count: '0.01' }))).toBe(10);
  });

  test('each key has its own, and no key has none', () => {
    const rig = new Rig();
    answered(() => rig.send('GET', '/portfolio/positions'));
    expect(rig.send('GET', `/markets/${GB}`).status).toBe(429);
    expect(rig.send('GET', `/markets/${GB}`, undefined, null).status).toBe(200);
    expect(rig.send('GET', '/portfolio/positions', undefined, 'bob-key').status).toBe(200);
  });
});

test('what does not exist is 404', () => {
  const rig = new Rig();
  for (const [method, path] of [
    ['GET', '/nonsense'],
    ['PATCH', '/portfolio/orders'],
    ['GET', '/portfolio/orders/'],
  ] as const)
    expect(errorCode(rig.send(method, path))).toBe('404 not_found');
});

test('names that every object has are unknown names', () => {
  const rig = new Rig();
  for (const path of [
    '/markets/constructor',
    '/markets/constructor/orderbook',
    '/series/constructor',
    '/events/constructor',
    '/portfolio/orders/constructor',
    '/markets/%E0%A4%A',
  ])
    expect(errorCode(rig.send('GET', path))).toBe('404 not_found');
  expect(rig.get('/markets/orderbooks?tickers=constructor').orderbooks).toEqual([]);
  expect(errorCode(rig.create({ ticker: 'constructor' }))).toBe('404 not_found');
  expect(errorCode(rig.cancel('constructor', '?market_ticker=toString'))).toBe('404 not_found');
  expect(rig.create({ client_order_id: 'constructor' }).status).toBe(201);
});

test.each([
  '/portfolio/positions?subaccount=64',
  '/portfolio/positions?exchange_index=x',
  '/portfolio/positions?limit=0',
  '/portfolio/balance?subaccount=x',
  '/portfolio/orders?subaccount=64',
  '/portfolio/orders?min_ts=yesterday',
  '/portfolio/orders?max_ts=x',
  '/portfolio/fills?subaccount=64',
  '/portfolio/fills?min_ts=1.5',
  '/portfolio/fills?limit=1001',
  '/portfolio/settlements?subaccount=64',
  '/portfolio/settlements?max_ts=x',
  '/portfolio/settlements?cursor=x',
  '/markets?min_close_ts=x',
  '/markets?max_close_ts=x',
  '/markets?limit=0',
])('%s is refused', (path) => {
  expect(errorCode(new Rig().send('GET', path))).toBe('400 invalid_parameters');
});

test.each([
  ['DELETE', `${ORDERS}/x?subaccount=64`, undefined],
  ['DELETE', `${ORDERS}/x?exchange_index=x`, undefined],
  ['DELETE', `${ORDERS}?subaccount=64`, undefined],
  ['DELETE', `${ORDERS}/batched`, 'x'],
  ['POST', `${ORDERS}/batched`, { orders: [1] }],
  ['POST', `${ORDERS}/x/amend`, 'x'],
  ['POST', `${ORDERS}/x/decrease`, '[]'],
  ['POST', `${ORDERS}/x/decrease`, { reduce_by: 1 }],
  ['POST', ORDERS, { reduce_only: 'yes' }],
] as const)('%s %s is refused with a bad query or body', (method, path, body) => {
  expect(errorCode(new Rig().send(method, path, body))).toBe('400 invalid_parameters');
});

test('errors can come in the flat envelope', () => {
  const rig = new Rig({ readings: { envelope: 'flat' } });
  expect(rig.create({ price: '0.6250' }).body).toEqual({
    code: 'invalid_order',
    message: 'price is not on the price grid',
    details: 'INVALID_PRICE',
  } satisfies Json);
  expect(rig.truth.writes).toMatchObject([{ outcome: 'refused', code: 'invalid_order' }]);
});
