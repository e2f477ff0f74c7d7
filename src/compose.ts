import { createActor, fromCallback } from 'xstate';
import type { AccountHistory, BreakerMemory } from './actors/breaker-book.ts';
import { Breakers } from './actors/breakers.ts';
import { CallCount } from './actors/call-count.ts';
import { createDesk } from './actors/desk.ts';
import { Discovery, type DiscoveryOptions } from './actors/discovery.ts';
import { Entries } from './actors/entries.ts';
import type { InspectionObserver } from './actors/inspection.ts';
import { createLedger, type Ledger } from './actors/ledger.ts';
import type { DailyLoss, Mail, Part, Post } from './actors/mail.ts';
import type {
  AlertRecord,
  BreakerName,
  BreakerRecord,
  Clock,
  DecisionRecord,
  EntryFile,
  Ids,
  LocalJournal,
  Notifier,
  PositionFile,
  Store,
  Venue,
} from './actors/ports.ts';
import { QuoteFeed } from './actors/quote-feed.ts';
import { Reconciler } from './actors/reconciler.ts';
import { reportFailures } from './actors/venue-failures.ts';
import { type PositionMarket, Watch } from './actors/watch.ts';
import type { Method } from './domain/method.ts';
import type { Position } from './domain/position.ts';
import { systemMachine } from './machines/system-machine.ts';
import { type LiveSettings, liveSettings } from './services/config/live-settings.ts';
import type { Config } from './services/config/schema.ts';
import { entryMethod, entrySettings } from './services/entry-rules.ts';

/** Everything in which one life of the program differs from another. */
export interface Composition {
  config: Config;
  /** What a reload may have changed since; default: what `config` says. */
  settings?: () => LiveSettings;
  clock: Clock;
  venue: Venue;
  store: Store;
  /** Takes the writes while the database is out of order; absent: they wait. */
  journal?: LocalJournal;
  /** How long a commit may take (ms) before it counts as failed, and how often a database out of order is tried. */
  storeWaits?: { patienceMs: number; probeMs: number };
  notifier: Notifier;
  epoch: number;
  instance: string;
  mode: 'poll' | 'stream';
  /** The lease is ours at this moment. */
  mayTrade: () => boolean;
  /** Every version that a stored position may name. */
  methods: Method[];
  positions: PositionFile[];
  /** Entries that an earlier life left under way; absent: none. */
  entries?: EntryFile[];
  ids: Ids;
  openAlerts: AlertRecord[];
  /** The account as it was stored; absent: a new one. */
  account?: AccountHistory;
  /** How often rows are written for the mark alone (ms); null: never. */
  rowWriteMs: number | null;
  /** What one position knows of its market beside what the venue says. */
  marketOf?: PositionMarket;
  observe?: InspectionObserver;
  /** Practice: may throw in the middle of a position's evaluation. */
  drill?: ((position: Position) => void) | undefined;
  /** Makes a position of what the account holds and no position covers. */
  adopt?: DiscoveryOptions['adopt'];
  called?: (kind: 'books' | 'markets', at: number) => void;
  delayed?: (delayMs: number, at: number) => void;
}

/** The running tree. */
export interface Postern {
  post: Post;
  watch(): Watch;
  /** The account was read, so that orders may leave. */
  isTrading(): boolean;
  /** The circuit breakers as they are now. */
  breakers(): BreakerRecord[];
  addMethod(method: Method): void;
  /** Takes no new decisions, lets orders end or leaves them, flushes, and ends. */
  stop(): void;
  ended: Promise<{ kind: 'stopped' } | { kind: 'crashed'; part: string; error: string }>;
  /** Messages posted so far: a driver of virtual time waits when it has grown. */
  activity(): number;
}

type Failure = { type: 'part.failed'; error: unknown };

