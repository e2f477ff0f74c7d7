import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Post } from '../../src/actors/mail.ts';
import { methodWithoutPartialExits } from '../support/domain-builders.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { World } from '../support/world.ts';

const MARKETS = ['GAME-A', 'GAME-B', 'GAME-C'];
const HELD = 10_000;

const anyStep = fc.oneof(
  fc.record({ do: fc.constant('database' as const), is: fc.constantFrom('refuses', 'hangs', null) }),
  fc.record({ do: fc.constant('disk' as const), isFull: fc.boolean(), turns: fc.constantFrom(0, 1, 5) }),
  fc.record({
    do: fc.constant('price' as const),
    market: fc.constantFrom(...MARKETS),
    bid: fc.constantFrom(4200, 4700, 5000, 6000, 6500),
  }),
  fc.record({ do: fc.constant('fill' as const), part: fc.constantFrom(1, 2, 3) }),
  fc.record({
    do: fc.constant('exit' as const),
    positionId: fc.constantFrom('1', '2', '3'),
    priority: fc.constantFrom('LOW' as const, 'CRITICAL' as const),
  }),
  fc.record({ do: fc.constant('reset' as const) }),
  fc.record({ do: fc.constant('kill' as const) }),
);
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

/** Three lots beside a journal file; `undurable` names orders that left before they were written anywhere. */
async function opened() {
  const disk = new MemoryJournal();
  const positions = MARKETS.map((market, i) => ({ id: String(i + 1), market }));
  const world = await World.open({ positions, disk, methods: [methodWithoutPartialExits()] });
  const undurable: string[] = [];
  const place = world.venue.place.bind(world.venue);
  world.venue.place = async (order) => {
    const { clientId } = order;
    const { attempts } = await world.store.period(0, Number.MAX_SAFE_INTEGER);
    const isStored = attempts.some((attempt) => attempt.clientId === clientId);
    if (!isStored && !disk.lines.some((line) => line.includes(`"${clientId}"`))) undurable.push(clientId);
    return place(order);
  };
  await world.pass(30);
  return { world, disk, undurable };
}

async function take(step: Step, world: World, disk: MemoryJournal): Promise<void> {
  const post: Post = (to, mail) => world.postern.post(to, mail);
  const { orders } = world.venue;
  switch (step.do) {
    case 'database':
      world.outage = step.is as World['outage'];
      return;
    case 'disk':
      Object.assign(disk, { isFull: step.isFull, turns: step.turns });
      return;
    case 'price':
      return world.venue.show(step.market, step.bid, step.bid + 100);
    case 'fill':
      for (const { clientId, status, quantity, filled } of [...orders.values()])
        if (status === 'resting') world.venue.fill(clientId, Math.ceil((quantity - filled) / step.part));
      return;
    case 'exit': {
      const { positionId, priority } = step;
      const wish = { type: 'operator.exit', quantity: null, priority, note: null } as const;
      return post('watch', { type: 'position.event', positionId, event: { ...wish, at: world.clock.now() } });
    }
    case 'reset': {
      const word = { by: 'anna', reason: 'mended', limit: null, untilTomorrow: false, done: () => {} };
      return post('breakers', { type: 'breaker.reset', name: 'database', ...word });
    }
    case 'kill':
      world.kill();
      disk.writer.alive = false;
      disk.writer = { alive: true };
      await world.pass(3);
      Object.assign(disk, { isFull: false });
      world.outage = null;
      return world.start();
  }
}

const soldIn = (world: World, market: string, isLive: boolean): number =>
  [...world.venue.orders.values()]
    .filter((order) => order.market === market)
    .reduce((sum, { status, quantity, filled }) => {
      return sum + filled + (isLive && status === 'resting' ? quantity - filled : 0);
    }, 0);

it('whatever database and disk do, nothing is placed that is durable nowhere, and the books agree', async () => {
  const steps = fc.array(fc.tuple(anyStep, fc.constantFrom(0, 1, 4, 9, 31)), { minLength: 1, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const { world, disk, undurable } = await opened();
      for (const [step, seconds] of taken) {
        await take(step, world, disk);
        await world.pass(seconds);
        expect({ undurable, end: world.end }).toEqual({ undurable: [], end: null });
        for (const market of MARKETS) expect(soldIn(world, market, true)).toBeLessThanOrEqual(HELD);
      }
      world.outage = null;
      disk.isFull = false;
      await world.pass(120);
      expect(disk.lines.length).toBe(0);
      for (const [i, market] of MARKETS.entries()) {
        const { position, fills } = await world.file(String(i + 1));
        const sold = soldIn(world, market, false);
        const written = fills.reduce((sum, { quantity }) => sum + quantity, 0);
        expect({ sold: position.sold, written }).toEqual({ sold, written: sold });
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);
