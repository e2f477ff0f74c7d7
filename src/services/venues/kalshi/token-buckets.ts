import type { Clock, TimerHandle } from '../../../actors/ports.ts';
import { costOf, type EndpointCosts, USUAL_COSTS } from './endpoint-costs.ts';

/** Who is served first. `reconcile` and `monitor` never touch a bucket's reserve. */
export const LANES = ['critical', 'high', 'medium', 'low', 'reconcile', 'monitor'] as const;
export type Lane = (typeof LANES)[number];
export type Bucket = 'read' | 'write';

export interface BucketLimit {
  /** Tokens per second. */
  refillRate: number;
  /** The most tokens it holds. */
  capacity: number;
}

export interface PacerOptions {
  clock: Clock;
  read?: BucketLimit;
  write?: BucketLimit;
  /** Share of each bucket, 0 to 1, kept from `reconcile` and `monitor`. */
  reserveShare?: number;
}

/** The lowest tier (FACTS section 11): right until the exchange was asked for the account's own. */
export const BASIC_LIMITS: Record<Bucket, BucketLimit> = {
  read: { refillRate: 200, capacity: 200 },
  write: { refillRate: 100, capacity: 100 },
};

const DEFAULT_RESERVE_SHARE = 0.3;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 8000;
/** Levels are counted in thousandths: what refills in a millisecond is then the rate itself, and exact. */
const MILLI = 1000;
const toMilli = (tokens: number): number => Math.round(tokens * MILLI);

interface Waiter {
  cost: number;
  lane: Lane;
  resolve: () => void;
  reject: (error: Error) => void;
}

interface BucketState {
  limit: BucketLimit;
  /** Thousandths of a token, as of `refilledAt`. */
  level: number;
  /** In the future while a pause lasts: nothing refills in a pause. */
  refilledAt: number;
  nextPauseMs: number;
  queues: Record<Lane, Waiter[]>;
}

