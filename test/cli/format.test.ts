import { describe, expect, test } from 'vitest';
import {
  plainText,
  showAge,
  showDuration,
  showMoney,
  showPercent,
  showPrice,
  showQuantity,
  showTime,
  sumMoney,
} from '../../src/cli/format.ts';

describe('numbers as people read them', () => {
  test.each([
    ['0.5600', '$0.56'],
    ['0.5675', '$0.5675'],
    ['1.0000', '$1.00'],
    [null, '–'],
  ])('price %s is %s', (price, shown) => expect(showPrice(price)).toBe(shown));

  test.each([
    ['60.00', '60'],
    ['2.50', '2.5'],
    ['0.01', '0.01'],
  ])('quantity %s is %s', (quantity, shown) => expect(showQuantity(quantity)).toBe(shown));

  test.each([
    ['12.345678', '+$12.35'],
    ['-3.000000', '−$3.00'],
    ['-0.004000', '$0.00'],
    ['0.000000', '$0.00'],
    ['90071992547409.910000', '+$90071992547409.91'],
    [null, '–'],
  ])('money %s is %s', (money, shown) => expect(showMoney(money)).toBe(shown));

  test.each([
    ['0.107142', '+10.71 %'],
    ['-0.166667', '−16.67 %'],
    ['0.000000', '0.00 %'],
    [null, '–'],
  ])('fraction %s is %s', (fraction, shown) => expect(showPercent(fraction)).toBe(shown));

  test('amounts sum exactly, the unknown ones left out', () => {
    expect(sumMoney(['0.100000', null, '0.200000', '90071992547409.000001'])).toBe('90071992547409.300001');
  });
});

describe('times as people read them', () => {
  test.each([
    [0.4, '0 s'],
    [99, '99 s'],
    [100, '1 min'],
    [7_300, '2 h'],
    [200_000, '2 d'],
    [null, '–'],
  ])('an age of %s s is %s', (seconds, shown) => expect(showAge(seconds)).toBe(shown));

  test.each([
    [420, '0.4 s'],
    [71_000, '1 min 11 s'],
    [7_500_000, '2 h 5 min'],
  ])('%s ms took %s', (ms, shown) => expect(showDuration(ms)).toBe(shown));

  test('a time is shown with or without its date', () => {
    expect(showTime('2026-02-08T19:12:49.402Z')).toBe('19:12:49');
    expect(showTime('2026-02-08T19:12:49.402Z', { date: true })).toBe('2026-02-08 19:12:49');
    expect(showTime(null)).toBe('–');
  });
});

test('text from elsewhere can not steer the terminal', () => {
  expect(plainText('a\u001b[2Jb\r\nc\u202ed')).toBe('a [2Jb c d');
});
