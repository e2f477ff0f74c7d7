import { COUNTED, type Tally } from './tally.ts';

const TITLES = {
  faults: 'Faults',
  exits: 'Exits',
  reached: 'Reached',
  alerts: 'Alerts',
} as const satisfies Record<(typeof COUNTED)[number], string>;

const HOUR_MS = 3_600_000;

export interface Run {
  seeds: number;
  virtualMs: number;
  tookMs: number;
  failures: number;
}

/** The summary of many hours in plain lines. */
export function describeTally(tally: Pick<Tally, 'events' | 'counts'>, run: Run): string {
  const speed = Math.round(run.virtualMs / run.tookMs);
  const lines = [
    `${run.seeds} seeds, ${Math.round(run.virtualMs / HOUR_MS)} virtual hours, ${tally.events} events`,
    `${speed} times as fast as real time (${(run.tookMs / 1000).toFixed(1)} s)`,
    run.failures === 0 ? 'no invariant was violated' : `${run.failures} seeds VIOLATED an invariant`,
  ];
  for (const of of COUNTED) lines.push('', TITLES[of], ...column(tally.counts[of]));
  return lines.join('\n');
}

const column = (counts: Record<string, number>): string[] =>
  Object.entries(counts)
    .sort(([a, many], [b, few]) => few - many || (a < b ? -1 : 1))
    .map(([name, times]) => `${String(times).padStart(9)}  ${name}`);
