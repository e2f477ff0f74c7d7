/** Readings and the verdict on them, for a person. */
import { type Column, renderTable } from '../../src/cli/render-table.ts';
import { handleCount, type Reading } from './reading.ts';
import { type Finding, TOLERANCE, type Verdict } from './verdict.ts';

const plain = { width: null, paint: (text: string) => text };

const COLUMNS: (Column & { least: number })[] = [
  { title: 'minute', least: 6 },
  { title: 'resident', least: 8 },
  { title: 'heap', least: 8 },
  { title: 'buffers', least: 8 },
  { title: "database's heap", least: 15 },
  { title: 'buffers', least: 8 },
  { title: 'timers', least: 6 },
  { title: 'handles', least: 7 },
  { title: 'open', least: 6 },
  { title: 'closed', least: 6 },
  { title: 'exits ended', least: 11 },
  { title: 'decisions', least: 9 },
  { title: 'evaluations', least: 11 },
];

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Lines of one table, written one after the other as the readings come. */
export const headLine = (): string => line(COLUMNS.map(({ title }) => title));

export function readingLine(reading: Reading): string {
  const { minute, resident, heap, external, databaseHeap, databaseExternal } = reading;
  return line([
    `${minute}`,
    ...[resident, heap, external, databaseHeap, databaseExternal].map(megabytes),
    ...[reading.timers, handleCount(reading), reading.positions, reading.closed].map(String),
    ...[reading.exitsEnded, reading.decisions, reading.evaluations].map(String),
  ]);
}

const line = (cells: string[]): string =>
  cells.map((cell, i) => cell.padStart(Math.max(COLUMNS[i]!.least, COLUMNS[i]!.title.length))).join('  ');

/** Timers and handles by kind, of the first reading and of the last. */
export function kindLines(first: Reading, last: Reading): string[] {
  const kinds = [...new Set([first, last].flatMap(({ handles }) => Object.keys(handles)))].sort();
  const rows = kinds.map((kind) => [kind, `${first.handles[kind] ?? 0}`, `${last.handles[kind] ?? 0}`]);
  const columns: Column[] = [
    { title: 'kind' },
    { title: 'after the warm-up', align: 'right' },
    { title: 'at the end', align: 'right' },
  ];
  return renderTable(columns, [['Timeout', `${first.timers}`, `${last.timers}`], ...rows], plain);
}

/** What stays by design is part of what grew, and grows with the positions that closed. */
export function growthLine(first: Reading, last: Reading): string {
  const [grown, closed] = [last.heap - first.heap, last.closed - first.closed];
  const each =
    closed === 0 ? '' : `, ${(grown / closed / 1_000).toFixed(1)} KB for each of ${closed} that closed`;
  return `heap after GC: ${megabytes(grown)} more than after the warm-up${each}; closed positions stay for 48 h, the paper exchange's orders for good`;
}

export function verdictLines({ isFlat, findings, climbing, isUneven, isIdle }: Verdict): string[] {
  return [
    ...findings.map(describeFinding),
    ...climbing.map(
      (what) =>
        `${what}: CLIMBS by more than ${TOLERANCE.climb * 100} % in each of the last two intervals, beside what stays of closed positions`,
    ),
    ...(isUneven
      ? [`open positions: NOT LEVEL within ${TOLERANCE.level * 100} %, so the rest says nothing`]
      : []),
    ...(isIdle ? ['exits: NONE ENDED within the last three readings, so the rest says nothing'] : []),
    isFlat ? 'flat' : 'NOT FLAT',
  ];
}

function describeFinding({ what, first, last, most, isFlat }: Finding): string {
  const isMemory = what.includes('memory') || what.includes('heap');
  const show = (value: number): string => (isMemory ? megabytes(value) : `${Math.floor(value)}`);
  const share = first === 0 ? '' : ` (${(last / first).toFixed(2)} ×)`;
  return `${what}: ${show(first)} → ${show(last)}${share}, at most ${show(most)}: ${isFlat ? 'flat' : 'NOT FLAT'}`;
}
