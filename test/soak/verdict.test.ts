import { expect, test } from 'vitest';
import type { Reading } from './reading.ts';
import { judge, TOLERANCE } from './verdict.ts';

const MEGABYTE = 1e6;

const aReading = (overrides: Partial<Reading> = {}): Reading => ({
  minute: 0,
  resident: 400 * MEGABYTE,
  heap: 100 * MEGABYTE,
  external: 4 * MEGABYTE,
  databaseHeap: 12 * MEGABYTE,
  databaseExternal: 150 * MEGABYTE,
  timers: 30,
  handles: { PipeWrap: 3, TCPSocketWrap: 9 },
  positions: 2_000,
  closed: 0,
  exitsEnded: 0,
  decisions: 0,
  evaluations: 0,
  ...overrides,
});

/** Exits go on ending from each reading to the next. */
const atWork = (readings: Reading[]): Reading[] =>
  readings.map((reading, i) => ({
    ...reading,
    exitsEnded: 100 * i,
    decisions: 100 * i + reading.decisions,
  }));

const heaps = (...megabytes: number[]): Reading[] =>
  atWork(megabytes.map((heap) => aReading({ heap: heap * MEGABYTE })));

test('what stays as it was is flat', () => {
  const { isFlat, findings, climbing, isUneven } = judge(heaps(100, 104, 99, 103));
  expect({ isFlat, climbing, isUneven }).toEqual({ isFlat: true, climbing: [], isUneven: false });
  expect(findings.map(({ isFlat }) => isFlat)).toEqual(Array(6).fill(true));
});

test.each([
  ['a heap at the most it may be', heaps(100, 125, 124, 125), true],
  ['a heap above it', heaps(100, 125, 126, 125.1), false],
  ['a heap that climbs through the last three readings', heaps(100, 100, 103, 106.1), false],
  ['one that climbs too little to tell', heaps(100, 100, 101.9, 103.8), true],
  ['one that comes back from a dip, below where it was', heaps(100, 108, 97, 100, 104), true],
  ['one that climbed before and came to rest', heaps(100, 106, 112, 112), true],
  ['one that rises and falls', heaps(100, 90, 110, 105), true],
])('%s', (_, readings, isFlat) => {
  expect(judge(readings).isFlat).toBe(isFlat);
});

test.each<[string, Partial<Reading>, string]>([
  ['resident memory', { resident: 501 * MEGABYTE }, 'resident memory'],
  ["the database's buffers", { databaseExternal: 188 * MEGABYTE }, "memory of the database's thread"],
  ["the database's heap", { databaseHeap: 16 * MEGABYTE }, "heap of the database's thread"],
  ['timers', { timers: 54 }, 'timers'],
  ['handles of any kind', { handles: { PipeWrap: 3, TCPSocketWrap: 31 } }, 'handles'],
])('too much of %s is not flat, and is named', (_, last, name) => {
  const verdict = judge(atWork([aReading(), aReading(), aReading(last)]));
  expect(verdict.isFlat).toBe(false);
  expect(verdict.findings.filter(({ isFlat }) => !isFlat).map(({ what }) => what)).toEqual([name]);
});

test('timers and handles may be a tenth more and twenty', () => {
  const { counts, moreCounts } = TOLERANCE;
  const readings = atWork([aReading(), aReading(), aReading({ timers: 30 * counts + moreCounts })]);
  expect(judge(readings).isFlat).toBe(true);
});

test('exits at work have timers of their own', () => {
  const last = { timers: 30 * TOLERANCE.counts + TOLERANCE.moreCounts + 12, decisions: 4 };
  expect(judge(atWork([aReading(), aReading(), aReading(last)])).isFlat).toBe(true);
  expect(judge(atWork([aReading(), aReading(), aReading({ ...last, decisions: 3 })])).isFlat).toBe(false);
});

test('what closes meanwhile stays, and is no climb of the heap of the main thread alone', () => {
  const closing = (of: 'heap' | 'databaseHeap', each: number): Reading[] => {
    const from = aReading()[of];
    return atWork(
      [0, 1_000, 2_000].map((closed) =>
        aReading({ closed, [of]: (from + closed * each) * (1 + (0.015 * closed) / 1_000) }),
      ),
    );
  };
  expect(judge(closing('heap', TOLERANCE.keptPerClosed)).climbing).toEqual([]);
  expect(judge(closing('heap', TOLERANCE.keptPerClosed + 1_000)).climbing).toEqual(['heap after GC']);
  expect(judge(closing('databaseHeap', 300)).climbing).toEqual(["heap of the database's thread"]);
});

test('a number under watch that did not stay level says nothing of memory', () => {
  const verdict = judge(atWork([aReading(), aReading({ positions: 1_799 }), aReading()]));
  expect({ isFlat: verdict.isFlat, isUneven: verdict.isUneven }).toEqual({ isFlat: false, isUneven: true });
});

test('a daemon at which no exit ends any more says nothing of memory', () => {
  const [first, ...rest] = heaps(100, 100, 100, 100);
  const verdict = judge([first!, ...rest.map((reading) => ({ ...reading, exitsEnded: 100 }))]);
  expect({ isFlat: verdict.isFlat, isIdle: verdict.isIdle }).toEqual({ isFlat: false, isIdle: true });
});

test('two readings are too few', () => {
  expect(() => judge(heaps(100, 100))).toThrow('a verdict needs three readings');
});
