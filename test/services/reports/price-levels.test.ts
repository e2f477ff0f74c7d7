import { describe, expect, test } from 'vitest';
import type { Surroundings } from '../../../src/domain/evaluation.ts';
import type { Method } from '../../../src/domain/method.ts';
import type { Position } from '../../../src/domain/position.ts';
import type { Watched } from '../../../src/domain/position-facts.ts';
import { priceLevels } from '../../../src/services/reports/price-levels.ts';
import {
  aPosition,
  defaultMethod,
  MINUTE,
  methodWith,
  methodWithoutPartialExits,
  NOON,
  openMarket,
  someSurroundings,
} from '../../support/domain-builders.ts';
import { aRunningExit } from '../../support/store-records.ts';

interface Given {
  position?: Partial<Position>;
  method?: Method;
  surroundings?: Partial<Surroundings>;
}

/** "entry 0.5000 entry" */
function levels({ position = {}, method = defaultMethod(), surroundings = {} }: Given): string[] {
  const lot = aPosition(position);
  const watched: Watched = {
    ...{ position: lot, method, surroundings: someSurroundings(surroundings) },
    ...{ evaluation: null, lastMark: null, instance: 'test' },
  };
  return priceLevels(lot, watched, NOON).map(({ name, label, price }) => `${name} ${price} ${label}`);
}

const ENTRY = 'entry 0.5000 entry';
const PEAK = 'peak 0.5000 peak';
const STOP = 'stop_loss 0.4250 stop loss at −15 %';
const STAGE = 'target 0.5750 stage 1: sell 50 at +15 %';
const EDGES = ['early_exit 0.5801 early exit: edge below 2 %', 'edge_disappeared 0.6001 no edge left'];
const model = { modelProbability: 600_000 };
const order = { ...aRunningExit().attempt!, limitPrice: 4_900 };

const rows: [string, Given, string[]][] = [
  ['a position at rest', {}, [ENTRY, PEAK, STOP, STAGE]],
  ['before its first mark', { position: { mark: null, peak: null } }, [ENTRY, STOP, STAGE]],
  [
    'the spread just paid is no loss',
    { position: { entrySpread: 1_000 }, method: wide() },
    [ENTRY, PEAK, 'stop_loss 0.3900 stop loss at −15 %', STAGE],
  ],
  [
    'an active trailing stop',
    { position: { trailingStop: 5_320, peak: 5_600 } },
    [ENTRY, 'peak 0.5600 peak', STOP, 'trailing_stop 0.5320 trailing stop', STAGE],
  ],
  [
    'the second stage, of what it still lacks',
    { position: { sold: 5_100, stages: ['finished', 'pending'] } },
    [ENTRY, PEAK, STOP, 'target 0.6250 stage 2: sell 24 at +25 %'],
  ],
  [
    'the rest rides the trailing stop',
    { position: { sold: 7_500, stages: ['finished', 'finished'] } },
    [ENTRY, PEAK, STOP],
  ],
  [
    'without stages the profit target',
    { method: methodWithoutPartialExits() },
    [ENTRY, PEAK, STOP, 'target 0.6000 profit target: sell all at +20 %'],
  ],
  [
    'a target beyond the grid',
    { position: { quantity: 10_000, cost: 95_000_000 } },
    ['entry 0.9500 entry', PEAK, 'stop_loss 0.8075 stop loss at −15 %'],
  ],
  ['what a model says', { position: model }, [ENTRY, PEAK, STOP, STAGE, ...EDGES]],
  [
    'a model whose word is too old',
    { position: { ...model, modelAt: NOON - 11 * MINUTE } },
    [ENTRY, PEAK, STOP, STAGE],
  ],
  [
    'a condition that is disabled',
    { method: methodWith('stop_loss', { enabled: false }) },
    [ENTRY, PEAK, STAGE],
  ],
  [
    'a condition that rests',
    { position: { ...model, rests: { early_exit: NOON + 1 } } },
    [ENTRY, PEAK, STOP, STAGE, EDGES[1]!],
  ],
  ['held: only CRITICAL', { position: { ...model, held: true, trailingStop: 4_800 } }, [ENTRY, PEAK, STOP]],
  [
    'the database breaker pauses MEDIUM and LOW',
    { position: { ...model, trailingStop: 4_800 }, surroundings: { patientPaused: true } },
    [ENTRY, PEAK, STOP, 'trailing_stop 0.4800 trailing stop'],
  ],
  [
    'an order that is out',
    { position: { phase: 'exiting', exit: aRunningExit({ attempt: order }) } },
    [ENTRY, PEAK, STOP, STAGE, 'limit 0.4900 limit order'],
  ],
  [
    'a market order takes no less',
    { position: { phase: 'exiting', exit: aRunningExit({ attempt: { ...order, orderType: 'market' } }) } },
    [ENTRY, PEAK, STOP, STAGE, 'limit 0.4900 market order, at least'],
  ],
  ['awaiting settlement', { surroundings: { market: openMarket({ status: 'closed' }) } }, [ENTRY, PEAK]],
  ['closed', { position: { phase: 'closed', trailingStop: 4_800 } }, [ENTRY, PEAK]],
];

function wide(): Method {
  return methodWith('liquidity_dried_up', { maxSpread: 2_000 });
}

describe('the prices that count now', () => {
  test.each(rows)('%s', (_, given, expected) => expect(levels(given)).toEqual(expected));

  test('without a monitor: what is known of the position itself', () => {
    const lot = aPosition({ trailingStop: 4_800 });
    expect(priceLevels(lot, null, NOON).map(({ name }) => name)).toEqual(['entry', 'peak']);
  });
});
