/** What is alerted about one position: by its exits, its book, and its quotes. */
import type { MarketInfo } from '../../domain/market.ts';
import type { Position } from '../../domain/position.ts';
import type { AlertMail } from '../mail.ts';
import { describePosition, exitAlertText } from './alert-texts.ts';
import type { Outcome } from './monitor.ts';

/** The alerts that a step of its statechart raises. */
export const raisedAlerts = ({ alerts, watched: { position } }: Outcome): AlertMail[] =>
  alerts.map(({ kind, severity, exit }) => ({
    type: 'alert.raise',
    key: `${kind}:${position.id}`,
    kind,
    severity,
    positionId: position.id,
    text: exitAlertText(kind, position, exit),
    at: position.at,
  }));

/** Alerts about the exit before are history once another one works. */
export function resolvedAlerts({ exitTurned, before, watched: { position } }: Outcome): AlertMail[] {
  const { id, exit, at } = position;
  if (!exitTurned || (exit !== null && exit.id === before.exit?.id)) return [];
  const kinds = exit === null ? ['exit_failed'] : ['exit_failed', 'exit_gave_up'];
  return kinds.map((kind) => ({ type: 'alert.resolve', key: `${kind}:${id}`, at }));
}

/** The book has been illiquid since adoption, or is not any more. */
export function illiquidAlert(position: Position, illiquid: boolean): AlertMail {
  const { id, at } = position;
  const kind = 'illiquid_since_adoption';
  const key = `${kind}:${id}`;
  if (!illiquid) return { type: 'alert.resolve', key, at };
  return {
    ...{ type: 'alert.raise', key, kind, severity: 'warning', positionId: id, at },
    text: `${describePosition(position)}: the book has been illiquid since adoption, so liquidity_dried_up is not armed`,
  };
}

/** No fresh quote since `since` (ms) while the market trades, or never a word on how its market stands. */
export function orphanAlert(
  position: Position,
  market: MarketInfo | null,
  since: number,
  at: number,
): AlertMail {
  const { id } = position;
  const kind = 'position_orphaned';
  return {
    ...{ type: 'alert.raise', key: `${kind}:${id}`, kind, severity: 'critical', positionId: id, at },
    text: `${describePosition(position)}: ${market ? 'no fresh quote' : 'NOT watched, nothing heard of its market'} for ${Math.round((at - since) / 1000)} s${market ? ' while the market trades' : ''}`,
  };
}

/** Fresh quotes come again. */
export const orphanOver = ({ id }: Position, at: number): AlertMail => ({
  type: 'alert.resolve',
  key: `position_orphaned:${id}`,
  at,
});
