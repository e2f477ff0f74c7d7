import { type Column, renderTable } from '../../src/cli/render-table.ts';
import type { Figures, LongRun } from './long-run.ts';

const plain = { width: null, paint: (text: string) => text };

const COLUMNS: Column[] = [
  { title: 'trouble' },
  { title: 'database' },
  { title: 'rounds', align: 'right' },
  { title: 'times', align: 'right' },
  { title: 'between commit and answer', align: 'right' },
  { title: 'positions', align: 'right' },
  { title: 'orders', align: 'right' },
  { title: 'fills', align: 'right' },
  { title: 'start s, median', align: 'right' },
  { title: 'worst', align: 'right' },
];

const EXITS: Column[] = [
  { title: 'exits' },
  { title: 'PostgreSQL', align: 'right' },
  { title: 'PGlite', align: 'right' },
];

/** What the long run came to, for a person. */
export function reportLines({ kills, seed, seconds, figures, differences }: LongRun): string[] {
  return [
    `${kills} kills, seed ${seed}, ${seconds} s`,
    '',
    ...renderTable(COLUMNS, figures.map(rowOf), plain),
    '',
    ...figures.flatMap(({ what, notes }) => notes.map((note) => `${what}: ${note}`)),
    '',
    ...renderTable(EXITS, exitRows(figures), plain),
    '',
    differences.length === 0
      ? 'the exchange, the ledger and the journal agree'
      : `${differences.length} DIFFERENCES`,
    ...differences,
  ];
}

function rowOf(figures: Figures): string[] {
  const { what, database, rounds, times, inFlight, positions, attempts, fills } = figures;
  const starts = figures.startsMs.toSorted((a, b) => a - b);
  const seconds = (ms: number | undefined): string => (ms === undefined ? '–' : (ms / 1_000).toFixed(1));
  return [
    ...[what, database, `${rounds}`, `${times}`, inFlight === null ? '–' : `${inFlight}`],
    ...[`${positions}`, `${attempts}`, `${fills}`],
    ...[seconds(starts[Math.floor(starts.length / 2)]), seconds(starts.at(-1))],
  ];
}

function exitRows(figures: readonly Figures[]): string[][] {
  const ends = [...new Set(figures.flatMap(({ exits }) => [...exits.keys()]))].sort();
  const count = (database: Figures['database'], end: string): string =>
    String(
      figures
        .filter((each) => each.database === database)
        .reduce((sum, { exits }) => sum + (exits.get(end) ?? 0), 0),
    );
  return ends.map((end) => [end, count('PostgreSQL', end), count('PGlite', end)]);
}
