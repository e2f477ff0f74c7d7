import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  amount,
  compareProducts,
  formatMoney,
  formatPrice,
  formatQuantity,
  mulDivCeil,
  mulDivFloor,
  parseFraction,
  parseMoney,
  parsePrice,
  parseQuantity,
} from '../../src/domain/money.ts';

describe('text to exact integers', () => {
  test.each([
    ['a price to 0.0001', parsePrice, '0.5601', 5601],
    ['a float would be off', parsePrice, '0.07', 700],
    ['a quantity to 0.01', parseQuantity, '2.37', 237],
    ['money to 0.000001', parseMoney, '-12.000001', -12_000_001],
    ['a fraction', parseFraction, '0.15', 150_000],
    ['more zeros than places', parseQuantity, '3.0000', 300],
  ] as const)('%s', (_, parse, text, value) => expect(parse(text)).toBe(value));

  test.each([
    ['finer than the unit', parsePrice, '0.00001', '"0.00001" has more than 4 decimal places'],
    ['not a number', parseQuantity, 'ten', '"ten" is not a decimal number'],
    ['an exponent', parseMoney, '1e3', '"1e3" is not a decimal number'],
    ['nothing', parsePrice, '', '"" is not a decimal number'],
    [
      'beyond exact integers',
      parseMoney,
      '99999999999',
      '99999999999000000 is outside the exact integer range',
    ],
  ] as const)('%s is refused', (_, parse, text, message) => expect(() => parse(text)).toThrow(message));
});

describe('exact integers to text', () => {
  test.each([
    [formatPrice(5600), '0.5600'],
    [formatPrice(7), '0.0007'],
    [formatQuantity(-1), '-0.01'],
    [formatQuantity(123_456), '1234.56'],
    [formatMoney(0), '0.000000'],
    [formatMoney(-12_000_001), '-12.000001'],
  ])('%s', (text, expected) => expect(text).toBe(expected));

  test('parse reads back what format wrote', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(parseMoney(formatMoney(value))).toBe(value);
      }),
    );
  });
});

describe('arithmetic is exact beyond what a float holds', () => {
  const anyInt = fc.maxSafeInteger();
  const small = fc.integer({ min: 1, max: 2_000_000_000 });

  test('compareProducts agrees with BigInt', () => {
    fc.assert(
      fc.property(anyInt, anyInt, anyInt, anyInt, (a, b, c, d) => {
        const difference = BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d);
        expect(compareProducts(a, b, c, d)).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0);
      }),
    );
  });

  test('mulDivFloor and mulDivCeil enclose the quotient', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_000_000, max: 2_000_000 }), small, small, (a, b, c) => {
        const floor = BigInt(mulDivFloor(a, b, c));
        const ceil = BigInt(mulDivCeil(a, b, c));
        const product = BigInt(a) * BigInt(b);
        expect(floor * BigInt(c) <= product && product < (floor + 1n) * BigInt(c)).toBe(true);
        expect(ceil * BigInt(c) >= product && product > (ceil - 1n) * BigInt(c)).toBe(true);
      }),
    );
  });

  test('a product that is not exact throws', () => {
    expect(() => amount(9_999, 9_007_199_254_740_991)).toThrow('outside the exact integer range');
  });
});
