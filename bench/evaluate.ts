import type { EvaluationInput } from '../src/domain/evaluation.ts';
import { evaluateExits } from '../src/domain/exit-conditions.ts';
import { type Line, ratePerSecond, times, whole } from './table.ts';
import { lot, method, openMarket } from './worlds.ts';

const COUNT = 20_000;

/** What somebody would write in an afternoon: binary floats, no explanations. Returns the winner's name. */
function evaluateInFloats(p: FloatPosition, bid: number, ask: number, at: number): string | null {
  const pnl = (bid - p.entry) / p.entry;
  if (bid > p.peak) p.peak = bid;
  const peakPnl = (p.peak - p.entry) / p.entry;
  if (peakPnl >= 0.1) {
    const distance = Math.max(0.02, 0.05 - 0.01 * Math.floor((peakPnl - 0.1) / 0.05));
    p.stop = Math.max(p.stop, Math.min(p.peak * (1 - distance), p.peak - 0.02));
  }
  if (pnl <= -0.15 && p.entry - bid >= p.spread + 0.01) return 'stop_loss';
  if (p.tripped) return 'circuit_breaker';
  if (p.stop > 0 && bid <= p.stop) return 'trailing_stop';
  if (p.close - at < 300_000) return 'time_based_urgent';
  if (ask - bid > 0.03 || p.volume < 50) return 'liquidity_dried_up';
  if (p.stage >= 2 && pnl >= 0.2) return 'profit_target';
  if (p.stage === 0 && pnl >= 0.15) return 'partial_exit_target';
  if (p.stage === 1 && pnl >= 0.25) return 'partial_exit_target';
  const edge = p.probability - bid;
  if (edge >= 0 && edge < 0.02) return 'early_exit';
  if (edge < 0) return 'edge_disappeared';
  return pnl > 0 && p.bestEdge - edge >= 0.1 ? 'rebalance' : null;
}

interface FloatPosition {
  entry: number;
  peak: number;
  stop: number;
  spread: number;
  tripped: boolean;
  close: number;
  volume: number;
  stage: number;
  probability: number;
  bestEdge: number;
}

/** Evaluations a second of the one evaluation, with all ten verdicts and their numbers, against floats without any. */
export function benchEvaluations(): Line[] {
  const at = Date.UTC(2026, 0, 1);
  const surroundings = {
    market: { ...openMarket('M'), closeTime: at + 86_400_000 },
    dailyLoss: { tripped: false, pnl: 0, limit: -500_000_000 },
    patientPaused: false,
    opportunity: null,
  };
  const position = {
    ...lot('p0', 'M', at),
    peak: 5_300,
    entrySpread: 100,
    sawLiquidBook: true,
    quotedAt: at,
  };
  const inputs: EvaluationInput[] = Array.from({ length: 64 }, (_, i) => ({
    position,
    method,
    surroundings,
    quote: {
      bid: 4_900 + (i % 8) * 50,
      bidSize: 1_000,
      ask: 5_000 + (i % 8) * 50,
      askSize: 1_000,
      observedAt: at + 1 + i,
    },
    at: at + 1 + i,
  }));
  let found = 0;
  const ours = ratePerSecond(COUNT, () => {
    for (let i = 0; i < COUNT; i++) if (evaluateExits(inputs[i & 63]!).winner !== null) found += 1;
  });
  const floats: FloatPosition = {
    entry: 0.5,
    peak: 0.53,
    stop: 0,
    spread: 0.01,
    tripped: false,
    close: at + 86_400_000,
    volume: 5_000,
    stage: 0,
    probability: 0.9,
    bestEdge: 0,
  };
  const theirs = ratePerSecond(COUNT, () => {
    for (let i = 0; i < COUNT; i++) {
      const bid = 0.49 + (i & 7) * 0.005;
      if (evaluateInFloats(floats, bid, bid + 0.01, at + i) !== null) found += 1;
    }
  });
  if (found < 0) throw new Error('never');
  return [
    {
      what: 'evaluateExits, ten verdicts with their numbers',
      value: `${whole(ours)} /s`,
      ratio: `${times(theirs, ours)} slower than floats that only name a winner (${whole(theirs)} /s)`,
    },
  ];
}
