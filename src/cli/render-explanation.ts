import type { Explanation, JournalEntry } from '../services/operations/operations.ts';
import type { JournaledVerdict } from '../services/reports/comparison-words.ts';
import {
  plainText,
  showAge,
  showDuration,
  showLot,
  showMoney,
  showPercent,
  showPrice,
  showQuantity,
  showTime,
} from './format.ts';
import type { Tone } from './paint.ts';
import { renderExit } from './render-replay.ts';
import { type Cell, type Column, renderTable, type TableOptions } from './render-table.ts';
import { stateTone } from './tones.ts';

/** Why it exited, or why it has not: the verdict, the ten conditions, and each exit's story. */
export function renderExplanation(explanation: Explanation, style: TableOptions): string[] {
  const { position, verdict, evaluation, story, exits } = explanation;
  const { paint } = style;
  return [
    `${paint(showLot(position), 'strong')} (${position.id})  ${paint(position.state, stateTone(position.state))}`,
    plainText(verdict),
    ...(evaluation === null ? [] : ['', ...renderEvaluation(evaluation, style)]),
    ...(story.length === 0 ? [] : ['', paint('journal', 'strong'), ...story.map(renderEntry)]),
    ...exits.flatMap((exit, index) => ['', ...renderExitStory(exit, index + 1, style)]),
  ];
}

function renderExitStory(exit: Explanation['exits'][number], number: number, style: TableOptions): string[] {
  return [
    style.paint(`exit ${number}`, 'strong'),
    ...renderExit(exit, style.paint, true),
    ...(exit.evaluation === null
      ? []
      : ['   decided on', ...indent(renderEvaluation(exit.evaluation, style))]),
    ...exit.story.map(renderEntry),
  ];
}

const renderEntry = ({ at, summary }: JournalEntry): string =>
  `   ${showTime(at, { date: true })}  ${plainText(summary)}`;

const indent = (lines: string[]): string[] => lines.map((line) => `   ${line}`);

const COLUMNS: readonly Column[] = [
  { title: 'CONDITION' },
  { title: 'PRIORITY', dropOrder: 1 },
  { title: 'VERDICT' },
  { title: 'VALUE', align: 'right' },
  { title: 'THRESHOLD', align: 'right' },
  { title: 'DISTANCE', align: 'right' },
  { title: 'NOTE', comfort: 20, least: 8, dropOrder: 2 },
];

/** A journaled evaluation: the quote it saw, then the ten conditions with their numbers. */
export function renderEvaluation(evaluation: Record<string, unknown>, style: TableOptions): string[] {
  const { at, bid, ask, quote_age_ms, pnl_pct, unrealized_pnl } =
    evaluation as unknown as JournaledEvaluation;
  const quote = `bid ${showPrice(bid)}, ask ${showPrice(ask)}`;
  const age =
    quote_age_ms === null ? 'without a fresh quote' : `${quote}, ${showAge(quote_age_ms / 1_000)} old`;
  const { conditions, winner, overruled } = evaluation as unknown as JournaledEvaluation;
  return [
    `evaluated ${showTime(at, { date: true })} UTC: ${age}; P&L ${showPercent(pnl_pct)} (${showMoney(unrealized_pnl)})`,
    `winner: ${winner ?? 'none'}${overruled.length === 0 ? '' : `; overruled: ${overruled.join(', ')}`}`,
    ...renderTable(COLUMNS, conditions.map(describeCondition), style),
  ];
}

interface JournaledEvaluation {
  at: string;
  bid: string | null;
  ask: string | null;
  quote_age_ms: number | null;
  pnl_pct: string | null;
  unrealized_pnl: string | null;
  winner: string | null;
  overruled: string[];
  conditions: JournaledCondition[];
}

interface JournaledCondition extends JournaledVerdict {
  distance: string | null;
  unreachable: boolean;
}

const STATUS_TONES: Readonly<Record<string, Tone>> = {
  triggered: 'bad',
  confirming: 'warn',
  resting: 'warn',
  held: 'warn',
  silent: 'dim',
};

function describeCondition(verdict: JournaledCondition): Cell[] {
  const { condition, priority, status, unit, value, threshold, distance, unreachable, note } = verdict;
  return [
    condition,
    priority,
    { text: status, tone: STATUS_TONES[status] ?? 'plain' },
    showIn(unit, value),
    showIn(unit, threshold),
    unreachable ? 'unreachable' : showIn(unit, distance).replace(/^\+/, ''),
    note ?? '',
  ];
}

/** A number of a condition in its own unit. */
function showIn(unit: string, value: string | null): string {
  if (value === null) return '–';
  if (unit === 'fraction') return showPercent(value);
  if (unit === 'price') return showPrice(value);
  if (unit === 'quantity') return showQuantity(value);
  if (unit === 'money') return showMoney(value);
  return unit === 'ms' ? showDuration(Number(value)) : value;
}
