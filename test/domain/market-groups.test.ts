import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  correlatedGroupsOf,
  type GroupRule,
  marketGroupOf,
  matchesPattern,
} from '../../src/domain/market-groups.ts';

describe('matchesPattern', () => {
  it.each<[pattern: string, text: string, fits: boolean]>([
    ['KXNFLGAME', 'KXNFLGAME', true],
    ['KXNFLGAME', 'KXNFLGAME-26', false],
    ['KXNFL*', 'KXNFLGAME-26', true],
    ['KXNFL*', 'KXNFL', true],
    ['KXNFL*', 'XKXNFL', false],
    ['*-26', 'KXNFL-26', true],
    ['*-26', 'KXNFL-26-KC', false],
    ['KX*-26*', 'KXNBA-26OCT-LAL', true],
    ['KX*-26*', 'KXNBA-25OCT-LAL', false],
    ['*', '', true],
    ['**', 'ab', true],
    ['', '', true],
    ['', 'a', false],
    ['a*a', 'a', false],
    ['ab*ba', 'aba', false],
    ['*a*b*', 'bxaxb', true],
    ['*ab*ab', 'abab', true],
    ['*ab*ab', 'xab', false],
    ['a.b', 'axb', false],
    ['a+(b|[c', 'a+(b|[c', true],
    ['KX*', 'kxnfl', false],
  ])('%s against %s: %s', (pattern, text, fits) => {
    expect(matchesPattern(pattern, text)).toBe(fits);
  });

  it('agrees with a matcher that tries every length for every star', () => {
    const anyText = (letters: string) =>
      fc.array(fc.constantFrom(...letters), { maxLength: 8 }).map((list) => list.join(''));
    fc.assert(
      fc.property(anyText('ab.*'), anyText('ab.-'), (pattern, text) => {
        expect(matchesPattern(pattern, text)).toBe(fitsByTrying(pattern, text));
      }),
      { numRuns: 5000 },
    );
  });

  it('answers at once where a backtracking matcher would never end', () => {
    expect(matchesPattern(`${'*a'.repeat(5000)}*b`, 'a'.repeat(20_000))).toBe(false);
  });
});

function fitsByTrying(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const rest = pattern.slice(1);
  if (pattern[0] !== '*') return text[0] === pattern[0] && fitsByTrying(rest, text.slice(1));
  return Array.from({ length: text.length + 1 }, (_, taken) => text.slice(taken)).some((left) =>
    fitsByTrying(rest, left),
  );
}

const RULES: GroupRule[] = [
  { name: 'chiefs', tickers: ['KXNFLGAME-*-KC', 'KXSB-26-KC'] },
  { name: 'nfl', tickers: ['KXNFL*', 'KXSB*'] },
  { name: 'sunday', tickers: ['*-26OCT04*'] },
  { name: 'nfl', tickers: ['KXNFLGAME-26OCT04*'] },
];

describe('groups', () => {
  it.each<[market: string, group: string, correlated: string[]]>([
    ['KXNFLGAME-26OCT04-KC', 'chiefs', ['chiefs', 'nfl', 'sunday']],
    ['KXSB-26-KC', 'chiefs', ['chiefs', 'nfl']],
    ['KXSB-26-BUF', 'nfl', ['nfl']],
    ['KXNBAGAME-26OCT04LALBOS-LAL', 'sunday', ['sunday']],
    ['KXNBAGAME-26OCT05LALBOS-LAL', 'KXNBAGAME-26OCT05LALBOS', []],
    ['KXNBAGAME-26OCT05LALBOS-BOS', 'KXNBAGAME-26OCT05LALBOS', []],
    ['GAME', 'GAME', []],
    ['-A', '-A', []],
  ])('%s is in %s', (market, group, correlated) => {
    expect(marketGroupOf(market, RULES)).toBe(group);
    expect(correlatedGroupsOf(market, RULES)).toEqual(correlated);
  });
});
