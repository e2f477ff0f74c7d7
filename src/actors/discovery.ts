import type { DiscoveryMail, Part, Post } from './mail.ts';
import type { Clock, Store } from './ports.ts';

export interface DiscoveryOptions {
  store: Store;
  clock: Clock;
  post: Post;
  intervalMs: number;
  crash: (error: unknown) => void;
}

/**
 * Finds positions that came into the store by another way than ours, every 15 s and when asked (SPEC 2). They are read
 * by the ledger, behind all that waits to be written: a position that closes meanwhile does not come back.
 */
export class Discovery implements Part<DiscoveryMail> {
  readonly #options: DiscoveryOptions;
  readonly #known = new Set<string>();
  #timer: ReturnType<Clock['setTimeout']> | null = null;
  #stopped = false;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#schedule(options.intervalMs);
  }

  receive(mail: DiscoveryMail): void {
    if (mail.type === 'positions.wanted') this.#schedule(0);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    const { clock } = this.#options;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    const { store, post, intervalMs, crash } = this.#options;
    try {
      for (const id of await store.openPositionIds()) {
        if (this.#stopped) return;
        if (this.#known.has(id)) continue;
        this.#known.add(id);
        post('ledger', { type: 'position.read', positionId: id });
      }
    } catch (error) {
      if (!this.#stopped) crash(error);
      return;
    }
    if (!this.#stopped) this.#schedule(intervalMs);
  }
}
