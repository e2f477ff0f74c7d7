/** Positions under watch, and the markets that they stand in. */
import type { Valued } from '../../domain/day-pnl.ts';
import type { Surroundings } from '../../domain/evaluation.ts';
import { type Book, isSound, type MarketInfo, quoteForSide } from '../../domain/market.ts';
import type { Price } from '../../domain/money.ts';
import type { Position } from '../../domain/position.ts';
import type { PositionEvent } from '../../machines/position-events.ts';
import type { Cadence } from '../mail.ts';
import type { AttemptRecord, PositionFile } from '../ports.ts';
import type { MarketBands } from './market-bands.ts';
import type { Monitor } from './monitor.ts';
import { Refusals } from './refusals.ts';

/** A position under watch; `monitor` is null while its market is unknown, or between a crash and a restart. */
export interface Watched {
  file: PositionFile;
  monitor: Monitor | null;
  slot: number | null;
  market: WatchedMarket;
  /** Null before there was one in this life. */
  firstMark: Price | null;
  /** Null before the first evaluation: an earlier life may have alerted. */
  illiquid: boolean | null;
  /** Only the supervisor's word starts it again. */
  crashed: boolean;
  /** That word was given and its backoff is over: the next read of its row starts it. */
  mayRestart: boolean;
  restarts: number;
  readonly refusals: Refusals;
  /** The best known one that beats it; null: none. */
  opportunity: Surroundings['opportunity'];
  /** What it was told while no monitor ran. */
  missed: PositionEvent[];
}

export interface WatchedMarket {
  name: string;
  info: MarketInfo | null;
  /** When the venue last said so (ms); null: never. */
  infoAt: number | null;
  book: Book | null;
  bands: MarketBands<Watched>;
  members: Set<Watched>;
  urgent: number;
  cadence: Cadence | null;
}

export const newlyWatched = (file: PositionFile, market: WatchedMarket): Watched => ({
  file,
  monitor: null,
  slot: null,
  market,
  firstMark: null,
  illiquid: null,
  crashed: false,
  mayRestart: false,
  restarts: 0,
  refusals: new Refusals(),
  opportunity: null,
  missed: [],
});

export const positionOf = (watched: Watched): Position =>
  watched.monitor?.watched.position ?? watched.file.position;

/**
 * What a position is worth at `now` (ms) by the last book of its market, which it may have skipped itself; fresh: that
 * book is at most `maxAgeMs` old and bids. Without a bid, or by a crossed book, the position's last mark counts.
 */
export function valuationOf(watched: Watched, now: number, maxAgeMs: number): Valued {
  const position = positionOf(watched);
  const { book } = watched.market;
  const quote = book === null ? null : quoteForSide(book, position.side);
  const bid = quote !== null && isSound(quote) ? quote.bid : null;
  const fresh = bid !== null && now - book!.observedAt <= maxAgeMs;
  return { position, mark: bid ?? position.mark, fresh };
}

/** The order that was out by the stored row; it may have ended since. */
export const lastOrder = ({ position, attempts }: PositionFile): AttemptRecord | undefined =>
  attempts.find((attempt) => attempt.clientId === position.exit?.attempt?.clientId);

/** An order was refused for want of contracts, or an immediate one found no taker: somebody may have sold by hand. */
export const mayBeShort = (
  { code, status }: Extract<PositionEvent, { type: 'order.over' }>,
  { exit }: Position,
): boolean => code === 'not_held' || (status === 'cancelled' && exit?.step === 'market');

export const isUrgentPhase = ({ phase }: Position): boolean => phase !== 'open' && phase !== 'closed';
