import { ONE_DOLLAR, type Price } from '../../domain/money.ts';
import type { LifecycleEvent } from '../happenings.ts';
import { current } from '../history.ts';
import type { Market } from '../records.ts';
import { cancelResting } from '../trading/mass-cancel.ts';
import { settlePosition } from '../trading/position.ts';
import { moveCash, putPosition } from '../trading/trades.ts';
import { CROWD, type World } from '../world.ts';

/** Changes a market's record and, where the streams speak of it, tells them. */
export function changeMarket(
  world: World,
  ticker: string,
  changes: Partial<Market>,
  at: number,
  event?: LifecycleEvent,
): Market {
  const market: Market = { ...world.markets[ticker]!, ...changes, updatedAt: at };
  world.markets[ticker] = market;
  if (event) world.happenings.push({ kind: 'lifecycle', at, event, market });
  return market;
}

/** active → inactive; orders that asked for it are cancelled. */
export function pauseMarket(world: World, ticker: string, at: number): void {
  if (world.markets[ticker]!.status !== 'active') return;
  changeMarket(world, ticker, { status: 'inactive' }, at, 'deactivated');
  cancelResting(world, ticker, 'HaltCancel', at, (order) => order.cancelOnPause);
}

/** initialized or inactive → active; a market that was paused loses every resting order. */
export function activateMarket(world: World, ticker: string, at: number): void {
  const { status } = world.markets[ticker]!;
  if (status !== 'initialized' && status !== 'inactive') return;
  if (status === 'inactive') cancelResting(world, ticker, 'HaltCancel', at);
  changeMarket(world, ticker, { status: 'active' }, at, 'activated');
}

/** What the market's own times bring by `at`: opening, closing, the sweep after the close, becoming final. */
export function ageMarket(world: World, ticker: string, at: number): void {
  const market = world.markets[ticker]!;
  if (market.status === 'initialized' && at >= market.openAt) activateMarket(world, ticker, at);
  const { status } = world.markets[ticker]!;
  if ((status === 'active' || status === 'inactive') && at >= market.closeAt)
    changeMarket(world, ticker, { status: 'closed', sweepAt: at + world.settings.closeSweepMs }, at);
  if (market.sweepAt !== null && at >= market.sweepAt) {
    changeMarket(world, ticker, { sweepAt: null }, at);
    cancelResting(world, ticker, 'CloseCancel', at);
  }
  if (market.finalizeAt !== null && at >= market.finalizeAt) finalizeMarket(world, ticker, at);
}

/** When `ageMarket` next has something to do (ms), null when never. */
export function nextMarketTime({ status, openAt, closeAt, sweepAt, finalizeAt }: Market): number | null {
  if (status === 'initialized') return openAt;
  if (status === 'active' || status === 'inactive') return closeAt;
  if (sweepAt === null || finalizeAt === null) return sweepAt ?? finalizeAt;
  return Math.min(sweepAt, finalizeAt);
}

/** Moves close_time either way; a market that was only closed opens again when it lies ahead. */
export function moveClose(world: World, ticker: string, closeAt: number, at: number): void {
  const market = world.markets[ticker]!;
  const reopens = market.status === 'closed' && closeAt > at;
  const latestExpirationAt = Math.max(market.latestExpirationAt, closeAt);
  const changes = {
    closeAt,
    latestExpirationAt,
    ...(reopens ? { status: 'active' as const, sweepAt: null } : {}),
  };
  changeMarket(world, ticker, changes, at, 'close_date_updated');
  ageMarket(world, ticker, at);
}

/** The outcome is known: trading is over, and unless disputed the market becomes final after its settlement timer. */
export function determineMarket(world: World, ticker: string, value: Price, at: number): void {
  const market = world.markets[ticker]!;
  if (market.closeAt > at) changeMarket(world, ticker, { closeAt: at }, at, 'close_date_updated');
  cancelResting(world, ticker, 'CloseCancel', at);
  const outcome = {
    ...outcomeOf(value),
    sweepAt: null,
    finalizeAt: at + market.settlementTimerSeconds * 1000,
  };
  changeMarket(world, ticker, { status: 'determined', ...outcome }, at, 'determined');
}

export function disputeMarket(world: World, ticker: string, at: number): void {
  changeMarket(world, ticker, { status: 'disputed', finalizeAt: null }, at);
}

/** A disputed outcome is replaced. */
export function amendOutcome(world: World, ticker: string, value: Price, at: number): void {
  const { settlementTimerSeconds } = world.markets[ticker]!;
  const finalizeAt = at + settlementTimerSeconds * 1000;
  changeMarket(world, ticker, { status: 'amended', ...outcomeOf(value), finalizeAt }, at);
}

const outcomeOf = (value: Price): Pick<Market, 'result' | 'settlementValue'> => ({
  result: value === ONE_DOLLAR ? 'yes' : value === 0 ? 'no' : 'scalar',
  settlementValue: value,
});

/** Pays every position what it is worth. */
export function finalizeMarket(world: World, ticker: string, at: number): void {
  const market = world.markets[ticker]!;
  const value = market.settlementValue!;
  for (const portfolio of Object.values(world.portfolios)) {
    const history = portfolio.positions[ticker];
    const held = history ? current(history) : null;
    if (!held || held.quantity === 0) continue;
    const { account, subaccount } = portfolio;
    const { position, revenue } = settlePosition(held, value, at);
    moveCash(world, account, subaccount, revenue, at);
    putPosition(world, account, subaccount, ticker, position, at);
    if (account === CROWD) continue;
    const { quantity, cost } = held;
    const result = market.result as 'yes' | 'no' | 'scalar';
    world.settlements.push({ account, subaccount, ticker, result, value, quantity, cost, revenue, at });
  }
  const changes = { status: 'finalized', settledAt: at, finalizeAt: null, openInterest: 0 } as const;
  changeMarket(world, ticker, changes, at, 'settled');
}
