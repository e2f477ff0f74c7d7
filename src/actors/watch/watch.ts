import type { Valued } from '../../domain/day-pnl.ts';
import type { MarketInfo } from '../../domain/market.ts';
import type { Price } from '../../domain/money.ts';
import type { Position } from '../../domain/position.ts';
import { skipBand } from '../../domain/skip-band.ts';
import type { PositionEvent } from '../../machines/position-events.ts';
import { AccountComparison, type AccountComparisonOptions } from '../account/account-comparison.ts';
import type { Part, WatchMail } from '../mail.ts';
import type { AccountReport, PositionFile } from '../ports.ts';
import { ClosedPositions } from './closed-positions.ts';
import { eventOf, ModelWords } from './model-words.ts';
import { bringsMarkOnly, type Outcome } from './monitor.ts';
import { Monitors, type MonitorsOptions } from './monitors.ts';
import { illiquidAlert, orphanAlert, orphanOver, raisedAlerts, resolvedAlerts } from './position-alerts.ts';
import { QuoteRouting } from './quote-routing.ts';
import {
  isUrgentPhase,
  mayBeShort,
  positionOf,
  valuationOf,
  type Watched,
  type WatchedMarket,
} from './watched.ts';
import { WatchedMarkets } from './watched-markets.ts';

export interface WatchOptions extends MonitorsOptions {
  /** What becomes of holdings that no position covers. */
  uncovered: AccountComparisonOptions['uncovered'];
  openAlerts: AccountComparisonOptions['openAlerts'];
}

