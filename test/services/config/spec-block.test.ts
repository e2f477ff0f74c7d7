import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/services/config/load-config.ts';
import { methodsOf } from '../../../src/services/config/methods.ts';
import { readOver } from './read-problems.ts';

const SPEC_12 = `
monitoring:
  normal_frequency: 30
  urgent_frequency: 5
  urgent_conditions:
    near_stop_loss_pct: 0.02
    near_profit_target_pct: 0.02
    near_trailing_stop_pct: 0.02
  price_cache_ttl_seconds: 10
  max_api_calls_per_minute: 60
exit_priorities:
  CRITICAL: [stop_loss, circuit_breaker]
  HIGH: [trailing_stop, time_based_urgent, liquidity_dried_up]
  MEDIUM: [profit_target, partial_exit_target]
  LOW: [early_exit, edge_disappeared, rebalance]
exit_execution:
  CRITICAL: {order_type: market, timeout_seconds: 5, retry_strategy: immediate_market}
  HIGH: {order_type: limit, price_strategy: aggressive, timeout_seconds: 10, retry_strategy: walk_then_market, max_walks: 2}
  MEDIUM: {order_type: limit, price_strategy: fair, timeout_seconds: 30, retry_strategy: walk_price, max_walks: 5}
  LOW: {order_type: limit, price_strategy: conservative, timeout_seconds: 60, retry_strategy: walk_slowly, max_walks: 10}
partial_exits:
  enabled: true
  stages:
    - {name: "first_target", profit_threshold: 0.15, exit_percentage: 50}
    - {name: "second_target", profit_threshold: 0.25, exit_percentage: 25}
liquidity:
  max_spread: 0.03
  min_volume: 50
`;

test('the blocks of SPEC 12 load unchanged and say what the defaults say', () => {
  expect(readOver(SPEC_12)).toEqual(loadConfig({ env: {} }));
});

test('the default method holds every number of the specification in exact units', () => {
  const plain = { enabled: true, confirmations: 1, confirmForMs: 0, confirmGapMs: null };
  expect(methodsOf(loadConfig({ env: {} }))[0]).toEqual({
    name: 'default',
    version: 0,
    priorities: {
      CRITICAL: ['stop_loss', 'circuit_breaker'],
      HIGH: ['trailing_stop', 'time_based_urgent', 'liquidity_dried_up'],
      MEDIUM: ['profit_target', 'partial_exit_target'],
      LOW: ['early_exit', 'edge_disappeared', 'rebalance'],
    },
    execution: {
      CRITICAL: {
        orderType: 'market',
        priceStrategy: null,
        timeoutMs: 5_000,
        retryStrategy: 'immediate_market',
        maxWalks: 0,
        walkTimeoutMs: 5_000,
      },
      HIGH: {
        orderType: 'limit',
        priceStrategy: 'aggressive',
        timeoutMs: 10_000,
        retryStrategy: 'walk_then_market',
        maxWalks: 2,
        walkTimeoutMs: 10_000,
      },
      MEDIUM: {
        orderType: 'limit',
        priceStrategy: 'fair',
        timeoutMs: 30_000,
        retryStrategy: 'walk_price',
        maxWalks: 5,
        walkTimeoutMs: 15_000,
      },
      LOW: {
        orderType: 'limit',
        priceStrategy: 'conservative',
        timeoutMs: 60_000,
        retryStrategy: 'walk_slowly',
        maxWalks: 10,
        walkTimeoutMs: 30_000,
      },
    },
    numbers: {
      aggressiveOffset: 100,
      aggressiveShare: 20_000,
      walkStep: 100,
      walkAggressiveness: [1_000_000, 1_500_000, 2_000_000],
      noAskConservative: 100,
      noAskFloor: 300,
      marketAllowance: { offset: 1_000, share: 200_000, minTicks: 2 },
      marketRepeats: 12,
      marketFloor: 500_000,
      restMs: 300_000,
      recheckMs: 30_000,
      resumeBackoffMs: [60_000, 120_000, 240_000, 480_000, 960_000, 1_800_000],
    },
    conditions: {
      stop_loss: { ...plain, stop: 150_000 },
      circuit_breaker: plain,
      trailing_stop: plain,
      time_based_urgent: { ...plain, withinMs: 300_000, settlementTime: 'earlier' },
      liquidity_dried_up: {
        enabled: true,
        confirmations: 2,
        confirmForMs: 10_000,
        confirmGapMs: 90_000,
        maxSpread: 300,
        minVolume: 5_000,
      },
      profit_target: { ...plain, targets: { high: 250_000, medium: 200_000, low: 150_000 } },
      partial_exit_target: plain,
      early_exit: { ...plain, below: 20_000 },
      edge_disappeared: plain,
      rebalance: { ...plain, margin: 100_000 },
    },
    trailingStop: {
      activation: 100_000,
      distance: 50_000,
      tightenEvery: 50_000,
      tightenBy: 10_000,
      minDistance: 20_000,
      minTicks: 2,
    },
    partialExits: {
      enabled: true,
      stageStep: 100,
      stages: [
        { name: 'first_target', threshold: 150_000, percentage: 50 },
        { name: 'second_target', threshold: 250_000, percentage: 25 },
      ],
    },
    urgency: { nearStopLoss: 20_000, nearProfitTarget: 20_000, nearTrailingStop: 20_000 },
    maxQuoteAgeMs: 15_000,
    maxModelAgeMs: 600_000,
  });
});

