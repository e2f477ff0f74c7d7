import { checked } from '../domain/money.ts';
import type { PositionEvent } from '../machines/position-events.ts';
import type { AttemptRecord, AttemptStatus, FillRecord, OrderReport } from './ports.ts';

interface Progress {
  status: 'working' | 'unknown' | 'over';
  report: OrderReport | null;
  refusal: { code: string; message: string } | null;
  cancelAsked: boolean;
  at: number;
}

/** The attempt's record after what the venue said; fills are cumulative and never taken back. */
export function attemptAfter(
  before: AttemptRecord,
  { status, report, refusal, cancelAsked, at }: Progress,
): AttemptRecord {
  const known = report !== null && report.filled >= before.filled ? report : null;
  const filled = known?.filled ?? before.filled;
  const proceeds = known
    ? sum(known.fills.map((fill) => checked(fill.price * fill.quantity)))
    : before.proceeds;
  const fees = known ? sum(known.fills.map((fill) => fill.fee)) : before.fees;
  const over = status === 'over';
  const ended = over ? endStatus(filled, before.quantity, refusal !== null) : status;
  return {
    ...before,
    status: ended,
    venueOrderId: report?.venueOrderId ?? before.venueOrderId,
    filled,
    proceeds,
    fees,
    cancelRequested: cancelAsked,
    filledAt: filled > before.filled ? (known?.fills.at(-1)?.at ?? at) : before.filledAt,
    cancelledAt: over && refusal === null && filled < before.quantity ? at : before.cancelledAt,
    endedAt: over ? at : null,
    error: refusal ? `${refusal.code}: ${refusal.message}` : before.error,
  };
}

const sum = (values: number[]): number => checked(values.reduce((total, value) => total + value, 0));

function endStatus(filled: number, quantity: number, refused: boolean): AttemptStatus {
  if (filled >= quantity) return 'filled';
  if (filled > 0) return 'partial';
  return refused ? 'rejected' : 'cancelled';
}

/** The fills of a report that were not written yet. */
export function unseenFills(
  attempt: AttemptRecord,
  report: OrderReport | null,
  seen: Set<string>,
): FillRecord[] {
  const { clientId, positionId, exitId } = attempt;
  const fresh = (report?.fills ?? []).filter((fill) => !seen.has(fill.fillId));
  for (const fill of fresh) seen.add(fill.fillId);
  return fresh.map((fill) => ({ ...fill, clientId, positionId, exitId }));
}

/** What the position learns once the progress is written; null when nothing of it concerns it. */
export function factOf(
  before: AttemptRecord,
  after: AttemptRecord,
  refusal: { code: string } | null,
  at: number,
): PositionEvent | null {
  const totals = {
    clientId: after.clientId,
    filledTotal: after.filled,
    proceedsTotal: after.proceeds,
    feesTotal: after.fees,
    at,
  };
  if (after.endedAt === null)
    return after.filled > before.filled ? { type: 'order.filled', ...totals } : null;
  return { type: 'order.over', ...totals, status: overStatus(after), code: refusal?.code ?? null };
}

/** The fact that tells a restarted position how its order ended while it was away. */
export function endedFact(attempt: AttemptRecord): PositionEvent {
  return {
    type: 'order.over',
    clientId: attempt.clientId,
    filledTotal: attempt.filled,
    proceedsTotal: attempt.proceeds,
    feesTotal: attempt.fees,
    status: overStatus(attempt),
    code: attempt.error?.split(':')[0] ?? null,
    at: attempt.endedAt!,
  };
}

const overStatus = ({ status }: AttemptRecord): 'filled' | 'cancelled' | 'rejected' =>
  status === 'filled' ? 'filled' : status === 'rejected' ? 'rejected' : 'cancelled';
