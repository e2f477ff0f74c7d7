import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateExits } from '../../src/domain/exit-conditions.ts';
import { planExit, planOperatorExit, takesOver } from '../../src/domain/exit-plan.ts';
import { nextOrder, startExit } from '../../src/domain/exit-progress.ts';
import { PRIORITIES, type Priority } from '../../src/domain/method.ts';
import type { ExitPlan, Position, RunningExit } from '../../src/domain/position.ts';
import {
  anInput,
  aPosition,
  aQuote,
  defaultMethod,
  methodWithoutPartialExits,
  NOON,
  openMarket,
} from '../support/domain-builders.ts';

const method = defaultMethod();

/** The plan for whatever wins on a bid; the mark before it was 0.60. */
function planAt(bid: number, change: Partial<Position> = {}, rules = method): ExitPlan {
  const position = aPosition({ mark: 6000, ...change });
  const evaluation = evaluateExits(anInput({ position, method: rules, quote: aQuote(bid) }));
  return planExit(position, evaluation, rules, position.mark);
}

describe('planExit', () => {
  it('CRITICAL sells all that is left, at any price', () => {
    expect(planAt(4000, { sold: 2_500, writtenOff: 500 })).toEqual({
      reason: 'stop_loss',
      priority: 'CRITICAL',
      quantity: 7_000,
      stage: null,
      execution: method.execution.CRITICAL,
      triggeredAt: NOON,
      triggerMark: 4000,
      triggerPnl: -200_000,
      triggerUnrealized: -7_000_000,
      walkFloor: null,
      marketFloor: null,
      note: null,
    });
  });

  it.each<
    [name: string, bid: number, change: Partial<Position>, rules: typeof method, want: Partial<ExitPlan>]
  >([
    [
      'HIGH: half of the last mark before the trigger, rounded up, for walks and market orders alike',
      5500,
      { mark: 6001, trailingStop: 5600 },
      method,
      { reason: 'trailing_stop', priority: 'HIGH', quantity: 10_000, walkFloor: 3001, marketFloor: 3001 },
    ],
    [
      'HIGH without a mark before: half of the mark that triggered',
      5500,
      { mark: null, trailingStop: 5600 },
      method,
      { reason: 'trailing_stop', walkFloor: 2750, marketFloor: 2750 },
    ],
    [
      'the first stage: its share, never below its own threshold',
      5800,
      {},
      method,
      { reason: 'partial_exit_target', priority: 'MEDIUM', quantity: 5_000, stage: 0, walkFloor: 5750 },
    ],
    [
      'the second stage: what its cumulative share still lacks',
      6300,
      { sold: 6_000, stages: ['finished', 'pending'] },
      method,
      { reason: 'partial_exit_target', quantity: 1_500, stage: 1, walkFloor: 6250 },
    ],
    [
      'the profit target: all, never below the target of its confidence',
      6300,
      { confidence: 'high' },
      methodWithoutPartialExits(),
      { reason: 'profit_target', priority: 'MEDIUM', quantity: 10_000, stage: null, walkFloor: 6250 },
    ],
    [
      'an odd entry: the threshold is rounded up',
      6600,
      { cost: 50_010_001 },
      methodWithoutPartialExits(),
      { reason: 'profit_target', walkFloor: 6002 },
    ],
    [
      'LOW',
      5100,
      { modelProbability: 520_000 },
      method,
      {
        reason: 'early_exit',
        priority: 'LOW',
        quantity: 10_000,
        execution: method.execution.LOW,
        stage: null,
      },
    ],
  ])('%s', (_, bid, change, rules, want) => {
    expect(planAt(bid, change, rules)).toMatchObject(want);
  });

  it('throws without a winner', () => {
    expect(() => planAt(5000)).toThrow('an exit needs a winner');
  });
});

