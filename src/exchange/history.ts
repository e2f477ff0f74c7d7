/** A value with its past, oldest first, never empty. */
export type History<T> = { at: number; value: T }[];

export const begin = <T>(at: number, value: T): History<T> => [{ at, value }];

export const current = <T>(history: History<T>): T => history[history.length - 1]!.value;

/** The value that held at `at` (ms), or null when there was none yet. */
export function asOf<T>(history: History<T>, at: number): T | null {
  for (let index = history.length - 1; index >= 0; index--)
    if (history[index]!.at <= at) return history[index]!.value;
  return null;
}

/** Appends a value; with `keepMs`, drops what no reader within that time can ask for. */
export function record<T>(history: History<T>, at: number, value: T, keepMs?: number): void {
  history.push({ at, value });
  if (keepMs === undefined || history.length < 64) return;
  const needed = history.findLastIndex((entry) => entry.at <= at - keepMs);
  if (needed > 0) history.splice(0, needed);
}
