import { describe, expect, test } from 'vitest';
import {
  balanceAnswer,
  heldOf,
  positionsAnswer,
  settlementsAnswer,
  userDataTimestampAnswer,
} from '../../../src/services/venues/kalshi/wire-portfolio.ts';
import { issuesOf, mustBeDecimal, mustIgnoreUnknown } from './wire-cases.ts';
import { POSITION, SETTLEMENT } from './wire-samples.ts';

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
      realizedPnl: 0,
      fees: 280_000,
      updatedAt: Date.UTC(2026, 9, 25, 2, 18, 39, 771),
      exchangeIndex: 0,
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
    ['position_fp', 'market_exposure_dollars', 'realized_pnl_dollars', 'fees_paid_dollars'],
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

describe('a settlement', () => {
  const wrap = (settlement: object) => ({ settlements: [settlement], cursor: 'next' });

  test('is read, with its cents', () =>
    expect(settlementsAnswer.parse(wrap(SETTLEMENT))).toEqual({
      settlements: [
        {
          market: 'KXALIENS-26',
          eventTicker: 'KXALIENS',
          result: 'yes',
          yesQuantity: 1000,
          yesCost: 6_100_000,
          noQuantity: 0,
          noCost: 0,
          revenue: 10_000_000,
          fee: 0,
          value: 10_000,
          settledAt: Date.UTC(2026, 9, 25, 2, 18, 39),
        },
      ],
      cursor: 'next',
    }));

  mustIgnoreUnknown('a settlement', settlementsAnswer, SETTLEMENT, wrap);
  mustBeDecimal(
    'a settlement',
    settlementsAnswer,
    SETTLEMENT,
    ['yes_count_fp', 'yes_total_cost_dollars', 'no_count_fp', 'no_total_cost_dollars', 'fee_cost'],
    wrap,
    'settlements.0.',
  );

  test.each([undefined, null, '1000', 0.5, Number.NaN])('revenue of %j is refused', (revenue) =>
    expect(issuesOf(settlementsAnswer, wrap({ ...SETTLEMENT, revenue }))).toContain(
      'settlements.0.revenue: ',
    ),
  );
  test.each(['100', 101, -1, 0.5])('a value of %j is refused', (value) =>
    expect(issuesOf(settlementsAnswer, wrap({ ...SETTLEMENT, value }))).toContain('settlements.0.value: '),
  );
  test.each([null, undefined])('a value of %j is not known', (value) =>
    expect(settlementsAnswer.parse(wrap({ ...SETTLEMENT, value })).settlements[0]!.value).toBeNull(),
  );
});

describe('the balance', () => {
  const BALANCE = {
    balance: 12_345,
    balance_dollars: '123.456700',
    portfolio_value: 500,
    updated_ts: 1_795_332_000,
  };
  const common = { portfolioValue: 5_000_000, updatedAt: 1_795_332_000_000 };

  test('is the exact one, or else the cents', () => {
    expect(balanceAnswer.parse({ ...BALANCE, odd: 1 })).toEqual({ balance: 123_456_700, ...common });
    const { balance_dollars: _, ...others } = BALANCE;
    expect(balanceAnswer.parse(others)).toEqual({ balance: 123_450_000, ...common });
  });

  test.each([
    ['balance', undefined],
    ['balance', '12345'],
    ['balance', 0.5],
    ['balance_dollars', 123.45],
    ['balance_dollars', 'NaN'],
    ['portfolio_value', undefined],
    ['portfolio_value', '1'],
    ['updated_ts', 1_795_332_000_123],
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
