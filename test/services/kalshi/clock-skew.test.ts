import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClockSkew } from '../../../src/services/venues/kalshi/client/clock-skew.ts';

const NOON = Date.parse('2026-11-22T12:00:00Z');
const dated = (ms: number) => ({ date: new Date(ms).toUTCString() });

describe('the exchange’s clock against ours', () => {
  test('is not known before the first answer', () => expect(new ClockSkew().estimateMs()).toBeNull());

  test('is within half a second after one answer, and exact to the round trip after several', () => {
    const skew = new ClockSkew();
    skew.note(dated(NOON), NOON, NOON + 100);
    expect(skew.estimateMs()).toBe(450);
    skew.note(dated(NOON), NOON + 900, NOON + 950);
    expect(skew.estimateMs()).toBe(0);
  });

  test.each([
    ['no date', {}],
    ['a date that is none', { date: 'yesterday' }],
    ['a cached answer', { ...dated(NOON - 60_000), age: '4' }],
  ])('%s says nothing', (_, headers) => {
    const skew = new ClockSkew();
    skew.note(headers, NOON, NOON + 10);
    expect(skew.estimateMs()).toBeNull();
  });

  test('an answer received before it was asked for says nothing: our clock was set back', () => {
    const skew = new ClockSkew();
    skew.note(dated(NOON), NOON, NOON - 1);
    expect(skew.estimateMs()).toBeNull();
  });

  test('after a clock was set, the newest answers count', () => {
    const skew = new ClockSkew();
    skew.note(dated(NOON), NOON, NOON + 100);
    skew.note(dated(NOON + 60_000), NOON, NOON + 100);
    expect(skew.estimateMs()).toBe(60_450);
  });

  test('the true skew is never further away than half a second and half a round trip', () => {
    const answer = fc.record({
      after: fc.integer({ min: 0, max: 5000 }),
      out: fc.integer({ min: 0, max: 300 }),
      back: fc.integer({ min: 0, max: 300 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: -1e7, max: 1e7 }),
        fc.array(answer, { minLength: 1, maxLength: 40 }),
        (truth, answers) => {
          const skew = new ClockSkew();
          let now = NOON;
          for (const { after, out, back } of answers) {
            now += after;
            skew.note(dated(Math.floor((now + out + truth) / 1000) * 1000), now, now + out + back);
            now += out + back;
            expect(Math.abs(skew.estimateMs()! - truth)).toBeLessThanOrEqual(801);
          }
        },
      ),
    );
  });
});
