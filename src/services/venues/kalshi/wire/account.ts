import { z } from 'zod';
import type { EndpointCosts } from '../client/endpoint-costs.ts';
import type { Bucket, BucketLimit } from '../client/pacer.ts';
import { list, optionalInstant, optionalWord, orNull, rows, unixSeconds, word } from './numbers.ts';

const bucketLimit: z.ZodType<BucketLimit> = z
  .object({ refill_rate: z.number().positive(), bucket_capacity: z.number().positive() })
  .transform((wire) => ({ refillRate: wire.refill_rate, capacity: wire.bucket_capacity }));

export interface AccountLimits extends Record<Bucket, BucketLimit> {
  tier: string | null;
}

/** GET /account/limits. */
export const accountLimitsAnswer: z.ZodType<AccountLimits> = z
  .object({ usage_tier: optionalWord, read: bucketLimit, write: bucketLimit })
  .transform(({ usage_tier, read, write }) => ({ tier: usage_tier, read, write }));

const tokens = z.number().min(0);

/** GET /account/endpoint_costs. */
export const endpointCostsAnswer: z.ZodType<EndpointCosts> = z
  .object({
    default_cost: tokens,
    endpoint_costs: list(z.object({ method: word, path: word, cost: tokens })),
  })
  .transform((wire) => ({ defaultCost: wire.default_cost, endpoints: wire.endpoint_costs }));

export interface ApiKey {
  keyId: string;
  scopes: string[];
  /** The one subaccount the key is bound to; null when it is bound to none. */
  subaccount: number | null;
}

export interface ApiKeys {
  keys: ApiKey[];
  /** From then on (ms) keys can't trade sports, elections and entertainment; null when not said. */
  regionExpiresAt: number | null;
}

/** GET /api_keys. */
export const apiKeysAnswer: z.ZodType<ApiKeys> = z
  .object({
    api_keys: list(
      z.object({
        api_key_id: word,
        scopes: list(word),
        subaccount: z.int().min(0).nullish().transform(orNull),
      }),
    ),
    api_key_region_expiration_ts: unixSeconds.nullish().transform(orNull),
  })
  .transform((wire) => ({
    keys: wire.api_keys.map((key) => ({
      keyId: key.api_key_id,
      scopes: key.scopes,
      subaccount: key.subaccount,
    })),
    regionExpiresAt: wire.api_key_region_expiration_ts,
  }));

interface ShardStatus {
  exchangeActive: boolean;
  tradingActive: boolean;
}

/** The status of shard 0, and of each shard by its index where the exchange lists them. */
export interface ExchangeStatus extends ShardStatus {
  /** When an outage should end (ms); null when not said. */
  resumesAt: number | null;
  shards: ReadonlyMap<number, ShardStatus>;
}

const activity = { exchange_active: z.boolean(), trading_active: z.boolean() };

/** GET /exchange/status. */
export const exchangeStatusAnswer: z.ZodType<ExchangeStatus> = z
  .object({
    ...activity,
    exchange_estimated_resume_time: optionalInstant,
    exchange_index_statuses: rows(z.object({ ...activity, exchange_index: z.int().min(0) })).nullish(),
  })
  .transform((wire) => ({
    ...toShardStatus(wire),
    resumesAt: wire.exchange_estimated_resume_time,
    shards: new Map(
      (wire.exchange_index_statuses ?? []).map((shard) => [shard.exchange_index, toShardStatus(shard)]),
    ),
  }));

const toShardStatus = (wire: { exchange_active: boolean; trading_active: boolean }): ShardStatus => ({
  exchangeActive: wire.exchange_active,
  tradingActive: wire.trading_active,
});
