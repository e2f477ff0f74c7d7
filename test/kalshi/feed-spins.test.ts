import { expect, it } from 'vitest';
import { aHolding, aMarket, show, watching } from './rig.ts';

it('500 markets of which half become urgent: time goes on', async () => {
  const tickers = Array.from({ length: 500 }, (_, n) => `KXMANY-26NOV29-T${String(n).padStart(4, '0')}`);
  const world = await watching({
    markets: tickers.map((ticker) => aMarket({ ticker })),
    holdings: tickers.map((ticker) => aHolding({ ticker, count: 100 })),
    account: { tier: 'prestige' },
  });
  for (const ticker of tickers.slice(0, 250)) show(world, [[4300, 100_000]], [[4400, 100_000]], ticker);
  const until = world.clock.now() + 300_000;
  let [steps, before] = [0, 0];
  while (world.clock.now() < until) {
    if (world.clock.now() > before) [steps, before] = [0, world.clock.now()];
    world.clock.fireNext(until);
    await world.settle();
    expect(++steps).toBeLessThan(20_000);
  }
});
