import type {
  AccountDayRecord,
  ExitRecord,
  FillRecord,
  PeriodFacts,
  PositionFile,
} from '../../actors/ports.ts';
import { PRIORITIES, type Priority } from '../../domain/method.ts';
import {
  amount,
  checked,
  formatMoney,
  formatPrice,
  formatQuantity,
  type Money,
  type Quantity,
} from '../../domain/money.ts';
import { costOfFirst, costOfRemaining } from '../../domain/pnl.ts';
import { averagePrice, isoTime } from './replay-result.ts';

/** Trigger to executed, on average and when the book allows (SPEC 16), in seconds. */
const FLOOR_SECONDS: Record<Priority, number> = { CRITICAL: 10, HIGH: 20, MEDIUM: 40, LOW: 90 };

/** One trading day in numbers: money and quantities as decimal strings, times ISO 8601 in UTC. */
export interface DayReport {
  day: string;
  time_zone: string;
  from: string;
  to: string;
  /** False while the day lasts. */
  complete: boolean;
  exits: ReportedExit[];
  by_reason: ReportedReason[];
  by_priority: ReportedPriority[];
  entries: ReportedEntries;
  /** What the account's cash gained by fills and settlements of the day. */
  cash: {
    sold: string;
    exit_fees: string;
    settled: string;
    bought: string;
    entry_fees: string;
    net: string;
  };
  /** By fills and settlements of the day, after their fees. */
  realized_pnl: string;
  /** As the daily-loss breaker counted it last; null where the day was not watched. */
  day_pnl: { pnl: string; at: string } | null;
  /** Monitoring calls to the venue; null where none was counted. */
  api_calls: { total: number; minutes: number; per_minute: string; peak: number } | null;
  alerts: Record<string, number>;
}

export interface ReportedExit {
  exit_id: string;
  position: string;
  market: string;
  side: string;
  reason: string;
  priority: Priority;
  status: string;
  quantity: string;
  filled: string;
  triggered_at: string;
  executed_at: string | null;
  /** From trigger to the last fill; null without one. */
  seconds: string | null;
  trigger_mark: string | null;
  average_price: string | null;
  /** Mark at the trigger less what was got, for all contracts: above 0 is worse. */
  slippage: string | null;
  walks: number;
  orders: number;
  fees: string;
}

export interface ReportedReason {
  reason: string;
  priority: Priority;
  exits: number;
  filled: number;
  gave_up: number;
  failed: number;
  contracts: string;
  slippage: string;
  walks: number;
  realized_pnl: string;
  fees: string;
}

export interface ReportedPriority {
  priority: Priority;
  /** Those that sold all they were to sell. */
  executed: number;
  average_seconds: string | null;
  slowest_seconds: string | null;
  floor_seconds: number;
  /** The average is below the floor; null without an executed exit. */
  within_floor: boolean | null;
}

export interface ReportedEntries {
  edges: number;
  by_status: Record<string, number>;
  /** Failed risk checks, by their names. */
  refused_by: Record<string, number>;
  orders: number;
  contracts: string;
  cost: string;
  fees: string;
}

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
  const salePnl = realizedByFill(books);
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
      net: formatMoney(checked(cash.sold - cash.exitFees + cash.settled - cash.bought - cash.entryFees)),
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

function reportExit(exit: ExitRecord, { position }: PositionFile, { attempts }: PeriodFacts): ReportedExit {
  const took = secondsOf(exit);
  const slippage = slippageOf(exit);
  return {
    exit_id: exit.exitId,
    position: exit.positionId,
    market: position.market,
    side: position.side,
    reason: exit.reason,
    priority: exit.priority,
    status: exit.status,
    quantity: formatQuantity(exit.quantity),
    filled: formatQuantity(exit.filled),
    triggered_at: isoTime(exit.triggeredAt),
    executed_at: exit.executedAt === null ? null : isoTime(exit.executedAt),
    seconds: took === null ? null : inSeconds(took),
    trigger_mark: exit.triggerMark === null ? null : formatPrice(exit.triggerMark),
    average_price: averagePrice(exit.proceeds, exit.filled),
    slippage: slippage === null ? null : formatMoney(slippage),
    walks: exit.walks,
    orders: attempts.filter(({ exitId }) => exitId === exit.exitId).length,
    fees: formatMoney(exit.fees),
  };
}

