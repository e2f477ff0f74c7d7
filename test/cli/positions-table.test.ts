import { expect, test } from 'vitest';
import { plainPaint } from '../../src/cli/paint.ts';
import { describeExitStep, renderPositions } from '../../src/cli/positions-table.ts';
import { renderPosition } from '../../src/cli/render-position.ts';
import { aDecision, aDetail, anExit, aStep, aView } from './views.ts';

const exiting = aView({
  id: 'd4',
  market: 'DEMO-LONG-NAME',
  side: 'no',
  state: 'walking',
  held: true,
  exit: aStep,
});

test('each position is a line with what it would be worth and what comes next', () => {
  expect(renderPositions([aView(), exiting], { width: null, paint: plainPaint })).toEqual([
    'ID      STATE          POSITION           LEFT/OF  ENTRY   MARK  AGE    P&L %     P&L  REALIZED  NEAREST OR EXIT',
    'a1b2c3  open           YES DEMO-1          60/100  $0.56  $0.60  2 s  +7.14 %  +$2.40    −$1.25  partial_exit_target $0.644 ($0.044 away)',
    'd4      walking, held  NO DEMO-LONG-NAME   60/100  $0.56  $0.60  2 s  +7.14 %  +$2.40    −$1.25  walk 2 $0.59, 9 s left, then walk 3 of 5 (profit_target)',
  ]);
});

test.each([60, 80, 100, 120, 200])(
  'a table for %s columns fits into them and keeps what comes next',
  (width) => {
    const lines = renderPositions([aView(), exiting], { width, paint: plainPaint });
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    expect(lines[0]).toContain('MARK');
    expect(lines[2]).toContain('walk 2 $0');
  },
);

test('a failed exit has no order and says what it waits for', () => {
  const step = { ...aStep, limit_price: null, next: 'waits for an operator: the venue refuses for good' };
  expect(describeExitStep(step)).toBe('waits for an operator: the venue refuses for good (profit_target)');
  expect(describeExitStep({ ...step, next: null })).toBe('walk (profit_target)');
});

test('a repeated market order says how often, and what comes when', () => {
  const step = {
    ...aStep,
    reason: 'stop_loss',
    step: 'market',
    repeats: 2,
    next: 'market order, repeat 3, in 4 s',
  };
  expect(describeExitStep(step)).toBe('market 3 $0.59, 4 s left, then market order, repeat 3 (stop_loss)');
});

test('no positions are no table', () => {
  expect(renderPositions([], { width: 80, paint: plainPaint })).toEqual(['no positions']);
});

test('one position is shown with its exits, alerts and the end of its journal', () => {
  const position = aDetail({
    held: true,
    exits: [
      anExit({ status: 'gave_up', filled: '0.00', executed_at: null, average_price: null, attempts: [] }),
    ],
    alerts: [
      {
        kind: 'exit_gave_up',
        severity: 'warning',
        text: 'it gave\nup',
        raised_at: '2026-02-08T19:10:00.000Z',
      },
    ],
    journal: Array.from({ length: 20 }, (_, index) => {
      const { at: _at, ...entry } = aDecision({ kind: 'operator.hold', summary: `line ${index}` });
      return { ...entry, at: '2026-02-08T19:10:00.000Z' };
    }),
  });
  const lines = renderPosition(position, plainPaint);
  expect(lines.slice(0, 12)).toEqual([
    'YES DEMO-1 (a1b2c3)  open',
    '  holds          60 of 100, bought at $0.56',
    '  mark           $0.60, 2 s old',
    '  unrealized     +$2.40 (+7.14 %)',
    '  realized       −$1.25',
    '  method         default version 1, confidence medium',
    '  trailing stop  not active (peak $0.60)',
    '  nearest        partial_exit_target $0.644 ($0.044 away)',
    '  held           yes: only CRITICAL conditions may exit; `postern release` undoes it',
    '  opened         2026-02-08 19:00:00 UTC, last change 2026-02-08 19:10:00',
    '',
    'exits',
  ]);
  expect(lines.slice(12, 18)).toEqual([
    '   stop_loss CRITICAL: triggered 2026-02-08 19:10:00 at mark $0.47 (−16.07 %), overruled edge_disappeared',
    '     sold 0 of 60, gave up',
    '',
    'alerts',
    '  2026-02-08 19:10:00 exit_gave_up: it gave up',
    '',
  ]);
  expect(lines.slice(18)).toEqual([
    'journal',
    ...Array.from({ length: 12 }, (_, index) => `  2026-02-08 19:10:00  operator.hold: line ${index + 8}`),
  ]);
});
