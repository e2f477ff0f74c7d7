import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evaluation, EvaluationInput, SkipBand, Surroundings } from '../../src/domain/evaluation.ts';
import { evaluateExits } from '../../src/domain/exit-conditions.ts';
import { CENT_GRID, isFresh, type PriceGrid, type Quote, type Side } from '../../src/domain/market.ts';
import type { ConditionName, Method } from '../../src/domain/method.ts';
import type { Position } from '../../src/domain/position.ts';
import { skipBand } from '../../src/domain/skip-band.ts';
import {
  aNewPosition,
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

const TAPERED_GRID: PriceGrid = [
  { start: 0, end: 1000, step: 10 },
  { start: 1000, end: 9000, step: 100 },
  { start: 9000, end: 10_000, step: 10 },
];

const bandOf = (overrides: Partial<EvaluationInput>): SkipBand | null => {
  const input = anInput(overrides);
  return skipBand(input, evaluateExits(input));
};

const calm = { position: aPosition({ peak: 5400 }), quote: aQuote(5000) };

describe('skipBand', () => {
  it('reaches from the marks near the stop loss to the peak, and half the spread that would dry up', () => {
    expect(bandOf(calm)).toEqual({
      bidLow: 4900,
      bidHigh: 5400,
      askLow: 1,
      askHigh: 5200,
      until: NOON + 115 * MINUTE + 1,
    });
  });

  it.each<{ name: string; change: Partial<EvaluationInput>; band: Partial<SkipBand> }>([
    { name: 'a new peak must be seen', change: { position: aPosition() }, band: { bidHigh: 5000 } },
    {
      name: 'break-even is no border without a better opportunity',
      change: { quote: aQuote(4800) },
      band: { bidLow: 4700, bidHigh: 5400 },
    },
    {
      name: 'above break-even to the peak',
      change: { quote: aQuote(5200) },
      band: { bidLow: 5100, bidHigh: 5400 },
    },
    {
      name: 'a spread without room',
      change: { quote: aQuote(4900, { ask: 5200 }) },
      band: { bidLow: 4900, askHigh: 5200 },
    },
    {
      name: 'urgent marks stay urgent',
      change: { quote: aQuote(4300) },
      band: { bidLow: 4251, bidHigh: 4350 },
    },
    {
      name: 'an active trailing stop',
      change: { position: aPosition({ peak: 5600, trailingStop: 5320 }), quote: aQuote(5500) },
      band: { bidLow: 5427, bidHigh: 5600 },
    },
    {
      name: 'the edge: from early_exit to edge_disappeared',
      change: {
        position: aPosition({ peak: 5400, modelProbability: 520_000, rests: { early_exit: NOON + MINUTE } }),
        quote: aQuote(5100),
      },
      band: { bidLow: 5001, bidHigh: 5200 },
    },
    {
      name: 'a better opportunity begins where there is a profit',
      change: {
        position: aPosition({ peak: 5400, modelProbability: 900_000 }),
        surroundings: someSurroundings({ opportunity: { market: 'GAME-B', edge: 900_000 } }),
      },
      band: { bidLow: 4900, bidHigh: 5000 },
    },
    {
      name: 'without the liquidity rule the ask is idle',
      change: {
        position: aPosition({ peak: 5400, sawLiquidBook: true }),
        method: methodWith('liquidity_dried_up', { enabled: false }),
      },
      band: { bidLow: 4351, bidHigh: 5400, askLow: 1, askHigh: 9999 },
    },
    {
      name: 'without an ask only the same quote is skipped',
      change: { quote: aQuote(5000, { ask: null }) },
      band: { bidLow: 5000, bidHigh: 5000, askLow: 10_000, askHigh: 10_000 },
    },
    {
      name: 'without a bid too, where the liquidity rule is not armed',
      change: {
        position: aPosition({ peak: 5400, sawLiquidBook: false }),
        quote: aQuote(null, { ask: 5000 }),
      },
      band: { bidLow: 0, bidHigh: 0, askLow: 5000, askHigh: 5000 },
    },
    {
      name: 'nothing is skipped across a change of the tick: at 0.9001 the stop loss holds, at 0.90 it is blocked',
      change: {
        position: aPosition({ cost: 90_950_000, entrySpread: null, peak: 9200 }),
        method: methodWith('stop_loss', { stop: 5000 }),
        surroundings: someSurroundings({ market: openMarket({ grid: TAPERED_GRID }) }),
        quote: aQuote(9000),
      },
      band: { bidLow: 9000, bidHigh: 9000 },
    },
    {
      name: 'a wide book waits to become liquid',
      change: {
        position: aPosition({ peak: 5400, sawLiquidBook: false }),
        quote: aQuote(4800, { ask: 5600 }),
      },
      band: { bidLow: 4351, bidHigh: 5100, askLow: 5401, askHigh: 9999 },
    },
  ])('$name', ({ change, band }) => {
    expect(bandOf({ ...calm, ...change })).toMatchObject(band);
  });

  it.each<{
    name: string;
    position?: Partial<Position>;
    market?: Partial<Surroundings['market']>;
    method?: Method;
    until: number;
  }>([
    {
      name: 'time_based_urgent: the first millisecond with less than 5 min',
      market: { closeTime: NOON + 6 * MINUTE },
      until: NOON + MINUTE + 1,
    },
    {
      name: 'an expected expiration passes',
      position: { held: true },
      market: { expectedExpiration: NOON + MINUTE },
      until: NOON + MINUTE,
    },
    {
      name: 'the model grows too old',
      position: { modelProbability: 900_000, modelAt: NOON - 9 * MINUTE },
      until: NOON + MINUTE + 1,
    },
    {
      name: 'a rest ends',
      position: { rests: { early_exit: NOON + 2 * MINUTE, rebalance: NOON - 1 } },
      until: NOON + 2 * MINUTE,
    },
    { name: 'nothing ends', market: { closeTime: null }, until: Number.MAX_SAFE_INTEGER },
    {
      name: 'time_based_urgent is disabled',
      method: methodWith('time_based_urgent', { enabled: false }),
      until: Number.MAX_SAFE_INTEGER,
    },
  ])('until: $name', ({ position, market, method = defaultMethod(), until }) => {
    const surroundings = someSurroundings({ market: openMarket(market) });
    expect(bandOf({ position: aPosition(position), surroundings, method })?.until).toBe(until);
  });

  it.each<{ name: string; change: Partial<EvaluationInput> }>([
    { name: 'a winner', change: { quote: aQuote(4000) } },
    { name: 'a pending confirmation', change: { quote: aQuote(5000, { ask: 5400 }) } },
    { name: 'a working exit', change: { position: aPosition({ phase: 'walking' }) } },
    {
      name: 'a bid that vanished, to be confirmed',
      change: {
        position: aPosition({ peak: 5400, sawLiquidBook: true }),
        quote: aQuote(null, { ask: 5000 }),
      },
    },
    { name: 'no quote', change: { quote: null } },
    {
      name: 'a paused market',
      change: { surroundings: someSurroundings({ market: openMarket({ status: 'paused' }) }) },
    },
  ])('null: $name', ({ change }) => {
    expect(bandOf({ ...calm, ...change })).toBeNull();
  });
});

const anyMethod = fc
  .record({
    partial: fc.boolean(),
    stopConfirmations: fc.integer({ min: 1, max: 2 }),
    liquidityAtOnce: fc.boolean(),
    disabled: fc.option(
      fc.constantFrom<ConditionName>(
        'stop_loss',
        'trailing_stop',
        'liquidity_dried_up',
        'partial_exit_target',
      ),
      { freq: 3 },
    ),
  })
  .map(({ partial, stopConfirmations, liquidityAtOnce, disabled }) => {
    let method = partial ? defaultMethod() : methodWithoutPartialExits();
    method = methodWith('stop_loss', { confirmations: stopConfirmations }, method);
    if (liquidityAtOnce)
      method = methodWith('liquidity_dried_up', { confirmations: 1, confirmForMs: 0 }, method);
    return disabled ? methodWith(disabled, { enabled: false }, method) : method;
  });

const anyPosition = fc
  .record({
    side: fc.constantFrom<Side>('yes', 'no'),
    quantity: fc.integer({ min: 1, max: 3000 }),
    averageCents: fc.integer({ min: 3, max: 95 }),
    odd: fc.integer({ min: 0, max: 99 }),
    soldShare: fc.constantFrom(0, 0, 0.5, 0.75),
    modelProbability: fc.option(fc.integer({ min: 1, max: 999_999 })),
    modelAt: fc.option(fc.integer({ min: NOON - 12 * MINUTE, max: NOON })),
    rests: fc.constantFrom(
      {},
      { early_exit: NOON + MINUTE },
      { stop_loss: NOON + 30 * SECOND, rebalance: NOON },
    ),
    held: fc.boolean(),
  })
  .map(({ averageCents, odd, soldShare, ...fields }) =>
    aNewPosition({
      ...fields,
      cost: fields.quantity * averageCents * 100 + (odd % fields.quantity),
      sold: Math.floor(fields.quantity * soldShare),
    }),
  );

const anySurroundings = fc
  .record({
    closeIn: fc.option(fc.integer({ min: -1, max: 12 * MINUTE })),
    expectedIn: fc.option(fc.integer({ min: -1, max: 12 * MINUTE })),
    volume24h: fc.constantFrom(null, 4999, 100_000, 100_000),
    patientPaused: fc.boolean(),
    grid: fc.constantFrom(CENT_GRID, TAPERED_GRID),
    opportunity: fc.option(
      fc.record({ market: fc.constant('GAME-B'), edge: fc.integer({ min: -100_000, max: 500_000 }) }),
    ),
  })
  .map(({ closeIn, expectedIn, volume24h, grid, opportunity, patientPaused }) =>
    someSurroundings({
      market: openMarket({
        closeTime: closeIn && NOON + closeIn,
        expectedExpiration: expectedIn && NOON + expectedIn,
        volume24h,
        grid,
      }),
      opportunity,
      patientPaused,
    }),
  );

/** A walk of bid and spread in steps of a tenth of a cent to a few cents, which now and then loses a side. */
const anyWalk = fc.array(
  fc.record({
    step: fc.oneof(
      fc.integer({ min: -3, max: 3 }).map((cents) => cents * 100),
      fc.integer({ min: -60, max: 60 }).map((tenths) => tenths * 10),
    ),
    spread: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(0, 100, 200) },
      fc.integer({ min: 0, max: 60 }).map((tenths) => tenths * 10),
    ),
    side: fc.oneof({ weight: 20, arbitrary: fc.constant('both') }, fc.constantFrom('bid', 'ask')),
    waitMs: fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 100_000 })),
  }),
  { minLength: 1, maxLength: 60 },
);

