import { type AttemptRecord, InvariantError } from '../../actors/ports.ts';
import type { Position } from '../../domain/position.ts';

const LIVE: readonly AttemptRecord['status'][] = ['recorded', 'submitting', 'working', 'unknown'];

/** An attempt that the venue may still fill. */
export const isLive = (attempt: Pick<AttemptRecord, 'status'>): boolean => LIVE.includes(attempt.status);

export const LIVE_STATUSES = [...LIVE];

type Held = Pick<Position, 'id' | 'quantity' | 'writtenOff'>;
type Order = Pick<AttemptRecord, 'attemptId' | 'clientId' | 'status' | 'quantity' | 'filled'>;
interface Sale {
  clientId: string;
  quantity: number;
}

/**
 * The first invariant (SPEC 6): all that live orders may still sell and all that was sold, plus what was written off,
 * stays within the position's quantity. A live attempt counts whole, an ended one with the larger of its own count and
 * its fills'. Throws an InvariantError with the numbers, in 0.01 contracts.
 */
export function assertWithinHeld(position: Held, attempts: Iterable<Order>, fills: Iterable<Sale>): void {
  const soldBy = new Map<string, number>();
  for (const fill of fills) soldBy.set(fill.clientId, (soldBy.get(fill.clientId) ?? 0) + fill.quantity);

  let committed = position.writtenOff;
  for (const attempt of attempts) {
    const sold = Math.max(attempt.filled, soldBy.get(attempt.clientId) ?? 0);
    committed += isLive(attempt) ? Math.max(attempt.quantity, sold) : sold;
    soldBy.delete(attempt.clientId);
  }
  for (const quantity of soldBy.values()) committed += quantity;

  if (committed > position.quantity) {
    throw new InvariantError(
      `position ${position.id} holds ${position.quantity} but ${committed} would be sold, live or written off`,
    );
  }
}
