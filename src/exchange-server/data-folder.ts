import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { makeKey, readPublicKey } from './keys.ts';
import { ANEW, readState, type SavedState, StateError, writeState } from './state-file.ts';
import { writeWholeFile } from './whole-file.ts';

/** How programs find a running exchange (`exchange.json`). */
interface RunningFile {
  url: string;
  pid: number;
  instance: string;
}

const runningSchema = z.object({ url: z.url(), pid: z.int(), instance: z.string() });
const ASK_MS = 2_000;

/** The folder of one practice exchange: its account's key, its state, and where it runs. */
export class DataFolder {
  readonly path: string;
  readonly keyFile: string;
  readonly #stateFile: string;
  readonly #runningFile: string;

  /** Creates the folder where it is missing. Throws a StateError when it can't. */
  constructor(path: string) {
    this.path = resolve(path);
    this.keyFile = join(this.path, 'key.pem');
    this.#stateFile = join(this.path, 'state.json');
    this.#runningFile = join(this.path, 'exchange.json');
    try {
      mkdirSync(this.path, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new StateError(`${path} can't be made a folder (${(error as NodeJS.ErrnoException).code})`);
    }
  }

  /** Throws a StateError when an exchange runs on this folder. */
  async refuseSecond(): Promise<void> {
    const running = this.#readRunning();
    if (running === null) return;
    const about = await askAbout(running.url);
    if (about?.instance === running.instance)
      throw new StateError(
        `an exchange runs on ${this.path} already, at ${running.url} (process ${running.pid}): stop it first`,
      );
  }

  /** The public half of the practice account's key (PEM), made on the first start, and the state of an earlier life. */
  open(): { publicKey: string; saved: SavedState | null } {
    const saved = readState(this.#stateFile);
    const known = readPublicKey(this.keyFile);
    if (saved && saved.publicKey !== known)
      throw new StateError(
        `${this.keyFile} ${known === null ? 'is gone' : 'is another key'}, and the exchange knows only its own: ${ANEW}`,
      );
    if (known === null) makeKey(this.keyFile);
    return { saved, publicKey: known ?? readPublicKey(this.keyFile)! };
  }

  save(state: SavedState): void {
    writeState(this.#stateFile, state);
  }

  announce(running: RunningFile): void {
    writeWholeFile(this.#runningFile, `${JSON.stringify(running)}\n`);
  }

  /** Takes the announcement back unless another exchange has made its own since. */
  withdraw(instance: string): void {
    if (this.#readRunning()?.instance === instance) rmSync(this.#runningFile, { force: true });
  }

  #readRunning(): RunningFile | null {
    try {
      return runningSchema.parse(JSON.parse(readFileSync(this.#runningFile, 'utf8')));
    } catch {
      return null;
    }
  }
}

/** What the exchange at an address says of itself; null when nobody answers. */
async function askAbout(url: string): Promise<{ instance?: unknown } | null> {
  try {
    const answer = await fetch(`${url}/control/about`, { signal: AbortSignal.timeout(ASK_MS) });
    return (await answer.json()) as { instance?: unknown };
  } catch {
    return null;
  }
}
