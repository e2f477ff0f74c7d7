import { describe, expect, test } from 'vitest';
import {
  balanceAnswer,
  heldOf,
  positionsAnswer,
  userDataTimestampAnswer,
} from '../../../src/services/venues/kalshi/wire/portfolio.ts';
import { issuesOf, mustBeDecimal, mustIgnoreUnknown } from './wire-cases.ts';
import { POSITION } from './wire-samples.ts';

describe('a position', () => {
  const wrap = (position: object) => ({
    cursor: '',
    market_positions: [POSITION, position],
    event_positions: [],
  });

  test('is read', () => {
    const [position] = positionsAnswer.parse(wrap(POSITION)).positions;
    expect(position).toEqual({
      market: 'KXALIENS-26',
      position: -10_300,
      exposure: 98_880_000,
    });
    expect(heldOf(position!)).toEqual({ side: 'no', quantity: 10_300 });
    expect(heldOf({ ...position!, position: 237 })).toEqual({ side: 'yes', quantity: 237 });
    expect(heldOf({ ...position!, position: 0 })).toBeNull();
  });

  mustIgnoreUnknown('a position', positionsAnswer, POSITION, wrap);
  mustBeDecimal(
    'a position',
    positionsAnswer,
    POSITION,
    ['position_fp', 'market_exposure_dollars'],
    wrap,
    'market_positions.1.',
  );

  test('a page without a list of positions is none; a null list is empty', () => {
    expect(issuesOf(positionsAnswer, { cursor: '' })).toContain('market_positions: ');
    expect(positionsAnswer.parse({ market_positions: null })).toEqual({ positions: [], cursor: null });
  });

  test('a thousand are read', () =>
    expect(positionsAnswer.parse({ market_positions: Array(1000).fill(POSITION) }).positions).toHaveLength(
      1000,
    ));
});

describe('the balance', () => {
  const BALANCE = {
    balance: 12_345,
    balance_dollars: '123.456700',
    portfolio_value: 500,
    updated_ts: 1_795_332_000,
  };

  test('is the exact one, or else the cents', () => {
    expect(balanceAnswer.parse({ ...BALANCE, odd: 1 })).toEqual({ balance: 123_456_700 });
    const { balance_dollars: _, ...others } = BALANCE;
    expect(balanceAnswer.parse(others)).toEqual({ balance: 123_450_000 });
  });

  test.each([
    ['balance', undefined],
    ['balance', '12345'],
    ['balance', 0.5],
    ['balance_dollars', 123.45],
    ['balance_dollars', 'NaN'],
  ])('%s of %j is refused', (field, value) =>
    expect(issuesOf(balanceAnswer, { ...BALANCE, [field]: value })).toContain(`${field}: `),
  );
});

test('how fresh the account is', () => {
  expect(userDataTimestampAnswer.parse({ as_of_time: '2026-11-22T12:00:00.5Z' })).toBe(
    Date.UTC(2026, 10, 22, 12, 0, 0, 500),
  );
  for (const as_of_time of [undefined, null, '', 1_795_332_000, '0001-01-01'])
    expect(issuesOf(userDataTimestampAnswer, { as_of_time })).toContain('as_of_time: ');
});
