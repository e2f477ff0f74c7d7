import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallBudget } from '../../src/actors/feed/call-budget.ts';
import { MINUTE, NOON } from '../support/domain-builders.ts';

describe('CallBudget: calls within a rolling minute', () => {
  it('refuses when the minute is used up, until its first call is a minute ago', () => {
    const budget = new CallBudget(2);
    expect([budget.take(NOON), budget.take(NOON + 10), budget.take(NOON + 20)]).toEqual([true, true, false]);
    expect({ next: budget.nextAt(NOON + 20), used: budget.used(NOON + 20) }).toEqual({
      next: NOON + MINUTE,
      used: 2,
    });
    expect(budget.take(NOON + MINUTE - 1)).toBe(false);
    expect(budget.take(NOON + MINUTE)).toBe(true);
    expect(budget.used(NOON + MINUTE)).toBe(2);
    expect(budget.nextAt(NOON + MINUTE)).toBe(NOON + MINUTE + 10);
  });

  it('with room left the next call may be made at once', () => {
    expect(new CallBudget(1).nextAt(NOON)).toBe(NOON);
  });

  it('never gives more than it may in any minute, and always gives what it may', () => {
    const waits = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), waits, (perMinute, gaps) => {
        const budget = new CallBudget(perMinute);
        const taken: number[] = [];
        let at = NOON;
        for (const gap of gaps) {
          at += gap;
          const recent = taken.filter((time) => time > at - MINUTE).length;
          expect(budget.used(at)).toBe(recent);
          expect(budget.nextAt(at) <= at).toBe(recent < perMinute);
          if (budget.take(at)) taken.push(at);
          expect(taken.filter((time) => time > at - MINUTE).length).toBe(Math.min(perMinute, recent + 1));
        }
      }),
    );
  });
});
