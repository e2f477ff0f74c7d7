import { expect, it } from 'vitest';
import { A, watching } from './rig.ts';

it('two lots: the newest one shrinks first', async () => {
  const world = await watching({ streaming: false });
  world.act({ type: 'hand.trade', account: 'tests', ticker: A, side: 'bid', price: 5000, count: 500 });
  await world.passUntil(() => world.positions().length === 2, 60, 'the second lot');
  await world.pass(10);
  world.act({ type: 'hand.trade', account: 'tests', ticker: A, side: 'ask', price: 5000, count: 237 });
  await world.pass(60);
  expect(world.positions()).toMatchObject([
    { id: 'a1', quantity: 1_000, writtenOff: 0 },
    { id: 'a2', quantity: 500, writtenOff: 237 },
  ]);
});
