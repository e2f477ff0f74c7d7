import type { Position } from '../../domain/position.ts';

/** Longer than any trading day, where clocks are set back too. */
const KEPT_MS = 48 * 3_600_000;

/** Positions that closed in this life, for the account's day and against late reads; oldest first. */
export class ClosedPositions {
  readonly #closed: Position[] = [];

  /** Notes one that closed by `now` (ms), and forgets those of long ago. */
  note(position: Position, now: number): void {
    this.#closed.push(position);
    while (this.#closed[0]!.at < now - KEPT_MS) this.#closed.shift();
  }

  /** Whether this one closed. */
  has(positionId: string): boolean {
    return this.#closed.some(({ id }) => id === positionId);
  }

  /** Those that closed at or after `from` (ms). */
  since(from: number): Position[] {
    return this.#closed.filter(({ closedAt }) => closedAt !== null && closedAt >= from);
  }
}
