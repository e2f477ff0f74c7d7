import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderReport } from '../../../src/actors/ports.ts';
import type { Side } from '../../../src/domain/market.ts';
import { orderRef } from '../../support/domain-builders.ts';
import { PaperExchange } from './paper-exchange.ts';

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

async function play(steps: Step[], stopAfterEach = false): Promise<PaperExchange> {
  const exchange = await PaperExchange.open();
  await exchange.venue.credit('A', 'yes', CREDITED, CREDITED * 5_000);
  await exchange.venue.credit('A', 'no', CREDITED, CREDITED * 5_000);
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
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const exchange = await play(steps);
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
          expect(held).toBe(CREDITED + traded('buy') - traded('sell'));
          expect(live).toBeLessThanOrEqual(held);
        }
      }),
    );
  });

  it('every order is what its fills add up to, at its price or better, and every balance moves by $0.0001', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        for (const order of await allOrders(await play(steps))) {
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
      }),
    );
  });

  it('a size is used once: fills between two shown sizes never exceed the first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const fixed = steps.map((s) =>
          s.do === 'book' ? { ...s, bid: 5_000, bidSize: 300, askSize: 300 } : s,
        );
        const orders = await allOrders(await play(fixed));
        const takenFrom = (bids: boolean) =>
          orders
            .filter((o) => ((o.side === 'yes') === (o.action === 'sell')) === bids)
            .reduce((n, o) => n + o.filled, 0);
        expect(takenFrom(true)).toBeLessThanOrEqual(300);
        expect(takenFrom(false)).toBeLessThanOrEqual(300);
      }),
    );
  });

  it('the same steps give the same saves, and a stop and start after each changes no outcome', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const calm = steps.filter((s) => s.do !== 'restart' && s.do !== 'fail');
        const [first, second, stopped] = [await play(calm), await play(calm), await play(calm, true)];
        expect(second.store.saves).toEqual(first.store.saves);
        expect(await allOrders(stopped)).toEqual(await allOrders(first));
        expect(await stopped.holdings()).toEqual(await first.holdings());
      }),
    );
  });
});
