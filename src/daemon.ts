import type { AccountHistory } from './actors/breakers/breaker-book.ts';
import type { AlertRecord, Clock, LocalJournal, Notifier } from './actors/ports.ts';
import { STORE_WAITS } from './compose/composition.ts';
import { composePostern, type Postern } from './compose.ts';
import { createAdopter } from './services/adoption/adopt-holding.ts';
import type { AlertSender } from './services/alerts/alert-sender.ts';
import { openAlertSender } from './services/alerts/open-sender.ts';
import { createSystemClock } from './services/clock.ts';
import type { LoadedConfig } from './services/config/load-config.ts';
import type { Config } from './services/config/schema.ts';
import { inUrl, isLoopback } from './services/http/access.ts';
import { createApp } from './services/http/app.ts';
import { findDaemon } from './services/http/client.ts';
import { EventFeed } from './services/http/events/feed.ts';
import { StreamServer } from './services/http/events/stream-server.ts';
import { EVENTS_PATH, INSPECTION_PATH } from './services/http/places.ts';
import { createSelfReport } from './services/http/self-report.ts';
import { HttpServer } from './services/http/server.ts';
import { CallTally } from './services/http/status.ts';
import { createIds } from './services/ids.ts';
import { InspectionFeed } from './services/inspect/inspection-feed.ts';
import { ActorRegistry } from './services/inspect/registry.ts';
import { StatelyServer } from './services/inspect/stately/stately-server.ts';
import { JournalFile } from './services/journal/journal-file.ts';
import { replayJournal } from './services/journal/journal-replay.ts';
import { LiveOperations } from './services/live/live-operations.ts';
import { PriceHistories } from './services/live/price-histories.ts';
import { reloadOnHangup } from './services/live/reload-on-hangup.ts';
import { RulesInForce } from './services/live/rules-in-force.ts';
import type { Log } from './services/log/log.ts';
import { combineNotifiers, createLogNotifier, OpenAlerts } from './services/log/notifier.ts';
import { Metrics } from './services/metrics/metrics.ts';
import { openEdgeInbox } from './services/model/edge-inbox.ts';
import { followModelFile } from './services/model/model-file.ts';
import { Closing } from './services/process/closing.ts';
import {
  type DaemonFile,
  keepToken,
  prepareDataDir,
  removeDaemonFile,
  writeDaemonFile,
} from './services/process/data-dir.ts';
import { createDrill, startModelDrill } from './services/process/drill.ts';
import { within } from './services/process/processes.ts';
import { type StopSignals, watchSignals } from './services/process/signals.ts';
import { loadAccount } from './services/startup/load-account.ts';
import { type Ownership, takeOwnership } from './services/startup/ownership.ts';
import { openWorld, type World } from './services/startup/world.ts';

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

/** Another daemon runs on this data folder. */
export class DaemonRunningError extends Error {
  override name = 'DaemonRunningError';
}

/**
 * Watches and exits positions until a signal asks it to stop. Resolves with the exit code: 0 after a signal, 2 when a
 * recording is not there or a key can't be used, otherwise 1; the log says why. The caller ends the process with it.
 */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  const { log } = options;
  const signals = watchSignals(log);
  const closing = new Closing(log);
  const die = (error: unknown) => {
    log.fatal({ err: error }, 'an error that nobody caught: ending at once; the next start goes on');
    process.exit(1);
  };
  process.on('uncaughtException', die);
  try {
    const life = await start(options, closing, signals);
    return life === null ? 0 : await live(life, options, signals);
  } catch (error) {
    log.fatal(isExpected(error) ? {} : { err: error }, (error as Error).message);
    return isWrongInput(error) ? 2 : 1;
  } finally {
    await closing.closeAll();
    signals.release();
    process.off('uncaughtException', die);
  }
}

