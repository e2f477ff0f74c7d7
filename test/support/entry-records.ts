/** Records of entries and of the account as a store keeps them, with every field filled so that a lost one is seen. */
import type {
  AccountDayRecord,
  BreakerRecord,
  EdgeRecord,
  EntryAttemptRecord,
  EntryFillRecord,
  EntryWork,
} from '../../src/actors/ports.ts';
import type { ModelValue } from '../../src/domain/model-value.ts';
import { NOON } from './domain-builders.ts';

export const aModelValue = (overrides: Partial<ModelValue> = {}): ModelValue => ({
  market: 'GAME-A',
  side: 'yes',
  probability: 612_345,
  at: NOON - 3,
  confidence: 'high',
  method: 'nfl',
  source: 'api',
  ...overrides,
});

export const anEntryWork = (overrides: Partial<EntryWork> = {}): EntryWork => ({
  methodName: 'nfl',
  methodVersion: 3,
  confidence: 'high',
  bid: null,
  ask: 5100,
  limitPrice: 5100,
  quantity: 1000,
  reserved: 5_123_456,
  kelly: 123_456,
  balance: 10_000_000_000,
  deadline: NOON + 30_000,
  ...overrides,
});

export const anEdge = (overrides: Partial<EdgeRecord> = {}): EdgeRecord => ({
  ...aModelValue(),
  edgeId: 'edge01',
  status: 'working',
  reason: null,
  verdicts: [
    {
      check: 'open_positions',
      about: null,
      passed: true,
      unit: 'count',
      limit: 10,
      current: 3,
      wouldBe: 4,
      note: null,
    },
  ],
  work: anEntryWork(),
  replaces: 'pos-7',
  detectedAt: NOON,
  decidedAt: NOON + 1,
  ...overrides,
});

export const anEntryAttempt = (overrides: Partial<EntryAttemptRecord> = {}): EntryAttemptRecord => ({
  attemptId: 'edge01-1',
  edgeId: 'edge01',
  status: 'recorded',
  market: 'GAME-A',
  side: 'yes',
  timeInForce: 'gtc',
  limitPrice: 5100,
  quantity: 1000,
  filled: 0,
  proceeds: 0,
  fees: 0,
  clientId: 'p1-edge01-1',
  venueOrderId: null,
  cancelRequested: false,
  placedAt: NOON + 2,
  filledAt: null,
  cancelledAt: null,
  endedAt: null,
  error: null,
  ...overrides,
});

export const anEntryFill = (overrides: Partial<EntryFillRecord> = {}): EntryFillRecord => ({
  fillId: 'b1',
  edgeId: 'edge01',
  clientId: 'p1-edge01-1',
  price: 5050,
  quantity: 400,
  fee: 71_234,
  maker: true,
  at: NOON + 3,
  ...overrides,
});

export const aBreaker = (overrides: Partial<BreakerRecord> = {}): BreakerRecord => ({
  name: 'daily_loss',
  tripped: true,
  reason: 'P&L of today -512.34 ≤ -500.00, twice',
  changedAt: NOON,
  data: { limit: -500_000_000, times: [NOON - 10_000, NOON] },
  ...overrides,
});

export const anAccountDay = (overrides: Partial<AccountDayRecord> = {}): AccountDayRecord => ({
  day: '2026-01-01',
  startedAt: NOON - 43_200_000,
  updatedAt: NOON,
  pnl: -512_340_001,
  realized: -500_000_000,
  unrealizedChange: -12_340_001,
  baselines: { 'pos-1': { realized: 0, unrealized: -1 }, 'pos-2': null },
  calls: { total: 4321, minutes: 720, peak: 57 },
  ...overrides,
});
