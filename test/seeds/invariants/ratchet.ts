/** A trailing stop never loosens and a peak never sinks, whatever restarts (SPEC 3). */
import type { StoreWrite } from '../../../src/actors/ports.ts';
import type { Position } from '../../../src/domain/position.ts';
import type { Hour } from '../hour.ts';
import type { Invariant } from './invariants.ts';

export class Ratchet implements Invariant {
  readonly #hour: Hour;
  readonly #highest = new Map<string, Pick<Position, 'peak' | 'trailingStop'>>();

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  committed(writes: readonly StoreWrite[], to: 'database' | 'journal file'): void {
    if (to === 'database')
      for (const write of writes) if (write.kind === 'position') this.#position(write.position);
  }

  #position({ id, peak, trailingStop }: Position): void {
    const before = this.#highest.get(id);
    this.#highest.set(id, { peak, trailingStop });
    if (!before) return;
    if ((peak ?? 0) < (before.peak ?? 0) || (trailingStop ?? 0) < (before.trailingStop ?? 0))
      this.#hour.violate(
        'stops never loosen',
        `${id}: peak ${before.peak}, stop ${before.trailingStop}, then ${peak} and ${trailingStop}`,
      );
  }
}
