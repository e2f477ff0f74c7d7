import type { Verdict } from './evaluation.ts';
import type { ConditionRule } from './method.ts';
import type { Confirmation, Position } from './position.ts';

/** The conditions that hold and are waiting, or have waited, for further quotes. */
export type Confirmations = Position['confirmations'];

/** Whether one fresh quote is not enough for a condition (SPEC 4: `confirmations`, `confirm_for`). */
export const needsConfirmation = (rule: ConditionRule): boolean =>
  rule.confirmations > 1 || rule.confirmForMs > 0;

/** Enough fresh quotes in a row, and enough time (ms) from the first to the last of them. */
export const isConfirmed = (entry: Confirmation | undefined, rule: ConditionRule): boolean =>
  entry !== undefined &&
  entry.count >= rule.confirmations &&
  entry.lastAt - entry.firstAt >= rule.confirmForMs;

/** No condition waits for a further quote. */
export function isEmpty(confirmations: Confirmations): boolean {
  for (const _ in confirmations) return false;
  return true;
}

/**
 * The confirmations after a verdict on a quote observed at `observedAt` (ms); null: a quote seen before or none, which
 * neither counts nor breaks the row. A silence longer than `confirmGapMs` starts the count anew, a verdict that does
 * not hold or is silent ends it. Returns `current` itself when nothing changes; copies it while it is still `stored`.
 */
export function countConfirmation(
  current: Confirmations,
  stored: Confirmations,
  verdict: Verdict,
  rule: ConditionRule,
  observedAt: number | null,
): Confirmations {
  if (observedAt === null) return current;
  const { condition } = verdict;
  const counts = verdict.holds && verdict.status !== 'silent' && needsConfirmation(rule);
  if (!counts && isEmpty(current)) return current;
  const entry = current[condition];
  if (!counts && entry === undefined) return current;
  const after = current === stored ? { ...stored } : current;
  if (counts) after[condition] = prolong(entry, rule, observedAt);
  else delete after[condition];
  return after;
}

function prolong(entry: Confirmation | undefined, rule: ConditionRule, observedAt: number): Confirmation {
  const goesOn =
    entry !== undefined && (rule.confirmGapMs === null || observedAt - entry.lastAt <= rule.confirmGapMs);
  if (!goesOn) return { count: 1, firstAt: observedAt, lastAt: observedAt };
  return { count: entry.count + 1, firstAt: entry.firstAt, lastAt: observedAt };
}
