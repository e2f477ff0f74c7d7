import type {
  BreakerView,
  EdgeView,
  Flattening,
  ModelView,
} from '../services/operations/account-operations.ts';
import {
  plainText,
  showAge,
  showLot,
  showMoney,
  showPercent,
  showPrice,
  showQuantity,
  showTime,
  sumMoney,
} from './format.ts';
import type { Tone } from './paint.ts';
import { type Cell, type Column, renderTable, type TableOptions } from './render-table.ts';

/** A probability in percent, without the sign that a P&L has. */
const showProbability = (fraction: string): string => showPercent(fraction).replace(/^\+/, '');

const MODEL: readonly Column[] = [
  { title: 'MARKET', comfort: 32, least: 12 },
  { title: 'SIDE' },
  { title: 'PROBABILITY', align: 'right' },
  { title: 'AGE', align: 'right' },
  { title: 'CONFIDENCE', dropOrder: 2 },
  { title: 'METHOD', dropOrder: 1 },
  { title: 'SOURCE', comfort: 20, dropOrder: 3 },
];

/** What a model said last of each market. */
export const renderModel = (values: readonly ModelView[], options: TableOptions): string[] =>
  renderTable(
    MODEL,
    values.map(({ market, side, probability, age_seconds, confidence, method, source }) => [
      market,
      side.toUpperCase(),
      showProbability(probability),
      showAge(age_seconds),
      confidence ?? '–',
      method ?? '–',
      source,
    ]),
    options,
  );

const EDGES: readonly Column[] = [
  { title: 'TIME' },
  { title: 'MARKET', comfort: 30, least: 12 },
  { title: 'SIDE' },
  { title: 'PROBABILITY', align: 'right' },
  { title: 'STATUS' },
  { title: 'WHY', comfort: 40, least: 12 },
];

const EDGE_TONES: Partial<Record<EdgeView['status'], Tone>> = {
  filled: 'good',
  working: 'strong',
  rejected: 'warn',
  refused: 'warn',
};

/** The last edges, newest first, and what became of each. */
export const renderEdges = (edges: readonly EdgeView[], options: TableOptions): string[] =>
  renderTable(
    EDGES,
    edges.map(({ detected_at, market, side, probability, status, reason }) => [
      showTime(detected_at, { date: true }),
      market,
      side.toUpperCase(),
      showProbability(probability),
      { text: status, tone: EDGE_TONES[status] ?? 'plain' },
      reason ?? '',
    ]),
    options,
  );

/** Every breaker, why it stands as it does, and its numbers. */
export function renderBreakers(breakers: readonly BreakerView[], { paint }: TableOptions): string[] {
  return breakers.flatMap(({ name, tripped, reason, changed_at, numbers }) => {
    const state = tripped ? paint('TRIPPED', 'bad') : paint('ready', 'good');
    const since = changed_at === null ? '' : ` since ${showTime(changed_at, { date: true })} UTC`;
    const shown = Object.entries(numbers).flatMap(([key, value]) => describeNumber(key, value));
    return [
      `${name.padEnd(10)}  ${state}${since}${reason === null ? '' : `: ${plainText(reason)}`}`,
      ...(shown.length === 0 ? [] : [`${' '.repeat(12)}${shown.join(', ')}`]),
    ];
  });
}

function describeNumber(key: string, value: unknown): string[] {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return [];
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return [`${key.replaceAll('_', ' ')} ${plainText(text)}`];
}

const FLATTENING: readonly Column[] = [
  { title: 'ID', least: 6 },
  { title: 'POSITION', comfort: 24, least: 12 },
  { title: 'QUANTITY', align: 'right' },
  { title: 'BID', align: 'right' },
  { title: 'WORTH', align: 'right' },
  { title: 'RESULT' },
  { title: '', comfort: 40, least: 10 },
];

const RESULTS: Record<Flattening['positions'][number]['result'], Cell> = {
  would_sell: 'would be sold',
  selling: { text: 'selling', tone: 'good' },
  left: { text: 'left', tone: 'dim' },
  not_sold: { text: 'NOT SOLD', tone: 'bad' },
};

/** What was, or would be, done about each position. */
export function renderFlattening({ entries_paused, positions }: Flattening, options: TableOptions): string[] {
  const worth = sumMoney(positions.map((position) => position.worth)).replace(/^\+/, '');
  const paused = entries_paused === true ? ['entries are paused'] : [];
  if (positions.length === 0) return [...paused, 'no open positions'];
  return [
    ...paused,
    ...renderTable(
      FLATTENING,
      positions.map((position) => [
        position.id,
        showLot(position),
        showQuantity(position.quantity),
        showPrice(position.bid),
        showMoney(position.worth).replace(/^\+/, ''),
        RESULTS[position.result],
        position.detail,
      ]),
      options,
    ),
    `worth ${showMoney(worth).replace(/^\+/, '')} at the bids, before fees`,
  ];
}
