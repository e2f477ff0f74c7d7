import { describe, expect, it } from 'vitest';
import type { Evaluation, Surroundings, Verdict } from '../../src/domain/evaluation.ts';
import { evaluateExits } from '../../src/domain/exit-conditions.ts';
import { gridForSide, type MarketInfo, type Side } from '../../src/domain/market.ts';
import type { ConditionName, Method } from '../../src/domain/method.ts';
import type { Position } from '../../src/domain/position.ts';
import {
  anInput,
  aPosition,
  aQuote,
  defaultMethod,
  MINUTE,
  methodWith,
  methodWithoutPartialExits,
  NOON,
  openMarket,
  quoteFor,
  SECOND,
  someSurroundings,
} from '../support/domain-builders.ts';

interface Scene {
  name: string;
  position?: Partial<Position>;
  method?: Method;
  market?: Partial<MarketInfo>;
  surroundings?: Partial<Surroundings>;
  bid?: number | null;
  ask?: number | null;
  noQuote?: true;
}
interface Row extends Scene {
  expected: Partial<Verdict>;
}

function evaluate(scene: Scene, side: Side = 'yes'): Evaluation {
  const { bid = 5000 } = scene;
  const ask = scene.ask === undefined ? (bid ?? 5000) + 100 : scene.ask;
  return evaluateExits(
    anInput({
      position: aPosition({ side, ...scene.position }),
      method: scene.method ?? defaultMethod(),
      surroundings: someSurroundings({ market: openMarket(scene.market), ...scene.surroundings }),
      quote: scene.noQuote ? null : quoteFor(side, bid, ask),
    }),
  );
}

const verdictOf = (evaluation: Evaluation, condition: ConditionName): Verdict =>
  evaluation.verdicts.find((verdict) => verdict.condition === condition)!;

function tableFor(condition: ConditionName, rows: Row[]) {
  describe.each<Side>(['yes', 'no'])(`${condition} of a %s position`, (side) => {
    it.each(rows)('$name', (row) => {
      expect(verdictOf(evaluate(row, side), condition)).toMatchObject(row.expected);
    });
  });
}

const tripped = { status: 'triggered', holds: true, distance: 0 } as const;
const clear = { status: 'clear', holds: false } as const;
const CHEAP = { quantity: 10_000, cost: 10_000_000 };
const atOnce = { confirmations: 1, confirmForMs: 0 };
const noStages = methodWithoutPartialExits();

tableFor('stop_loss', [
  {
    name: 'at −15 %',
    bid: 4250,
    expected: { ...tripped, value: -150_000, threshold: -150_000, unit: 'fraction' },
  },
  { name: 'just below −15 %', bid: 4249, expected: { ...tripped, value: -150_200 } },
  { name: 'just above −15 %', bid: 4251, expected: { ...clear, value: -149_800, distance: 200, note: null } },
  {
    name: 'at −15 %, but the spread paid at adoption and a tick explain it',
    position: CHEAP,
    bid: 850,
    expected: {
      ...clear,
      value: -150_000,
      distance: 50_000,
      note: expect.stringContaining('0.0100 + 1 tick: it triggers at 0.0800'),
    },
  },
  { name: 'one short of spread + tick', position: CHEAP, bid: 801, expected: clear },
  { name: 'at spread + tick', position: CHEAP, bid: 800, expected: tripped },
  {
    name: 'a wide spread at adoption counts up to max_spread only',
    position: { ...CHEAP, entrySpread: 900 },
    bid: 600,
    expected: tripped,
  },
  {
    name: 'one short of max_spread + tick',
    position: { ...CHEAP, entrySpread: 900 },
    bid: 601,
    expected: clear,
  },
  {
    name: 'an unknown spread counts as none: a tick is enough',
    position: { ...CHEAP, entrySpread: null },
    bid: 850,
    expected: tripped,
  },
  {
    name: 'a stop below the lowest price is unreachable, not far away',
    position: { quantity: 10_000, cost: 1_000_000 },
    bid: 100,
    expected: { ...clear, unreachable: true, distance: null },
  },
  { name: 'another stop', method: methodWith('stop_loss', { stop: 100_000 }), bid: 4500, expected: tripped },
  { name: 'no bid', bid: null, expected: { status: 'silent', note: 'no bid', value: null } },
  {
    name: 'disabled',
    method: methodWith('stop_loss', { enabled: false }),
    bid: 4000,
    expected: { status: 'silent', note: 'disabled' },
  },
]);

