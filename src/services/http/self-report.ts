import type { Store } from '../../actors/ports.ts';
import type { Position } from '../../domain/position.ts';
import type { Config } from '../config/schema.ts';
import type { OpenAlerts } from '../notifier.ts';
import type { Ownership } from '../ownership.ts';
import { within } from '../processes.ts';
import type { World } from '../world.ts';
import type { CallTally, DaemonStatus, Readiness } from './status.ts';

export interface SelfReportOptions {
  config: Config;
  owned: Ownership;
  world: World;
  startedAt: Date;
  openAlerts: OpenAlerts;
  calls: CallTally;
  /** The positions under watch. */
  positions: () => Position[];
  isTrading: () => boolean;
  isStopping: () => boolean;
}

const STORE_WAIT_MS = 2_000;

/** What the daemon says of itself. `status` waits for nothing, so that it answers while the store does not. */
export function createSelfReport(options: SelfReportOptions): {
  status: () => DaemonStatus;
  readiness: () => Promise<Readiness>;
} {
  const { config, owned, world, startedAt, openAlerts, calls, positions, isTrading, isStopping } = options;
  const { lease, owner, store } = owned;
  const { venue, mode, clock, instance } = world;
  return {
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
        positions: countStates(positions()),
        alerts: {
          open: alerts.length,
          critical: alerts.filter(({ severity }) => severity === 'critical').length,
        },
        lease: { owner, epoch: lease.epoch, valid: lease.isValid },
        budget: { used: calls.count(clock.now()), limit: config.monitoring.maxApiCallsPerMinute },
        ready: lease.isValid && isTrading(),
        stopping: isStopping(),
      };
    },
    readiness: async () => {
      const parts = { lease: lease.isValid, store: await answers(store), account: isTrading() };
      return { ready: parts.lease && parts.store && parts.account, ...parts };
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
