import { Exchange, type Truth } from '../exchange/exchange.ts';
import { booksAt, cuesUntil, isOpen, nextPlayAt, type Progress, stepUntil } from './director.ts';
import { happeningLines } from './happening-lines.ts';
import { openExchange } from './open-exchange.ts';
import type { Scenario } from './scenario.ts';
import { ANEW, type SavedState, StateError } from './state-file.ts';

export type Say = ((line: string) => void) | null;

const MOST_FAILURES = 1_000;

/** An exchange in the middle of its scenario, at times that it is told. */
export class Life {
  readonly exchange: Exchange;
  readonly #scenario: Scenario;
  readonly #say: Say;
  #progress: Progress;
  /** What the lines have told so far. */
  #told: Truth;

  private constructor(exchange: Exchange, scenario: Scenario, progress: Progress, say: Say) {
    this.exchange = exchange;
    this.#scenario = scenario;
    this.#progress = progress;
    this.#say = say;
    this.#told = exchange.truth();
  }

  /** The beginning of a scenario; `publicKey` (PEM) verifies the practice account's signatures. */
  static begin(scenario: Scenario, publicKey: string, at: number, say: Say): Life {
    const exchange = openExchange(scenario, publicKey, at);
    return new Life(exchange, scenario, { openedAt: at, doneMs: -1 }, say);
  }

  /** Goes on where a state was saved. Throws a StateError when that can't be. */
  static restore({ exchange: snapshot, scenario, progress, connections }: SavedState, say: Say): Life {
    try {
      const exchange = Exchange.restore(snapshot);
      for (const connectionId of connections) exchange.disconnect(connectionId);
      return new Life(exchange, scenario, progress, say);
    } catch (error) {
      throw new StateError(`the saved exchange can't be restored (${(error as Error).message}): ${ANEW}`);
    }
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** When time alone next does something (ms). */
  nextDueAt(): number {
    const play = nextPlayAt(this.#progress, this.#scenario);
    return Math.min(play, this.exchange.nextEventAt() ?? play);
  }

  /** Lets everything happen that is due by `at`; false when nothing was. */
  catchUp(at: number): boolean {
    if (this.nextDueAt() > at) return false;
    if (nextPlayAt(this.#progress, this.#scenario) <= at) this.#play(at);
    this.#advance(at);
    return true;
  }

  /** Says what has happened since the last time. */
  tell(): void {
    if (this.#say === null) return;
    const truth = this.exchange.truth();
    for (const line of happeningLines(this.#told, truth)) this.#say(line);
    this.#told = truth;
  }

  /** What begins and ends does so at its own time, however late this is; the books are those of the last step. */
  #play(at: number): void {
    const { openedAt } = this.#progress;
    const untilMs = at - openedAt;
    for (const { afterMs, action, says } of cuesUntil(untilMs, this.#progress, this.#scenario)) {
      this.#advance(openedAt + afterMs);
      this.tell();
      if (action.type === 'book.set' && !isOpen(this.exchange.truth().markets[action.ticker])) continue;
      if (says !== null) this.#say?.(says);
      this.#attempt(() => this.exchange.act(action, openedAt + afterMs));
    }
    this.#advance(at);
    const step = stepUntil(untilMs, this.#progress, this.#scenario);
    if (step !== null) this.#setBooks(step, at);
    this.#progress = { openedAt, doneMs: untilMs };
  }

  /** What falls due may have become impossible; the rest of it happens all the same. */
  #advance(at: number): void {
    for (let tries = 0; tries < MOST_FAILURES; tries++)
      if (this.#attempt(() => this.exchange.advance(at))) return;
  }

  /** Markets that are over keep theirs. */
  #setBooks(stepMs: number, at: number): void {
    const { markets } = this.exchange.truth();
    for (const action of booksAt(stepMs, this.#scenario))
      if (isOpen(markets[action.ticker])) this.#attempt(() => this.exchange.act(action, at));
  }

  #attempt(act: () => unknown): boolean {
    try {
      act();
      return true;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#say?.(`could not happen: ${error.message}`);
      return false;
    }
  }
}
