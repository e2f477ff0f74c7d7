/** An order of ours that rests is looked after, or cancelled soon (SPEC 8). */
import { SECOND } from '../../support/domain-builders.ts';
import type { Hour } from '../hour.ts';
import type { Invariant } from './invariants.ts';
import { buys, isOurs } from './orders.ts';

/** A read of the account, its lag, and the cancel that follows. */
const SOON_MS = 100 * SECOND;

export class Owners implements Invariant {
  readonly #hour: Hour;
  readonly #since = new Map<string, number>();

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  after(): void {
    const hour = this.#hour;
    if (hour.calmMs() === 0 || !hour.life.postern) return this.#since.clear();
    const now = hour.clock.now();
    const resting = hour
      .books()
      .orders.filter((order) => order.status === 'resting' && isOurs(order) && !buys(order.clientId!));
    const owned = new Set(
      resting.length === 0
        ? []
        : hour.life.postern
            .watch()
            .positions()
            .flatMap(({ exit }) => exit?.attempt?.clientId ?? []),
    );
    for (const clientId of this.#since.keys())
      if (!resting.some((order) => order.clientId === clientId)) this.#since.delete(clientId);
    for (const { clientId } of resting) {
      if (owned.has(clientId!)) this.#since.delete(clientId!);
      else if (!this.#since.has(clientId!)) this.#since.set(clientId!, now);
      else if (now - this.#since.get(clientId!)! > SOON_MS)
        hour.violate('every order owned', `${clientId} rests and no exit owns it`);
    }
  }
}
