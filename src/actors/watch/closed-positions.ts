import type { Price } from '../../domain/money.ts';
import type { Position } from '../../domain/position.ts';

/** Longer than any trading day, where clocks are set back too. */
const KEPT_MS = 48 * 3_600_000;

/** Positions that closed in this life, for the account's day and against late reads; oldest first. */
export class ClosedPositions {
  readonly #closed: { position: Position; firstMark: Price | null }[] = [];

  /** Notes one that closed by `now` (ms), with its first mark under watch, and forgets those of long ago. */
  note(position: Position, firstMark: Price | null, now: number): void {
    this.#closed.push({ position, firstMark });
    while (this.#closed[0]!.position.at < now - KEPT_MS) this.#closed.shift();
  }

  /** Whether this one closed. */
  has(positionId: string): boolean {
    return this.#closed.some(({ position }) => position.id === positionId);
  }

  /** Those that closed at or after `from` (ms). */
  since(from: number): Position[] {
    return this.#closed.flatMap(({ position }) =>
      position.closedAt !== null && position.closedAt >= from ? position : [],
    );
  }

  /** The first mark that a closed position had under watch; null: none, or it closed in another life. */
  firstMarkOf(positionId: string): Price | null {
    return this.#closed.find(({ position }) => position.id === positionId)?.firstMark ?? null;
  }
}
