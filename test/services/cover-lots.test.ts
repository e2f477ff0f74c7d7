import { describe, expect, it } from 'vitest';
import { missingOf, refuseUncovered } from '../../src/services/venues/cover-lots.ts';
import { aNewPosition } from '../support/domain-builders.ts';

const lot = { market: 'M', side: 'yes', quantity: 1_000, cost: 5_000_000 } as const;
const others = [
  aNewPosition({ id: '1', market: 'M', side: 'yes', quantity: 700, sold: 100 }),
  aNewPosition({ id: '2', market: 'M', side: 'no', quantity: 5_000 }),
  aNewPosition({ id: '3', market: 'N', side: 'yes', quantity: 5_000 }),
];

describe('a lot to be adopted on a real account', () => {
  it('must be held beside what other positions of its market and side cover', () => {
    expect(() => refuseUncovered(lot, others, 1_600)).not.toThrow();
    expect(() => refuseUncovered(lot, others, 1_599)).toThrow(
      "quantity: 10.00 YES of M can't be tracked: the account holds 15.99, of which other positions cover 6.00",
    );
    expect(() => refuseUncovered(lot, [], 0)).toThrow(
      "quantity: 10.00 YES of M can't be tracked: the account holds 0.00",
    );
  });
});

describe('a lot to be adopted on paper', () => {
  it('is given what is not there yet, once', () => {
    expect(missingOf(lot, others, 600)).toEqual(lot);
    expect(missingOf(lot, others, 850)).toEqual({ ...lot, quantity: 750, cost: 3_750_000 });
    expect(missingOf(lot, others, 1_600)).toBeNull();
  });
});
