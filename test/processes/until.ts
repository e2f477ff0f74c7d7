export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const EVERY_MS = 100;

/** Looks until it is so. Throws when it is not within `ms`, with what was thrown last. */
export async function until(what: string, ms: number, isSo: () => Promise<boolean> | boolean): Promise<void> {
  let cause: unknown;
  for (const end = performance.now() + ms; performance.now() < end; await pause(EVERY_MS)) {
    try {
      cause = undefined;
      if (await isSo()) return;
    } catch (error) {
      cause = error;
    }
  }
  throw new Error(`${what}: not within ${ms / 1_000} s`, { cause });
}