/** What the trigger's mark would have brought for what was sold, less what it brought (1e-6 $). */
const slippageOf = ({ triggerMark, filled, proceeds }: ExitRecord): Money | null =>
  triggerMark === null || filled === 0 ? null : checked(amount(triggerMark, filled) - proceeds);

const secondsOf = ({ executedAt, triggeredAt }: ExitRecord): number | null =>
  executedAt === null ? null : executedAt - triggeredAt;

const inSeconds = (ms: number): string => (ms / 1000).toFixed(3);

function byReason(
  exits: readonly ExitRecord[],
  fills: readonly FillRecord[],
  pnl: ReadonlyMap<string, Money>,
): ReportedReason[] {
  const keyOf = ({ reason, priority }: ExitRecord): string => `${PRIORITIES.indexOf(priority)} ${reason}`;
  return [...new Set(exits.map(keyOf))]
    .sort()
    .map((key) => exits.filter((exit) => keyOf(exit) === key))
    .map((group) => {
      const ids = new Set(group.map(({ exitId }) => exitId));
      const sales = fills.filter(({ exitId }) => ids.has(exitId));
      return {
        reason: group[0]!.reason,
        priority: group[0]!.priority,
        exits: group.length,
        filled: group.filter(({ status }) => status === 'filled').length,
        gave_up: group.filter(({ status }) => status === 'gave_up').length,
        failed: group.filter(({ status }) => status === 'failed').length,
        contracts: formatQuantity(sum(sales.map(({ quantity }) => quantity))),
        slippage: formatMoney(sum(group.map((exit) => slippageOf(exit) ?? 0))),
        walks: sum(group.map(({ walks }) => walks)),
        realized_pnl: formatMoney(sum(sales.map(({ fillId }) => pnl.get(fillId)!))),
        fees: formatMoney(sum(sales.map(({ fee }) => fee))),
      };
    });
}

function timing(priority: Priority, exits: readonly ExitRecord[]): ReportedPriority {
  const times = exits
    .filter((exit) => exit.priority === priority && exit.status === 'filled')
    .flatMap((exit) => secondsOf(exit) ?? []);
  const floor = FLOOR_SECONDS[priority];
  const average = times.length === 0 ? null : sum(times) / times.length;
  return {
    priority,
    executed: times.length,
    average_seconds: average === null ? null : inSeconds(average),
    slowest_seconds: average === null ? null : inSeconds(Math.max(...times)),
    floor_seconds: floor,
    within_floor: average === null ? null : average < floor * 1000,
  };
}

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

const cashOf = ({ fills, entryFills, closed }: PeriodFacts) => ({
  sold: sum(fills.map(({ price, quantity }) => amount(price, quantity))),
  exitFees: sum(fills.map(({ fee }) => fee)),
  settled: sum(closed.map(({ settled }) => settled)),
  bought: sum(entryFills.map(({ price, quantity }) => amount(price, quantity))),
  entryFees: sum(entryFills.map(({ fee }) => fee)),
});

/** Fills and settlements of the day after fees, less what was paid for what they gave away (1e-6 $). */
function realizedOf(
  { fills, closed }: PeriodFacts,
  pnl: ReadonlyMap<string, Money>,
  entryFees: Money,
): Money {
  const settled = closed.map((position) => position.settled - costOfRemaining(position));
  return checked(sum(fills.map(({ fillId }) => pnl.get(fillId)!)) + sum(settled) - entryFees);
}

/** What each sale realized (1e-6 $): contracts are sold in the order of their fills, each at its share of the cost. */
function realizedByFill(books: ReadonlyMap<string, PositionFile>): Map<string, Money> {
  const pnl = new Map<string, Money>();
  for (const { position, fills } of books.values()) {
    let sold: Quantity = 0;
    for (const fill of fills.toSorted(byTime)) {
      const cost = costOfFirst(position, sold + fill.quantity) - costOfFirst(position, sold);
      sold += fill.quantity;
      pnl.set(fill.fillId, checked(amount(fill.price, fill.quantity) - fill.fee - cost));
    }
  }
  return pnl;
}

const byTime = (a: FillRecord, b: FillRecord): number => a.at - b.at || (a.fillId < b.fillId ? -1 : 1);

const callsOf = ({ total, minutes, peak }: AccountDayRecord['calls']) => ({
  total,
  minutes,
  per_minute: (total / minutes).toFixed(1),
  peak,
});

const sum = (values: readonly number[]): number => checked(values.reduce((total, value) => total + value, 0));

function countBy<T>(items: readonly T[], name: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[name(item)] = (counts[name(item)] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