tableFor('circuit_breaker', [
  {
    name: 'tripped',
    surroundings: { dailyLoss: { tripped: true, pnl: -512_000_000, limit: -500_000_000 } },
    expected: { ...tripped, unit: 'money', value: -512_000_000, threshold: -500_000_000 },
  },
  {
    name: 'not tripped: how much may still be lost',
    surroundings: { dailyLoss: { tripped: false, pnl: -488_000_000, limit: -500_000_000 } },
    expected: { ...clear, distance: 12_000_000 },
  },
  { name: 'not measured', expected: { ...clear, value: null, threshold: null, distance: null } },
  {
    name: 'speaks without a quote',
    noQuote: true,
    surroundings: { dailyLoss: { tripped: true, pnl: null, limit: null } },
    expected: tripped,
  },
]);

tableFor('trailing_stop', [
  {
    name: 'at the stop',
    position: { peak: 5600, trailingStop: 5320 },
    bid: 5320,
    expected: { ...tripped, unit: 'price', value: 5320, threshold: 5320 },
  },
  { name: 'just below', position: { peak: 5600, trailingStop: 5320 }, bid: 5319, expected: tripped },
  {
    name: 'just above',
    position: { peak: 5600, trailingStop: 5320 },
    bid: 5321,
    expected: { ...clear, distance: 1 },
  },
  {
    name: 'not active below +10 %',
    bid: 5499,
    expected: { ...clear, threshold: null, distance: null, note: 'activates at P&L >= 10 %' },
  },
  {
    name: 'activates at +10 %',
    bid: 5500,
    expected: { ...clear, threshold: 5225, distance: 275, note: null },
  },
  {
    name: 'ratchets before it compares',
    position: { peak: 5500, trailingStop: 5225 },
    bid: 6000,
    expected: { ...clear, threshold: 5800, distance: 200 },
  },
  {
    name: 'a stop below the lowest price is unreachable',
    position: { quantity: 10_000, cost: 1_000_000, peak: 200, trailingStop: 0 },
    bid: 100,
    expected: { ...clear, unreachable: true, distance: null },
  },
  {
    name: 'no bid',
    position: { peak: 5600, trailingStop: 5320 },
    bid: null,
    expected: { status: 'silent', note: 'no bid' },
  },
]);

tableFor('time_based_urgent', [
  {
    name: 'exactly 5 min left',
    market: { closeTime: NOON + 5 * MINUTE },
    expected: { ...clear, unit: 'ms', value: 300_000, threshold: 300_000 },
  },
  {
    name: 'a millisecond less',
    market: { closeTime: NOON + 5 * MINUTE - 1 },
    expected: { ...tripped, value: 299_999 },
  },
  {
    name: 'a millisecond more',
    market: { closeTime: NOON + 5 * MINUTE + 1 },
    expected: { ...clear, distance: 1 },
  },
  {
    name: 'the expected expiration where it is earlier',
    market: { expectedExpiration: NOON + 4 * MINUTE },
    expected: { ...tripped, value: 240_000 },
  },
  {
    name: 'the close where that is earlier',
    market: { closeTime: NOON + MINUTE, expectedExpiration: NOON + 4 * MINUTE },
    expected: { ...tripped, value: 60_000 },
  },
  {
    name: 'an expected expiration just past is ignored while the market trades',
    market: { expectedExpiration: NOON },
    expected: { ...clear, value: 120 * MINUTE },
  },
  {
    name: 'an expected expiration a millisecond ahead is not',
    market: { expectedExpiration: NOON + 1 },
    expected: { ...tripped, value: 1 },
  },
  {
    name: 'settlement_time close looks at the close only',
    method: methodWith('time_based_urgent', { settlementTime: 'close' }),
    market: { expectedExpiration: NOON + MINUTE },
    expected: clear,
  },
  {
    name: 'no time known',
    market: { closeTime: null },
    expected: { status: 'silent', note: 'no settlement time known' },
  },
  {
    name: 'only a past expiration known',
    market: { closeTime: null, expectedExpiration: NOON - 1 },
    expected: { status: 'silent' },
  },
  { name: 'speaks without a quote', noQuote: true, market: { closeTime: NOON + MINUTE }, expected: tripped },
]);

