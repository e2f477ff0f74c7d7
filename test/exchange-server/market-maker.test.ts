import { describe, expect, test } from 'vitest';
import type { LevelSpec } from '../../src/exchange/exchange.ts';
import { bookAt, ladderOf, midAt } from '../../src/exchange-server/market-maker.ts';
import type { ScenarioMarket } from '../../src/exchange-server/scenario.ts';
import { GB } from './rig.ts';

const MARKET: ScenarioMarket = {
  market: GB,
  title: null,
  shard: 0,
  grid: 'linear_cent',
  volume: 100_000,
  startPrice: 5_000,
  waypoints: [],
  spread: 200,
  sizes: [1_000, 2_000],
  closeAfterMs: null,
  expectedExpirationAfterMs: null,
  settlementTimerSeconds: 10,
  events: [],
};

describe('the other traders’ book', () => {
  test.each<[string, Partial<ScenarioMarket>, number, string]>([
    ['lies around the mid, levels one tick apart', {}, 0, '4900×1000 4800×2000 | 5100×1000 5200×2000'],
    [
      'rounds the bid down and keeps the spread',
      { startPrice: 5_050 },
      0,
      '4900×1000 4800×2000 | 5100×1000 5200×2000',
    ],
    [
      'has finer levels on a finer grid',
      { grid: 'deci_cent', startPrice: 5_055, spread: 30 },
      0,
      '5040×1000 5030×2000 | 5070×1000 5080×2000',
    ],
    [
      'has both steps where a tapered grid changes',
      { grid: 'tapered_deci_cent', startPrice: 1_000, spread: 20 },
      0,
      '990×1000 980×2000 | 1100×1000 1200×2000',
    ],
    ['stays inside the grid at the bottom', { startPrice: 50 }, 0, '100×1000 | 300×1000 400×2000'],
    ['stays inside the grid at the top', { startPrice: 9_990 }, 0, '9800×1000 9700×2000 | 9900×1000'],
    [
      'has no bids while they are gone',
      { events: [{ afterMs: 10, kind: 'bid_vanishes', forMs: 10 }] },
      10,
      '| 5100×1000 5200×2000',
    ],
    [
      'has bids again after that',
      { events: [{ afterMs: 10, kind: 'bid_vanishes', forMs: 10 }] },
      20,
      '4900×1000 4800×2000 | 5100×1000 5200×2000',
    ],
    [
      'has no asks for good',
      { events: [{ afterMs: 10, kind: 'ask_vanishes', forMs: null }] },
      1e9,
      '4900×1000 4800×2000 |',
    ],
    [
      'widens around the mid',
      { events: [{ afterMs: 0, kind: 'widen', forMs: null, spread: 1_000 }] },
      0,
      '4500×1000 4400×2000 | 5500×1000 5600×2000',
    ],
    [
      'thins to the given size at most',
      { events: [{ afterMs: 0, kind: 'thin', forMs: null, size: 1_500 }] },
      0,
      '4900×1000 4800×1500 | 5100×1000 5200×1500',
    ],
  ])('%s', (_, changes, afterMs, shown) => {
    const { bids, asks } = bookAt({ ...MARKET, ...changes }, afterMs);
    const side = (levels: readonly LevelSpec[]) =>
      levels.map(([price, size]) => `${price}×${size}`).join(' ');
    expect(`${side(bids)} | ${side(asks)}`.trim()).toBe(shown);
  });

  test('the mid goes in straight lines and stays at the last price', () => {
    const market = {
      ...MARKET,
      waypoints: [
        { afterMs: 10_000, price: 6_000 },
        { afterMs: 20_000, price: 4_000 },
      ],
    };
    expect([0, 2_500, 10_000, 15_000, 20_000, 99_000].map((afterMs) => midAt(market, afterMs))).toEqual([
      5_000, 5_250, 6_000, 5_000, 4_000, 4_000,
    ]);
  });

  test('the ladder of a tapered grid has no doubles where its bands meet', () => {
    const ladder = ladderOf('tapered_deci_cent');
    expect(ladder).toEqual([...new Set(ladder)].sort((a, b) => a - b));
    expect([ladder[0], ladder.at(-1), ladder.length]).toEqual([10, 9_990, 99 + 81 + 99]);
  });
});
