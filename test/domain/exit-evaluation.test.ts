import { describe, expect, it } from 'vitest';
import type { Evaluation, EvaluationInput, VerdictStatus } from '../../src/domain/evaluation.ts';
import { evaluateExits } from '../../src/domain/exit-conditions.ts';
import type { Quote, TradingStatus } from '../../src/domain/market.ts';
import { CONDITIONS, type ConditionName, type Method } from '../../src/domain/method.ts';
import type { Position } from '../../src/domain/position.ts';
import {
  aNewPosition,
  anInput,
  aPosition,
  aQuote,
  defaultMethod,
  MINUTE,
  methodWith,
  NOON,
  openMarket,
  SECOND,
  someSurroundings,
} from '../support/domain-builders.ts';

const statusOf = (evaluation: Evaluation, condition: ConditionName): VerdictStatus =>
  evaluation.verdicts.find((verdict) => verdict.condition === condition)!.status;

/** Evaluates quotes one after the other, each on the row the last one left. */
function follow(quotes: Quote[], position: Position, method: Method): Evaluation[] {
  let row = position;
  return quotes.map((quote) => {
    const evaluation = evaluateExits(anInput({ position: row, method, quote, at: quote.observedAt }));
    row = { ...row, ...evaluation.next };
    return evaluation;
  });
}

const wide = (seconds: number) => aQuote(5000, { ask: 5400, observedAt: NOON + seconds * SECOND });
const tight = (seconds: number) => aQuote(5000, { observedAt: NOON + seconds * SECOND });

describe('confirmations', () => {
  it.each<{ name: string; quotes: Quote[]; statuses: VerdictStatus[] }>([
    {
      name: 'two quotes 10 s apart are enough',
      quotes: [wide(0), wide(10)],
      statuses: ['confirming', 'triggered'],
    },
    { name: 'less than 10 s is not', quotes: [wide(0), wide(9.999)], statuses: ['confirming', 'confirming'] },
    {
      name: 'a third can complete the 10 s',
      quotes: [wide(0), wide(5), wide(10)],
      statuses: ['confirming', 'confirming', 'triggered'],
    },
    {
      name: 'a blink starts the count anew',
      quotes: [wide(0), tight(5), wide(10), wide(20)],
      statuses: ['confirming', 'clear', 'confirming', 'triggered'],
    },
    {
      name: 'a gap of exactly 90 s goes on',
      quotes: [wide(0), wide(90)],
      statuses: ['confirming', 'triggered'],
    },
    {
      name: 'a longer gap starts the count anew',
      quotes: [wide(0), wide(90.001), wide(101)],
      statuses: ['confirming', 'confirming', 'triggered'],
    },
    {
      name: 'a confirmed quote seen again stays triggered',
      quotes: [wide(0), wide(10), wide(10)],
      statuses: ['confirming', 'triggered', 'triggered'],
    },
    {
      name: 'an older quote does not count',
      quotes: [wide(20), wide(0), wide(30)],
      statuses: ['confirming', 'confirming', 'triggered'],
    },
  ])('$name', ({ quotes, statuses }) => {
    const evaluations = follow(quotes, aPosition(), defaultMethod());
    expect(evaluations.map((e) => statusOf(e, 'liquidity_dried_up'))).toEqual(statuses);
  });

  it('are counted in the row with the times of the quotes', () => {
    const [, second] = follow([wide(0), wide(12)], aPosition(), defaultMethod());
    expect(second!.next.confirmations).toEqual({
      liquidity_dried_up: { count: 2, firstAt: NOON, lastAt: NOON + 12 * SECOND },
    });
  });

  it('a condition that one quote decides leaves no entry, and nothing is copied', () => {
    const position = aPosition();
    const { next } = evaluateExits(anInput({ position, quote: aQuote(4000) }));
    expect(next.confirmations).toBe(position.confirmations);
  });

  it('the stored row is never changed in place', () => {
    const position = Object.freeze(
      aPosition({
        confirmations: Object.freeze({
          liquidity_dried_up: { count: 1, firstAt: NOON - 1, lastAt: NOON - 1 },
        }),
      }),
    );
    expect(evaluateExits(anInput({ position, quote: tight(0) })).next.confirmations).toEqual({});
  });

  it('any condition takes them: a stop loss that waits for three quotes', () => {
    const method = methodWith('stop_loss', { confirmations: 3 });
    const quotes = [0, 1, 2].map((second) => aQuote(4000, { observedAt: NOON + second }));
    expect(follow(quotes, aPosition(), method).map((e) => statusOf(e, 'stop_loss'))).toEqual([
      'confirming',
      'confirming',
      'triggered',
    ]);
  });

  it('a cached quote seen twice counts once', () => {
    const method = methodWith('stop_loss', { confirmations: 2 });
    const quotes = [0, 0, 1].map((second) => aQuote(4000, { observedAt: NOON + second }));
    const statuses = follow(quotes, aPosition(), method).map((e) => statusOf(e, 'stop_loss'));
    expect(statuses).toEqual(['confirming', 'confirming', 'triggered']);
  });

  it('a cadence tick counts nothing', () => {
    const method = methodWith('circuit_breaker', { confirmations: 2 });
    const surroundings = someSurroundings({ dailyLoss: { tripped: true, pnl: null, limit: null } });
    const tick = evaluateExits(anInput({ method, surroundings, quote: null }));
    expect([statusOf(tick, 'circuit_breaker'), tick.next.confirmations]).toEqual(['confirming', {}]);
  });
});

