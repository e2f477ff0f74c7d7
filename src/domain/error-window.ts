/** Errors within a sliding window (SPEC 9): what the API and the database breaker count. */

export interface ErrorLimit {
  /** More errors than this … */
  maxErrors: number;
  /** … within the last so many ms are too many. */
  windowMs: number;
}

/**
 * The times (ms) that still count at `at`: those less than `windowMs` away from it. Keep these and forget the rest: what
 * seems to lie further ahead is from before the clock was set back, and must not count when its time comes.
 */
export const inWindow = (times: readonly number[], at: number, windowMs: number): number[] =>
  times.filter((time) => Math.abs(at - time) < windowMs);

/**
 * The times (ms, ascending) that count after an error at `at`: those in the window, at most the latest
 * `maxErrors` + 1, which is all that `exceeds` needs.
 */
export const addError = (
  times: readonly number[],
  at: number,
  { maxErrors, windowMs }: ErrorLimit,
): number[] => [...inWindow(times, at, windowMs), at].sort((a, b) => a - b).slice(-maxErrors - 1);

/** Whether more than `maxErrors` lie in the window at `at`. */
export const exceeds = (times: readonly number[], at: number, { maxErrors, windowMs }: ErrorLimit): boolean =>
  inWindow(times, at, windowMs).length > maxErrors;

/** When the window will hold none of these errors any more (ms); null when it holds none at `at`. */
export function clearsAt(times: readonly number[], at: number, windowMs: number): number | null {
  const counting = inWindow(times, at, windowMs);
  return counting.length === 0 ? null : Math.max(...counting) + windowMs;
}
