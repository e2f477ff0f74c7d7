import type { Clock, TimerHandle } from '../../../../actors/ports.ts';

/** Pings come every 10 s. */
const SILENCE_MS = 25_000;

/** Watches that something is heard at least every 25 s, from its creation on. */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #silent: (reason: string) => void;
  #heardAt: number;
  #timer: TimerHandle;

  constructor(clock: Clock, silent: (reason: string) => void) {
    this.#clock = clock;
    this.#silent = silent;
    this.#heardAt = clock.now();
    this.#timer = this.#wait(SILENCE_MS);
  }

  hear(): void {
    this.#heardAt = this.#clock.now();
  }

  /** False in a silence that was not told yet, as after a time when this process stood still. */
  isHeard(): boolean {
    return this.#left() > 0;
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
  }

  #left(): number {
    return this.#heardAt + SILENCE_MS - this.#clock.now();
  }

  #wait(ms: number): TimerHandle {
    return this.#clock.setTimeout(() => {
      if (this.isHeard()) this.#timer = this.#wait(this.#left());
      else this.#silent(`stalled: nothing heard for ${SILENCE_MS / 1000} s`);
    }, ms);
  }
}
