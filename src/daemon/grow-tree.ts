import type { AccountHistory } from '../actors/breakers/breaker-book.ts';
import type { LocalJournal } from '../actors/ports.ts';
import { STORE_WAITS } from '../compose/composition.ts';
import { composePostern, type Postern } from '../compose.ts';
import { createAdopter } from '../services/adoption/adopt-holding.ts';
import type { AlertSender } from '../services/alerts/alert-sender.ts';
import type { Config } from '../services/config/schema.ts';
import { EventFeed } from '../services/http/events/feed.ts';
import { CallTally } from '../services/http/status.ts';
import { createIds } from '../services/ids.ts';
import { ActorRegistry } from '../services/inspect/registry.ts';
import { LiveOperations } from '../services/live/live-operations.ts';
import { PriceHistories } from '../services/live/price-histories.ts';
import { RulesInForce } from '../services/live/rules-in-force.ts';
import { combineNotifiers, createLogNotifier, OpenAlerts } from '../services/log/notifier.ts';
import { Metrics } from '../services/metrics/metrics.ts';
import { createDrill } from '../services/process/drill.ts';
import type { Ownership } from '../services/startup/ownership.ts';
import type { World } from '../services/startup/world.ts';
import type { DaemonOptions } from './daemon-options.ts';

/** One life of the program, with what looks on. */
export interface Life {
  owned: Ownership;
  world: World;
  postern: Postern;
  operations: LiveOperations;
  openAlerts: OpenAlerts;
  calls: CallTally;
  metrics: Metrics;
  events: EventFeed;
  prices: PriceHistories;
  registry: ActorRegistry;
}

/** The running tree over the world of this life, with everything that measures it, tells of it and can be asked of it. */
export function growTree(
  options: DaemonOptions,
  owned: Ownership,
  world: World,
  stored: { journal: LocalJournal; account: AccountHistory },
  sender: AlertSender,
): Life {
  const { config, log, notifier, reload, setLogLevel } = options;
  const { lease } = owned;
  const { clock, mode, latest, positions, alerts } = world;
  const { speed } = config.clock;
  const metrics = new Metrics({ clock, speed, mode, venue: world.venue.name });
  const openAlerts = new OpenAlerts(alerts);
  const calls = new CallTally();
  const registry = new ActorRegistry({
    clock,
    failed: (error) => log.error({ err: error }, 'the inspector has failed: what it shows may be wrong'),
  });
  let tree: Postern | null = null;
  const events = new EventFeed({
    clock,
    watch: () => tree!.watch(),
    breakers: () => tree!.breakers(),
    openAlerts,
  });
  const measured = metrics.measure({
    venue: world.venue,
    store: owned.store,
    journal: stored.journal,
    notifier: combineNotifiers([createLogNotifier(log), openAlerts, events, sender, notifier ?? {}]),
    called: (_, at) => calls.add(at),
  });
  const { venue, store } = measured;
  const ids = createIds();
  const rules = new RulesInForce(options, latest);
  sender.begin({
    instance: world.instance,
    settings: () => rules.config.config.alerts,
    open: alerts,
    now: () => clock.now(),
    marketOf: (id) =>
      (tree?.watch().view(id) ?? positions.find(({ position }) => position.id === id))?.position.market ??
      null,
  });
  const postern = composePostern({
    ...world,
    ...stored,
    ...measured,
    config: inRealTime(config),
    storeWaits: { patienceMs: STORE_WAITS.patienceMs * speed, probeMs: STORE_WAITS.probeMs * speed },
    settings: rules.config.settings,
    epoch: lease.epoch,
    mayTrade: () => lease.isValid,
    positions,
    ids,
    openAlerts: alerts,
    rowWriteMs: config.monitoring.rowWriteIntervalMs,
    adopt: createAdopter({ venue, store, clock, ids, rules: rules.adoption }),
    drill: createDrill(config.drill, clock),
    observe: registry.observe,
  });
  tree = postern;
  const prices = new PriceHistories({ watch: () => postern.watch(), log });
  const operations = new LiveOperations({
    tree: postern,
    store,
    clock,
    ids,
    venue,
    cover: world.cover,
    rules,
    prices,
    reload,
    setLogLevel,
  });
  metrics.watchMessages(() => sender.counts());
  metrics.watchTree({
    tree: postern,
    openAlerts: () => openAlerts.list(),
    budget: () => ({ used: calls.count(clock.now()), limit: config.monitoring.maxApiCallsPerMinute }),
    isLeaseValid: () => lease.isValid,
  });
  return { owned, world, postern, operations, openAlerts, calls, metrics, events, prices, registry };
}

/** The tree measures its last seconds on the paper clock, but whoever stops it waits in real ones, and so does a database. */
const inRealTime = (config: Config): Config => ({
  ...config,
  shutdown: { ...config.shutdown, graceMs: config.shutdown.graceMs * config.clock.speed },
  retries: {
    ...config.retries,
    databaseBackoffMs: config.retries.databaseBackoffMs.map((ms) => ms * config.clock.speed),
  },
});
