import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addSales,
  clientIdOf,
  failExit,
  isAboutOrder,
  leftToSell,
  type NextOrder,
  nextOrder,
  type OrderFact,
  pauseExit,
  placeAttempt,
  recordFills,
  recordOrderEnd,
  resumeExit,
  startExit,
  stepAfterLimit,
  unpauseExit,
} from '../../src/domain/exit-progress.ts';
import type { ExitStep, OrderEnd, Position, RunningExit } from '../../src/domain/position.ts';
import { remaining } from '../../src/domain/position.ts';
import { aPosition, defaultMethod, NOON, openMarket, SECOND } from '../support/domain-builders.ts';
import { aRunningExit } from '../support/store-records.ts';

const method = defaultMethod();
const ORDER: Extract<NextOrder, { kind: 'order' }> = {
  kind: 'order',
  orderType: 'limit',
  limitPrice: 5500,
  quantity: 10_000,
  timeoutMs: 10 * SECOND,
};
const ENDED: OrderEnd = { status: 'cancelled', code: null, reachedVenue: true, at: NOON + 7 };
const REFUSED: OrderEnd = { status: 'rejected', code: 'halted', reachedVenue: false, at: NOON + 7 };

/** 100 contracts with an exit that has just begun; quoted 0.56 / 0.59 at NOON. */
function exiting(exit: Partial<RunningExit> = {}, position: Partial<Position> = {}): Position {
  const quoted = aPosition({ bid: 5600, ask: 5900, mark: 5600, quotedAt: NOON, at: NOON, ...position });
  const started = startExit(quoted, { ...aRunningExit(), stage: null }, 'inst');
  return { ...started, exit: { ...started.exit!, ...exit } };
}
const working = (position = exiting()): Position => placeAttempt(position, ORDER);
const fact = (filledTotal: number, more: Partial<OrderFact> = {}): OrderFact => ({
  clientId: 'pinst-pos-1x1-1',
  filledTotal,
  proceedsTotal: filledTotal * 5500,
  feesTotal: filledTotal,
  at: NOON + 7,
  ...more,
});
const exitOf = (position: Position): RunningExit => position.exit!;

describe('startExit', () => {
  it('numbers on, names itself by instance and position, and starts at the strategy’s first step', () => {
    const position = startExit(
      aPosition({ exits: 2, sold: 9_000 }),
      aRunningExit({ quantity: 5_000 }),
      'inst',
    );
    expect(position.exits).toBe(3);
    expect(position.exit).toMatchObject({
      id: 'pinst-pos-1x3',
      number: 3,
      quantity: 1_000,
      step: 'limit',
      filled: 0,
      failure: null,
    });
    expect(clientIdOf(position.exit!.id, 12)).toBe('pinst-pos-1x3-12');
  });
});

describe('leftToSell: the exit’s quantity less its fills, never more than the position has left', () => {
  it.each<[name: string, quantity: number, filled: number, sold: number, writtenOff: number, left: number]>([
    ['nothing sold yet', 5_000, 0, 0, 0, 5_000],
    ['part of it sold', 5_000, 2_000, 2_000, 0, 3_000],
    ['holdings shrank', 5_000, 2_000, 2_000, 7_000, 1_000],
    ['nothing left', 5_000, 2_000, 2_000, 8_000, 0],
  ])('%s', (_, quantity, filled, sold, writtenOff, left) => {
    expect(leftToSell(exiting({ quantity, filled }, { sold, writtenOff }))).toBe(left);
  });
});

describe('nextOrder', () => {
  it.each<[name: string, exit: Partial<RunningExit>, position: Partial<Position>, want: NextOrder]>([
    ['a first limit', {}, {}, { ...ORDER, limitPrice: 5500 }],
    ['a first limit above its floor', { walkFloor: 5750 }, {}, { ...ORDER, limitPrice: 5800 }],
    ['a walk', { step: 'walk', lastPrice: 5500 }, {}, { ...ORDER, limitPrice: 5400 }],
    [
      'a walk without a price before it is a first limit',
      { step: 'walk', lastPrice: null },
      {},
      { ...ORDER, limitPrice: 5500 },
    ],
    [
      'a market order',
      { step: 'market' },
      {},
      { ...ORDER, orderType: 'market', limitPrice: 4600, timeoutMs: 5 * SECOND },
    ],
    [
      'what is left of it',
      { quantity: 10_000, filled: 4_000 },
      { sold: 4_000 },
      { ...ORDER, limitPrice: 5500, quantity: 6_000 },
    ],
    ['a NO position: the grid of its own side', {}, { side: 'no' }, { ...ORDER, limitPrice: 5500 }],
    ['no quote yet', {}, { quotedAt: null }, { kind: 'no_quote' }],
    ['an old quote', {}, { quotedAt: NOON - 15_001 }, { kind: 'no_quote' }],
    ['a crossed quote', {}, { bid: 6000 }, { kind: 'no_quote' }],
    ['no bid for a market order', { step: 'market' }, { bid: null }, { kind: 'no_bid' }],
    [
      'a bid below the floor',
      { step: 'market', marketFloor: 5601 },
      {},
      { kind: 'below_floor', floor: 5601 },
    ],
  ])('%s', (_, exit, position, want) => {
    expect(
      nextOrder(exiting({ walkFloor: null, marketFloor: null, ...exit }, position), method, openMarket()),
    ).toEqual(want);
  });
});

