import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrderTruth } from '../../src/exchange/exchange.ts';
import { Exchange } from '../../src/exchange/exchange.ts';
import { current } from '../../src/exchange/history.ts';
import type { World } from '../../src/exchange/world.ts';
import { DAY, GB, type Json, ORDERS, Rig, START } from './rig.ts';

const people = ['ann', 'bob', 'cem'] as const;
type Person = (typeof people)[number];

const options = {
  markets: [
    {
      ticker: GB,
      closeAt: START + DAY,
      bids: [[4900, 3000]] as const,
      asks: [[5100, 3000]] as const,
    },
  ],
  accounts: people.map((account) => ({
    account,
    keys: [{ keyId: `${account}-key` }],
    balance: 30_000_000,
    tier: 'prestige' as const,
  })),
};

type Step =
  | { do: 'create'; person: Person; order: Record<string, unknown> }
  | { do: 'cancel'; person: Person; pick: number }
  | { do: 'take'; person: Person; pick: number }
  | { do: 'amend'; person: Person; pick: number; price: string; count: string }
  | { do: 'book'; mid: number; size: number }
  | { do: 'hand'; person: Person; side: 'bid' | 'ask'; price: number; count: number }
  | { do: 'wait'; ms: number };

const person = fc.constantFrom(...people);
const side = fc.constantFrom('bid' as const, 'ask' as const);
const cents = fc.integer({ min: 40, max: 60 });
const price = cents.map((value) => (value / 100).toFixed(4));
const count = fc.integer({ min: 1, max: 3000 });
const contracts = count.map((value) => (value / 100).toFixed(2));

const create = fc.record({
  do: fc.constant('create' as const),
  person,
  order: fc.record({
    side,
    price,
    count: contracts,
    time_in_force: fc.constantFrom('good_till_canceled', 'immediate_or_cancel', 'fill_or_kill'),
    self_trade_prevention_type: fc.constantFrom('maker', 'taker_at_cross'),
    ...{ reduce_only: fc.boolean() },
  }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: create },
  fc.record({ do: fc.constant('cancel' as const), person, pick: fc.nat(9) }),
  fc.record({ do: fc.constant('take' as const), person, pick: fc.nat(9) }),
  fc.record({ do: fc.constant('amend' as const), person, pick: fc.nat(9), price, count: contracts }),
  fc.record({ do: fc.constant('book' as const), mid: cents, size: count }),
  fc.record({ do: fc.constant('hand' as const), person, side, price: cents.map((c) => c * 100), count }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat(2000) }),
);

/** Does a step and answers everything the exchange said. */
function take(rig: Rig, step: Step): unknown {
  switch (step.do) {
    case 'create': {
      const reduces = step.order.reduce_only && step.order.time_in_force === 'immediate_or_cancel';
      return rig.create({ ...step.order, reduce_only: reduces }, `${step.person}-key`).text;
    }
    case 'wait':
      return rig.wait(step.ms);
    case 'book': {
      const bids = [[step.mid * 100 - 100, step.size]] as const;
      return rig.act({ type: 'book.set', ticker: GB, bids, asks: [[step.mid * 100 + 100, step.size]] });
    }
    case 'hand': {
      const { person: account, do: _, ...trade } = step;
      return rig.act({ type: 'hand.trade', account, ticker: GB, ...trade });
    }
    default: {
      const resting = restingOf(rig, step.person);
      const order = resting[step.pick % resting.length];
      if (!order) return null;
      if (step.do === 'take') return rig.act({ type: 'crowd.take', orderId: order.id, count: step.pick + 1 });
      const key = `${step.person}-key`;
      if (step.do === 'cancel') return rig.cancel(order.id, undefined, key).text;
      const body = { ticker: GB, side: order.side, price: step.price, count: step.count };
      return rig.send('POST', `${ORDERS}/${order.id}/amend`, body, key).text;
    }
  }
}

const restingOf = (rig: Rig, account: Person): OrderTruth[] =>
  rig.truth.accounts[account]!.orders.filter((order) => order.status === 'resting');

const worldOf = (rig: Rig): World => rig.exchange.snapshot() as World;

const fees = (rig: Rig): number =>
  Object.values(rig.truth.accounts)
    .flatMap((account) => account.fills)
    .reduce((sum, fill) => sum + fill.fee, 0);

