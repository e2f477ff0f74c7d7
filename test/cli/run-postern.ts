import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcessWithoutNullStreams;
  /** Resolves with the first line of stdout that matches; rejects when the process ends without one. */
  line(pattern: RegExp): Promise<string>;
  ended: Promise<Ended>;
}

export interface Where {
  cwd: string;
  env?: Record<string, string>;
}

/** Starts the built program with nothing of this process' environment that Postern reads. */
export function startPostern(args: readonly string[], { cwd, env = {} }: Where): Running {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(POSTERN|KALSHI)_|^NODE_OPTIONS$/.test(name),
  );
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
  });
  child.stdin.end();
  let stdout = '';
  let stderr = '';
  const waiting: { pattern: RegExp; found: (line: string) => void; lost: (error: Error) => void }[] = [];
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    for (const { pattern, found } of waiting) if (pattern.test(line)) found(line);
  });
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  );
  ended.then(() => {
    for (const { pattern, lost } of waiting)
      lost(new Error(`ended without ${pattern}: ${stdout}\n${stderr}`));
  });
  return {
    child,
    line: (pattern) =>
      new Promise((found, lost) => {
        const printed = stdout.split('\n').find((line) => pattern.test(line));
        if (printed === undefined) waiting.push({ pattern, found, lost });
        else found(printed);
      }),
    ended,
  };
}

/** Runs the built program to its end. */
export const runPostern = (args: readonly string[], where: Where): Promise<Ended> =>
  startPostern(args, where).ended;
