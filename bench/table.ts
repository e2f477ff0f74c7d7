/** One line of the benchmark: what was measured, and its ratio to something measured in the same run. */
export interface Line {
  what: string;
  value: string;
  ratio: string;
}

/** Prints lines as an aligned table. */
export function printTable(lines: Line[]): void {
  const rows = [{ what: 'what', value: 'measured', ratio: 'ratio, measured in this run' }, ...lines];
  const width = (key: 'what' | 'value'): number => Math.max(...rows.map((row) => row[key].length));
  for (const row of rows)
    process.stdout.write(
      `${row.what.padEnd(width('what'))}  ${row.value.padStart(width('value'))}  ${row.ratio}\n`,
    );
}

/** Runs `work` (which does `count` things) until half a second has passed; things per second of the best round. */
export function ratePerSecond(count: number, work: () => void): number {
  work();
  let best = 0;
  for (const end = performance.now() + 1500; performance.now() < end; ) {
    const start = performance.now();
    work();
    best = Math.max(best, (count / (performance.now() - start)) * 1000);
  }
  return best;
}

export const times = (a: number, b: number): string => `${(a / b).toPrecision(3)} ×`;

export const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

export const milliseconds = (value: number): string => `${value.toPrecision(3)} ms`;
