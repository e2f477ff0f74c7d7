import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/domain/evaluation.ts';
import { outranks, priorityOf, resolve } from '../../src/domain/exit-priority.ts';
import { CONDITIONS, type ConditionName, type Method, PRIORITIES } from '../../src/domain/method.ts';
import { defaultMethod } from '../support/domain-builders.ts';

const method = defaultMethod();

const verdict = (condition: ConditionName, status: Verdict['status'], by: Method = method): Verdict => ({
  condition,
  priority: priorityOf(condition, by),
  status,
  holds: true,
  unit: 'none',
  value: null,
  threshold: null,
  distance: 0,
  unreachable: false,
  note: null,
});

const pairs = CONDITIONS.flatMap((first, i) => CONDITIONS.slice(i + 1).map((second) => ({ first, second })));

describe('resolve', () => {
  it.each(pairs)('$first beats $second, in either order', ({ first, second }) => {
    for (const order of [
      [first, second],
      [second, first],
    ]) {
      const { winner, overruled } = resolve(
        order.map((c) => verdict(c, 'triggered')),
        method,
      );
      expect([winner?.condition, overruled]).toEqual([first, [second]]);
    }
  });

  it('overruled conditions stand in the order in which they would have been executed', () => {
    const verdicts = [...CONDITIONS].reverse().map((c) => verdict(c, 'triggered'));
    expect(resolve(verdicts, method).overruled).toEqual(CONDITIONS.slice(1));
  });

  it.each<Verdict['status']>(['confirming', 'clear', 'silent', 'resting', 'held'])(
    '%s never wins',
    (status) => {
      const verdicts = CONDITIONS.map((c) => verdict(c, c === 'rebalance' ? 'triggered' : status));
      expect(resolve(verdicts, method)).toEqual({ winner: verdicts[9], overruled: [] });
    },
  );

  it('nothing triggered: nobody wins', () => {
    expect(
      resolve(
        CONDITIONS.map((c) => verdict(c, 'clear')),
        method,
      ),
    ).toEqual({ winner: null, overruled: [] });
  });

  it('priorities are data: a moved condition wins by its new level, and lists break ties', () => {
    const moved = defaultMethod({
      priorities: {
        CRITICAL: ['rebalance', 'stop_loss'],
        HIGH: ['liquidity_dried_up', 'time_based_urgent', 'trailing_stop'],
        MEDIUM: ['profit_target', 'partial_exit_target', 'circuit_breaker'],
        LOW: ['early_exit', 'edge_disappeared'],
      },
    });
    const order = resolve(
      CONDITIONS.map((c) => verdict(c, 'triggered', moved)),
      moved,
    );
    expect([order.winner?.condition, ...order.overruled]).toEqual(
      PRIORITIES.flatMap((p) => moved.priorities[p]),
    );
  });

  it('a method that lists a condition nowhere is a bug', () => {
    const { LOW, ...rest } = method.priorities;
    const broken = defaultMethod({ priorities: { ...rest, LOW: LOW.slice(1) } });
    expect(() => priorityOf('stop_loss', broken)).toThrow('"early_exit"');
  });
});

describe('outranks', () => {
  it('only a strictly higher priority does', () => {
    const table = PRIORITIES.map((a) => PRIORITIES.filter((b) => outranks(a, b)));
    expect(table).toEqual([['HIGH', 'MEDIUM', 'LOW'], ['MEDIUM', 'LOW'], ['LOW'], []]);
  });
});
