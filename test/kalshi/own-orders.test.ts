import { expect, it } from 'vitest';
import { audit } from '../support/kalshi-audit.ts';
import { KalshiWorld, START } from '../support/kalshi-world.ts';

const A = 'KXGAME-26NOV29-AAA';

it.each([
  ['polling', false],
  ['streaming', true],
])(
  'our own resting order neither makes a wide market liquid nor prices the next one: %s',
  async (_, streaming) => {
    const wide = { bids: [[4600, 5_000]], asks: [[6600, 5_000]] } as const;
    const world = await KalshiWorld.open({
      streaming,
      markets: [{ ticker: A, closeAt: START + 86_400_000, volume: 5_000_000, ...wide }],
      holdings: [{ ticker: A, side: 'yes', count: 1_000, price: 4_000 }],
    });
    await world.pass(150);
    const prices = world.link.exchange
      .truth()
      .accounts.tests!.orders.filter(({ clientId }) => clientId?.startsWith('pworld-'))
      .map(({ price }) => price);
    expect(prices.slice(0, 3)).toEqual([5_600, 5_500, 5_300]);
    expect(world.position(A)).toMatchObject({ sawLiquidBook: false, bid: 4_600, ask: 6_600, sold: 0 });
    expect(await audit(world)).toEqual([]);
  },
);
