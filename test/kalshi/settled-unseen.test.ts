import { expect, it } from 'vitest';
import { ONE_DOLLAR } from '../../src/domain/money.ts';
import { auditCash } from '../support/kalshi-audit.ts';
import { A, BOTH_MODES, watching } from './rig.ts';

const CASH = 10_000_000_000;
/** How markets stand, not their books. */
const MARKETS = { method: 'GET', path: '/markets\\?', times: 'always' } as const;

it.each(BOTH_MODES)(
  'what vanishes from the account while no market can be read is not written off: it was settled, %s',
  async (_, streaming) => {
    const world = await watching({ streaming, account: { balance: CASH } });
    const { id } = world.position(A);
    world.act({ type: 'fault.html', match: MARKETS, status: 502 });
    world.act({ type: 'stream.lose', times: 'always' });
    world.act({ type: 'market.settle', ticker: A, value: ONE_DOLLAR });
    await world.pass(180);
    expect(world.held(A)).toBe(0);
    expect((await world.store.position(id))!.position).toMatchObject({ writtenOff: 0, closedAt: null });
    world.act({ type: 'fault.clear' });
    world.act({ type: 'stream.clear' });
    await world.pass(180);
    expect((await world.store.position(id))!.position).toMatchObject({
      phase: 'closed',
      closeReason: 'settled',
      settled: 10_000_000,
    });
    expect(await auditCash(world, CASH)).toEqual([]);
  },
);
