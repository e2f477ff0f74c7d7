/** The only place that writes: results to stdout, everything else to stderr. */
import { type Paint, paintFor } from './paint.ts';
import type { Terminal } from './run/screen.ts';

/** Prints lines of a result. */
export function print(...lines: string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

/** Prints a result for programs. */
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

/** Prints what is not a result: problems, hints, progress. */
export function complain(...lines: string[]): void {
  for (const line of lines) process.stderr.write(`${line}\n`);
}

/** How results may look: coloured and as wide as the terminal, or plain and unlimited. */
export function stdoutStyle(): { paint: Paint; width: number | null } {
  const { stdout, env } = process;
  return { paint: paintFor(stdout, env), width: (stdout.isTTY && stdout.columns) || null };
}

/** The terminal behind stdout, whatever size it has at the moment. */
export const stdoutTerminal: Terminal = {
  get columns() {
    return process.stdout.columns || 80;
  },
  get rows() {
    return process.stdout.rows || 24;
  },
  write: (text) => process.stdout.write(text),
};

/** A reader that went away (`| head`) is no failure: what it does not want to read is dropped. */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Ends the process once everything printed has left it. */
export function exitAfterFlush(code: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}
