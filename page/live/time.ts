import { signal } from '@preact/signals';

/** How often what counts down is drawn anew (ms). */
const TICK_MS = 250;

let known = { at: Date.now(), heard: performance.now(), speed: 1 };

/** The daemon's clock, in ms since 1970; on paper it may run faster than ours. */
export const daemonNow = (): number => known.at + (performance.now() - known.heard) * known.speed;

/** The daemon's clock, ticking. */
export const now = signal(daemonNow());

/** How many of the daemon's seconds pass in a real one. */
export const speed = signal(1);

/** The daemon has said what time it is there (ISO 8601), and how fast its clock runs. */
export function hearTime(at: string, runsAt: number = known.speed): void {
  known = { at: Date.parse(at), heard: performance.now(), speed: runsAt };
  speed.value = runsAt;
}

setInterval(() => {
  if (!document.hidden) now.value = daemonNow();
}, TICK_MS);
