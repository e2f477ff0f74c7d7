import { expect, test } from 'vitest';
import type { Method } from '../../../src/domain/method.ts';
import { assignVersions, fingerprintMethod, methodsOf } from '../../../src/services/config/methods.ts';
import { readOver } from './read-problems.ts';

const findMethod = (text: string, name: string): Method =>
  methodsOf(readOver(text)).find((m) => m.name === name)!;
const base = findMethod('log: {}', 'default');

test('default stands first, then every named method', () => {
  expect(methodsOf(readOver('methods: {slow: {}}')).map((m) => m.name)).toEqual([
    'default',
    'nfl',
    'nba',
    'tennis',
    'slow',
  ]);
});

test('a method inherits everything and overrides what differs', () => {
  const text = `
methods:
  careful:
    exit_conditions: {stop_loss: {stop: 0.10}, early_exit: {enabled: false}}
    trailing_stop: {activation: 0.08}
    partial_exits: {stages: [{name: half, profit_threshold: 0.2, exit_percentage: 50}]}
    liquidity: {max_spread: 0.05}
    exit_execution: {LOW: {max_walks: 3}}
    exit_pricing: {market_repeats: 20}
    monitoring: {max_quote_age_seconds: 5, urgent_conditions: {near_stop_loss_pct: 0.03}}
`;
  const { conditions } = base;
  expect(findMethod(text, 'careful')).toEqual({
    ...base,
    name: 'careful',
    conditions: {
      ...conditions,
      stop_loss: { ...conditions.stop_loss, stop: 100_000 },
      early_exit: { ...conditions.early_exit, enabled: false },
      liquidity_dried_up: { ...conditions.liquidity_dried_up, maxSpread: 500 },
    },
    trailingStop: { ...base.trailingStop, activation: 80_000 },
    partialExits: { ...base.partialExits, stages: [{ name: 'half', threshold: 200_000, percentage: 50 }] },
    execution: { ...base.execution, LOW: { ...base.execution.LOW, maxWalks: 3 } },
    numbers: { ...base.numbers, marketRepeats: 20 },
    urgency: { ...base.urgency, nearStopLoss: 30_000 },
    maxQuoteAgeMs: 5_000,
  });
});

test('a method inherits what the file says, not only the defaults', () => {
  expect(findMethod('exit_conditions: {stop_loss: {stop: 0.12}}', 'nfl').conditions.stop_loss.stop).toBe(
    120_000,
  );
});

test('a method moves a condition to another level', () => {
  const text = `
methods:
  hasty:
    exit_priorities:
      HIGH: [trailing_stop, time_based_urgent, liquidity_dried_up, profit_target]
      MEDIUM: [partial_exit_target]
`;
  expect(findMethod(text, 'hasty').priorities).toEqual({
    ...base.priorities,
    HIGH: ['trailing_stop', 'time_based_urgent', 'liquidity_dried_up', 'profit_target'],
    MEDIUM: ['partial_exit_target'],
  });
});

test('a level that turns to market orders loses the price strategy and the walks it inherited', () => {
  const text =
    'methods: {now: {exit_execution: {HIGH: {order_type: market, retry_strategy: immediate_market}}}}';
  expect(findMethod(text, 'now').execution.HIGH).toEqual({
    orderType: 'market',
    priceStrategy: null,
    timeoutMs: 10_000,
    retryStrategy: 'immediate_market',
    maxWalks: 0,
    walkTimeoutMs: 10_000,
  });
});

test('a gap can be taken away', () => {
  const text = 'exit_conditions: {liquidity_dried_up: {confirm_gap_seconds: none}}';
  expect(findMethod(text, 'default').conditions.liquidity_dried_up.confirmGapMs).toBeNull();
});

test('methods say their share of Kelly', () => {
  const { methods } = readOver('methods: {mine: {entry: {min_edge: 0.07}}}');
  expect(Object.entries(methods).map(([name, { entry }]) => [name, entry])).toEqual([
    ['nfl', { minEdge: 50_000, kellyFraction: 250_000 }],
    ['nba', { minEdge: 50_000, kellyFraction: 220_000 }],
    ['tennis', { minEdge: 50_000, kellyFraction: 180_000 }],
    ['mine', { minEdge: 70_000, kellyFraction: 180_000 }],
  ]);
});

const changed: Method = { ...base, maxQuoteAgeMs: 1 };
const v = (method: Method, version: number): Method => ({ ...method, version });

test.each([
  { why: 'new', method: base, stored: [], version: 1 },
  { why: 'unchanged', method: base, stored: [v(base, 4)], version: 4 },
  { why: 'changed', method: changed, stored: [v(base, 4)], version: 5 },
  { why: 'changed back to an older version', method: base, stored: [v(base, 1), v(changed, 2)], version: 3 },
  { why: 'stored in any order', method: changed, stored: [v(changed, 2), v(base, 1)], version: 2 },
  {
    why: 'only another name is stored',
    method: base,
    stored: [{ ...base, name: 'x', version: 7 }],
    version: 1,
  },
])('version of a method that is $why: $version', ({ method, stored, version }) => {
  expect(assignVersions([method], stored)).toEqual([v(method, version)]);
});

test('a fingerprint sees the rules, not the order of keys, the name or the version', () => {
  const reordered = Object.fromEntries(Object.entries(base).reverse()) as unknown as Method;
  expect(fingerprintMethod({ ...reordered, name: 'other', version: 9 })).toBe(fingerprintMethod(base));
  expect(fingerprintMethod(JSON.parse(JSON.stringify(base)))).toBe(fingerprintMethod(base));
  expect(fingerprintMethod(changed)).not.toBe(fingerprintMethod(base));
  const swapped = {
    ...base,
    priorities: { ...base.priorities, MEDIUM: [...base.priorities.MEDIUM].reverse() },
  };
  expect(fingerprintMethod(swapped)).not.toBe(fingerprintMethod(base));
});