const liquidity = methodWith('liquidity_dried_up', atOnce);
tableFor('liquidity_dried_up', [
  {
    name: 'a spread of exactly $0.03',
    method: liquidity,
    ask: 5300,
    expected: { ...clear, unit: 'price', value: 300, threshold: 300, distance: 0 },
  },
  { name: 'a spread just above', method: liquidity, ask: 5301, expected: { ...tripped, value: 301 } },
  { name: 'a spread just below', method: liquidity, ask: 5299, expected: { ...clear, distance: 1 } },
  { name: 'a volume of exactly 50', method: liquidity, market: { volume24h: 5000 }, expected: clear },
  {
    name: 'a volume just below',
    method: liquidity,
    market: { volume24h: 4999 },
    expected: { ...tripped, unit: 'quantity', value: 4999, threshold: 5000 },
  },
  {
    name: 'an unknown volume says nothing',
    method: liquidity,
    market: { volume24h: null },
    expected: { ...clear, note: 'no volume known: the volume rule is silent' },
  },
  {
    name: 'no bid beside an ask',
    method: liquidity,
    bid: null,
    ask: 5100,
    expected: { ...tripped, note: 'no bid beside an ask' },
  },
  {
    name: 'no ask: the spread rule is silent',
    method: liquidity,
    ask: null,
    expected: { ...clear, value: null, note: 'no ask: the spread is unknown' },
  },
  {
    name: 'no ask, low volume',
    method: liquidity,
    ask: null,
    market: { volume24h: 0 },
    expected: { ...tripped, unit: 'quantity' },
  },
  { name: 'waits for a second quote by default', ask: 5400, expected: { status: 'confirming', holds: true } },
  {
    name: 'not armed before a liquid book was seen',
    method: liquidity,
    position: { sawLiquidBook: false },
    ask: 5400,
    expected: { status: 'silent', holds: true },
  },
  { name: 'a liquid book arms it', method: liquidity, position: { sawLiquidBook: false }, expected: clear },
  {
    name: 'a liquid book arms it though hardly anything is traded',
    method: liquidity,
    position: { sawLiquidBook: false },
    market: { volume24h: 0 },
    expected: { ...tripped, unit: 'quantity' },
  },
  {
    name: 'one side alone does not arm it',
    method: liquidity,
    position: { sawLiquidBook: false },
    ask: null,
    expected: { status: 'silent', holds: false },
  },
]);

