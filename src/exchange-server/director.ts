/** Turns a scenario and the time into what happens to the exchange. */
import { formatPrice, formatQuantity } from '../domain/money.ts';
import type { Action, Truth } from '../exchange/exchange.ts';
import { bookAt, ladderOf } from './market-maker.ts';
import { ACCOUNT } from './open-exchange.ts';
import type { Scenario, ScenarioEvent, ScenarioMarket } from './scenario.ts';

/** How far a scenario has been played (ms since its start); −1 before its first step. */
export interface Progress {
  openedAt: number;
  doneMs: number;
}

/** An action, or only something to tell. `at` is when it happens (ms). */
export interface Cue {
  at: number;
  action: Action | null;
  says: string | null;
}

/** When the next step is due (ms). */
export const nextStepAt = ({ openedAt, doneMs }: Progress, { stepMs }: Scenario): number =>
  openedAt + (Math.floor(doneMs / stepMs) + 1) * stepMs;

/** How far the scenario will have been played after the last step due by `at`. */
export const playedBy = (at: number, { openedAt }: Progress, { stepMs }: Scenario): number =>
  Math.floor((at - openedAt) / stepMs) * stepMs;

/** What begins or ends after `progress` and up to `untilMs`, the earliest first. */
export function cuesUntil(untilMs: number, progress: Progress, scenario: Scenario): Cue[] {
  const { openedAt, doneMs } = progress;
  return scenario.markets
    .flatMap((market) => market.events.flatMap((event) => cuesOf(market, event)))
    .filter(({ afterMs }) => afterMs > doneMs && afterMs <= untilMs)
    .sort((a, b) => a.afterMs - b.afterMs)
    .map(({ afterMs, cue }) => {
      const at = openedAt + afterMs;
      const { action, says } = cue(at);
      return { at, action, says };
    });
}

/** The other traders' books at `untilMs`, in the markets that are not over. */
export function booksAt(untilMs: number, scenario: Scenario, markets: Truth['markets']): Action[] {
  return scenario.markets
    .filter(({ market }) => ['initialized', 'active', 'inactive'].includes(markets[market]?.status ?? 'gone'))
    .map((market) => ({ type: 'book.set', ticker: market.market, ...bookAt(market, untilMs) }));
}

interface Timed {
  afterMs: number;
  cue(at: number): { action: Action | null; says: string | null };
}

function cuesOf(market: ScenarioMarket, event: ScenarioEvent): Timed[] {
  const ticker = market.market;
  const { afterMs } = event;
  const once = (action: Action | null, says: string | null): Timed => ({
    afterMs,
    cue: () => ({ action, says: says && `${ticker} ${says}` }),
  });
  switch (event.kind) {
    case 'bid_vanishes':
      return [once(null, `the bids vanish${lasting(event.forMs)}`)];
    case 'ask_vanishes':
      return [once(null, `the asks vanish${lasting(event.forMs)}`)];
    case 'widen':
      return [once(null, `the spread widens to $${formatPrice(event.spread)}${lasting(event.forMs)}`)];
    case 'thin':
      return [once(null, `no level shows more than ${formatQuantity(event.size)}${lasting(event.forMs)}`)];
    case 'halt': {
      const halt = once({ type: 'market.pause', ticker }, null);
      const resume: Timed = {
        afterMs: afterMs + (event.forMs ?? 0),
        cue: () => ({ action: { type: 'market.activate', ticker }, says: null }),
      };
      return event.forMs === null ? [halt] : [halt, resume];
    }
    case 'close':
      return [
        { afterMs, cue: (at) => ({ action: { type: 'market.moveClose', ticker, closeAt: at }, says: null }) },
      ];
    case 'settle':
      return [once({ type: 'market.determine', ticker, value: event.value }, null)];
    case 'hand_trade':
      return [once(handTrade(market, event), 'a person trades in the account:')];
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
