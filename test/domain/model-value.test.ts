import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeModelValue, type ModelValue, probabilityFor } from '../../src/domain/model-value.ts';
import { MINUTE, NOON, SECOND } from '../support/domain-builders.ts';

const RULES = { maxModelAgeMs: 10 * MINUTE, maxAheadMs: 5 * SECOND };

const aValue = (overrides: Partial<ModelValue> = {}): ModelValue => ({
  market: 'GAME-A',
  side: 'yes',
  probability: 560_000,
  at: NOON,
  confidence: null,
  method: null,
  source: 'api',
  ...overrides,
});

describe('judgeModelValue', () => {
  it.each<{ name: string; value: Partial<ModelValue>; known?: Partial<ModelValue> }>([
    { name: 'the first one', value: {} },
    { name: 'a later one', value: {}, known: { at: NOON - 1 } },
    { name: 'a later one that says the same', value: {}, known: { at: NOON - 1, probability: 560_000 } },
    { name: 'impossible', value: { probability: 0 } },
    { name: 'certain', value: { probability: 1_000_000 } },
    { name: 'just young enough', value: { at: NOON - 10 * MINUTE } },
    { name: 'just near enough', value: { at: NOON + 5 * SECOND } },
  ])('takes $name', ({ value, known }) => {
    expect(judgeModelValue(aValue(value), known ? aValue(known) : null, NOON, RULES)).toBeNull();
  });

  it.each<{
    name: string;
    value: Partial<ModelValue>;
    known?: Partial<ModelValue>;
    reason: string;
    text: string;
  }>([
    {
      name: 'more than certain',
      value: { probability: 1_000_001 },
      reason: 'out_of_range',
      text: 'the probability 1.000001 is not between 0 and 1',
    },
    {
      name: 'negative',
      value: { probability: -1 },
      reason: 'out_of_range',
      text: 'the probability -0.000001 is not between 0 and 1',
    },
    {
      name: 'finer than a millionth',
      value: { probability: 0.5 },
      reason: 'out_of_range',
      text: 'the probability 0.5 millionths is not between 0 and 1',
    },
    {
      name: 'no time',
      value: { at: Number.NaN },
      reason: 'out_of_range',
      text: 'NaN is not a time in ms',
    },
    {
      name: 'a time beyond the calendar',
      value: { at: Number.MAX_SAFE_INTEGER },
      reason: 'out_of_range',
      text: '9007199254740991 is not a time in ms',
    },
    {
      name: 'older than allowed',
      value: { at: NOON - 10 * MINUTE - 1 },
      reason: 'too_old',
      text: '0.560000 (yes) of 2026-01-01T11:49:59.999Z is 600001 ms old; at most 600000 ms are allowed',
    },
    {
      name: 'ahead of our clock',
      value: { at: NOON + 5 * SECOND + 1 },
      reason: 'in_the_future',
      text: '0.560000 (yes) of 2026-01-01T12:00:05.001Z is 5001 ms ahead; at most 5000 ms are allowed',
    },
    {
      name: 'an earlier one',
      value: { at: NOON - 1 },
      known: { probability: 550_000 },
      reason: 'late',
      text: '0.560000 (yes) of 2026-01-01T11:59:59.999Z is not later than what was taken, 0.550000 (yes) of 2026-01-01T12:00:00.000Z',
    },
    {
      name: 'another one of the same time',
      value: {},
      known: { probability: 550_000 },
      reason: 'late',
      text: '0.560000 (yes) of 2026-01-01T12:00:00.000Z is not later than what was taken, 0.550000 (yes) of 2026-01-01T12:00:00.000Z',
    },
    {
      name: 'the same one',
      value: {},
      known: {},
      reason: 'duplicate',
      text: '0.560000 (yes) of 2026-01-01T12:00:00.000Z was taken already, as 0.560000 (yes) of 2026-01-01T12:00:00.000Z',
    },
    {
      name: 'the same one, said of the other side',
      value: { side: 'no', probability: 440_000 },
      known: {},
      reason: 'duplicate',
      text: '0.440000 (no) of 2026-01-01T12:00:00.000Z was taken already, as 0.560000 (yes) of 2026-01-01T12:00:00.000Z',
    },
    {
      name: 'the same number of the other side, which is another one',
      value: { side: 'no' },
      known: {},
      reason: 'late',
      text: '0.560000 (no) of 2026-01-01T12:00:00.000Z is not later than what was taken, 0.560000 (yes) of 2026-01-01T12:00:00.000Z',
    },
  ])('refuses $name', ({ value, known, reason, text }) => {
    const refusal = judgeModelValue(aValue(value), known ? aValue(known) : null, NOON, RULES);
    expect(refusal).toEqual({ reason, text });
  });

  const anySide = fc.constantFrom('yes' as const, 'no' as const);
  const anyValue = fc
    .record({
      side: anySide,
      probability: fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(0, 400_000, 500_000, 600_000, 1_000_000) },
        fc.constantFrom(-1, 1_000_001, 0.1, Number.NaN, Number.POSITIVE_INFINITY),
      ),
      at: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: NOON - 40, max: NOON + 40 }) },
        fc.constantFrom(Number.NaN, Number.NEGATIVE_INFINITY, 0.5, -9e15),
      ),
    })
    .map(aValue);
  const narrow = { maxModelAgeMs: 20, maxAheadMs: 10 };

  it('what is taken of any stream is in range and of its time, and each word has a time of its own', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyValue, fc.integer({ min: 0, max: 5 })), { maxLength: 40 }),
        (stream) => {
          let now = NOON - 30;
          let known: ModelValue | null = null;
          const taken: ModelValue[] = [];
          for (const [value, pause] of stream) {
            now += pause;
            const refusal = judgeModelValue(value, known, now, narrow);
            const isSound =
              [0, 400_000, 500_000, 600_000, 1_000_000].includes(value.probability) &&
              [...Array(31)].some((_, i) => value.at === now - 20 + i);
            const isNews = taken.every(({ at }) => at < value.at);
            expect(refusal === null).toBe(isSound && isNews);
            if (refusal !== null) continue;
            taken.push(value);
            known = value;
          }
        },
      ),
    );
  });
});

describe('probabilityFor', () => {
  it.each([
    { side: 'yes', wanted: 'yes', probability: 560_000 },
    { side: 'yes', wanted: 'no', probability: 440_000 },
    { side: 'no', wanted: 'no', probability: 560_000 },
    { side: 'no', wanted: 'yes', probability: 440_000 },
  ] as const)('of $side for $wanted', ({ side, wanted, probability }) => {
    expect(probabilityFor(aValue({ side }), wanted)).toBe(probability);
  });
});
