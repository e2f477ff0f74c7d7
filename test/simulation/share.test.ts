import { describe, expect, it } from 'vitest';
import { runsAll, shareOf } from './share.ts';

const CASES = Array.from({ length: 100 }, (_, n) => n);
const kindsOf = (n: number): string[] => [n < 3 ? `only ${n}` : 'many', n % 2 === 0 ? 'even' : 'odd'];

describe('the share of the cases that npm test runs', () => {
  it('has some of every kind, and the same each time', () => {
    const share = shareOf(CASES, kindsOf, 10);
    if (runsAll) return expect(share).toEqual(CASES);
    expect(share).toEqual(expect.arrayContaining([0, 1, 2]));
    expect(share.filter((n) => n >= 3).length).toBeGreaterThanOrEqual(10);
    expect(share.length).toBeLessThan(20);
    expect(shareOf(CASES, kindsOf, 10)).toEqual(share);
  });
});
