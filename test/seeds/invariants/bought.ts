/** What an entry has bought is a position of its own, as large as its fills (SPEC 11). */
import type { StoreWrite } from '../../../src/actors/ports.ts';
import type { Hour } from '../hour.ts';
import { INSTANCE } from '../life.ts';
import type { Invariant } from './invariants.ts';
import { buys, isOurs } from './orders.ts';

export class Bought implements Invariant {
  readonly #hour: Hour;
  /** Entries whose statechart threw: what they bought is found in the account. */
  readonly #failed = new Set<string>();

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  committed(writes: readonly StoreWrite[]): void {
    for (const write of writes)
      if (write.kind === 'alert' && write.alert.kind === 'entry_failed')
        this.#failed.add(write.alert.positionId!);
  }

  async end(): Promise<void> {
    const hour = this.#hour;
    if (hour.isJournalLost()) return;
    for (const order of hour.books().orders) {
      if (!isOurs(order) || !buys(order.clientId!) || order.filled === 0) continue;
      const edgeId = order.clientId!.slice(`p${INSTANCE}-`.length, -'n1-1'.length);
      const position = await hour.store.position(edgeId);
      const quantity = position?.position.quantity ?? 0;
      if (quantity !== order.filled && !this.#failed.has(edgeId))
        hour.violate(
          'what is bought is watched',
          `${edgeId} bought ${order.filled}, its position has ${quantity}`,
        );
    }
  }
}
