import pino, { type DestinationStream, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Config } from '../config/schema.ts';
import { redactSecrets } from './redact.ts';

/** What the program says of itself: an object of facts, then a sentence. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal'>;

/** A log whose level may change. */
export type LevelledLog = Log & Pick<Logger, 'level'>;

export interface LogOptions {
  level: Config['log']['level'];
  /** For people on a terminal; otherwise one JSON object on each line. */
  isPretty?: boolean;
  /** Where lines go; stderr, written at once, when left out. */
  destination?: DestinationStream;
}

/** A log on stderr. No line carries a secret. */
export function createLog({
  level,
  isPretty = process.stderr.isTTY === true,
  destination,
}: LogOptions): LevelledLog {
  const target = destination ?? standardError(isPretty);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => void target.write(redactSecrets(line)) },
  );
}

/** Written at once: the last line before an exit must not be lost. */
function standardError(isPretty: boolean): DestinationStream {
  if (!isPretty) return pino.destination({ fd: 2, sync: true });
  const stream = pretty({ destination: 2, sync: true, colorize: true, translateTime: 'SYS:HH:MM:ss.l' });
  return { write: (line) => void stream.write(line) };
}
