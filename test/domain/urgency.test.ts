import { describe, expect, it } from 'vitest';
import { evaluateExits } from '../../src/domain/exit-conditions.ts';
import type { PriceGrid } from '../../src/domain/market.ts';
import type { Method } from '../../src/domain/method.ts';
import type { Position } from '../../src/domain/position.ts';
import {
  anInput,
  aPosition,
  aQuote,
  defaultMethod,
  methodWith,
  methodWithoutPartialExits,
  openMarket,
  someSurroundings,
} from '../support/domain-builders.ts';

const FINE_GRID: PriceGrid = [{ start: 0, end: 10_000, step: 10 }];
const CHEAP = { quantity: 10_000, cost: 10_000_000, peak: 1000 };
const STOPPED = { peak: 5600, trailingStop: 5320 };
const LATE = { peak: 9700, trailingStop: 9400, cost: 90_000_000 };
const TAPERED_GRID: PriceGrid = [
  { start: 0, end: 9000, step: 100 },
  { start: 9000, end: 10_000, step: 10 },
];
const ticksOnly = defaultMethod({ urgency: { nearStopLoss: 0, nearProfitTarget: 0, nearTrailingStop: 0 } });
const noStages = methodWithoutPartialExits();

describe('urgent', () => {
  it.each<{
    name: string;
    bid: number;
    urgent: boolean;
    position?: Partial<Position>;
    method?: Method;
    grid?: PriceGrid;
  }>([
    { name: 'far from everything', bid: 5000, urgent: false },
    { name: 'two points above the stop loss', bid: 4350, urgent: true },
    { name: 'just more than two points above', bid: 4351, urgent: false },
    { name: 'past the stop loss', bid: 4000, urgent: true },
    {
      name: 'one tick above the price that stops: −15 % of 0.10 is 0.085, so 0.08',
      position: CHEAP,
      bid: 900,
      urgent: true,
    },
    { name: 'two ticks above it', position: CHEAP, bid: 1000, urgent: false },
    { name: 'a finer grid has nearer ticks', position: CHEAP, bid: 880, grid: FINE_GRID, urgent: false },
    {
      name: 'a stop that no price reaches has no tick near it',
      position: { quantity: 10_000, cost: 1_000_000, peak: 100, sold: 7500 },
      bid: 100,
      urgent: false,
    },
    {
      name: 'a disabled stop loss is not near',
      method: methodWith('stop_loss', { enabled: false }),
      bid: 4300,
      urgent: false,
    },
    { name: 'two points below the next stage', bid: 5650, grid: FINE_GRID, urgent: true },
    { name: 'just more than two points below', bid: 5649, grid: FINE_GRID, urgent: false },
    {
      name: 'one tick below the price that takes profit',
      position: { ...CHEAP, peak: 1100 },
      bid: 1100,
      urgent: true,
    },
    { name: 'two ticks below it', position: { ...CHEAP, peak: 1000 }, bid: 1000, urgent: false },
    {
      name: 'the second stage counts when the first is finished',
      position: { sold: 5000, peak: 5000 },
      bid: 5400,
      urgent: false,
    },
    { name: 'two points below the profit target', method: noStages, bid: 5900, urgent: true },
    { name: 'just more below the profit target', method: noStages, bid: 5899, urgent: false },
    { name: 'a silent profit target is not near', position: { sold: 5000 }, bid: 5900, urgent: false },
    {
      name: 'a target that no price reaches has no tick near it',
      position: { cost: 90_000_000 },
      method: noStages,
      bid: 9000,
      urgent: false,
    },
    { name: 'at trailing stop × 1.02', position: STOPPED, bid: 5426, urgent: true },
    { name: 'just above trailing stop × 1.02', position: STOPPED, bid: 5427, urgent: false },
    {
      name: 'one tick above a low trailing stop, where 2 % is less than a tick',
      position: { ...CHEAP, peak: 1200, trailingStop: 1000, sold: 7500 },
      bid: 1100,
      urgent: true,
    },
    {
      name: 'a trailing stop that no price reaches has no tick near it',
      position: { quantity: 10_000, cost: 1_000_000, peak: 200, trailingStop: 0, sold: 7500 },
      bid: 100,
      urgent: false,
    },
    {
      name: 'a stage that no price reaches has no tick near it',
      method: ticksOnly,
      position: { cost: 86_800_000 },
      bid: 9900,
      urgent: false,
    },
    {
      name: 'the tick above is the one that counts for a profit: a stage at 0.9005 from 0.90',
      method: ticksOnly,
      position: { cost: 78_300_000, peak: 9000, trailingStop: 8000 },
      bid: 9000,
      grid: TAPERED_GRID,
      urgent: true,
    },
    {
      name: 'and from 0.90 a stage at 0.9027 is several of them away',
      method: ticksOnly,
      position: { cost: 78_500_000, peak: 9000, trailingStop: 8000 },
      bid: 9000,
      grid: TAPERED_GRID,
      urgent: false,
    },
    {
      name: 'a disabled trailing stop is not near',
      method: methodWith('trailing_stop', { enabled: false }),
      position: STOPPED,
      bid: 5400,
      urgent: false,
    },
    { name: 'high prices: 2 % of the stop is more than a tick', position: LATE, bid: 9500, urgent: true },
  ])('$name', ({ bid, urgent, position, method = defaultMethod(), grid }) => {
    const market = openMarket(grid ? { grid } : {});
    const input = anInput({
      position: aPosition(position),
      method,
      surroundings: someSurroundings({ market }),
      quote: aQuote(bid),
    });
    expect(evaluateExits(input).urgent).toBe(urgent);
  });

  it.each<{ phase: Position['phase']; urgent: boolean }>([
    { phase: 'open', urgent: false },
    { phase: 'urgent', urgent: false },
    { phase: 'exiting', urgent: true },
    { phase: 'walking', urgent: true },
    { phase: 'failed', urgent: true },
  ])('$phase, far from everything: $urgent', ({ phase, urgent }) => {
    expect(evaluateExits(anInput({ position: aPosition({ phase }) })).urgent).toBe(urgent);
  });

  it('a failed position stays urgent while its market is paused', () => {
    const surroundings = someSurroundings({ market: openMarket({ status: 'paused' }) });
    expect(evaluateExits(anInput({ surroundings, position: aPosition({ phase: 'failed' }) })).urgent).toBe(
      true,
    );
  });
});
