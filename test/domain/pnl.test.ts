import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  averageFloor,
  costOfRemaining,
  costOfSold,
  costOfWrittenOff,
  gainThresholdPrice,
  lossThresholdPrice,
  pnlFraction,
  realizedPnl,
  unrealizedPnl,
} from '../../src/domain/pnl.ts';
import { aPosition } from '../support/domain-builders.ts';

const entry = { quantity: 10_000, cost: 50_000_000 };

describe('pnlFraction', () => {
  it.each([
    { name: 'the average itself is 0 %', of: entry, mark: 5000, pnl: 0 },
    { name: 'ten percent up', of: entry, mark: 5500, pnl: 100_000 },
    { name: 'ten percent down', of: entry, mark: 4500, pnl: -100_000 },
    { name: 'a gain is rounded down', of: { quantity: 300, cost: 900_000 }, mark: 3100, pnl: 33_333 },
    { name: 'a loss is rounded down too', of: { quantity: 300, cost: 900_000 }, mark: 2900, pnl: -33_334 },
    {
      name: 'a million contracts, beyond what a double multiplies exactly',
      of: { quantity: 100_000_000, cost: 333_333_333_333 },
      mark: 5000,
      pnl: 500_000,
    },
  ])('$name', ({ of, mark, pnl }) => {
    expect(pnlFraction(of, mark)).toBe(pnl);
  });

  it('depends on the original quantity and cost only, so partial exits do not move it', () => {
    const before = aPosition();
    const after = aPosition({ sold: 5000, proceeds: 28_750_000, fees: 100_000 });
    expect(pnlFraction(after, 5600)).toBe(pnlFraction(before, 5600));
  });
});

describe('threshold prices', () => {
  it.each([
    { name: '−15 % of 0.50', of: entry, stop: 150_000, price: 4250 },
    {
      name: '−15 % of 0.33 lies between two prices: down',
      of: { quantity: 100, cost: 330_000 },
      stop: 150_000,
      price: 2805,
    },
    { name: '−15 % of 0.01', of: { quantity: 100, cost: 10_000 }, stop: 150_000, price: 85 },
    { name: '−15 % of 0.0777', of: { quantity: 100, cost: 77_700 }, stop: 150_000, price: 660 },
  ])('loss: $name', ({ of, stop, price }) => {
    expect(lossThresholdPrice(of, stop)).toBe(price);
  });

  it.each([
    { name: '+15 % of 0.50', of: entry, target: 150_000, price: 5750 },
    {
      name: '+25 % of 0.90 lies beyond any price',
      of: { quantity: 100, cost: 900_000 },
      target: 250_000,
      price: 11_250,
    },
    { name: '+15 % of 0.0777: up', of: { quantity: 100, cost: 77_700 }, target: 150_000, price: 894 },
  ])('gain: $name', ({ of, target, price }) => {
    expect(gainThresholdPrice(of, target)).toBe(price);
  });

  const anyEntry = fc
    .record({
      quantity: fc.integer({ min: 1, max: 500_000_000 }),
      average: fc.integer({ min: 1, max: 9999 }),
      odd: fc.nat(),
    })
    .map(({ quantity, average, odd }) => ({ quantity, cost: quantity * average + (odd % quantity) }));
  const anyFraction = fc.integer({ min: 0, max: 900_000 });

  it('are exactly where P&L reaches the threshold, for any entry', () => {
    const reaches = (of: typeof entry, mark: number, t: number) =>
      (BigInt(mark) * BigInt(of.quantity) - BigInt(of.cost)) * 1_000_000n >= BigInt(t) * BigInt(of.cost);
    const losesTo = (of: typeof entry, mark: number, t: number) =>
      (BigInt(mark) * BigInt(of.quantity) - BigInt(of.cost)) * 1_000_000n <= -BigInt(t) * BigInt(of.cost);
    fc.assert(
      fc.property(anyEntry, anyFraction, (of, t) => {
        const gain = gainThresholdPrice(of, t);
        const loss = lossThresholdPrice(of, t);
        return (
          reaches(of, gain, t) &&
          !reaches(of, gain - 1, t) &&
          losesTo(of, loss, t) &&
          !losesTo(of, loss + 1, t)
        );
      }),
    );
  });

  it('agree with pnlFraction, whose rounding down keeps ≥ exact', () => {
    fc.assert(
      fc.property(anyEntry, anyFraction, fc.integer({ min: 1, max: 9999 }), (of, t, mark) => {
        return pnlFraction(of, mark) >= t === mark >= gainThresholdPrice(of, t);
      }),
    );
  });

  it('average rounded down: a mark above it is above the average', () => {
    fc.assert(
      fc.property(anyEntry, fc.integer({ min: 1, max: 9999 }), (of, mark) => {
        return mark > averageFloor(of) === BigInt(mark) * BigInt(of.quantity) > BigInt(of.cost);
      }),
    );
  });
});

