import { expect, it } from 'vitest';
import { KalshiWorld } from '../support/kalshi-world.ts';
import { aHolding, aMarket } from './rig.ts';

it('1,050 holdings found at once all have a quote soon', async () => {
  const tickers = Array.from({ length: 1_050 }, (_, n) => `KXMANY-26NOV29-T${String(n).padStart(4, '0')}`);
  const world = await KalshiWorld.open({
    markets: tickers.map((ticker) => aMarket({ ticker })),
    holdings: tickers.map((ticker) => aHolding({ ticker, count: 100 })),
    account: { tier: 'prestige' },
  });
  await world.pass(20);
  expect(world.positions().filter(({ quotedAt }) => quotedAt !== null)).toHaveLength(1_050);
});