describe('rests and holds', () => {
  const crash = (position: Partial<Position>) =>
    evaluateExits(anInput({ position: aPosition(position), quote: aQuote(4000) }));
  const rise = (position: Partial<Position>) =>
    evaluateExits(anInput({ position: aPosition(position), quote: aQuote(5800) }));

  it.each([
    { name: 'rests until the time given', until: NOON + 1, status: 'resting' },
    { name: 'is awake at that time', until: NOON, status: 'triggered' },
  ])('a condition that gave up $name', ({ until, status }) => {
    expect(statusOf(rise({ rests: { partial_exit_target: until } }), 'partial_exit_target')).toBe(status);
  });

  it('a resting condition does not win and holds nobody else back', () => {
    const evaluation = crash({ rests: { stop_loss: NOON + MINUTE }, peak: 5600, trailingStop: 5320 });
    expect([evaluation.winner?.condition, evaluation.overruled]).toEqual(['trailing_stop', []]);
  });

  it('a held position exits for CRITICAL only', () => {
    expect(crash({ held: true }).winner?.condition).toBe('stop_loss');
    const risen = rise({ held: true });
    expect([statusOf(risen, 'partial_exit_target'), risen.winner]).toEqual(['held', null]);
  });

  it('CRITICAL is what the method says', () => {
    const { MEDIUM, CRITICAL, ...others } = defaultMethod().priorities;
    const method = defaultMethod({
      priorities: { ...others, CRITICAL: ['circuit_breaker'], MEDIUM: [...MEDIUM, 'stop_loss'] },
    });
    const evaluation = evaluateExits(
      anInput({ method, position: aPosition({ held: true }), quote: aQuote(4000) }),
    );
    expect(statusOf(evaluation, 'stop_loss')).toBe('held');
  });
});

const rowOf = ({
  mark,
  bid,
  ask,
  quotedAt,
  entrySpread,
  peak,
  trailingStop,
  sawLiquidBook,
  confirmations,
  stages,
}: Position) => ({
  mark,
  bid,
  ask,
  quotedAt,
  entrySpread,
  peak,
  trailingStop,
  sawLiquidBook,
  confirmations,
  stages,
});

