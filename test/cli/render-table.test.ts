import { expect, test } from 'vitest';
import { plainPaint } from '../../src/cli/paint.ts';
import { type Column, renderTable } from '../../src/cli/render-table.ts';

const COLUMNS: Column[] = [
  { title: 'ID' },
  { title: 'MARKET', comfort: 6, least: 5 },
  { title: 'LEFT', align: 'right' },
  { title: 'NOTE', dropOrder: 1, comfort: 4 },
];
const ROWS = [
  ['a1', 'DEMO-STOP-LOSS', '100', 'near'],
  ['b2', 'DEMO', '5', 'all is well'],
];

test('columns are as wide as their widest cell, numbers to the right, no trailing spaces', () => {
  expect(renderTable(COLUMNS, ROWS, { width: null, paint: plainPaint })).toEqual([
    'ID  MARKET          LEFT  NOTE',
    'a1  DEMO-STOP-LOSS   100  near',
    'b2  DEMO               5  all is well',
  ]);
});

test('the widest of the columns that may shrink does, down to its least', () => {
  expect(renderTable(COLUMNS, ROWS, { width: 30, paint: plainPaint })).toEqual([
    'ID  MARKET     LEFT  NOTE',
    'a1  DEMO-STO…   100  near',
    'b2  DEMO          5  all is w…',
  ]);
});

test('a column that may be dropped goes when nothing shrinks any more', () => {
  expect(renderTable(COLUMNS, ROWS, { width: 20, paint: plainPaint })).toEqual([
    'ID  MARKET      LEFT',
    'a1  DEMO-STOP…   100',
    'b2  DEMO           5',
  ]);
});

test('what may not be dropped is narrowed to its least', () => {
  expect(renderTable(COLUMNS, ROWS, { width: 15, paint: plainPaint })[1]).toBe('a1  DEMO…   100');
});

test('a cell is painted after it was cut, so that colours take no room', () => {
  const paint = (text: string, tone: string) => (tone === 'bad' ? `<${text}>` : text);
  const rows = [['a1', { text: 'DEMO-STOP-LOSS', tone: 'bad' as const }, '100', '']];
  expect(renderTable(COLUMNS, rows, { width: 20, paint })[1]).toBe('a1  <DEMO-STOP…>   100');
});