interface Life {
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

/** Everything in its order; null when a signal came meanwhile. The port is taken before anything trades. */
async function start(options: DaemonOptions, closing: Closing, signals: StopSignals): Promise<Life | null> {
  const { config, log, onReady } = options;
  const { dataDir, server } = config;
  const startedAt = new Date();
  prepareDataDir(dataDir);
  await refuseSecond(dataDir);
  const sender = openAlertSender(config.alerts, { log, closing, env: process.env });
  closing.add('daemon.json', () => removeDaemonFile(dataDir, process.pid));
  const owned = await takeOwnership(config, closing, signals.isAsked);
  if (owned === null) return null;
  const journal = new JournalFile({ dataDir, clock: { now: Date.now } });
  await replayJournal({ ...owned, epoch: owned.lease.epoch, journal, now: Date.now, log });
  const http = await HttpServer.listen(server);
  const closeHttp = () => http.close(ANSWERS_WAIT_MS);
  closing.add('API', closeHttp);
  const stately = await listenForStately(options, closing);
  const world = await openWorld(config, owned, log, closing);
  closing.add('API before the venue', closeHttp);
  if (signals.isAsked()) return null;

  const zone = config.circuitBreakers.tradingDayTimeZone;
  const account = await loadAccount(owned.store, world.clock.now(), zone);
  const life = growTree(options, owned, world, { journal, account }, sender);
  const { postern, operations, openAlerts, metrics, events, registry } = life;
  closing.add('metrics', () => metrics.close());
  closing.add('prices', life.prices.follow(createSystemClock()));
  const report = createSelfReport({
    ...life,
    config,
    startedAt,
    tree: postern,
    isStopping: signals.isAsked,
  });
  const access = { host: server.host, port: http.port, token: keepToken(dataDir) };
  const app = createApp({ operations, access, log, metrics, ...report });
  const streams = new StreamServer({
    streams: {
      [EVENTS_PATH]: events,
      [INSPECTION_PATH]: new InspectionFeed({ registry, clock: world.clock }),
    },
    access,
    timer: createSystemClock(),
    log,
  });
  http.serve((request) => app.fetch(request), streams);
  stately?.serve({ registry, clock: world.clock, timer: createSystemClock(), token: access.token, log });
  const file: DaemonFile = {
    url: `http://${inUrl(reachable(server.host))}:${http.port}`,
    pid: process.pid,
    instance: world.instance,
    started_at: startedAt.toISOString(),
  };
  writeDaemonFile(dataDir, file);
  announce(file, life, options);
  followModelFile({
    file: config.model.file,
    clock: world.clock,
    log,
    operations,
    post: postern.post,
    closing,
  });
  const inbox = { intervalMs: config.monitoring.discoveryIntervalMs, store: owned.store };
  closing.add('edge inbox', openEdgeInbox({ ...inbox, clock: world.clock, post: postern.post }));
  closing.add('model drill', startModelDrill(config.drill, world.clock, postern.post));
  signals.onHangup(() => void reloadOnHangup(operations.methods, log));
  onReady?.({ ...file, operations, clock: world.clock, openAlerts: () => openAlerts.list() });
  return life;
}

async function listenForStately(
  { inspectPort, log }: DaemonOptions,
  closing: Closing,
): Promise<StatelyServer | null> {
  if (inspectPort === undefined) return null;
  const server = await StatelyServer.listen(inspectPort);
  closing.add('Stately inspector', () => server.close());
  log.info(
    `statecharts for the Stately inspector: ${server.url} in a browser, or ws://127.0.0.1:${server.port}`,
  );
  return server;
}

function growTree(
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

/** Until a signal, the loss of the lease, or a crash. */
async function live(life: Life, { config, log }: DaemonOptions, signals: StopSignals): Promise<number> {
  const { owned, postern, operations } = life;
  const lost = owned.lost.then((reason) => ({ kind: 'lost' as const, reason }));
  const asked = signals.asked.then(() => ({ kind: 'asked' as const }));
  const first = await Promise.race([postern.ended, lost, asked]);
  operations.stop();
  postern.stop();
  if (first.kind !== 'asked') {
    const code = sayEnd(first, log);
    await within(LAST_WORDS_MS, postern.ended, () => null);
    return code;
  }
  const waitMs = config.shutdown.graceMs + LAST_WORDS_MS;
  return sayEnd(await within(waitMs, Promise.race([postern.ended, lost]), () => ({ kind: 'late' })), log);
}

const LAST_WORDS_MS = 2_000;
const ANSWERS_WAIT_MS = 1_000;

type End = Awaited<Postern['ended']> | { kind: 'lost'; reason: string } | { kind: 'late' };

function sayEnd(end: End, log: Log): number {
  switch (end.kind) {
    case 'stopped':
      log.info('stopped: all is written');
      return 0;
    case 'lost':
      log.fatal(`${end.reason}: nothing is sent any more, and this process ends`);
      return 1;
    case 'crashed':
      log.fatal(
        { part: end.part },
        `the ${end.part} threw (${end.error}): this process ends, the next goes on`,
      );
      return 1;
    case 'late':
      log.fatal('stopping took too long: what is unfinished goes on at the next start');
      return 1;
  }
}

function announce({ url, instance }: DaemonFile, { world }: Life, { config, log }: DaemonOptions): void {
  const { host } = config.server;
  if (!isLoopback(host))
    log.warn(`the API listens on ${host}, which others can reach: every request needs the token`);
  const facts = { url, instance, venue: world.venue.name, speed: config.clock.speed };
  log.info(facts, `watching ${world.positions.length} positions; the API is at ${url}`);
}

/** An embedded database refuses a second daemon by itself; a server's would let it wait for the lease. */
async function refuseSecond(dataDir: string): Promise<void> {
  const other = await findDaemon(dataDir);
  if (other === null) return;
  throw new DaemonRunningError(`a daemon runs on ${dataDir} already: process ${other.pid}, ${other.url}`);
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

/** Where programs on this machine find what listens on every address. */
const reachable = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host);

const EXPECTED = new Set([
  'StoreUnavailableError',
  'LeaseTakenError',
  'AddressError',
  'DaemonRunningError',
  'RecordingError',
  'CredentialsError',
  'OperationError',
]);

const isExpected = (error: unknown): boolean => EXPECTED.has((error as Error).name);

/** A file that is not there, or a key that can't be used: what was given is wrong, not what was done with it. */
const isWrongInput = (error: unknown): boolean =>
  (error as Error).name === 'CredentialsError' ||
  ((error as Error).name === 'RecordingError' && (error as { line?: unknown }).line === null);
