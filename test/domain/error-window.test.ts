import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addError, clearsAt, exceeds, inWindow } from '../../src/domain/error-window.ts';

const RULE = { maxErrors: 3, windowMs: 60_000 };

describe('the error window', () => {
  it.each([
    { name: 'none', times: [], at: 0, tooMany: false, clears: null },
    { name: 'three are allowed', times: [0, 1, 2], at: 2, tooMany: false, clears: 60_002 },
    { name: 'the fourth is too many', times: [0, 1, 2, 3], at: 3, tooMany: true, clears: 60_003 },
    { name: 'the last moment of the first', times: [0, 1, 2, 3], at: 59_999, tooMany: true, clears: 60_003 },
    {
      name: 'the first is 60 s old: it counts no more',
      times: [0, 1, 2, 3],
      at: 60_000,
      tooMany: false,
      clears: 60_003,
    },
    { name: 'clear when it said so', times: [0, 1, 2, 3], at: 60_003, tooMany: false, clears: null },
    { name: 'the clock went back a second', times: [0, 1, 2, 3000], at: 2000, tooMany: true, clears: 63_000 },
    {
      name: 'the clock went back a day',
      times: [1, 2, 3, 4].map((n) => 86_400_000 + n),
      at: 0,
      tooMany: false,
      clears: null,
    },
    { name: 'in no order', times: [3, 1, 0, 2], at: 3, tooMany: true, clears: 60_003 },
  ])('$name', ({ times, at, tooMany, clears }) => {
    expect(exceeds(times, at, RULE)).toBe(tooMany);
    expect(clearsAt(times, at, RULE.windowMs)).toBe(clears);
  });

  it.each([
    { name: 'a first error', times: [], at: 5, kept: [5] },
    { name: 'old ones go', times: [0, 1, 30_000], at: 60_001, kept: [30_000, 60_001] },
    { name: 'no more than is needed', times: [1, 2, 3, 4], at: 5, kept: [2, 3, 4, 5] },
    { name: 'in order after the clock went back', times: [3000, 4000], at: 2000, kept: [2000, 3000, 4000] },
    { name: 'those of a clock that was a day ahead go', times: [86_400_000], at: 5, kept: [5] },
  ])('adds $name', ({ times, at, kept }) => {
    expect(addError(times, at, RULE)).toEqual(kept);
  });

  const anyRule = fc.record({
    maxErrors: fc.integer({ min: 0, max: 6 }),
    windowMs: fc.integer({ min: 1, max: 100 }),
  });
  const anyPauses = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 60 });

  it('keeping few times says the same as keeping all of them', () => {
    fc.assert(
      fc.property(anyRule, anyPauses, fc.integer({ min: 0, max: 120 }), (rule, pauses, after) => {
        let at = 1000;
        let kept: number[] = [];
        const all: number[] = [];
        for (const pause of pauses) {
          at += pause;
          all.push(at);
          kept = addError(kept, at, rule);
          expect(kept.length).toBeLessThanOrEqual(rule.maxErrors + 1);
        }
        for (const moment of [at, at + after]) {
          const within = all.filter((time) => time > moment - rule.windowMs && time <= moment);
          expect(exceeds(kept, moment, rule)).toBe(within.length > rule.maxErrors);
          const last = all.at(-1);
          const isClear = last === undefined || moment >= last + rule.windowMs;
          expect(clearsAt(kept, moment, rule.windowMs)).toBe(isClear ? null : last + rule.windowMs);
        }
      }),
    );
  });

  it('whatever the clock does, it is clear after two windows without an error', () => {
    const anyTimes = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 30 });
    fc.assert(
      fc.property(anyRule, anyTimes, fc.integer({ min: -1000, max: 1000 }), (rule, times, from) => {
        let kept = times.reduce<number[]>((list, at) => addError(list, at, rule), []);
        const end = from + 2 * rule.windowMs;
        for (let at = from; at <= end; at += 1) kept = inWindow(kept, at, rule.windowMs);
        expect(kept).toEqual([]);
        expect(exceeds(kept, end, rule)).toBe(false);
      }),
    );
  });
});
