/** The database as processes reach it: it fails before or after a commit, is out of order, or answers nothing. */
import type { Store } from '../../src/actors/ports.ts';
import type { MemoryStore } from '../../src/services/store/memory-store.ts';

export class Database {
  #outage: 'refuses' | 'hangs' | null = null;
  /** Ends the calls that hang. */
  readonly #hanging = new Set<() => void>();
  /** What the next commit meets. */
  next: 'fails before' | 'fails after' | 'hangs after' | null = null;
  readonly #store: MemoryStore;

  constructor(store: MemoryStore) {
    this.#store = store;
  }

  /** Until it works again; then what hung has failed. */
  set outage(outage: 'refuses' | 'hangs' | null) {
    this.#outage = outage;
    if (outage === null) this.endHanging();
  }

  get outage(): 'refuses' | 'hangs' | null {
    return this.#outage;
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
    if (this.#outage === 'refuses') throw new Error('connection refused');
    if (this.#outage === 'hangs') return this.#hang();
    const fault = name === 'commit' ? this.next : null;
    if (fault !== null) this.next = null;
    if (fault === 'fails before') throw new Error('connection reset before the commit');
    const value = await carryOut();
    if (fault === 'fails after') throw new Error('connection reset after the commit');
    return fault === 'hangs after' ? this.#hang() : value;
  }

  #hang(): Promise<never> {
    return new Promise((_, reject) => {
      this.#hanging.add(() => reject(new Error('connection timed out')));
    });
  }

  /** What hung has failed. */
  endHanging(): void {
    for (const end of this.#hanging) end();
    this.#hanging.clear();
  }
}
