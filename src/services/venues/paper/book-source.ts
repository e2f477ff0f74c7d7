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

/** Shows each group at its own time on the clock; a late clock plays what it missed in order, one after the other. */
export function scheduledSource({
  clock,
  markets,
  groups,
  onError,
  onEnd,
}: ScheduledSourceOptions): BookSource {
  let timer: TimerHandle | null = null;
  let stopped = false;

  const playNext = (iterator: Iterator<MarketGroup>, sink: GroupSink): void => {
    if (stopped) return;
    const next = iterator.next();
    if (next.done) {
      onEnd?.();
      return;
    }
    const play = async () => {
      timer = null;
      try {
        await sink(next.value);
      } catch (error) {
        onError(error);
      }
      playNext(iterator, sink);
    };
    timer = clock.setTimeout(() => void play(), Math.max(0, next.value.at - clock.now()));
  };

  return {
    markets,
    start: (sink) => playNext(groups()[Symbol.iterator](), sink),
    stop: () => {
      stopped = true;
      if (timer !== null) clock.clearTimeout(timer);
    },
  };
}
