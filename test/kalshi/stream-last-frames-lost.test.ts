import { expect, it } from 'vitest';
import { CLOSED, crash, ending, watching } from './rig.ts';

it('a stop loss does not wait for ever for book frames that were lost with nothing after them', async () => {
  const world = await watching({ streaming: true });
  await world.pass(20);
  world.act({ type: 'stream.lose', channel: 'orderbook_delta', times: 4 });
  crash(world);
  await world.pass(60);
  expect(await ending(world)).toEqual(CLOSED);
});
