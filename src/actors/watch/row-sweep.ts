import type { Clock } from '../ports.ts';

const SLICE_MS = 1000;

/**
 * Passes over all of `list` once in `everyMs`, a slice a second, so that quotes that were skipped still reach the rows.
 * Returns how to stop.
 */
export function startRowSweep<T>(
  clock: Clock,
  everyMs: number,
  list: () => readonly T[],
  refresh: (item: T) => void,
): () => void {
  let timer = next(0);
  return () => clock.clearTimeout(timer);

  function next(from: number): ReturnType<Clock['setTimeout']> {
    return clock.setTimeout(() => {
      const items = list();
      const slices = Math.max(1, Math.floor(everyMs / SLICE_MS));
      const size = Math.ceil(items.length / slices);
      const start = from >= items.length ? 0 : from;
      for (const item of items.slice(start, start + size)) refresh(item);
      timer = next(start + size);
    }, SLICE_MS);
  }
}
