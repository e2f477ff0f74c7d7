import { type AttemptRecord, InvariantError, type OrderRecord } from '../../actors/ports.ts';
import type { Position } from '../../domain/position.ts';

const LIVE: readonly OrderRecord['status'][] = ['recorded', 'submitting', 'working', 'unknown'];

/** An order that the venue may still fill. */
export const isLive = (attempt: Pick<OrderRecord, 'status'>): boolean => LIVE.includes(attempt.status);

export const LIVE_STATUSES = [...LIVE];

type Held = Pick<Position, 'id' | 'quantity' | 'writtenOff'>;
type Order = Pick<AttemptRecord, 'attemptId' | 'clientId' | 'status' | 'quantity' | 'filled'>;
interface Trade {
  clientId: string;
  quantity: number;
}

/**
 * The first invariant (SPEC 6): all that live orders may still sell and all that was sold, plus what was written off,
 * stays within the position's quantity. A live attempt counts whole, an ended one with the larger of its own count and
 * its fills'. Throws an InvariantError with the numbers, in 0.01 contracts.
 */
export function assertWithinHeld(position: Held, attempts: Iterable<Order>, fills: Iterable<Trade>): void {
  const soldBy = byOrder(fills);

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

/**
 * The invariant of entries: no order of the edge bought more than it was for, what was bought belongs to an order, and
 * at most one order may still be filled. Throws an InvariantError with the numbers, in 0.01 contracts.
 */
export function assertEntryFits(edgeId: string, attempts: readonly Order[], fills: Iterable<Trade>): void {
  const boughtBy = byOrder(fills);

  for (const { attemptId, clientId, quantity, filled } of attempts) {
    const bought = Math.max(filled, boughtBy.get(clientId) ?? 0);
    if (bought > quantity)
      throw new InvariantError(`entry order ${attemptId} is for ${quantity} but ${bought} would be bought`);
    boughtBy.delete(clientId);
  }
  for (const [clientId, bought] of boughtBy)
    throw new InvariantError(`edge ${edgeId} bought ${bought} by order ${clientId}, which is not stored`);

  const live = attempts.filter(isLive);
  if (live.length > 1)
    throw new InvariantError(
      `edge ${edgeId} would have ${live.length} live orders: ${live.map(({ attemptId }) => attemptId).join(', ')}`,
    );
}

function byOrder(fills: Iterable<Trade>): Map<string, number> {
  const total = new Map<string, number>();
  for (const fill of fills) total.set(fill.clientId, (total.get(fill.clientId) ?? 0) + fill.quantity);
  return total;
}
