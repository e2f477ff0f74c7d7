import type { OrderAnswer, PlaceAnswer } from '../../../../actors/ports.ts';
import type { Priority } from '../../../../domain/method.ts';
import { refusalCode } from './error-envelope.ts';
import type { Outcome } from './kalshi-client.ts';
import type { Lane } from './pacer.ts';

export type Failed = Exclude<Outcome<never>, { kind: 'ok' }>;

/** Why a call brought no answer, for people. */
export function reasonOf(outcome: Failed): string {
  switch (outcome.kind) {
    case 'refused':
      return `refused (HTTP ${outcome.status}${outcome.code === null ? '' : `, ${outcome.code}`}): ${outcome.message}`;
    case 'rate_limited':
      return 'refused: too many requests';
    case 'failed':
      return outcome.reason;
    case 'malformed':
      return `the answer can't be read: ${outcome.reason}`;
  }
}

/** What a failed read says. */
export const unavailable = (outcome: Failed) => ({
  kind: 'unavailable' as const,
  reason: reasonOf(outcome),
  ...(outcome.kind === 'rate_limited' ? { limited: true as const } : {}),
});

/** What a failed order call says of the order: a refusal is a fact, anything else leaves it unknown (SPEC 8.3). */
export function refusedOrUnknown(
  outcome: Failed,
): Extract<PlaceAnswer, { kind: 'rejected' | 'unknown' }> & OrderAnswer {
  if (outcome.kind === 'rate_limited')
    return { kind: 'rejected', code: 'rate_limited', message: reasonOf(outcome) };
  if (outcome.kind !== 'refused') return { kind: 'unknown', reason: reasonOf(outcome) };
  const { status, code, message } = outcome;
  return {
    kind: 'rejected',
    code: refusalCode(status, code, message),
    message: code === null ? message : `${code}: ${message}`,
  };
}

const LANES: Record<Priority, Lane> = { CRITICAL: 'critical', HIGH: 'high', MEDIUM: 'medium', LOW: 'low' };

/** The lane in which the calls of an exit are served. */
export const laneOf = (priority: Priority): Lane => LANES[priority];
