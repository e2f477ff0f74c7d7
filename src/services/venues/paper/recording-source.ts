import type { Clock } from '../../../actors/ports.ts';
import type { Book, MarketInfo } from '../../../domain/market.ts';
import { type BookSource, type MarketGroup, scheduledSource } from './book-source.ts';
import { type MarketFacts, marketAt, noFacts, withMarketChanges } from './market-facts.ts';
import type { Recording } from './recording-table.ts';

/** A recording as a market place: its books, and the closing and settling that the facts name, in time order. */
export interface RecordedMarkets {
  /** Where its time begins. */
  firstAt: number;
  markets(at: number): MarketInfo[];
  groups(): Iterable<MarketGroup>;
}

/** Joins a recording with what is known of its markets. Facts may name markets the recording has no books of. */
export function joinRecording(recording: Recording, facts: readonly MarketFacts[] = []): RecordedMarkets {
  const known = new Map(recording.markets.map((market) => [market, noFacts(market)]));
  for (const fact of facts) known.set(fact.market, fact);
  const all = [...known.values()];
  return {
    firstAt: recording.firstAt,
    markets: (at) => all.map((fact) => marketAt(fact, at)),
    groups: () => withMarketChanges(recording.rows, all, recording.firstAt),
  };
}

/** The same markets at another time: everything happens `ms` later. */
export function shiftMarkets(recorded: RecordedMarkets, ms: number): RecordedMarkets {
  const shiftInfo = (info: MarketInfo): MarketInfo => ({
    ...info,
    closeTime: info.closeTime === null ? null : info.closeTime + ms,
    expectedExpiration: info.expectedExpiration === null ? null : info.expectedExpiration + ms,
  });
  const shiftBook = (book: Book): Book => ({ ...book, observedAt: book.observedAt + ms });
  return {
    firstAt: recorded.firstAt + ms,
    markets: (at) => recorded.markets(at - ms).map(shiftInfo),
    *groups() {
      for (const { at, books, markets } of recorded.groups()) {
        const group = { at: at + ms, books: books.map(shiftBook) };
        yield markets ? { ...group, markets: markets.map(shiftInfo) } : group;
      }
    },
  };
}

export interface PlayedRecordingOptions {
  clock: Clock;
  /** When the first row is shown: now for a new account, the same time as before after a restart. */
  startAt: number;
  onError: (error: unknown) => void;
  onEnd?: () => void;
}

/** Plays a recording on a clock with its times shifted to begin at `startAt`; what lies before now is not shown again. */
export function playRecording(recorded: RecordedMarkets, options: PlayedRecordingOptions): BookSource {
  const { clock, startAt, ...callbacks } = options;
  const shifted = shiftMarkets(recorded, startAt - recorded.firstAt);
  const from = clock.now();
  return scheduledSource({
    clock,
    markets: () => shifted.markets(from),
    groups: () => groupsFrom(shifted.groups(), from),
    ...callbacks,
  });
}

function* groupsFrom(groups: Iterable<MarketGroup>, from: number): Generator<MarketGroup, undefined> {
  for (const group of groups) if (group.at >= from) yield group;
}
