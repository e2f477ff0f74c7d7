import type { PositionView } from '../services/operations/operations.ts';
import { showAge, showLot, showMoney, showPercent, showPrice, showQuantity } from './format.ts';
import { type Cell, type Column, renderTable, type TableOptions } from './render-table.ts';
import { moneyTone, stateTone } from './tones.ts';

const COLUMNS: readonly Column[] = [
  { title: 'ID', least: 6 },
  { title: 'STATE', least: 7 },
  { title: 'POSITION', comfort: 16, least: 8 },
  { title: 'LEFT/OF', align: 'right', dropOrder: 2 },
  { title: 'ENTRY', align: 'right', dropOrder: 5 },
  { title: 'MARK', align: 'right' },
  { title: 'AGE', align: 'right', dropOrder: 3 },
  { title: 'P&L %', align: 'right' },
  { title: 'P&L', align: 'right', dropOrder: 4 },
  { title: 'REALIZED', align: 'right', dropOrder: 6 },
  { title: 'NEAREST OR EXIT', comfort: 36, least: 12 },
];

/** Positions as a table, one in a line. */
export function renderPositions(positions: readonly PositionView[], options: TableOptions): string[] {
  return positions.length === 0
    ? ['no positions']
    : renderTable(COLUMNS, positions.map(describeRow), options);
}

function describeRow(position: PositionView): Cell[] {
  const { id, quantity, remaining, entry_price, mark, mark_age_seconds, pnl_pct } = position;
  const { unrealized_pnl, realized_pnl } = position;
  return [
    id,
    { text: describeState(position), tone: stateTone(position.state) },
    showLot(position),
    `${showQuantity(remaining)}/${showQuantity(quantity)}`,
    showPrice(entry_price),
    showPrice(mark),
    showAge(mark_age_seconds),
    { text: showPercent(pnl_pct), tone: moneyTone(pnl_pct) },
    { text: showMoney(unrealized_pnl), tone: moneyTone(unrealized_pnl) },
    { text: showMoney(realized_pnl), tone: moneyTone(realized_pnl) },
    position.exit === null ? describeNearest(position) : describeExitStep(position.exit),
  ];
}

const describeState = ({ state, held, awaiting_settlement }: PositionView): string =>
  [state, ...(held ? ['held'] : []), ...(awaiting_settlement ? ['awaits settlement'] : [])].join(', ');

/** `trailing_stop $0.56 ($0.015 away)` */
export function describeNearest({ nearest }: Pick<PositionView, 'nearest'>): string {
  if (nearest === null) return '–';
  return `${nearest.condition} ${showPrice(nearest.price)} (${showPrice(nearest.distance)} away)`;
}

/** `walk 2 $0.41, 4 s left, then walk 3 of 5 (profit_target)`: what is narrowest in a table comes first. */
export function describeExitStep(exit: NonNullable<PositionView['exit']>): string {
  const { reason, step, walks, repeats, limit_price, next } = exit;
  const number =
    step === 'walk' ? ` ${walks + 1}` : step === 'market' && repeats > 0 ? ` ${repeats + 1}` : '';
  const order = limit_price === null ? [] : [`${step}${number} ${showPrice(limit_price)}`];
  const [, then, left] = /^(.*?),? in (\d+ s)$/.exec(next ?? '') ?? [];
  const outlook = left === undefined ? (next ?? step) : `${left} left, then ${then}`;
  return `${[...order, outlook].join(', ')} (${reason})`;
}
