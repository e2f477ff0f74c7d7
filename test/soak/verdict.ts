/** Whether a daemon that worked for long holds no more than it did after its warm-up. */
import { handleCount, type Reading } from './reading.ts';

/** What still counts as flat. */
export const TOLERANCE = {
  /** Of what was held after the warm-up. */
  memory: 1.25,
  /**
   * A heap that grows by more than this from each to the next of its last three readings, to its highest, climbs; the
   * main thread's without `keptPerClosed`.
   */
  climb: 0.02,
  /**
   * Bytes that stay of a position that has closed, on purpose: itself for 48 h, and for good its orders on the paper exchange
   * (0.7 KB and 1.4 KB by two snapshots of the heap).
   */
  keptPerClosed: 3_000,
  /** Timers and handles may be this much of what they were … */
  counts: 1.1,
  /** … and so many more. */
  moreCounts: 20,
  /** Each exit at work has a deadline, and its order a poll and a doubt: so many more timers are its own. */
  timersPerExit: 3,
  /** The open positions stay within this share of what they were: otherwise nothing was measured. */
  level: 0.1,
};

export interface Finding {
  what: string;
  first: number;
  last: number;
  /** The most that `last` may be. */
  most: number;
  isFlat: boolean;
}

export interface Verdict {
  isFlat: boolean;
  findings: Finding[];
  /** Heaps that climbed through the last three readings, by name. */
  climbing: string[];
  /** The number under watch did not stay level. */
  isUneven: boolean;
  /** No exit has ended within the last three readings: nothing was at work. */
  isIdle: boolean;
}

type Memory = 'resident' | 'heap' | 'databaseHeap' | 'databaseExternal';

const MEMORY: [what: string, of: Memory][] = [
  ['resident memory', 'resident'],
  ['heap after GC', 'heap'],
  ["heap of the database's thread", 'databaseHeap'],
  ["memory of the database's thread", 'databaseExternal'],
];

/** Compares the first reading with the last, and the last three with one another. Throws for fewer than three. */
export function judge(readings: readonly Reading[]): Verdict {
  const [first] = readings;
  const lastThree = readings.slice(-3);
  const last = lastThree.at(-1);
  if (!first || !last || lastThree.length < 3) throw new RangeError('a verdict needs three readings');
  const compare = (what: string, pick: (reading: Reading) => number, most: (before: number) => number) => {
    const limit = most(pick(first));
    return { what, first: pick(first), last: pick(last), most: limit, isFlat: pick(last) <= limit };
  };
  const findings = [
    ...MEMORY.map(([what, of]) =>
      compare(
        what,
        (reading) => reading[of],
        (before) => before * TOLERANCE.memory,
      ),
    ),
    compare(
      'timers',
      ({ timers }) => timers,
      (before) =>
        mostCounts(before) + Math.max(0, exitsAtWork(last) - exitsAtWork(first)) * TOLERANCE.timersPerExit,
    ),
    compare('handles', handleCount, mostCounts),
  ];
  const grows = (of: Memory, from: Reading, to: Reading): boolean => {
    const kept = of === 'heap' ? (to.closed - from.closed) * TOLERANCE.keptPerClosed : 0;
    return to[of] - kept > from[of] * (1 + TOLERANCE.climb);
  };
  const climbs = (of: Memory): boolean =>
    last[of] >= Math.max(...readings.map((reading) => reading[of])) &&
    lastThree.every((reading, i) => i === 0 || grows(of, lastThree[i - 1]!, reading));
  const climbing = MEMORY.filter(([, of]) => climbs(of)).map(([what]) => what);
  const isUneven = readings.some(
    ({ positions }) => Math.abs(positions - first.positions) > first.positions * TOLERANCE.level,
  );
  const isIdle = last.exitsEnded === lastThree[0]!.exitsEnded;
  const isFlat = findings.every((finding) => finding.isFlat) && climbing.length === 0;
  return { isFlat: isFlat && !isUneven && !isIdle, findings, climbing, isUneven, isIdle };
}

const exitsAtWork = ({ decisions, exitsEnded }: Reading): number => decisions - exitsEnded;

const mostCounts = (before: number): number => before * TOLERANCE.counts + TOLERANCE.moreCounts;
