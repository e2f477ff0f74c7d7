import type { Ledger } from '../../actors/ledger/ledger.ts';
import type { Store } from '../../actors/ports.ts';
import type { Watch } from '../../actors/watch/watch.ts';
import type { Position } from '../../domain/position.ts';
import type { Config } from '../config/schema.ts';
import type { OpenAlerts } from '../log/notifier.ts';
import { within } from '../process/processes.ts';
import type { Ownership } from '../startup/ownership.ts';
import type { World } from '../startup/world.ts';
import { countSilent, judgeHealth, judgeReadiness } from './health.ts';
import { createRecords, type Records } from './records.ts';
import type { CallTally, DaemonStatus, Health, Readiness } from './status.ts';

export interface SelfReportOptions {
  config: Config;
  owned: Ownership;
  world: World;
  startedAt: Date;
  openAlerts: OpenAlerts;
  calls: CallTally;
  tree: {
    watch(): Pick<Watch, 'positions' | 'markets'>;
    ledger(): Pick<Ledger, 'database' | 'writingSince'>;
    isTrading(): boolean;
    ended: Promise<{ kind: 'stopped' } | { kind: 'crashed'; part: string; error: string }>;
  };
  isStopping: () => boolean;
}

const STORE_WAIT_MS = 2_000;

/** What the daemon says of itself. `status` waits for nothing, so that it answers while the store does not. */
export function createSelfReport(options: SelfReportOptions): {
  status: () => DaemonStatus;
  health: () => Health;
  readiness: () => Promise<Readiness>;
  records: Records;
} {
  const { config, owned, world, startedAt, openAlerts, calls, tree, isStopping } = options;
  const { lease, owner, store } = owned;
  const { venue, mode, clock, instance } = world;
  const { orphanAfterMs } = config.monitoring;
  let ended: string | null = null;
  void tree.ended.then((end) => {
    ended = end.kind === 'stopped' ? 'it was stopped' : `the ${end.part} threw (${end.error})`;
  });
  return {
    records: createRecords({ store, clock, openAlerts }),
    status: () => {
      const alerts = openAlerts.list();
      return {
        instance,
        pid: process.pid,
        started_at: startedAt.toISOString(),
        uptime_seconds: Math.floor((Date.now() - startedAt.getTime()) / 1000),
        venue: venue.name,
        mode,
        clock: { now: new Date(clock.now()).toISOString(), speed: config.clock.speed },
        positions: countStates(tree.watch().positions()),
        alerts: {
          open: alerts.length,
          critical: alerts.filter(({ severity }) => severity === 'critical').length,
        },
        lease: { owner, epoch: lease.epoch, valid: lease.isValid },
        budget: { used: calls.count(clock.now()), limit: config.monitoring.maxApiCallsPerMinute },
        ready: lease.isValid && tree.isTrading(),
        stopping: isStopping(),
      };
    },
    health: () => {
      const at = clock.now();
      const since = tree.ledger().writingSince();
      const orphans = new Set(
        openAlerts.list().flatMap(({ kind, positionId }) => (kind === 'position_orphaned' ? positionId : [])),
      );
      return judgeHealth({
        ended,
        writingForMs: since === null ? null : (at - since) / config.clock.speed,
        databaseError: tree.ledger().database().error,
        silentMarkets: countSilent(tree.watch().markets(), at, orphanAfterMs, (id) => orphans.has(id)),
        orphanAfterMs,
      });
    },
    readiness: async () => {
      const storeAnswers = await answers(store);
      const watches = tree.watch().markets().length > 0;
      return judgeReadiness({
        isStopping: isStopping(),
        isLeaseValid: lease.isValid,
        storeAnswers,
        isTrading: tree.isTrading(),
        feedRuns: !watches || clock.now() - calls.lastAt <= orphanAfterMs,
      });
    },
  };
}

function answers(store: Store): Promise<boolean> {
  const asked = store.decisions({ limit: 1 }).then(
    () => true,
    () => false,
  );
  return within(STORE_WAIT_MS, asked, () => false);
}

function countStates(positions: readonly Position[]): DaemonStatus['positions'] {
  const counts: DaemonStatus['positions'] = {};
  for (const { phase } of positions) counts[phase] = (counts[phase] ?? 0) + 1;
  return counts;
}
