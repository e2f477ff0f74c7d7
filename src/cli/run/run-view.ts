import type { AlertRecord, DecisionRecord } from '../../actors/ports.ts';
import type { Operations, PositionDetail, PositionView } from '../../services/operations/operations.ts';
import { pause } from '../../services/process/processes.ts';

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

const ASK_EVERY_MS = 100;
const MOST_ASKS = 50;

/**
 * A position that the journal has just said is closed, once the store says so too: the journal is heard before its
 * commit. Null when the daemon can't tell any more.
 */
export async function closedPosition(daemon: RunningDaemon, id: string): Promise<PositionDetail | null> {
  for (let asks = 0; asks < MOST_ASKS; asks += 1) {
    const position = await daemon.operations.show(id).catch(() => null);
    if (position === null || position.state === 'closed') return position;
    await pause(ASK_EVERY_MS);
  }
  return null;
}
