import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { ExitView } from '../../src/services/http/records.ts';
import type {
  Explanation,
  JournalEntry,
  PositionDetail,
  PositionView,
  PriceHistory,
} from '../../src/services/operations/operations.ts';
import { hearOf, link, onJournal, positions } from '../live/account.ts';
import { Problem, read } from '../live/api.ts';
import { daemonNow } from '../live/time.ts';
import { joinJournal } from './journal-lines.ts';
import { joinHistories, type LivePrice, pricesSeen } from './price-trail.ts';

/** How often a position is looked at anew while somebody looks at it (ms of real time). */
const LOOK_EVERY_MS = 2_000;
/** Lines of the journal come in bunches; one look answers for all of them. */
const BUNCH_MS = 120;
/** Each so many looks the whole price history is read again. */
const LOOKS_PER_HISTORY = 5;

export const NOT_FOUND = 404;

/** All that the page knows of one position. */
export interface PositionData {
  id: string;
  view: ReadonlySignal<PositionView | null>;
  /** When the daemon said so (ms of its clock). */
  seenAt: ReadonlySignal<number>;
  explanation: ReadonlySignal<Explanation | null>;
  exits: ReadonlySignal<readonly ExitView[]>;
  /** Oldest first. */
  journal: ReadonlySignal<readonly JournalEntry[]>;
  prices: ReadonlySignal<PriceHistory | null>;
  /** What was seen of the market after `prices`. */
  livePrices: ReadonlySignal<readonly LivePrice[]>;
  /** Why the last look failed. */
  problem: ReadonlySignal<Problem | null>;
  look(): void;
  close(): void;
}

/** Follows one position until it is closed. */
export function followPosition(id: string): PositionData {
  const address = `/api/v1/positions/${encodeURIComponent(id)}`;
  const explanation = signal<Explanation | null>(null);
  const exits = signal<readonly ExitView[]>([]);
  const journal = signal<readonly JournalEntry[]>([]);
  const prices = signal<PriceHistory | null>(null);
  const livePrices = signal<readonly LivePrice[]>([]);
  const problem = signal<Problem | null>(null);
  const seenAt = signal(daemonNow());
  const view = computed(() => positions.value?.get(id) ?? explanation.value?.position ?? null);
  const ending = new AbortController();

  const lookAtPrices = async () => {
    const told = await read<PriceHistory>(`${address}/prices`, ending.signal).catch(() => null);
    if (told === null) return;
    const last = Date.parse(told.points.at(-1)?.at ?? told.since);
    livePrices.value = livePrices.value.filter(({ at }) => at > last);
    prices.value = joinHistories(prices.value, told);
  };
  const lookAtJournal = async () => {
    const { journal: told } = await read<PositionDetail>(address, ending.signal);
    journal.value = joinJournal(told, journal.value);
  };
  /** It was closed before the last look began: nothing of it changes any more. */
  let isWhole = false;
  const lookNow = async () => {
    const wasClosed = explanation.peek()?.position.state === 'closed';
    const explained = await read<Explanation>(`${address}/explain`, ending.signal);
    hearOf(explained.position, new Date(daemonNow()).toISOString());
    explanation.value = explained;
    livePrices.value = pricesSeen(livePrices.value, explained, daemonNow());
    exits.value = await read<ExitView[]>(`${address}/exits`, ending.signal);
    isWhole = wasClosed;
  };

  let looks = 0;
  let isLooking = false;
  let wanted: 'all' | 'news' | null = null;
  const look = async (what: 'all' | 'news') => {
    if (wanted !== 'all') wanted = what;
    if (isLooking) return;
    isLooking = true;
    while (wanted !== null && !ending.signal.aborted) {
      const isAll = wanted === 'all';
      wanted = null;
      try {
        await lookNow();
        if (isAll) await lookAtJournal();
        if (isAll || looks % LOOKS_PER_HISTORY === 0) await lookAtPrices();
        problem.value = null;
      } catch (error) {
        if (ending.signal.aborted) break;
        problem.value = error instanceof Problem ? error : new Problem('internal', 0, String(error));
      }
      looks += 1;
    }
    isLooking = false;
  };

  const isOver = (): boolean => (problem.peek() === null ? isWhole : problem.peek()!.status === NOT_FOUND);
  const timer = setInterval(() => {
    if (!document.hidden && !isOver()) void look(journal.peek().length === 0 ? 'all' : 'news');
  }, LOOK_EVERY_MS);

  let bunch: ReturnType<typeof setTimeout> | undefined;
  const leaveJournal = onJournal((entry) => {
    if (entry.positionId !== id) return;
    journal.value = joinJournal([entry], journal.value);
    clearTimeout(bunch);
    bunch = setTimeout(() => {
      looks = 0;
      void look('news');
    }, BUNCH_MS);
  });
  const leaveLink = link.state.subscribe((state) => {
    if (state === 'live') void look('all');
  });
  let shown: PositionView | undefined;
  const leaveView = positions.subscribe((all) => {
    const seen = all?.get(id);
    if (seen === undefined || seen === shown) return;
    shown = seen;
    seenAt.value = daemonNow();
    livePrices.value = pricesSeen(livePrices.peek(), { position: seen, evaluation: null }, daemonNow());
  });
  if (link.state.peek() !== 'live') void look('all');

  return {
    ...{ id, view, seenAt, explanation, exits, journal, prices, livePrices, problem },
    look: () => void look('all'),
    close() {
      ending.abort();
      clearInterval(timer);
      clearTimeout(bunch);
      leaveJournal();
      leaveLink();
      leaveView();
    },
  };
}
