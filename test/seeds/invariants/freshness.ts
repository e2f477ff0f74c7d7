/** Nothing is decided on an old quote, and no price leaves that is from one (SPEC 1, 6). */
import type { StoreWrite } from '../../../src/actors/ports.ts';
import type { Evaluation } from '../../../src/domain/evaluation.ts';
import type { Hour } from '../hour.ts';
import type { Life } from '../life.ts';
import type { Invariant } from './invariants.ts';

/** What is decided without a quote. */
const WITHOUT = ['operator', 'circuit_breaker', 'time_based_urgent'];

interface Recorded {
  process: number;
  skewMs: number;
  quotedAt: number;
}

export class Freshness implements Invariant {
  readonly #hour: Hour;
  readonly #exits = new Set<string>();
  readonly #recorded = new Map<string, Recorded>();
  readonly #sent = new Set<string>();

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  get #maxAgeMs(): number {
    return this.#hour.scenario.methods[0]!.maxQuoteAgeMs;
  }

  committed(writes: readonly StoreWrite[]): void {
    const { life, skewMs } = this.#hour;
    for (const write of writes) {
      if (write.kind !== 'position') continue;
      const { exit, quotedAt } = write.position;
      if (!exit) continue;
      if (!this.#exits.has(exit.id) && !WITHOUT.includes(exit.reason))
        this.#checkTrigger(exit, write.evaluation);
      this.#exits.add(exit.id);
      const clientId = exit.attempt?.clientId;
      if (clientId && quotedAt !== null && !this.#recorded.has(clientId))
        this.#recorded.set(clientId, { process: life.number, skewMs, quotedAt });
    }
  }

  /** The evaluation that the row carries may be a later one than what triggered. */
  #checkTrigger(
    { id, triggeredAt }: { id: string; triggeredAt: number },
    evaluation: Evaluation | null,
  ): void {
    if (evaluation?.at !== triggeredAt) return;
    const ageMs = evaluation.quote && evaluation.at - evaluation.quote.observedAt;
    if (ageMs === null || ageMs > this.#maxAgeMs)
      this.#hour.violate('no old quote', `${id} was triggered by a quote of ${ageMs} ms ago`);
  }

  /** The identical order that burns an id after a restart leaves at its old price. */
  sending(life: Life, method: string, body: string): void {
    const clientId = /"client_order_id":"([^"]+)"/.exec(body)?.[1];
    if (method !== 'POST' || clientId === undefined || this.#sent.has(clientId)) return;
    this.#sent.add(clientId);
    const recorded = this.#recorded.get(clientId);
    const { clock, skewMs } = this.#hour;
    if (!recorded || recorded.process !== life.number || recorded.skewMs !== skewMs) return;
    const ageMs = clock.now() + skewMs - recorded.quotedAt;
    if (ageMs > this.#maxAgeMs)
      this.#hour.violate('no old quote', `${clientId} is sent at a price of ${ageMs} ms ago`);
  }
}
