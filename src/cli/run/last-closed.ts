import type { PositionDetail, PositionView } from '../../services/operations/operations.ts';
import { sumMoney } from '../format.ts';

/** A daemon runs for months: of so many that have closed it shows each, of those before only their sum. */
export const MOST_CLOSED = 100;

/** What those closed that are not shown one by one any more. */
export interface EarlierClosed {
  count: number;
  realized: string;
}

/** The positions that closed last, oldest first. */
export class LastClosed {
  readonly #last: PositionView[] = [];
  #earlier: EarlierClosed = { count: 0, realized: '0' };

  /** Returns the one that is not shown any more; null: none. */
  add({ exits: _, journal: __, alerts: ___, ...position }: PositionDetail): PositionView | null {
    this.#last.push(position);
    if (this.#last.length <= MOST_CLOSED) return null;
    const oldest = this.#last.shift()!;
    const { count, realized } = this.#earlier;
    this.#earlier = { count: count + 1, realized: sumMoney([realized, oldest.realized_pnl]) };
    return oldest;
  }

  list(): readonly PositionView[] {
    return this.#last;
  }

  get earlier(): EarlierClosed {
    return this.#earlier;
  }
}
