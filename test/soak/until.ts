import { setTimeout } from 'node:timers/promises';

const EVERY_MS = 50;

/** Looks until it is so. Throws an error that says `otherwise` when it is not within `ms`. */
export async function until(otherwise: string, ms: number, isSo: () => boolean): Promise<void> {
  const end = performance.now() + ms;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`${otherwise} within ${ms / 1_000} s`);
    await setTimeout(EVERY_MS);
  }
}
