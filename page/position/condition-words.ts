import { moneyText, priceText, quantityText } from '../parts/amounts.tsx';
import { durationText } from '../parts/times.tsx';
import type { JournaledCondition, JournaledEvaluation, Unit } from './evaluation.ts';

/** What each condition looks at, and how it compares. */
const COMPARISONS: Record<string, readonly [what: string, sign: string]> = {
  stop_loss: ['P&L', '≤'],
  circuit_breaker: ['day P&L', '≤'],
  trailing_stop: ['mark', '≤'],
  time_based_urgent: ['time left', '<'],
  liquidity_dried_up: ['spread', '>'],
  profit_target: ['P&L', '≥'],
  partial_exit_target: ['P&L', '≥'],
  early_exit: ['edge', '<'],
  edge_disappeared: ['edge', '<'],
  rebalance: ['lead', '≥'],
};

export function comparisonOf({ condition, unit }: JournaledCondition): readonly [what: string, sign: string] {
  if (condition === 'liquidity_dried_up' && unit === 'quantity') return ['24 h volume', '<'];
  return COMPARISONS[condition] ?? ['', ''];
}

/** A number in its own unit. */
export function unitText(unit: Unit, value: string | null): string {
  if (value === null) return '–';
  if (unit === 'price') return priceText(value);
  if (unit === 'money') return moneyText(value);
  if (unit === 'quantity') return quantityText(value);
  if (unit === 'ms') return durationText(Number(value) / 1_000);
  return unit === 'fraction' ? `${percent(value)} %` : value;
}

/** How far away something is: differences of percentages are percentage points. */
export function distanceText({ unit, distance, unreachable }: JournaledCondition): string {
  if (unreachable) return 'unreachable';
  return unit === 'fraction' && distance !== null ? `${percent(distance)} pp` : unitText(unit, distance);
}

const percent = (fraction: string): string => (Number(fraction) * 100).toFixed(1).replace('-', '−');

export type Answer = { sign: string; word: string; why: string | null; tone: 'yes' | 'soon' | 'no' | 'mute' };

/** Would it trigger, as things are? */
export function answerOf(verdict: JournaledCondition, evaluation: JournaledEvaluation): Answer {
  const { condition, status, note, holds } = verdict;
  if (condition === evaluation.winner) return { sign: '▶', word: 'yes, wins', why: note, tone: 'yes' };
  if (evaluation.overruled.includes(condition))
    return { sign: '✓', word: 'yes, overruled', why: note, tone: 'yes' };
  switch (status) {
    case 'triggered':
      return { sign: '✓', word: 'yes', why: note, tone: 'yes' };
    case 'confirming':
      return { sign: '◔', word: 'confirming', why: note ?? 'holds, not confirmed yet', tone: 'soon' };
    case 'resting':
      return {
        sign: '◔',
        word: 'resting',
        why: note ?? 'would trigger, but gave up a short while ago',
        tone: 'soon',
      };
    case 'held':
      return { sign: '‖', word: 'held', why: note ?? 'would trigger, but is suspended', tone: 'soon' };
    case 'silent':
      return { sign: '–', word: 'silent', why: note, tone: 'mute' };
    default:
      return { sign: '○', word: 'no', why: note ?? (holds ? 'holds' : null), tone: 'no' };
  }
}
