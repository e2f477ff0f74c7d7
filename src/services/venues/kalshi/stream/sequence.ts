/**
 * `next`: as it should be. `gap`: frames are missing before this one. `repeated`: the last frame's own number again.
 * `old`: an earlier number. `restarted`: so many old ones that the numbers must have started anew.
 */
type SequenceStep = 'next' | 'gap' | 'repeated' | 'old' | 'restarted';

/** Over one ordered connection even one old number is odd; so many in a row are no late frames. */
const RESTART_AFTER = 5;

/** Checks that the numbers of one subscription's frames go up by 1; the first number may be any. */
export class SequenceCheck {
  #last: number | null = null;
  #oldOnes = 0;

  /** The next number is the first of a new subscription. */
  restart(): void {
    this.#last = null;
    this.#oldOnes = 0;
  }

  take(seq: number): SequenceStep {
    const last = this.#last;
    if (last !== null && seq < last) {
      this.#oldOnes += 1;
      return this.#oldOnes < RESTART_AFTER ? 'old' : 'restarted';
    }
    this.#last = seq;
    this.#oldOnes = 0;
    if (seq === last) return 'repeated';
    return last === null || seq === last + 1 ? 'next' : 'gap';
  }
}