describe('placeAttempt', () => {
  it('writes the attempt down with its deadline', () => {
    expect(working().exit).toMatchObject({
      attempts: 1,
      deadline: NOON + 10 * SECOND,
      due: false,
      waitUntil: null,
      orderEnd: null,
      attempt: {
        number: 1,
        clientId: 'pinst-pos-1x1-1',
        orderType: 'limit',
        limitPrice: 5500,
        quantity: 10_000,
        filled: 0,
        proceeds: 0,
        fees: 0,
        cancelRequested: false,
        placedAt: NOON,
      },
    });
  });
  it.each<[name: string, deadline: number | null, want: number]>([
    ['a deadline that was to go on does', NOON + 3 * SECOND, NOON + 3 * SECOND],
    ['one that is past does not', NOON, NOON + 10 * SECOND],
  ])('%s', (_, deadline, want) => expect(exitOf(working(exiting({ deadline }))).deadline).toBe(want));
  it('refuses a second live order', () => {
    expect(() => working(working())).toThrow('already has a live order');
  });
  it.each([[10_001], [0]])('refuses to sell %i of 10000', (quantity) => {
    expect(() => placeAttempt(exiting(), { ...ORDER, quantity })).toThrow(
      `would sell ${quantity} of 10000 held`,
    );
  });
});

describe('recordFills: cumulative', () => {
  it('adds what is new to attempt, exit and position', () => {
    const position = recordFills(recordFills(working(), fact(1_000)), fact(3_000));
    expect(position).toMatchObject({ sold: 3_000, proceeds: 16_500_000, fees: 3_000 });
    expect(position.exit).toMatchObject({
      filled: 3_000,
      proceeds: 16_500_000,
      fees: 3_000,
      executedAt: NOON + 7,
    });
    expect(position.exit!.attempt).toMatchObject({ filled: 3_000, proceeds: 16_500_000, fees: 3_000 });
  });
  it.each<[name: string, fact: OrderFact]>([
    ['known already', fact(3_000)],
    ['older', fact(1_000)],
    ['about another order', fact(9_000, { clientId: 'pinst-pos-1x1-2' })],
  ])('a fact that is %s changes nothing', (_, late) => {
    const known = recordFills(working(), fact(3_000));
    expect(recordFills(known, late)).toBe(known);
  });
  it('takes in what a fill brought when that is known later', () => {
    const early = recordFills(working(), fact(3_000, { proceedsTotal: 0, feesTotal: 0 }));
    expect(recordFills(early, fact(3_000, { at: NOON + 99 }))).toEqual(recordFills(working(), fact(3_000)));
  });
  it('without an order changes nothing', () => {
    const idle = exiting();
    expect(recordFills(idle, fact(1_000))).toBe(idle);
    expect(isAboutOrder(idle, fact(1_000))).toBe(false);
  });
});

describe('addSales', () => {
  it.each<[name: string, writtenOff: number, filled: number, want: { sold: number; writtenOff: number }]>([
    ['leaves what was written off', 4_000, 6_000, { sold: 6_000, writtenOff: 4_000 }],
    ['gives back what was sold after all', 4_000, 7_000, { sold: 7_000, writtenOff: 3_000 }],
    ['all of it', 4_000, 10_000, { sold: 10_000, writtenOff: 0 }],
  ])('%s', (_, writtenOff, filled, want) => {
    expect(addSales(aPosition({ writtenOff }), { filled, proceeds: 1, fees: 2 })).toMatchObject({
      ...want,
      proceeds: 1,
      fees: 2,
    });
  });
});

describe('recordOrderEnd', () => {
  it.each<[name: string, step: ExitStep, end: OrderEnd, want: Partial<RunningExit>]>([
    ['a first limit is no walk', 'limit', ENDED, { walks: 0, lastPrice: 5500 }],
    ['a walk is used up', 'walk', ENDED, { walks: 1, lastPrice: 5500 }],
    ['a walk that never reached the venue is not', 'walk', REFUSED, { walks: 0, lastPrice: 5700 }],
    ['a market order leaves no price to walk from', 'market', ENDED, { walks: 0, lastPrice: 5700 }],
  ])('%s', (_, step, end, want) => {
    const position = recordOrderEnd(working(exiting({ step, lastPrice: 5700 })), fact(2_000), end);
    expect(position.lastOrderEndedAt).toBe(NOON + 7);
    expect(position.exit).toMatchObject({ ...want, filled: 2_000, attempt: null, orderEnd: end });
  });
  it('an order that has sold nothing dates no read of the account', () => {
    const since = (filledTotal: number) =>
      recordOrderEnd(working(), fact(filledTotal), ENDED).lastOrderEndedAt;
    expect([since(0), since(1)]).toEqual([null, NOON + 7]);
  });
  it('an order that landed earns a refused price its second chance anew', () => {
    const again = (end: OrderEnd) =>
      exitOf(recordOrderEnd(working(exiting({ looks: 1 })), fact(0), end)).looks;
    expect([again(ENDED), again(REFUSED)]).toEqual([0, 1]);
  });
  it('of another order changes nothing', () => {
    const position = working();
    expect(recordOrderEnd(position, fact(2_000, { clientId: 'other' }), ENDED)).toBe(position);
  });
});

