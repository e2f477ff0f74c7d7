import { describeEvaluation } from '../../actors/ledger/journal.ts';
import type { DecisionRecord, ExitRecord } from '../../actors/ports.ts';
import { formatMoney, formatPrice, formatQuantity } from '../../domain/money.ts';
import type { Position } from '../../domain/position.ts';
import type { Explanation } from '../operations/operations.ts';
import { describeComparison, type JournaledVerdict, verdictsOf } from './comparison-words.ts';
import { describeNextStep } from './exit-outlook.ts';
import { journalEntry, type Story, type Viewed, viewPosition } from './position-views.ts';
import { averagePrice, describeExit, isoTime } from './replay-result.ts';

/** Why the position exited, or why it has not (SPEC 14). */
export function explainPosition({ viewed, file, decisions }: Omit<Story, 'alerts'>): Explanation {
  const exits = file.exits.toSorted((a, b) => a.number - b.number);
  return {
    position: viewPosition(viewed),
    verdict: verdictSentence(viewed, exits, decisions),
    evaluation: describeEvaluation(viewed.evaluation),
    story: decisions.filter(({ exitId }) => exitId === null).map(journalEntry),
    exits: exits.map((exit) => ({
      ...describeExit(exit, file.attempts),
      evaluation: evaluationBehind(exit, decisions),
      story: decisions.filter(({ exitId }) => exitId === exit.exitId).map(journalEntry),
    })),
  };
}

/** The evaluation that triggered an exit, from the journal; null for an operator's. */
function evaluationBehind(
  exit: ExitRecord,
  decisions: readonly DecisionRecord[],
): Record<string, unknown> | null {
  const trigger = decisions.find((d) => d.exitId === exit.exitId && d.kind === 'exit.triggered');
  return (trigger?.data.evaluation as Record<string, unknown> | null | undefined) ?? null;
}

function verdictSentence(viewed: Viewed, exits: ExitRecord[], decisions: readonly DecisionRecord[]): string {
  const { position, at } = viewed;
  const last = exits.at(-1);
  if (position.phase === 'closed') return closedSentence(position, exits, decisions);
  if (position.awaitingSettlement && position.exit === null)
    return 'awaiting settlement: the market has closed, so nothing is evaluated';
  if (position.exit === null || last === undefined) return watchingSentence(viewed);
  const why = triggerWords(last, decisions);
  const verb = position.phase === 'failed' ? 'FAILED to exit' : 'exiting';
  const next = describeNextStep(position, at);
  const sold = `sold ${formatQuantity(last.filled)} of ${formatQuantity(last.quantity)}`;
  return `${verb} by ${last.reason} since ${isoTime(last.triggeredAt)}: ${why}; ${sold}; next: ${next}`;
}

function closedSentence(
  position: Position,
  exits: ExitRecord[],
  decisions: readonly DecisionRecord[],
): string {
  const at = position.closedAt === null ? '' : ` at ${isoTime(position.closedAt)}`;
  if (position.closeReason === 'settled') return `settled${at}: paid $${formatMoney(position.settled)}`;
  const last = exits.findLast((exit) => exit.filled > 0);
  if (position.closeReason !== 'sold' || last === undefined)
    return `closed${at}: the venue holds none of it any more`;
  const average = averagePrice(last.proceeds, last.filled);
  return `exited by ${last.reason}${at}: ${triggerWords(last, decisions)}; sold ${formatQuantity(last.filled)} at ${average} on average`;
}

/** "mark 0.5100, P&L -15.20 % <= -15.00 %" */
function triggerWords(exit: ExitRecord, decisions: readonly DecisionRecord[]): string {
  const mark = exit.triggerMark === null ? 'no mark' : `mark ${formatPrice(exit.triggerMark)}`;
  if (exit.reason === 'operator') return exit.note === null ? mark : `${mark}, "${exit.note}"`;
  const verdict = verdictsOf(evaluationBehind(exit, decisions)).find((v) => v.condition === exit.reason);
  if (verdict === undefined) return mark;
  const comparison = describeComparison(verdict);
  return comparison.startsWith('mark ') ? comparison : `${mark}, ${comparison}`;
}

function watchingSentence({ position, evaluation }: Viewed): string {
  if (evaluation === null) return 'watching: not evaluated yet';
  const verdicts = verdictsOf(describeEvaluation(evaluation));
  const { nearest } = evaluation;
  const near =
    nearest === null
      ? evaluation.mark === null
        ? 'there is no bid, so no mark'
        : 'nothing is near'
      : `nearest is ${nearest.condition} at ${formatPrice(nearest.price)}, ${formatPrice(nearest.distance)} away`;
  const held = position.held ? ['held by an operator: only CRITICAL conditions act'] : [];
  return [`watching: ${near}`, ...held, ...verdicts.flatMap(reservation), ...silences(verdicts)].join('; ');
}

/** What keeps a condition from acting, where something does. */
function reservation({ condition, status }: JournaledVerdict): string[] {
  if (status === 'confirming') return [`${condition} holds and waits for its confirmation`];
  if (status === 'resting') return [`${condition} holds and rests after giving up`];
  return status === 'held' ? [`${condition} holds and is suspended`] : [];
}

/** "early_exit, rebalance silent because no model probability", a part for each reason. */
function silences(verdicts: readonly JournaledVerdict[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { condition, status, note } of verdicts) {
    if (status !== 'silent' || note === null || note === 'disabled') continue;
    byReason.set(note, [...(byReason.get(note) ?? []), condition]);
  }
  return [...byReason].map(([reason, conditions]) => `${conditions.join(', ')} silent because ${reason}`);
}
