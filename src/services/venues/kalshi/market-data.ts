import type { Clock, VenueRead } from '../../../actors/ports.ts';
import type { Book, MarketInfo } from '../../../domain/market.ts';
import { type Fraction, type Money, type Price, type Quantity, WHOLE } from '../../../domain/money.ts';
import { boundQuadraticFee, TAKER_RATE } from '../quadratic-fee.ts';
import type { KalshiClient } from './client/kalshi-client.ts';
import { reasonOf, unavailable } from './client/outcomes.ts';
import type { OwnOrders } from './own-orders.ts';
import type { WarningKey, Warnings } from './warnings.ts';
import { type ExchangeStatus, exchangeStatusAnswer } from './wire/account.ts';
import { orderbooksAnswer, toBook } from './wire/books.ts';
import type { MalformedRow } from './wire/issues.ts';
import { type MarketsAnswer, marketsAnswer, seriesAnswer, type WireMarket } from './wire/markets.ts';

/** The exchange's own status is read beside the markets, at most this often. */
const STATUS_EVERY_MS = 25_000;

/** Without a readable answer about the markets for so long it is said. */
const UNREAD_AFTER_MS = 120_000;

/** What could not be read, and was not asked for again for so long, is over. */
const MALFORMED_FOR_MS = 300_000;

/** Fee types whose formula is known (FACTS section 10). */
const KNOWN_FEES = [
  'quadratic',
  'quadratic_with_maker_fees',
  'quadratic_with_combo_maker_fees',
] as readonly string[];

interface SeriesFees {
  feeType: string;
  feeMultiplier: Fraction | null;
}

interface MarketDataOptions {
  client: KalshiClient;
  clock: Clock;
  warnings: Warnings;
  own: OwnOrders;
}

/** Books and markets in batches (FACTS section 5). */
export class MarketData {
  readonly #options: MarketDataOptions;
  #status: ExchangeStatus | null = null;
  #statusDueAt = Number.NEGATIVE_INFINITY;
  /** Since when no question about markets was answered (ms); null: the last one was. */
  #unreadSince: number | null = null;
  /** When the exchange last answered another question (ms). */
  #heardAt = Number.NEGATIVE_INFINITY;
  /** When each market or book was last found unreadable (ms), by its warning's key. */
  readonly #malformedAt = new Map<WarningKey, number>();
  /** The fees of each series that were looked up; null: they are being. */
  readonly #fees = new Map<string, SeriesFees | null>();
  /** Where a market names its series. */
  readonly #seriesOf = new Map<string, string>();

  constructor(options: MarketDataOptions) {
    this.#options = options;
  }

  /** One call for all of them. A book is as old as the question: what happened on its way back is not in it. */
  async books(names: readonly string[]): Promise<VenueRead<Book[]>> {
    const { client, own } = this.#options;
    const query = names.map((name): [string, string] => ['tickers', name]);
    const outcome = await client.get('/markets/orderbooks', {
      query,
      schema: orderbooksAnswer,
      lane: 'monitor',
    });
    if (outcome.kind !== 'ok') return unavailable(outcome);
    this.#heardAt = outcome.receivedAt;
    const books = outcome.value.books.filter(({ market }) => names.includes(market));
    const malformed = askedFor(names, outcome.value.malformed);
    this.#noteMalformed('book_unreadable', books, malformed);
    return {
      kind: 'ok',
      value: books.map(({ market, sides }) => own.without(toBook(market, sides, outcome.startedAt))),
    };
  }

  /** One call for all of them, and the exchange's own status when it is due: nothing trades in a halt. */
  async markets(names: readonly string[]): Promise<VenueRead<MarketInfo[]>> {
    const { client } = this.#options;
    const [outcome] = await Promise.all([
      client.get('/markets', {
        query: [
          ['tickers', names.join(',')],
          ['limit', '1000'],
        ],
        schema: marketsAnswer,
        lane: 'monitor',
      }),
      this.#readStatus(),
    ]);
    this.#noteAnswered(outcome.kind === 'ok' ? null : reasonOf(outcome));
    if (outcome.kind !== 'ok') return unavailable(outcome);
    const markets = outcome.value.markets.filter(({ info }) => names.includes(info.market));
    const malformed = askedFor(names, outcome.value.malformed);
    this.#noteMalformed(
      'market_unreadable',
      markets.map(({ info }) => info),
      [...malformed, ...missingOf(names, outcome.value)],
    );
    for (const market of markets) void this.#checkFees(market);
    return { kind: 'ok', value: markets.map((market) => this.#inThisStatus(market)) };
  }

  /**
   * What a taker pays at most by the formula of the market's series. All formulas that are known charge takers alike,
   * times the series' multiplier; a series not looked up yet, or of another type, counts as one of these, at full rate
   * at least. An event's own fees are not looked up.
   */
  feeOf({ market, price, quantity }: { market: string; price: Price; quantity: Quantity }): Money {
    const fees = this.#fees.get(this.#seriesOf.get(market) ?? seriesIn(market)) ?? null;
    const multiplier = fees?.feeMultiplier ?? WHOLE;
    const multiplierAtLeast = fees !== null && isKnown(fees) ? multiplier : Math.max(WHOLE, multiplier);
    return boundQuadraticFee({ price, quantity }, TAKER_RATE, multiplierAtLeast);
  }

  #inThisStatus({ info, exchangeIndex }: WireMarket): MarketInfo {
    const shard = this.#status?.shards.get(exchangeIndex ?? 0) ?? this.#status;
    const isHalted = shard !== null && !(shard.exchangeActive && shard.tradingActive);
    return isHalted && info.status === 'open' ? { ...info, status: 'paused' } : info;
  }

