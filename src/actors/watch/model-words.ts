import type { Side } from '../../domain/market.ts';
import type { Method } from '../../domain/method.ts';
import { type Fraction, WHOLE } from '../../domain/money.ts';
import type { Position } from '../../domain/position.ts';
import type { PositionEvent } from '../../machines/position-events.ts';

/** What a model last said of a market: the probability of YES, and when (ms). */
interface Word {
  probabilityYes: Fraction;
  modelAt: number;
}

/** What models say of the markets under watch, for the positions there and for those that join later. */
export class ModelWords {
  readonly #words = new Map<string, Word>();

  note(market: string, word: Word): void {
    this.#words.set(market, word);
  }

  /** What a position that joins at `at` has to hear; null where it knows better, or nobody knows. */
  newsFor(position: Position, method: Method, at: number): PositionEvent | null {
    const word = this.#words.get(position.market);
    if (!word || at - word.modelAt > method.maxModelAgeMs) return null;
    const { modelProbability, modelAt, openedAt } = position;
    const knownAt = modelProbability === null ? Number.NEGATIVE_INFINITY : (modelAt ?? openedAt);
    return word.modelAt > knownAt ? eventOf(word, position.side, at) : null;
  }
}

export const eventOf = ({ probabilityYes, modelAt }: Word, side: Side, at: number): PositionEvent => ({
  type: 'model.changed',
  probability: side === 'yes' ? probabilityYes : WHOLE - probabilityYes,
  modelAt,
  at,
});
