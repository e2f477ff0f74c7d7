import type { Caller } from '../auth.ts';
import type { BucketSpec, Tier } from '../specs.ts';
import type { World } from '../world.ts';

export const DEFAULT_COST = 10;
export const CANCEL_COST = 2;

/** Tokens per second. */
const REFILL: Record<Tier, { read: number; write: number }> = {
  basic: { read: 200, write: 100 },
  advanced: { read: 300, write: 300 },
  expert: { read: 600, write: 600 },
  premier: { read: 1000, write: 1000 },
  paragon: { read: 2000, write: 2000 },
  prime: { read: 4000, write: 4000 },
  prestige: { read: 10_000, write: 8000 },
};

export type BucketKind = 'read' | 'write';

/** A tier's bucket: it holds a second's worth of tokens, write buckets above Basic two. */
export function bucketOf(tier: Tier, kind: BucketKind): BucketSpec {
  const refillRate = REFILL[tier][kind];
  return { refillRate, capacity: kind === 'write' && tier !== 'basic' ? 2 * refillRate : refillRate };
}

/** Takes `cost` tokens from a key's bucket, or none and false when they are not all there. Shards above 0 have their own. */
export function takeTokens(
  world: World,
  caller: Caller,
  kind: BucketKind,
  cost: number,
  shard: number,
  at: number,
): boolean {
  const { refillRate, capacity } = world.accounts[caller.account]!.limits[kind];
  const id = `${caller.keyId} ${kind} ${shard}`;
  const bucket = world.buckets[id] ?? { tokens: capacity, at };
  const tokens = Math.min(capacity, bucket.tokens + ((at - bucket.at) * refillRate) / 1000);
  const enough = tokens >= cost;
  world.buckets[id] = { tokens: enough ? tokens - cost : tokens, at };
  return enough;
}
