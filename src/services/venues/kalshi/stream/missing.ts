import type { Clock, TimerHandle } from '../../../../actors/ports.ts';

/** What to do about a book that did not come: ask for it, then subscribe to it anew, and so on in turns. */
export type Remedy = 'get_snapshot' | 'resubscribe';

interface Wait {
  /** Remedies tried so far; 0 while the subscription's own snapshot is awaited. */
  tried: number;
  dueAt: number;
}

const ANSWER_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;

/** The books that are awaited, and when the next remedy for each is due: after 5 s twice, then 10, 20, 40, 60 s. */
export class MissingBooks {
  readonly #clock: Clock;
  readonly #due: (remedies: ReadonlyMap<string, Remedy>) => void;
  readonly #waits = new Map<string, Wait>();
  readonly #askedAt = new Map<string, number>();
  #timer: TimerHandle | null = null;

  constructor(clock: Clock, due: (remedies: ReadonlyMap<string, Remedy>) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  has(market: string): boolean {
    return this.#waits.has(market);
  }

  /** The subscription's own snapshots are awaited from now on; remedies that were in vain before still count. */
  await(markets: Iterable<string>): void {
    for (const market of markets) this.#wait(market, this.#waits.get(market)?.tried ?? 0);
    this.#arm();
  }

  /**
   * These books are lost: which of them to ask for at once. Not what was asked for in the last 5 s, else one bad
   * message after the other would make as many commands.
   */
  lose(markets: Iterable<string>): string[] {
    const now = this.#clock.now();
    const lost = [...markets].filter((market) => (this.#waits.get(market)?.tried ?? 0) === 0);
    const recent = (market: string) => now < this.#allowedAt(market);
    const ask = lost.filter((market) => !recent(market));
    const later = lost.filter((market) => recent(market) && !this.has(market));
    for (const market of ask) this.#try(market, 1);
    for (const market of later) this.#waits.set(market, { tried: 0, dueAt: this.#allowedAt(market) });
    if (ask.length + later.length > 0) this.#arm();
    return ask;
  }

  found(market: string): void {
    this.#waits.delete(market);
  }

  forget(market: string): void {
    this.#waits.delete(market);
    this.#askedAt.delete(market);
  }

  stop(): void {
    this.#waits.clear();
    this.#arm();
  }

  #allowedAt(market: string): number {
    return (this.#askedAt.get(market) ?? Number.NEGATIVE_INFINITY) + ANSWER_MS;
  }

  #try(market: string, tried: number): void {
    this.#askedAt.set(market, this.#clock.now());
    this.#wait(market, tried);
  }

  #wait(market: string, tried: number): void {
    const ms = Math.min(LONGEST_WAIT_MS, ANSWER_MS * 2 ** Math.max(0, tried - 2));
    this.#waits.set(market, { tried, dueAt: this.#clock.now() + ms });
  }

  #arm(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waits.size === 0) return;
    const next = Math.min(...[...this.#waits.values()].map((wait) => wait.dueAt));
    this.#timer = this.#clock.setTimeout(() => this.#fire(), Math.max(0, next - this.#clock.now()));
  }

  #fire(): void {
    this.#timer = null;
    const now = this.#clock.now();
    const remedies = new Map<string, Remedy>();
    for (const [market, { tried, dueAt }] of this.#waits) {
      if (dueAt > now) continue;
      remedies.set(market, tried % 2 === 0 ? 'get_snapshot' : 'resubscribe');
      this.#try(market, tried + 1);
    }
    this.#arm();
    if (remedies.size > 0) this.#due(remedies);
  }
}
