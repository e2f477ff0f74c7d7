import { expect, it } from 'vitest';
import type { OrderRequest, PlaceAnswer } from '../../src/actors/ports.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { ExchangeLink, KEY_ID } from '../support/exchange-link.ts';
import { START } from '../support/kalshi-world.ts';
import { A, aHolding, aMarket, PLACE } from './rig.ts';

const order = (clientId: string): OrderRequest => ({
  ...{
    clientId,
    market: A,
    side: 'yes',
    action: 'sell',
    timeInForce: 'ioc',
    limitPrice: 4_000,
    quantity: 100,
  },
});

it('an order that waits for tokens longer than its price is good for is never sent', async () => {
  const clock = new VirtualClock(START);
  const link = new ExchangeLink(clock, {
    markets: [aMarket()],
    accounts: [{ account: 'tests', keys: [{ keyId: KEY_ID }], balance: 0, holdings: [aHolding()] }],
  });
  const venue = link.venue({ ownPrefix: 'p' });
  const place = async (clientId: string, goodForMs: number): Promise<PlaceAnswer['kind'] | string> => {
    let said: PlaceAnswer | null = null;
    const sendBy = clock.now() + goodForMs;
    void venue.place(order(clientId), { priority: 'CRITICAL', sendBy }).then((answer) => {
      said = answer;
    });
    await settle();
    while (said === null && clock.fireNext(START + 60_000)) await settle();
    const answer = said as PlaceAnswer | null;
    return answer?.kind === 'rejected' ? answer.code : (answer?.kind ?? 'no answer');
  };
  link.act({ type: 'fault.rateLimit', match: { ...PLACE, times: 1 } });
  expect(await place('p1', 5_000)).toBe('rate_limited');
  // The writes rest for 1 s now.
  expect(await place('p2', 500)).toBe('stale_price');
  link.act({ type: 'fault.rateLimit', match: { ...PLACE, times: 1 } });
  expect(await place('p3', 5_000)).toBe('rate_limited');
  expect(await place('p4', 5_000)).toBe('accepted');
  const ids = link.exchange.truth().writes.flatMap(({ clientIds }) => clientIds);
  expect(ids).toEqual(['p1', 'p3', 'p4']);
  await venue.close();
});

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
