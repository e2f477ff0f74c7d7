import { Gauge, type Registry } from 'prom-client';
import { type AlertRecord, BREAKERS, type BreakerRecord, type Clock } from '../../actors/ports.ts';
import type { WatchedMarket } from '../../actors/watch/watched.ts';
import { PHASES, type Position } from '../../domain/position.ts';
import { SEVERITIES } from './incident-metrics.ts';

/** What is looked at when somebody scrapes, and not before. */
export interface Tree {
  watch(): {
    positions(): readonly Pick<Position, 'phase'>[];
    markets(): readonly Pick<WatchedMarket, 'info' | 'book'>[];
    running(): number;
  };
  breakers(): readonly Pick<BreakerRecord, 'name' | 'tripped'>[];
  ledger(): { database(): { error: string | null; waiting: number } };
  isTrading(): boolean;
}

export interface TreeGaugesOptions {
  tree: Tree;
  clock: Clock;
  openAlerts: () => readonly Pick<AlertRecord, 'kind' | 'severity'>[];
  /** Calls for market data in the last minute of the daemon's clock, and how many there may be. */
  budget: () => { used: number; limit: number };
  isLeaseValid: () => boolean;
}

/** The state of the tree. */
export function gaugeTree(registry: Registry, options: TreeGaugesOptions): void {
  const { tree, clock, openAlerts, budget, isLeaseValid } = options;
  const registers = [registry];
  new Gauge({
    name: 'postern_positions',
    help: 'Positions under watch by state',
    labelNames: ['state'],
    registers,
    collect() {
      const positions = tree.watch().positions();
      for (const state of PHASES)
        if (state !== 'closed') this.set({ state }, positions.filter(({ phase }) => phase === state).length);
    },
  });
  new Gauge({
    name: 'postern_monitors_running',
    help: 'Positions whose monitor runs: fewer than positions while a market is unknown or a monitor crashed',
    registers,
    collect() {
      this.set(tree.watch().running());
    },
  });
  new Gauge({
    name: 'postern_oldest_quote_age_seconds',
    help: "Seconds in the daemon's clock since the oldest of the last books of watched markets that trade was observed",
    registers,
    collect() {
      const ages = tree
        .watch()
        .markets()
        .flatMap(({ info, book }) =>
          info?.status === 'open' && book ? [clock.now() - book.observedAt] : [],
        );
      this.set(ages.reduce((oldest, age) => Math.max(oldest, age), 0) / 1000);
    },
  });
  new Gauge({
    name: 'postern_api_calls_last_minute',
    help: "Calls for market data in the last minute of the daemon's clock",
    registers,
    collect() {
      this.set(budget().used);
    },
  });
  new Gauge({
    name: 'postern_api_calls_per_minute_limit',
    help: 'Calls for market data that one minute may have (monitoring.max_api_calls_per_minute)',
    registers,
    collect() {
      this.set(budget().limit);
    },
  });
  new Gauge({
    name: 'postern_breaker_tripped',
    help: '1 while the circuit breaker is tripped, otherwise 0',
    labelNames: ['name'],
    registers,
    collect() {
      const tripped = new Set(tree.breakers().flatMap((breaker) => (breaker.tripped ? breaker.name : [])));
      for (const name of BREAKERS) this.set({ name }, tripped.has(name) ? 1 : 0);
    },
  });
  new Gauge({
    name: 'postern_alerts_open',
    help: 'Incidents that last, by severity',
    labelNames: ['severity'],
    registers,
    collect() {
      for (const severity of SEVERITIES)
        this.set({ severity }, openAlerts().filter((alert) => alert.severity === severity).length);
    },
  });
  new Gauge({
    name: 'postern_quarantined_positions',
    help: 'Positions that nobody watches because their monitors keep crashing',
    registers,
    collect() {
      this.set(openAlerts().filter(({ kind }) => kind === 'monitor_quarantined').length);
    },
  });
  new Gauge({
    name: 'postern_journal_file_batches_waiting',
    help: 'Batches in the journal file that are not in the database yet',
    registers,
    collect() {
      this.set(tree.ledger().database().waiting);
    },
  });
  new Gauge({
    name: 'postern_journal_file_active',
    help: '1 while writes go into the journal file because the database is out of order, otherwise 0',
    registers,
    collect() {
      this.set(tree.ledger().database().waiting > 0 ? 1 : 0);
    },
  });
  new Gauge({
    name: 'postern_lease_valid',
    help: '1 while the lease is ours and orders may be sent, otherwise 0',
    registers,
    collect() {
      this.set(isLeaseValid() ? 1 : 0);
    },
  });
  new Gauge({
    name: 'postern_trading',
    help: '1 once the account was read and orders may leave, before 0',
    registers,
    collect() {
      this.set(tree.isTrading() ? 1 : 0);
    },
  });
}
