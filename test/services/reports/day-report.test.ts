import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EdgeRecord, EntryFillRecord, PeriodFacts, PositionFile } from '../../../src/actors/ports.ts';
import { reportCsv } from '../../../src/cli/render-report.ts';
import { parseMoney } from '../../../src/domain/money.ts';
import { tradingDay } from '../../../src/domain/trading-day.ts';
import { buildDayReport, type DayReportInput } from '../../../src/services/reports/day-report.ts';
import { aPosition, NOON, SECOND } from '../../support/domain-builders.ts';
import { aFill, anAlert, anAttempt, anExit } from '../../support/store-records.ts';

const ZONE = 'America/New_York';

const NOTHING: PeriodFacts = {
  exits: [],
  attempts: [],
  fills: [],
  edges: [],
  entryAttempts: [],
  entryFills: [],
  closed: [],
  alerts: [],
};

const fileOf = (overrides: Partial<PositionFile> = {}): PositionFile => ({
  position: aPosition(),
  evaluation: null,
  exits: [],
  attempts: [],
  fills: [],
  ...overrides,
});

const report = (facts: Partial<PeriodFacts>, input: Partial<DayReportInput> = {}) =>
  buildDayReport({
    day: tradingDay(NOON, ZONE),
    timeZone: ZONE,
    facts: { ...NOTHING, ...facts },
    files: [],
    account: null,
    now: NOON,
    ...input,
  });

const stopped = anExit({
  reason: 'stop_loss',
  priority: 'CRITICAL',
  status: 'filled',
  quantity: 10_000,
  filled: 10_000,
  proceeds: 42_000_000,
  fees: 1_705_200,
  triggerMark: 4250,
  executedAt: NOON + 1_500,
  walks: 0,
});
const sales = [
  aFill({ fillId: 'a', price: 4250, quantity: 6_000, fee: 1_026_400 }),
  aFill({ fillId: 'b', price: 4125, quantity: 4_000, fee: 678_800, at: NOON + 1_500 }),
];

