import { type Book, isSound, type MarketInfo, quoteForSide } from '../../domain/market.ts';
import type { Cadence, FeedMail, Part, Post } from '../mail.ts';
import type { Clock, OrderReport, Venue, VenueRead } from '../ports.ts';
import { CallBudget } from './call-budget.ts';

export interface FeedOptions {
  venue: Venue;
  clock: Clock;
  post: Post;
  mode: 'poll' | 'stream';
  normalMs: number;
  urgentMs: number;
  /** A cached quote is good for a normal position this long (ms). */
  cacheMs: number;
  maxQuoteAgeMs: number;
  callsPerMinute: number;
  /** How often a market's status, volume and close time are read (ms). */
  marketInfoMs: number;
  orphanAfterMs: number;
  orphanRepeatMs: number;
  /** Waits between the tries of a read that failed (ms). */
  retryMs: number[];
  /** Something was asked for this much late for want of budget (ms): metric and journal. */
  delayed?: ((delayMs: number, at: number) => void) | undefined;
  called?: ((kind: 'books' | 'markets', at: number) => void) | undefined;
  crash: (error: unknown) => void;
}

/** Who may want a market's books. */
type Claimant = Extract<FeedMail, { type: 'market.cadence' }>['by'];

interface Market {
  name: string;
  /** The more urgent of what the claimants want. */
  cadence: Cadence;
  /** What each claimant wants; null: nothing. */
  watch: Cadence | null;
  entries: Cadence | null;
  /** When its next quote is due (ms). */
  dueAt: number;
  /** When its status is due (ms). */
  infoDueAt: number;
  /** The youngest quote asked for since the last one came (ms). */
  wantedAgeMs: number;
  book: Book | null;
  info: MarketInfo | null;
  lastFreshAt: number;
  /** Since when it is wanted (ms). */
  since: number;
  /** When its book was last asked for (ms). */
  polledAt: number;
  /** When its orphan alert was last raised (ms); −∞: by an earlier life, for all we know. */
  orphanAlertAt: number | null;
  asked: boolean;
}

/**
 * Owns the calls to the venue's market data: who is due, filled up with who is due soonest, within one budget, most
 * urgent first. In stream mode books come as they are, and polling is left for who wants a fresher one.
 */
