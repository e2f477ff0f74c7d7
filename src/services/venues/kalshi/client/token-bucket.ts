export interface BucketLimit {
  /** Tokens per second. */
  refillRate: number;
  /** The most tokens it holds. */
  capacity: number;
}

const FIRST_REST_MS = 1000;
const LONGEST_REST_MS = 8000;
/** Levels are counted in thousandths: what refills in a millisecond is then the rate itself, and whole numbers compare exactly. */
const MILLI = 1000;

const toMilli = (tokens: number): number => Math.round(tokens * MILLI);

/** One token bucket, full at first; all times in ms and from one clock. */
export class TokenBucket {
  #limit: BucketLimit;
  #level: number;
  /** As of when the level is right; in the future during a rest, in which nothing refills. */
  #filledAt: number;
  #nextRestMs = FIRST_REST_MS;

  constructor(limit: BucketLimit, at: number) {
    this.#limit = checkLimit(limit);
    this.#level = toMilli(limit.capacity);
    this.#filledAt = at;
  }

  /** The most tokens that can be taken at once while `reserveShare` of the capacity stays. */
  most(reserveShare: number): number {
    return (toMilli(this.#limit.capacity) - this.#reserve(reserveShare)) / MILLI;
  }

  /** Takes `cost` tokens so that `reserveShare` of the capacity stays; null, or when that will be possible. */
  take(cost: number, reserveShare: number, at: number): number | null {
    this.#fill(at);
    const missing = toMilli(cost) + this.#reserve(reserveShare) - this.#level;
    if (this.#filledAt > at || missing > 0)
      return Math.max(this.#filledAt, at) + Math.max(0, Math.ceil(missing / this.#limit.refillRate));
    this.#level -= toMilli(cost);
    return null;
  }

  /** Empties the bucket for 1 s, twice as long each time up to 8 s; a rest that lasts is not prolonged. */
  rest(at: number): void {
    this.#fill(at);
    this.#level = 0;
    if (this.#filledAt > at) return;
    this.#filledAt = at + this.#nextRestMs;
    this.#nextRestMs = Math.min(this.#nextRestMs * 2, LONGEST_REST_MS);
  }

  /** The next rest is 1 s again. */
  forgetRests(): void {
    this.#nextRestMs = FIRST_REST_MS;
  }

  setLimit(limit: BucketLimit, at: number): void {
    checkLimit(limit);
    this.#fill(at);
    this.#limit = limit;
    this.#level = Math.min(this.#level, toMilli(limit.capacity));
  }

  /** The clock was set back by `ms`. */
  shiftBack(ms: number): void {
    this.#filledAt -= ms;
  }

  #fill(at: number): void {
    const elapsedMs = at - this.#filledAt;
    if (elapsedMs <= 0) return;
    const { refillRate, capacity } = this.#limit;
    this.#level = Math.min(this.#level + elapsedMs * refillRate, toMilli(capacity));
    this.#filledAt = at;
  }

  #reserve(share: number): number {
    return Math.floor(toMilli(this.#limit.capacity) * share);
  }
}

function checkLimit(limit: BucketLimit): BucketLimit {
  for (const value of [limit.refillRate, limit.capacity])
    if (!(value > 0 && Number.isFinite(value)))
      throw new RangeError(`a bucket of ${value} tokens makes no sense`);
  return limit;
}
