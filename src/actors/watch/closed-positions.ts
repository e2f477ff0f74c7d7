import type { Position } from '../../domain/position.ts';

/** Longer than any trading day, where clocks are set back too. */
const KEPT_MS = 48 * 3_600_000;

/** Positions that closed in this life, for the account's day; oldest first. */
export class ClosedPositions {
  readonly #closed: Position[] = [];

  /** Notes one that closed by `now` (ms), and forgets those of long ago. */
  note(position: Position, now: number): void {
    this.#closed.push(position);
    while (this.#closed[0]!.at < now - KEPT_MS) this.#closed.shift();
  }

  /** Those that closed at or after `from` (ms). */
  since(from: number): Position[] {
    return this.#closed.filter(({ closedAt }) => closedAt !== null && closedAt >= from);
  }
}
