import type { Priority } from '../../domain/method.ts';

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
