import { expect, it } from 'vitest';
import { aHolding, aMarket, show, watching } from './rig.ts';

it('1,000 urgent positions: monitoring makes no more than 60 calls in a minute', async () => {
  const tickers = Array.from({ length: 1_000 }, (_, n) => `KXMANY-26NOV29-T${String(n).padStart(4, '0')}`);
  const world = await watching({
    markets: tickers.map((ticker) => aMarket({ ticker })),
    holdings: tickers.map((ticker) => aHolding({ ticker, count: 100 })),
    account: { tier: 'prestige' },
  });
  for (const ticker of tickers) show(world, [[4300, 100_000]], [[4400, 100_000]], ticker);
  await world.pass(90);
  const from = world.clock.now();
  await world.pass(60);
  const monitoring = world.link.requests.filter(
    ({ at, target }) => at >= from && /\/(markets|exchange\/status|series)/.test(target),
  );
  expect(monitoring.length).toBeLessThanOrEqual(60);
});
