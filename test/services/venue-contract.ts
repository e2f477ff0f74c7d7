/** What every venue must do behind the port, whatever stands behind it. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { AccountReport, OrderRef, OrderReport, OrderRequest, Venue } from '../../src/actors/ports.ts';
import type { Side } from '../../src/domain/market.ts';
import { amount, type Money, type Price, type Quantity } from '../../src/domain/money.ts';

export type Levels = [price: Price, size: Quantity][];

/** One venue with one market that the test moves; the account has $1,000 and holds nothing until told. */
export interface VenueRig {
  venue: Venue;
  market: string;
  /** The whole book from now on, in YES terms, best first: resting orders meet it. */
  show(bids: Levels, asks: Levels): Promise<void>;
  /** The account has bought this elsewhere. */
  hold(side: Side, quantity: Quantity, cost: Money): Promise<void>;
  /** A person has sold this elsewhere. */
  sellByHand(side: Side, quantity: Quantity): Promise<void>;
  status(status: 'open' | 'paused' | 'closed' | { settledAt: Price }): Promise<void>;
  /** Virtual time passes, with all that is due meanwhile. */
  pass(ms: number): Promise<void>;
  now(): number;
}

const SEND = { priority: 'HIGH', sendBy: Number.POSITIVE_INFINITY } as const;

