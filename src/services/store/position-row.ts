import type { Evaluation } from '../../domain/evaluation.ts';
import { pnlFraction, unrealizedPnl } from '../../domain/pnl.ts';
import { type Position, remaining } from '../../domain/position.ts';
import type { positions } from './schema.ts';

/** The `positions` row of a position: `restartState` is its truth, every other column is derived from it. */
export function positionRow(p: Position, evaluation: Evaluation | null): typeof positions.$inferInsert {
  return {
    id: p.id,
    market: p.market,
    side: p.side,
    state: p.phase,
    closed: p.phase === 'closed',
    quantity: p.quantity,
    remaining: remaining(p),
    cost: p.cost,
    entryFees: p.entryFees,
    sold: p.sold,
    proceeds: p.proceeds,
    fees: p.fees,
    writtenOff: p.writtenOff,
    settled: p.settled,
    method: p.method,
    methodVersion: p.methodVersion,
    confidence: p.confidence,
    currentPrice: p.mark,
    unrealizedPnl: p.mark === null ? null : unrealizedPnl(p, p.mark),
    unrealizedPnlPct: p.mark === null || p.cost === 0 ? null : pnlFraction(p, p.mark),
    lastUpdate: p.at,
    trailingStopActive: p.trailingStop !== null,
    peakPrice: p.peak,
    trailingStopPrice: p.trailingStop,
    exitId: p.exit?.id ?? null,
    exitReason: p.exit?.reason ?? null,
    exitPriority: p.exit?.priority ?? null,
    stepDeadline: p.exit?.deadline ?? null,
    restTimes: p.rests,
    confirmations: p.confirmations,
    finishedStages: p.stages,
    held: p.held,
    awaitingSettlement: p.awaitingSettlement,
    openedAt: p.openedAt,
    closedAt: p.closedAt,
    closeReason: p.closeReason,
    schemaVersion: p.schemaVersion,
    restartState: p,
    evaluation,
  };
}
