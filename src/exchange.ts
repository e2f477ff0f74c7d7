#!/usr/bin/env node
import { constants } from 'node:os';
import { buildProgram, describeEnd, runExchange } from './exchange-server/program.ts';

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const complain = (line: string): boolean => process.stderr.write(`${line}\n`);

function exitAfterFlush(code: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

function fail(error: unknown): void {
  const { code, lines } = describeEnd(error, process.env.POSTERN_DEBUG === '1');
  lines.forEach(complain);
  exitAfterFlush(code);
}

/** The first signal asks to stop, a second one ends the process at once: what was answered is on disk. */
const asked = new Promise<void>((resolve) => {
  let first = true;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (!first) process.exit(128 + constants.signals[signal]);
      first = false;
      resolve();
    });
});

// A reader that went away (`| head`) is no failure.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
process.on('uncaughtException', fail);
buildProgram((choices) => runExchange(choices, print, asked), { print, complain })
  .parseAsync()
  .then(() => exitAfterFlush(0), fail);
