import type { Valued } from '../domain/day-pnl.ts';
import { type Book, type MarketInfo, quoteForSide } from '../domain/market.ts';
import type { Method } from '../domain/method.ts';
import { ONE_DOLLAR } from '../domain/money.ts';
import type { Position } from '../domain/position.ts';
import { skipBand } from '../domain/skip-band.ts';
import type { PositionEvent } from '../machines/position-events.ts';
import { AccountComparison, type AccountComparisonOptions } from './account-comparison.ts';
import { endedFact } from './attempt-progress.ts';
import type { InspectionObserver } from './inspection.ts';
import type { DailyLoss, Part, Post, WatchMail } from './mail.ts';
import { eventOf, ModelWords } from './model-words.ts';
import { Monitor, type Outcome } from './monitor.ts';
import type { AccountReport, Clock, PositionFile } from './ports.ts';
import { illiquidAlert, orphanAlert, orphanOver, raisedAlerts, resolvedAlerts } from './position-alerts.ts';
import { PositionHost } from './position-host.ts';
import { restorePosition } from './restore.ts';
import { startRowSweep } from './row-sweep.ts';
import {
  isUrgentPhase,
  lastOrder,
  mayBeShort,
  newlyWatched,
  positionOf,
  valuationOf,
  type Watched,
  type WatchedMarket,
} from './watched.ts';
import { WatchedMarkets } from './watched-markets.ts';

export interface WatchOptions {
  clock: Clock;
  post: Post;
  instance: string;
  methodOf: (name: string, version: number) => Method;
  rowWriteMs: number | null;
  dailyLoss: DailyLoss;
  /** The database breaker is tripped. */
  patientPaused: boolean;
  observe?: InspectionObserver | undefined;
  drill?: ((position: Position) => void) | undefined;
  marketOf?: PositionMarket | undefined;
  /** What becomes of holdings that no position covers. */
  uncovered: AccountComparisonOptions['uncovered'];
  openAlerts: AccountComparisonOptions['openAlerts'];
}

/** What one position knows of its market beside what the venue says: a replay's close time, volume, settlement. */
export type PositionMarket = (position: Position, market: MarketInfo) => MarketInfo;