export function describeVenue(name: string, open: () => Promise<VenueRig>): void {
  describe(`${name} as a venue`, () => {
    let rig: VenueRig;
    let count = 0;

    beforeEach(async () => {
      rig = await open();
      count = 0;
    });

    /** Calls answer while time passes. */
    async function answered<T>(call: Promise<T>): Promise<T> {
      let done = false;
      const watched = call.finally(() => {
        done = true;
      });
      for (let step = 0; step < 400 && !done; step += 1) {
        await rig.pass(0);
        if (!done) await rig.pass(50);
      }
      return watched;
    }

    const order = (change: Partial<OrderRequest> = {}): OrderRequest => ({
      clientId: `ptest-1x1-${++count}`,
      market: rig.market,
      side: 'yes',
      action: 'sell',
      timeInForce: 'gtc',
      limitPrice: 5_000,
      quantity: 1_000,
      ...change,
    });
    const place = (change: Partial<OrderRequest> = {}) => answered(rig.venue.place(order(change), SEND));
    const placed = async (change: Partial<OrderRequest> = {}): Promise<OrderReport> => {
      const answer = await place(change);
      if (answer.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(answer)}`);
      return answer.order;
    };
    const refOf = ({ clientId, venueOrderId, side, action, quantity }: OrderReport): OrderRef => ({
      ...{ clientId, venueOrderId, market: rig.market, side, action, remaining: quantity },
      ...{ priority: 'HIGH', placedAt: rig.now() },
    });
    const found = async (report: OrderReport): Promise<OrderReport> => {
      const answer = await answered(rig.venue.findOrder(refOf(report)));
      if (answer.kind !== 'found') throw new Error(`not found: ${JSON.stringify(answer)}`);
      return answer.order;
    };
    const cancelled = async (report: OrderReport): Promise<OrderReport> => {
      const answer = await answered(rig.venue.cancel(refOf(report)));
      if (answer.kind !== 'found') throw new Error(`not found: ${JSON.stringify(answer)}`);
      return answer.order;
    };
    const account = async (): Promise<AccountReport> => {
      const read = await answered(rig.venue.account());
      if (read.kind !== 'ok') throw new Error(read.reason);
      return read.value;
    };
    const held = async () => (await account()).holdings.map(({ side, quantity }) => [side, quantity]);
    const bought = (change: Partial<OrderRequest> = {}) => placed({ action: 'buy', ...change });
    const balance = async (): Promise<Money> => {
      const read = await answered(rig.venue.balance());
      if (read.kind !== 'ok') throw new Error(read.reason);
      return read.value;
    };
    const trades = ({ fills }: OrderReport) => fills.map(({ price, quantity }) => [price, quantity]);
    const worthOf = ({ fills }: OrderReport) =>
      fills.reduce((sum, { price, quantity }) => sum + amount(price, quantity), 0);
    const feesOf = ({ fills }: OrderReport) => fills.reduce((sum, { fee }) => sum + fee, 0);

    it('shows books in YES terms, best level first, and leaves out what it does not know', async () => {
      await rig.show(
        [
          [4_800, 1_000],
          [4_700, 2_500],
        ],
        [[5_000, 700]],
      );
      const read = await answered(rig.venue.books([rig.market, 'NO-SUCH-MARKET']));
      expect(read).toMatchObject({
        kind: 'ok',
        value: [
          {
            market: rig.market,
            bids: [
              { price: 4_800, size: 1_000 },
              { price: 4_700, size: 2_500 },
            ],
            asks: [{ price: 5_000, size: 700 }],
          },
        ],
      });
      if (read.kind !== 'ok') throw new Error(read.reason);
      expect(read.value[0]!.observedAt).toBeLessThanOrEqual(rig.now());
    });

    it('shows a book with one side as it is', async () => {
      await rig.show([], [[5_000, 700]]);
      expect(await answered(rig.venue.books([rig.market]))).toMatchObject({
        kind: 'ok',
        value: [{ bids: [], asks: [{ price: 5_000, size: 700 }] }],
      });
    });

    it.each([
      ['open', { status: 'open', settlementValue: null }],
      ['paused', { status: 'paused', settlementValue: null }],
      ['closed', { status: 'closed', settlementValue: null }],
      [{ settledAt: 10_000 }, { status: 'settled', settlementValue: 10_000 }],
    ] as const)('says how its market stands: %j', async (status, want) => {
      await rig.show([[4_800, 1_000]], [[5_000, 700]]);
      await rig.status(status);
      expect(await answered(rig.venue.markets([rig.market, 'NO-SUCH-MARKET']))).toMatchObject({
        kind: 'ok',
        value: [{ market: rig.market, grid: [{ start: 0, end: 10_000, step: 100 }], ...want }],
      });
    });

    it('an immediate order takes the bids down to its limit, and what is left of it is over', async () => {
      await rig.show(
        [
          [4_800, 400],
          [4_700, 300],
          [4_500, 900],
        ],
        [[5_000, 700]],
      );
      await rig.hold('yes', 1_000, 5_000_000);
      const report = await placed({ timeInForce: 'ioc', limitPrice: 4_600 });
      expect(report).toMatchObject({ status: 'cancelled', filled: 700, quantity: 1_000, limitPrice: 4_600 });
      expect(trades(report)).toEqual([
        [4_800, 400],
        [4_700, 300],
      ]);
      expect(report.fills.every(({ fee, maker }) => fee > 0 && !maker)).toBe(true);
      expect(await found(report)).toMatchObject({ status: 'cancelled', filled: 700, fills: report.fills });
      expect(await held()).toEqual([['yes', 300]]);
    });

    it('sells NO to who sells YES, in the terms of NO', async () => {
      await rig.show([[4_800, 400]], [[5_200, 600]]);
      await rig.hold('no', 1_000, 5_000_000);
      const report = await placed({ side: 'no', timeInForce: 'ioc', limitPrice: 4_700 });
      expect(report).toMatchObject({ side: 'no', status: 'cancelled', filled: 600, limitPrice: 4_700 });
      expect(trades(report)).toEqual([[4_800, 600]]);
      expect(await held()).toEqual([['no', 400]]);
    });

    it('an immediate order that meets nobody is over with nothing sold', async () => {
      await rig.show([[4_400, 400]], [[5_000, 700]]);
      await rig.hold('yes', 1_000, 5_000_000);
      const report = await placed({ timeInForce: 'ioc', limitPrice: 4_600 });
      expect(report).toMatchObject({ status: 'cancelled', filled: 0, fills: [] });
      expect(await held()).toEqual([['yes', 1_000]]);
    });

    it('a limit order rests, fills at its own price when bids reach it, and is over when all is sold', async () => {
      await rig.show([[4_800, 400]], [[5_300, 700]]);
      await rig.hold('yes', 1_000, 5_000_000);
      const report = await placed({ limitPrice: 5_000 });
      expect(report).toMatchObject({ status: 'resting', filled: 0 });
      expect((await account()).openOrders).toMatchObject([
        { clientId: report.clientId, side: 'yes', action: 'sell', quantity: 1_000, filled: 0 },
      ]);
      await rig.show([[5_000, 400]], [[5_300, 700]]);
      const partly = await found(report);
      expect(partly).toMatchObject({ status: 'resting', filled: 400 });
      expect(trades(partly)).toEqual([[5_000, 400]]);
      await rig.show([[5_100, 600]], [[5_300, 700]]);
      const sold = await found(report);
      expect(sold).toMatchObject({ status: 'filled', filled: 1_000 });
      expect(trades(sold)).toEqual([
        [5_000, 400],
        [5_000, 600],
      ]);
      expect(await held()).toEqual([]);
      expect((await account()).openOrders).toEqual([]);
    });

    it('a cancel ends a resting order, with what it had sold', async () => {
      await rig.show([[4_800, 400]], [[5_300, 700]]);
      await rig.hold('yes', 1_000, 5_000_000);
      const report = await placed();
      await rig.show([[5_000, 400]], [[5_300, 700]]);
      expect(await cancelled(report)).toMatchObject({ status: 'cancelled', filled: 400 });
      await rig.show([[5_200, 900]], [[5_300, 700]]);
      expect(await found(report)).toMatchObject({ status: 'cancelled', filled: 400 });
      expect(await held()).toEqual([['yes', 600]]);
    });

    it('a cancel that comes after the fill says filled', async () => {
      await rig.show([[4_800, 400]], [[5_300, 700]]);
      await rig.hold('yes', 1_000, 5_000_000);
      const report = await placed();
      await rig.show([[5_000, 1_000]], [[5_300, 700]]);
      expect(await cancelled(report)).toMatchObject({ status: 'filled', filled: 1_000 });
    });

    it('the same id twice is one order', async () => {
      await rig.show([[4_800, 400]], [[5_300, 700]]);
      await rig.hold('yes', 2_000, 10_000_000);
      const report = await placed();
      expect(await place({ clientId: report.clientId })).toMatchObject({
        kind: 'rejected',
        code: 'already_exists',
      });
      expect((await account()).openOrders).toHaveLength(1);
    });

    it('nothing rests for more than is held, beside what rests already', async () => {
      await rig.show([[4_800, 400]], [[5_300, 700]]);
      await rig.hold('yes', 1_000, 5_000_000);
      expect(await place({ quantity: 1_001 })).toMatchObject({ kind: 'rejected', code: 'not_held' });
      expect(await place({ side: 'no', quantity: 1 })).toMatchObject({ kind: 'rejected', code: 'not_held' });
      await placed({ quantity: 700 });
      expect(await place({ quantity: 400 })).toMatchObject({ kind: 'rejected', code: 'not_held' });
      await placed({ quantity: 300 });
    });

    it('a person who sells first leaves nothing to sell: the position never turns over', async () => {
      await rig.show([[4_800, 5_000]], [[5_300, 700]]);
      await rig.hold('yes', 1_000, 5_000_000);
      await rig.sellByHand('yes', 800);
      await place({ timeInForce: 'ioc', limitPrice: 4_800 });
      await place({ timeInForce: 'ioc', limitPrice: 4_800 });
      expect((await held()).filter(([side]) => side === 'no')).toEqual([]);
    });

    it('a price off the grid is refused as one', async () => {
      await rig.show([[4_800, 400]], [[5_300, 700]]);
      await rig.hold('yes', 1_000, 5_000_000);
      expect(await place({ limitPrice: 5_050 })).toMatchObject({ kind: 'rejected', code: 'bad_price' });
    });

    it.each([
      ['paused', 'halted'],
      ['closed', 'closed'],
    ] as const)('a %s market refuses orders as %s', async (status, code) => {
      await rig.show([[4_800, 400]], [[5_300, 700]]);
      await rig.hold('yes', 1_000, 5_000_000);
      await rig.status(status);
      expect(await place({ timeInForce: 'ioc', limitPrice: 4_800 })).toMatchObject({
        kind: 'rejected',
        code,
      });
    });

    it('an order that was never sent is not found', async () => {
      await rig.show([[4_800, 400]], [[5_300, 700]]);
      await rig.pass(10_000);
      const ref: OrderRef = {
        ...{ clientId: 'ptest-9x9-9', venueOrderId: null, market: rig.market, side: 'yes', action: 'sell' },
        ...{ remaining: 1_000, priority: 'HIGH', placedAt: rig.now() },
      };
      expect(await answered(rig.venue.findOrder(ref))).toMatchObject({ kind: 'not_found' });
    });

    it('an immediate purchase takes the asks up to its limit, and costs its fills and their fees', async () => {
      await rig.show(
        [[4_800, 400]],
        [
          [5_000, 400],
          [5_100, 300],
          [5_400, 900],
        ],
      );
      const before = await balance();
      const report = await bought({ timeInForce: 'ioc', limitPrice: 5_200 });
      expect(report).toMatchObject({ action: 'buy', status: 'cancelled', filled: 700, limitPrice: 5_200 });
      expect(trades(report)).toEqual([
        [5_000, 400],
        [5_100, 300],
      ]);
      expect(await found(report)).toMatchObject({ action: 'buy', filled: 700, fills: report.fills });
      expect(await held()).toEqual([['yes', 700]]);
      expect(before - (await balance())).toBe(worthOf(report) + feesOf(report));
    });

    it('a sale brings its fills less their fees', async () => {
      await rig.show([[4_800, 400]], [[5_000, 700]]);
      await rig.hold('yes', 1_000, 5_000_000);
      const before = await balance();
      const report = await placed({ timeInForce: 'ioc', limitPrice: 4_800 });
      expect((await balance()) - before).toBe(worthOf(report) - feesOf(report));
    });

    it.each([
      ['yes', [[4_800, 400]], [[5_300, 700]], [[4_800, 400]], [[5_000, 400]], [[4_700, 400]], [[4_900, 900]]],
      ['no', [[4_700, 700]], [[5_200, 400]], [[5_000, 400]], [[5_200, 400]], [[5_100, 900]], [[5_300, 400]]],
    ] as const)(
      'a limit order that buys %s rests, binds what it would cost, fills at its own price when it is reached',
      async (side, bids, asks, bidsNext, asksNext, bidsLast, asksLast) => {
        const levels = (rows: readonly (readonly [number, number])[]): Levels =>
          rows.map(([price, size]) => [price, size]);
        await rig.show(levels(bids), levels(asks));
        const before = await balance();
        const report = await bought({ side, limitPrice: 5_000 });
        expect(report).toMatchObject({ side, action: 'buy', status: 'resting', filled: 0 });
        expect((await account()).openOrders).toMatchObject([
          { clientId: report.clientId, side, action: 'buy', quantity: 1_000, filled: 0 },
        ]);
        expect(await balance()).toBe(before - amount(5_000, 1_000));
        await rig.show(levels(bidsNext), levels(asksNext));
        const partly = await found(report);
        expect(partly).toMatchObject({ status: 'resting', filled: 400 });
        await rig.show(levels(bidsLast), levels(asksLast));
        const whole = await found(partly);
        expect(whole).toMatchObject({ status: 'filled', filled: 1_000 });
        expect(trades(whole)).toEqual([
          [5_000, 400],
          [5_000, 600],
        ]);
        expect(await held()).toEqual([[side, 1_000]]);
        expect(before - (await balance())).toBe(worthOf(whole) + feesOf(whole));
      },
    );

    it('a cancel ends a resting purchase with what it had bought, and frees what it bound', async () => {
      await rig.show([[4_800, 400]], [[5_300, 700]]);
      const before = await balance();
      const report = await bought({ limitPrice: 5_000 });
      await rig.show([[4_800, 400]], [[5_000, 400]]);
      const over = await cancelled(report);
      expect(over).toMatchObject({ action: 'buy', status: 'cancelled', filled: 400 });
      expect(await held()).toEqual([['yes', 400]]);
      expect(before - (await balance())).toBe(worthOf(over) + feesOf(over));
    });

    it('a purchase of ours that rests is no bid of the market', async () => {
      await rig.show([[4_800, 400]], [[5_300, 700]]);
      await bought({ limitPrice: 5_000 });
      await bought({ limitPrice: 4_800 });
      await rig.pass(2_000);
      expect(await answered(rig.venue.books([rig.market]))).toMatchObject({
        kind: 'ok',
        value: [{ bids: [{ price: 4_800, size: 400 }], asks: [{ price: 5_300, size: 700 }] }],
      });
    });

    it.each([
      ['ioc', 5_300],
      ['gtc', 5_000],
    ] as const)(
      'a purchase (%s) that the cash does not pay for is refused',
      async (timeInForce, limitPrice) => {
        await rig.show([[4_800, 400]], [[5_300, 300_000]]);
        const before = await balance();
        const answer = await place({ action: 'buy', timeInForce, limitPrice, quantity: 201_000 });
        expect(answer).toMatchObject({ kind: 'rejected', code: 'other' });
        if (answer.kind !== 'rejected') throw new Error(answer.kind);
        expect(answer.message).toMatch(/not enough cash|balance too low/);
        expect(await balance()).toBe(before);
        expect((await account()).openOrders).toEqual([]);
      },
    );

    it('what rests is not spent twice', async () => {
      await rig.show([[4_800, 400]], [[5_300, 700]]);
      await bought({ limitPrice: 5_000, quantity: 150_000 });
      expect(await place({ action: 'buy', limitPrice: 5_000, quantity: 51_000 })).toMatchObject({
        kind: 'rejected',
        code: 'other',
      });
      await bought({ limitPrice: 5_000, quantity: 40_000 });
    });

    it('says before what a fee will be at most, never less for more', async () => {
      await rig.show([[4_800, 40_000]], [[5_000, 40_000]]);
      for (const quantity of [1, 37, 100, 1_234]) {
        const report = await bought({ timeInForce: 'ioc', limitPrice: 5_000, quantity });
        const bound = rig.venue.feeOf({ market: rig.market, action: 'buy', price: 5_000, quantity });
        expect(bound - feesOf(report)).toBeGreaterThanOrEqual(0);
        expect(bound - feesOf(report)).toBeLessThanOrEqual(100);
      }
      for (const price of [100, 105, 4_999, 9_900])
        for (const action of ['buy', 'sell'] as const) {
          const fees = Array.from({ length: 400 }, (_, i) =>
            rig.venue.feeOf({ market: rig.market, action, price, quantity: i + 1 }),
          );
          expect(fees).toEqual(fees.toSorted((a, b) => a - b));
        }
    });

    it('says what the account holds, what was paid for it, and as of when', async () => {
      await rig.hold('no', 250, 1_200_000);
      await rig.pass(5_000);
      const report = await account();
      expect(report.holdings).toMatchObject([
        { market: rig.market, side: 'no', quantity: 250, cost: 1_200_000 },
      ]);
      expect(report.asOf).toBeLessThanOrEqual(rig.now());
      const basis = await answered(rig.venue.costBasis({ market: rig.market, side: 'no', quantity: 250 }));
      expect(basis).toMatchObject({ kind: 'ok', value: { cost: 1_200_000 } });
    });
  });
}
