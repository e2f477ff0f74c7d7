/** In good weather every position is looked at, and something is always about to happen to it (SPEC 2, 7). */
import { MINUTE } from '../../support/domain-builders.ts';
import type { Hour } from '../hour.ts';
import type { Invariant } from './invariants.ts';

const LONGEST_MS = 3 * MINUTE;
/** A monitor that crashed too often rests for so long, which is alerted. */
const QUARANTINE_MS = 6 * MINUTE;

export class Watching implements Invariant {
  readonly #hour: Hour;
  /** Since when each position is known (ms). */
  readonly #known = new Map<string, number>();

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  after(): void {
    const hour = this.#hour;
    const longest = hour.probe.thrown > 0 ? QUARANTINE_MS : LONGEST_MS;
    if (hour.calmMs() < longest) return;
    const now = hour.clock.now();
    const watch = hour.life.postern!.watch();
    for (const { id, market, phase, quotedAt, awaitingSettlement } of watch.positions()) {
      if (!this.#known.has(id)) this.#known.set(id, now);
      if (phase === 'closed' || awaitingSettlement || now - this.#known.get(id)! < longest) continue;
      if (hour.truth().markets[market]!.status !== 'active') continue;
      // A position skips what can't matter to it: then the book is newer than its own last quote.
      const lookedAt = Math.max(quotedAt ?? 0, watch.view(id)?.book?.observedAt ?? 0);
      if (now - lookedAt > longest)
        hour.violate('never unwatched', `${id} was last looked at ${now - lookedAt} ms ago`);
    }
  }
}
