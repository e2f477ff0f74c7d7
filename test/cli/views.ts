import type { DecisionRecord } from '../../src/actors/ports.ts';
import type { PositionDetail, PositionView } from '../../src/services/operations/operations.ts';
import type { ReplayedExit } from '../../src/services/reports/replay-result.ts';

/** A position at work as a daemon shows it. */
export const aView = (overrides: Partial<PositionView> = {}): PositionView => ({
  id: 'a1b2c3',
  market: 'DEMO-1',
  side: 'yes',
  state: 'open',
  quantity: '100.00',
  remaining: '60.00',
  entry_price: '0.5600',
  mark: '0.6000',
  mark_age_seconds: 2.4,
  pnl_pct: '0.071428',
  unrealized_pnl: '2.400000',
  realized_pnl: '-1.250000',
  method: 'default',
  method_version: 1,
  confidence: 'medium',
  held: false,
  awaiting_settlement: false,
  trailing_stop: null,
  peak: '0.6000',
  nearest: { condition: 'partial_exit_target', price: '0.6440', distance: '0.0440' },
  exit: null,
  opened_at: '2026-02-08T19:00:00.000Z',
  updated_at: '2026-02-08T19:10:00.000Z',
  ...overrides,
});

export const aStep: NonNullable<PositionView['exit']> = {
  reason: 'profit_target',
  priority: 'MEDIUM',
  step: 'walk',
  walks: 1,
  repeats: 0,
  attempt: 3,
  limit_price: '0.5900',
  deadline: '2026-02-08T19:10:09.000Z',
  next: 'walk 3 of 5 in 9 s',
  next_price: '0.5700',
};

export const anExit = (overrides: Partial<ReplayedExit> = {}): ReplayedExit => ({
  reason: 'stop_loss',
  priority: 'CRITICAL',
  quantity: '60.00',
  filled: '60.00',
  partial: false,
  status: 'filled',
  triggered_at: '2026-02-08T19:10:00.000Z',
  executed_at: '2026-02-08T19:10:01.400Z',
  trigger_mark: '0.4700',
  trigger_pnl_pct: '-0.160714',
  average_price: '0.4650',
  overruled: ['edge_disappeared'],
  attempts: [
    {
      number: 1,
      order_type: 'market',
      limit_price: '0.3800',
      quantity: '60.00',
      filled: '60.00',
      average_price: '0.4650',
      placed_at: '2026-02-08T19:10:00.000Z',
      ended_at: '2026-02-08T19:10:01.400Z',
      status: 'filled',
    },
  ],
  ...overrides,
});

export const aDetail = (overrides: Partial<PositionDetail> = {}): PositionDetail => ({
  ...aView(),
  exits: [],
  journal: [],
  alerts: [],
  ...overrides,
});

export const aDecision = (overrides: Partial<DecisionRecord> = {}): DecisionRecord => ({
  positionId: 'a1b2c3',
  exitId: null,
  at: Date.UTC(2026, 1, 8, 19, 10),
  kind: 'exit.triggered',
  summary: 'stop_loss (CRITICAL): sell all, 60.00 contracts',
  data: {},
  ...overrides,
});