type Step = typeof anyWalk extends fc.Arbitrary<(infer S)[]> ? S : never;

function quotesOf(walk: Step[], position: Position): Quote[] {
  let bid = Math.round(position.cost / position.quantity / 100) * 100;
  let at = NOON;
  const quotes = walk.map(({ step, spread, side, waitMs }) => {
    bid = Math.min(9900, Math.max(10, bid + step));
    at += waitMs;
    const ask = Math.min(9990, bid + spread);
    return quoteFor(position.side, side === 'ask' ? null : bid, side === 'bid' ? null : ask, at);
  });
  return quotes.filter((quote) => isFresh(quote, quote.observedAt, 0));
}

function inside(quote: Quote, band: SkipBand, at: number): boolean {
  const bid = quote.bid ?? 0;
  const ask = quote.ask ?? 10_000;
  return (
    at < band.until && band.bidLow <= bid && bid <= band.bidHigh && band.askLow <= ask && ask <= band.askHigh
  );
}

/** What must not depend on whether a quote was skipped. */
const decisionOf = (evaluation: Evaluation) => ({
  statuses: evaluation.verdicts.map((verdict) => verdict.status),
  winner: evaluation.winner?.condition,
  overruled: evaluation.overruled,
  urgent: evaluation.urgent,
  stage: evaluation.stage,
  illiquid: evaluation.illiquidSinceAdoption,
});
const lastingRowOf = ({ mark, bid, ask, quotedAt, ...lasting }: Evaluation['next']) => lasting;

