import type { Position } from '../../domain/position.ts';
import type { PositionEvent } from '../../machines/position-events.ts';
import type { AlertMail } from '../mail.ts';
import { heldUpText } from './alert-texts.ts';

/** After so long of nothing but refusals it is said that an exit comes to nothing (ms). */
const HELD_UP_MS = 60_000;

type OrderOver = Extract<PositionEvent, { type: 'order.over' }>;

/** Orders of one exit that were refused in a row: what is tried again for ever must not be silent for ever. */
export class Refusals {
  #since: number | null = null;
  #isRaised = false;
  /** An earlier life may have raised it. */
  #isUnknown = true;

  /** What to say now that an order is over; null: nothing. */
  note(position: Position, { status, code }: OrderOver, at: number): AlertMail | null {
    if (status !== 'rejected' || code === null) return this.end(position)[0] ?? null;
    this.#since ??= at;
    const forMs = at - this.#since;
    if (this.#isRaised || forMs < HELD_UP_MS) return null;
    this.#isRaised = true;
    const { id, exit } = position;
    const isUrgent = exit?.priority === 'CRITICAL' || exit?.priority === 'HIGH';
    return {
      ...{ type: 'alert.raise', key: keyOf(id), kind: 'exit_held_up', positionId: id, at },
      severity: isUrgent ? 'critical' : 'warning',
      text: heldUpText(position, code, forMs),
    };
  }

  /** An order reached the venue, or the exit is over. */
  end({ id, at }: Position): AlertMail[] {
    const wasRaised = this.#isRaised || this.#isUnknown;
    this.#isUnknown = false;
    this.#since = null;
    this.#isRaised = false;
    return wasRaised ? [{ type: 'alert.resolve', key: keyOf(id), at }] : [];
  }
}

const keyOf = (id: string): string => `exit_held_up:${id}`;
