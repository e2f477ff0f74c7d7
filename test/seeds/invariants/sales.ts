/** A position never says that more was sold than the exchange filled of its own orders, nor than it had (SPEC 6). */
import type { StoreWrite } from '../../../src/actors/ports.ts';
import type { Position } from '../../../src/domain/position.ts';
import type { Hour } from '../hour.ts';
import { INSTANCE } from '../life.ts';
import type { Invariant } from './invariants.ts';

export class Sales implements Invariant {
  readonly #hour: Hour;
  readonly #sold = new Map<string, number>();

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  committed(writes: readonly StoreWrite[]): void {
    for (const write of writes) if (write.kind === 'position') this.#position(write.position);
  }

  #position({ id, sold, writtenOff, quantity }: Position): void {
    if (this.#sold.get(id) === sold) return;
    this.#sold.set(id, sold);
    const filled = this.#filledOf(id);
    if (sold > filled || sold + writtenOff > quantity)
      this.#hour.violate(
        'sales are fills',
        `${id} says ${sold} of ${quantity} are sold, the exchange ${filled}`,
      );
  }

  #filledOf(positionId: string): number {
    const prefix = `p${INSTANCE}-${positionId}x`;
    return this.#hour
      .books()
      .orders.filter(({ clientId }) => clientId?.startsWith(prefix))
      .reduce((sum, { filled }) => sum + filled, 0);
  }
}
