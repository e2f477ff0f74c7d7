/** Nothing is bought while a breaker or a person forbids it, nor beyond the limits, nor twice for one edge (SPEC 9, 11). */
import type { EntryAttemptRecord, StoreWrite } from '../../../src/actors/ports.ts';
import { mulDivFloor } from '../../../src/domain/money.ts';
import { SECOND } from '../../support/domain-builders.ts';
import { CASH, type Hour } from '../hour.ts';
import type { Life } from '../life.ts';
import type { Invariant } from './invariants.ts';

/** What was decided as a breaker tripped may still be written. */
const IN_FLIGHT_MS = 2 * SECOND;

export class Entries implements Invariant {
  readonly #hour: Hour;
  readonly #orders = new Map<string, Set<string>>();
  readonly #tripped = new Map<string, number>();
  readonly #recorded = new Map<string, EntryAttemptRecord>();

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  committed(writes: readonly StoreWrite[]): void {
    for (const write of writes) {
      if (write.kind === 'breaker') {
        const { name, tripped } = write.breaker;
        if (!tripped) this.#tripped.delete(name);
        else if (!this.#tripped.has(name)) this.#tripped.set(name, this.#hour.clock.now());
      }
      if (write.kind === 'entry_attempt' && !this.#recorded.has(write.attempt.clientId))
        this.#order(write.attempt);
    }
  }

  #order(attempt: EntryAttemptRecord): void {
    const hour = this.#hour;
    const { clientId, edgeId } = attempt;
    this.#recorded.set(clientId, attempt);
    const orders = (this.#orders.get(edgeId) ?? new Set()).add(clientId);
    this.#orders.set(edgeId, orders);
    if (orders.size > 1) hour.violate('one order per edge', `edge ${edgeId} has ${[...orders].join()}`);
    const now = hour.clock.now();
    for (const [name, since] of this.#tripped)
      if (now - since > IN_FLIGHT_MS)
        hour.violate('no entry against a breaker', `${clientId} while ${name} is tripped`);
    const { pausedSince } = hour;
    if (pausedSince !== null && now - pausedSince > IN_FLIGHT_MS)
      hour.violate('no entry against a pause', `${clientId} while entries are paused`);
  }

  sending(_: Life, method: string, body: string): void {
    if (method !== 'POST') return;
    const clientId = /"client_order_id":"([^"]+)"/.exec(body)?.[1];
    const attempt = clientId === undefined ? undefined : this.#recorded.get(clientId);
    if (attempt) this.#checkLimits(attempt);
  }

  /** What is held and rests, with this order, is within the shares of the cash. */
  #checkLimits({ clientId, limitPrice, quantity, market }: EntryAttemptRecord): void {
    const hour = this.#hour;
    const { maxDeployed, maxOpenPositions } = hour.scenario.config.entry;
    const { positions } = hour.books();
    const cost = quantity * (limitPrice ?? 0);
    const held = Object.values(positions).reduce((sum, count) => sum + Math.abs(count) * 10_000, 0);
    const limit = mulDivFloor(CASH, maxDeployed, 1_000_000) + held;
    if (cost > limit) hour.violate('within the limits', `${clientId} costs ${cost} of ${limit}`);
    const markets = new Set(Object.keys(positions).filter((ticker) => positions[ticker] !== 0));
    markets.add(market);
    if (
      markets.size >
      Math.max(maxOpenPositions, hour.scenario.plays.filter(({ kind }) => kind !== 'is bought').length + 1)
    )
      hour.violate(
        'within the limits',
        `${clientId} would be in market ${markets.size} of ${maxOpenPositions}`,
      );
  }
}
