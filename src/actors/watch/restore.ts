import { addSales } from '../../domain/exit-progress.ts';
import type { Position, RunningExit } from '../../domain/position.ts';
import type { AttemptRecord, PositionFile } from '../ports.ts';

/**
 * The position as its row, its attempts and its fills say together: the row may be older than the last fills, which
 * the ledger writes on its own. What was sold is always the sum of the fills (SPEC 8.4).
 */
export function restorePosition({ position, attempts }: PositionFile): Position {
  const { exit } = position;
  if (exit === null) return position;
  const own = attempts.filter((attempt) => attempt.exitId === exit.id);
  const total = sumOf(own);
  const missed = {
    filled: total.filled - exit.filled,
    proceeds: total.proceeds - exit.proceeds,
    fees: total.fees - exit.fees,
  };
  const restored: RunningExit = {
    ...exit,
    filled: total.filled,
    proceeds: total.proceeds,
    fees: total.fees,
    executedAt: own.reduce((latest, a) => Math.max(latest, a.filledAt ?? 0), exit.executedAt ?? 0) || null,
    attempt: exit.attempt && knownOf(exit.attempt, own),
  };
  return { ...addSales(position, missed), exit: restored };
}

function knownOf(attempt: NonNullable<RunningExit['attempt']>, own: AttemptRecord[]): RunningExit['attempt'] {
  const record = own.find((a) => a.clientId === attempt.clientId);
  if (!record) throw new Error(`attempt ${attempt.clientId} is in the row but not in the ledger`);
  return { ...attempt, filled: record.filled, proceeds: record.proceeds, fees: record.fees };
}

const sumOf = (attempts: AttemptRecord[]) => ({
  filled: attempts.reduce((sum, a) => sum + a.filled, 0),
  proceeds: attempts.reduce((sum, a) => sum + a.proceeds, 0),
  fees: attempts.reduce((sum, a) => sum + a.fees, 0),
});
