import { z } from 'zod';
import type {
  DayReport,
  ReportedEntries,
  ReportedExit,
  ReportedPriority,
  ReportedReason,
} from '../../reports/day-report-shape.ts';
import { count, instant, money, price, priority, quantity, seconds, view } from './values.ts';

const counts = z.record(z.string(), count);

const reportedExit = view<ReportedExit>()(
  z.object({
    exit_id: z.string(),
    position: z.string(),
    market: z.string(),
    side: z.string(),
    reason: z.string(),
    priority,
    status: z.string(),
    quantity,
    filled: quantity,
    triggered_at: instant,
    executed_at: instant.nullable(),
    seconds: seconds.nullable(),
    trigger_mark: price.nullable(),
    average_price: price.nullable(),
    slippage: money.nullable(),
    walks: count,
    orders: count,
    fees: money,
  }),
);

const reportedReason = view<ReportedReason>()(
  z.object({
    reason: z.string(),
    priority,
    exits: count,
    filled: count,
    gave_up: count,
    failed: count,
    contracts: quantity,
    slippage: money,
    walks: count,
    realized_pnl: money,
    fees: money,
  }),
);

const reportedPriority = view<ReportedPriority>()(
  z.object({
    priority,
    executed: count,
    average_seconds: seconds.nullable(),
    slowest_seconds: seconds.nullable(),
    floor_seconds: count,
    within_floor: z.boolean().nullable(),
  }),
);

const reportedEntries = view<ReportedEntries>()(
  z.object({
    edges: count,
    by_status: counts,
    refused_by: counts,
    orders: count,
    contracts: quantity,
    cost: money,
    fees: money,
  }),
);

export const dayReport = view<DayReport>()(
  z.object({
    day: z.string(),
    time_zone: z.string(),
    from: instant,
    to: instant,
    complete: z.boolean(),
    exits: z.array(reportedExit),
    by_reason: z.array(reportedReason),
    by_priority: z.array(reportedPriority),
    entries: reportedEntries,
    cash: z.object({
      sold: money,
      exit_fees: money,
      settled: money,
      bought: money,
      entry_fees: money,
      net: money,
    }),
    realized_pnl: money,
    day_pnl: z.object({ pnl: money, at: instant }).nullable(),
    api_calls: z.object({ total: count, minutes: count, per_minute: z.string(), peak: count }).nullable(),
    alerts: counts,
  }),
);

/** Of the schemas here, those that the API's description names. */
export const REPORT_VIEWS = {
  DayReport: dayReport,
  ReportedExit: reportedExit,
  ReportedReason: reportedReason,
  ReportedPriority: reportedPriority,
  ReportedEntries: reportedEntries,
};
