import type { DaemonOptions } from './daemon/daemon-options.ts';
import { isExpected, isWrongInput, sayEnd } from './daemon/endings.ts';
import { growTree, type Life } from './daemon/grow-tree.ts';
import { openAlertSender } from './services/alerts/open-sender.ts';
import { createSystemClock } from './services/clock.ts';
import { inUrl, isLoopback } from './services/http/access.ts';
import { createApp } from './services/http/app.ts';
import { findDaemon } from './services/http/client.ts';
import { StreamServer } from './services/http/events/stream-server.ts';
import { EVENTS_PATH, INSPECTION_PATH } from './services/http/places.ts';
import { createSelfReport } from './services/http/self-report.ts';
import { HttpServer } from './services/http/server.ts';
import { InspectionFeed } from './services/inspect/inspection-feed.ts';
import { StatelyServer } from './services/inspect/stately/stately-server.ts';
import { JournalFile } from './services/journal/journal-file.ts';
import { replayJournal } from './services/journal/journal-replay.ts';
import { reloadOnHangup } from './services/live/reload-on-hangup.ts';
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
import { startModelDrill } from './services/process/drill.ts';
import { within } from './services/process/processes.ts';
import { type StopSignals, watchSignals } from './services/process/signals.ts';
import { loadAccount } from './services/startup/load-account.ts';
import { takeOwnership } from './services/startup/ownership.ts';
import { openWorld } from './services/startup/world.ts';

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

/** Where programs on this machine find what listens on every address. */
const reachable = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host);
