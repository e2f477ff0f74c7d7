import { useEffect, useRef, useState } from 'preact/hooks';
import type { ExitPreview } from '../../src/services/operations/operations.ts';
import { Problem, read } from '../live/api.ts';
import { daemonNow } from '../live/time.ts';

const EVERY_MS = 1_000;
/** While a quantity is typed. */
const SETTLES_MS = 150;

export interface Terms {
  priority: string;
  /** As typed; empty: all that is left. */
  quantity: string;
}

export interface Previewing {
  /** The last one that was answered, of whatever terms. */
  preview: ExitPreview | null;
  /** When it was answered (ms of the daemon's clock). */
  heardAt: number;
  /** What the daemon answered instead, to the present terms. */
  problem: Problem | null;
  /** The answer is to the present terms. */
  isCurrent: boolean;
}

/** What an exit would do now: asked at each change of the terms, and each second. */
export function useExitPreview(id: string, { priority, quantity }: Terms): Previewing {
  const query = new URLSearchParams({
    priority,
    ...(quantity.trim() === '' ? {} : { quantity: quantity.trim() }),
  });
  const path = `/api/v1/positions/${encodeURIComponent(id)}/exit?${query}`;
  const [known, setKnown] = useState<Omit<Previewing, 'isCurrent'> & { path: string }>({
    ...{ path: '', preview: null, heardAt: 0, problem: null },
  });
  const wait = useRef(0);
  useEffect(() => {
    const ending = new AbortController();
    const ask = async () => {
      try {
        const preview = await read<ExitPreview>(path, ending.signal);
        setKnown({ path, preview, heardAt: daemonNow(), problem: null });
      } catch (error) {
        if (ending.signal.aborted) return;
        const problem = error instanceof Problem ? error : new Problem('internal', 0, String(error));
        setKnown((before) => ({ ...before, path, problem }));
      }
      if (!ending.signal.aborted) timer = setTimeout(ask, EVERY_MS);
    };
    let timer = setTimeout(ask, wait.current);
    wait.current = SETTLES_MS;
    return () => {
      clearTimeout(timer);
      ending.abort();
    };
  }, [path]);
  return { ...known, isCurrent: known.path === path };
}

/** The terms themselves are refused; anything else that goes wrong with a preview does not keep anybody from selling. */
export const isRefusal = ({ status }: Problem): boolean => status >= 400 && status < 500;

/** It can be sent: the daemon has answered to the present terms, and not that it is impossible. */
export const isPossible = ({ isCurrent, problem, preview }: Previewing): boolean =>
  isCurrent && (problem === null ? preview?.possible === true : !isRefusal(problem));

/** A price that moved less than this share since it was last read out is no news. */
const NEWS = 0.02;

/** Whether someone who only listens is to be told again. */
export function isNews(before: ExitPreview | null, after: ExitPreview): boolean {
  if (before === null) return true;
  const same = (['priority', 'quantity', 'order', 'replaces', 'possible'] as const).every(
    (name) => before[name] === after[name],
  );
  if (!same || waits(before) !== waits(after) || (before.bid === null) !== (after.bid === null)) return true;
  if (before.bid === null || after.bid === null) return false;
  return Math.abs(Number(after.bid) / Number(before.bid) - 1) > NEWS;
}

/** It would not sell at once: there is no bid, an old one, or one below its floor. */
export const waits = ({ possible, bid, limit_price }: ExitPreview): boolean =>
  possible && (bid === null || limit_price === null);