describe('planOperatorExit', () => {
  const wish: Parameters<typeof planOperatorExit>[1] = {
    quantity: null,
    priority: 'HIGH',
    note: 'by hand',
    at: NOON,
  };

  it('sells all that is left unless told', () => {
    expect(planOperatorExit(aPosition({ sold: 2_000 }), wish, method)).toEqual({
      reason: 'operator',
      priority: 'HIGH',
      quantity: 8_000,
      stage: null,
      execution: method.execution.HIGH,
      triggeredAt: NOON,
      triggerMark: 5000,
      triggerPnl: null,
      triggerUnrealized: null,
      walkFloor: 2500,
      marketFloor: 2500,
      note: 'by hand',
    });
  });

  it.each<[name: string, change: Partial<typeof wish>, want: Partial<ExitPlan>]>([
    ['part of it', { quantity: 150 }, { quantity: 150 }],
    ['never more than is left', { quantity: 99_999 }, { quantity: 8_000 }],
    [
      'CRITICAL: at any price',
      { priority: 'CRITICAL' },
      { walkFloor: null, marketFloor: null, execution: method.execution.CRITICAL },
    ],
    ["MEDIUM: the floor is HIGH's alone", { priority: 'MEDIUM' }, { walkFloor: null, marketFloor: null }],
  ])('%s', (_, change, want) => {
    expect(planOperatorExit(aPosition({ sold: 2_000 }), { ...wish, ...change }, method)).toMatchObject(want);
  });
});

describe('takesOver', () => {
  const exitAt = (priority: Priority, next: Priority | null = null): RunningExit =>
    ({ priority, takenOverBy: next && { priority: next } }) as RunningExit;
  const trigger = (priority: Priority) => ({ reason: 'stop_loss' as const, priority });

  it('by a strictly higher priority only', () => {
    for (const [mine, running] of PRIORITIES.flatMap((a) => PRIORITIES.map((b) => [a, b] as const)))
      expect(takesOver(trigger(mine), exitAt(running))).toBe(
        PRIORITIES.indexOf(mine) < PRIORITIES.indexOf(running),
      );
  });

  it.each<[name: string, plan: Parameters<typeof takesOver>[0], exit: RunningExit, want: boolean]>([
    ['the rival is what already takes over', trigger('HIGH'), exitAt('LOW', 'HIGH'), false],
    ['and it can be outranked in its turn', trigger('CRITICAL'), exitAt('LOW', 'HIGH'), true],
    ['an operator always may', { reason: 'operator', priority: 'LOW' }, exitAt('CRITICAL', 'CRITICAL'), true],
  ])('%s', (_, plan, exit, want) => expect(takesOver(plan, exit)).toBe(want));
});

describe('every first order of a plan', () => {
  it('sells no more than is left, on the grid, above its floors', () => {
    const quantities = fc.record({
      quantity: fc.integer({ min: 1, max: 20_000 }),
      share: fc.double({ min: 0, max: 0.99, noNaN: true }),
    });
    const quotes = fc.record({
      bid: fc.integer({ min: 1, max: 97 }),
      spread: fc.integer({ min: 1, max: 2 }),
      mark: fc.integer({ min: 1, max: 99 }),
    });
    fc.assert(
      fc.property(
        quantities,
        quotes,
        fc.constantFrom(...PRIORITIES),
        ({ quantity, share }, { bid, spread, mark }, priority) => {
          const sold = Math.floor(quantity * share);
          const position = aPosition({ quantity, sold, cost: quantity * 5000, mark: mark * 100 });
          const plan = planOperatorExit(position, { quantity: null, priority, note: null, at: NOON }, method);
          const quoted = { ...position, bid: bid * 100, ask: (bid + spread) * 100, quotedAt: NOON, at: NOON };
          const order = nextOrder(startExit(quoted, plan, 'test'), method, openMarket());
          if (order.kind !== 'order') return;
          expect(order.quantity).toBe(quantity - sold);
          expect(order.limitPrice % 100).toBe(0);
          expect(order.limitPrice).toBeGreaterThanOrEqual(
            Math.max(100, plan.walkFloor ?? 0, plan.marketFloor ?? 0),
          );
          expect(order.limitPrice).toBeLessThanOrEqual(9_900);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
