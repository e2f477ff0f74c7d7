/** An order's time runs from its commit: a restart goes on with what is left of it (SPEC 6, 7). */
import type { StoreWrite } from '../../../src/actors/ports.ts';
import type { Position } from '../../../src/domain/position.ts';
import type { Hour } from '../hour.ts';
import type { Invariant } from './invariants.ts';

export class Deadlines implements Invariant {
  readonly #hour: Hour;
  /** By client id; null: a pause has moved it. */
  readonly #deadlines = new Map<string, number | null>();

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  committed(writes: readonly StoreWrite[], to: 'database' | 'journal file'): void {
    if (to === 'database')
      for (const write of writes) if (write.kind === 'position') this.#position(write.position);
  }

  #position({ id, exit }: Position): void {
    if (!exit?.attempt) return;
    const { attempt, deadline, pausedLeft } = exit;
    const known = this.#deadlines.get(attempt.clientId);
    if (pausedLeft !== null) this.#deadlines.set(attempt.clientId, null);
    else if (known === undefined) this.#deadlines.set(attempt.clientId, deadline);
    else if (known !== null && known !== deadline)
      this.#hour.violate(
        'timers go on',
        `${id}: the time of ${attempt.clientId} ran to ${known}, then to ${deadline}`,
      );
  }
}
