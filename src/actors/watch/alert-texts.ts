/** What alerts say: what, where, how much, what Postern does next, what an operator can do. */
import { formatPrice, formatQuantity } from '../../domain/money.ts';
import { type Position, type RunningExit, remaining } from '../../domain/position.ts';
import { isForOperator } from '../../domain/position-facts.ts';
import type { PositionAlert } from '../../machines/position-setup.ts';

/** "NO KXSB-26-SEA (a1b2c3, 12.00 left at mark $0.3500)". */
export function describePosition(position: Position): string {
  const mark = position.mark === null ? 'mark unknown' : `mark $${formatPrice(position.mark)}`;
  const { side, market, id } = position;
  return `${side.toUpperCase()} ${market} (${id}, ${formatQuantity(remaining(position))} left, ${mark})`;
}

/** Why an exit comes to nothing although its market trades, for how long (ms). */
export function heldUpText(position: Position, code: string, forMs: number): string {
  const what = `${position.exit?.reason ?? 'the exit'} can't be sold`;
  return `${describePosition(position)}: ${what}: every order of the last ${Math.round(forMs / 1000)} s was refused (${code}); it is tried on`;
}

/** The text of an exit's alert. */
export function exitAlertText(kind: PositionAlert['kind'], position: Position, exit: RunningExit): string {
  const where = describePosition(position);
  if (kind === 'exit_gave_up') {
    const why =
      exit.orderEnd?.code === 'not_held'
        ? 'gave up: the account has less to sell than it wants, or other orders offer it already'
        : `gave up after ${exit.walks} walks`;
    return `${where}: ${exit.reason} ${why}; it is watched on and the condition rests`;
  }
  const cause = exit.failure?.code ?? exit.failure?.cause ?? 'unknown';
  const next =
    exit.failure && isForOperator(exit.failure)
      ? 'The venue refuses for a reason that retrying cannot cure: look at it there'
      : exit.failure?.code === 'unauthorised'
        ? 'The venue refuses the key: mend it there; it is tried again after 1, 2, 4 … 30 minutes'
        : 'It is watched at the urgent cadence and resumed as soon as a trigger meets a bid';
  return `${where}: ${exit.reason} FAILED (${cause}). ${next}. \`postern retry ${position.id}\` tries now`;
}
