/** From what a position's statechart says to the ledger's records. */
import type { Position, RunningExit } from '../../domain/position.ts';
import type { ExitEnding } from '../../machines/position-setup.ts';
import type { AttemptRecord, ExitRecord } from '../ports.ts';

/** The exit's row: as it works (`ending` null), failed, or as it ended. */
export function exitRecord(position: Position, exit: RunningExit, ending: ExitEnding | null): ExitRecord {
  const failed = ending === null && exit.failure !== null && position.phase === 'failed';
  return {
    exitId: exit.id,
    positionId: position.id,
    number: exit.number,
    reason: exit.reason,
    priority: exit.priority,
    quantity: exit.quantity,
    filled: exit.filled,
    proceeds: exit.proceeds,
    fees: exit.fees,
    partial: exit.stage !== null,
    stage: exit.stage,
    executionStrategy: strategyOf(exit),
    status: ending ?? (failed ? 'failed' : 'working'),
    triggerMark: exit.triggerMark,
    triggerPnl: exit.triggerPnl,
    unrealizedPnl: exit.triggerUnrealized,
    triggeredAt: exit.triggeredAt,
    executedAt: exit.executedAt,
    endedAt: ending === null ? null : position.at,
    overruled: exit.overruled,
    walks: exit.walks,
    note: exit.note,
  };
}

const strategyOf = ({ execution }: RunningExit): string =>
  [execution.orderType, execution.priceStrategy, execution.retryStrategy]
    .filter((word) => word !== null)
    .join(' ');

/** The record of an attempt before anything is sent. */
export function attemptRecord(position: Position, exit: RunningExit): AttemptRecord {
  const attempt = exit.attempt;
  if (attempt === null) throw new Error(`exit ${exit.id} has no order to record`);
  return {
    attemptId: attempt.clientId,
    positionId: position.id,
    exitId: exit.id,
    number: attempt.number,
    orderType: attempt.orderType,
    status: 'recorded',
    market: position.market,
    side: position.side,
    timeInForce: attempt.orderType === 'market' ? 'ioc' : 'gtc',
    limitPrice: attempt.limitPrice,
    quantity: attempt.quantity,
    filled: 0,
    proceeds: 0,
    fees: 0,
    clientId: attempt.clientId,
    venueOrderId: null,
    cancelRequested: false,
    placedAt: attempt.placedAt,
    filledAt: null,
    cancelledAt: null,
    endedAt: null,
    error: null,
  };
}

/** Whether the row must be written at once: all but the mark and its time, which a restart may lose (SPEC 2). */
export function mustSave(before: Position, after: Position): boolean {
  return (
    before.phase !== after.phase ||
    before.peak !== after.peak ||
    before.trailingStop !== after.trailingStop ||
    before.exit !== after.exit ||
    before.sold !== after.sold ||
    before.writtenOff !== after.writtenOff ||
    before.confirmations !== after.confirmations ||
    before.stages !== after.stages ||
    before.rests !== after.rests ||
    before.held !== after.held ||
    before.awaitingSettlement !== after.awaitingSettlement ||
    before.sawLiquidBook !== after.sawLiquidBook ||
    before.entrySpread !== after.entrySpread ||
    before.modelProbability !== after.modelProbability
  );
}
