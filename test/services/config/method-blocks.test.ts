import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONDITIONS, type ExecutionRule, type Method, PRIORITIES } from '../../../src/domain/method.ts';
import { methodBlocks } from '../../../src/services/config/method-blocks.ts';
import { diffMethods } from '../../../src/services/config/method-diff.ts';
import { methodsOf, readMethod } from '../../../src/services/config/methods.ts';
import { defaultMethod } from '../../support/domain-builders.ts';
import { readOver } from './read-problems.ts';

const fraction = fc.integer({ min: 1, max: 999_999 });
const price = fc.integer({ min: 1, max: 9_999 });
const ms = fc.integer({ min: 1, max: 31_536_000_000 });
const count = fc.integer({ min: 1, max: 1000 });
const rule = fc.record({
  enabled: fc.boolean(),
  confirmations: count,
  confirmForMs: fc.nat(31_536_000_000),
  confirmGapMs: fc.option(ms),
});
const ruleWith = <T>(more: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.tuple(rule, fc.record(more)).map(([common, own]) => ({ ...common, ...own }));

const marketRule = ms.map(
  (timeoutMs): ExecutionRule => ({
    orderType: 'market',
    priceStrategy: null,
    timeoutMs,
    retryStrategy: 'immediate_market',
    maxWalks: 0,
    walkTimeoutMs: timeoutMs,
  }),
);
const limitRule = (strategies: readonly ExecutionRule['retryStrategy'][]) =>
  fc.record<ExecutionRule>({
    orderType: fc.constant('limit'),
    priceStrategy: fc.constantFrom('aggressive', 'fair', 'conservative'),
    timeoutMs: ms,
    retryStrategy: fc.constantFrom(...strategies),
    maxWalks: fc.nat(1000),
    walkTimeoutMs: ms,
  });
const urgent = fc.oneof(marketRule, limitRule(['walk_then_market']));
const patient = fc.oneof(marketRule, limitRule(['walk_then_market', 'walk_price', 'walk_slowly']));

const priorities = fc
  .tuple(
    fc.shuffledSubarray([...CONDITIONS], { minLength: CONDITIONS.length }),
    fc.array(fc.constantFrom(...PRIORITIES), { minLength: CONDITIONS.length, maxLength: CONDITIONS.length }),
  )
  .map(([names, levels]) => {
    const at = (level: string) => names.filter((_, index) => levels[index] === level);
    return { CRITICAL: at('CRITICAL'), HIGH: at('HIGH'), MEDIUM: at('MEDIUM'), LOW: at('LOW') };
  });

const stages = fc
  .uniqueArray(fc.tuple(fraction, fc.integer({ min: 1, max: 250_000 })), {
    maxLength: 4,
    selector: ([t]) => t,
  })
  .map((found) =>
    found
      .toSorted(([a], [b]) => a - b)
      .map(([threshold, share], index) => ({
        name: `stage-${index}`,
        threshold,
        percentage: share / 10_000,
      })),
  );

const method: fc.Arbitrary<Method> = fc.record({
  name: fc.constant('any'),
  version: fc.constant(0),
  priorities,
  execution: fc.record({ CRITICAL: urgent, HIGH: urgent, MEDIUM: patient, LOW: patient }),
  numbers: fc.record({
    aggressiveOffset: price,
    aggressiveShare: fraction,
    walkStep: price,
    walkAggressiveness: fc.array(fraction, { minLength: 1, maxLength: 4 }),
    noAskConservative: price,
    noAskFloor: price,
    marketAllowance: fc.record({ offset: price, share: fraction, minTicks: count }),
    marketRepeats: fc.nat(1000),
    marketFloor: fraction,
    restMs: ms,
    recheckMs: ms,
    resumeBackoffMs: fc.array(ms, { minLength: 1, maxLength: 6 }),
  }),
  conditions: fc.record({
    stop_loss: ruleWith({ stop: fraction }),
    circuit_breaker: rule,
    trailing_stop: rule,
    time_based_urgent: ruleWith({ withinMs: ms, settlementTime: fc.constantFrom('earlier', 'close') }),
    liquidity_dried_up: ruleWith({ maxSpread: price, minVolume: fc.nat(1_000_000) }),
    profit_target: ruleWith({ targets: fc.record({ high: fraction, medium: fraction, low: fraction }) }),
    partial_exit_target: rule,
    early_exit: ruleWith({ below: fraction }),
    edge_disappeared: rule,
    rebalance: ruleWith({ margin: fraction }),
  }),
  trailingStop: fc.tuple(fraction, fraction).chain(([a, b]) =>
    fc.record({
      activation: fraction,
      distance: fc.constant(Math.max(a, b)),
      tightenEvery: fraction,
      tightenBy: fraction,
      minDistance: fc.constant(Math.min(a, b)),
      minTicks: fc.nat(1000),
    }),
  ),
  partialExits: fc.record({ enabled: fc.boolean(), stageStep: count, stages }),
  urgency: fc.record({ nearStopLoss: fraction, nearProfitTarget: fraction, nearTrailingStop: fraction }),
  maxQuoteAgeMs: ms,
  maxModelAgeMs: ms,
});

describe('a method in the words of the configuration', () => {
  test('reads back as the same method, and as the same words', () =>
    fc.assert(
      fc.property(method, (any) => {
        const blocks = methodBlocks(any);
        const read = readMethod('any', blocks);
        expect(read).toEqual(any);
        expect(methodBlocks(read)).toEqual(blocks);
      }),
      { numRuns: 300 },
    ));

  test.each(
    methodsOf(
      readOver(
        'methods: {now: {exit_execution: {HIGH: {order_type: market, retry_strategy: immediate_market}}}}',
      ),
    ),
  )('so does the configured $name', (configured) =>
    expect(readMethod(configured.name, methodBlocks(configured))).toEqual(configured),
  );

  test('numbers stand as one writes them', () => {
    const { exit_conditions, liquidity, partial_exits, exit_pricing } = methodBlocks(defaultMethod());
    expect({ liquidity, partial_exits }).toEqual({
      liquidity: { max_spread: '0.03', min_volume: '50' },
      partial_exits: {
        enabled: 'true',
        stage_step: '1',
        stages: [
          { name: 'first_target', profit_threshold: '0.15', exit_percentage: '50' },
          { name: 'second_target', profit_threshold: '0.25', exit_percentage: '25' },
        ],
      },
    });
    expect(exit_conditions).toMatchObject({
      stop_loss: { stop: '0.15', confirm_gap_seconds: 'none' },
      liquidity_dried_up: { confirm_gap_seconds: '90' },
    });
    expect(exit_pricing).toMatchObject({ walk_aggressiveness: ['1', '1.5', '2'], market_repeats: '12' });
  });
});

describe('what differs between two methods', () => {
  const base = defaultMethod();
  test('nothing, between one and itself', () =>
    expect(diffMethods(base, { ...base, name: 'other' })).toEqual([]));

  test('every setting by its path, with both values', () => {
    const { stages: _, ...partial } = base.partialExits;
    const other: Method = {
      ...base,
      maxQuoteAgeMs: 1_500,
      priorities: { ...base.priorities, MEDIUM: ['partial_exit_target', 'profit_target'] },
      conditions: { ...base.conditions, stop_loss: { ...base.conditions.stop_loss, stop: 80_000 } },
      partialExits: { ...partial, stages: base.partialExits.stages.slice(0, 1) },
    };
    expect(diffMethods(base, other)).toEqual([
      {
        path: 'exit_priorities.MEDIUM',
        from: '[profit_target, partial_exit_target]',
        to: '[partial_exit_target, profit_target]',
      },
      { path: 'exit_conditions.stop_loss.stop', from: '0.15', to: '0.08' },
      { path: 'partial_exits.stages[1].name', from: 'second_target', to: null },
      { path: 'partial_exits.stages[1].profit_threshold', from: '0.25', to: null },
      { path: 'partial_exits.stages[1].exit_percentage', from: '25', to: null },
      { path: 'monitoring.max_quote_age_seconds', from: '15', to: '1.5' },
    ]);
  });

  test('two methods are the same exactly when nothing differs', () =>
    fc.assert(
      fc.property(method, method, (one, other) => {
        const same = JSON.stringify(methodBlocks(one)) === JSON.stringify(methodBlocks(other));
        expect(diffMethods(one, other).length === 0).toBe(same);
      }),
    ));
});
