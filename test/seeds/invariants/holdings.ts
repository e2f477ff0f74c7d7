/** In good weather the open lots hold what the account holds (SPEC 8.6). */
import { remaining } from '../../../src/domain/position.ts';
import { MINUTE, SECOND } from '../../support/domain-builders.ts';
import type { Hour } from '../hour.ts';
import type { Invariant } from './invariants.ts';
import { Lasting } from './lasting.ts';
import { buys, isOurs } from './orders.ts';

const EVERY_MS = 5 * SECOND;
/** Two reads of the account, one a minute, and what an adoption or an order under way takes. */
const LONGEST_MS = 3 * MINUTE;

export class Holdings implements Invariant {
  readonly #hour: Hour;
  readonly #lasting = new Lasting();
  #lookedAt = 0;

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  after(): void {
    const hour = this.#hour;
    const now = hour.clock.now();
    if (now - this.#lookedAt < EVERY_MS) return;
    this.#lookedAt = now;
    if (hour.calmMs() === 0 || !hour.life.postern) return this.#lasting.clear();
    const lots = new Map<string, number>();
    for (const position of hour.life.postern.watch().positions()) {
      const sign = position.side === 'yes' ? 1 : -1;
      lots.set(position.market, (lots.get(position.market) ?? 0) + sign * remaining(position));
    }
    const { positions, orders } = hour.books();
    const buying = orders.filter(
      (order) => order.status === 'resting' && isOurs(order) && buys(order.clientId!),
    );
    for (const [ticker, { status }] of Object.entries(hour.truth().markets)) {
      const [ours, theirs] = [lots.get(ticker) ?? 0, positions[ticker] ?? 0];
      const differs =
        status === 'active' && ours !== theirs && !buying.some((order) => order.ticker === ticker);
      if (this.#lasting.note(ticker, differs, now) > LONGEST_MS)
        hour.violate('lots are what is held', `${ticker}: our lots hold ${ours}, the account ${theirs}`);
    }
  }
}
