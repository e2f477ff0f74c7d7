import { plainText } from './format.ts';
import type { Paint, Tone } from './paint.ts';

export interface Column {
  title: string;
  align?: 'left' | 'right';
  /** Narrowed to this many characters, the widest first, when the table does not fit. */
  comfort?: number;
  /** Left out when that is not enough: the highest number first; none: never. */
  dropOrder?: number;
  /** Narrowed to this when even that is not enough. */
  least?: number;
}

export type Cell = string | { text: string; tone: Tone };

export interface TableOptions {
  /** Characters in a line; null: as wide as it gets. */
  width: number | null;
  paint: Paint;
}

const GAP = '  ';

/** Aligned columns below their titles, one line per row, without trailing spaces. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { width, paint }: TableOptions,
): string[] {
  const cells = rows.map((row) => row.map(readCell));
  const shown = fitColumns(columns, cells, width);
  const title = shown.map(({ column, size }) => pad(column.title, size, column.align));
  return [
    paint(cutLine(title.join(GAP), width), 'dim'),
    ...cells.map((row) => {
      const parts = shown.map(({ column, index, size }) => {
        const { text, tone } = row[index]!;
        return paint(pad(clip(text, size), size, column.align), tone);
      });
      return parts.join(GAP).replace(/ +$/, '');
    }),
  ];
}

/** The first characters of a text, with an ellipsis where some are missing. */
export function clip(text: string, size: number): string {
  if (text.length <= size) return text;
  return size <= 1 ? text.slice(0, size) : `${text.slice(0, size - 1)}…`;
}

interface ShownColumn {
  column: Column;
  index: number;
  size: number;
}

type ReadCell = { text: string; tone: Tone };

function readCell(cell: Cell): ReadCell {
  return typeof cell === 'string'
    ? { text: plainText(cell), tone: 'plain' }
    : { text: plainText(cell.text), tone: cell.tone };
}

function fitColumns(
  columns: readonly Column[],
  rows: readonly ReadCell[][],
  width: number | null,
): ShownColumn[] {
  let shown = columns.map((column, index): ShownColumn => {
    const size = Math.max(column.title.length, ...rows.map((row) => row[index]!.text.length));
    return { column, index, size };
  });
  if (width === null) return shown;
  for (;;) {
    const narrowed = narrowColumns(shown, width, 'comfort');
    if (excess(narrowed, width) <= 0) return narrowed;
    const last = lastToDrop(shown);
    if (last === null) return narrowColumns(narrowed, width, 'least');
    shown = shown.filter((other) => other !== last);
  }
}

/** Takes from the widest column that may be narrower until all fit, or none may any more. */
function narrowColumns(
  columns: readonly ShownColumn[],
  width: number,
  to: 'comfort' | 'least',
): ShownColumn[] {
  const shown = columns.map((column) => ({ ...column }));
  while (excess(shown, width) > 0) {
    const [widest] = shown
      .filter(({ column, size }) => size > (column[to] ?? size))
      .sort((a, b) => b.size - a.size);
    if (!widest) break;
    widest.size -= 1;
  }
  return shown;
}

const lastToDrop = (shown: readonly ShownColumn[]): ShownColumn | null =>
  shown
    .filter(({ column }) => (column.dropOrder ?? 0) > 0)
    .sort((a, b) => b.column.dropOrder! - a.column.dropOrder!)[0] ?? null;

const excess = (shown: readonly ShownColumn[], width: number): number =>
  shown.reduce((sum, { size }) => sum + size, GAP.length * (shown.length - 1)) - width;

const cutLine = (line: string, width: number | null): string =>
  (width === null ? line : clip(line, width)).trimEnd();

const pad = (text: string, size: number, align: Column['align']): string =>
  align === 'right' ? text.padStart(size) : text.padEnd(size);
