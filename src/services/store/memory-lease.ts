import { type CommitStamp, LeaseLostError } from '../../actors/ports.ts';

/** The lease of a MemoryStore; the same rules as the `leases` row, on an injected clock. */
export class MemoryLease {
  readonly #now: () => number;
  #owner: string | null = null;
  #epoch = 0;
  #expiresAt = Number.NEGATIVE_INFINITY;
  #last: CommitStamp | null = null;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes the lease when it is free, expired or the owner's already. */
  acquire(owner: string, ttlMs: number): { epoch: number } | { owner: string; expiresInMs: number } {
    const now = this.#now();
    if (this.#owner !== null && this.#owner !== owner && this.#expiresAt > now) {
      return { owner: this.#owner, expiresInMs: this.#expiresAt - now };
    }
    this.#owner = owner;
    this.#epoch += 1;
    this.#expiresAt = now + ttlMs;
    return { epoch: this.#epoch };
  }

  renew(epoch: number, ttlMs: number): boolean {
    if (epoch !== this.#epoch) return false;
    this.#expiresAt = this.#now() + ttlMs;
    return true;
  }

  /** Frees the lease and fences off its epoch. */
  release(epoch: number): void {
    if (epoch !== this.#epoch) return;
    this.#owner = null;
    this.#epoch += 1;
  }

  /** Throws a LeaseLostError unless `epoch` is the lease's. */
  assertHeld(epoch: number): void {
    if (epoch === this.#epoch && this.#owner !== null) return;
    throw new LeaseLostError(`lease epoch ${epoch} is over: the lease is at epoch ${this.#epoch}`);
  }

  /** The last stamp committed; null before the first. */
  get lastStamp(): CommitStamp | null {
    return this.#last && { ...this.#last };
  }

  /** Whether a commit with this stamp was applied before. */
  hasApplied({ epoch, sequence }: CommitStamp): boolean {
    return this.#last !== null && this.#last.epoch === epoch && sequence <= this.#last.sequence;
  }

  noteApplied({ epoch, sequence }: CommitStamp): void {
    this.#last = { epoch, sequence };
  }
}
