import type { Clock } from '../../../../actors/ports.ts';

const LONGEST_PAUSE_MS = 30_000;

/** How long to wait (ms) after so many failures in a row: 1, 2, 4, … s, at most 30 s. */
export const pauseAfter = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** Math.min(failures - 1, 5));

/** Resolves after `ms` of the clock's time, or as soon as `ended` is. */
export function waitFor(clock: Clock, ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ended.aborted) return resolve();
    const end = (): void => {
      clock.clearTimeout(timer);
      ended.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.setTimeout(end, ms);
    ended.addEventListener('abort', end, { once: true });
  });
}

/** The promise's value; null as soon as `ended` is. The promise goes on. */
export async function orEnded<T>(promise: Promise<T>, ended: AbortSignal): Promise<T | null> {
  if (ended.aborted) return null;
  let end = (): void => {};
  const over = new Promise<null>((resolve) => {
    end = () => resolve(null);
    ended.addEventListener('abort', end, { once: true });
  });
  try {
    return await Promise.race([promise, over]);
  } finally {
    ended.removeEventListener('abort', end);
  }
}