tableFor('profit_target', [
  {
    name: 'medium at +20 %',
    method: noStages,
    bid: 6000,
    expected: { ...tripped, value: 200_000, threshold: 200_000 },
  },
  { name: 'medium just below', method: noStages, bid: 5999, expected: { ...clear, distance: 200 } },
  { name: 'medium just above', method: noStages, bid: 6001, expected: tripped },
  { name: 'high at +25 %', method: noStages, position: { confidence: 'high' }, bid: 6250, expected: tripped },
  { name: 'high just below', method: noStages, position: { confidence: 'high' }, bid: 6249, expected: clear },
  { name: 'low at +15 %', method: noStages, position: { confidence: 'low' }, bid: 5750, expected: tripped },
  { name: 'low just below', method: noStages, position: { confidence: 'low' }, bid: 5749, expected: clear },
  {
    name: 'beyond the highest price',
    method: noStages,
    position: { cost: 90_000_000 },
    bid: 9900,
    expected: { ...clear, unreachable: true, distance: null },
  },
  {
    name: 'silent while stages take the profit',
    bid: 6500,
    expected: { status: 'silent', holds: true, note: expect.stringContaining('stages') },
  },
  {
    name: 'silent when all stages are finished: the rest rides',
    position: { sold: 7500 },
    bid: 6500,
    expected: { status: 'silent' },
  },
  {
    name: 'speaks when every stage is skipped',
    position: { quantity: 100, cost: 500_000, stages: [] },
    bid: 6000,
    expected: tripped,
  },
  {
    name: 'speaks when the stage condition is disabled',
    method: methodWith('partial_exit_target', { enabled: false }),
    bid: 6000,
    expected: tripped,
  },
  { name: 'no bid', method: noStages, bid: null, expected: { status: 'silent', note: 'no bid' } },
]);

tableFor('partial_exit_target', [
  { name: 'first stage at +15 %', bid: 5750, expected: { ...tripped, value: 150_000, threshold: 150_000 } },
  { name: 'first stage just below', bid: 5749, expected: { ...clear, distance: 200 } },
  { name: 'first stage just above', bid: 5751, expected: tripped },
  {
    name: 'second stage at +25 %',
    position: { sold: 5000 },
    bid: 6250,
    expected: { ...tripped, threshold: 250_000 },
  },
  { name: 'second stage just below', position: { sold: 5000 }, bid: 6249, expected: clear },
  {
    name: 'far above, the first stage still comes first',
    bid: 7000,
    expected: { ...tripped, threshold: 150_000 },
  },
  {
    name: 'beyond the highest price',
    position: { cost: 90_000_000 },
    bid: 9900,
    expected: { ...clear, unreachable: true, distance: null },
  },
  { name: 'every stage finished', position: { sold: 7500 }, bid: 6500, expected: { status: 'silent' } },
  {
    name: 'every stage skipped',
    position: { quantity: 100, cost: 500_000, stages: [] },
    bid: 6500,
    expected: { status: 'silent' },
  },
  {
    name: 'disabled',
    method: noStages,
    bid: 6500,
    expected: { status: 'silent', note: 'partial exits are disabled' },
  },
]);

const SURE = { modelProbability: 600_000, modelAt: NOON };
tableFor('early_exit', [
  {
    name: 'edge of exactly 2 %',
    position: SURE,
    bid: 5800,
    expected: { ...clear, value: 20_000, threshold: 20_000, distance: 0 },
  },
  { name: 'edge just below 2 %', position: SURE, bid: 5801, expected: { ...tripped, value: 19_900 } },
  { name: 'edge just above 2 %', position: SURE, bid: 5799, expected: { ...clear, distance: 100 } },
  { name: 'edge of 0', position: SURE, bid: 6000, expected: { ...tripped, value: 0 } },
  {
    name: 'a negative edge is not its business',
    position: SURE,
    bid: 6001,
    expected: { ...clear, value: -100, distance: null },
  },
  {
    name: 'no price is high enough',
    position: { modelProbability: 1_000_000, cost: 90_000_000 },
    method: methodWith('early_exit', { below: 5000 }),
    bid: 9900,
    expected: { ...clear, unreachable: true, distance: null },
  },
  { name: 'no probability', expected: { status: 'silent', note: 'no model probability' } },
  {
    name: 'a probability of exactly 10 min',
    position: { ...SURE, modelAt: NOON - 10 * MINUTE },
    bid: 5900,
    expected: tripped,
  },
  {
    name: 'an older one',
    position: { ...SURE, modelAt: NOON - 10 * MINUTE - 1 },
    bid: 5900,
    expected: { status: 'silent', note: 'the model probability is older than 10 min' },
  },
  {
    name: 'one given with the position never ages',
    position: { ...SURE, modelAt: null },
    bid: 5900,
    expected: tripped,
  },
  { name: 'no bid', position: SURE, bid: null, expected: { status: 'silent', note: 'no bid' } },
]);

