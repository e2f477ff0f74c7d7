import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A TypeScript file running in a process of its own, with the lines it has printed so far. */
export interface Child {
  pid: number;
  lines: string[];
  /** Resolves with the first line that matches; rejects when the process ends without one. */
  line(pattern: RegExp): Promise<string>;
  /** Resolves with the exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
  /** SIGKILL; resolves when the process is gone and all of its output has been read. */
  kill(): Promise<void>;
}

export function startChild(file: URL, args: string[]): Child {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), fileURLToPath(file), ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const lines: string[] = [];
  let errors = '';
  let waiting: { pattern: RegExp; found: (line: string) => void; ended: (error: Error) => void }[] = [];
  const gone = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once('close', (code, signal) => resolve(signal ?? code ?? -1)),
  );
  child.stderr!.on('data', (chunk) => {
    errors += chunk;
  });
  createInterface({ input: child.stdout! }).on('line', (line) => {
    lines.push(line);
    for (const { found } of waiting.filter(({ pattern }) => pattern.test(line))) found(line);
    waiting = waiting.filter(({ pattern }) => !pattern.test(line));
  });
  child.once('close', () => {
    for (const { pattern, ended } of waiting) ended(new Error(`ended without ${pattern}: ${errors}`));
  });
  return {
    pid: child.pid!,
    lines,
    line: (pattern) =>
      new Promise((found, ended) => {
        const printed = lines.find((line) => pattern.test(line));
        if (printed !== undefined) found(printed);
        else waiting.push({ pattern, found, ended });
      }),
    ended: gone,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
