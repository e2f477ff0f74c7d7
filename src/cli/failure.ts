import { CommanderError } from 'commander';

/** The words on the command line can't be what was meant. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export interface Failure {
  /** 0: help was asked for. 1: it failed. 2: wrong usage, config, positions file, or a file that is not there. */
  code: 0 | 1 | 2;
  /** What stderr says; nothing where it was said already. */
  lines: string[];
}

/** Errors that are answers, by name: importing their classes here would load the database driver for `--help`. */
const ANSWERS: Readonly<Record<string, 1 | 2>> = {
  UsageError: 2,
  ConfigError: 2,
  PositionsFileError: 2,
  ReplayInputError: 2,
  StoreUnavailableError: 1,
  FolderInUseError: 1,
  LeaseTakenError: 1,
};

/** The exit code and the words for whatever ended a command. The stack is shown to who sets POSTERN_DEBUG=1. */
export function describeFailure(error: unknown, debug: boolean): Failure {
  if (error instanceof CommanderError) return { code: error.exitCode === 0 ? 0 : 2, lines: [] };
  const code = answerCode(error);
  const message = error instanceof Error ? error.message : String(error);
  if (debug) return { code: code ?? 1, lines: [`postern: ${(error as Error)?.stack ?? message}`] };
  if (code !== null) return { code, lines: [`postern: ${message}`] };
  const firstLine = message.split('\n')[0] || 'an unexpected error';
  return { code: 1, lines: [`postern: ${firstLine}`, 'set POSTERN_DEBUG=1 for the stack'] };
}

/** The exit code of an error that is an answer; null: nobody expected it. */
function answerCode(error: unknown): 1 | 2 | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'RecordingError')
    return (error as Error & { line: number | null }).line === null ? 2 : 1;
  if (error.name === 'OperationError') return (error as Error & { code: string }).code === 'invalid' ? 2 : 1;
  return ANSWERS[error.name] ?? null;
}