describe('without a fresh quote', () => {
  const doomed: Partial<EvaluationInput> = {
    surroundings: someSurroundings({
      market: openMarket({ closeTime: NOON + MINUTE }),
      dailyLoss: { tripped: true, pnl: null, limit: null },
    }),
  };

  it('only the breaker and the time speak, and the row stays', () => {
    const position = aPosition({
      stages: [],
      confirmations: { liquidity_dried_up: { count: 1, firstAt: NOON, lastAt: NOON } },
    });
    const tick = evaluateExits(anInput({ ...doomed, position, quote: null }));
    const speaking = tick.verdicts.filter((v) => v.note !== 'no fresh quote').map((v) => v.condition);
    expect(speaking).toEqual(['circuit_breaker', 'time_based_urgent']);
    expect([tick.winner?.condition, tick.overruled]).toEqual(['circuit_breaker', ['time_based_urgent']]);
    expect(tick.next).toEqual(rowOf(position));
    expect(tick).toMatchObject({
      quote: null,
      quoteAgeMs: null,
      mark: null,
      pnl: null,
      unrealized: null,
      stage: null,
      nearest: null,
    });
  });

  it.each([
    { name: 'near the stop loss by its last mark it stays urgent', mark: 4300, urgent: true },
    { name: 'far from it it does not become urgent', mark: 5000, urgent: false },
    { name: 'never quoted', mark: null, urgent: false },
  ])('$name', ({ mark, urgent }) => {
    expect(evaluateExits(anInput({ position: aPosition({ mark }), quote: null })).urgent).toBe(urgent);
  });
});

describe('a quote without a bid', () => {
  const evaluation = evaluateExits(anInput({ quote: aQuote(null, { ask: 5200 }) }));

  it('has no mark, never a price of 0, and keeps the last one in the row', () => {
    expect(evaluation).toMatchObject({ mark: null, pnl: null, unrealized: null, nearest: null });
    expect(evaluation.next).toMatchObject({ mark: 5000, bid: null, ask: 5200, quotedAt: NOON, peak: 5000 });
  });
});

describe('a market that does not trade', () => {
  it.each<TradingStatus>(['paused', 'closed', 'settled'])(
    '%s: nothing speaks and the row stays',
    (status) => {
      const position = aPosition({ stages: [] });
      const surroundings = someSurroundings({
        market: openMarket({ status, closeTime: NOON }),
        dailyLoss: { tripped: true, pnl: null, limit: null },
      });
      const evaluation = evaluateExits(anInput({ position, surroundings, quote: aQuote(4000) }));
      expect(evaluation.verdicts.map((v) => [v.condition, v.status, v.note])).toEqual(
        CONDITIONS.map((c) => [c, 'silent', `market is ${status}`]),
      );
      expect([evaluation.winner, evaluation.urgent]).toEqual([null, false]);
      expect(evaluation.next).toEqual(rowOf(position));
    },
  );
});

describe('the row after a quote', () => {
  it('a first quote sets everything', () => {
    const { next } = evaluateExits(anInput({ position: aNewPosition(), quote: aQuote(5600, { ask: 5800 }) }));
    expect(next).toEqual({
      mark: 5600,
      bid: 5600,
      ask: 5800,
      quotedAt: NOON,
      entrySpread: 200,
      peak: 5600,
      trailingStop: 5320,
      sawLiquidBook: true,
      confirmations: {},
      stages: ['pending', 'pending'],
    });
  });

  it('a quote older than the last one does not take the row back', () => {
    const position = aPosition({ quotedAt: NOON + SECOND, bid: 5000, ask: 5100 });
    const { next } = evaluateExits(anInput({ position, quote: aQuote(4900) }));
    expect(next).toMatchObject({ mark: 5000, bid: 5000, ask: 5100, quotedAt: NOON + SECOND });
  });

  it('a disabled trailing stop still remembers the peak but is not active', () => {
    const method = methodWith('trailing_stop', { enabled: false });
    expect(evaluateExits(anInput({ method, quote: aQuote(5600) })).next).toMatchObject({
      peak: 5600,
      trailingStop: null,
    });
  });
});
