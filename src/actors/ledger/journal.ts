/** The journal's sentences (SPEC 14): what was decided, with the numbers it was decided on. */
import type { Evaluation, Verdict } from '../../domain/evaluation.ts';
import { formatFraction, formatMoney, formatPrice, formatQuantity } from '../../domain/money.ts';
import { type Position, type RunningExit, remaining } from '../../domain/position.ts';
import type { ExitEnding, MethodNote } from '../../machines/position-setup.ts';
import type { AttemptRecord, DecisionRecord } from '../ports.ts';

const about = (
  position: Position,
  exit: RunningExit | null,
): Pick<DecisionRecord, 'positionId' | 'exitId' | 'at'> => ({
  positionId: position.id,
  exitId: exit?.id ?? null,
  at: position.at,
});

const dollars = (price: number | null): string => (price === null ? 'no bid' : `$${formatPrice(price)}`);

/** An exit was decided: by what, on which numbers, how it will be executed. */
export function exitTriggered(
  position: Position,
  exit: RunningExit,
  evaluation: Evaluation | null,
  by: string | null = null,
): DecisionRecord {
  const share =
    exit.stage !== null ? `stage ${exit.stage + 1}` : exit.quantity < remaining(position) ? 'a part' : 'all';
  const pnl = exit.triggerPnl === null ? '' : `, P&L ${percent(exit.triggerPnl)}`;
  const word = describeWord({ by, reason: exit.note });
  const over = exit.overruled.length === 0 ? '' : `; overruled: ${exit.overruled.join(', ')}`;
  return {
    ...about(position, exit),
    kind: 'exit.triggered',
    summary: `${exit.reason} (${exit.priority}): sell ${share}, ${formatQuantity(exit.quantity)} contracts, mark ${dollars(exit.triggerMark)}${pnl}${over}${word === null ? '' : `; ${word}`}`,
    data:
      exit.reason === 'operator'
        ? { evaluation: null, by, reason: exit.note }
        : { evaluation: describeEvaluation(evaluation) },
  };
}

/** Conditions triggered that don't outrank the exit at work. */
export function exitOverruled(
  position: Position,
  exit: RunningExit,
  conditions: string[],
  evaluation: Evaluation | null,
): DecisionRecord {
  return {
    ...about(position, exit),
    kind: 'exit.overruled',
    summary: `${conditions.join(', ')} triggered while ${exit.reason} (${exit.priority}) works: overruled`,
    data: { evaluation: describeEvaluation(evaluation) },
  };
}

/** An order was recorded and is to be sent. */
export function orderPlaced(position: Position, exit: RunningExit, attempt: AttemptRecord): DecisionRecord {
  const step =
    exit.step === 'walk'
      ? `walk ${exit.walks + 1} of ${exit.execution.maxWalks}`
      : exit.step === 'market' && exit.repeats > 0
        ? `market, repeat ${exit.repeats}`
        : exit.step;
  return {
    ...about(position, exit),
    kind: 'order.placed',
    summary: `attempt ${attempt.number} (${step}): sell ${formatQuantity(attempt.quantity)} at ${dollars(attempt.limitPrice)}, ${position.bid === null ? 'no bid' : `bid ${dollars(position.bid)}`}`,
    data: {
      clientId: attempt.clientId,
      limitPrice: attempt.limitPrice === null ? null : formatPrice(attempt.limitPrice),
    },
  };
}

/** An order is over: what it sold. */
export function orderOver(
  position: Position,
  exit: RunningExit,
  end: { clientId: string; filled: number; status: string; code: string | null },
): DecisionRecord {
  const code = end.code === null ? '' : ` (${end.code})`;
  return {
    ...about(position, exit),
    kind: 'order.over',
    summary: `order ${end.clientId} ${end.status}${code}: sold ${formatQuantity(end.filled)}, exit has ${formatQuantity(exit.filled)} of ${formatQuantity(exit.quantity)}`,
    data: { clientId: end.clientId, status: end.status, code: end.code },
  };
}