export class QuoteFeed implements Part<FeedMail> {
  readonly #options: FeedOptions;
  readonly #markets = new Map<string, Market>();
  readonly #budget: CallBudget;
  #timer: ReturnType<Clock['setTimeout']> | null = null;
  #timerAt = Number.POSITIVE_INFINITY;
  #unsubscribe: (() => void) | null = null;
  #subscribed = new Set<string>();
  #failures = 0;
  #pausedUntil = 0;
  #calledAt = Number.NEGATIVE_INFINITY;
  /** A call that is not full yet waits until then (ms). */
  #gatherUntil = Number.NEGATIVE_INFINITY;
  /** The budget ran out: when it has a call again. */
  #budgetFreeAt: number | null = null;
  #stopped = false;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#budget = new CallBudget(options.callsPerMinute);
  }

  receive(mail: FeedMail): void {
    switch (mail.type) {
      case 'market.cadence':
        return this.#claim(mail.market, mail.by, mail.cadence);
      case 'quote.wanted':
        return this.#wantQuote(mail.market, mail.maxAgeMs, mail.positionId);
      case 'market.joined':
        return this.#welcome(mail.market, mail.positionId);
      case 'market.wanted': {
        const market = this.#markets.get(mail.market);
        if (!market) return;
        market.infoDueAt = Math.min(market.infoDueAt, this.#options.clock.now());
        return this.#wakeFor(market, market.infoDueAt);
      }
      case 'stream.book':
        return this.#receiveBook(mail.book);
      case 'stream.market':
        return this.#receiveInfo(mail.market);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#unsubscribe?.();
    if (this.#timer !== null) this.#options.clock.clearTimeout(this.#timer);
  }

  /** A market is served while anyone wants it. */
  #claim(name: string, by: Claimant, cadence: Cadence | null): void {
    const now = this.#options.clock.now();
    const known = this.#markets.get(name);
    if (!known) {
      if (cadence !== null) this.#add(name, by, cadence, now);
      return;
    }
    const isNew = known[by] === null && cadence !== null;
    known[by] = cadence;
    const wanted = mostUrgent(known.watch, known.entries);
    if (wanted === null) {
      this.#markets.delete(name);
      return;
    }
    known.cadence = wanted;
    known.dueAt = Math.min(known.dueAt, now + this.#cadenceMs(known));
    if (isNew) this.#introduce(known, by, now);
    this.#wakeFor(known, known.dueAt);
  }

  #add(name: string, by: Claimant, cadence: Cadence, now: number): void {
    const market: Market = {
      ...{ name, cadence, watch: null, entries: null, [by]: cadence },
      dueAt: this.#options.mode === 'stream' ? now + this.#options.urgentMs : now,
      infoDueAt: now,
      wantedAgeMs: Number.POSITIVE_INFINITY,
      book: null,
      info: null,
      lastFreshAt: now,
      since: now,
      polledAt: now,
      orphanAlertAt: Number.NEGATIVE_INFINITY,
      asked: false,
    };
    this.#markets.set(name, market);
    this.#resubscribe();
    this.#wakeFor(market, now);
  }

  /**
   * Who comes to a market that is served for another hears what is known of it. A position asks for its first quote
   * itself; an entry gets the one at hand if it is fresh, else the next one soon.
   */
  #introduce(market: Market, by: Claimant, now: number): void {
    const { clock, post, mode, urgentMs } = this.#options;
    if (by === 'watch') {
      market.since = now;
      market.lastFreshAt = now;
      market.orphanAlertAt = Number.NEGATIVE_INFINITY;
    } else if (!market.book || now - market.book.observedAt > this.#cacheMs(market))
      market.dueAt = Math.min(market.dueAt, mode === 'stream' ? now + urgentMs : now);
    clock.setTimeout(() => {
      if (this.#stopped || this.#markets.get(market.name) !== market || market[by] === null) return;
      const { info, book } = market;
      const at = clock.now();
      if (info) post(by, { type: 'market.changed', market: info, at });
      if (by === 'entries' && book && this.#isFresh(market, at)) post('entries', { type: 'book', book, at });
    }, 0);
  }

  /** One subscription for all markets, renewed on the next turn when more have come. */
  #resubscribe(): void {
    const { venue, clock, mode } = this.#options;
    if (!venue.capabilities.streaming) return;
    clock.setTimeout(() => {
      if (this.#stopped) return;
      const names = [...this.#markets.keys()];
      if (names.every((name) => this.#subscribed.has(name))) return;
      this.#unsubscribe?.();
      this.#subscribed = new Set(names);
      this.#unsubscribe = venue.subscribe(names, {
        book: (book) => (mode === 'stream' ? this.#receiveBook(book) : undefined),
        market: (info) => this.#receiveInfo(info),
        account: () => this.#options.post('reconciler', { type: 'account.wanted' }),
        order: (report: OrderReport) => this.#options.post('desk', { type: 'order.seen', report }),
      });
    }, 0);
  }

  #wantQuote(name: string, maxAgeMs: number, positionId: string | null): void {
    const market = this.#markets.get(name);
    if (!market) return;
    const { clock, post } = this.#options;
    const now = clock.now();
    if (market.book && now - market.book.observedAt <= Math.min(maxAgeMs, this.#cacheMs(market))) {
      const { book } = market;
      clock.setTimeout(() => {
        const at = clock.now();
        if (market.watch !== null) post('watch', { type: 'book', book, at, positionId });
        if (market.entries !== null) post('entries', { type: 'book', book, at });
      }, 0);
      return;
    }
    market.dueAt = Math.min(market.dueAt, now);
    market.wantedAgeMs = Math.min(market.wantedAgeMs, maxAgeMs);
    this.#wakeFor(market, market.dueAt);
  }

  /** A stream's next book comes by itself; if it is slow in coming, it is asked for. */
  #welcome(name: string, positionId: string | null): void {
    const { mode, urgentMs, clock } = this.#options;
    const market = this.#markets.get(name);
    if (mode === 'poll') return this.#wantQuote(name, Number.POSITIVE_INFINITY, positionId);
    if (!market) return;
    market.dueAt = Math.min(market.dueAt, clock.now() + urgentMs);
    this.#wakeFor(market, market.dueAt);
  }

  /** A cached quote serves a normal position for the cache's time, an urgent one for half its own cadence (SPEC 2). */
  #cacheMs({ cadence, wantedAgeMs }: Market): number {
    const { cacheMs, urgentMs } = this.#options;
    return Math.min(wantedAgeMs, cadence === 'urgent' ? Math.min(cacheMs, urgentMs / 2) : cacheMs);
  }

  #cadenceMs({ cadence }: Market): number {
    return cadence === 'urgent' ? this.#options.urgentMs : this.#options.normalMs;
  }

  // ── Calls ──────────────────────────────────────────────────────────────────────────────────────────────

  #schedule(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const market of this.#markets.values())
      if (!market.asked)
        next = Math.min(next, this.#notBefore(market, Math.min(market.dueAt, market.infoDueAt)));
    if (next === Number.POSITIVE_INFINITY) return;
    this.#wakeBy(next);
  }

  #wakeFor(market: Market, dueAt: number): void {
    this.#wakeBy(this.#notBefore(market, dueAt));
  }

  /** What is not urgent waits for others while a call is being filled up. */
  #notBefore({ cadence }: Market, dueAt: number): number {
    return cadence === 'urgent' ? dueAt : Math.max(dueAt, this.#gatherUntil);
  }

  /** Makes sure that what is due at `dueAt` is served then, or as soon as the budget and the venue allow. */
  #wakeBy(dueAt: number): void {
    if (this.#stopped) return;
    const { clock } = this.#options;
    const at = Math.max(dueAt, this.#pausedUntil);
    if (this.#timer !== null && this.#timerAt <= at) return;
    if (this.#timer !== null) clock.clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = clock.setTimeout(
      () => {
        this.#timer = null;
        this.#timerAt = Number.POSITIVE_INFINITY;
        this.#serve();
      },
      Math.max(0, at - clock.now()),
    );
  }

  #serve(): void {
    const now = this.#options.clock.now();
    this.#tellDelay(now);
    while (this.#serveOnce(now)) {
      if (this.#budget.nextAt(now) > now) {
        this.#budgetFreeAt = this.#budget.nextAt(now);
        this.#pausedUntil = this.#budgetFreeAt;
        break;
      }
    }
    this.#schedule();
  }

  /** The budget has calls again: how much too late is what waited longest? */
  #tellDelay(now: number): void {
    if (this.#budgetFreeAt === null || now < this.#budgetFreeAt) return;
    this.#budgetFreeAt = null;
    const waiting = [...this.#markets.values()].filter((market) => !market.asked && market.dueAt < now);
    if (waiting.length > 0)
      this.#options.delayed?.(now - Math.min(...waiting.map((market) => market.dueAt)), now);
  }

  /** Serves the most urgent thing that is due; false when nothing is. */
  #serveOnce(now: number): boolean {
    const { batchSize } = this.#options.venue.capabilities;
    const free = [...this.#markets.values()].filter((market) => !market.asked);
    const unknown = free.filter((m) => m.infoDueAt <= now);
    const due = free.filter((m) => m.dueAt <= now);
    const firstInfo = unknown.some((m) => m.info === null);
    const isUrgent = [...due, ...unknown].some(({ cadence }) => cadence === 'urgent');
    if (!isUrgent && this.#gathers(firstInfo ? unknown : due.length > 0 ? due : unknown, now)) return false;
    if (due.length > 0 && !firstInfo) {
      const batch = free.sort(byUrgency(now)).slice(0, batchSize);
      if (this.#allCached(batch, now)) return true;
      if (!this.#budget.take(now)) return true;
      void this.#readBooks(batch);
      return true;
    }
    if (unknown.length === 0) return false;
    if (!this.#budget.take(now)) return true;
    const batch = free.sort((a, b) => a.infoDueAt - b.infoDueAt).slice(0, batchSize);
    void this.#readInfos(batch);
    return true;
  }

  /**
   * Half of the minute's calls are used up: one that is not full waits for more to come due, as long as the budget's
   * own step. Markets that join one by one would otherwise take a call each.
   */
  #gathers(due: Market[], now: number): boolean {
    const { callsPerMinute, venue } = this.#options;
    const isScarce = this.#budget.used(now) * 2 >= callsPerMinute;
    const isFull = due.length >= venue.capabilities.batchSize;
    if (due.length === 0 || !isScarce || isFull) return false;
    const until = this.#calledAt + MINUTE_MS / callsPerMinute;
    if (until > now) this.#gatherUntil = until;
    return until > now;
  }

  /** Everything due can be served from what is cached: no call is made. */
  #allCached(batch: Market[], now: number): boolean {
    const due = batch.filter((m) => m.dueAt <= now);
    const cached = due.every(
      (m) => m.book !== null && now - m.book.observedAt <= this.#cacheMs(m) && now < this.#verifiedUntil(m),
    );
    if (!cached) return false;
    for (const market of due) this.#deliver(market, market.book!, now);
    return true;
  }

  async #readBooks(batch: Market[]): Promise<void> {
    const { venue, clock, called } = this.#options;
    for (const market of batch) market.asked = true;
    this.#calledAt = clock.now();
    called?.('books', clock.now());
    const answer = await this.#read(() => venue.books(batch.map((m) => m.name)));
    if (this.#stopped) return;
    const now = clock.now();
    const books = new Map((answer.kind === 'ok' ? answer.value : []).map((book) => [book.market, book]));
    const willRetry = answer.kind !== 'ok' && this.#failures < this.#options.retryMs.length;
    for (const market of batch) {
      market.asked = false;
      market.polledAt = now;
      if (this.#markets.get(market.name) !== market) continue;
      const book = books.get(market.name);
      if (book) this.#deliver(market, book, now);
      else if (!willRetry) this.#goWithout(market, now);
    }
    this.#noteAnswer(answer, now);
    this.#schedule();
  }

  async #readInfos(batch: Market[]): Promise<void> {
    const { venue, clock, called, marketInfoMs } = this.#options;
    const now = clock.now();
    for (const market of batch) market.infoDueAt = now + marketInfoMs;
    this.#calledAt = now;
    called?.('markets', now);
    const answer = await this.#read(() => venue.markets(batch.map((m) => m.name)));
    if (this.#stopped) return;
    if (answer.kind === 'ok') for (const info of answer.value) this.#receiveInfo(info);
    else
      for (const market of batch) market.infoDueAt = Math.min(market.infoDueAt, clock.now() + RETRY_INFO_MS);
    for (const market of batch) if (market.info === null) this.#noteOrphan(market, market.since, clock.now());
    this.#noteAnswer(answer, clock.now());
    this.#schedule();
  }

  /** An adapter may not throw for what the venue does; when it throws it is a bug, and the feed crashes with it. */
  async #read<T>(call: () => Promise<VenueRead<T>>): Promise<VenueRead<T>> {
    try {
      return await call();
    } catch (error) {
      this.#options.crash(error);
      return { kind: 'unavailable', reason: 'the feed crashed' };
    }
  }

  #noteAnswer(answer: VenueRead<unknown>, now: number): void {
    if (answer.kind === 'ok') {
      this.#failures = 0;
      return;
    }
    const { retryMs } = this.#options;
    this.#failures += 1;
    const wait = retryMs[Math.min(this.#failures, retryMs.length) - 1] ?? 1000;
    this.#pausedUntil = Math.max(this.#pausedUntil, now + wait);
  }

  // ── What came in ───────────────────────────────────────────────────────────────────────────────────────

  #receiveBook(book: Book): void {
    const market = this.#markets.get(book.market);
    if (!market) return;
    this.#keep(market, book, this.#options.clock.now());
  }

  /** A book on the market's cadence: the next one is due a cadence later. */
  #deliver(market: Market, book: Book, now: number): void {
    market.dueAt = now + this.#cadenceMs(market);
    this.#keep(market, book, now);
    if (!this.#isFresh(market, now)) this.#goWithout(market, now);
  }

  #keep(market: Market, book: Book, now: number): void {
    const { post } = this.#options;
    market.book = book;
    market.wantedAgeMs = Number.POSITIVE_INFINITY;
    if (this.#isFresh(market, now)) {
      if (this.#options.mode === 'stream')
        market.dueAt = Math.min(now + this.#cadenceMs(market), this.#verifiedUntil(market));
      market.lastFreshAt = Math.max(market.lastFreshAt, book.observedAt);
      if (market.watch !== null && market.orphanAlertAt !== null && market.info !== null) {
        market.orphanAlertAt = null;
        post('watch', { type: 'market.fresh', market: market.name, at: now });
      }
    }
    if (market.watch !== null) post('watch', { type: 'book', book, at: now, positionId: null });
    if (market.entries !== null) post('entries', { type: 'book', book, at: now });
  }

  /** A stream may lose frames and show nothing of it: a poll at the normal cadence keeps it from being worse than polling. */
  #verifiedUntil({ polledAt }: Market): number {
    const { venue, normalMs } = this.#options;
    return venue.capabilities.pollsBesideStream ? polledAt + normalMs : Number.POSITIVE_INFINITY;
  }

  #isFresh({ book }: Market, now: number): boolean {
    if (!book || now - book.observedAt > this.#options.maxQuoteAgeMs) return false;
    return isSound(quoteForSide(book, 'yes'));
  }

  /** The cadence came round without a fresh quote: positions hear of it, and an orphan is reported. */
  #goWithout(market: Market, now: number): void {
    market.dueAt = now + this.#cadenceMs(market);
    if (market.watch === null) return;
    this.#options.post('watch', { type: 'cadence.due', market: market.name, at: now });
    if (market.info?.status === 'open') this.#noteOrphan(market, market.lastFreshAt, now);
    else market.lastFreshAt = now;
  }

  #noteOrphan(market: Market, since: number, now: number): void {
    const { post, orphanAfterMs, orphanRepeatMs } = this.#options;
    if (market.watch === null) return;
    if (now - since < orphanAfterMs) return;
    if (market.orphanAlertAt !== null && now - market.orphanAlertAt < orphanRepeatMs) return;
    market.orphanAlertAt = now;
    post('watch', { type: 'market.orphaned', market: market.name, since, at: now });
  }

  #receiveInfo(info: MarketInfo): void {
    const market = this.#markets.get(info.market);
    if (!market) return;
    const now = this.#options.clock.now();
    const { post } = this.#options;
    if (sameInfo(market.info, info)) {
      if (market.watch !== null) post('watch', { type: 'market.seen', market: info.market, at: now });
      return;
    }
    if (market.info !== null && market.info.status !== 'open' && info.status === 'open')
      market.lastFreshAt = now;
    market.info = info;
    if (market.watch !== null) post('watch', { type: 'market.changed', market: info, at: now });
    if (market.entries !== null) post('entries', { type: 'market.changed', market: info, at: now });
  }
}

const RETRY_INFO_MS = 5_000;
const MINUTE_MS = 60_000;

const mostUrgent = (a: Cadence | null, b: Cadence | null): Cadence | null =>
  a === 'urgent' || b === 'urgent' ? 'urgent' : (a ?? b);

const byUrgency =
  (now: number) =>
  (a: Market, b: Market): number => {
    const rank = (m: Market): number => (m.dueAt > now ? 2 : m.cadence === 'urgent' ? 0 : 1);
    return rank(a) - rank(b) || a.dueAt - b.dueAt;
  };

const sameInfo = (a: MarketInfo | null, b: MarketInfo): boolean =>
  a !== null && JSON.stringify(a) === JSON.stringify(b);
