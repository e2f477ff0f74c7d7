/** Nothing is bought while a breaker or a person forbids it, nor beyond the limits, nor twice for one edge (SPEC 9, 11). */
import type { EntryAttemptRecord, StoreWrite } from '../../../src/actors/ports.ts';
import { mulDivFloor } from '../../../src/domain/money.ts';
import type { Position } from '../../../src/domain/position.ts';
import { SECOND } from '../../support/domain-builders.ts';
import { CASH, type Hour } from '../hour.ts';
import type { Life } from '../life.ts';
import type { Invariant } from './invariants.ts';

/** What was decided as a breaker tripped may still be written. */
const IN_FLIGHT_MS = 2 * SECOND;
/** A position that was stored so lately may not have been there when it was decided. */
const KNOWN_MS = 20 * SECOND;

export class Entries implements Invariant {
  readonly #hour: Hour;
  readonly #orders = new Map<string, Set<string>>();
  /** Since when breakers are tripped (ms), and whether the database knows: a machine's own file may be lost. */
  readonly #tripped = new Map<string, { since: number; isStored: boolean }>();
  /** Since when positions are stored as open (ms). */
  readonly #open = new Map<string, number>();
  readonly #recorded = new Map<string, EntryAttemptRecord>();

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  committed(writes: readonly StoreWrite[], to: 'database' | 'journal file'): void {
    for (const write of writes) {
      if (write.kind === 'breaker') {
        const { name, tripped } = write.breaker;
        const { since, isStored } = this.#tripped.get(name) ?? {
          since: this.#hour.clock.now(),
          isStored: false,
        };
        if (tripped) this.#tripped.set(name, { since, isStored: isStored || to === 'database' });
        else this.#tripped.delete(name);
      }
      if (write.kind === 'entry_attempt') {
        const isNew = !this.#recorded.has(write.attempt.clientId);
        this.#recorded.set(write.attempt.clientId, write.attempt);
        if (isNew) this.#order(write.attempt);
      }
      if (write.kind === 'position') this.#position(write.position);
    }
  }

  #order(attempt: EntryAttemptRecord): void {
    const hour = this.#hour;
    const { clientId, edgeId } = attempt;
    this.#checkCount(attempt);
    const orders = (this.#orders.get(edgeId) ?? new Set()).add(clientId);
    this.#orders.set(edgeId, orders);
    if (orders.size > 1) hour.violate('one order per edge', `edge ${edgeId} has ${[...orders].join()}`);
    const now = hour.clock.now();
    for (const [name, { since, isStored }] of this.#tripped)
      if (now - since > IN_FLIGHT_MS && (isStored || !hour.isJournalLost()))
        hour.violate('no entry against a breaker', `${clientId} while ${name} is tripped`);
    const { pausedSince } = hour;
    if (pausedSince !== null && now - pausedSince > IN_FLIGHT_MS)
      hour.violate('no entry against a pause', `${clientId} while entries are paused`);
  }

  #position({ id, phase }: Position): void {
    if (phase === 'closed') this.#open.delete(id);
    else if (!this.#open.has(id)) this.#open.set(id, this.#hour.clock.now());
  }

  /** What was known when it was decided, and every entry at work by then. */
  #checkCount({ clientId }: EntryAttemptRecord): void {
    const { clock, scenario } = this.#hour;
    const { maxOpenPositions } = scenario.config.entry;
    const known = [...this.#open].filter(([, since]) => clock.now() - since > KNOWN_MS).map(([id]) => id);
    const working = [...this.#recorded.values()].filter(
      (other) => other.clientId !== clientId && other.endedAt === null && !known.includes(other.edgeId),
    );
    const count = known.length + working.length + 1;
    if (count > maxOpenPositions)
      this.#hour.violate('within the limits', `${clientId} is number ${count} of ${maxOpenPositions}`);
  }

  sending(_: Life, method: string, body: string): void {
    if (method !== 'POST') return;
    const clientId = /"client_order_id":"([^"]+)"/.exec(body)?.[1];
    const attempt = clientId === undefined ? undefined : this.#recorded.get(clientId);
    if (attempt) this.#checkLimits(attempt);
  }

  /** What is held and rests, with this order, is within the shares of the cash. */
  #checkLimits({ clientId, limitPrice, quantity }: EntryAttemptRecord): void {
    const hour = this.#hour;
    const { maxDeployed } = hour.scenario.config.entry;
    const { positions } = hour.books();
    const cost = quantity * (limitPrice ?? 0);
    const held = Object.values(positions).reduce((sum, count) => sum + Math.abs(count) * 10_000, 0);
    const limit = mulDivFloor(CASH, maxDeployed, 1_000_000) + held;
    if (cost > limit) hour.violate('within the limits', `${clientId} costs ${cost} of ${limit}`);
  }
}