/** Builds the tree of ARCHITECTURE.md over the ports and starts it. Holds no module state: several may run at once. */
export function composePostern(composition: Composition): Postern {
  const { config, clock, store, notifier, epoch, instance, mayTrade, observe, mode } = composition;
  const methods = new Map(
    composition.methods.map((method) => [methodKey(method.name, method.version), method]),
  );
  const { monitoring, retries, supervision, shutdown } = config;
  const settings = composition.settings ?? (() => liveSettings(config));
  let posted = 0;
  let watch: Watch;
  let ledger: Ledger;
  let breakers: Breakers;
  let crash: { part: string; error: string } | null = null;
  let trading = false;

  const post: Post = (to, mail) => {
    if (mail.type !== 'book') posted += 1;
    if (to === 'system') system.send(mail as Mail['system']);
    else system.system.get(to)?.send(mail as never);
  };

  const journal = (
    kind: string,
    summary: string,
    positionId: string | null,
    data: Record<string, unknown>,
  ): void => {
    const decision: DecisionRecord = { positionId, exitId: null, at: clock.now(), kind, summary, data };
    post('ledger', { type: 'journal', decision });
  };

  const venue = reportFailures(composition.venue, (call, reason) =>
    post('breakers', { type: 'venue.failed', call, reason, at: clock.now() }),
  );
  const account = composition.account ?? { breakers: [], day: null, closed: [] };
  const memory: BreakerMemory = { breakers: account.breakers, day: account.day };
  const calls = new CallCount(account.day?.calls ?? null);

  const methodOf = (name: string, version: number): Method => {
    const method = methods.get(methodKey(name, version));
    if (!method) throw new Error(`method ${name} version ${version} is not known`);
    return method;
  };

  const parts = {
    ledger: hostPart<Mail['ledger']>((crash) => {
      ledger = createLedger({
        store,
        journal: composition.journal ?? null,
        epoch,
        clock,
        notifier,
        post,
        retryMs: retries.databaseBackoffMs,
        tries: retries.databaseWrites + 1,
        ...(composition.storeWaits ?? STORE_WAITS),
        openAlerts: composition.openAlerts,
        crash,
      });
      return ledger;
    }),
    desk: hostPart<Mail['desk']>((crash) =>
      createDesk({ venue, clock, post, mayTrade, ownPrefix: `p${instance}-`, crash, observe }),
    ),
    watch: hostPart<Mail['watch']>(() => {
      watch = new Watch({
        clock,
        post,
        instance,
        methodOf,
        rowWriteMs: composition.rowWriteMs,
        dailyLoss: storedDailyLoss(account),
        patientPaused: isTripped(account, 'database'),
        marketOf: composition.marketOf,
        uncovered: UNCOVERED[config.venue.adopt],
        openAlerts: composition.openAlerts,
        observe,
        drill: composition.drill,
      });
      return watch;
    }),
    feed: hostPart<Mail['feed']>((crash) => {
      const feed = new QuoteFeed({
        venue,
        clock,
        post,
        mode,
        normalMs: monitoring.normalFrequencyMs,
        urgentMs: monitoring.urgentFrequencyMs,
        cacheMs: monitoring.priceCacheTtlMs,
        maxQuoteAgeMs: monitoring.maxQuoteAgeMs,
        callsPerMinute: Math.max(1, monitoring.maxApiCallsPerMinute - venue.capabilities.callsBeside),
        marketInfoMs: monitoring.normalFrequencyMs,
        orphanAfterMs: monitoring.orphanAfterMs,
        orphanRepeatMs: monitoring.orphanRepeatMs,
        retryMs: retries.venueBackoffMs,
        called: (kind, at) => {
          calls.add(at);
          composition.called?.(kind, at);
        },
        delayed: composition.delayed,
        crash,
      });
      post('watch', { type: 'feed.started' });
      post('entries', { type: 'feed.started' });
      return feed;
    }),
    reconciler: hostPart<Mail['reconciler']>(
      (crash) =>
        new Reconciler({
          venue,
          clock,
          post,
          intervalMs:
            config.venue.adopt === 'all'
              ? Math.min(monitoring.reconcileIntervalMs, monitoring.discoveryIntervalMs)
              : monitoring.reconcileIntervalMs,
          retryMs: retries.venueBackoffMs,
          alertAfterMs: monitoring.orphanAfterMs,
          repeatMs: monitoring.orphanRepeatMs,
          crash,
        }),
    ),
    breakers: hostPart<Mail['breakers']>((crash) => {
      breakers = new Breakers({
        clock,
        post,
        timeZone: config.circuitBreakers.tradingDayTimeZone,
        rules: () => settings().circuitBreakers,
        memory,
        rows: composition.positions.map(({ position }) => position),
        valuations: () => watch.valuations(monitoring.orphanAfterMs),
        closedSince: (from) => [
          ...account.closed.filter(({ closedAt }) => closedAt !== null && closedAt >= from),
          ...watch.closedSince(from),
        ],
        boughtByUs: async (id) => (await store.entry(id)) !== null,
        calls,
        database: () => ledger.database(),
        crash,
        observe,
      });
      return breakers;
    }),
    entries: hostPart<Mail['entries']>(
      (crash) =>
        new Entries({
          store,
          venue,
          clock,
          post,
          ids: composition.ids,
          instance,
          settings: () => entrySettings(settings()),
          methodFor: (market, name) => entryMethod(settings(), [...methods.values()], market, name),
          methodNames: () => Object.keys(settings().methodEntries),
          methodOf,
          positions: () => watch.positions().filter(({ phase }) => phase !== 'closed'),
          maxModelAgeMs: monitoring.maxModelAgeMs,
          maxAheadMs: config.model.maxAheadMs,
          retryMs: retries.venueBackoffMs,
          observe,
          crash,
        }),
    ),
    discovery: hostPart<Mail['discovery']>(
      (crash) =>
        new Discovery({
          store,
          clock,
          post,
          intervalMs: monitoring.discoveryIntervalMs,
          adopt: composition.adopt,
          crash,
        }),
    ),
  };

  /** Before the account is read: its order is looked after, and what it has bought is not taken for a stranger's. */
  const takeOver = ({ edge, attempts }: EntryFile): void => {
    const attempt = attempts.at(-1);
    if (!attempt) return;
    const { market, side } = edge;
    post('watch', { type: 'entry.began', market, side, at: clock.now() });
    if (attempt.endedAt === null) post('desk', { type: 'order.adopt', attempt, priority: 'LOW' });
  };

  const restartMonitor = (
    _: unknown,
    params: { positionId: string; afterMs: number; error: string },
  ): void => {
    const { positionId, afterMs, error } = params;
    journal(
      'monitor.restarted',
      `the monitor crashed (${error}); restarted from its stored row in ${afterMs} ms`,
      positionId,
      { error, after_ms: afterMs },
    );
    post('watch', { type: 'monitor.restart', positionId, afterMs });
  };

  const system = createActor(
    systemMachine.provide({
      actors: parts as never,
      actions: {
        restartMonitor,
        quarantineMonitor: (_, params) => {
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
        monitorRecovered: (_, { positionId }) =>
          post('ledger', {
            type: 'alert.resolve',
            key: `monitor_quarantined:${positionId}`,
            at: clock.now(),
          }),
        reportCrash: (_, { part, error }) => {
          if (part === 'ledger' || part === 'desk' || part === 'watch') crash ??= { part, error };
          else
            journal('part.restarted', `${part} threw (${error}) and is started again`, null, { part, error });
        },
        openDesk: () => {
          trading = true;
          post('desk', { type: 'desk.open' });
        },
        startMonitors: () => {
          // Every monitor starts afresh: a quarantine ended with the process that imposed it.
          for (const { key, kind } of composition.openAlerts)
            if (kind === 'monitor_quarantined')
              post('ledger', { type: 'alert.resolve', key, at: clock.now() });
          post('watch', { type: 'monitors.start', files: composition.positions });
          for (const file of composition.entries ?? []) takeOver(file);
        },
        stopDeciding: () => {
          post('watch', { type: 'deciding.stop' });
          post('entries', { type: 'deciding.stop' });
          post('breakers', { type: 'deciding.stop' });
          post('desk', { type: 'desk.stop', cancelResting: shutdown.restingOrders === 'cancel' });
        },
      },
    }),
    {
      id: 'system',
      systemId: 'system',
      clock: clock as never,
      input: {
        supervision: {
          backoffMs: supervision.backoffMs,
          maxCrashes: supervision.maxCrashes,
          windowMs: supervision.crashWindowMs,
          quarantineRetryMs: supervision.quarantineRetryMs,
        },
        graceMs: shutdown.graceMs,
        now: () => clock.now(),
      },
      ...(observe ? { inspect: observe } : {}),
    },
  );

  const ended = new Promise<Awaited<Postern['ended']>>((resolve) => {
    system.subscribe({
      complete: () => resolve(crash ? { kind: 'crashed', ...crash } : { kind: 'stopped' }),
      error: (error) => resolve({ kind: 'crashed', part: 'system', error: String(error) }),
    });
  });
  system.start();
  const unwarn = venue.warn(({ key, kind, severity, text }) => {
    const at = clock.now();
    post(
      'ledger',
      text === null
        ? { type: 'alert.resolve', key, at }
        : { type: 'alert.raise', key, kind, severity, positionId: null, text, at },
    );
  });
  void ended.then(unwarn);

  return {
    post,
    watch: () => watch,
    isTrading: () => trading,
    breakers: () => breakers.snapshot(),
    addMethod: (method) => methods.set(methodKey(method.name, method.version), method),
    stop: () => post('system', { type: 'stop.requested' }),
    ended,
    activity: () => posted,
  };
}

/** What becomes of holdings that no position covers (SPEC 8.6), by `venue.adopt`. */
const UNCOVERED = { all: 'adopt', listed: 'alert', none: 'ignore' } as const;

/** How patient the ledger is with the database (ms). */
export const STORE_WAITS = { patienceMs: 5_000, probeMs: 2_000 };

const isTripped = ({ breakers }: AccountHistory, name: BreakerName): boolean =>
  breakers.some((breaker) => breaker.name === name && breaker.tripped);

/** What positions are told first; the numbers follow with the first measurement. */
const storedDailyLoss = (account: AccountHistory): DailyLoss => ({
  tripped: isTripped(account, 'daily_loss'),
  pnl: null,
  limit: null,
});

const methodKey = (name: string, version: number): string => `${name}@${version}`;

/** Runs a part as an actor of the tree: what it throws, in a message or behind one, is the actor's crash. */
const hostPart = <M extends { type: string }>(build: (crash: (error: unknown) => void) => Part<M>) =>
  fromCallback<M | Failure>(({ receive, self }) => {
    const part = build((error) => self.send({ type: 'part.failed', error }));
    receive((mail) => {
      try {
        if (isFailure(mail)) throw mail.error;
        part.receive(mail as M);
      } catch (error) {
        part.stop();
        throw error;
      }
    });
    return () => part.stop();
  });

const isFailure = (mail: { type: string }): mail is Failure => mail.type === 'part.failed';