test('everything beside the methods', () => {
  const { monitoring, supervision, circuitBreakers, entry, venue, clock, tracked, drill, ...rest } =
    loadConfig({
      env: {},
    });
  expect(monitoring).toMatchObject({
    normalFrequencyMs: 30_000,
    urgentFrequencyMs: 5_000,
    priceCacheTtlMs: 10_000,
    maxApiCallsPerMinute: 60,
    orphanAfterMs: 120_000,
    orphanRepeatMs: 600_000,
    discoveryIntervalMs: 15_000,
    reconcileIntervalMs: 60_000,
    rowWriteIntervalMs: 30_000,
  });
  expect(supervision).toEqual({
    backoffMs: [500, 1_000, 2_000, 5_000],
    maxCrashes: 3,
    crashWindowMs: 60_000,
    quarantineRetryMs: 300_000,
  });
  expect(circuitBreakers).toEqual({
    tradingDayTimeZone: 'America/New_York',
    dailyLoss: { limit: 500_000_000, confirmations: 2, confirmForMs: 10_000 },
    apiErrors: { maxErrors: 5, windowMs: 300_000 },
    databaseErrors: { maxErrors: 3, windowMs: 60_000 },
  });
  expect(entry).toEqual({
    enabled: false,
    minEdge: 50_000,
    kellyFraction: 180_000,
    confidenceScale: { high: 1_000_000, medium: 750_000, low: 500_000 },
    maxOpenPositions: 10,
    maxDeployed: 500_000,
    maxGroupExposure: 100_000,
    maxCorrelatedExposure: 200_000,
    orderTimeoutMs: 30_000,
    maxBookShare: 250_000,
    quantityStep: 100,
    reentryAfterMs: 1_800_000,
    marketGroups: [],
    correlatedGroups: [],
  });
  expect(venue).toEqual({
    kind: 'paper',
    source: 'generator',
    seed: 1,
    fees: 'kalshi',
    cash: 10_000_000_000,
    adopt: 'listed',
    markets: [],
  });
  expect({ clock, tracked, drill }).toEqual({
    clock: { speed: 1 },
    tracked: [],
    drill: { crashMonitor: [], modelSays: [] },
  });
  expect(rest).toMatchObject({
    adoption: { method: 'default', confidence: 'medium' },
    database: { url: null },
    dataDir: `${process.cwd()}/.postern`,
    server: { host: '127.0.0.1', port: 7717 },
    shutdown: { restingOrders: 'cancel', graceMs: 10_000 },
    lease: { ttlMs: 15_000 },
    log: { level: 'info' },
    alerts: {},
  });
});

test.each([
  ['exit_conditions: {stop_loss: {stop: 0.10}}', 100_000],
  ['exit_conditions: {stop_loss: {stop: 0.1}}', 100_000],
  ['exit_conditions: {stop_loss: {stop: "0.10"}}', 100_000],
  ['exit_conditions: {stop_loss: {stop: 0.000001}}', 1],
  ['exit_conditions: {stop_loss: {stop: 0.290000}}', 290_000],
])('%s is exact', (text, stop) => {
  expect(readOver(text).exitConditions.stop_loss.stop).toBe(stop);
});

test('the demo loads', () => {
  const demo = loadConfig({ file: new URL('../../../config/demo.yaml', import.meta.url).pathname, env: {} });
  expect(demo.clock.speed).toBe(10);
  const bought = demo.drill.modelSays.map(({ market }) => market);
  expect([...demo.tracked.map((lot) => lot.market), ...new Set(bought)]).toEqual(
    demo.venue.source === 'generator' ? demo.venue.markets.map((market) => market.market) : [],
  );
});

test('a block whose lines are all commented out inherits', () => {
  expect(readOver('monitoring:\nmethods:\ntracked:\nlog: {level: debug}\n')).toEqual({
    ...loadConfig({ env: {} }),
    log: { level: 'debug' },
  });
});

test('the default file may be named as the file', () => {
  expect(loadConfig({ file: 'config/default.yaml', env: {} })).toEqual(loadConfig({ env: {} }));
});