tableFor('edge_disappeared', [
  { name: 'edge of 0', position: SURE, bid: 6000, expected: { ...clear, value: 0, threshold: 0 } },
  { name: 'edge just below 0', position: SURE, bid: 6001, expected: { ...tripped, value: -100 } },
  { name: 'edge just above 0', position: SURE, bid: 5999, expected: { ...clear, distance: 100 } },
  {
    name: 'no price is above a certainty',
    position: { modelProbability: 995_000 },
    bid: 5000,
    expected: { ...clear, unreachable: true },
  },
  { name: 'no probability', expected: { status: 'silent' } },
]);

const better = (edge: number) => ({ opportunity: { market: 'GAME-B', edge } });
tableFor('rebalance', [
  {
    name: 'ten points better',
    position: SURE,
    bid: 5100,
    surroundings: better(190_000),
    expected: { ...tripped, value: 100_000, threshold: 100_000 },
  },
  {
    name: 'just less',
    position: SURE,
    bid: 5100,
    surroundings: better(189_999),
    expected: { ...clear, distance: 1 },
  },
  { name: 'just more', position: SURE, bid: 5100, surroundings: better(190_001), expected: tripped },
  {
    name: 'P&L of exactly 0',
    position: SURE,
    bid: 5000,
    surroundings: better(500_000),
    expected: { ...clear, distance: null },
  },
  { name: 'P&L just above 0', position: SURE, bid: 5001, surroundings: better(500_000), expected: tripped },
  {
    name: 'no opportunity known',
    position: SURE,
    bid: 5100,
    expected: { status: 'silent', note: 'no opportunity known' },
  },
  { name: 'no probability', bid: 5100, surroundings: better(500_000), expected: { status: 'silent' } },
]);

