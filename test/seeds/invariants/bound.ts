/** In good weather a CRITICAL exit sells, or fails and says so, within its bound wherever there are bids (SPEC 6). */
import { MINUTE } from '../../support/domain-builders.ts';
import type { Hour } from '../hour.ts';
import type { Invariant } from './invariants.ts';

const BOUND_MS = 2 * MINUTE;

export class Bound implements Invariant {
  readonly #hour: Hour;
  /** Since when nothing stands in a position's way (ms). */
  readonly #since = new Map<string, number>();

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  after(): void {
    const hour = this.#hour;
    if (hour.calmMs() === 0 || !hour.life.postern) return this.#since.clear();
    const now = hour.clock.now();
    for (const { id, market, side, phase, exit, awaitingSettlement } of hour.life.postern
      .watch()
      .positions()) {
      const isCritical = exit?.priority === 'CRITICAL' && phase !== 'closed' && phase !== 'failed';
      if (!isCritical || awaitingSettlement || !this.#canSell(market, side)) this.#since.delete(id);
      else if (!this.#since.has(id)) this.#since.set(id, now);
      else if (now - this.#since.get(id)! > BOUND_MS)
        hour.violate('CRITICAL within its bound', `${id} is ${phase} for ${exit.reason} and has not sold`);
    }
  }

  #canSell(market: string, side: 'yes' | 'no'): boolean {
    const { status, ...top } = this.#hour.truth().markets[market]!;
    const bid = side === 'yes' ? top.bid : top.ask;
    return status === 'active' && bid != null;
  }
}
