import type { Post } from '../actors/mail.ts';
import type { EntryFile } from '../actors/ports.ts';
import type { Composition } from './composition.ts';

interface MonitorCrash {
  positionId: string;
  afterMs: number;
  error: string;
}

/** What the system machine hears of its own decisions. */
export interface SystemListener {
  /** A vital part threw: the process ends. */
  crashed: (part: string, error: string) => void;
  /** The account was read, and orders may leave. */
  opened: () => void;
}

/** What the system machine decides, put into words and handed to the parts. */
export function systemActions(composition: Composition, post: Post, heard: SystemListener) {
  const { clock, config } = composition;

  const journal = (
    kind: string,
    summary: string,
    positionId: string | null,
    data: Record<string, unknown>,
  ): void =>
    post('ledger', {
      type: 'journal',
      decision: { positionId, exitId: null, at: clock.now(), kind, summary, data },
    });

  const restartMonitor = (_: unknown, { positionId, afterMs, error }: MonitorCrash): void => {
    journal(
      'monitor.restarted',
      `the monitor crashed (${error}); restarted from its stored row in ${afterMs} ms`,
      positionId,
      { error, after_ms: afterMs },
    );
    post('watch', { type: 'monitor.restart', positionId, afterMs });
  };

  /** Before the account is read: its order is looked after, and what it has bought is not taken for a stranger's. */
  const takeOver = ({ edge, attempts }: EntryFile): void => {
    const attempt = attempts.at(-1);
    if (!attempt) return;
    const { market, side } = edge;
    post('watch', { type: 'entry.began', market, side, at: clock.now() });
    if (attempt.endedAt === null) post('desk', { type: 'order.adopt', attempt, priority: 'LOW' });
  };

  return {
    restartMonitor,
    quarantineMonitor: (_: unknown, params: MonitorCrash) => {
      const { positionId, afterMs, error } = params;
      post('ledger', {
        type: 'alert.raise',
        key: `monitor_quarantined:${positionId}`,
        kind: 'monitor_quarantined',
        severity: 'critical',
        positionId,
        text: `position ${positionId} is NOT watched: its monitor keeps crashing (${error}); tried again in ${afterMs / 1000} s, its live order is still looked after`,
        at: clock.now(),
      });
      restartMonitor(_, params);
    },
    monitorRecovered: (_: unknown, { positionId }: { positionId: string }) =>
      post('ledger', {
        type: 'alert.resolve',
        key: `monitor_quarantined:${positionId}`,
        at: clock.now(),
      }),
    reportCrash: (_: unknown, { part, error }: { part: string; error: string }) => {
      if (part === 'ledger' || part === 'desk' || part === 'watch') heard.crashed(part, error);
      else journal('part.restarted', `${part} threw (${error}) and is started again`, null, { part, error });
    },
    openDesk: () => {
      heard.opened();
      post('desk', { type: 'desk.open' });
    },
    startMonitors: () => {
      // Every monitor starts afresh: a quarantine ended with the process that imposed it.
      for (const { key, kind } of composition.openAlerts)
        if (kind === 'monitor_quarantined') post('ledger', { type: 'alert.resolve', key, at: clock.now() });
      post('watch', { type: 'monitors.start', files: composition.positions });
      for (const file of composition.entries ?? []) takeOver(file);
    },
    stopDeciding: () => {
      post('watch', { type: 'deciding.stop' });
      post('entries', { type: 'deciding.stop' });
      post('breakers', { type: 'deciding.stop' });
      post('desk', { type: 'desk.stop', cancelResting: config.shutdown.restingOrders === 'cancel' });
    },
  };
}
