import { type Action, Exchange, type Truth } from '../exchange/exchange.ts';
import { booksAt, cuesUntil, nextStepAt, type Progress, playedBy } from './director.ts';
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
    const step = nextStepAt(this.#progress, this.#scenario);
    return Math.min(step, this.exchange.nextEventAt() ?? step);
  }

  /** Lets everything happen that is due by `at`; false when nothing was. */
  catchUp(at: number): boolean {
    const untilMs = playedBy(at, this.#progress, this.#scenario);
    const isStep = untilMs > this.#progress.doneMs;
    if (isStep) this.#play(untilMs, at);
    const due = this.exchange.nextEventAt();
    if (due === null || due > at) return isStep;
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
  #play(untilMs: number, at: number): void {
    for (const cue of cuesUntil(untilMs, this.#progress, this.#scenario)) {
      this.#advance(cue.at);
      this.tell();
      if (cue.says !== null) this.#say?.(cue.says);
      if (cue.action) this.#act(cue.action, cue.at);
    }
    this.#advance(at);
    const { markets } = this.exchange.truth();
    for (const action of booksAt(untilMs, this.#scenario, markets)) this.#act(action, at);
    this.#progress = { ...this.#progress, doneMs: untilMs };
  }

  /** What falls due may have become impossible; the rest of it happens all the same. */
  #advance(at: number): void {
    for (let tries = 0; tries < MOST_FAILURES; tries++)
      if (this.#attempt(() => this.exchange.advance(at))) return;
  }

  #act(action: Action, at: number): void {
    this.#attempt(() => this.exchange.act(action, at));
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
