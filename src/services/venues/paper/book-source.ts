import type { Clock, TimerHandle } from '../../../actors/ports.ts';
import { type Book, CENT_GRID, type MarketInfo } from '../../../domain/market.ts';

/** Everything a source shows at one time: books, and markets whose status or facts changed. */
export interface MarketGroup {
  at: number;
  books: Book[];
  markets?: MarketInfo[];
}

/** Takes a group; the promise, where there is one, ends when the paper exchange has saved and delivered it. */
export type GroupSink = (group: MarketGroup) => Promise<void> | undefined;

/** Where the paper exchange's books come from. */
export interface BookSource {
  /** All markets as they are before the first group. */
  markets(): MarketInfo[];
  /** Begins to show groups. Does nothing where the driver of a replay calls `venue.advance` itself. */
  start(sink: GroupSink): void;
  stop(): void;
}

/** An open market of which nothing but its name is known. */
export const plainMarket = (market: string): MarketInfo => ({
  market,
  status: 'open',
  closeTime: null,
  expectedExpiration: null,
  volume24h: null,
  grid: CENT_GRID,
  settlementValue: null,
});

/** A source that shows nothing by itself: the driver calls `venue.advance`. */
export const pulledSource = (markets: MarketInfo[]): BookSource => ({
  markets: () => markets,
  start: () => {},
  stop: () => {},
});

export interface ScheduledSourceOptions {
  clock: Clock;
  markets: () => MarketInfo[];
  /** Groups in time order, those of the past left out. */
  groups: () => Iterable<MarketGroup>;
  /** A group could not be saved or delivered; the next one follows all the same. */
  onError: (error: unknown) => void;
  /** The groups came to their end. */
  onEnd?: () => void;
}

/**
 * Shows each group at its own time on the clock. What a machine that was too slow, or asleep, has missed meanwhile is
 * shown as one group of how things stand now: an exchange waits for nobody, and who plays it all falls ever further behind.
 */
export function scheduledSource({
  clock,
  markets,
  groups,
  onError,
  onEnd,
}: ScheduledSourceOptions): BookSource {
  let timer: TimerHandle | null = null;
  let stopped = false;

  const start = (sink: GroupSink): void => {
    const iterator = groups()[Symbol.iterator]();
    const play = async (first: MarketGroup): Promise<void> => {
      timer = null;
      const { group, following } = catchUp(first, iterator, clock.now());
      try {
        await sink(group);
      } catch (error) {
        onError(error);
      }
      schedule(following);
    };
    const schedule = (next: IteratorResult<MarketGroup>): void => {
      if (stopped) return;
      if (next.done) onEnd?.();
      else timer = clock.setTimeout(() => void play(next.value), Math.max(0, next.value.at - clock.now()));
    };
    schedule(iterator.next());
  };

  return {
    markets,
    start,
    stop: () => {
      stopped = true;
      if (timer !== null) clock.clearTimeout(timer);
    },
  };
}

/** A group with all that are due by `now` (ms) taken into it, by the last word on each market; and the one that follows. */
function catchUp(
  first: MarketGroup,
  iterator: Iterator<MarketGroup>,
  now: number,
): { group: MarketGroup; following: IteratorResult<MarketGroup> } {
  let following = iterator.next();
  if (following.done || following.value.at > now) return { group: first, following };
  const books = new Map(first.books.map((book) => [book.market, book]));
  const markets = new Map(first.markets?.map((info) => [info.market, info]));
  let { at } = first;
  for (; !following.done && following.value.at <= now; following = iterator.next()) {
    at = following.value.at;
    for (const book of following.value.books) books.set(book.market, book);
    for (const info of following.value.markets ?? []) markets.set(info.market, info);
  }
  const changes = markets.size > 0 ? { markets: [...markets.values()] } : {};
  return { group: { at, books: [...books.values()], ...changes }, following };
}
