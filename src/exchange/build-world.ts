import { begin } from './history.ts';
import { nextId } from './ids.ts';
import { addMarket } from './markets/add-market.ts';
import { addHolding } from './past.ts';
import { bucketOf } from './rest/buckets.ts';
import type { AccountSpec, ExchangeOptions, Readings } from './specs.ts';
import { newStream } from './stream/stream-state.ts';
import { CROWD, type World } from './world.ts';

const DAY_MS = 86_400_000;

const STANDARD_READINGS: Readings = {
  killedRemainder: 'zero',
  partialImmediate: 'canceled',
  nothingToReduce: 'canceled',
  emptySide: 'empty',
  envelope: 'nested',
  offGridCode: 'invalid_order',
  deprecatedStatus: 200,
  clientIdReusable: false,
  cancelAllSweepsNew: true,
  okTakesSequence: true,
};

/** The exchange as its options describe it. Throws a RangeError when they contradict themselves. */
export function buildWorld(options: ExchangeOptions): World {
  const { at } = options;
  const world: World = {
    at,
    startedAt: at,
    settings: {
      verifySignatures: options.verifySignatures ?? true,
      timestampToleranceMs: options.timestampToleranceMs ?? 5000,
      closeSweepMs: options.closeSweepMs ?? 2000,
      marketCacheMs: options.marketCacheMs ?? 0,
      orderRetentionMs: options.orderRetentionMs ?? 14 * DAY_MS,
      fillRetentionMs: options.fillRetentionMs ?? 90 * DAY_MS,
      maxOpenOrders: options.maxOpenOrders ?? 200_000,
      weeklyPause: options.weeklyPause ?? false,
      clockOffsetMs: 0,
      readings: { ...STANDARD_READINGS, ...options.readings },
    },
    counters: { order: 0, trade: 0, priority: 0, fault: 0, web: 0, market: 0, user: 0, feeChange: 0 },
    shards: { 0: { exchangeActive: true, tradingActive: true } },
    resumeAt: null,
    inWeeklyPause: false,
    series: {},
    events: {},
    feeChanges: [],
    markets: {},
    books: {},
    orders: {},
    accounts: {},
    portfolios: {},
    fills: [],
    trades: [],
    settlements: [],
    buckets: {},
    cache: {},
    tasks: [],
    faults: [],
    writes: [],
    stream: newStream(),
    happenings: [],
  };
  for (const series of options.series ?? [])
    world.series[series.ticker] = {
      ticker: series.ticker,
      title: series.title ?? series.ticker,
      category: series.category ?? 'Sports',
      feeType: series.feeType ?? 'quadratic',
      feeMultiplier: series.feeMultiplier ?? 1,
      flatFee: series.flatFee ?? 0,
    };
  for (const event of options.events ?? [])
    world.events[event.ticker] = {
      ticker: event.ticker,
      seriesTicker: event.seriesTicker ?? event.ticker.split('-')[0]!,
      title: event.title ?? event.ticker,
      feeTypeOverride: event.feeTypeOverride ?? null,
      feeMultiplierOverride: event.feeMultiplierOverride ?? null,
    };
  addAccount(world, { account: CROWD, keys: [], balance: 0 });
  for (const market of options.markets) addMarket(world, market, at);
  for (const account of options.accounts) addAccount(world, account);
  world.happenings = [];
  return world;
}

function addAccount(world: World, spec: AccountSpec): void {
  const { account, keys, balance, tier = 'basic' } = spec;
  if (world.accounts[account]) throw new RangeError(`there are two accounts named ${account}`);
  world.accounts[account] = {
    account,
    userId: nextId(world, 'user'),
    keys: keys.map((key) => ({ ...key })),
    tier,
    limits: {
      read: spec.limits?.read ?? bucketOf(tier, 'read'),
      write: spec.limits?.write ?? bucketOf(tier, 'write'),
    },
    precision: spec.member === 'broker' ? 10_000 : 100,
    lagMs: 0,
    clientIds: {},
    sweepUntil: null,
    sweepSubaccount: null,
    regionExpiresAt: null,
  };
  const cash = begin(world.startedAt, balance);
  world.portfolios[`${account}/0`] = { account, subaccount: 0, cash, positions: {}, resting: [] };
  for (const holding of spec.holdings ?? []) addHolding(world, account, holding);
}
