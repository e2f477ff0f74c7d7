import { Discovery } from '../actors/account/discovery.ts';
import { Reconciler } from '../actors/account/reconciler.ts';
import type { AccountHistory, BreakerMemory } from '../actors/breakers/breaker-book.ts';
import { Breakers } from '../actors/breakers/breakers.ts';
import { reportFailures } from '../actors/breakers/venue-failures.ts';
import { Entries } from '../actors/entries/entries.ts';
import { CallCount } from '../actors/feed/call-count.ts';
import { QuoteFeed } from '../actors/feed/quote-feed.ts';
import { createLedger, type Ledger } from '../actors/ledger/ledger.ts';
import type { DailyLoss, Mail, Post } from '../actors/mail.ts';
import { createDesk } from '../actors/orders/desk.ts';
import type { BreakerName, Venue } from '../actors/ports.ts';
import { Watch } from '../actors/watch/watch.ts';
import { liveSettings } from '../services/config/live-settings.ts';
import { entryMethod, entrySettings } from '../services/entry-rules.ts';
import { type Composition, STORE_WAITS } from './composition.ts';
import { hostPart } from './host-part.ts';
import type { KnownMethods } from './known-methods.ts';

/** Says how each part of the tree is built over the ports; the system machine starts and restarts them. */
export function buildParts(composition: Composition, post: Post, methods: KnownMethods) {
  const { config, clock, store, notifier, epoch, instance, mayTrade, observe, mode } = composition;
  const { monitoring, retries } = config;
  const settings = composition.settings ?? (() => liveSettings(config));
  let watch: Watch;
  let ledger: Ledger;
  let breakers: Breakers | null = null;

  const venue: Venue = reportFailures(composition.venue, (call, reason) =>
    post('breakers', { type: 'venue.failed', call, reason, at: clock.now() }),
  );
  const account = composition.account ?? { breakers: [], day: null, closed: [] };
  const memory: BreakerMemory = { breakers: account.breakers, day: account.day };
  const calls = new CallCount(account.day?.calls ?? null);

  const actors = {
    ledger: hostPart<Mail['ledger']>((crash) => {
      ledger = createLedger({
        store,
        journal: composition.journal ?? null,
        epoch,
        mayTrade,
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
        methodOf: (name, version) => methods.find(name, version),
        rowWriteMs: composition.rowWriteMs,
        dailyLoss: storedDailyLoss(account),
        patientPaused: isTripped(account, 'database'),
        marketOf: composition.marketOf,
        uncovered: UNCOVERED[config.venue.adopt],
        openAlerts: composition.openAlerts,
        observe,
        evaluating: composition.evaluating,
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
        firstMarkOf: (id) => watch.firstMarkOf(id),
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
          methodFor: (market, name) => entryMethod(settings(), methods.all(), market, name),
          methodNames: () => Object.keys(settings().methodEntries),
          methodOf: (name, version) => methods.find(name, version),
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

  return {
    actors,
    watch: () => watch,
    /** As they were stored, until they run. */
    breakers: () => breakers?.snapshot() ?? memory.breakers,
    ledger: () => ledger,
  };
}

/** What becomes of holdings that no position covers (SPEC 8.6), by `venue.adopt`. */
const UNCOVERED = { all: 'adopt', listed: 'alert', none: 'ignore' } as const;

const isTripped = ({ breakers }: AccountHistory, name: BreakerName): boolean =>
  breakers.some((breaker) => breaker.name === name && breaker.tripped);

/** What positions are told first; the numbers follow with the first measurement. */
const storedDailyLoss = (account: AccountHistory): DailyLoss => ({
  tripped: isTripped(account, 'daily_loss'),
  pnl: null,
  limit: null,
});
