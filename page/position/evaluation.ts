/** An evaluation as the journal and /explain say it: decimal strings, in the unit of each condition. */
export interface JournaledEvaluation {
  at: string;
  bid: string | null;
  ask: string | null;
  quote_age_ms: number | null;
  pnl_pct: string | null;
  unrealized_pnl: string | null;
  winner: string | null;
  overruled: string[];
  urgent: boolean;
  conditions: JournaledCondition[];
}

export type Unit = 'fraction' | 'price' | 'ms' | 'quantity' | 'money' | 'none';

export interface JournaledCondition {
  condition: string;
  priority: string;
  status: 'triggered' | 'confirming' | 'clear' | 'silent' | 'resting' | 'held';
  holds: boolean;
  unit: Unit;
  value: string | null;
  threshold: string | null;
  distance: string | null;
  unreachable: boolean;
  note: string | null;
}

/** Null for what is no evaluation. */
export function readEvaluation(data: unknown): JournaledEvaluation | null {
  const { conditions } = (data ?? {}) as Partial<JournaledEvaluation>;
  return Array.isArray(conditions) ? (data as JournaledEvaluation) : null;
}

const PRIORITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'];

/** By priority; within one in the order that decides. */
export const byPriority = (conditions: readonly JournaledCondition[]): JournaledCondition[] =>
  conditions.toSorted((a, b) => PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority));
