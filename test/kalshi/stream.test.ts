import { describe, expect, it } from 'vitest';
import { START } from '../support/kalshi-world.ts';
import { A, aHolding, aMarket, alertsButStream, CLOSED, cancels, crash, ending, forceExit, HOUR, MINUTE, orderId, ourOrders, raised, sales, sent, show, watching, whenSent } from './rig.ts';

const WS = { path: '/ws/', times: 'always' } as const;
const top = (world: any) => { const v = world.postern.watch().view('a1'); return v && `${v.book?.bids[0]?.price}/${v.book?.asks[0]?.price} age ${world.clock.now() - v.book?.observedAt}`; };
const books = (world: any, from: number) => world.link.requests.filter((r: any) => r.at >= from && /orderbooks/.test(r.target)).length;
async function timeToSale(world: any): Promise<number> {
  const t = world.clock.now();
  await world.passUntil(() => sent(world).length > 0, 200, 'sale');
  return world.clock.now() - t;
}
const live = async (o = {}) => { const w = await watching({ streaming: true, ...o }); await w.pass(20); return w; };
const report = async (world: any, what: string, ms: number) => { await world.pass(40); console.log(what, ms, sent(world), sales(world), await ending(world), world.alerts); };

it('live', async () => {
  const world = await live();
  const from = world.clock.now();
  await world.pass(300);
  const n = books(world, from);
  crash(world);
  await report(world, `live ${n}`, await timeToSale(world));
});
it('closed', async () => {
  const world = await live();
  world.act({ type: 'stream.close' });
  crash(world);
  await report(world, 'closed', await timeToSale(world));
});
it('closed for long', async () => {
  const world = await live();
  world.act({ type: 'fault.refuse', match: WS, status: 503, error: { envelope: 'empty' } });
  world.act({ type: 'stream.close' });
  await world.pass(120);
  crash(world);
  await report(world, 'closed for long', await timeToSale(world));
  world.act({ type: 'fault.clear' });
  await world.pass(60);
  console.log(world.alerts);
});
it.each(['lost', 'delivered'] as const)('stalled, %s', async (missed) => {
  const world = await live();
  world.act({ type: 'stream.stall', missed });
  await world.pass(5);
  crash(world);
  await report(world, 'stalled', await timeToSale(world));
  await world.pass(200);
  console.log(world.alerts);
  world.act({ type: 'stream.resume' });
  await world.pass(60);
  console.log(world.alerts);
});
it.each(['stream.lose', 'stream.duplicate', 'stream.reorder'] as const)('%s', async (type) => {
  for (const times of [1, 2, 3, 4, 'always'] as const) {
    const world = await live();
    world.act({ type, channel: 'orderbook_delta', times });
    crash(world);
    await report(world, `${type} ${times}`, await timeToSale(world));
  }
});
it('private lost', async () => {
  const world = await live();
  for (const channel of ['fill', 'user_orders', 'market_positions'] as const) world.act({ type: 'stream.lose', channel, times: 'always' });
  forceExit(world, 'LOW');
  await whenSent(world, 1);
  world.act({ type: 'crowd.take', orderId: orderId(world, 'a1x1-1') });
  const t = world.clock.now();
  await world.passUntil(() => world.positions().length === 0, 100, 'closed');
  await report(world, 'private lost', world.clock.now() - t);
});
it('private live', async () => {
  const world = await live();
  forceExit(world, 'LOW');
  await whenSent(world, 1);
  world.act({ type: 'crowd.take', orderId: orderId(world, 'a1x1-1') });
  const t = world.clock.now();
  await world.passUntil(() => world.positions().length === 0, 100, 'closed');
  await report(world, 'private live', world.clock.now() - t);
});
it.each([3_000, 20_000, 60_000])('delay', async (delayMs) => {
  const world = await live();
  world.act({ type: 'stream.delay', delayMs });
  await world.pass(100);
  console.log(top(world));
  crash(world);
  await report(world, 'delay ' + delayMs, await timeToSale(world));
});
it.each([10, 25] as const)('error %i', async (code) => {
  for (const channel of ['orderbook_delta', 'fill', 'user_orders', 'market_positions', 'market_lifecycle_v2'] as const) {
    const world = await live();
    world.act({ type: 'stream.error', channel, code });
    await world.pass(5);
    const a = [...world.alerts];
    crash(world);
    await report(world, `error ${channel} ${a}`, await timeToSale(world));
  }
});
it('lifecycle lost', async () => {
  const world = await live();
  world.act({ type: 'stream.lose', channel: 'market_lifecycle_v2', times: 'always' });
  world.act({ type: 'market.moveClose', ticker: A, closeAt: world.clock.now() + 3 * MINUTE });
  await report(world, 'lifecycle', await timeToSale(world));
});
