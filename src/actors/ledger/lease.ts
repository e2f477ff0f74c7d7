import type { Clock, Store } from '../ports.ts';

export interface LeaseOptions {
  store: Store;
  /** Real time, also where paper time runs faster. */
  clock: Clock;
  owner: string;
  ttlMs: number;
  /**
   * Nobody else can reach the store while this process lives, as with an embedded database, whose folder is locked: a
   * store that can't renew it does not end it, only one that says that it is another's.
   */
  exclusive: boolean;
  /** Another owner has it, or nobody could be asked for longer than it lives: nothing may be sent any more. */
  lost: (reason: string) => void;
}

/** Held by one daemon at a time (SPEC 8.7): renewed three times within its life, and valid only that long. */
export class Lease {
  readonly epoch: number;
  readonly #options: LeaseOptions;
  #validUntil: number;
  #timer: ReturnType<Clock['setTimeout']> | null = null;
  #released = false;
  #taken = false;

  private constructor(options: LeaseOptions, epoch: number, validUntil: number) {
    this.#options = options;
    this.epoch = epoch;
    this.#validUntil = validUntil;
    this.#scheduleRenewal();
  }

  /** Takes the lease, or says who has it and for how long. */
  static async take(options: LeaseOptions): Promise<Lease | { owner: string; expiresInMs: number }> {
    const askedAt = options.clock.now();
    const answer = await options.store.acquireLease(options.owner, options.ttlMs);
    return 'epoch' in answer ? new Lease(options, answer.epoch, askedAt + options.ttlMs) : answer;
  }

  /** Counted from when the last renewal was asked for, so that a slow answer never makes it longer. */
  get isValid(): boolean {
    if (this.#released || this.#taken) return false;
    return this.#options.exclusive || this.#options.clock.now() < this.#validUntil;
  }

  async release(): Promise<void> {
    this.#released = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
    await this.#options.store.releaseLease(this.epoch);
  }

  #scheduleRenewal(): void {
    const { clock, ttlMs } = this.#options;
    this.#timer = clock.setTimeout(() => void this.#renew(), ttlMs / 3);
  }

  async #renew(): Promise<void> {
    const { clock, store, ttlMs, lost } = this.#options;
    const askedAt = clock.now();
    try {
      const ours = await this.#inTime(store.renewLease(this.epoch, ttlMs));
      if (this.#released) return;
      if (!ours) {
        this.#taken = true;
        return lost('another daemon has taken the lease');
      }
      this.#validUntil = askedAt + ttlMs;
    } catch {
      if (this.#released) return;
      if (!this.isValid) return lost('the lease could not be renewed in its time');
    }
    this.#scheduleRenewal();
  }

  /** A store that never answers must not end the renewals: it counts as one that can't. */
  async #inTime(answer: Promise<boolean>): Promise<boolean> {
    const { clock, ttlMs } = this.#options;
    let timer: ReturnType<Clock['setTimeout']> | null = null;
    const silence = new Promise<never>((_, reject) => {
      timer = clock.setTimeout(() => reject(new Error('no answer')), ttlMs / 3);
    });
    try {
      return await Promise.race([answer, silence]);
    } finally {
      clock.clearTimeout(timer!);
    }
  }
}
