import { describe, expect, it } from 'vitest';
import { audit } from '../support/kalshi-audit.ts';
import { KalshiWorld, START } from '../support/kalshi-world.ts';

const A = 'KXGAME-26NOV29-AAA';

describe.each([
  ['polling', false],
  ['streaming', true],
])('a position on Kalshi, %s', (_, streaming) => {
  it('is found in the account, watched, and sold by its stop loss', async () => {
    const world = await KalshiWorld.open({
      streaming,
      markets: [
        {
          ticker: A,
          closeAt: START + 86_400_000,
          volume: 1_000_000,
          bids: [[5000, 100_000]],
          asks: [[5100, 100_000]],
        },
      ],
      holdings: [{ ticker: A, side: 'yes', count: 1_000, price: 5_050 }],
    });
    await world.pass(10);
    expect(world.position(A)).toMatchObject({ quantity: 1_000, cost: 5_050_000, side: 'yes', phase: 'open' });
    world.act({ type: 'book.set', ticker: A, bids: [[4200, 100_000]], asks: [[4300, 100_000]] });
    await world.pass(40);
    expect(world.positions()).toEqual([]);
    expect(world.held(A)).toBe(0);
    expect(await audit(world)).toEqual([]);
  });
});
