/** Throws from within the domain code at a drawn call, where it was loaded with probes (see instrument/). */
import { InjectedError } from './injected.ts';

declare global {
  /** What the functions of the domain call where they have probes. */
  var __posternProbes: { call: ((where: string) => void) | undefined } | undefined;
}

/** The practice exchange, the store and what looks on use the domain's code too: they are not the program. */
const BYSTANDERS =
  /\/src\/exchange\/|\/store\/memory-|\/seeds\/(?:invariants|plays|hands|tally)|\/support\/exchange-link/;
const FRAMES = 40;

export class Probe {
  isOn = false;
  /** Whether the domain's code has probes. */
  static readonly isThere = process.env.INSTRUMENT === 'domain';
  /** Errors thrown so far. */
  thrown = 0;
  #left: number | null = null;

  /** Throws at so many calls of domain functions from now. */
  arm(calls: number): void {
    this.#left = calls;
  }

  disarm(): void {
    this.#left = null;
  }

  install(): void {
    globalThis.__posternProbes ??= { call: undefined };
    globalThis.__posternProbes.call = (where) => {
      if (this.#left === null || !this.isOn) return;
      this.#left -= 1;
      if (this.#left > 0 || !isProgram()) return;
      this.#left = null;
      this.thrown += 1;
      throw new InjectedError(where);
    };
  }

  remove(): void {
    if (globalThis.__posternProbes) globalThis.__posternProbes.call = undefined;
  }
}

function isProgram(): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  const { stack = '' } = new Error('where');
  Error.stackTraceLimit = stackTraceLimit;
  return !BYSTANDERS.test(stack);
}
