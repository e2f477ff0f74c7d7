import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addBaselines,
  beginDay,
  type DayBaselines,
  measureDay,
  totalPnl,
  type Valued,
} from '../../src/domain/day-pnl.ts';
import type { Position } from '../../src/domain/position.ts';
import { aPosition } from '../support/domain-builders.ts';

/** 100 contracts bought at $0.50, valued at `mark`. */
const valued = (mark: number | null, change: Partial<Position> = {}, fresh = true): Valued => ({
  position: aPosition(change),
  mark,
  fresh,
});
const SOLD_OUT = { phase: 'closed', sold: 10_000, proceeds: 42_000_000, fees: 70_000 } as const;
const nobody = () => false;
const everybody = () => true;

describe('totalPnl', () => {
  it.each([
    { name: 'open', of: valued(5600), total: 6_000_000 },
    {
      name: 'half sold',
      of: valued(5600, { sold: 5000, proceeds: 29_000_000, fees: 500_000 }),
      total: 6_500_000,
    },
    { name: 'without a mark', of: valued(null, { sold: 5000, proceeds: 29_000_000 }), total: 4_000_000 },
    { name: 'closed, whatever the mark', of: valued(9900, SOLD_OUT), total: -8_070_000 },
  ])('$name', ({ of: { position, mark }, total }) => {
    expect(totalPnl(position, mark)).toBe(total);
  });
});

describe('measureDay', () => {
  const atZero: DayBaselines = { 'pos-1': { realized: 0, unrealized: 0, mark: null } };
  const atMinusHundred: DayBaselines = { 'pos-1': { realized: 0, unrealized: -100_000_000, mark: 4000 } };
  const nothing = { pnl: 0, realized: 0, unrealizedChange: 0, flagged: [] };

  it.each<{ name: string; baselines: DayBaselines; day: Valued[]; result: ReturnType<typeof measureDay> }>([
    { name: 'no positions', baselines: {}, day: [], result: nothing },
    {
      name: 'a gain since the day began',
      baselines: { 'pos-1': { realized: 0, unrealized: 2_000_000, mark: 5200 } },
      day: [valued(5600)],
      result: { ...nothing, pnl: 4_000_000, unrealizedChange: 4_000_000 },
    },
    {
      name: 'a loss from before the adoption does not count',
      baselines: atMinusHundred,
      day: [valued(4000, { quantity: 100_000, cost: 500_000_000 })],
      result: nothing,
    },
    {
      name: 'nor once it is realized: it moves from the one part to the other',
      baselines: atMinusHundred,
      day: [
        valued(4000, {
          quantity: 100_000,
          cost: 500_000_000,
          sold: 100_000,
          proceeds: 400_000_000,
          phase: 'closed',
        }),
      ],
      result: { ...nothing, realized: -100_000_000, unrealizedChange: 100_000_000 },
    },
    {
      name: 'a position closed today counts with its fees',
      baselines: atZero,
      day: [valued(4200, SOLD_OUT)],
      result: { ...nothing, pnl: -8_070_000, realized: -8_070_000 },
    },
    {
      name: 'what was realized before the day began does not count',
      baselines: { 'pos-1': { realized: 4_000_000, unrealized: 3_000_000, mark: 5600 } },
      day: [valued(5700, { sold: 5000, proceeds: 29_000_000 })],
      result: { ...nothing, pnl: 500_000, unrealizedChange: 500_000 },
    },
    {
      name: 'an old mark counts and is flagged',
      baselines: atZero,
      day: [valued(4000, {}, false)],
      result: { ...nothing, pnl: -10_000_000, unrealizedChange: -10_000_000, flagged: ['pos-1'] },
    },
    {
      name: 'the old mark of a closed position is of no matter',
      baselines: atZero,
      day: [valued(4200, SOLD_OUT, false)],
      result: { ...nothing, pnl: -8_070_000, realized: -8_070_000 },
    },
    {
      name: 'bought and never quoted: worth what was paid, and flagged',
      baselines: atZero,
      day: [valued(null, {}, false)],
      result: { ...nothing, flagged: ['pos-1'] },
    },
    {
      name: 'a mark that is lost changes no unrealized P&L',
      baselines: atMinusHundred,
      day: [valued(null)],
      result: { ...nothing, flagged: ['pos-1'] },
    },
    {
      name: 'a winner that was sold by hand is no loss of the day',
      baselines: { 'pos-1': { realized: 0, unrealized: 40_000_000, mark: 9000 } },
      day: [valued(9000, { writtenOff: 10_000, phase: 'closed' })],
      result: nothing,
    },
    {
      name: 'nor is a loser a profit; what is left of it counts on',
      baselines: { 'pos-1': { realized: 0, unrealized: -10_000_000, mark: 4000 } },
      day: [valued(3900, { writtenOff: 5000 })],
      result: { ...nothing, pnl: -500_000, unrealizedChange: -500_000 },
    },
    {
      name: 'what had vanished before the day began stays out of it',
      baselines: beginDay([valued(4000, { writtenOff: 2000 })]),
      day: [valued(3900, { writtenOff: 5000 })],
      result: { ...nothing, pnl: -500_000, unrealizedChange: -500_000 },
    },
    {
      name: 'no baseline yet: 0 and flagged',
      baselines: { 'pos-1': null },
      day: [valued(null), valued(4000, { id: 'pos-2' })],
      result: { ...nothing, flagged: ['pos-1', 'pos-2'] },
    },
  ])('$name', ({ baselines, day, result }) => {
    expect(measureDay(baselines, day)).toEqual(result);
  });
});

