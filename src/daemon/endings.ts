import type { Postern } from '../compose.ts';
import type { Log } from '../services/log/log.ts';

/** How a life ended. */
export type End = Awaited<Postern['ended']> | { kind: 'lost'; reason: string } | { kind: 'late' };

/** Says it in the log; returns the exit code. */
export function sayEnd(end: End, log: Log): number {
  switch (end.kind) {
    case 'stopped':
      log.info('stopped: all is written');
      return 0;
    case 'lost':
      log.fatal(`${end.reason}: nothing is sent any more, and this process ends`);
      return 1;
    case 'crashed':
      log.fatal(
        { part: end.part },
        `the ${end.part} threw (${end.error}): this process ends, the next goes on`,
      );
      return 1;
    case 'late':
      log.fatal('stopping took too long: what is unfinished goes on at the next start');
      return 1;
  }
}

const EXPECTED = new Set([
  'StoreUnavailableError',
  'LeaseTakenError',
  'AddressError',
  'DaemonRunningError',
  'RecordingError',
  'CredentialsError',
  'OperationError',
]);

/** An error that is an answer: its sentence is all there is to say. */
export const isExpected = (error: unknown): boolean => EXPECTED.has((error as Error).name);

/** A file that is not there, or a key that can't be used: what was given is wrong, not what was done with it. */
export const isWrongInput = (error: unknown): boolean =>
  (error as Error).name === 'CredentialsError' ||
  ((error as Error).name === 'RecordingError' && (error as { line?: unknown }).line === null);
