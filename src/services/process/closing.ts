import type { Log } from '../log/log.ts';
import { within } from './processes.ts';

const STEP_WAIT_MS = 5_000;

/** What was opened, to be closed in the opposite order; nothing that fails or hangs keeps the rest open. */
export class Closing {
  readonly #log: Log;
  readonly #steps: { name: string; close: () => Promise<void> | void }[] = [];

  constructor(log: Log) {
    this.#log = log;
  }

  add(name: string, close: () => Promise<void> | void): void {
    this.#steps.push({ name, close });
  }

  async closeAll(): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      const { name, close } = step;
      try {
        await within(STEP_WAIT_MS, Promise.resolve(close()), () => {
          throw new Error(`not done within ${STEP_WAIT_MS / 1000} s`);
        });
      } catch (error) {
        this.#log.warn({ err: error }, `could not close the ${name}`);
      }
    }
  }
}