describe('addBaselines', () => {
  const half = { sold: 5000, proceeds: 29_000_000 };

  it.each<{
    name: string;
    before: DayBaselines;
    seen: Valued;
    bought: (position: Position) => boolean;
    after: DayBaselines;
  }>([
    {
      name: 'bought by us: from nothing',
      before: {},
      seen: valued(4900),
      bought: everybody,
      after: { 'pos-1': { realized: 0, unrealized: 0, mark: null } },
    },
    {
      name: 'bought by us, partly sold before it was looked at: from nothing',
      before: {},
      seen: valued(null, half),
      bought: everybody,
      after: { 'pos-1': { realized: 0, unrealized: 0, mark: null } },
    },
    {
      name: 'bought yesterday, never quoted: what it had realized does not count again',
      before: { 'pos-1': null },
      seen: valued(null, half),
      bought: everybody,
      after: { 'pos-1': { realized: 4_000_000, unrealized: 0, mark: null } },
    },
    {
      name: 'adopted, with a mark',
      before: {},
      seen: valued(4000, half),
      bought: nobody,
      after: { 'pos-1': { realized: 4_000_000, unrealized: -5_000_000, mark: 4000 } },
    },
    {
      name: 'adopted, no mark yet',
      before: {},
      seen: valued(null),
      bought: nobody,
      after: { 'pos-1': null },
    },
    {
      name: 'the first mark of one that was adopted',
      before: { 'pos-1': null },
      seen: valued(4000),
      bought: nobody,
      after: { 'pos-1': { realized: 0, unrealized: -10_000_000, mark: 4000 } },
    },
    {
      name: 'closed before it was measured: the whole lot at its first mark',
      before: { 'pos-1': null },
      seen: valued(4000, { ...half, sold: 10_000, phase: 'closed', closedAt: 1 }),
      bought: nobody,
      after: { 'pos-1': { realized: 0, unrealized: -10_000_000, mark: 4000 } },
    },
    {
      name: 'others stay',
      before: { 'pos-0': null },
      seen: valued(5000),
      bought: nobody,
      after: { 'pos-0': null, 'pos-1': { realized: 0, unrealized: 0, mark: 5000 } },
    },
  ])('$name', ({ before, seen, bought, after }) => {
    const added = addBaselines(before, [seen], bought);
    expect(added).toEqual(after);
    expect(addBaselines(added, [seen], bought)).toBe(added);
  });

  it('the very same object when there is nothing to add, and what is known stays', () => {
    const baselines = { 'pos-1': { realized: 1, unrealized: 2, mark: 4000 }, 'pos-2': null };
    const day = [valued(4000), valued(null, { id: 'pos-2' })];
    expect(addBaselines(baselines, day, nobody)).toBe(baselines);
  });
});

describe('beginDay', () => {
  it('takes each open position at its last mark, and leaves the closed ones behind', () => {
    const day = [
      valued(5600, { sold: 5000, proceeds: 29_000_000 }, false),
      valued(null, { id: 'pos-2' }),
      valued(4200, { id: 'pos-3', ...SOLD_OUT }),
    ];
    expect(beginDay(day)).toEqual({
      'pos-1': { realized: 4_000_000, unrealized: 3_000_000, mark: 5600 },
      'pos-2': null,
    });
  });
});

/** One lot's day as cash and contracts, without realized and unrealized: what came in, and what is there now and then. */
interface Purse {
  isOurs: boolean;
  mark: number | null;
  contracts: number;
  /** In all, to know the cost of what is left while there is no mark. */
  quantity: number;
  cost: number;
  isClosed: boolean;
  received: number;
  /** Sold by hand: nobody knows for what. */
  vanished: number;
  /** What it was worth, and what had been received, when it began to count; `mark` null: as paid. */
  since: { worth: number; received: number; mark: number | null; vanished: number; cost: number } | null;
}

const costOfLeft = ({ quantity, cost, contracts }: Purse) =>
  cost - Number((BigInt(cost) * BigInt(quantity - contracts)) / BigInt(quantity));
const costOfFirst = ({ quantity, cost }: Purse, contracts: number) =>
  Number((BigInt(cost) * BigInt(contracts)) / BigInt(quantity));