describe('evaluateExits', () => {
  it('gives all ten verdicts in their order, with the numbers of the quote', () => {
    const evaluation = evaluate({
      name: '',
      bid: 5600,
      ask: 5700,
      position: { sold: 5000, proceeds: 29_000_000 },
    });
    expect(evaluation.verdicts.map((v) => v.condition)).toEqual(Object.keys(defaultMethod().conditions));
    expect(evaluation).toMatchObject({
      mark: 5600,
      pnl: 120_000,
      unrealized: 3_000_000,
      quoteAgeMs: 0,
      winner: null,
    });
  });

  it('a crash triggers the stop loss, which overrules what else triggered', () => {
    const evaluation = evaluate({
      name: '',
      bid: 4000,
      position: { peak: 5600, trailingStop: 5320, modelProbability: 410_000 },
      market: { closeTime: NOON + MINUTE },
    });
    expect(evaluation.winner?.condition).toBe('stop_loss');
    expect(evaluation.overruled).toEqual(['trailing_stop', 'time_based_urgent', 'early_exit']);
  });

  it('offers the stage and its quantity with a partial exit', () => {
    const evaluation = evaluate({ name: '', bid: 5800, position: { sold: 1200 } });
    expect([evaluation.winner?.condition, evaluation.stage]).toEqual([
      'partial_exit_target',
      { index: 0, quantity: 3800 },
    ]);
  });

  it.each<{ name: string; scene: Partial<Scene>; nearest: Evaluation['nearest'] }>([
    {
      name: 'the stop loss below',
      scene: { bid: 4500 },
      nearest: { condition: 'stop_loss', price: 4250, distance: 250 },
    },
    {
      name: 'the next stage above',
      scene: { bid: 5400 },
      nearest: { condition: 'partial_exit_target', price: 5750, distance: 350 },
    },
    {
      name: 'the edge between',
      scene: { bid: 5200, position: { modelProbability: 560_000 } },
      nearest: { condition: 'early_exit', price: 5401, distance: 201 },
    },
    {
      name: 'an active trailing stop',
      scene: { bid: 5400, position: { peak: 5600, trailingStop: 5320 } },
      nearest: { condition: 'trailing_stop', price: 5320, distance: 80 },
    },
    {
      name: 'not what has triggered',
      scene: { bid: 5750 },
      nearest: { condition: 'trailing_stop', price: 5520, distance: 230 },
    },
    {
      name: 'the price a blocked stop loss waits for',
      scene: { bid: 850, position: CHEAP },
      nearest: { condition: 'stop_loss', price: 800, distance: 50 },
    },
    {
      name: 'not what no price reaches',
      scene: { bid: 9900, position: { cost: 90_000_000 } },
      nearest: { condition: 'trailing_stop', price: 9405, distance: 495 },
    },
    { name: 'none without a bid', scene: { bid: null }, nearest: null },
  ])('nearest: $name', ({ scene, nearest }) => {
    expect(evaluate({ name: '', ...scene }).nearest).toEqual(nearest);
  });

  it('the spread at adoption is that of the first fresh quote, and counts on that quote already', () => {
    const first = evaluate({
      name: '',
      bid: 800,
      ask: 1000,
      position: { ...CHEAP, quotedAt: null, entrySpread: null },
    });
    expect(first.next.entrySpread).toBe(200);
    expect(verdictOf(first, 'stop_loss')).toMatchObject({
      status: 'clear',
      note: expect.stringContaining('0.0200 + 1 tick'),
    });
  });

  it('a first quote with one side leaves the spread at adoption unknown for good', () => {
    const first = evaluate({ name: '', ask: null, position: { quotedAt: null, entrySpread: null } });
    expect(first.next.entrySpread).toBeNull();
    expect(
      evaluate({ name: '', position: { ...first.next, quotedAt: NOON - SECOND } }).next.entrySpread,
    ).toBeNull();
  });

  it('alerts that a book was never liquid', () => {
    const scene = { name: '', ask: 5400, position: { sawLiquidBook: false } };
    const evaluation = evaluate(scene);
    expect([evaluation.illiquidSinceAdoption, evaluation.next.confirmations]).toEqual([true, {}]);
    expect(evaluate({ ...scene, ask: 5100 })).toMatchObject({
      illiquidSinceAdoption: false,
      next: { sawLiquidBook: true },
    });
    const disabled = methodWith('liquidity_dried_up', { enabled: false });
    expect(evaluate({ ...scene, method: disabled }).illiquidSinceAdoption).toBe(false);
    expect(evaluate({ ...scene, position: { sawLiquidBook: true } }).illiquidSinceAdoption).toBe(false);
  });
});

describe('a grid that is finer on one side of the market', () => {
  it("is read in the owned side's terms: YES below 0.10 is NO above 0.90", () => {
    const grid = [
      { start: 0, end: 1000, step: 10 },
      { start: 1000, end: 10_000, step: 100 },
    ];
    const no = gridForSide(grid, 'no');
    expect(no).toEqual([
      { start: 0, end: 9000, step: 100 },
      { start: 9000, end: 10_000, step: 10 },
    ]);
    expect(gridForSide(grid, 'no')).toBe(no);
    expect(gridForSide(grid, 'yes')).toBe(grid);
    // 0.0095 below the entry: more than a tick of 0.001, less than one of 0.01.
    const winner = (side: 'yes' | 'no') =>
      evaluateExits(
        anInput({
          position: aPosition({ side, cost: 6_000_000, quantity: 10_000, entrySpread: 0, peak: 600 }),
          surroundings: someSurroundings({ market: openMarket({ grid }) }),
          quote: aQuote(505, { ask: 515 }),
        }),
      ).winner?.condition;
    expect([winner('yes'), winner('no')]).toEqual(['stop_loss', undefined]);
  });
});
