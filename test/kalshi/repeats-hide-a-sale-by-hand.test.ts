import { expect, it } from 'vitest';
import { A, alertsButStream, CLOSED, crash, ending, ourOrders, watching, whenSent } from './rig.ts';

it('a person sells while market orders repeat: the lot shrinks between two of them, and nothing fails', async () => {
  const world = await watching({ streaming: false });
  crash(world, 300);
  await whenSent(world, 1);
  world.act({ type: 'hand.trade', account: 'tests', ticker: A, side: 'ask', price: 5000, count: 400 });
  await world.pass(3);
  crash(world);
  await world.pass(200);
  expect(ourOrders(world).length).toBeLessThanOrEqual(4);
  expect(alertsButStream(world)).toEqual(['raised critical holdings_short a1', 'resolved holdings_short a1']);
  expect(await ending(world)).toEqual({ ...CLOSED, positions: ['a1 closed: holdings gone'] });
});