const costOfVanished = (purse: Purse) =>
  costOfFirst(purse, purse.quantity - purse.contracts) -
  costOfFirst(purse, purse.quantity - purse.contracts - purse.vanished);
const worthOf = (purse: Purse) =>
  purse.isClosed ? 0 : purse.mark === null ? costOfLeft(purse) : purse.contracts * purse.mark;

const anyPrice = fc.integer({ min: 1, max: 9999 });
const anyHappening = fc.record({
  lot: fc.nat({ max: 2 }),
  what: fc.constantFrom('mark', 'mark', 'mark', 'sell', 'sell', 'vanish', 'settle', 'midnight'),
  price: anyPrice,
  part: fc.integer({ min: 1, max: 100 }),
  fee: fc.integer({ min: 0, max: 100_000 }),
});
const anyLot = fc.record({
  quantity: fc.integer({ min: 1, max: 100_000 }),
  cost: fc.integer({ min: 1, max: 900_000_000 }),
  isOurs: fc.boolean(),
  mark: fc.option(anyPrice),
});

describe('a day of cash', () => {
  it('the P&L is what came in and what is there, less what was there when it began to count', () => {
    const lots = fc.array(anyLot, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(lots, fc.array(anyHappening, { maxLength: 25 }), (given, happenings) => {
        let day: Valued[] = given.map(({ quantity, cost, mark }, i) =>
          valued(mark, { id: `${i}`, quantity, cost }),
        );
        const purses: Purse[] = given.map(({ quantity, ...lot }) => ({
          ...lot,
          quantity,
          contracts: quantity,
          isClosed: false,
          received: 0,
          vanished: 0,
          since: lot.isOurs ? { worth: lot.cost, received: 0, mark: null, vanished: 0, cost: 0 } : null,
        }));
        const gone = new Set<string>();
        const ours = ({ id }: Position) => given[Number(id)]!.isOurs;
        let baselines = addBaselines({}, day, ours);
        count(purses);
        for (const { lot, what, price, part, fee } of happenings) {
          if (what === 'midnight') {
            baselines = beginDay(day);
            for (const [i, purse] of purses.entries()) {
              if (purse.isClosed) gone.add(`${i}`);
              purse.since = null;
            }
          } else if (!purses[lot]!.isClosed) {
            day = day.with(lot, happen(day[lot]!, purses[lot]!, what, price, part, fee));
          }
          const counted = day.filter(({ position }) => !gone.has(position.id));
          baselines = addBaselines(baselines, counted, ours);
          count(purses);
          const result = measureDay(baselines, counted);
          const living = purses.filter((_, i) => !gone.has(`${i}`));
          expect(result.pnl).toBe(sum(living.map(earned)));
          expect(result.realized + result.unrealizedChange).toBe(result.pnl);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** A lot counts from its first mark; one of ours from when it was bought, and after midnight as it is. */
function count(purses: Purse[]): void {
  for (const purse of purses)
    if (purse.since === null && (purse.mark !== null || purse.isOurs))
      purse.since = {
        worth: worthOf(purse),
        received: purse.received,
        mark: purse.mark,
        vanished: purse.vanished,
        cost: costOfVanished(purse),
      };
}

/** What vanished since takes along what it was worth. */
function earned(purse: Purse): number {
  const { since } = purse;
  if (since === null) return 0;
  const taken =
    since.mark === null ? costOfVanished(purse) - since.cost : (purse.vanished - since.vanished) * since.mark;
  return purse.received - since.received + worthOf(purse) - since.worth + taken;
}

const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);

function happen(
  lot: Valued,
  purse: Purse,
  what: 'mark' | 'sell' | 'vanish' | 'settle',
  price: number,
  part: number,
  fee: number,
): Valued {
  const { position } = lot;
  if (what === 'mark') {
    purse.mark = price;
    return { ...lot, mark: price };
  }
  if (what === 'settle') {
    const paid = purse.contracts * (price > 5000 ? 10_000 : 0);
    Object.assign(purse, { received: purse.received + paid, isClosed: true });
    return { ...lot, position: { ...position, settled: paid, phase: 'closed' } };
  }
  const quantity = Math.ceil((purse.contracts * part) / 100);
  const isClosed = quantity === purse.contracts;
  if (what === 'vanish') {
    const contracts = purse.contracts - quantity;
    Object.assign(purse, { contracts, vanished: purse.vanished + quantity, isClosed });
    const phase = isClosed ? ('closed' as const) : position.phase;
    return { ...lot, position: { ...position, writtenOff: position.writtenOff + quantity, phase } };
  }
  Object.assign(purse, {
    received: purse.received + quantity * price - fee,
    contracts: purse.contracts - quantity,
    isClosed,
  });
  return {
    ...lot,
    position: {
      ...position,
      sold: position.sold + quantity,
      proceeds: position.proceeds + quantity * price,
      fees: position.fees + fee,
      phase: isClosed ? 'closed' : 'open',
    },
  };
}
