import { describe, expect, test } from 'vitest';
import {
  accountLimitsAnswer,
  apiKeysAnswer,
  endpointCostsAnswer,
  exchangeStatusAnswer,
} from '../../../src/services/venues/kalshi/wire/account.ts';
import { issuesOf } from './wire-cases.ts';

describe('rate limits', () => {
  const LIMITS = {
    usage_tier: 'basic',
    read: { refill_rate: 200, bucket_capacity: 200 },
    write: { refill_rate: 100, bucket_capacity: 200, brand_new: 1 },
    grants: [],
  };

  test('are read', () =>
    expect(accountLimitsAnswer.parse(LIMITS)).toEqual({
      tier: 'basic',
      read: { refillRate: 200, capacity: 200 },
      write: { refillRate: 100, capacity: 200 },
    }));

  test.each([undefined, null, 0, -1, '200', Number.NaN, Number.POSITIVE_INFINITY])(
    'a rate of %j is refused',
    (value) => {
      const write = { ...LIMITS.write, refill_rate: value };
      expect(issuesOf(accountLimitsAnswer, { ...LIMITS, write })).toContain('write.refill_rate: ');
      const read = { ...LIMITS.read, bucket_capacity: value };
      expect(issuesOf(accountLimitsAnswer, { ...LIMITS, read })).toContain('read.bucket_capacity: ');
    },
  );
});

test('costs of calls', () => {
  const COST = { method: 'DELETE', path: '/portfolio/events/orders/{order_id}', cost: 2 };
  expect(endpointCostsAnswer.parse({ default_cost: 10, endpoint_costs: [{ ...COST, odd: 1 }] })).toEqual({
    defaultCost: 10,
    endpoints: [COST],
  });
  expect(endpointCostsAnswer.parse({ default_cost: 10, endpoint_costs: null }).endpoints).toEqual([]);
  expect(issuesOf(endpointCostsAnswer, { endpoint_costs: [] })).toContain('default_cost: ');
  expect(
    issuesOf(endpointCostsAnswer, { default_cost: 10, endpoint_costs: [{ ...COST, cost: -1 }] }),
  ).toContain('endpoint_costs.0.cost: ');
});

test('keys, and when they lose their region', () => {
  const KEY = { api_key_id: 'a952', name: 'exits', scopes: ['read', 'write::trade', 'brand::new'] };
  expect(
    apiKeysAnswer.parse({
      api_keys: [KEY, { ...KEY, subaccount: 3 }],
      api_key_region_expiration_ts: 1_795_332_000,
    }),
  ).toEqual({
    keys: [
      { keyId: 'a952', scopes: KEY.scopes, subaccount: null },
      { keyId: 'a952', scopes: KEY.scopes, subaccount: 3 },
    ],
    regionExpiresAt: 1_795_332_000_000,
  });
  expect(apiKeysAnswer.parse({ api_keys: [] })).toEqual({ keys: [], regionExpiresAt: null });
  expect(issuesOf(apiKeysAnswer, { api_keys: [{ name: 'x', scopes: [] }] })).toContain(
    'api_keys.0.api_key_id: ',
  );
});

describe('the exchange', () => {
  const ACTIVE = { exchange_active: true, trading_active: true };

  test('says how it is, and each shard', () => {
    const shard = { exchange_index: 2, description: 'crypto', exchange_active: true, trading_active: false };
    expect(
      exchangeStatusAnswer.parse({
        ...ACTIVE,
        exchange_estimated_resume_time: '2026-11-22T12:00:00Z',
        exchange_index_statuses: [shard],
      }),
    ).toEqual({
      exchangeActive: true,
      tradingActive: true,
      resumesAt: Date.UTC(2026, 10, 22, 12),
      shards: new Map([[2, { exchangeActive: true, tradingActive: false }]]),
    });
  });

  test('need not list its shards', () =>
    expect(exchangeStatusAnswer.parse(ACTIVE)).toEqual({
      exchangeActive: true,
      tradingActive: true,
      resumesAt: null,
      shards: new Map(),
    }));

  test('must say whether it trades', () =>
    expect(issuesOf(exchangeStatusAnswer, { exchange_active: true })).toContain('trading_active: '));
});
