import type { Price } from '../../domain/money.ts';
import type { Position } from '../../domain/position.ts';

/** Longer than any trading day, where clocks are set back too. */
const KEPT_MS = 48 * 3_600_000;

/** Positions that closed in this life, for the account's day and against late reads; oldest first. */
export class ClosedPositions {
  readonly #closed = new Map<string, { position: Position; firstMark: Price | null }>();

  /** Notes one that closed by `now` (ms), with its first mark under watch, and forgets those of long ago. */
  note(position: Position, firstMark: Price | null, now: number): void {
    this.#closed.set(position.id, { position, firstMark });
    for (const [id, known] of this.#closed) {
      if (known.position.at >= now - KEPT_MS) break;
      this.#closed.delete(id);
    }
  }

  /** Whether this one closed. */
  has(positionId: string): boolean {
    return this.#closed.has(positionId);
  }

  /** Those that closed at or after `from` (ms). */
  since(from: number): Position[] {
    return [...this.#closed.values()].flatMap(({ position }) =>
      position.closedAt !== null && position.closedAt >= from ? position : [],
    );
  }

  /** The first mark that a closed position had under watch; null: none, or it closed in another life. */
  firstMarkOf(positionId: string): Price | null {
    return this.#closed.get(positionId)?.firstMark ?? null;
  }
}
