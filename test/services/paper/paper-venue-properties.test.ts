import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderReport } from '../../../src/actors/ports.ts';
import type { Side } from '../../../src/domain/market.ts';
import { orderRef } from '../../support/domain-builders.ts';
import { CASH, PaperExchange } from './paper-exchange.ts';

const cents = fc.integer({ min: 45, max: 55 }).map((c) => c * 100);
const size = fc.integer({ min: 1, max: 4 }).map((s) => s * 100);
const side = fc.constantFrom<Side>('yes', 'no');

const step = fc.oneof(
  fc.record({ do: fc.constant('book' as const), bid: cents, bidSize: size, askSize: size }),
  fc.record({
    do: fc.constant('place' as const),
    side,
    action: fc.constantFrom('sell' as const, 'sell' as const, 'buy' as const),
    timeInForce: fc.constantFrom('ioc' as const, 'gtc' as const),
    limitPrice: cents,
    quantity: fc.integer({ min: 1, max: 900 }),
  }),
  fc.record({ do: fc.constant('cancel' as const), number: fc.integer({ min: 1, max: 10 }) }),
  fc.record({ do: fc.constant('restart' as const) }),
  fc.record({
    do: fc.constant('fail' as const),
    how: fc.constantFrom('nothing written' as const, 'written' as const, 'none' as const),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const CREDITED = 1_000;
/** Enough for some purchases and too little for others. */
const POCKET_MONEY = 8_000_000;

async function play(
  steps: Step[],
  { stopAfterEach = false, credited = CREDITED, cash = CASH } = {},
): Promise<PaperExchange> {
  const exchange = await PaperExchange.open({ cash });
  await exchange.venue.credit('A', 'yes', credited, credited * 5_000);
  await exchange.venue.credit('A', 'no', credited, credited * 5_000);
  for (const s of steps) {
    if (s.do === 'book')
      await exchange.show([[s.bid, s.bidSize]], [[s.bid + 100, s.askSize]]).catch(() => {});
    if (s.do === 'place') await exchange.place(s);
    if (s.do === 'cancel') await exchange.venue.cancel(orderRef(`c${s.number}`));
    if (s.do === 'fail') exchange.store.failure = s.how;
    if (s.do === 'restart') {
      exchange.store.failure = 'none';
      await exchange.restart();
    }
    if (!stopAfterEach) continue;
    await exchange.venue.close();
    await exchange.restart();
  }
  exchange.store.failure = 'none';
  return exchange;
}

async function allOrders(exchange: PaperExchange): Promise<OrderReport[]> {
  await exchange.venue.account();
  return (await exchange.store.load()).orders;
}

describe('whatever is done and whatever fails', () => {
  it('what is held is what was credited and bought less what was sold, and live sells never exceed it', async () => {
    const credits = fc.constantFrom(0, CREDITED);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), credits, async (steps, credited) => {
        const exchange = await play(steps, { credited });
        const orders = await allOrders(exchange);
        const holdings = await exchange.holdings();
        for (const s of ['yes', 'no'] as const) {
          const ours = orders.filter((o) => o.side === s);
          const traded = (action: string) =>
            ours.filter((o) => o.action === action).reduce((n, o) => n + o.filled, 0);
          const held = holdings.find((h) => h.side === s)?.quantity ?? 0;
          const live = ours
            .filter((o) => o.action === 'sell' && o.status === 'resting')
            .reduce((n, o) => n + o.quantity - o.filled, 0);
          expect(held).toBe(credited + traded('buy') - traded('sell'));
          expect(live).toBeLessThanOrEqual(held);
        }
      }),
    );
  });

  it('cash is what there was, more by sales and less by purchases, with their fees; it is never spent twice', async () => {
    const credits = fc.constantFrom(0, CREDITED);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), credits, async (steps, credited) => {
        const exchange = await play(steps, { credited, cash: POCKET_MONEY });
        let cash = POCKET_MONEY;
        let bound = 0;
        for (const order of await allOrders(exchange)) {
          for (const { price, quantity, fee } of order.fills)
            cash += order.action === 'sell' ? price * quantity - fee : -price * quantity - fee;
          if (order.action === 'buy' && order.status === 'resting')
            bound += order.limitPrice! * (order.quantity - order.filled);
        }
        expect((await exchange.store.load()).cash).toBe(cash);
        expect(await exchange.balance()).toBe(cash - bound);
        expect(cash - bound).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('every order is what its fills add up to, at its price or better, and every balance moves by $0.0001', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.constantFrom(0, CREDITED),
        async (steps, credited) => {
          for (const order of await allOrders(await play(steps, { credited }))) {
            expect(order.filled).toBe(order.fills.reduce((n, f) => n + f.quantity, 0));
            expect(order.filled).toBeLessThanOrEqual(order.quantity);
            expect(order.status === 'filled').toBe(order.filled === order.quantity);
            for (const fill of order.fills) {
              const better =
                order.action === 'sell' ? fill.price - order.limitPrice! : order.limitPrice! - fill.price;
              expect(better).toBeGreaterThanOrEqual(0);
              if (fill.maker) expect(better).toBe(0);
              const value = fill.price * fill.quantity;
              expect((order.action === 'sell' ? value - fill.fee : value + fill.fee) % 100).toBe(0);
            }
          }
        },
      ),
    );
  });

  it('a size is used once: fills between two shown sizes never exceed the first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.constantFrom(0, CREDITED),
        async (steps, credited) => {
          const fixed = steps.map((s) =>
            s.do === 'book' ? { ...s, bid: 5_000, bidSize: 300, askSize: 300 } : s,
          );
          const orders = await allOrders(await play(fixed, { credited }));
          const takenFrom = (bids: boolean) =>
            orders
              .filter((o) => ((o.side === 'yes') === (o.action === 'sell')) === bids)
              .reduce((n, o) => n + o.filled, 0);
          expect(takenFrom(true)).toBeLessThanOrEqual(300);
          expect(takenFrom(false)).toBeLessThanOrEqual(300);
        },
      ),
    );
  });

  it('the same steps give the same saves, and a stop and start after each changes no outcome', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 30 }),
        fc.constantFrom(0, CREDITED),
        async (steps, credited) => {
          const calm = steps.filter((s) => s.do !== 'restart' && s.do !== 'fail');
          const [first, second, stopped] = [
            await play(calm, { credited }),
            await play(calm, { credited }),
            await play(calm, { credited, stopAfterEach: true }),
          ];
          expect(second.store.saves).toEqual(first.store.saves);
          expect(await allOrders(stopped)).toEqual(await allOrders(first));
          expect(await stopped.holdings()).toEqual(await first.holdings());
          expect(await stopped.balance()).toBe(await first.balance());
        },
      ),
    );
  });
});
