import { describe, expect, test } from 'vitest';
import { exitTriggered } from '../../../src/actors/ledger/journal.ts';
import type { PositionFile } from '../../../src/actors/ports.ts';
import { evaluateExits } from '../../../src/domain/exit-conditions.ts';
import { planExit } from '../../../src/domain/exit-plan.ts';
import { startExit } from '../../../src/domain/exit-progress.ts';
import type { Position } from '../../../src/domain/position.ts';
import { explainPosition } from '../../../src/services/reports/explanation.ts';
import { detailPosition, viewPosition } from '../../../src/services/reports/position-views.ts';
import { anInput, aPosition, aQuote, defaultMethod, NOON } from '../../support/domain-builders.ts';
import { aDecision, anAlert, anAttempt, anExit } from '../../support/store-records.ts';

const fileOf = (position: Position, more: Partial<PositionFile> = {}): PositionFile => ({
  position,
  evaluation: null,
  exits: [],
  attempts: [],
  fills: [],
  ...more,
});

/** The position at a bid, evaluated. */
function seenAt(bid: number | null, overrides: Partial<Position> = {}) {
  const evaluation = evaluateExits(
    anInput({ position: aPosition(overrides), quote: aQuote(bid, bid === null ? { ask: 5100 } : {}) }),
  );
  return { position: { ...aPosition(overrides), ...evaluation.next, at: NOON }, evaluation, at: NOON };
}

const verdictOf = (
  viewed: ReturnType<typeof seenAt> | { position: Position; evaluation: null; at: number },
): string => explainPosition({ viewed, file: fileOf(viewed.position), decisions: [] }).verdict;

describe('why it has not exited', () => {
  test('names what is nearest, and what is silent and why', () => {
    expect(verdictOf(seenAt(5000))).toBe(
      'watching: nearest is stop_loss at 0.4250, 0.0750 away; ' +
        'profit_target silent because partial exits are enabled: their stages take the profit; ' +
        'early_exit, edge_disappeared, rebalance silent because no model probability',
    );
  });

  test('without a bid there is no mark', () => {
    expect(verdictOf(seenAt(null))).toMatch(
      /^watching: there is no bid, so no mark; liquidity_dried_up holds and waits for its confirmation; .*stop_loss, .* silent because no bid/,
    );
  });

  test('an operator holds it', () => {
    const verdict = verdictOf(seenAt(5750, { held: true }));
    expect(verdict).toContain(
      '; held by an operator: only CRITICAL conditions act; partial_exit_target holds and is suspended;',
    );
  });

  test('before the first quote', () => {
    expect(verdictOf({ position: aPosition(), evaluation: null, at: NOON })).toBe(
      'watching: not evaluated yet',
    );
  });

  test('after the close of the market', () => {
    const position = aPosition({ awaitingSettlement: true });
    expect(verdictOf({ position, evaluation: null, at: NOON })).toMatch(/^awaiting settlement/);
  });
});

