import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatMoney, formatPrice, formatQuantity } from '../../../src/domain/money.ts';
import {
  cents,
  optionalInstant,
  parseDecimal,
  parseInstant,
  parseSignedCount,
  parseWireCount,
  parseWireMoney,
  parseWirePrice,
  requiredInstant,
  unixMs,
  unixSeconds,
} from '../../../src/services/venues/kalshi/wire/numbers.ts';
import { HOSTILE } from './wire-cases.ts';

describe('decimal texts become exact integers', () => {
  test.each([
    ['a price', parseWirePrice, '0.5600', 5600],
    ['a price with six decimals', parseWirePrice, '0.010000', 100],
    ['a price with two', parseWirePrice, '0.56', 5600],
    ['a price that is no float', parseWirePrice, '0.0007', 7],
    ['nothing', parseWirePrice, '0', 0],
    ['a dollar', parseWirePrice, '1.0000', 10_000],
    ['a count', parseWireCount, '10.00', 1000],
    ['part of a contract', parseWireCount, '2.37', 237],
    ['a whole count', parseWireCount, '10', 1000],
    ['a count with more zeros', parseWireCount, '10.000', 1000],
    ['NO contracts', parseSignedCount, '-103.00', -10_300],
    ['minus nothing is nothing', parseSignedCount, '-0.00', 0],
    ['money', parseWireMoney, '98.880000', 98_880_000],
    ['a loss', parseWireMoney, '-0.000001', -1],
    ['the largest', parseWireMoney, '9007199254.740991', Number.MAX_SAFE_INTEGER],
    ['leading zeros', parseWireMoney, '007.5', 7_500_000],
  ] as const)('%s', (_, parse, text, value) => expect(parse(text)).toBe(value));

  test.each([
    ['a price finer than 0.0001', parseWirePrice, '0.56001', '"0.56001" has more than 4 decimal places'],
    ['a price above a dollar', parseWirePrice, '1.0001', '"1.0001" is not a price from 0 to 1'],
    ['cents for dollars', parseWirePrice, '56', '"56" is not a price from 0 to 1'],
    ['a negative price', parseWirePrice, '-0.01', 'is not a price from 0 to 1'],
    ['a negative count', parseWireCount, '-1.00', '"-1.00" is negative'],
    ['a count finer than 0.01', parseWireCount, '1.001', 'has more than 2 decimal places'],
    ['money finer than 0.000001', parseWireMoney, '0.0000001', 'has more than 6 decimal places'],
    ['beyond exact integers', parseWireMoney, '9007199254.740992', 'is outside the exact integer range'],
  ] as const)('%s is refused', (_, parse, text, reason) => {
    expect(() => parse(text)).toThrow(RangeError);
    expect(() => parse(text)).toThrow(reason);
  });

  test.each(HOSTILE.filter((value) => typeof value === 'string').map((text) => [text.slice(0, 30), text]))(
    '%j is no number, and is quoted in part only',
    (_, text) => {
      for (const parse of [parseWirePrice, parseWireCount, parseSignedCount, parseWireMoney]) {
        expect(() => parse(text)).toThrow(RangeError);
        expect(() => parse(text)).not.toThrow(/.{100}/);
      }
    },
  );

  test('what is written is what is read', () => {
    fc.assert(
      fc.property(
        fc.maxSafeInteger(),
        fc.integer({ min: 0, max: 10_000 }),
        fc.maxSafeNat(),
        (money, price, count) => {
          expect(parseWireMoney(formatMoney(money))).toBe(money);
          expect(parseWirePrice(formatPrice(price))).toBe(price);
          expect(parseWireCount(formatQuantity(count))).toBe(count);
          expect(parseDecimal(`${formatQuantity(count)}0000`, 2)).toBe(count);
        },
      ),
    );
    expect([formatPrice(100), formatQuantity(1000)]).toEqual(['0.0100', '10.00']);
  });
});

describe('times', () => {
  test.each([
    ['2026-10-25T02:18:39.771507Z', Date.UTC(2026, 9, 25, 2, 18, 39, 771)],
    ['2026-10-25T02:18:39.9999999Z', Date.UTC(2026, 9, 25, 2, 18, 39, 999)],
    ['2026-10-25T02:18:39.5Z', Date.UTC(2026, 9, 25, 2, 18, 39, 500)],
    ['2026-10-25T02:18:39Z', Date.UTC(2026, 9, 25, 2, 18, 39)],
    ['2026-10-24T22:18:39-04:00', Date.UTC(2026, 9, 25, 2, 18, 39)],
  ])('%s', (text, ms) => expect(parseInstant(text)).toBe(ms));

  test.each([
    '',
    '2026-10-25',
    '2026-10-25T02:18:39',
    '2026-10-25 02:18:39Z',
    '2026-13-25T02:18:39Z',
    '1761358719',
    'now',
    '2026-10-25T02:18:39.Z',
    '2026-10-25T02:18:39Z\n',
  ])('%j is none', (text) => expect(() => parseInstant(text)).toThrow(RangeError));

  test('a time that was never set is none', () => {
    for (const schema of [requiredInstant, optionalInstant])
      expect(schema.parse('0001-01-01T00:00:00Z')).toBeNull();
    expect([optionalInstant.parse(null), optionalInstant.parse(undefined)]).toEqual([null, null]);
    expect(requiredInstant.safeParse(null).success).toBe(false);
    expect(optionalInstant.safeParse('').success).toBe(false);
  });

  test('seconds are not taken for milliseconds, nor the other way round', () => {
    expect(unixSeconds.parse(1_761_358_719)).toBe(1_761_358_719_000);
    expect(unixMs.parse(1_795_332_000_123)).toBe(1_795_332_000_123);
    for (const [schema, value] of [
      [unixSeconds, 1_795_332_000_123],
      [unixMs, 1_761_358_719],
      [unixSeconds, 0],
      [unixSeconds, 1_761_358_719.5],
      [unixSeconds, '1761358719'],
      [unixMs, null],
    ] as const)
      expect(schema.safeParse(value).success).toBe(false);
  });
});

test.each([
  [1000, 10_000_000],
  [-1, -10_000],
  [0, 0],
])('%i cents', (value, money) => expect(cents.parse(value)).toBe(money));

test.each([0.5, '1000', Number.NaN, 2 ** 52, null])('%j is no number of cents', (value) =>
  expect(cents.safeParse(value).success).toBe(false),
);