describe('whatever happens', () => {
  test('positions sum to zero, no cash is made or lost, the book is sorted and never crossed', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(0, 10_000, 3300), (steps, value) => {
        const rig = new Rig(options);
        const wealth = () => {
          const world = worldOf(rig);
          const cash = Object.values(world.portfolios).reduce((sum, { cash }) => sum + current(cash), 0);
          return cash + world.markets[GB]!.openInterest * 10_000 + fees(rig);
        };
        const before = wealth();
        for (const each of steps) {
          take(rig, each);
          checkWorld(worldOf(rig));
          checkOrders(rig);
          expect(wealth()).toBe(before);
        }
        rig.act({ type: 'market.settle', ticker: GB, value });
        checkWorld(worldOf(rig));
        expect(wealth()).toBe(before);
      }),
      { numRuns: 60 },
    );
  });

  test('who was first at a price is served first', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const rig = new Rig(options);
        for (const each of steps) {
          const before = new Map(people.flatMap((name) => restingOf(rig, name)).map((o) => [o.id, o]));
          take(rig, each);
          if (each.do === 'take' || each.do === 'amend') continue;
          const after = people.flatMap((name) => rig.truth.accounts[name]!.orders);
          for (const later of after) {
            const was = before.get(later.id);
            if (!was || later.filled === was.filled) continue;
            const waiting = after.filter(
              (first) =>
                first.status === 'resting' &&
                before.has(first.id) &&
                first.side === later.side &&
                (first.side === 'bid' ? first.price > later.price : first.price < later.price),
            );
            const ahead = after.filter(
              (first) =>
                first.status === 'resting' &&
                first.side === later.side &&
                first.price === later.price &&
                first.priority < later.priority,
            );
            expect([...waiting, ...ahead]).toEqual([]);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test('who follows the stream sees the book that REST shows, and the orders and positions that are', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.boolean(), (steps, useYesPrice) => {
        const rig = new Rig(options);
        const connection = rig.connect();
        rig.subscribe(connection, 'orderbook_delta', { market_tickers: [GB], use_yes_price: useYesPrice });
        for (const channel of ['user_orders', 'fill', 'market_positions']) rig.subscribe(connection, channel);
        for (const each of steps) take(rig, each);
        const seen = follow(rig.frames(connection), useYesPrice);
        expect(seen.book).toEqual(bookOf(rig));
        const { orders, fills, positions } = rig.truth.accounts.ann!;
        expect(seen.orders).toEqual(
          Object.fromEntries(orders.map(({ id, status, filled }) => [id, `${status} ${filled}`])),
        );
        expect(seen.fills).toEqual(fills.map(({ orderId, count }) => `${orderId} ${count}`));
        expect(seen.position).toBe(positions[GB] ?? 0);
      }),
      { numRuns: 40 },
    );
  });

  test('a restored exchange goes on as the original', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), fc.array(step, { maxLength: 20 }), (past, future) => {
        const rig = new Rig(options);
        for (const each of past) take(rig, each);
        const snapshot = JSON.parse(JSON.stringify(rig.exchange.snapshot()));
        expect(snapshot).toEqual(rig.exchange.snapshot());
        const twin = new Rig(options);
        twin.continueFrom(rig, Exchange.restore(snapshot));
        for (const each of future) expect(take(twin, each)).toEqual(take(rig, each));
        expect(twin.exchange.snapshot()).toEqual(rig.exchange.snapshot());
      }),
      { numRuns: 30 },
    );
  });
});

const hundredths = (text: string): number => Math.round(Number(text) * 100);

/** Sizes by side and price, as a subscriber adds them up from snapshot, deltas and the private channels. */
function follow(messages: Json[], useYesPrice: boolean) {
  const book = new Map<string, number>();
  const orders: Record<string, string> = {};
  const fills: string[] = [];
  let position = 0;
  const price = (side: string, text: string) =>
    side === 'yes' || useYesPrice ? hundredths(text) : 100 - hundredths(text);
  const add = (side: string, text: string, size: string) => {
    const key = `${side} ${price(side, text)}`;
    book.set(key, (book.get(key) ?? 0) + hundredths(size));
    if (book.get(key) === 0) book.delete(key);
  };
  for (const { type, msg } of messages) {
    if (type === 'orderbook_snapshot')
      for (const side of ['yes', 'no'])
        for (const [at, size] of msg[`${side}_dollars_fp`] ?? []) add(side, at, size);
    if (type === 'orderbook_delta') add(msg.side, msg.price_dollars, msg.delta_fp);
    if (type === 'user_order') orders[msg.order_id] = `${msg.status} ${hundredths(msg.fill_count_fp)}`;
    if (type === 'fill') fills.push(`${msg.order_id} ${hundredths(msg.count_fp)}`);
    if (type === 'market_position') position = hundredths(msg.position_fp);
  }
  return { book: Object.fromEntries(book), orders, fills, position };
}

function bookOf(rig: Rig): Record<string, number> {
  const { yes_dollars: yes, no_dollars: no } = rig.get(`/markets/${GB}/orderbook`, null).orderbook_fp;
  return Object.fromEntries([
    ...yes.map(([price, size]: string[]) => [`yes ${hundredths(price!)}`, hundredths(size!)]),
    ...no.map(([price, size]: string[]) => [`no ${100 - hundredths(price!)}`, hundredths(size!)]),
  ]);
}

function checkWorld(world: World): void {
  const positions = Object.values(world.portfolios).flatMap(({ positions }) =>
    positions[GB] ? [current(positions[GB]).quantity] : [],
  );
  expect(positions.reduce((sum, quantity) => sum + quantity, 0)).toBe(0);
  const long = positions.filter((quantity) => quantity > 0).reduce((sum, quantity) => sum + quantity, 0);
  expect(world.markets[GB]!.openInterest).toBe(long);

  const { bid, ask } = world.books[GB]!;
  const [bids, asks] = [bid, ask].map((ids) => ids.map((id) => current(world.orders[id]!)));
  for (const [index, order] of bids!.entries())
    if (index > 0) expect(order.price).toBeLessThanOrEqual(bids![index - 1]!.price);
  for (const [index, order] of asks!.entries())
    if (index > 0) expect(order.price).toBeGreaterThanOrEqual(asks![index - 1]!.price);
  if (bids![0] && asks![0]) expect(bids![0].price).toBeLessThan(asks![0].price);
}

function checkOrders(rig: Rig): void {
  for (const account of Object.values(rig.truth.accounts))
    for (const order of account.orders) {
      const fills = account.fills.filter((fill) => fill.orderId === order.id);
      expect(fills.reduce((sum, fill) => sum + fill.count, 0)).toBe(order.filled);
      expect(fills.reduce((sum, fill) => sum + fill.fee, 0)).toBe(order.takerFees + order.makerFees);
      expect(order.filled + order.remaining + order.killed).toBe(order.initial);
      expect(order.remaining > 0).toBe(order.status === 'resting');
    }
}
