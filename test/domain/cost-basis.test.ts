import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BasisFill, basisOf, foldFills } from '../../src/domain/cost-basis.ts';

const bid = (at: number, yesPrice: number, quantity: number, fillId = `f${at}`): BasisFill => ({
  at,
  fillId,
  direction: 'bid',
  yesPrice,
  quantity,
});
const ask = (at: number, yesPrice: number, quantity: number, fillId = `f${at}`): BasisFill => ({
  ...bid(at, yesPrice, quantity, fillId),
  direction: 'ask',
});

describe('what fills leave behind', () => {
  test.each<[string, BasisFill[], object | null]>([
    ['nothing', [], null],
    ['YES bought', [bid(1, 6000, 1000)], { side: 'yes', quantity: 1000, cost: 6_000_000, openedAt: 1 }],
    [
      'NO bought is an ask, at one dollar less the YES price (FACTS: 103 at 0.96)',
      [ask(1, 400, 10_300)],
      { side: 'no', quantity: 10_300, cost: 98_880_000, openedAt: 1 },
    ],
    [
      'bought twice: the average',
      [bid(1, 6000, 100), bid(2, 4000, 300)],
      { side: 'yes', quantity: 400, cost: 1_800_000, openedAt: 1 },
    ],
    [
      'sold in part: the average stays, whatever the price',
      [bid(1, 6000, 100), bid(2, 4000, 300), ask(3, 9900, 200)],
      { side: 'yes', quantity: 200, cost: 900_000, openedAt: 1 },
    ],
    ['sold out', [bid(1, 6000, 100), ask(2, 7000, 100)], null],
    [
      'sold out and bought again: the second time counts',
      [bid(1, 6000, 100), ask(2, 7000, 100), bid(3, 2000, 100)],
      { side: 'yes', quantity: 100, cost: 200_000, openedAt: 3 },
    ],
    [
      'sold beyond flat: the rest is NO, at its own price',
      [bid(1, 6000, 100), ask(2, 7000, 150)],
      { side: 'no', quantity: 50, cost: 150_000, openedAt: 2 },
    ],
    [
      'NO sold beyond flat is YES',
      [ask(1, 6000, 100), bid(2, 7000, 150)],
      { side: 'yes', quantity: 50, cost: 350_000, openedAt: 2 },
    ],
    [
      'what remains is rounded down',
      [bid(1, 3333, 3), ask(2, 5000, 1), bid(3, 1, 1), ask(4, 5000, 1)],
      { side: 'yes', quantity: 2, cost: 4444, openedAt: 1 },
    ],
    [
      'in any order',
      [ask(3, 9900, 200), bid(2, 4000, 300), bid(1, 6000, 100)],
      { side: 'yes', quantity: 200, cost: 900_000, openedAt: 1 },
    ],
    ['at the same time: by fill id', [bid(1, 2000, 100, 'b'), ask(1, 6000, 100, 'a')], null],
    [
      'a fill listed twice counts once',
      [bid(1, 6000, 100), bid(1, 6000, 100)],
      { side: 'yes', quantity: 100, cost: 600_000, openedAt: 1 },
    ],
    [
      'a fill of nothing opens nothing',
      [bid(1, 6000, 0), bid(2, 6000, 1)],
      { side: 'yes', quantity: 1, cost: 6000, openedAt: 2 },
    ],
  ])('%s', (_, fills, expected) => expect(foldFills(fills)).toEqual(expected));

  test('ties are broken by fill id, not by the order of the list', () => {
    const fills = [bid(1, 2000, 100, 'b'), ask(1, 6000, 50, 'a')];
    expect(foldFills(fills)).toEqual({ side: 'yes', quantity: 50, cost: 100_000, openedAt: 1 });
    expect(foldFills(fills.toReversed())).toEqual(foldFills(fills));
  });

  test('beyond exact integers it throws', () => {
    expect(() => foldFills([bid(1, 9999, 2 ** 50)])).toThrow(RangeError);
  });

  const fill = fc.record({
    at: fc.integer({ min: 0, max: 30 }),
    fillId: fc.string({ minLength: 1, maxLength: 3 }),
    direction: fc.constantFrom('bid' as const, 'ask' as const),
    yesPrice: fc.integer({ min: 1, max: 9999 }),
    quantity: fc.integer({ min: 1, max: 500 }),
  });
  const fills = fc.uniqueArray(fill, { selector: ({ fillId }) => fillId, maxLength: 40 });

  test('agrees with exact fractions over single hundredths of a contract', () => {
    fc.assert(
      fc.property(fills, (given) => {
        const exact = foldExactly(given);
        const fold = foldFills(given);
        if (exact === null) {
          expect(fold).toBeNull();
          return;
        }
        expect(fold).toMatchObject({ side: exact.side, quantity: exact.quantity, openedAt: exact.openedAt });
        const { numerator, denominator } = exact;
        const shortBy = numerator - BigInt(fold!.cost) * denominator;
        expect(shortBy >= 0n).toBe(true);
        expect(shortBy < BigInt(exact.closings + 1) * denominator).toBe(true);
        if (exact.closings === 0) expect(shortBy).toBe(0n);
        expect(basisOf({ ...exact, exposure: 0 }, fold)).toEqual({
          cost: fold!.cost,
          openedAt: exact.openedAt,
          basis: 'fills',
        });
      }),
    );
  });

  test('the order of the list does not matter', () => {
    fc.assert(
      fc.property(
        fills.chain((given) =>
          fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
        ),
        ([given, shuffled]) => {
          expect(foldFills(shuffled)).toEqual(foldFills(given));
        },
      ),
    );
  });
});