/**
 * Keeps our calls within the exchange's two token buckets. Waiting calls are served by lane, then first come; a call
 * never overtakes one of a better lane, even if it is cheaper.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #reserveShare: number;
  readonly #buckets: Record<Bucket, BucketState>;
  #costs: EndpointCosts = USUAL_COSTS;
  #timer: { at: number; handle: TimerHandle } | null = null;
  #seenAt: number;
  #isClosed = false;

  constructor({ clock, read, write, reserveShare = DEFAULT_RESERVE_SHARE }: PacerOptions) {
    if (!(reserveShare >= 0 && reserveShare <= 1))
      throw new RangeError(`${reserveShare} is no share of 0 to 1`);
    this.#clock = clock;
    this.#reserveShare = reserveShare;
    this.#seenAt = clock.now();
    this.#buckets = {
      read: fullBucket(read ?? BASIC_LIMITS.read, this.#seenAt),
      write: fullBucket(write ?? BASIC_LIMITS.write, this.#seenAt),
    };
  }

  /** Resolves once `cost` tokens are taken. Rejects a cost that the lane could never be given, and after `close`. */
  acquire(bucket: Bucket, cost: number, lane: Lane): Promise<void> {
    const state = this.#buckets[bucket];
    if (this.#isClosed) return Promise.reject(new Error('calls are no longer paced: closed'));
    const refusal = this.#refuse(state.limit, cost, lane);
    if (refusal !== null) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      state.queues[lane].push({ cost, lane, resolve, reject });
      this.#serve();
    });
  }

  /** Tokens for one call by the exchange's table; `path` without the API's root. */
  costOf(method: string, path: string): number {
    return costOf(this.#costs, method, path);
  }

  /** Replaces the table of costs by the exchange's own. */
  setEndpointCosts(costs: EndpointCosts): void {
    for (const cost of [costs.defaultCost, ...costs.endpoints.map((endpoint) => endpoint.cost)])
      if (!(cost >= 0 && Number.isFinite(cost)))
        throw new RangeError(`a cost of ${cost} tokens makes no sense`);
    this.#costs = costs;
  }

  /** Replaces a bucket's limit by the account's own; waiting calls that it can never serve are rejected. */
  setLimit(bucket: Bucket, limit: BucketLimit): void {
    checkLimit(limit);
    this.#refill();
    const state = this.#buckets[bucket];
    state.limit = limit;
    state.level = Math.min(state.level, toMilli(limit.capacity));
    for (const lane of LANES) {
      const waiting = state.queues[lane];
      state.queues[lane] = waiting.filter(({ cost }) => this.#refuse(limit, cost, lane) === null);
      for (const { cost, reject } of waiting) {
        const refusal = this.#refuse(limit, cost, lane);
        if (refusal !== null) reject(refusal);
      }
    }
    this.#serve();
  }

  /**
   * A 429: the bucket is emptied and rests for 1 s, twice as long each time up to 8 s. Further 429s of calls that were
   * sent before the rest don't prolong it.
   */
  noteRateLimited(bucket: Bucket): void {
    this.#refill();
    const state = this.#buckets[bucket];
    state.level = 0;
    if (state.refilledAt > this.#seenAt) return;
    state.refilledAt = this.#seenAt + state.nextPauseMs;
    state.nextPauseMs = Math.min(state.nextPauseMs * 2, LONGEST_PAUSE_MS);
    this.#serve();
  }

  /** Any other answer: the next rest is 1 s again. */
  noteServed(bucket: Bucket): void {
    this.#buckets[bucket].nextPauseMs = FIRST_PAUSE_MS;
  }

  /** How many calls wait. */
  waiting(): number {
    return Object.values(this.#buckets)
      .flatMap((state) => Object.values(state.queues))
      .reduce((sum, queue) => sum + queue.length, 0);
  }

  /** Rejects all who wait and all who come. */
  close(): void {
    this.#isClosed = true;
    for (const { queues } of Object.values(this.#buckets))
      for (const lane of LANES)
        for (const waiter of queues[lane].splice(0))
          waiter.reject(new Error('calls are no longer paced: closed'));
    this.#setTimer(null);
  }

  #refuse({ capacity }: BucketLimit, cost: number, lane: Lane): RangeError | null {
    const most = toMilli(capacity) - this.#reserveFor(lane, capacity);
    if (cost >= 0 && toMilli(cost) <= most) return null;
    return new RangeError(
      `a call of ${cost} tokens can never be made: ${lane} calls have at most ${most / MILLI}`,
    );
  }

  /** In thousandths of a token, whole: sums of whole numbers compare exactly. */
  #reserveFor(lane: Lane, capacity: number): number {
    return lane === 'reconcile' || lane === 'monitor'
      ? Math.floor(toMilli(capacity) * this.#reserveShare)
      : 0;
  }

  #serve(): void {
    this.#refill();
    let next: number | null = null;
    for (const state of Object.values(this.#buckets)) {
      for (let waiter = firstOf(state); waiter !== null; waiter = firstOf(state)) {
        const { refillRate, capacity } = state.limit;
        const needed = toMilli(waiter.cost) + this.#reserveFor(waiter.lane, capacity);
        if (state.refilledAt > this.#seenAt || state.level < needed) {
          const missingMs = Math.max(0, Math.ceil((needed - state.level) / refillRate));
          const at = Math.max(state.refilledAt, this.#seenAt) + missingMs;
          next = next === null ? at : Math.min(next, at);
          break;
        }
        state.level -= toMilli(waiter.cost);
        state.queues[waiter.lane].shift();
        waiter.resolve();
      }
    }
    this.#setTimer(next);
  }

  /** Brings the levels up to now. A clock that was set back takes the buckets' times back with it. */
  #refill(): void {
    const now = this.#clock.now();
    const setBackMs = Math.max(0, this.#seenAt - now);
    this.#seenAt = now;
    for (const state of Object.values(this.#buckets)) {
      state.refilledAt -= setBackMs;
      const elapsedMs = now - state.refilledAt;
      if (elapsedMs <= 0) continue;
      const { refillRate, capacity } = state.limit;
      state.level = Math.min(state.level + elapsedMs * refillRate, toMilli(capacity));
      state.refilledAt = now;
    }
  }

  #setTimer(at: number | null): void {
    if (this.#timer?.at === at) return;
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer.handle);
    this.#timer = null;
    if (at === null) return;
    const handle = this.#clock.setTimeout(() => {
      this.#timer = null;
      this.#serve();
    }, at - this.#seenAt);
    this.#timer = { at, handle };
  }
}

function fullBucket(limit: BucketLimit, at: number): BucketState {
  checkLimit(limit);
  const queues = { critical: [], high: [], medium: [], low: [], reconcile: [], monitor: [] };
  return { limit, level: toMilli(limit.capacity), refilledAt: at, nextPauseMs: FIRST_PAUSE_MS, queues };
}

function checkLimit({ refillRate, capacity }: BucketLimit): void {
  for (const value of [refillRate, capacity])
    if (!(value > 0 && Number.isFinite(value)))
      throw new RangeError(`a bucket of ${value} tokens makes no sense`);
}

function firstOf(state: BucketState): Waiter | null {
  for (const lane of LANES) if (state.queues[lane][0] !== undefined) return state.queues[lane][0];
  return null;
}