describe('why it exits', () => {
  const seen = seenAt(4200);
  const plan = planExit(seen.position, seen.evaluation, defaultMethod(), 4300);
  const position: Position = { ...startExit(seen.position, plan, 'abc123'), phase: 'exiting' };
  const { exit } = position;
  const exits = [
    anExit({
      exitId: exit!.id,
      reason: 'stop_loss',
      priority: 'CRITICAL',
      filled: 0,
      triggerMark: 4200,
      overruled: [],
    }),
  ];
  const trigger = exitTriggered(position, exit!, seen.evaluation, null);

  test('the trigger with its numbers, and what comes next', () => {
    const explained = explainPosition({
      viewed: { position, evaluation: seen.evaluation, at: NOON },
      file: fileOf(position, { exits }),
      decisions: [aDecision({ kind: 'position.adopted' }), trigger],
    });
    expect(explained.verdict).toBe(
      'exiting by stop_loss since 2026-01-01T12:00:00.000Z: mark 0.4200, P&L -16.00 % <= -15.00 %; ' +
        'sold 0.00 of 100.00; next: market order with the next fresh quote',
    );
    expect(explained.story).toMatchObject([{ kind: 'position.adopted' }]);
    expect(explained.exits).toMatchObject([
      {
        reason: 'stop_loss',
        evaluation: { winner: 'stop_loss', bid: '0.4200' },
        story: [{ kind: 'exit.triggered', at: '2026-01-01T12:00:00.000Z' }],
      },
    ]);
  });

  test('when all is sold', () => {
    const sold: Position = {
      ...seen.position,
      phase: 'closed',
      sold: 10_000,
      proceeds: 42_000_000,
      fees: 100_000,
      closedAt: NOON + 5_000,
      closeReason: 'sold',
    };
    const file = fileOf(sold, {
      exits: [{ ...exits[0]!, filled: 10_000, proceeds: 42_000_000, status: 'filled' }],
    });
    const viewed = { position: sold, evaluation: seen.evaluation, at: NOON };
    expect(explainPosition({ viewed, file, decisions: [trigger] }).verdict).toBe(
      'exited by stop_loss at 2026-01-01T12:00:05.000Z: mark 0.4200, P&L -16.00 % <= -15.00 %; sold 100.00 at 0.4200 on average',
    );
    expect(viewPosition(viewed)).toMatchObject({
      state: 'closed',
      remaining: '0.00',
      mark: null,
      realized_pnl: '-8.100000',
      nearest: null,
    });
  });

  test('settled, or gone from the venue', () => {
    const settled = aPosition({
      phase: 'closed',
      settled: 100_000_000,
      closedAt: NOON,
      closeReason: 'settled',
    });
    expect(verdictOf({ position: settled, evaluation: null, at: NOON })).toBe(
      'settled at 2026-01-01T12:00:00.000Z: paid $100.000000',
    );
    const gone = aPosition({
      phase: 'closed',
      writtenOff: 10_000,
      closedAt: NOON,
      closeReason: 'holdings gone',
    });
    expect(verdictOf({ position: gone, evaluation: null, at: NOON })).toBe(
      'closed at 2026-01-01T12:00:00.000Z: the venue holds none of it any more',
    );
  });
});

test('a view in decimal strings', () => {
  const viewed = seenAt(5300, {
    id: 'a1b2c3',
    cost: 50_005_000,
    side: 'no',
    sold: 1_025,
    proceeds: 5_330_000,
    fees: 10_000,
  });
  expect(viewPosition({ ...viewed, at: NOON + 1_234 })).toEqual({
    id: 'a1b2c3',
    market: 'GAME-A',
    side: 'no',
    state: 'open',
    quantity: '100.00',
    remaining: '89.75',
    entry_price: '0.5000',
    mark: '0.5300',
    mark_age_seconds: 1.234,
    pnl_pct: '0.059894',
    unrealized_pnl: '2.688012',
    realized_pnl: '0.194488',
    method: 'default',
    method_version: 1,
    confidence: 'medium',
    held: false,
    awaiting_settlement: false,
    trailing_stop: null,
    peak: '0.5300',
    nearest: { condition: 'partial_exit_target', price: '0.5751', distance: '0.0451' },
    exit: null,
    opened_at: '2026-01-01T11:59:00.000Z',
    updated_at: '2026-01-01T12:00:00.000Z',
  });
});

test('a detail has the exits with their attempts, the journal, and the alerts that are open', () => {
  const position = aPosition();
  const detail = detailPosition({
    viewed: { position, evaluation: null, at: NOON },
    file: fileOf(position, {
      exits: [anExit({ number: 2, exitId: 'e2' }), anExit()],
      attempts: [anAttempt()],
    }),
    decisions: [aDecision()],
    alerts: [anAlert(), anAlert({ key: 'x', resolvedAt: NOON }), anAlert({ key: 'y', positionId: 'pos-2' })],
  });
  expect(detail.exits.map(({ attempts }) => attempts.length)).toEqual([1, 0]);
  expect(detail.journal).toEqual([{ ...aDecision(), at: '2026-01-01T12:00:00.000Z' }]);
  expect(detail.alerts).toEqual([
    {
      kind: 'position_orphaned',
      severity: 'critical',
      text: 'no quote for 2 minutes',
      raised_at: '2026-01-01T12:00:00.000Z',
    },
  ]);
});
