import { expect, it } from 'vitest';
import { crash, sent, watching } from './rig.ts';

it('a CRITICAL exit goes on within 31 s of the end of a halt', async () => {
  const world = await watching({ streaming: false });
  world.act({ type: 'exchange.set', tradingActive: false });
  crash(world);
  await world.pass(1_200);
  const known = sent(world).length;
  world.act({ type: 'exchange.set', tradingActive: true });
  await world.pass(31);
  expect(sent(world).length).toBe(known + 1);
});
