import { type Book, type MarketInfo, quoteForSide } from '../domain/market.ts';
import type { Method } from '../domain/method.ts';
import { ONE_DOLLAR } from '../domain/money.ts';
import type { Position } from '../domain/position.ts';
import { skipBand } from '../domain/skip-band.ts';
import type { PositionEvent } from '../machines/position-events.ts';
import { AccountComparison, type AccountComparisonOptions } from './account-comparison.ts';
import { endedFact } from './attempt-progress.ts';
import type { InspectionObserver } from './inspection.ts';
import type { Cadence, DailyLoss, Part, Post, WatchMail } from './mail.ts';
import { MarketBands } from './market-bands.ts';
import { Monitor, type Outcome } from './monitor.ts';
import type { AccountReport, AttemptRecord, Clock, PositionFile } from './ports.ts';
import { illiquidAlert, orphanAlert, orphanOver, raisedAlerts, resolvedAlerts } from './position-alerts.ts';
import { PositionHost } from './position-host.ts';
import { Refusals } from './refusals.ts';
import { restorePosition } from './restore.ts';

export interface WatchOptions {
  clock: Clock;
  post: Post;
  instance: string;
  methodOf: (name: string, version: number) => Method;
  rowWriteMs: number | null;
  dailyLoss: DailyLoss;
  observe?: InspectionObserver | undefined;
  drill?: ((position: Position) => void) | undefined;
  marketOf?: PositionMarket | undefined;
  /** What becomes of holdings that no position covers. */
  uncovered: AccountComparisonOptions['uncovered'];
  openAlerts: AccountComparisonOptions['openAlerts'];
}

/** What one position knows of its market beside what the venue says: a replay's close time, volume, settlement. */
export type PositionMarket = (position: Position, market: MarketInfo) => MarketInfo;

/** A position under watch; `monitor` is null while its market is unknown, or between a crash and a restart. */
interface Watched {
  file: PositionFile;
  monitor: Monitor | null;
  slot: number | null;
  market: Market;
  /** Null before the first evaluation: an earlier life may have alerted. */
  illiquid: boolean | null;
  /** Only the supervisor's word starts it again. */
  crashed: boolean;
  /** That word was given and its backoff is over: the next read of its row starts it. */
  mayRestart: boolean;
  restarts: number;
  readonly refusals: Refusals;
  /** What it was told while no monitor ran. */
  missed: PositionEvent[];
}

interface Market {
  name: string;
  info: MarketInfo | null;
  book: Book | null;
  bands: MarketBands<Watched>;
  members: Set<Watched>;
  urgent: number;
  cadence: Cadence | null;
}

