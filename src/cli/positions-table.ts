import type { PositionView } from '../services/operations.ts';
import {
  showAge,
  showCountdown,
  showMoney,
  showPercent,
  showPrice,
  showQuantity,
  showTime,
} from './format.ts';
import { type Cell, type Column, renderTable, type TableOptions } from './render-table.ts';
import { moneyTone, stateTone } from './tones.ts';

const COLUMNS: readonly Column[] = [
  { title: 'ID', shrinksTo: 6 },
  { title: 'STATE' },
  { title: 'MARKET', shrinksTo: 8 },
  { title: 'SIDE' },
  { title: 'LEFT/OF', align: 'right' },
  { title: 'ENTRY', align: 'right', dropOrder: 4 },
  { title: 'MARK', align: 'right' },
  { title: 'AGE', align: 'right', dropOrder: 3 },
  { title: 'P&L %', align: 'right' },
  { title: 'P&L', align: 'right', dropOrder: 2 },
  { title: 'REALIZED', align: 'right', dropOrder: 5 },
  { title: 'NEAREST', shrinksTo: 12, dropOrder: 1 },
  { title: 'EXIT', shrinksTo: 12 },
];

/** Positions as a table, one in a line. `now` lets deadlines count down; null shows them as times. */
export function renderPositions(
  positions: readonly PositionView[],
  options: TableOptions & { now: number | null },
): string[] {
  if (positions.length === 0) return ['no positions'];
  const columns = positions.some(({ exit }) => exit !== null) ? COLUMNS : COLUMNS.slice(0, -1);
  return renderTable(
    columns,
    positions.map((position) => describeRow(position, options.now).slice(0, columns.length)),
    options,
  );
}

function describeRow(position: PositionView, now: number | null): Cell[] {
  const { id, market, side, quantity, remaining, entry_price, mark, mark_age_seconds, pnl_pct } = position;
  const { unrealized_pnl, realized_pnl } = position;
  return [
    id,
    { text: describeState(position), tone: stateTone(position.state) },
    market,
    side,
    `${showQuantity(remaining)}/${showQuantity(quantity)}`,
    showPrice(entry_price),
    showPrice(mark),
    showAge(mark_age_seconds),
    { text: showPercent(pnl_pct), tone: moneyTone(pnl_pct) },
    { text: showMoney(unrealized_pnl), tone: moneyTone(unrealized_pnl) },
    { text: showMoney(realized_pnl), tone: moneyTone(realized_pnl) },
    describeNearest(position),
    describeExitStep(position, now),
  ];
}

const describeState = ({ state, held, awaiting_settlement }: PositionView): string =>
  [state, ...(held ? ['held'] : []), ...(awaiting_settlement ? ['awaits settlement'] : [])].join(', ');

/** `trailing_stop $0.56 (1.5¢ away)` */
export function describeNearest({ nearest }: Pick<PositionView, 'nearest'>): string {
  if (nearest === null) return '–';
  return `${nearest.condition} ${showPrice(nearest.price)} (${showPrice(nearest.distance)} away)`;
}

/** `stop_loss market 1, sell at $0.41, 4 s`: what the running exit does, and how long it still waits. */
export function describeExitStep({ exit }: Pick<PositionView, 'exit'>, now: number | null): string {
  if (exit === null) return '';
  const { reason, step, walks, repeats, limit_price, deadline, next } = exit;
  const count = step === 'walk' ? ` ${walks + 1}` : step === 'market' && repeats > 0 ? ` ${repeats + 1}` : '';
  const limit = limit_price === null ? '' : ` ${showPrice(limit_price)}`;
  const wait =
    deadline === null
      ? ''
      : `, ${now === null ? `until ${showTime(deadline)}` : showCountdown(Date.parse(deadline) - now)}`;
  return `${reason} ${step}${count}${limit}${wait}${next === null ? '' : `, then ${next}`}`;
}
