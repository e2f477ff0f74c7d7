import { expect, it } from 'vitest';
import { A, forceExit, sent, watching } from './rig.ts';

it.each([0, 300, 3_000, 9_000])(
  'what is held cannot be read, at %i ms a call: HIGH ends in market orders, which need no look',
  async (delayMs) => {
    const world = await watching();
    world.act({ type: 'fault.delay', match: { path: '/portfolio/orders', times: 'always' }, delayMs });
    world.act({ type: 'fault.html', match: { path: '/portfolio/positions', times: 'always' }, status: 503 });
    forceExit(world, 'HIGH');
    await world.passUntil(() => world.held(A) === 0, 180, 'all of it sold');
    expect(sent(world).join()).toContain('ioc');
  },
);