  /** An unanswered question changes nothing: the markets' own words and refusals still count. */
  async #readStatus(): Promise<void> {
    const { client, clock, warnings } = this.#options;
    if (clock.now() < this.#statusDueAt) return;
    this.#statusDueAt = clock.now() + STATUS_EVERY_MS;
    const outcome = await client.get('/exchange/status', { schema: exchangeStatusAnswer, lane: 'monitor' });
    if (outcome.kind !== 'ok') return;
    this.#heardAt = outcome.receivedAt;
    this.#status = outcome.value;
    const { exchangeActive, tradingActive, resumesAt } = outcome.value;
    if (exchangeActive && tradingActive) return warnings.clear('exchange_halted');
    const until = resumesAt === null ? '' : `; it expects to resume at ${new Date(resumesAt).toISOString()}`;
    warnings.raise(
      'exchange_halted',
      'warning',
      `the exchange ${exchangeActive ? 'has paused trading' : 'is paused'}${until}. Exits keep their step and wait`,
    );
  }

  /** An exchange that says nothing at all is noticed elsewhere; one that is silent about its markets alone is not. */
  #noteAnswered(failure: string | null): void {
    const { clock, warnings } = this.#options;
    if (failure === null) {
      this.#unreadSince = null;
      return warnings.clear('markets_unread');
    }
    this.#unreadSince ??= clock.now();
    if (clock.now() - this.#unreadSince < UNREAD_AFTER_MS || this.#heardAt <= this.#unreadSince) return;
    const since = new Date(this.#unreadSince).toISOString();
    warnings.raise(
      'markets_unread',
      'critical',
      `nothing could be read of the markets since ${since}: that one closes early, pauses or settles goes unnoticed, and positions in markets not known yet are NOT watched`,
    );
  }

  #noteMalformed(
    kind: 'book_unreadable' | 'market_unreadable',
    readable: readonly { market: string }[],
    malformed: readonly MalformedRow[],
  ): void {
    const { clock, warnings } = this.#options;
    for (const { market } of readable) warnings.clear(`${kind}:${market}`);
    for (const { ticker, reason } of malformed) {
      const key = `${kind}:${ticker ?? 'unnamed'}` as const;
      this.#malformedAt.set(key, clock.now());
      warnings.raise(
        key,
        'critical',
        `${ticker ?? 'a market'}: what the exchange says of it can't be read (${reason}); nothing is decided from it`,
      );
    }
    this.#forgetMalformed();
  }

  /** What nobody asks about any more is not said again. */
  #forgetMalformed(): void {
    const { clock, warnings } = this.#options;
    for (const [key, at] of this.#malformedAt) {
      if (clock.now() - at < MALFORMED_FOR_MS) continue;
      this.#malformedAt.delete(key);
      warnings.clear(key);
    }
  }

  async #checkFees({ info, seriesTicker }: WireMarket): Promise<void> {
    const { client, warnings } = this.#options;
    const series = seriesTicker ?? seriesIn(info.market);
    if (seriesTicker !== null) this.#seriesOf.set(info.market, seriesTicker);
    if (this.#fees.has(series)) return;
    this.#fees.set(series, null);
    const outcome = await client.get(`/series/${encodeURIComponent(series)}`, {
      schema: seriesAnswer,
      lane: 'monitor',
    });
    if (outcome.kind !== 'ok') return void this.#fees.delete(series);
    this.#fees.set(series, outcome.value);
    const key = `fees_unknown:${series}` as const;
    if (isKnown(outcome.value)) return warnings.clear(key);
    warnings.raise(
      key,
      'warning',
      `${series} has the fee type ${outcome.value.feeType}, whose formula or multiplier Postern does not know: profits are counted after the fees of the fills, but before them fees are only guessed at the usual rate`,
    );
  }
}

const isKnown = ({ feeType, feeMultiplier }: SeriesFees): boolean =>
  KNOWN_FEES.includes(feeType) && feeMultiplier !== null;

/** The series in a market's name. */
const seriesIn = (market: string): string => market.split('-', 1)[0]!;

/** Of rows that can't be read, those of markets that were asked for and those that name none. */
const askedFor = (names: readonly string[], malformed: readonly MalformedRow[]): MalformedRow[] =>
  malformed.filter(({ ticker }) => ticker === null || names.includes(ticker));

/** Markets that were asked for and are in the answer in no form. */
function missingOf(names: readonly string[], { markets, malformed }: MarketsAnswer): MalformedRow[] {
  if (malformed.some(({ ticker }) => ticker === null)) return [];
  const named = new Set([
    ...markets.map(({ info }) => info.market),
    ...malformed.map(({ ticker }) => ticker),
  ]);
  return names
    .filter((name) => !named.has(name))
    .map((ticker) => ({ ticker, reason: 'it is not in the answer' }));
}
