/** Whoever fails or gives up says so (SPEC 6, 10). */
import type { StoreWrite } from '../../../src/actors/ports.ts';
import { SECOND } from '../../support/domain-builders.ts';
import type { Hour } from '../hour.ts';
import type { Invariant } from './invariants.ts';

const SOON_MS = 10 * SECOND;

export class Loudness implements Invariant {
  readonly #hour: Hour;
  readonly #open = new Set<string>();
  readonly #raised = new Set<string>();
  readonly #failed = new Set<string>();
  /** Positions that gave up and have not said so yet. */
  readonly #silent = new Map<string, number>();

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  committed(writes: readonly StoreWrite[]): void {
    for (const write of writes) {
      if (write.kind === 'alert') {
        const { key, resolvedAt, kind, positionId } = write.alert;
        if (resolvedAt === null) this.#open.add(key);
        else this.#open.delete(key);
        if (resolvedAt === null) this.#raised.add(`${kind} ${positionId}`);
      }
      if (write.kind === 'position') {
        const { id, phase } = write.position;
        if (phase === 'failed') this.#failed.add(id);
        else this.#failed.delete(id);
      }
    }
    for (const write of writes)
      if (write.kind === 'exit' && write.exit.status === 'gave_up') this.#gaveUp(write.exit.positionId);
  }

  #gaveUp(positionId: string): void {
    if (!this.#raised.has(`exit_gave_up ${positionId}`))
      this.#hour.violate('never silent', `an exit of ${positionId} gave up and no alert says so`);
  }

  after(): void {
    const now = this.#hour.clock.now();
    for (const id of this.#failed) {
      if (this.#open.has(`exit_failed:${id}`) || !this.#hour.life.isTrading) this.#silent.delete(id);
      else if (!this.#silent.has(id)) this.#silent.set(id, now);
      else if (now - this.#silent.get(id)! > SOON_MS)
        this.#hour.violate('never silent', `${id} is failed and no alert says so`);
    }
  }
}
