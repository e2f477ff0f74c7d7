import type { Clock, TimerHandle } from '../../../../actors/ports.ts';
import { costOf, type EndpointCosts, USUAL_COSTS } from './endpoint-costs.ts';
import { type BucketLimit, TokenBucket } from './token-bucket.ts';

export type { BucketLimit } from './token-bucket.ts';

/** Who is served first. `reconcile` and `monitor` never touch a bucket's reserve. */
export const LANES = ['critical', 'high', 'medium', 'low', 'reconcile', 'monitor'] as const;
export type Lane = (typeof LANES)[number];
export type Bucket = 'read' | 'write';

export interface PacerOptions {
  clock: Clock;
  read?: BucketLimit;
  write?: BucketLimit;
  /** Share of each bucket, 0 to 1, kept from `reconcile` and `monitor`. */
  reserveShare?: number;
}

/** The lowest tier (FACTS section 11): right until the exchange was asked for the account's own. */
const BASIC_LIMITS: Record<Bucket, BucketLimit> = {
  read: { refillRate: 200, capacity: 200 },
  write: { refillRate: 100, capacity: 100 },
};

const DEFAULT_RESERVE_SHARE = 0.3;

interface Waiter {
  cost: number;
  lane: Lane;
  resolve: () => void;
  reject: (error: Error) => void;
}

interface Counter {
  tokens: TokenBucket;
  queues: Record<Lane, Waiter[]>;
}

/**
 * Keeps our calls within the exchange's two token buckets. Waiting calls are served by lane, then first come; a call
 * never overtakes one of a better lane, even if it is cheaper.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #reserveShare: number;
  readonly #counters: Record<Bucket, Counter>;
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
    this.#counters = {
      read: newCounter(read ?? BASIC_LIMITS.read, this.#seenAt),
      write: newCounter(write ?? BASIC_LIMITS.write, this.#seenAt),
    };
  }

  /** Resolves once `cost` tokens are taken. Rejects a cost that the lane could never be given, and after `close`. */
  acquire(bucket: Bucket, cost: number, lane: Lane): Promise<void> {
    const { tokens, queues } = this.#counters[bucket];
    const refusal = this.#isClosed ? new Error(CLOSED) : this.#refuse(tokens, cost, lane);
    if (refusal !== null) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      queues[lane].push({ cost, lane, resolve, reject });
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
    const { tokens, queues } = this.#counters[bucket];
    tokens.setLimit(limit, this.#now());
    for (const lane of LANES) {
      for (const waiter of queues[lane].splice(0)) {
        const refusal = this.#refuse(tokens, waiter.cost, lane);
        if (refusal === null) queues[lane].push(waiter);
        else waiter.reject(refusal);
      }
    }
    this.#serve();
  }

  /**
   * A 429: the bucket is emptied and rests for 1 s, twice as long each time up to 8 s. Further 429s of calls that were
   * sent before the rest don't prolong it.
   */
  noteRateLimited(bucket: Bucket): void {
    this.#counters[bucket].tokens.rest(this.#now());
    this.#serve();
  }

  /** Any other answer: the next rest is 1 s again. */
  noteServed(bucket: Bucket): void {
    this.#counters[bucket].tokens.forgetRests();
  }

  /** How many calls wait. */
  waiting(): number {
    return Object.values(this.#counters)
      .flatMap(({ queues }) => Object.values(queues))
      .reduce((sum, queue) => sum + queue.length, 0);
  }

  /** Rejects all who wait and all who come. */
  close(): void {
    this.#isClosed = true;
    for (const { queues } of Object.values(this.#counters))
      for (const lane of LANES) for (const { reject } of queues[lane].splice(0)) reject(new Error(CLOSED));
    this.#setTimer(null);
  }

  #refuse(tokens: TokenBucket, cost: number, lane: Lane): RangeError | null {
    const most = tokens.most(this.#shareKeptFrom(lane));
    if (cost >= 0 && cost <= most) return null;
    return new RangeError(`a call of ${cost} tokens can never be made: ${lane} calls have at most ${most}`);
  }

  #shareKeptFrom(lane: Lane): number {
    return lane === 'reconcile' || lane === 'monitor' ? this.#reserveShare : 0;
  }

  #serve(): void {
    const now = this.#now();
    let next: number | null = null;
    for (const { tokens, queues } of Object.values(this.#counters)) {
      for (let waiter = firstOf(queues); waiter !== null; waiter = firstOf(queues)) {
        const at = tokens.take(waiter.cost, this.#shareKeptFrom(waiter.lane), now);
        if (at !== null) {
          next = next === null ? at : Math.min(next, at);
          break;
        }
        queues[waiter.lane].shift();
        waiter.resolve();
      }
    }
    this.#setTimer(next);
  }

  /** The time; a clock that was set back takes the buckets' times back with it, or nothing would refill meanwhile. */
  #now(): number {
    const now = this.#clock.now();
    if (now < this.#seenAt)
      for (const { tokens } of Object.values(this.#counters)) tokens.shiftBack(this.#seenAt - now);
    this.#seenAt = now;
    return now;
  }

  #setTimer(at: number | null): void {
    if (this.#timer?.at === at) return;
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer.handle);
    this.#timer = null;
    if (at === null) return;
    const serve = () => {
      this.#timer = null;
      this.#serve();
    };
    this.#timer = { at, handle: this.#clock.setTimeout(serve, at - this.#seenAt) };
  }
}

const CLOSED = 'calls are no longer paced: closed';

function newCounter(limit: BucketLimit, at: number): Counter {
  const queues = { critical: [], high: [], medium: [], low: [], reconcile: [], monitor: [] };
  return { tokens: new TokenBucket(limit, at), queues };
}

function firstOf(queues: Record<Lane, Waiter[]>): Waiter | null {
  for (const lane of LANES) if (queues[lane][0] !== undefined) return queues[lane][0];
  return null;
}
