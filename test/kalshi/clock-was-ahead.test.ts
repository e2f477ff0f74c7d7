import { expect, it } from 'vitest';
import { VirtualClock } from '../../src/services/clock.ts';
import { ExchangeLink, KEY_ID } from '../support/exchange-link.ts';
import { START } from '../support/kalshi-world.ts';
import { A, aHolding, aMarket } from './rig.ts';

it('an order that was recorded by a clock ten minutes ahead is found once that clock is right', async () => {
  const clock = new VirtualClock(START);
  const link = new ExchangeLink(clock, {
    markets: [aMarket()],
    accounts: [{ account: 'tests', keys: [{ keyId: KEY_ID }], balance: 0, holdings: [aHolding()] }],
  });
  const inTime = async <T>(answer: Promise<T>): Promise<T> => {
    let isThere = false;
    void answer.then(() => {
      isThere = true;
    });
    for (let left = 100; !isThere && left > 0; left -= 1) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.fireNext(clock.now() + 1_000);
    }
    return answer;
  };
  const order = { clientId: 'ptest-a1x1-1', market: A, side: 'yes', action: 'sell' } as const;
  const terms = { limitPrice: 5_500, quantity: 1_000, timeInForce: 'gtc' } as const;
  const sendBy = START + 60_000;
  const answer = await inTime(link.venue().place({ ...order, ...terms }, { priority: 'HIGH', sendBy }));
  expect(answer.kind).toBe('accepted');
  const ref = {
    ...order,
    venueOrderId: null,
    remaining: 1_000,
    priority: 'HIGH',
    placedAt: START + 600_000,
  } as const;
  expect(await inTime(link.venue().findOrder(ref))).toMatchObject({
    kind: 'found',
    order: { clientId: order.clientId, status: 'resting' },
  });
});
