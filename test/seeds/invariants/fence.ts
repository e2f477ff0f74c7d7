/** Nothing is sent before it is written, nor by a process whose lease is another's, nor on an old quote (SPEC 8). */
import type { AttemptRecord, StoreWrite } from '../../../src/actors/ports.ts';
import type { Position } from '../../../src/domain/position.ts';
import type { Hour } from '../hour.ts';
import type { Life } from '../life.ts';
import type { Invariant } from './invariants.ts';

export class Fence implements Invariant {
  readonly #hour: Hour;
  readonly #written = new Set<string>();
  readonly #positions = new Map<string, Position>();

  constructor(hour: Hour) {
    this.#hour = hour;
  }

  committed(writes: readonly StoreWrite[]): void {
    for (const write of writes) {
      if (write.kind === 'position') this.#positions.set(write.position.id, write.position);
      if (write.kind === 'entry_attempt') this.#written.add(write.attempt.clientId);
    }
    for (const write of writes) {
      if (write.kind !== 'attempt') continue;
      const { clientId, positionId, placedAt, status } = write.attempt;
      if (!this.#written.has(clientId) && status === 'recorded') {
        this.#checkQuote(positionId, placedAt);
        this.#checkFloor(write.attempt);
      }
      this.#written.add(clientId);
    }
  }

  #checkQuote(positionId: string, placedAt: number): void {
    const position = this.#positions.get(positionId);
    const { maxQuoteAgeMs } = this.#hour.scenario.methods[0]!;
    if (position?.quotedAt == null) return;
    const age = placedAt - position.quotedAt;
    if (age > maxQuoteAgeMs && position.exit?.step !== 'market')
      this.#hour.violate('no old quote', `${positionId} decided on a quote of ${age} ms ago`);
  }

  /** A profit is not walked away, and HIGH has a market floor (SPEC 6). */
  #checkFloor({ clientId, positionId, exitId, limitPrice }: AttemptRecord): void {
    const exit = this.#positions.get(positionId)?.exit;
    if (!exit || exit.id !== exitId || limitPrice === null) return;
    const floor = exit.step === 'market' ? exit.marketFloor : exit.walkFloor;
    if (floor !== null && limitPrice < floor)
      this.#hour.violate('never below its floor', `${clientId} at ${limitPrice}, the floor is ${floor}`);
  }

  sending(life: Life, method: string, body: string): void {
    const { hour } = { hour: this.#hour };
    if (life.epoch < Math.max(...[hour.life, ...hour.others].map(({ epoch }) => epoch)))
      hour.violate('one at a time', `process ${life.number} of epoch ${life.epoch} sends ${method} ${body}`);
    const clientId = /"client_order_id":"([^"]+)"/.exec(body)?.[1];
    if (method === 'POST' && clientId !== undefined && !this.#written.has(clientId))
      hour.violate('written ahead', `${clientId} is sent, and no disk knows it`);
  }
}
