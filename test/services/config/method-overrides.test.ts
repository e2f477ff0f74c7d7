import { describe, expect, test } from 'vitest';
import type { Method } from '../../../src/domain/method.ts';
import { diffMethods } from '../../../src/services/config/method-diff.ts';
import {
  OverrideError,
  type Overrides,
  overrideMethod,
} from '../../../src/services/config/method-overrides.ts';
import { methodsOf } from '../../../src/services/config/methods.ts';
import { readOver } from './read-problems.ts';

const base: Method = methodsOf(readOver('log: {}'))[0]!;
const changes = (overrides: Overrides): string[] =>
  diffMethods(base, overrideMethod(base, overrides, 'mine')).map(
    ({ path, from, to }) => `${path} ${from} → ${to}`,
  );

describe('what an operator writes', () => {
  test.each<[string, Overrides, string[]]>([
    ['a stop loss as a loss', { stop_loss: '-0.08' }, ['exit_conditions.stop_loss.stop 0.15 → 0.08']],
    ['a stop loss as a size', { stop_loss: '0.08' }, ['exit_conditions.stop_loss.stop 0.15 → 0.08']],
    [
      'a target whatever the confidence',
      { profit_target: '0.3' },
      [
        'exit_conditions.profit_target.targets.high 0.25 → 0.3',
        'exit_conditions.profit_target.targets.medium 0.2 → 0.3',
        'exit_conditions.profit_target.targets.low 0.15 → 0.3',
      ],
    ],
    ['where the stop begins to trail', { trailing_stop: '0.12' }, ['trailing_stop.activation 0.1 → 0.12']],
    [
      'the time before the close',
      { close_before: '600' },
      ['exit_conditions.time_based_urgent.within_seconds 300 → 600'],
    ],
    ['no partial exits', { partial_exits: 'off' }, ['partial_exits.enabled true → false']],
    ['a condition that is off', { early_exit: 'off' }, ['exit_conditions.early_exit.enabled true → false']],
    [
      'several at once, by their paths',
      { 'trailing_stop.distance': '0.04', 'liquidity.max_spread': '0.05' },
      ['trailing_stop.distance 0.05 → 0.04', 'liquidity.max_spread 0.03 → 0.05'],
    ],
    [
      'one stage of several',
      { 'partial_exits.stages[1].profit_threshold': '0.4' },
      ['partial_exits.stages[1].profit_threshold 0.25 → 0.4'],
    ],
    [
      'two settings of one stage',
      { 'partial_exits.stages[0].profit_threshold': '0.1', 'partial_exits.stages[0].exit_percentage': '30' },
      [
        'partial_exits.stages[0].profit_threshold 0.15 → 0.1',
        'partial_exits.stages[0].exit_percentage 50 → 30',
      ],
    ],
    [
      'a whole list',
      { 'exit_pricing.walk_aggressiveness': '[1, 3]' },
      ['exit_pricing.walk_aggressiveness [1, 1.5, 2] → [1, 3]'],
    ],
    [
      'what the new order type rules out is dropped',
      {
        'exit_execution.HIGH.order_type': 'market',
        'exit_execution.HIGH.retry_strategy': 'immediate_market',
      },
      [
        'exit_execution.HIGH.order_type limit → market',
        'exit_execution.HIGH.price_strategy aggressive → null',
        'exit_execution.HIGH.retry_strategy walk_then_market → immediate_market',
        'exit_execution.HIGH.max_walks 2 → null',
        'exit_execution.HIGH.walk_timeout_seconds 10 → null',
      ],
    ],
    ['what it is already', { stop_loss: '0.15' }, []],
  ])('%s', (_, overrides, expected) => expect(changes(overrides)).toEqual(expected));

  test('the name is its own, and its version is given later', () =>
    expect(overrideMethod(base, { stop_loss: '0.1' }, 'default~t1')).toMatchObject({
      name: 'default~t1',
      version: 0,
    }));
});

describe('what can not be', () => {
  test.each<[string, Overrides, string]>([
    [
      'a stop beyond everything',
      { stop_loss: '-1.5' },
      'exit_conditions.stop_loss.stop: "1.5" is not allowed: must be a fraction above 0 and below 1, exact to 0.000001',
    ],
    [
      'a misspelt short name',
      { stop_los: '0.1' },
      'stop_los: unknown key; the nearest known key is "stop_loss"',
    ],
    [
      'a misspelt block',
      { 'trailing_stp.activation': '0.1' },
      'trailing_stp: unknown key; the nearest known key is "trailing_stop"',
    ],
    [
      'a misspelt setting',
      { 'exit_conditions.stop_loss.stpo': '0.1' },
      'exit_conditions.stop_loss.stpo: unknown key; the nearest known key is "stop"',
    ],
    [
      'a misspelt setting of a block',
      { 'trailing_stop.activaton': '0.1' },
      'trailing_stop.activaton: unknown key; the nearest known key is "activation"',
    ],
    ['a word that is none', { 'exit_execution.LOW.price_strategy': 'fiar' }, 'did you mean fair?'],
    [
      'a block as a value',
      { exit_pricing: '1' },
      'exit_pricing stands for several settings: exit_pricing.aggressive_offset',
    ],
    [
      'a stage that is not there',
      { 'partial_exits.stages[5].name': 'x' },
      'partial_exits.stages[5] is not there: the list has 2',
    ],
    ['below a value', { 'trailing_stop.activation.deep': '1' }, 'trailing_stop.activation is one value'],
    ['no path', { 'trailing stop': '1' }, '"trailing stop" is not a path such as trailing_stop.activation'],
    [
      'a list that does not end',
      { 'exit_pricing.walk_aggressiveness': '[1,' },
      'exit_pricing.walk_aggressiveness: "[1," is not a value',
    ],
    ['what only entries need', { 'entry.min_edge': '0.1' }, 'entry: unknown key'],
    [
      'numbers that do not fit together',
      { 'trailing_stop.min_distance': '0.2' },
      'trailing_stop.min_distance: "0.2" is not allowed: must be at most distance (0.05)',
    ],
    [
      'a finishing exit that gives up',
      { 'exit_execution.HIGH.retry_strategy': 'walk_price' },
      'HIGH exits must finish',
    ],
  ])('%s', (_, overrides, words) => {
    expect(() => overrideMethod(base, overrides, 'mine')).toThrow(OverrideError);
    expect(() => overrideMethod(base, overrides, 'mine')).toThrow(words);
  });

  test('all of it at once', () =>
    expect(() => overrideMethod(base, { stop_loss: '2', trailing_stop: 'x' }, 'mine')).toThrow(
      /exit_conditions\.stop_loss\.stop: .*; trailing_stop\.activation: /,
    ));
});
