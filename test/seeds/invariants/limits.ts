/** An exit that takes a profit never offers it below its own threshold, and no walk goes below the book's floor (SPEC 6). */
import type { AttemptRecord, StoreWrite } from '../../../src/actors/ports.ts';
import { WHOLE } from '../../../src/domain/money.ts';
import type { Position, RunningExit } from '../../../src/domain/position.ts';
import type { Hour } from '../hour.ts';
import type { Invariant } from './invariants.ts';

export class Limits implements Invariant {
  readonly #hour: Hour;
  readonly #checked = new Set<string>();

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  committed(writes: readonly StoreWrite[]): void {
    for (const [i, write] of writes.entries()) {
      if (write.kind !== 'attempt' || this.#checked.has(write.attempt.clientId)) continue;
      this.#checked.add(write.attempt.clientId);
      // One batch may hold several steps of a position: each attempt stands before the row of its own.
      const row = writes
        .slice(i)
        .find((other) => other.kind === 'position' && other.position.id === write.attempt.positionId);
      if (row?.kind === 'position') this.#check(row.position, write.attempt);
    }
  }

  #check(position: Position, { clientId, limitPrice }: AttemptRecord): void {
    const { exit, cost, quantity } = position;
    if (!exit || limitPrice === null) return;
    const { bid, ask } = position;
    if (exit.step === 'walk' && bid !== null && ask !== null && limitPrice < bid - (ask - bid))
      this.#hour.violate(
        'never below its floor',
        `${clientId} at ${limitPrice} in a book of ${bid} and ${ask}`,
      );
    const gain = this.#gainOf(position, exit);
    if (gain !== null && limitPrice * quantity * WHOLE < cost * (WHOLE + gain))
      this.#hour.violate(
        'never below its floor',
        `${clientId} at ${limitPrice} is less than a gain of ${gain}`,
      );
  }

  /** The gain at which the exit triggered, where it is one that takes a profit. */
  #gainOf({ method: name, confidence }: Position, { reason, stage }: RunningExit): number | null {
    const method = this.#hour.scenario.methods.find((known) => known.name === name)!;
    if (reason === 'profit_target') return method.conditions.profit_target.targets[confidence];
    return stage === null ? null : method.partialExits.stages[stage]!.threshold;
  }
}