interface Skipper {
  position: Position;
  last: Evaluation | null;
  band: SkipBand | null;
  skipped: number;
}

function seeOrSkip(skipper: Skipper, quote: Quote, method: Method, surroundings: Surroundings): void {
  const at = quote.observedAt;
  if (skipper.band && inside(quote, skipper.band, at)) {
    skipper.skipped++;
    return;
  }
  const input = { position: skipper.position, method, surroundings, quote, at };
  skipper.last = evaluateExits(input);
  skipper.band = skipBand(input, skipper.last);
  if (skipper.band) expect(inside(quote, skipper.band, at)).toBe(true);
  skipper.position = { ...skipper.position, ...skipper.last.next };
}

describe('skipping equals evaluating', () => {
  it('gives the same decisions and the same row for any walk of any position', () => {
    fc.assert(
      fc.property(
        anyPosition,
        anyMethod,
        anySurroundings,
        anyWalk,
        (position, method, surroundings, walk) => {
          const skipper: Skipper = { position, last: null, band: null, skipped: 0 };
          let row = position;
          for (const quote of quotesOf(walk, position)) {
            const every = evaluateExits({ position: row, method, surroundings, quote, at: quote.observedAt });
            row = { ...row, ...every.next };
            seeOrSkip(skipper, quote, method, surroundings);
            expect(decisionOf(skipper.last!)).toEqual(decisionOf(every));
            expect(lastingRowOf(skipper.last!.next)).toEqual(lastingRowOf(every.next));
          }
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('skips nearly everything while a book trembles', () => {
    const skipper: Skipper = {
      position: aPosition({ peak: 5400, side: 'no' }),
      last: null,
      band: null,
      skipped: 0,
    };
    for (let i = 0; i < 1000; i++) {
      const quote = quoteFor('no', 4800 - (i % 2) * 100, 4900 + (i % 3 === 0 ? 100 : 0), NOON + i * SECOND);
      seeOrSkip(skipper, quote, defaultMethod(), someSurroundings());
    }
    expect(skipper.skipped).toBeGreaterThan(950);
  });
});
