import type { AttemptRecord, ExitRecord, PositionFile } from '../../actors/ports.ts';
import {
  formatFraction,
  formatMoney,
  formatPrice,
  formatQuantity,
  mulDivFloor,
  type Quantity,
} from '../../domain/money.ts';
import { realizedPnl } from '../../domain/pnl.ts';
import { remaining } from '../../domain/position.ts';

/** The result of a replay as programs read it: money and quantities as decimal strings, times ISO 8601 in UTC. */
export interface ReplayResult {
  positions: ReplayedPosition[];
  summary: ReplaySummary;
}

export interface ReplayedPosition {
  id: string;
  market: string;
  side: string;
  quantity: string;
  entry_price: string;
  state: string;
  remaining: string;
  realized_pnl: string;
  exits: ReplayedExit[];
}

export interface ReplayedExit {
  reason: string;
  priority: string;
  quantity: string;
  filled: string;
  partial: boolean;
  status: string;
  triggered_at: string;
  executed_at: string | null;
  trigger_mark: string | null;
  trigger_pnl_pct: string | null;
  average_price: string | null;
  overruled: string[];
  attempts: ReplayedAttempt[];
}

export interface ReplayedAttempt {
  number: number;
  order_type: 'market' | 'limit';
  limit_price: string | null;
  quantity: string;
  filled: string;
  average_price: string | null;
  placed_at: string;
  ended_at: string | null;
  status: string;
}

export interface ReplaySummary {
  from: string;
  to: string;
  mode: 'poll' | 'stream';
  positions: number;
  closed: number;
  exits: number;
  exits_by_reason: Record<string, number>;
  attempts: number;
  contracts_sold: string;
  realized_pnl: string;
  fees: string;
  alerts: { kind: string; position: string | null; at: string; text: string }[];
  notes: string[];
}

/** One position of a replay, from its file in the store. */
export function describeReplayed({ position, exits, attempts }: PositionFile): ReplayedPosition {
  return {
    id: position.id,
    market: position.market,
    side: position.side,
    quantity: formatQuantity(position.quantity),
    entry_price: formatPrice(mulDivFloor(position.cost, 1, position.quantity)),
    state: position.phase,
    remaining: formatQuantity(position.phase === 'closed' ? 0 : remaining(position)),
    realized_pnl: formatMoney(realizedPnl(position)),
    exits: exits.toSorted((a, b) => a.number - b.number).map((exit) => describeExit(exit, attempts)),
  };
}

/** An exit with its attempts, in the words of the replay's JSON. */
export function describeExit(exit: ExitRecord, attempts: AttemptRecord[]): ReplayedExit {
  return {
    reason: exit.reason,
    priority: exit.priority,
    quantity: formatQuantity(exit.quantity),
    filled: formatQuantity(exit.filled),
    partial: exit.partial,
    status: exit.status,
    triggered_at: isoTime(exit.triggeredAt),
    executed_at: exit.executedAt === null ? null : isoTime(exit.executedAt),
    trigger_mark: exit.triggerMark === null ? null : formatPrice(exit.triggerMark),
    trigger_pnl_pct: exit.triggerPnl === null ? null : formatFraction(exit.triggerPnl),
    average_price: averagePrice(exit.proceeds, exit.filled),
    overruled: exit.overruled,
    attempts: attempts
      .filter((attempt) => attempt.exitId === exit.exitId)
      .toSorted((a, b) => a.number - b.number)
      .map(describeAttempt),
  };
}

const describeAttempt = (attempt: AttemptRecord): ReplayedAttempt => ({
  number: attempt.number,
  order_type: attempt.orderType,
  limit_price: attempt.limitPrice === null ? null : formatPrice(attempt.limitPrice),
  quantity: formatQuantity(attempt.quantity),
  filled: formatQuantity(attempt.filled),
  average_price: averagePrice(attempt.proceeds, attempt.filled),
  placed_at: isoTime(attempt.placedAt),
  ended_at: attempt.endedAt === null ? null : isoTime(attempt.endedAt),
  status: attempt.status,
});

/** Proceeds / filled rounded down to 0.0001; null without fills. */
export const averagePrice = (proceeds: number, filled: Quantity): string | null =>
  filled === 0 ? null : formatPrice(mulDivFloor(proceeds, 1, filled));

export const isoTime = (ms: number): string => new Date(ms).toISOString();