/** Hosts the position actors: routes quotes by market and facts by position, and hands what they decide to the ledger. */
export class Watch implements Part<WatchMail> {
  readonly #options: WatchOptions;
  readonly #positions = new Map<string, Watched>();
  readonly #markets: WatchedMarkets;
  #incarnations = 0;
  #deciding = true;
  #stopped = false;
  #endSweep: () => void = () => {};
  readonly #account: AccountComparison;
  readonly #models = new ModelWords();
  readonly #host: PositionHost;
  #dailyLoss: DailyLoss;
  #patientPaused: boolean;
  /** Positions that closed in this life, for the account's day; oldest first. */
  readonly #closed: Position[] = [];

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#dailyLoss = options.dailyLoss;
    this.#patientPaused = options.patientPaused;
    this.#host = new PositionHost(options.drill);
    this.#account = new AccountComparison(options);
    this.#markets = new WatchedMarkets(options.post);
    const { clock, rowWriteMs } = options;
    if (rowWriteMs !== null)
      this.#endSweep = startRowSweep(
        clock,
        rowWriteMs,
        () => this.#markets.all(),
        (market) => this.#refreshRows(market),
      );
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
        this.#noteBroadcast(mail.event);
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
      case 'method.changed': {
        const { positionId, ...event } = mail;
        return this.#tell(positionId, event);
      }
      case 'model.changed':
        return this.#noteModel(mail);
      case 'entry.began':
        return this.#account.noteEntryBegan(mail);
      case 'entry.ended':
        return this.#account.noteEntryEnded(mail);
      case 'commit.refused':
        return this.#refuse(mail.positionId, mail.error);
      case 'feed.started':
        return this.#markets.introduce();
      case 'deciding.stop':
        this.#deciding = false;
        for (const { monitor } of this.#positions.values()) monitor?.stop();
        return;
    }
  }

  /** What positions that start later have to know. */
  #noteBroadcast(event: PositionEvent): void {
    if (event.type === 'breaker.changed') this.#dailyLoss = event.dailyLoss;
    if (event.type === 'dailyLoss.measured')
      this.#dailyLoss = { ...this.#dailyLoss, pnl: event.pnl, limit: event.limit };
    if (event.type === 'patience.changed') this.#patientPaused = event.patientPaused;
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
    if (watched && event.type === 'opportunity.changed') watched.opportunity = event.opportunity;
    if (watched?.monitor) watched.monitor.send(dated);
    else watched?.missed.push(event);
    if (watched && event.type === 'opportunity.changed') this.#wantEvaluation(watched);
  }

  /** What a model says is true for every position of the market, and the next quote is judged by it. */
  #noteModel({ market, at, ...word }: Extract<WatchMail, { type: 'model.changed' }>): void {
    this.#models.note(market, word);
    if (!this.#deciding) return;
    for (const watched of [...(this.#markets.find(market)?.members ?? [])]) {
      watched.monitor?.send(eventOf(word, watched.file.position.side, at));
      this.#wantEvaluation(watched);
    }
  }

  /** The next quote decides anew, even where it is the same as the last one. */
  #wantEvaluation({ slot, market, file }: Watched): void {
    if (slot === null) return;
    const { id: positionId, side } = file.position;
    market.bands.set(slot, null, side);
    this.#options.post('feed', {
      type: 'quote.wanted',
      market: market.name,
      positionId,
      maxAgeMs: Number.POSITIVE_INFINITY,
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#endSweep();
    for (const { monitor } of this.#positions.values()) monitor?.stop();
  }

  /** The positions under watch as they are now, for views and reports. */
  positions(): Position[] {
    return [...this.#positions.values()].map((watched) => positionOf(watched));
  }

  /** What each position under watch is worth; fresh: by a book at most `maxAgeMs` old. */
  valuations(maxAgeMs: number): Valued[] {
    const now = this.#options.clock.now();
    return [...this.#positions.values()].map((watched) => valuationOf(watched, now, maxAgeMs));
  }

  /** Positions that closed at or after `from` (ms), in this life. */
  closedSince(from: number): Position[] {
    return this.#closed.filter(({ closedAt }) => closedAt !== null && closedAt >= from);
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
    const market = this.#markets.of(name);
    const watched = newlyWatched(file, market);
    this.#positions.set(id, watched);
    this.#markets.join(watched);
    this.#markets.setUrgent(watched, isUrgentPhase(file.position));
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
    const { method } = watched.monitor.watched;
    const news = this.#models.newsFor(positionOf(watched), method, this.#options.clock.now());
    if (news) watched.monitor.send(news);
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
        surroundings: {
          market: own,
          dailyLoss: this.#dailyLoss,
          patientPaused: this.#patientPaused,
          opportunity: watched.opportunity,
        },
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
    this.#closed.push(positionOf(watched));
    while (this.#closed[0]!.at < this.#options.clock.now() - CLOSED_KEPT_MS) this.#closed.shift();
    this.#account.noteClosed(positionOf(watched));
    this.#clearSlot(watched);
    this.#positions.delete(id);
    this.#markets.leave(watched);
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
      const reason = outcome.before.exit?.reason ?? null;
      post('entries', { type: 'position.closed', positionId: id, market, reason, at: position.at });
      return;
    }
    if (outcome.quoteWanted !== null)
      post('feed', { type: 'quote.wanted', market, positionId: id, maxAgeMs: outcome.quoteWanted });
    if (outcome.marketWanted) post('feed', { type: 'market.wanted', market });
    this.#markets.setUrgent(watched, isUrgentPhase(position));
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
    const market = this.#markets.find(book.market);
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
    const market = this.#markets.find(name);
    if (!market || !this.#deciding) return;
    for (const watched of [...market.bands.members]) {
      if (watched.slot !== null && market.bands.sleeps(watched.slot, at)) continue;
      watched.monitor?.send({ type: 'cadence.due', at });
    }
  }

  #changeMarket(info: MarketInfo, at: number): void {
    const market = this.#markets.find(info.market);
    if (!market) return;
    market.info = info;
    for (const watched of [...market.members]) {
      const own = this.#options.marketOf?.(positionOf(watched), info) ?? info;
      if (watched.monitor) watched.monitor.send({ type: 'market.changed', market: own, at });
      else if (!watched.crashed) this.#startMonitor(watched, info);
    }
  }

  // ── Alerts about quotes, and holdings ──────────────────────────────────────────────────────────────────

  #raiseOrphans({ market: name, since, at }: Extract<WatchMail, { type: 'market.orphaned' }>): void {
    for (const watched of this.#markets.find(name)?.members ?? [])
      if ((watched.market.info?.status ?? 'open') === 'open')
        this.#options.post('ledger', orphanAlert(positionOf(watched), watched.market.info, since, at));
  }

  #resolveOrphans(name: string, at: number): void {
    for (const watched of this.#markets.find(name)?.members ?? [])
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

  #refreshRows(market: WatchedMarket): void {
    const { book } = market;
    if (!book || !this.#deciding) return;
    for (const watched of [...market.bands.members]) {
      const position = watched.monitor?.watched.position;
      if (position && position.quotedAt !== null && book.observedAt > position.quotedAt)
        this.#quote(watched, book, this.#options.clock.now());
    }
  }
}

/** Longer than any trading day, where clocks are set back too. */
const CLOSED_KEPT_MS = 48 * 3_600_000;

/** The same best prices observed at the same time: our own fills have changed the sizes. */
const sameQuote = (a: Book, b: Book): boolean =>
  a.observedAt === b.observedAt &&
  a.bids[0]?.price === b.bids[0]?.price &&
  a.asks[0]?.price === b.asks[0]?.price;
