import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../services/config/schema.ts';
import { createLog, type Log } from '../../services/log/log.ts';
import { prepareDataDir } from '../../services/process/data-dir.ts';

export interface RunLog {
  log: Log;
  /** Where the log goes; null: stderr. */
  file: string | null;
  setLevel(level: Config['log']['level']): void;
  /** Why the daemon ended, in its own words; null when it had no complaint. */
  lastWords(): string | null;
}

/** The daemon's log: on stderr, or in the data folder while a screen has the terminal. */
export function createRunLog({ log: { level }, dataDir }: Config, { screen }: { screen: boolean }): RunLog {
  const file = screen && process.stderr.isTTY ? join(dataDir, 'postern.log') : null;
  if (file !== null) prepareDataDir(dataDir);
  const target =
    file === null
      ? createLog({ level })
      : createLog({ level, isPretty: false, destination: appendingTo(file) });
  let words: string | null = null;
  const fatal = (facts: unknown, message?: string): void => {
    words = message ?? String(facts);
    target.fatal(...([facts, message] as [object, string]));
  };
  const log: Log = Object.assign(Object.create(target), { fatal });
  const setLevel: RunLog['setLevel'] = (chosen) => {
    target.level = chosen;
  };
  return { log, file, setLevel, lastWords: () => words };
}

const appendingTo = (file: string) => ({
  write: (line: string): void => appendFileSync(file, line, { mode: 0o600 }),
});
