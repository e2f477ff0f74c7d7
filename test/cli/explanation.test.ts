import { expect, test } from 'vitest';
import { describeEvaluation } from '../../src/actors/ledger/journal.ts';
import { plainPaint } from '../../src/cli/paint.ts';
import { renderExplanation } from '../../src/cli/render-explanation.ts';
import { evaluateExits } from '../../src/domain/exit-conditions.ts';
import { anInput } from '../support/domain-builders.ts';
import { aDecision, anExit, aView } from './views.ts';

const style = { width: null, paint: plainPaint };
const evaluation = describeEvaluation(evaluateExits(anInput()));

test('why it has not exited: the verdict, then the ten conditions with their numbers', () => {
  const verdict = 'watching: nothing is near';
  expect(
    renderExplanation({ position: aView(), verdict, evaluation, story: [], exits: [] }, style),
  ).toMatchInlineSnapshot(`
    [
      "YES DEMO-1 (a1b2c3)  open",
      "watching: nothing is near",
      "",
      "evaluated 2026-01-01 12:00:00 UTC: bid $0.50, ask $0.51, 0 s old; P&L 0.00 % ($0.00)",
      "winner: none",
      "CONDITION            PRIORITY  VERDICT      VALUE  THRESHOLD    DISTANCE  NOTE",
      "stop_loss            CRITICAL  clear       0.00 %   −15.00 %     15.00 %",
      "circuit_breaker      CRITICAL  clear            –          –           –",
      "trailing_stop        HIGH      clear        $0.50          –           –  activates at P&L >= 10 %",
      "time_based_urgent    HIGH      clear    2 h 0 min  5 min 0 s  1 h 55 min",
      "liquidity_dried_up   HIGH      clear        $0.01      $0.03       $0.02",
      "profit_target        MEDIUM    silent      0.00 %   +20.00 %           –  partial exits are enabled: their stages take the profit",
      "partial_exit_target  MEDIUM    clear       0.00 %   +15.00 %     15.00 %",
      "early_exit           LOW       silent           –          –           –  no model probability",
      "edge_disappeared     LOW       silent           –          –           –  no model probability",
      "rebalance            LOW       silent           –          –           –  no model probability",
    ]
  `);
});

test('before the first quote there is nothing to show but the verdict', () => {
  const verdict = 'watching: not evaluated yet';
  const explanation = { position: aView(), verdict, evaluation: null, story: [], exits: [] };
  expect(renderExplanation(explanation, style)).toEqual(['YES DEMO-1 (a1b2c3)  open', verdict]);
});

test('why it exited: each exit with what it was decided on and its story', () => {
  const { at: _at, ...entry } = aDecision();
  const story = [{ ...entry, at: '2026-02-08T19:10:00.000Z' }];
  const exits = [{ ...anExit(), evaluation, story }];
  const bought = { ...story[0]!, kind: 'entry.filled', summary: 'bought 60 at $0.56' };
  const position = aView({ state: 'closed' });
  const explanation = { position, verdict: 'exited', evaluation: null, story: [bought], exits };
  const lines = renderExplanation(explanation, style);
  expect(lines.slice(0, 10)).toEqual([
    'YES DEMO-1 (a1b2c3)  closed',
    'exited',
    '',
    'journal',
    '   2026-02-08 19:10:00  bought 60 at $0.56',
    '',
    'exit 1',
    '   stop_loss CRITICAL: triggered 2026-02-08 19:10:00 at mark $0.47 (−16.07 %), overruled edge_disappeared',
    '     sold 60 of 60 at $0.465 on average in 1.4 s',
    '     1. market 60 down to $0.38, placed 2026-02-08 19:10:00, filled 2026-02-08 19:10:01, 60 filled at $0.465',
  ]);
  expect(lines[10]).toBe('   decided on');
  expect(lines.at(-1)).toBe('   2026-02-08 19:10:00  stop_loss (CRITICAL): sell all, 60.00 contracts');
});