/** Hosts the position actors: routes quotes by market and facts by position, and hands what they decide to the ledger. */
export class Watch implements Part<WatchMail> {
  readonly #options: WatchOptions;
  readonly #markets: WatchedMarkets;
  readonly #monitors: Monitors;
  readonly #quotes: QuoteRouting;
  readonly #account: AccountComparison;
  readonly #models = new ModelWords();
  readonly #closed = new ClosedPositions();
  #deciding = true;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#account = new AccountComparison(options);
    this.#markets = new WatchedMarkets(options.post);
    this.#monitors = new Monitors(options, this.#markets, {
      settled: (watched, outcome) => this.#settle(watched, outcome),
      started: (watched) => this.#catchUp(watched),
    });
    this.#quotes = new QuoteRouting(options.clock, this.#markets, options.rowWriteMs);
  }

  receive(mail: WatchMail): void {
    switch (mail.type) {
      case 'monitors.start':
        for (const file of mail.files) this.#monitors.add(file);
        return;
      case 'position.adopted':
        return this.#monitors.add(mail.file);
      case 'monitor.restart':
        return this.#monitors.restartLater(mail.positionId, mail.afterMs);
      case 'position.found':
        return this.#find(mail.positionId);
      case 'position.loaded':
        return this.#load(mail.file);
      case 'position.event':
        return this.#tell(mail.positionId, mail.event);
      case 'broadcast':
        return this.#monitors.broadcast(mail.event);
      case 'book':
        return mail.positionId === null
          ? this.#quotes.receive(mail.book, mail.at)
          : this.#quotes.answer(this.#monitors.find(mail.positionId), mail.book, mail.at);
      case 'market.changed':
        return this.#changeMarket(mail.market, mail.at);
      case 'market.seen':
        return this.#seeMarket(mail.market, mail.at);
      case 'cadence.due':
        return this.#quotes.tick(mail.market, mail.at);
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
        return this.#monitors.refuse(mail.positionId, mail.error);
      case 'feed.started':
        return this.#markets.introduce();
      case 'deciding.stop':
        this.#deciding = false;
        this.#quotes.halt();
        return this.#monitors.halt();
    }
  }

  /** Until its row says so, the store may have a position as open that has closed. */
  #find(positionId: string): void {
    if (this.#monitors.find(positionId) || this.#closed.has(positionId)) return;
    this.#options.post('ledger', { type: 'position.read', positionId });
  }

  /** What was read of a position that has closed since is no news: it does not come back. */
  #load(file: PositionFile): void {
    if (!this.#closed.has(file.position.id)) this.#monitors.reload(file);
  }

  /** A fact is as new as its delivery: its commit may have taken long, and the quote before it has aged meanwhile. */
  #tell(positionId: string, event: PositionEvent): void {
    if (!this.#deciding) return;
    const { clock, post } = this.#options;
    const now = clock.now();
    const dated = 'at' in event && event.at < now ? { ...event, at: now } : event;
    const watched = this.#monitors.find(positionId);
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

  /** What a position missed before its monitor ran. */
  #catchUp(watched: Watched): void {
    const { clock } = this.#options;
    const news =
      watched.monitor &&
      this.#models.newsFor(positionOf(watched), watched.monitor.watched.method, clock.now());
    if (news) watched.monitor!.send(news);
    for (const event of watched.missed.splice(0)) this.#tell(watched.file.position.id, event);
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

  /** The next quote decides anew, even where it is the same as the last one, and it is asked for. */
  #wantEvaluation(watched: Watched): void {
    if (watched.slot === null) return;
    this.#judgeNext(watched);
    this.#options.post('feed', {
      type: 'quote.wanted',
      market: watched.market.name,
      positionId: watched.file.position.id,
      maxAgeMs: Number.POSITIVE_INFINITY,
    });
  }

  /** The last evaluation was made in other surroundings: what it would skip says nothing any more. */
  #judgeNext({ slot, market, file }: Watched): void {
    if (slot !== null) market.bands.set(slot, null, file.position.side);
  }

  stop(): void {
    this.#quotes.stop();
    this.#monitors.stop();
  }

  /** The positions under watch as they are now, for views and reports. */
  positions(): Position[] {
    return this.#monitors.all().map(positionOf);
  }

  /** What each position under watch is worth; fresh: by a book at most `maxAgeMs` old. */
  valuations(maxAgeMs: number): Valued[] {
    const now = this.#options.clock.now();
    return this.#monitors.all().map((watched) => valuationOf(watched, now, maxAgeMs));
  }

  /** Positions that closed at or after `from` (ms), in this life. */
  closedSince(from: number): Position[] {
    return this.#closed.since(from);
  }

  /** The first mark that a position which has closed in this life had under watch; null: none. */
  firstMarkOf(positionId: string): Price | null {
    return this.#closed.firstMarkOf(positionId);
  }

  /** The markets of the positions under watch, each with its last book. */
  markets(): readonly WatchedMarket[] {
    return this.#markets.all();
  }

  /** How many monitors run. */
  running(): number {
    return this.#monitors.running();
  }

  /** One position with its evaluation as it is now; null when it is not under watch. */
  view(positionId: string) {
    const watched = this.#monitors.find(positionId);
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

  // ── What a position decided ────────────────────────────────────────────────────────────────────────────

  #settle(watched: Watched, outcome: Outcome): void {
    const { post } = this.#options;
    const { position, evaluation, method, surroundings } = outcome.watched;
    const { id, market } = position;
    watched.firstMark ??= position.mark;
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
        marksOnly: alerts.length === 0 && bringsMarkOnly(outcome),
      });
    if (position.phase === 'closed') {
      this.#forget(watched);
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

  #forget(watched: Watched): void {
    const position = positionOf(watched);
    this.#closed.note(position, watched.firstMark, this.#options.clock.now());
    this.#account.noteClosed(position);
    this.#monitors.remove(watched);
  }

  #noteIlliquid(watched: Watched, illiquid: boolean, position: Position): void {
    if (watched.illiquid === illiquid) return;
    watched.illiquid = illiquid;
    this.#options.post('ledger', illiquidAlert(position, illiquid));
  }

  // ── Markets ─────────────────────────────────────────────────────────────────────────────────

  #seeMarket(name: string, at: number): void {
    const market = this.#markets.find(name);
    if (market) market.infoAt = at;
  }

  #changeMarket(info: MarketInfo, at: number): void {
    const market = this.#markets.find(info.market);
    if (!market) return;
    market.info = info;
    market.infoAt = at;
    for (const watched of [...market.members]) {
      const own = this.#options.marketOf?.(positionOf(watched), info) ?? info;
      if (watched.monitor) watched.monitor.send({ type: 'market.changed', market: own, at });
      else this.#monitors.startKnown(watched, info);
      this.#judgeNext(watched);
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
    const compared = this.#monitors.all().map((watched) => ({
      position: positionOf(watched),
      market: watched.market.info,
      marketSeenAt: watched.market.infoAt,
    }));
    for (const { positionId, missing } of this.#account.compare(compared, report)) {
      const at = this.#options.clock.now();
      this.#monitors
        .find(positionId)
        ?.monitor?.send({ type: 'holdings.reduced', missing, asOf: report.asOf, at });
    }
  }
}
