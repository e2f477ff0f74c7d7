/** Turns a scenario and the time into what happens to the exchange. */
import { formatPrice, formatQuantity } from '../domain/money.ts';
import type { Action, Truth } from '../exchange/exchange.ts';
import { dollars } from './happening-lines.ts';
import { bookAt, ladderOf } from './market-maker.ts';
import { ACCOUNT } from './open-exchange.ts';
import type { Scenario, ScenarioEvent, ScenarioMarket } from './scenario.ts';

/** How far a scenario has been played (ms since its start); −1 before its start. */
export interface Progress {
  openedAt: number;
  doneMs: number;
}

/** What happens at a time of its own (ms since the start), and what to tell beforehand. */
interface Cue {
  afterMs: number;
  action: Action;
  says: string | null;
}

type BookAction = Extract<Action, { type: 'book.set' }>;

/** When the next cue or step is due (ms); a step is when the other traders renew their orders. */
export function nextPlayAt({ openedAt, doneMs }: Progress, scenario: Scenario): number {
  const step = (Math.floor(doneMs / scenario.stepMs) + 1) * scenario.stepMs;
  const cues = timedCues(scenario).filter(({ afterMs }) => afterMs > doneMs);
  return openedAt + Math.min(step, ...cues.map(({ afterMs }) => afterMs));
}

/** What begins or ends after `doneMs` and up to `untilMs`, the earliest first. */
export const cuesUntil = (untilMs: number, { openedAt, doneMs }: Progress, scenario: Scenario): Cue[] =>
  timedCues(scenario)
    .filter(({ afterMs }) => afterMs > doneMs && afterMs <= untilMs)
    .sort((a, b) => a.afterMs - b.afterMs)
    .map(({ afterMs, happens, says }) => ({ afterMs, says, action: happens(openedAt + afterMs) }));

/** The last step due by `untilMs`, where it lies after `doneMs`; otherwise null. */
export function stepUntil(untilMs: number, { doneMs }: Progress, { stepMs }: Scenario): number | null {
  const stepAt = Math.floor(untilMs / stepMs) * stepMs;
  return stepAt > doneMs ? stepAt : null;
}

/** The other traders' books at `afterMs`. */
export const booksAt = (afterMs: number, { markets }: Scenario): BookAction[] =>
  markets.map((market) => setBook(market, afterMs));

/** Whether a market still has a book that others could change. */
export const isOpen = (market: Truth['markets'][string] | undefined): boolean =>
  ['initialized', 'active', 'inactive'].includes(market?.status ?? 'gone');

const setBook = (market: ScenarioMarket, afterMs: number): BookAction => ({
  type: 'book.set',
  ticker: market.market,
  ...bookAt(market, afterMs),
});

interface Timed {
  afterMs: number;
  says: string | null;
  happens(at: number): Action;
}

const timedCues = ({ markets }: Scenario): Timed[] =>
  markets.flatMap((market) => market.events.flatMap((event) => cuesOf(market, event)));

function cuesOf(market: ScenarioMarket, event: ScenarioEvent): Timed[] {
  const ticker = market.market;
  const { afterMs } = event;
  const once = (happens: (at: number) => Action, says: string | null = null): Timed[] => [
    { afterMs, happens, says: says && `${ticker} ${says}` },
  ];
  const shaped = (forMs: number | null, says: string): Timed[] =>
    [afterMs, ...(forMs === null ? [] : [afterMs + forMs])].map((time, index) => ({
      afterMs: time,
      happens: () => setBook(market, time),
      says: index === 0 ? `${ticker} ${says}${lasting(forMs)}` : null,
    }));
  switch (event.kind) {
    case 'bid_vanishes':
      return shaped(event.forMs, 'the bids vanish');
    case 'ask_vanishes':
      return shaped(event.forMs, 'the asks vanish');
    case 'widen':
      return shaped(event.forMs, `the spread widens to ${dollars(formatPrice(event.spread))}`);
    case 'thin':
      return shaped(event.forMs, `no level shows more than ${formatQuantity(event.size)}`);
    case 'halt': {
      const halt = once(() => ({ type: 'market.pause', ticker }));
      if (event.forMs === null) return halt;
      const resume = (): Action => ({ type: 'market.activate', ticker });
      return [...halt, { afterMs: afterMs + event.forMs, happens: resume, says: null }];
    }
    case 'close':
      return once((at) => ({ type: 'market.moveClose', ticker, closeAt: at }));
    case 'settle':
      return once(() => ({ type: 'market.determine', ticker, value: event.value }));
    case 'hand_trade':
      return once(() => handTrade(market, event), 'a person trades in the account:');
  }
}

const lasting = (forMs: number | null): string => (forMs === null ? '' : ` for ${forMs / 1000} s`);

/** At any price: the far end of the grid. */
function handTrade(
  { market: ticker, grid }: ScenarioMarket,
  event: Extract<ScenarioEvent, { kind: 'hand_trade' }>,
): Action {
  const side = (event.action === 'buy') === (event.side === 'yes') ? 'bid' : 'ask';
  const price = ladderOf(grid).at(side === 'bid' ? -1 : 0)!;
  return {
    type: 'hand.place',
    account: ACCOUNT,
    ticker,
    side,
    price,
    count: event.quantity,
    immediate: true,
  };
}
