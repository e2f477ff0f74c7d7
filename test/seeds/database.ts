/** The database as processes reach it: it fails before or after a commit, is out of order, or answers nothing. */
import type { Store } from '../../src/actors/ports.ts';
import type { VirtualClock } from '../../src/services/clock.ts';
import type { MemoryStore } from '../../src/services/store/memory-store.ts';

const GIVEN_UP_MS = 30_000;

export class Database {
  /** Until it works again. */
  outage: 'refuses' | 'hangs' | null = null;
  /** What the next commit meets. */
  next: 'fails before' | 'fails after' | 'hangs after' | null = null;
  readonly #store: MemoryStore;
  readonly #clock: VirtualClock;

  constructor(store: MemoryStore, clock: VirtualClock) {
    this.#store = store;
    this.#clock = clock;
  }

  asReached(): Store {
    return new Proxy<Store>(this.#store, {
      get: (store, name) => {
        const member = Reflect.get(store, name, store) as unknown;
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => this.#answer(String(name), () => member.apply(store, args));
      },
    });
  }

  async #answer<T>(name: string, carryOut: () => Promise<T>): Promise<T> {
    if (this.outage === 'refuses') throw new Error('connection refused');
    if (this.outage === 'hangs') return this.#hang();
    const fault = name === 'commit' ? this.next : null;
    if (fault !== null) this.next = null;
    if (fault === 'fails before') throw new Error('connection reset before the commit');
    const value = await carryOut();
    if (fault === 'fails after') throw new Error('connection reset after the commit');
    return fault === 'hangs after' ? this.#hang() : value;
  }

  /** A connection that answers nothing is given up at last. */
  #hang(): Promise<never> {
    return new Promise((_, reject) => {
      this.#clock.setTimeout(() => reject(new Error('connection timed out')), GIVEN_UP_MS);
    });
  }
}
