/** What was decided is told once, whichever answer of the database was lost (SPEC 9, 14). */
import type { Hour } from '../hour.ts';
import type { Invariant } from './invariants.ts';

/** Of these each exit or order has one. */
const ONCE = ['exit.triggered', 'exit.ended', 'order.placed'];

export class Journal implements Invariant {
  readonly #hour: Hour;

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  async end(): Promise<void> {
    const told = new Set<string>();
    for (const { kind, exitId, at, summary } of await this.#hour.store.decisions({ limit: 1_000_000 })) {
      if (!ONCE.includes(kind)) continue;
      const line = `${kind} ${exitId} ${at} ${summary}`;
      if (told.has(line)) this.#hour.violate('told once', line);
      told.add(line);
    }
  }
}
