#!/usr/bin/env node
import { describeFailure } from './cli/failure.ts';
import { complain, exitAfterFlush, ignoreClosedPipes } from './cli/output.ts';
import { buildProgram } from './cli/program.ts';

const fail = (error: unknown): void => {
  const { code, lines } = describeFailure(error, process.env.POSTERN_DEBUG === '1');
  complain(...lines);
  exitAfterFlush(code);
};

ignoreClosedPipes();
process.on('uncaughtException', fail);
buildProgram()
  .parseAsync()
  .then(() => exitAfterFlush(Number(process.exitCode ?? 0)), fail);
