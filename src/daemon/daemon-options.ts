import type { AlertRecord, Clock, Notifier } from '../actors/ports.ts';
import type { LoadedConfig } from '../services/config/load-config.ts';
import type { Config } from '../services/config/schema.ts';
import type { LiveOperations } from '../services/live/live-operations.ts';
import type { Log } from '../services/log/log.ts';
import type { DaemonFile } from '../services/process/data-dir.ts';

export interface DaemonOptions extends LoadedConfig {
  log: Log;
  /** Reads the same configuration again. Throws a ConfigError. */
  reload: () => LoadedConfig;
  setLogLevel: (level: Config['log']['level']) => void;
  /** Hears what the log hears. */
  notifier?: Partial<Notifier>;
  /** The port of the Stately inspector's protocol on loopback; absent: it is not offered. */
  inspectPort?: number;
  /** Called once everything runs and can be found. */
  onReady?: (ready: DaemonReady) => void;
}

/** A daemon at work, for who shares its process. */
export interface DaemonReady extends DaemonFile {
  operations: LiveOperations;
  clock: Clock;
  openAlerts(): AlertRecord[];
}
