import { checked, sum } from '../../domain/money.ts';
import type { PositionEvent } from '../../machines/position-events.ts';
import type { EntryFact, LedgerMail } from '../mail.ts';
import {
  type AttemptRecord,
  type AttemptStatus,
  type EntryAttemptRecord,
  isEntry,
  type OrderRecord,
  type OrderReport,
  type VenueFill,
} from '../ports.ts';

interface Progress {
  status: 'working' | 'unknown' | 'over';
  report: OrderReport | null;
  refusal: { code: string; message: string } | null;
  cancelAsked: boolean;
  at: number;
}

/** The order's record after what the venue said; fills are cumulative and never taken back. */
export function attemptAfter<Attempt extends OrderRecord>(
  before: Attempt,
  { status, report, refusal, cancelAsked, at }: Progress,
): Attempt {
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

function endStatus(filled: number, quantity: number, refused: boolean): AttemptStatus {
  if (filled >= quantity) return 'filled';
  if (filled > 0) return 'partial';
  return refused ? 'rejected' : 'cancelled';
}

/** The fills of a report that were not written yet. */
export function unseenFills(report: OrderReport | null, seen: Set<string>): VenueFill[] {
  const fresh = (report?.fills ?? []).filter((fill) => !seen.has(fill.fillId));
  for (const fill of fresh) seen.add(fill.fillId);
  return fresh;
}

interface Changed {
  before: AttemptRecord | EntryAttemptRecord;
  after: AttemptRecord | EntryAttemptRecord;
  /** Not written yet. */
  fills: readonly VenueFill[];
  refusal: { code: string } | null;
  at: number;
}

/** What the ledger writes of an order, and what its position or its entry learns then; no fact: nothing of it concerns them. */
export function progressMail({
  before,
  after,
  fills,
  refusal,
  at,
}: Changed): Extract<LedgerMail, { type: 'order.progress' | 'entry.progress' }> {
  const { clientId } = after;
  const isOver = after.endedAt !== null;
  const concerns = isOver || after.filled > before.filled;
  const code = refusal?.code ?? null;
  if (isEntry(after)) {
    const { edgeId } = after;
    return {
      type: 'entry.progress',
      attempt: after,
      fills: fills.map((fill) => ({ ...fill, clientId, edgeId })),
      fact: concerns ? entryFact(after, code, at) : null,
    };
  }
  const { positionId, exitId } = after;
  return {
    type: 'order.progress',
    attempt: after,
    fills: fills.map((fill) => ({ ...fill, clientId, positionId, exitId })),
    fact: concerns ? positionFact(after, code, at) : null,
  };
}

function positionFact(attempt: AttemptRecord, code: string | null, at: number): PositionEvent {
  const totals = {
    clientId: attempt.clientId,
    filledTotal: attempt.filled,
    proceedsTotal: attempt.proceeds,
    feesTotal: attempt.fees,
    at,
  };
  return attempt.endedAt === null
    ? { type: 'order.filled', ...totals }
    : { type: 'order.over', ...totals, status: overStatus(attempt), code };
}

function entryFact(attempt: EntryAttemptRecord, code: string | null, at: number): EntryFact {
  const isOver = attempt.endedAt !== null;
  return {
    type: isOver ? 'order.over' : 'order.filled',
    edgeId: attempt.edgeId,
    clientId: attempt.clientId,
    filledTotal: attempt.filled,
    costTotal: attempt.proceeds,
    feesTotal: attempt.fees,
    status: isOver ? overStatus(attempt) : null,
    code: isOver ? code : null,
    ...(isOver && attempt.error !== null ? { words: attempt.error } : {}),
    at,
  };
}

/** The fact that tells a restarted position how its order ended while it was away. */
export const endedFact = (attempt: AttemptRecord): PositionEvent =>
  positionFact(attempt, codeOf(attempt), attempt.endedAt!);

const codeOf = ({ error }: OrderRecord): string | null => error?.split(':')[0] ?? null;

const overStatus = ({ status }: OrderRecord): 'filled' | 'cancelled' | 'rejected' =>
  status === 'filled' ? 'filled' : status === 'rejected' ? 'rejected' : 'cancelled';
