import type { AccountAction, Action, ActResult, ExchangeAction, StreamAction } from '../actions.ts';
import { changeFees } from '../markets/change-fees.ts';
import { ageWeeklyPause, setShards } from '../markets/pauses.ts';
import { openInterest } from '../past.ts';
import { portfolioOf, positionIn } from '../trading/order-store.ts';
import { applyFill } from '../trading/position.ts';
import { moveCash, putPosition } from '../trading/trades.ts';
import { CROWD, HISTORY_MS, type World } from '../world.ts';
import { performCrowd } from './perform-crowd.ts';
import { performFault } from './perform-fault.ts';
import { performMarket } from './perform-market.ts';
import { performStream } from './perform-stream.ts';

/** Does what an action says. Throws a RangeError when it names what does not exist. */
export function perform(world: World, action: Action, at: number): ActResult {
  const [area] = action.type.split('.', 1);
  if (action.type === 'later') {
    world.tasks.push({ kind: 'act', at: action.at, action: action.action });
    return {};
  }
  switch (area) {
    case 'book':
    case 'crowd':
    case 'hand':
      return performCrowd(world, action as Parameters<typeof performCrowd>[1], at);
    case 'market':
      return performMarket(world, action as Parameters<typeof performMarket>[1], at);
    case 'fault':
      return performFault(world, action as Parameters<typeof performFault>[1]);
    case 'stream':
      performStream(world, action as StreamAction, at);
      return {};
    case 'exchange':
      performExchange(world, action as ExchangeAction, at);
      return {};
    default:
      performAccount(world, action as AccountAction, at);
      return {};
  }
}

function performExchange(world: World, action: ExchangeAction, at: number): void {
  switch (action.type) {
    case 'exchange.set': {
      const { exchangeIndex, exchangeActive, tradingActive, resumeAt } = action;
      if (exchangeIndex !== undefined && !world.shards[exchangeIndex])
        throw new RangeError(`there is no shard ${exchangeIndex}`);
      const changes = {
        ...(exchangeActive === undefined ? {} : { exchangeActive }),
        ...(tradingActive === undefined ? {} : { tradingActive }),
      };
      setShards(world, exchangeIndex ?? null, changes, at);
      if (resumeAt !== undefined) world.resumeAt = resumeAt;
      return;
    }
    case 'exchange.weeklyPause':
      world.settings.weeklyPause = action.on;
      ageWeeklyPause(world, at);
      return;
    case 'exchange.clockOffset':
      world.settings.clockOffsetMs = action.offsetMs;
      return;
    case 'exchange.setFees':
      changeFees(world, action, at);
      return;
    case 'exchange.readings':
      Object.assign(world.settings.readings, action.readings);
      return;
    case 'exchange.marketCache':
      world.settings.marketCacheMs = action.cacheMs;
      world.cache = {};
  }
}

function performAccount(world: World, action: AccountAction, at: number): void {
  switch (action.type) {
    case 'account.setKey':
      setKey(world, action);
      return;
    case 'account.regionExpiration':
      accountOf(world, action.account).regionExpiresAt = action.expiresAt;
      return;
    case 'account.readLag':
      if (action.lagMs > HISTORY_MS) throw new RangeError(`reads lag at most ${HISTORY_MS} ms`);
      accountOf(world, action.account).lagMs = action.lagMs;
      return;
    case 'account.moveCash':
      accountOf(world, action.account);
      moveCash(world, action.account, action.subaccount ?? 0, action.change, at);
      return;
    case 'account.movePosition': {
      const { account, subaccount = 0, ticker, change, price } = action;
      accountOf(world, account);
      shift(world, account, subaccount, ticker, change, price, at);
      shift(world, CROWD, 0, ticker, -change, price, at);
      world.markets[ticker] = { ...world.markets[ticker]!, openInterest: openInterest(world, ticker) };
    }
  }
}

function shift(
  world: World,
  account: string,
  subaccount: number,
  ticker: string,
  change: number,
  price: number,
  at: number,
): void {
  if (change === 0 || !world.markets[ticker]) throw new RangeError(`cannot move ${change} of ${ticker}`);
  const side = change > 0 ? 'bid' : 'ask';
  const before = positionIn(portfolioOf(world, account, subaccount), ticker);
  const after = applyFill(before, { side, price, count: Math.abs(change), fee: 0, at });
  putPosition(world, account, subaccount, ticker, { ...after, volume: before.volume }, at);
}

function setKey(world: World, action: Extract<AccountAction, { type: 'account.setKey' }>): void {
  for (const account of Object.values(world.accounts)) {
    const index = account.keys.findIndex((key) => key.keyId === action.keyId);
    if (index < 0) continue;
    const { subaccount: pinned, ...key } = account.keys[index]!;
    const subaccount = action.subaccount === undefined ? pinned : (action.subaccount ?? undefined);
    const changed = {
      ...key,
      ...(action.scopes ? { scopes: action.scopes } : {}),
      ...(subaccount === undefined ? {} : { subaccount }),
    };
    account.keys.splice(index, 1, ...(action.revoked ? [] : [changed]));
    return;
  }
  throw new RangeError(`there is no key ${action.keyId}`);
}

function accountOf(world: World, account: string) {
  const found = world.accounts[account];
  if (!found) throw new RangeError(`there is no account ${account}`);
  return found;
}