describe('stepAfterLimit', () => {
  it.each<
    [
      strategy: RunningExit['execution']['retryStrategy'],
      walks: number,
      maxWalks: number,
      'walk' | 'market' | 'give_up',
    ]
  >([
    ['walk_then_market', 0, 2, 'walk'],
    ['walk_then_market', 1, 2, 'walk'],
    ['walk_then_market', 2, 2, 'market'],
    ['walk_price', 4, 5, 'walk'],
    ['walk_price', 5, 5, 'give_up'],
    ['walk_slowly', 9, 10, 'walk'],
    ['walk_slowly', 10, 10, 'give_up'],
    ['immediate_market', 0, 5, 'market'],
  ])('%s after %i of %i walks: %s', (retryStrategy, walks, maxWalks, want) => {
    expect(
      stepAfterLimit(
        aRunningExit({ walks, execution: { ...method.execution.HIGH, retryStrategy, maxWalks } }),
      ),
    ).toBe(want);
  });
});

describe('a pause keeps the time that was left', () => {
  const after = (exit: Partial<RunningExit>, ms: number) =>
    exitOf(unpauseExit({ ...pauseExit({ ...exiting(exit), at: NOON + 2_000 }), at: NOON + 2_000 + ms }));

  it.each<[name: string, exit: Partial<RunningExit>, want: Partial<RunningExit>]>([
    ['of an order', { deadline: NOON + 5_000 }, { deadline: NOON + 65_000, waitUntil: null }],
    ['of a wait', { waitUntil: NOON + 5_000 }, { deadline: null, waitUntil: NOON + 65_000 }],
    [
      'of a wait within a deadline',
      { waitUntil: NOON + 3_000, deadline: NOON + 5_000 },
      { deadline: NOON + 65_000, waitUntil: NOON + 63_000 },
    ],
    ['none where none was left', { deadline: NOON + 1_000 }, { deadline: NOON + 62_000 }],
    ['nothing where nothing ran', {}, { deadline: null, waitUntil: null }],
  ])('%s', (_, exit, want) => expect(after(exit, 60_000)).toMatchObject({ ...want, pausedLeft: null }));

  it('begins once', () => {
    const paused = pauseExit(exiting({ deadline: NOON + 5_000 }));
    expect(pauseExit({ ...paused, at: NOON + 4_000 }).exit).toBe(paused.exit);
  });
});

describe('failExit and resumeExit', () => {
  it('waits longer each time, keeps the count, and starts the step anew', () => {
    let position = exiting({ step: 'market', repeats: 13, walks: 2, attempts: 16 });
    const waits = [];
    for (let i = 0; i < 7; i++) {
      position = failExit(position, 'attempts', null, method);
      waits.push((exitOf(position).failure!.resumeAt - NOON) / 60_000);
      position = resumeExit(position);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30]);
    expect(position.exit).toMatchObject({
      step: 'market',
      repeats: 0,
      walks: 0,
      attempts: 16,
      failure: { times: 7 },
    });
  });
  it('resumes a walk at its first limit', () => {
    expect(resumeExit(exiting({ step: 'walk', walks: 2, lastPrice: 5000 })).exit).toMatchObject({
      step: 'limit',
      walks: 0,
      lastPrice: null,
    });
  });
  it('remembers whether there was a bid', () => {
    const vanished = (bid: number | null) =>
      exitOf(failExit(exiting({}, { bid }), 'attempts', null, method)).failure!.bidVanished;
    expect([vanished(5600), vanished(null)]).toEqual([false, true]);
  });
});

describe('facts in any order, any number of times', () => {
  it('add up to the largest total, and never sell more than there is', () => {
    const totals = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(totals, fc.integer({ min: 0, max: 10_000 }), (told, missing) => {
        const start = { ...working(), writtenOff: missing };
        const end = told.reduce((position, total) => recordFills(position, fact(total)), start);
        const most = Math.max(...told);
        expect(end).toMatchObject({ sold: most, proceeds: most * 5500, exit: { filled: most } });
        expect(remaining(end)).toBe(Math.max(0, 10_000 - most - missing));
      }),
      { numRuns: 500 },
    );
  });
});
