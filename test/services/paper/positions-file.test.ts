import { describe, expect, it } from 'vitest';
import { fraction, price, quantity, word } from '../../../src/services/config/scalars.ts';
import {
  PositionsFileError,
  parsePositions,
  readPositionsFile,
} from '../../../src/services/venues/paper/positions-file.ts';

const problemsOf = (text: string): [number | null, string, string][] => {
  try {
    parsePositions(text, 'P.yaml');
  } catch (error) {
    if (error instanceof PositionsFileError) return error.problems.map((p) => [p.line, p.path, p.message]);
    throw error;
  }
  return [];
};

const entry = (...more: string[]) =>
  ['- market: A', '  side: yes', '  quantity: 10', '  entry_price: 0.5', ...more].join('\n');

describe('a positions file', () => {
  it('is read exactly, with what each entry says about its own market', () => {
    const text = `
- market: KXSB-26-NE
  side: yes
  quantity: 100.25
  entry_price: 0.3501
  opened_at: 2026-02-08T19:00:00
  method: nfl
  confidence: high
  model_probability: 0.412345
  close_time: 2026-02-08T22:30:00Z
  volume_24h: 120000
- {market: KXSB-26-NE, side: no, quantity: "3", entry_price: 0.10, settled_at: 2026-02-09T00:00:00+01:00, settlement_value: 0}
- {market: B, side: no, quantity: 0.01, entry_price: 0.9999}
`;
    const nothing = { closeTime: null, volume24h: null, settledAt: null, settlementValue: null };
    const game = { ...nothing, market: 'KXSB-26-NE' };
    expect(parsePositions(text, 'P.yaml')).toEqual({
      file: 'P.yaml',
      positions: [
        {
          market: 'KXSB-26-NE',
          side: 'yes',
          quantity: 10_025,
          entryPrice: 3_501,
          cost: 35_097_525,
          openedAt: Date.UTC(2026, 1, 8, 19),
          method: 'nfl',
          confidence: 'high',
          modelProbability: 412_345,
          facts: { ...game, closeTime: Date.UTC(2026, 1, 8, 22, 30), volume24h: 12_000_000 },
          line: 2,
        },
        {
          market: 'KXSB-26-NE',
          side: 'no',
          quantity: 300,
          entryPrice: 1_000,
          cost: 300_000,
          openedAt: null,
          method: null,
          confidence: null,
          modelProbability: null,
          facts: { ...game, settledAt: Date.UTC(2026, 1, 8, 23), settlementValue: 0 },
          line: 12,
        },
        {
          market: 'B',
          side: 'no',
          quantity: 1,
          entryPrice: 9_999,
          cost: 9_999,
          openedAt: null,
          method: null,
          confidence: null,
          modelProbability: null,
          facts: { ...nothing, market: 'B' },
          line: 13,
        },
      ],
    });
  });

  it('may be an empty list', () => {
    expect(parsePositions('[]', 'P.yaml')).toEqual({ file: 'P.yaml', positions: [] });
  });
});

/** What the config's scalars say is allowed: their wording is theirs. */
const allowedBy = (schema: {
  safeParse(input: unknown): { error?: { issues: { message: string }[] } };
}): string => schema.safeParse('').error!.issues[0]!.message.replace('is empty: ', '');

const QUANTITY = allowedBy(quantity({ above: '0', max: '1000000000' }));
const PRICE = allowedBy(price({ above: '0', below: '1' }));
const PAYOUT = allowedBy(price({ min: '0', max: '1' }));
const PROBABILITY = allowedBy(fraction({ min: '0', max: '1' }));
const SIDE = allowedBy(word(['yes', 'no']));
const TIME = 'must be an ISO 8601 time like 2026-02-08T19:12:49Z, UTC unless it names a zone';

