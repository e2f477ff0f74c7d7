import { describe, expect, it } from 'vitest';
import type { StoreWrite } from '../../src/actors/ports.ts';
import type { KalshiWorld } from '../support/kalshi-world.ts';
import { buying, outcome, resting, SOUND, say, strangers } from './buying.ts';
import { A, BOTH_MODES, CANCEL, sentIds, show, step } from './rig.ts';

const tick = () => new Promise((resolve) => setImmediate(resolve));

/** The process is gone as soon as such a write is durable. */
function dieAfter(world: KalshiWorld, isIt: (write: StoreWrite) => boolean): void {
  const { store } = world;
  const commit = store.commit.bind(store);
  store.commit = async (epoch, writes, stamp) => {
    await commit(epoch, writes, stamp);
    if (!writes.some(isIt)) return;
    store.commit = commit;
    world.kill();
  };
}

describe.each(BOTH_MODES)('a process that buys and is killed, %s', (_, streaming) => {
  it.each([
    ['all at once', 100_000, false],
    ['in part', 3_700, false],
    ['not', 0, false],
    ['in part, as the model repeats itself', 3_700, true],
    ['all at once, as the model repeats itself', 100_000, true],
  ])(
    'has bought once, whenever that is; it fills %s',
    async (__, offered, repeats) => {
      for (let timers = 0; timers < 60; timers += timers < 16 ? 1 : 9)
        for (const ticks of timers < 2 ? [0, 1, 2, 3, 4, 5, 6, 8] : [0]) {
          const world = await buying({ streaming });
          say(world);
          if (timers === 0) for (let left = ticks; left > 0; left -= 1) await tick();
          else await step(world, 1);
          if (offered < 100_000)
            show(
              world,
              [[5000, 100_000]],
              offered > 0
                ? [
                    [5100, offered],
                    [5300, 100_000],
                  ]
                : [[5300, 100_000]],
            );
          await step(world, Math.max(0, timers - 1));
          for (let left = timers > 0 ? ticks : 0; left > 0; left -= 1) await tick();
          world.kill();
          await world.pass(1 + (timers % 3) * 20);
          await world.start();
          for (let i = 0; i < 12; i += 1) {
            if (repeats) say(world);
            await world.pass(10);
          }
          await world.pass(60);
          const at = `killed after ${timers} timers and ${ticks} ticks`;
          const end = await outcome(world);
          expect({ at, ...end }).toMatchObject({ at, ...SOUND });
          expect({ at, alerts: strangers(world) }).toEqual({ at, alerts: [] });
          expect({ at, adopted: end.positions.filter((line) => line.startsWith('a')) }).toEqual({
            at,
            adopted: [],
          });
          expect(end.positions.filter((line) => line.includes('open')).length).toBeLessThanOrEqual(1);
          for (const edge of new Set(sentIds(world)))
            expect(end.edges.map((line) => line.split(' ')[0])).toContain(edge.replace('n1-1', ''));
        }
    },
    120_000,
  );

  it('buys nothing where it holds something, before the account was read again', async () => {
    const world = await buying({ streaming });
    say(world);
    await world.pass(30);
    world.kill();
    world.act({
      type: 'fault.delay',
      match: { method: 'GET', path: '/user_data_timestamp' },
      delayMs: 9_500,
    });
    await world.start();
    for (let i = 0; i < 8; i += 1) {
      say(world);
      await world.pass(5);
    }
    world.act({ type: 'fault.clear' });
    await world.pass(90);
    expect(await outcome(world)).toMatchObject({ ...SOUND, edges: ['e1 filled'], held: { [A]: 25_000 } });
  });

  it('whose order was over before its position was written; what a person buys there later is still found', async () => {
    const world = await buying({ streaming });
    dieAfter(world, (write) => write.kind === 'entry_attempt' && write.attempt.endedAt !== null);
    say(world);
    await world.pass(10);
    expect((await world.store.entry('e1'))!.edge.status).toBe('working');
    world.act({
      type: 'fault.delay',
      match: { method: 'GET', path: '/user_data_timestamp' },
      delayMs: 9_500,
    });
    await world.start();
    await world.pass(60);
    expect(await outcome(world)).toMatchObject({ ...SOUND, edges: ['e1 filled'], held: { [A]: 25_000 } });
    world.act({ type: 'hand.trade', account: 'tests', ticker: A, side: 'bid', price: 5_100, count: 1_000 });
    await world.pass(120);
    expect(await outcome(world)).toMatchObject({ ...SOUND, held: { [A]: 26_000 } });
  });

  it.each(['before the cancel', 'after it was asked for'])(
    'finds what its order bought while it was gone, killed %s',
    async (when) => {
      for (const filled of [0, 1_300, 25_000]) {
        const world = await resting(await buying({ streaming }));
        if (when === 'after it was asked for') {
          world.act({ type: 'fault.dropRequest', match: { ...CANCEL, times: 'always' } });
          await world.pass(31);
        }
        world.kill();
        world.act({ type: 'fault.clear' });
        const order = world.link.exchange.truth().accounts.tests!.orders[0]!;
        if (filled > 0 && order.status === 'resting')
          world.act({ type: 'crowd.take', orderId: order.id, count: filled });
        await world.pass(40);
        await world.start();
        await world.pass(120);
        const end = await outcome(world);
        expect(end).toMatchObject(SOUND);
        expect(end.positions.filter((line) => line.startsWith('e1 '))).toHaveLength(filled > 0 ? 1 : 0);
        expect(strangers(world)).toEqual([]);
      }
    },
  );
});
