import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FeeModelName, type FeeTrade, feeModel } from '../../../src/services/venues/paper/fees.ts';

const sell = { action: 'sell', maker: false } as const;

describe('fees by model', () => {
  it.each<[string, FeeModelName, FeeTrade, number]>([
    [
      '103 contracts at 4 cents: 0.276864, then up to 0.0001',
      'kalshi',
      { ...sell, price: 400, quantity: 10_300 },
      276_900,
    ],
    ['the dearest price: 1.75 cents a contract', 'kalshi', { ...sell, price: 5_000, quantity: 100 }, 17_500],
    ['symmetric in the price', 'kalshi', { ...sell, price: 9_600, quantity: 10_300 }, 276_900],
    ['a buy pays the same', 'kalshi', { action: 'buy', maker: false, price: 400, quantity: 10_300 }, 276_900],
    [
      'a sub-cent price and a part of a contract: the balance floors',
      'kalshi',
      { ...sell, price: 1, quantity: 1 },
      1,
    ],
    ['such a buy is rounded up', 'kalshi', { action: 'buy', maker: false, price: 1, quantity: 1 }, 99],
    ['a maker pays nothing', 'kalshi', { ...sell, maker: true, price: 5_000, quantity: 100 }, 0],
    [
      'a maker where makers pay',
      'kalshi_maker_fees',
      { ...sell, maker: true, price: 5_000, quantity: 100 },
      4_400,
    ],
    ['a taker where makers pay', 'kalshi_maker_fees', { ...sell, price: 5_000, quantity: 100 }, 17_500],
    ['none', 'none', { ...sell, price: 1, quantity: 1 }, 0],
    [
      'beyond 2^53 on the way',
      'kalshi',
      { ...sell, price: 5_000, quantity: 100_000_000_00 },
      1_750_000_000_000,
    ],
  ])('%s', (_, model, trade, expected) => {
    expect(feeModel(model).fee(trade)).toBe(expected);
  });
});

describe('properties', () => {
  const trade = fc.record({
    action: fc.constantFrom('sell' as const, 'buy' as const),
    maker: fc.boolean(),
    price: fc.integer({ min: 1, max: 9_999 }),
    quantity: fc.integer({ min: 1, max: 10_000_000 }),
  });

  it('bounds what a fill is charged, by two steps at most, and never less for more contracts', () => {
    fc.assert(
      fc.property(
        trade,
        fc.integer({ min: 0, max: 1_000 }),
        fc.constantFrom<FeeModelName>('kalshi', 'kalshi_maker_fees', 'none'),
        (t, more, name) => {
          const { fee, bound } = feeModel(name);
          expect(bound(t)).toBeGreaterThanOrEqual(fee(t));
          expect(bound(t) - fee(t)).toBeLessThanOrEqual(200);
          expect(bound({ ...t, quantity: t.quantity + more })).toBeGreaterThanOrEqual(bound(t));
        },
      ),
    );
  });

  it('moves a balance in steps of $0.0001, by the exact fee or less than one step more, and never takes more than a sale brings', () => {
    fc.assert(
      fc.property(trade, fc.constantFrom<FeeModelName>('kalshi', 'kalshi_maker_fees'), (t, name) => {
        const fee = feeModel(name).fee(t);
        const value = t.price * t.quantity;
        const rate = t.maker ? (name === 'kalshi' ? 0n : 175n) : 700n;
        const exact = rate * BigInt(t.quantity) * BigInt(t.price) * BigInt(10_000 - t.price);
        expect((t.action === 'sell' ? value - fee : value + fee) % 100).toBe(0);
        expect(BigInt(fee) * 100_000_000n).toBeGreaterThanOrEqual(exact);
        expect(BigInt(fee - 101) * 100_000_000n).toBeLessThan(exact);
        if (t.action === 'sell') expect(fee).toBeLessThanOrEqual(value);
      }),
    );
  });
});