describe('realized and unrealized P&L', () => {
  it.each([
    { name: 'nothing sold', change: {}, mark: 5600, realized: 0, unrealized: 6_000_000 },
    {
      name: 'half sold at 0.58 with a fee of $0.50',
      change: { sold: 5000, proceeds: 29_000_000, fees: 500_000 },
      mark: 5600,
      realized: 3_500_000,
      unrealized: 3_000_000,
    },
    {
      name: 'a fee counts though nothing was gained',
      change: { sold: 5000, proceeds: 25_000_000, fees: 500_000 },
      mark: 5000,
      realized: -500_000,
      unrealized: 0,
    },
    {
      name: 'the fees of the entry count whole from the start',
      change: { entryFees: 1_234_567 },
      mark: 5000,
      realized: -1_234_567,
      unrealized: 0,
    },
    {
      name: 'the fees of the entry count once beside those of the exit',
      change: {
        entryFees: 30_000,
        sold: 10_000,
        proceeds: 42_000_000,
        fees: 70_000,
        phase: 'closed' as const,
      },
      mark: 4200,
      realized: -8_100_000,
      unrealized: 0,
    },
    {
      name: 'what vanished from the venue is neither a gain nor a loss',
      change: { writtenOff: 4000 },
      mark: 5600,
      realized: 0,
      unrealized: 3_600_000,
    },
    {
      name: 'settled at 1: the rest is realized',
      change: { sold: 5000, proceeds: 29_000_000, settled: 50_000_000, phase: 'closed' as const },
      mark: 5600,
      realized: 29_000_000,
      unrealized: 0,
    },
    {
      name: 'settled at 0: the rest of the cost is lost',
      change: { sold: 5000, proceeds: 29_000_000, settled: 0, phase: 'closed' as const },
      mark: 5600,
      realized: -21_000_000,
      unrealized: 0,
    },
    {
      name: 'sold out',
      change: { sold: 10_000, proceeds: 42_000_000, fees: 70_000, phase: 'closed' as const },
      mark: 4200,
      realized: -8_070_000,
      unrealized: 0,
    },
  ])('$name', ({ change, mark, realized, unrealized }) => {
    const position = aPosition(change);
    expect({ realized: realizedPnl(position), unrealized: unrealizedPnl(position, mark) }).toEqual({
      realized,
      unrealized,
    });
  });

  const anySplit = fc
    .record({
      quantity: fc.integer({ min: 1, max: 1_000_000 }),
      cost: fc.integer({ min: 1, max: 9_000_000_000 }),
      sold: fc.nat(),
      writtenOff: fc.nat(),
    })
    .map(({ quantity, cost, sold, writtenOff }) => {
      const soldPart = sold % (quantity + 1);
      return { quantity, cost, sold: soldPart, writtenOff: writtenOff % (quantity - soldPart + 1) };
    });

  it('the costs of what was sold, written off and is left always sum to the cost', () => {
    fc.assert(
      fc.property(anySplit, (split) => {
        const p = aPosition(split);
        const parts = [costOfSold(p), costOfWrittenOff(p), costOfRemaining(p)];
        return parts.every((part) => part >= 0) && parts.reduce((a, b) => a + b) === p.cost;
      }),
    );
  });

  it('a sale at the mark moves P&L from unrealized to realized and changes no total', () => {
    fc.assert(
      fc.property(anySplit, fc.integer({ min: 1, max: 9999 }), (split, mark) => {
        const before = aPosition({ ...split, sold: 0, writtenOff: 0 });
        const after = aPosition({ ...split, writtenOff: 0, proceeds: split.sold * mark });
        const total = (p: typeof before) => realizedPnl(p) + unrealizedPnl(p, mark);
        return total(before) === total(after);
      }),
    );
  });

  it('throws instead of rounding when an amount leaves the exact range', () => {
    expect(() => unrealizedPnl(aPosition({ quantity: 9_000_000_000_000 }), 5000)).toThrow(RangeError);
  });
});
