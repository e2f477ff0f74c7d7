import type { ExitRecord, FillRecord, PeriodFacts, PositionFile } from '../../actors/ports.ts';
import { PRIORITIES, type Priority } from '../../domain/method.ts';
import {
  amount,
  checked,
  formatMoney,
  formatPrice,
  formatQuantity,
  type Money,
  sum,
} from '../../domain/money.ts';
import type { ReportedExit, ReportedPriority, ReportedReason } from './day-report-shape.ts';
import { averagePrice, isoTime } from './replay-result.ts';

/** Trigger to executed, on average and when the book allows (SPEC 16), in seconds. */
const FLOOR_SECONDS: Record<Priority, number> = { CRITICAL: 10, HIGH: 20, MEDIUM: 40, LOW: 90 };

/** One exit of the day, whenever it ended. */
export function reportExit(
  exit: ExitRecord,
  { position }: PositionFile,
  { attempts }: PeriodFacts,
): ReportedExit {
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

/** The exits by priority and reason, with what their sales of the day realized by `pnl` (fill id → 1e-6 $). */
export function byReason(
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

/** How long executed exits of a priority took, against its floor. */
export function timing(priority: Priority, exits: readonly ExitRecord[]): ReportedPriority {
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
