/** From what an entry's statechart says to the ledger's records, and back. */
import { adoptPosition } from '../../domain/adoption.ts';
import type { EntryContext, EntryOrder, EntryRules } from '../../domain/entry.ts';
import type { Position } from '../../domain/position.ts';
import type {
  EdgeRecord,
  EdgeStatus,
  EntryAttemptRecord,
  EntryFile,
  EntryWork,
  PositionFile,
} from '../ports.ts';

/** The edge's row: under way (`ended` null), or as it ended. */
export function edgeRecord(
  seed: EdgeRecord,
  { rules, assessment, order }: Pick<EntryContext, 'rules' | 'assessment' | 'order'>,
  ended: { status: EdgeStatus; reason: string; at: number } | null,
): EdgeRecord {
  return {
    ...seed,
    status: ended?.status ?? 'working',
    reason: ended?.reason ?? null,
    verdicts: assessment?.report.verdicts ?? seed.verdicts,
    work: order === null ? null : workOf(order, rules),
    decidedAt: ended?.at ?? null,
  };
}

function workOf(order: EntryOrder, { method, confidence }: EntryRules): EntryWork {
  const { bid, limitPrice, quantity, reserved, kelly, balance, deadline } = order;
  return {
    methodName: method.name,
    methodVersion: method.version,
    confidence,
    ask: limitPrice,
    ...{ bid, limitPrice, quantity, reserved, kelly, balance, deadline },
  };
}

/** The record of an order before anything is sent. */
export function entryAttemptRecord(
  { edgeId, market, side }: EntryContext,
  { clientId, limitPrice, quantity, placedAt }: EntryOrder,
): EntryAttemptRecord {
  return {
    attemptId: clientId,
    edgeId,
    status: 'recorded',
    market,
    side,
    timeInForce: 'gtc',
    limitPrice,
    quantity,
    filled: 0,
    proceeds: 0,
    fees: 0,
    clientId,
    venueOrderId: null,
    cancelRequested: false,
    placedAt,
    filledAt: null,
    cancelledAt: null,
    endedAt: null,
    error: null,
  };
}

/** The order of a stored entry, as far as it is known; null: none was recorded. */
export function storedOrder({ edge, attempts }: EntryFile): EntryOrder | null {
  const attempt = attempts.at(-1);
  const { work } = edge;
  if (!attempt || work === null) return null;
  const { clientId, filled, proceeds, fees, placedAt, endedAt, status, error } = attempt;
  const { limitPrice, quantity, bid, reserved, kelly, balance, deadline } = work;
  const end =
    endedAt === null
      ? null
      : {
          status: status === 'filled' || status === 'rejected' ? status : ('cancelled' as const),
          refusal: error,
        };
  return {
    ...{ clientId, limitPrice, quantity, bid, reserved, kelly, balance, placedAt, deadline },
    ...{ filled, cost: proceeds, fees, end },
  };
}

/** The position of what an entry has bought; it has the edge's id. */
export function boughtPosition(seed: EdgeRecord, { rules, order, at }: EntryContext): Position {
  const { edgeId, market, side, probability } = seed;
  const { filled, cost, fees } = order!;
  return adoptPosition({
    ...{ id: edgeId, market, side, quantity: filled, cost, entryFees: fees, at },
    openedAt: at,
    confidence: rules.confidence,
    modelProbability: probability,
    modelAt: seed.at,
    method: rules.method,
  });
}

export const fileOf = (position: Position): PositionFile => ({
  position,
  evaluation: null,
  exits: [],
  attempts: [],
  fills: [],
});