/** Hosts the position actors: routes quotes by market and facts by position, and hands what they decide to the ledger. */
export class Watch implements Part<WatchMail> {
  readonly #options: WatchOptions;
  readonly #positions = new Map<string, Watched>();
  readonly #markets = new Map<string, Market>();
  readonly #urgent = new Set<string>();
  #incarnations = 0;
  #deciding = true;
  #stopped = false;
  #sweep: ReturnType<Clock['setTimeout']> | null = null;
  readonly #account: AccountComparison;
  readonly #host: PositionHost;
  #dailyLoss: DailyLoss;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#dailyLoss = options.dailyLoss;
    this.#host = new PositionHost(options.drill);
    this.#account = new AccountComparison(options);
    this.#scheduleSweep(0);
  }

  receive(mail: WatchMail): void {
    switch (mail.type) {
      case 'monitors.start':
        for (const file of mail.files) this.#add(file);
        return;
      case 'position.adopted':
        return this.#add(mail.file);
      case 'monitor.restart':
        return this.#restartLater(mail.positionId, mail.afterMs);
      case 'position.loaded':
        return this.#reload(mail.file);
      case 'position.event':
        return this.#tell(mail.positionId, mail.event);
      case 'broadcast':
        if (mail.event.type === 'breaker.changed') this.#dailyLoss = mail.event.dailyLoss;
        for (const { monitor } of [...this.#positions.values()]) monitor?.send(mail.event);
        return;
      case 'book':
        return mail.positionId === null
          ? this.#receiveBook(mail.book, mail.at)
          : this.#answerQuote(mail.positionId, mail.book, mail.at);
      case 'market.changed':
        return this.#changeMarket(mail.market, mail.at);
      case 'cadence.due':
        return this.#tick(mail.market, mail.at);
      case 'market.orphaned':
        return this.#raiseOrphans(mail);
      case 'market.fresh':
        return this.#resolveOrphans(mail.market, mail.at);
      case 'account.read':
        return this.#compareAccount(mail.report);
      case 'commit.refused':
        return this.#refuse(mail.positionId, mail.error);
      case 'feed.started':
        return this.#introduceMarkets();
      case 'deciding.stop':
        this.#deciding = false;
        for (const { monitor } of this.#positions.values()) monitor?.stop();
        return;
    }
  }

  /** A fact is as new as its delivery: its commit may have taken long, and the quote before it has aged meanwhile. */
  #tell(positionId: string, event: PositionEvent): void {
    if (!this.#deciding) return;
    const { clock, post } = this.#options;
    const now = clock.now();
    const dated = 'at' in event && event.at < now ? { ...event, at: now } : event;
    const watched = this.#positions.get(positionId);
    if (watched && event.type === 'order.over') {
      if (mayBeShort(event, positionOf(watched))) post('reconciler', { type: 'account.wanted' });
      const alert = watched.refusals.note(positionOf(watched), event, now);
      if (alert) post('ledger', alert);
    }
    if (watched?.monitor) watched.monitor.send(dated);
    else watched?.missed.push(event);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#sweep !== null) this.#options.clock.clearTimeout(this.#sweep);
    for (const { monitor } of this.#positions.values()) monitor?.stop();
  }

  /** The positions under watch as they are now, for views and reports. */
  positions(): Position[] {
    return [...this.#positions.values()].map((watched) => positionOf(watched));
  }

  /** How many monitors run. */
  running(): number {
    let count = 0;
    for (const { monitor } of this.#positions.values()) if (monitor !== null) count += 1;
    return count;
  }

  /** One position with its evaluation as it is now; null when it is not under watch. */
  view(positionId: string) {
    const watched = this.#positions.get(positionId);
    if (!watched) return null;
    const live = watched.monitor?.watched;
    return {
      position: positionOf(watched),
      evaluation: live?.evaluation ?? watched.file.evaluation,
      market: watched.market.info,
      /** The market's last book: the position may have skipped it. */
      book: watched.market.book,
      /** All that its monitor decides from; null while none runs. */
      watched: live ?? null,
    };
  }

  // ── Positions come and go ──────────────────────────────────────────────────────────────────────────────

  #add(file: PositionFile): void {
    const { id, market: name } = file.position;
    if (this.#positions.has(id)) return;
    const market = this.#market(name);
    const watched: Watched = {
      file,
      monitor: null,
      slot: null,
      market,
      illiquid: null,
      crashed: false,
      mayRestart: false,
      restarts: 0,
      refusals: new Refusals(),
      missed: [],
    };
    this.#positions.set(id, watched);
    market.members.add(watched);
    this.#setUrgent(watched, isUrgentPhase(file.position));
    this.#adoptLiveOrder(file);
    if (market.info === null) this.#options.post('feed', { type: 'market.wanted', market: name });
    else this.#startMonitor(watched, market.info);
  }

  #startMonitor(watched: Watched, info: MarketInfo): void {
    const { post } = this.#options;
    const { file, market } = watched;
    const last = lastOrder(file);
    try {
      const monitor = this.#buildMonitor(watched, info);
      watched.monitor = monitor;
      watched.slot = market.bands.add(watched);
      monitor.start();
    } catch (error) {
      if (!watched.crashed) this.#crash(watched, error);
    }
    if (!watched.monitor) return;
    if (watched.restarts > 0) post('system', { type: 'monitor.started', positionId: file.position.id });
    if (last && last.endedAt !== null) watched.monitor.send(endedFact(last));
    for (const event of watched.missed.splice(0)) this.#tell(file.position.id, event);
    post('feed', { type: 'market.joined', market: market.name, positionId: watched.file.position.id });
  }

  #buildMonitor(watched: Watched, info: MarketInfo): Monitor {
    const { clock, instance, methodOf, rowWriteMs, observe } = this.#options;
    const position = restorePosition(watched.file);
    const own = this.#options.marketOf?.(position, info) ?? info;
    return new Monitor(
      {
        host: this.#host,
        position,
        method: methodOf(position.method, position.methodVersion),
        surroundings: { market: own, dailyLoss: this.#dailyLoss, opportunity: null },
        instance,
        clock,
        rowWriteMs,
        observe,
        settled: (outcome) => this.#settle(watched, outcome),
        crashed: (error) => this.#crash(watched, error),
      },
      ++this.#incarnations,
    );
  }

  /** A live order is looked after whether or not its monitor starts, and before strays are looked for. */
  #adoptLiveOrder(file: PositionFile): void {
    const attempt = lastOrder(file);
    if (!attempt || attempt.endedAt !== null) return;
    const cancelRequested = attempt.cancelRequested || file.position.exit?.attempt?.cancelRequested === true;
    const { priority } = file.position.exit!;
    this.#options.post('desk', { type: 'order.adopt', attempt: { ...attempt, cancelRequested }, priority });
  }

  #remove(watched: Watched): void {
    const { id } = watched.file.position;
    this.#account.noteClosed(positionOf(watched));
    this.#clearSlot(watched);
    this.#setUrgent(watched, false);
    this.#positions.delete(id);
    watched.market.members.delete(watched);
    this.#changeCadence(watched.market);
    if (watched.market.members.size === 0) this.#markets.delete(watched.market.name);
    this.#options.post('system', { type: 'monitor.closed', positionId: id });
  }

  #clearSlot(watched: Watched): void {
    if (watched.slot === null) return;
    const moved = watched.market.bands.remove(watched.slot);
    if (moved) moved.slot = watched.slot;
    watched.slot = null;
  }

  #crash(watched: Watched, error: unknown): void {
    this.#clearSlot(watched);
    watched.monitor = null;
    watched.crashed = true;
    const text = error instanceof Error ? error.message : String(error);
    this.#options.post('system', {
      type: 'monitor.crashed',
      positionId: watched.file.position.id,
      error: text,
    });
  }

  /** The store would not take what the monitor decided: it starts again from what is stored. */
  #refuse(positionId: string, error: string): void {
    const watched = this.#positions.get(positionId);
    if (!watched?.monitor) return;
    watched.monitor.stop();
    this.#crash(watched, new Error(`the ledger refused a commit: ${error}`));
  }

  #restartLater(positionId: string, afterMs: number): void {
    this.#options.clock.setTimeout(() => {
      const watched = this.#positions.get(positionId);
      if (this.#stopped || !watched) return;
      watched.mayRestart = true;
      this.#options.post('ledger', { type: 'position.read', positionId });
    }, afterMs);
  }

  #reload(file: PositionFile): void {
    const watched = this.#positions.get(file.position.id);
    if (!watched && file.position.phase !== 'closed') this.#add(file);
    if (!watched?.mayRestart || watched.monitor) return;
    watched.file = file;
    watched.crashed = false;
    watched.mayRestart = false;
    watched.restarts += 1;
    this.#adoptLiveOrder(file);
    if (watched.market.info) this.#startMonitor(watched, watched.market.info);
  }

  // ── What a position decided ────────────────────────────────────────────────────────────────────────────

  #settle(watched: Watched, outcome: Outcome): void {
    const { post } = this.#options;
    const { position, evaluation, method, surroundings } = outcome.watched;
    const { id, market } = position;
    const alerts = [
      ...raisedAlerts(outcome),
      ...resolvedAlerts(outcome),
      ...(position.exit === null ? watched.refusals.end(position) : []),
    ];
    if (outcome.writes.length > 0)
      post('ledger', {
        type: 'commit',
        positionId: id,
        writes: outcome.writes,
        alerts,
        after: outcome.after,
      });
    if (position.phase === 'closed') {
      this.#remove(watched);
      post('reconciler', { type: 'account.wanted' });
      return;
    }
    if (outcome.quoteWanted !== null)
      post('feed', { type: 'quote.wanted', market, positionId: id, maxAgeMs: outcome.quoteWanted });
    if (outcome.marketWanted) post('feed', { type: 'market.wanted', market });
    this.#setUrgent(watched, isUrgentPhase(position));
    if (evaluation?.quote) this.#noteIlliquid(watched, evaluation.illiquidSinceAdoption, position);
    if (watched.slot === null) return;
    const band = evaluation?.quote
      ? skipBand({ position, method, surroundings, quote: evaluation.quote, at: position.at }, evaluation)
      : null;
    watched.market.bands.set(watched.slot, band, position.side);
  }

  #noteIlliquid(watched: Watched, illiquid: boolean, position: Position): void {
    if (watched.illiquid === illiquid) return;
    watched.illiquid = illiquid;
    this.#options.post('ledger', illiquidAlert(position, illiquid));
  }

  // ── Quotes and markets ─────────────────────────────────────────────────────────────────────────────────

  #receiveBook(book: Book, at: number): void {
    const market = this.#markets.get(book.market);
    if (!market) return;
    const isNews = market.book === null || !sameQuote(market.book, book);
    market.book = book;
    if (!isNews || !this.#deciding || (book.bids.length === 0 && book.asks.length === 0)) return;
    const bid = book.bids[0]?.price ?? 0;
    const ask = book.asks[0]?.price ?? ONE_DOLLAR;
    const { bands } = market;
    if (bands.skipsAll(bid, ask, at)) return;
    for (const watched of [...bands.members]) {
      if (watched.slot === null || bands.skips(watched.slot, bid, ask, at)) continue;
      this.#quote(watched, book, at);
    }
  }

  #answerQuote(positionId: string, book: Book, at: number): void {
    const watched = this.#positions.get(positionId);
    if (watched && this.#deciding) this.#quote(watched, book, at);
  }

  #quote(watched: Watched, book: Book, at: number): void {
    const { side } = watched.file.position;
    watched.monitor?.send({ type: 'quote', quote: quoteForSide(book, side), at });
  }

  #tick(name: string, at: number): void {
    const market = this.#markets.get(name);
    if (!market || !this.#deciding) return;
    for (const watched of [...market.bands.members]) {
      if (watched.slot !== null && market.bands.sleeps(watched.slot, at)) continue;
      watched.monitor?.send({ type: 'cadence.due', at });
    }
  }

  #changeMarket(info: MarketInfo, at: number): void {
    const market = this.#markets.get(info.market);
    if (!market) return;
    market.info = info;
    for (const watched of [...market.members]) {
      const own = this.#options.marketOf?.(positionOf(watched), info) ?? info;
      if (watched.monitor) watched.monitor.send({ type: 'market.changed', market: own, at });
      else if (!watched.crashed) this.#startMonitor(watched, info);
    }
  }

  #market(name: string): Market {
    const known = this.#markets.get(name);
    if (known) return known;
    const market: Market = {
      name,
      info: null,
      book: null,
      bands: new MarketBands<Watched>(),
      members: new Set(),
      urgent: 0,
      cadence: null,
    };
    this.#markets.set(name, market);
    return market;
  }

  #setUrgent(watched: Watched, urgent: boolean): void {
    const { id } = watched.file.position;
    if (urgent !== this.#urgent.has(id)) {
      if (urgent) this.#urgent.add(id);
      else this.#urgent.delete(id);
      watched.market.urgent += urgent ? 1 : -1;
    }
    this.#changeCadence(watched.market);
  }

  #introduceMarkets(): void {
    for (const market of this.#markets.values()) {
      const { name, cadence } = market;
      this.#options.post('feed', { type: 'market.cadence', market: name, cadence });
      this.#options.post('feed', { type: 'market.joined', market: name, positionId: null });
    }
  }

  #changeCadence(market: Market): void {
    const cadence: Cadence | null =
      market.members.size === 0 ? null : market.urgent > 0 ? 'urgent' : 'normal';
    if (cadence === market.cadence) return;
    market.cadence = cadence;
    this.#options.post('feed', { type: 'market.cadence', market: market.name, cadence });
  }

  // ── Alerts about quotes, and holdings ──────────────────────────────────────────────────────────────────

  #raiseOrphans({ market: name, since, at }: Extract<WatchMail, { type: 'market.orphaned' }>): void {
    for (const watched of this.#markets.get(name)?.members ?? [])
      if ((watched.market.info?.status ?? 'open') === 'open')
        this.#options.post('ledger', orphanAlert(positionOf(watched), watched.market.info, since, at));
  }

  #resolveOrphans(name: string, at: number): void {
    for (const watched of this.#markets.get(name)?.members ?? [])
      this.#options.post('ledger', orphanOver(positionOf(watched), at));
  }

  #compareAccount(report: AccountReport): void {
    const compared = [...this.#positions.values()].map((watched) => ({
      position: positionOf(watched),
      market: watched.market.info,
    }));
    for (const { positionId, missing } of this.#account.compare(compared, report)) {
      const at = this.#options.clock.now();
      this.#positions
        .get(positionId)
        ?.monitor?.send({ type: 'holdings.reduced', missing, asOf: report.asOf, at });
    }
  }

  // ── Rows whose mark alone has changed ──────────────────────────────────────────────────────────────────

  /** Passes over all markets once per `rowWriteMs`, a slice a second, so that skipped quotes still reach the rows. */
  #scheduleSweep(from: number): void {
    const { clock, rowWriteMs } = this.#options;
    if (rowWriteMs === null || this.#stopped) return;
    this.#sweep = clock.setTimeout(() => {
      const markets = [...this.#markets.values()];
      const slices = Math.max(1, Math.floor(rowWriteMs / SWEEP_MS));
      const size = Math.ceil(markets.length / slices);
      const start = from >= markets.length ? 0 : from;
      for (const market of markets.slice(start, start + size)) this.#refreshRows(market);
      this.#scheduleSweep(start + size);
    }, SWEEP_MS);
  }

  #refreshRows(market: Market): void {
    const { book } = market;
    if (!book || !this.#deciding) return;
    for (const watched of [...market.bands.members]) {
      const position = watched.monitor?.watched.position;
      if (position && position.quotedAt !== null && book.observedAt > position.quotedAt)
        this.#quote(watched, book, this.#options.clock.now());
    }
  }
}

const SWEEP_MS = 1000;

/** The order that was out by the stored row; it may have ended since. */
const lastOrder = ({ position, attempts }: PositionFile): AttemptRecord | undefined =>
  attempts.find((attempt) => attempt.clientId === position.exit?.attempt?.clientId);

/** An order was refused for want of contracts, or an immediate one found no taker: somebody may have sold by hand. */
const mayBeShort = (
  { code, status }: Extract<PositionEvent, { type: 'order.over' }>,
  { exit }: Position,
): boolean => code === 'not_held' || (status === 'cancelled' && exit?.step === 'market');

const isUrgentPhase = ({ phase }: Position): boolean => phase !== 'open' && phase !== 'closed';

/** The same best prices observed at the same time: our own fills have changed the sizes. */
const sameQuote = (a: Book, b: Book): boolean =>
  a.observedAt === b.observedAt &&
  a.bids[0]?.price === b.bids[0]?.price &&
  a.asks[0]?.price === b.asks[0]?.price;

const positionOf = (watched: Watched): Position => watched.monitor?.watched.position ?? watched.file.position;