describe('what is wrong is said with line, path, value and what is allowed', () => {
  it.each<[string, string, [number | null, string, string][]]>([
    ['an empty file', '', [[1, '', 'must be a list of positions (- market: …)']]],
    ['a mapping', 'positions: []', [[1, '', 'must be a list of positions (- market: …)']]],
    [
      'an entry that is no position',
      '- A\n- B',
      [
        [1, '[0]', 'must be a position: market, side, quantity, entry_price, …'],
        [2, '[1]', 'must be a position: market, side, quantity, entry_price, …'],
      ],
    ],
    [
      'missing fields',
      '\n- market: A',
      [
        [2, '[0].side', `is missing: ${SIDE}`],
        [2, '[0].quantity', `is missing: ${QUANTITY}`],
        [2, '[0].entry_price', `is missing: ${PRICE}`],
      ],
    ],
    [
      'an unknown key',
      entry('  entry_prize: 0.5'),
      [[5, '[0].entry_prize', 'unknown key; the nearest known key is "entry_price"']],
    ],
    ['a key twice', entry('  side: no'), [[5, '[0].side', 'stands twice in one position']]],
    ['a price of 1', entry().replace('0.5', '1'), [[4, '[0].entry_price', `"1" is not allowed: ${PRICE}`]]],
    [
      'a price of 0',
      entry().replace('0.5', '0.0'),
      [[4, '[0].entry_price', `"0.0" is not allowed: ${PRICE}`]],
    ],
    [
      'a price too exact',
      entry().replace('0.5', '0.50001'),
      [[4, '[0].entry_price', `"0.50001" is not allowed: ${PRICE}`]],
    ],
    ['no quantity', entry().replace('10', '0'), [[3, '[0].quantity', `"0" is not allowed: ${QUANTITY}`]]],
    ['an empty value', entry().replace(' 10', ''), [[3, '[0].quantity', `is empty: ${QUANTITY}`]]],
    [
      'a list for a value',
      entry().replace('10', '[10]'),
      [[3, '[0].quantity', `a list is not allowed: ${QUANTITY}`]],
    ],
    [
      'a side that is none',
      entry().replace('yes', 'Yes'),
      [[2, '[0].side', '"Yes" is not allowed (did you mean yes?): must be yes or no']],
    ],
    [
      'a probability above 1',
      entry('  model_probability: 1.1'),
      [[5, '[0].model_probability', `"1.1" is not allowed: ${PROBABILITY}`]],
    ],
    [
      'a time that is none',
      entry('  opened_at: yesterday'),
      [[5, '[0].opened_at', `"yesterday" is not allowed: ${TIME}`]],
    ],
    [
      'a settlement without its time',
      entry('  settlement_value: 1'),
      [[5, '[0].settlement_value', 'stands without settled_at: both or none must be given']],
    ],
    [
      'a settlement without its value',
      entry('  settled_at: 2026-02-09T00:00:00Z'),
      [[5, '[0].settled_at', 'stands without settlement_value: both or none must be given']],
    ],
    [
      'a settlement value above 1',
      entry('  settlement_value: 2', '  settled_at: 2026-02-09T00:00:00Z'),
      [[5, '[0].settlement_value', `"2" is not allowed: ${PAYOUT}`]],
    ],
    [
      'a settlement before the close',
      entry(
        '  close_time: 2026-02-09T00:00:01Z',
        '  settled_at: 2026-02-09T00:00:00Z',
        '  settlement_value: 1',
      ),
      [
        [
          6,
          '[0].settled_at',
          '"2026-02-09T00:00:00Z" lies before close_time ("2026-02-09T00:00:01Z"): must not',
        ],
      ],
    ],
    [
      'an alias',
      `${entry()}\n- &x {market: A, side: yes, quantity: 1, entry_price: 0.5}\n- *x`,
      [
        [6, '', 'aliases (*name) are not allowed: write the value out'],
        [6, '[2]', 'must be a position: market, side, quantity, entry_price, …'],
      ],
    ],
    [
      'several at once',
      `${entry().replace('10', '-1').replace('0.5', 'x')}\n- {}`,
      [
        [3, '[0].quantity', `"-1" is not allowed: ${QUANTITY}`],
        [4, '[0].entry_price', `"x" is not allowed: ${PRICE}`],
        [5, '[1].market', 'is missing: must be the name of a market: letters, digits and _ . : -'],
        [5, '[1].side', `is missing: ${SIDE}`],
        [5, '[1].quantity', `is missing: ${QUANTITY}`],
        [5, '[1].entry_price', `is missing: ${PRICE}`],
      ],
    ],
  ])('%s', (_, text, problems) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('broken YAML, by its line', () => {
    expect(problemsOf('- market: A\n  side: "yes\n').map(([line, path]) => [line, path])).toEqual([[3, '']]);
    expect(problemsOf('- market: A\n side: yes\n')[0]?.[2]).toMatch(/^is not valid YAML: /);
  });

  it('as one text', () => {
    const failure = (() => {
      try {
        return parsePositions('- market: A\n  side: yes\n  quantity: 0\n  entry_price: 0.5', 'P.yaml');
      } catch (error) {
        return error;
      }
    })();
    expect((failure as Error).message).toBe(
      'The positions file is not valid, 1 problem:\n' +
        `  P.yaml:3 [0].quantity: "0" is not allowed: ${QUANTITY}`,
    );
  });

  it('a file that is missing has no line', async () => {
    await expect(readPositionsFile('/nowhere/P.yaml')).rejects.toMatchObject({
      problems: [{ file: '/nowhere/P.yaml', line: null, path: '', message: 'does not exist' }],
    });
  });
});
