import { useEffect, useState } from 'preact/hooks';
import { Problem, read } from '../live/api.ts';

interface Refreshed<T> {
  /** The last that was answered. */
  answer: T | null;
  /** What was answered instead the last time. */
  problem: Problem | null;
}

/** What an address answers, asked again and again as long as it is shown; not while `isPaused`. */
export function useRefreshed<T>(path: string, everyMs: number, isPaused = false): Refreshed<T> {
  const [known, setKnown] = useState<Refreshed<T>>({ answer: null, problem: null });
  useEffect(() => {
    if (isPaused) return;
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const answer = await read<T>(path, ending.signal);
        setKnown({ answer, problem: null });
      } catch (error) {
        if (ending.signal.aborted) return;
        const problem = error instanceof Problem ? error : new Problem('internal', 0, String(error));
        setKnown(({ answer }) => ({ answer, problem }));
      }
      if (!ending.signal.aborted) timer = setTimeout(ask, everyMs);
    };
    void ask();
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [path, everyMs, isPaused]);
  return known;
}
