import type { AlertRecord, DecisionRecord } from '../../actors/ports.ts';
import type { Operations, PositionView } from '../../services/operations.ts';

/** The running daemon as a view sees it. */
export interface RunningDaemon {
  url: string;
  operations: Pick<Operations, 'positions' | 'show'>;
  /** The daemon's time (ms) may run faster than ours. */
  clock: { now(): number };
  openAlerts(): Pick<AlertRecord, 'severity' | 'text' | 'lastAt'>[];
}

/** What `postern run` shows while the daemon runs. */
export interface RunView {
  begin(daemon: RunningDaemon): void;
  /** Hears every line of the journal, from before the daemon is ready on. */
  note(decision: DecisionRecord): void;
  /** Gives the terminal back at once: for who is about to die. */
  restore(): void;
  /** Shows what is left to show. */
  end(): Promise<void>;
}

/** Every position that is watched; a daemon that is going down shows none. */
export const openPositions = async (daemon: RunningDaemon | null): Promise<PositionView[]> =>
  daemon === null ? [] : daemon.operations.positions({ closed: false }).catch(() => []);