/** An exit ended. */
export function exitEnded(position: Position, exit: RunningExit, ending: ExitEnding): DecisionRecord {
  const average =
    exit.filled === 0 ? '' : ` for $${formatMoney(exit.proceeds)} less $${formatMoney(exit.fees)} fees`;
  return {
    ...about(position, exit),
    kind: 'exit.ended',
    summary: `${exit.reason} ${ending.replaceAll('_', ' ')}: sold ${formatQuantity(exit.filled)} of ${formatQuantity(exit.quantity)}${average}`,
    data: { ending },
  };
}

/** The position's phase changed. */
export function phaseChanged(position: Position, from: string): DecisionRecord {
  return {
    ...about(position, position.exit),
    kind: 'state.changed',
    summary: `${from} → ${position.phase}${position.closeReason ? ` (${position.closeReason})` : ''}`,
    data: {},
  };
}

/** Who said so, and why. */
export interface Word {
  by: string | null;
  reason: string | null;
}

/** An operator's word, or another fact that the host notes in plain words. */
export function wordNoted(position: Position, kind: string, word: Word): DecisionRecord {
  const { exit } = position;
  const plan = kind === 'operator.exit' ? exit?.takenOverBy : null;
  const what = plan && `operator (${plan.priority}) replaces ${exit!.reason} (${exit!.priority})`;
  const said = describeWord(word);
  const summary = what ? [what, said].filter(Boolean).join('; ') : (said ?? kind.replaceAll('.', ' '));
  const isWord = word.by !== null || word.reason !== null;
  return { ...about(position, exit), kind, summary, data: isWord ? { ...word } : {} };
}

/** The position goes on under another method. */
export function methodChanged(position: Position, note: MethodNote): DecisionRecord {
  const { from, method, changes, by, note: reason } = note;
  const to = `${method.name}@${method.version}`;
  const differs = changes.map((change) => `${change.path} ${change.from ?? '–'} → ${change.to ?? '–'}`);
  const word = describeWord({ by, reason });
  return {
    ...about(position, position.exit),
    kind: 'method.changed',
    summary: [`${from} → ${to}`, ...differs, ...(word === null ? [] : [word])].join('; '),
    data: { by, reason, from, to, changes },
  };
}

/** `by alice: earnings tomorrow` */
export function describeWord({ by, reason }: Word): string | null {
  if (by === null) return reason;
  return reason === null ? `by ${by}` : `by ${by}: ${reason}`;
}

/** An evaluation in decimal strings. */
export function describeEvaluation(evaluation: Evaluation | null): Record<string, unknown> | null {
  if (evaluation === null) return null;
  return {
    at: new Date(evaluation.at).toISOString(),
    bid: evaluation.quote?.bid == null ? null : formatPrice(evaluation.quote.bid),
    ask: evaluation.quote?.ask == null ? null : formatPrice(evaluation.quote.ask),
    quote_age_ms: evaluation.quoteAgeMs,
    pnl_pct: evaluation.pnl === null ? null : formatFraction(evaluation.pnl),
    unrealized_pnl: evaluation.unrealized === null ? null : formatMoney(evaluation.unrealized),
    winner: evaluation.winner?.condition ?? null,
    overruled: evaluation.overruled,
    urgent: evaluation.urgent,
    conditions: evaluation.verdicts.map(describeVerdict),
  };
}

/** One verdict in decimal strings. */
export function describeVerdict(verdict: Verdict): Record<string, unknown> {
  const { condition, priority, status, holds, unit, value, threshold, distance, unreachable, note } = verdict;
  const show = (number: number | null): string | null => (number === null ? null : formatIn(unit, number));
  return {
    condition,
    priority,
    status,
    holds,
    unit,
    value: show(value),
    threshold: show(threshold),
    distance: show(distance),
    unreachable,
    note,
  };
}

function formatIn(unit: Verdict['unit'], value: number): string {
  if (unit === 'fraction') return formatFraction(value);
  if (unit === 'price') return formatPrice(value);
  if (unit === 'quantity') return formatQuantity(value);
  if (unit === 'money') return formatMoney(value);
  return String(value);
}

const percent = (fraction: number): string => `${(fraction / 10_000).toFixed(2)} %`;
