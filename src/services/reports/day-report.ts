import type { AccountDayRecord, PeriodFacts, PositionFile } from '../../actors/ports.ts';
import { PRIORITIES } from '../../domain/method.ts';
import { amount, formatMoney, formatQuantity, sum } from '../../domain/money.ts';
import { realizedBySale } from '../../domain/sales-pnl.ts';
import { cashOf, netOf, realizedOf } from './day-cash.ts';
import { byReason, reportExit, timing } from './day-exits.ts';
import type { DayReport, ReportedEntries } from './day-report-shape.ts';
import { isoTime } from './replay-result.ts';

export interface DayReportInput {
  day: { day: string; startsAt: number; endsAt: number };
  timeZone: string;
  facts: PeriodFacts;
  /** All positions that the facts speak of, with all of their fills. */
  files: readonly PositionFile[];
  account: AccountDayRecord | null;
  now: number;
}

/** The report of one trading day. Throws when a fill names a position that is not among the files. */
export function buildDayReport({ day, timeZone, facts, files, account, now }: DayReportInput): DayReport {
  const books = new Map(files.map((file) => [file.position.id, file]));
  const salePnl = new Map(files.flatMap(({ position, fills }) => [...realizedBySale(position, fills)]));
  const exits = facts.exits.toSorted((a, b) => a.triggeredAt - b.triggeredAt);
  const cash = cashOf(facts);
  return {
    day: day.day,
    time_zone: timeZone,
    from: isoTime(day.startsAt),
    to: isoTime(Math.min(day.endsAt, now)),
    complete: now >= day.endsAt,
    exits: exits.map((exit) => reportExit(exit, fileOf(books, exit.positionId), facts)),
    by_reason: byReason(exits, facts.fills, salePnl),
    by_priority: PRIORITIES.map((priority) => timing(priority, exits)),
    entries: reportEntries(facts),
    cash: {
      sold: formatMoney(cash.sold),
      exit_fees: formatMoney(cash.exitFees),
      settled: formatMoney(cash.settled),
      bought: formatMoney(cash.bought),
      entry_fees: formatMoney(cash.entryFees),
      net: formatMoney(netOf(cash)),
    },
    realized_pnl: formatMoney(realizedOf(facts, salePnl, cash.entryFees)),
    day_pnl: account && { pnl: formatMoney(account.pnl), at: isoTime(account.updatedAt) },
    api_calls: account === null || account.calls.minutes === 0 ? null : callsOf(account.calls),
    alerts: countBy(facts.alerts, ({ kind }) => kind),
  };
}

const fileOf = (books: ReadonlyMap<string, PositionFile>, id: string): PositionFile => {
  const file = books.get(id);
  if (!file) throw new Error(`the report lacks position ${id}`);
  return file;
};

function reportEntries({ edges, entryAttempts, entryFills }: PeriodFacts): ReportedEntries {
  const failed = edges.flatMap(({ verdicts }) => verdicts.filter(({ passed }) => !passed));
  return {
    edges: edges.length,
    by_status: countBy(edges, ({ status }) => status),
    refused_by: countBy(failed, ({ check }) => check),
    orders: entryAttempts.length,
    contracts: formatQuantity(sum(entryFills.map(({ quantity }) => quantity))),
    cost: formatMoney(sum(entryFills.map(({ price, quantity }) => amount(price, quantity)))),
    fees: formatMoney(sum(entryFills.map(({ fee }) => fee))),
  };
}

const callsOf = ({ total, minutes, peak }: AccountDayRecord['calls']) => ({
  total,
  minutes,
  per_minute: (total / minutes).toFixed(1),
  peak,
});

function countBy<T>(items: readonly T[], name: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[name(item)] = (counts[name(item)] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