/** Another way to the same: one hundredth of a contract after the other, with the cost as an exact fraction. */
function foldExactly(given: BasisFill[]) {
  const sorted = [...given].sort((a, b) => (a.at !== b.at ? a.at - b.at : a.fillId < b.fillId ? -1 : 1));
  let signed = 0;
  let numerator = 0n;
  let denominator = 1n;
  let openedAt = 0;
  let closings = 0;
  for (const { at, direction, yesPrice, quantity } of sorted) {
    const step = direction === 'bid' ? 1 : -1;
    const price = BigInt(direction === 'bid' ? yesPrice : 10_000 - yesPrice);
    let hasClosed = false;
    for (let i = 0; i < quantity; i += 1) {
      if (signed * step >= 0) {
        if (signed === 0) {
          openedAt = at;
          closings = 0;
          hasClosed = false;
          numerator = 0n;
          denominator = 1n;
        }
        numerator += price * denominator;
      } else {
        const held = BigInt(Math.abs(signed));
        numerator *= held - 1n;
        denominator *= held;
        const divisor = greatestCommonDivisor(numerator, denominator);
        numerator /= divisor;
        denominator /= divisor;
        hasClosed = true;
      }
      signed += step;
    }
    if (hasClosed) closings += 1;
  }
  if (signed === 0) return null;
  const side = signed > 0 ? ('yes' as const) : ('no' as const);
  return { side, quantity: Math.abs(signed), numerator, denominator, openedAt, closings };
}

const greatestCommonDivisor = (a: bigint, b: bigint): bigint =>
  b === 0n ? a || 1n : greatestCommonDivisor(b, a % b);

describe('the basis of what is held', () => {
  const held = { side: 'yes', quantity: 100, exposure: 550_000 } as const;
  const fold = { side: 'yes', quantity: 100, cost: 600_000, openedAt: 7 } as const;
  const byVenue = { cost: 550_000, openedAt: null, basis: 'venue' };

  test.each([
    ['the fills where they add up', held, fold, { cost: 600_000, openedAt: 7, basis: 'fills' }],
    ['the venue where there are none', held, null, byVenue],
    ['the venue where the quantity differs', held, { ...fold, quantity: 99 }, byVenue],
    ['the venue where the side differs', held, { ...fold, side: 'no' }, byVenue],
    ['the venue where the fills cost nothing', held, { ...fold, cost: 0 }, byVenue],
    ['the venue where the fills cost a dollar each', held, { ...fold, cost: 1_000_000 }, byVenue],
    ['none where the venue has none either', { ...held, exposure: 0 }, null, null],
    ['none where the venue says a dollar each', { ...held, exposure: 1_000_000 }, null, null],
    ['none below nothing', { ...held, exposure: -1 }, null, null],
    ['the least', { ...held, exposure: 1 }, null, { ...byVenue, cost: 1 }],
    ['the most', { ...held, exposure: 999_999 }, null, { ...byVenue, cost: 999_999 }],
    ['none where nothing is held', { ...held, quantity: 0 }, null, null],
  ] as const)('%s', (_, given, fold, expected) => expect(basisOf(given, fold)).toEqual(expected));
});
