import type { Browser, Page } from 'playwright-core';

export interface Watched {
  /** How long what ran on the page's thread took (ms): by the clock, and of a processor. */
  tasks: { wall: number; cpu: number }[];
  frames: number;
  /** The longest time between two frames (ms). */
  longestFrame: number;
  ms: number;
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  dur?: number;
  tdur?: number;
  args: { name?: string };
}

/** Runs in the page, before anything of it. */
const COUNT_FRAMES = `
  const fresh = () => ({ frames: 0, longestFrame: 0, ms: 0 });
  let seen = fresh();
  window.takeFrames = () => {
    const taken = seen;
    seen = fresh();
    return taken;
  };
  let last = performance.now();
  const frame = (at) => {
    seen.frames += 1;
    seen.longestFrame = Math.max(seen.longestFrame, at - last);
    seen.ms += at - last;
    last = at;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
`;

export const countFrames = (page: Page): Promise<unknown> => page.addInitScript(COUNT_FRAMES);

/** What the browser's own trace and the frames tell while something is done. */
export async function watchWhile(
  browser: Browser,
  page: Page,
  act: () => Promise<unknown>,
): Promise<Watched> {
  await page.evaluate('window.takeFrames?.()');
  await browser.startTracing(page, { categories: ['toplevel'] });
  await act();
  const frames: Omit<Watched, 'tasks'> = await page.evaluate('takeFrames()');
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  return { ...frames, tasks: tasksOf(trace.traceEvents) };
}

function tasksOf(events: readonly TraceEvent[]): Watched['tasks'] {
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const pages = new Set(
    events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(threadOf),
  );
  return events
    .filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && pages.has(threadOf(event)))
    .map(({ dur = 0, tdur = 0 }) => ({ wall: dur / 1000, cpu: tdur / 1000 }));
}