describe('the report of a day', () => {
  it('says of an exit what it sold, how fast, and how far from the mark it was triggered at', () => {
    const file = fileOf({ fills: sales });
    const { exits, by_reason, by_priority, cash, realized_pnl } = report(
      { exits: [stopped], attempts: [anAttempt()], fills: sales },
      { files: [file] },
    );
    expect(exits).toEqual([
      {
        exit_id: 'e1',
        position: 'pos-1',
        market: 'GAME-A',
        side: 'yes',
        reason: 'stop_loss',
        priority: 'CRITICAL',
        status: 'filled',
        quantity: '100.00',
        filled: '100.00',
        triggered_at: new Date(NOON).toISOString(),
        executed_at: new Date(NOON + 1_500).toISOString(),
        seconds: '1.500',
        trigger_mark: '0.4250',
        average_price: '0.4200',
        slippage: '0.500000',
        walks: 0,
        orders: 1,
        fees: '1.705200',
      },
    ]);
    expect(by_reason).toEqual([
      {
        reason: 'stop_loss',
        priority: 'CRITICAL',
        exits: 1,
        filled: 1,
        gave_up: 0,
        failed: 0,
        contracts: '100.00',
        slippage: '0.500000',
        walks: 0,
        realized_pnl: '-9.705200',
        fees: '1.705200',
      },
    ]);
    expect(by_priority[0]).toEqual({
      priority: 'CRITICAL',
      executed: 1,
      average_seconds: '1.500',
      slowest_seconds: '1.500',
      floor_seconds: 10,
      within_floor: true,
    });
    expect(cash).toEqual({
      sold: '42.000000',
      exit_fees: '1.705200',
      settled: '0.000000',
      bought: '0.000000',
      entry_fees: '0.000000',
      net: '40.294800',
    });
    expect(realized_pnl).toBe('-9.705200');
  });

  it('holds the average of the executed against the floor of their priority, and leaves out what was given up', () => {
    const low = { priority: 'LOW', reason: 'early_exit', filled: 100, proceeds: 500_000 } as const;
    const { by_priority, by_reason } = report(
      {
        exits: [
          anExit({ ...low, exitId: 'x1', status: 'filled', walks: 0, executedAt: NOON + 80 * SECOND }),
          anExit({ ...low, exitId: 'x2', status: 'filled', executedAt: NOON + 101 * SECOND, walks: 2 }),
          anExit({ ...low, exitId: 'x3', status: 'gave_up', executedAt: NOON + 900 * SECOND, walks: 10 }),
          anExit({ ...low, exitId: 'x4', status: 'failed', walks: 0, filled: 0, proceeds: 0 }),
        ],
      },
      { files: [fileOf()] },
    );
    expect(by_priority[3]).toEqual({
      priority: 'LOW',
      executed: 2,
      average_seconds: '90.500',
      slowest_seconds: '101.000',
      floor_seconds: 90,
      within_floor: false,
    });
    expect(by_reason).toMatchObject([{ exits: 4, filled: 2, gave_up: 1, failed: 1, walks: 12 }]);
  });

  it('counts what was paid out at a settlement, and takes off what was paid for it', () => {
    const settled = aPosition({ phase: 'closed', sold: 4_000, settled: 60_000_000, closeReason: 'settled' });
    const { cash, realized_pnl } = report({ closed: [settled] }, { files: [] });
    expect([cash.settled, cash.net, realized_pnl]).toEqual(['60.000000', '60.000000', '30.000000']);
  });

  it('realizes of a sale in the middle of a position its share of the cost and no other', () => {
    const position = aPosition({ quantity: 300, cost: 1_000_000 });
    const yesterday = aFill({ fillId: 'y', price: 5000, quantity: 100, fee: 0, at: NOON - 86_400_000 });
    const today = aFill({ fillId: 't', price: 5000, quantity: 100, fee: 0 });
    const { realized_pnl } = report(
      { fills: [today], exits: [] },
      { files: [fileOf({ position, fills: [today, yesterday] })] },
    );
    // ⌊1 $ × 200 / 300⌋ − ⌊1 $ × 100 / 300⌋ = 0.333333 $ of cost.
    expect(realized_pnl).toBe('0.166667');
  });

  it('counts edges by how they ended and by the checks that refused them', () => {
    const edge = (status: EdgeRecord['status'], failed: string[]): EdgeRecord =>
      ({
        status,
        verdicts: ['open_positions', 'market_group'].map((check) => ({
          check,
          passed: !failed.includes(check),
        })),
      }) as unknown as EdgeRecord;
    const { entries } = report({
      edges: [
        edge('filled', []),
        edge('rejected', ['market_group']),
        edge('rejected', ['market_group', 'open_positions']),
      ],
      entryFills: [{ fillId: 'n', price: 3000, quantity: 1_050, fee: 154_400 } as EntryFillRecord],
    });
    expect(entries).toEqual({
      edges: 3,
      by_status: { filled: 1, rejected: 2 },
      refused_by: { market_group: 2, open_positions: 1 },
      orders: 0,
      contracts: '10.50',
      cost: '3.150000',
      fees: '0.154400',
    });
  });

  it('names what is there of the day: its zone, its hours, its calls, its alerts', () => {
    const answer = report(
      { alerts: [anAlert(), anAlert({ kind: 'exit_failed' }), anAlert()] },
      {
        account: {
          day: '2026-02-08',
          startedAt: 0,
          updatedAt: 0,
          pnl: -12_345_678,
          realized: 0,
          unrealizedChange: 0,
          baselines: {},
          calls: { total: 90, minutes: 60, peak: 7 },
        },
      },
    );
    const { day, time_zone, from, to, complete, day_pnl, api_calls, alerts } = answer;
    const range = tradingDay(NOON, ZONE);
    expect({ day, time_zone, from, to, complete, day_pnl, api_calls, alerts }).toEqual({
      day: range.day,
      time_zone: ZONE,
      from: new Date(range.startsAt).toISOString(),
      to: new Date(NOON).toISOString(),
      complete: false,
      day_pnl: { pnl: '-12.345678', at: '1970-01-01T00:00:00.000Z' },
      api_calls: { total: 90, minutes: 60, per_minute: '1.5', peak: 7 },
      alerts: { exit_failed: 1, position_orphaned: 2 },
    });
    expect(report({}, { now: range.endsAt }).complete).toBe(true);
  });

  it('as CSV: one line an exit, quoted where it must be', () => {
    const file = fileOf({ position: aPosition({ market: 'A,"B"' }) });
    const csv = reportCsv(
      report({ exits: [anExit({ triggerMark: null, proceeds: 181_300 })] }, { files: [file] }),
    );
    expect(csv.split('\n')).toEqual([
      'exit_id,position,market,side,reason,priority,status,quantity,filled,triggered_at,executed_at,seconds,trigger_mark,average_price,slippage,walks,orders,fees',
      `e1,pos-1,"A,""B""",yes,trailing_stop,HIGH,working,100.00,0.37,${new Date(NOON).toISOString()},,,,0.4900,,2,0,0.012345`,
      '',
    ]);
  });

  it('adds up to the cash of an account that was kept beside it, and over its days to the P&L of the positions', () => {
    const trade = fc.record({
      price: fc.integer({ min: 1, max: 9_999 }),
      quantity: fc.integer({ min: 1, max: 2_000 }),
      fee: fc.integer({ min: 0, max: 900_000 }),
      day: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(
        fc.array(trade, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 30_000_000 }),
        (trades, cost) => {
          const fills = trades
            .toSorted((a, b) => a.day - b.day)
            .map(({ price, quantity, fee, day }, i) =>
              aFill({ fillId: `f${i}`, price, quantity, fee, at: NOON + day * 86_400_000 + i }),
            );
          const quantity = fills.reduce((sum, fill) => sum + fill.quantity, 0);
          const file = fileOf({ position: aPosition({ quantity, cost }), fills });
          let cash = 0n;
          for (const { price, quantity: sold, fee } of fills)
            cash += BigInt(price) * BigInt(sold) - BigInt(fee);
          const days = [0, 1, 2].map((day) =>
            report(
              { fills: fills.filter(({ at }) => Math.floor((at - NOON) / 86_400_000) === day) },
              { files: [file] },
            ),
          );
          const total = (pick: (day: (typeof days)[number]) => string): bigint =>
            days.reduce((sum, day) => sum + BigInt(parseMoney(pick(day))), 0n);
          expect(total((day) => day.cash.net)).toBe(cash);
          expect(total((day) => day.realized_pnl)).toBe(cash - BigInt(cost));
        },
      ),
    );
  });
});
