import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/services/clock.ts';
import { costOf, USUAL_COSTS } from '../../../src/services/venues/kalshi/client/endpoint-costs.ts';
import {
  type Bucket,
  type BucketLimit,
  LANES,
  type Lane,
  Pacer,
  type PacerOptions,
} from '../../../src/services/venues/kalshi/client/pacer.ts';

const START = 1_000_000;

/** Lets what was granted be heard of. */
const settle = async () => {
  for (let i = 0; i < 5; i += 1) await Promise.resolve();
};

function startPacer(options: Omit<PacerOptions, 'clock'> = {}) {
  const clock = new VirtualClock(START);
  const pacer = new Pacer({ clock, ...options });
  const granted: [string, number][] = [];
  const ask = (name: string, bucket: Bucket, cost: number, lane: Lane = 'high') =>
    void pacer.acquire(bucket, cost, lane).then(
      () => granted.push([name, clock.now() - START]),
      (error: Error) => granted.push([`${name}: ${error.message}`, clock.now() - START]),
    );
  const runTo = async (ms: number) => {
    await settle();
    while (clock.fireNext(START + ms)) await settle();
    clock.moveTo(START + ms);
  };
  return { clock, pacer, granted, ask, runTo };
}

const SMALL: BucketLimit = { refillRate: 10, capacity: 20 };

describe('tokens', () => {
  test('a full bucket serves at once, then at its rate', async () => {
    const { ask, granted, runTo } = startPacer({ write: SMALL });
    for (const name of ['a', 'b', 'c', 'd']) ask(name, 'write', 10);
    await runTo(5000);
    expect(granted).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 1000],
      ['d', 2000],
    ]);
  });

  test('reads and writes have their own', async () => {
    const { ask, granted, runTo } = startPacer({ read: SMALL, write: SMALL });
    for (const name of ['r1', 'r2', 'r3']) ask(name, 'read', 20);
    ask('w', 'write', 20);
    await runTo(0);
    expect(granted).toEqual([
      ['r1', 0],
      ['w', 0],
    ]);
  });

  test('a wait ends in the millisecond in which the tokens are there', async () => {
    const { ask, granted, runTo } = startPacer({ write: { refillRate: 3, capacity: 10 } });
    ask('a', 'write', 10);
    ask('b', 'write', 1);
    await runTo(1000);
    expect(granted).toEqual([
      ['a', 0],
      ['b', 334],
    ]);
  });

  test.each([
    ['read', 'write'],
    ['write', 'read'],
  ] as const)('a long wait for a %s does not delay a %s', async (slow, fast) => {
    const { ask, granted, runTo } = startPacer({ read: SMALL, write: SMALL });
    for (const bucket of ['read', 'write'] as const) ask('all', bucket, 20);
    ask('slow', slow, 20);
    ask('fast', fast, 5);
    await runTo(5000);
    expect(granted.slice(2)).toEqual([
      ['fast', 500],
      ['slow', 2000],
    ]);
  });

  test('what was not used is not kept beyond the capacity', async () => {
    const { ask, granted, runTo } = startPacer({ write: SMALL });
    await runTo(60_000);
    for (const name of ['a', 'b', 'c']) ask(name, 'write', 10);
    await runTo(61_000);
    expect(granted).toEqual([
      ['a', 60_000],
      ['b', 60_000],
      ['c', 61_000],
    ]);
  });

  test('one timer at most waits, and none when nobody does', async () => {
    const { ask, clock, pacer, runTo } = startPacer({ read: SMALL, write: SMALL });
    expect(clock.nextDeadline()).toBeNull();
    for (let i = 0; i < 6; i += 1) ask(`${i}`, i % 2 ? 'read' : 'write', 20);
    await settle();
    let fired = 0;
    while (clock.fireNext(START + 100_000)) {
      fired += 1;
      await settle();
    }
    expect(fired).toBe(2);
    expect(pacer.waiting()).toBe(0);
    await runTo(100_000);
    expect(clock.nextDeadline()).toBeNull();
  });

  test.each([1, 3, 7, 9.99, 10, 33.3, 101, 1234.567])(
    'the dearest monitoring call of a bucket of %d is served',
    async (capacity) => {
      for (const reserveShare of [0.1, 0.3, 0.7, 1 / 3]) {
        const { ask, granted, pacer, runTo } = startPacer({
          write: { refillRate: 0.7, capacity },
          reserveShare,
        });
        const most =
          (Math.round(capacity * 1000) - Math.floor(Math.round(capacity * 1000) * reserveShare)) / 1000;
        for (const name of ['a', 'b']) ask(name, 'write', most, 'monitor');
        await runTo(10_000_000);
        expect([granted.length, pacer.waiting()]).toEqual([2, 0]);
        await expect(pacer.acquire('write', most + 0.001, 'monitor')).rejects.toThrow('never');
      }
    },
  );

  test.each([
    ['beyond the capacity', 21, 'high', 'high calls have at most 20'],
    ['into the reserve', 15, 'monitor', 'monitor calls have at most 14'],
    ['negative', -1, 'high', 'high calls have at most 20'],
    ['no number', Number.NaN, 'high', 'high calls have at most 20'],
  ] as const)('a cost %s is refused', async (_, cost, lane, reason) => {
    const { pacer } = startPacer({ write: SMALL });
    await expect(pacer.acquire('write', cost, lane)).rejects.toThrow(reason);
    await expect(pacer.acquire('write', cost, lane)).rejects.toThrow(RangeError);
  });

  test('a clock that is set back delays nothing', async () => {
    let shift = 0;
    const clock = new VirtualClock(START);
    const pacer = new Pacer({
      clock: {
        now: () => clock.now() + shift,
        setTimeout: (fn, ms) => clock.setTimeout(fn, ms),
        clearTimeout: (handle) => clock.clearTimeout(handle),
      },
      write: SMALL,
    });
    let served = 0;
    const ask = () => void pacer.acquire('write', 20, 'high').then(() => (served += 1));
    ask();
    shift = -3_600_000;
    ask();
    await settle();
    while (clock.fireNext(START + 2000)) await settle();
    expect(served).toBe(2);
  });
});

describe('lanes', () => {
  test('the better lane first, then first come', async () => {
    const { ask, granted, runTo } = startPacer({ write: SMALL });
    ask('all', 'write', 20);
    for (const lane of LANES.toReversed())
      for (const number of [1, 2]) ask(`${lane} ${number}`, 'write', 5, lane);
    await runTo(60_000);
    expect(granted.slice(1).map(([name]) => name)).toEqual(
      LANES.flatMap((lane) => [`${lane} 1`, `${lane} 2`]),
    );
  });

  test('a cheap call does not overtake a dear one of a better lane', async () => {
    const { ask, granted, runTo } = startPacer({ write: SMALL });
    ask('all', 'write', 20);
    ask('dear', 'write', 20, 'critical');
    ask('cheap', 'write', 1, 'high');
    await runTo(60_000);
    expect(granted).toEqual([
      ['all', 0],
      ['dear', 2000],
      ['cheap', 2100],
    ]);
  });

  test('monitoring leaves the reserve to orders', async () => {
    const { ask, granted, runTo } = startPacer({
      read: { refillRate: 10, capacity: 100 },
      reserveShare: 0.3,
    });
    for (let i = 0; i < 9; i += 1) ask(`m${i}`, 'read', 10, i % 2 ? 'monitor' : 'reconcile');
    await runTo(0);
    expect(granted).toHaveLength(7);
    ask('exit', 'read', 30, 'critical');
    await runTo(0);
    expect(granted.at(-1)).toEqual(['exit', 0]);
    await runTo(3999);
    expect(granted).toHaveLength(8);
    await runTo(4000);
    expect(granted).toHaveLength(9);
  });
});

describe('the exchange says 429', () => {
  test('the bucket is empty and rests 1, 2, 4, 8, 8 s; after a success 1 s again', async () => {
    const { ask, clock, granted, pacer, runTo } = startPacer({ write: { refillRate: 10, capacity: 10 } });
    let rests = 0;
    for (const restMs of [1000, 2000, 4000, 8000, 8000]) {
      pacer.noteRateLimited('write');
      const from = clock.now() - START;
      rests += 1;
      ask(`after ${rests}`, 'write', 10);
      await runTo(from + restMs + 999);
      expect(granted).toHaveLength(rests - 1);
      await runTo(from + restMs + 1000);
      expect(granted.at(-1)).toEqual([`after ${rests}`, from + restMs + 1000]);
    }
    pacer.noteServed('write');
    pacer.noteRateLimited('write');
    const from = clock.now() - START;
    ask('last', 'write', 10);
    await runTo(from + 2000);
    expect(granted.at(-1)).toEqual(['last', from + 2000]);
  });

  test('several 429s of calls that were under way together count once', async () => {
    const { ask, granted, pacer, runTo } = startPacer({ write: { refillRate: 10, capacity: 10 } });
    for (let i = 0; i < 4; i += 1) pacer.noteRateLimited('write');
    ask('a', 'write', 0);
    ask('b', 'write', 10);
    await runTo(2000);
    expect(granted).toEqual([
      ['a', 1000],
      ['b', 2000],
    ]);
  });

  test('those who wait already wait on, and the other bucket serves', async () => {
    const { ask, granted, pacer, runTo } = startPacer({ read: SMALL, write: SMALL });
    ask('a', 'write', 20);
    ask('b', 'write', 10);
    await runTo(500);
    pacer.noteRateLimited('write');
    ask('c', 'read', 20);
    await runTo(10_000);
    expect(granted).toEqual([
      ['a', 0],
      ['c', 500],
      ['b', 2500],
    ]);
  });
});

describe('the account’s own limits', () => {
  test('a higher rate serves those who wait earlier', async () => {
    const { ask, granted, pacer, runTo } = startPacer({ write: SMALL });
    ask('a', 'write', 20);
    ask('b', 'write', 20);
    await runTo(500);
    pacer.setLimit('write', { refillRate: 100, capacity: 200 });
    await runTo(10_000);
    expect(granted).toEqual([
      ['a', 0],
      ['b', 650],
    ]);
  });

  test('a smaller bucket refuses those it can never serve', async () => {
    const { ask, granted, pacer, runTo } = startPacer({ write: SMALL });
    ask('a', 'write', 20);
    ask('dear', 'write', 15);
    ask('cheap', 'write', 5);
    await runTo(100);
    pacer.setLimit('write', { refillRate: 10, capacity: 10 });
    await runTo(10_000);
    expect(granted).toEqual([
      ['a', 0],
      ['dear: a call of 15 tokens can never be made: high calls have at most 10', 100],
      ['cheap', 500],
    ]);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a limit of %d is none', (value) => {
    const { pacer } = startPacer();
    expect(() => pacer.setLimit('read', { refillRate: value, capacity: 1 })).toThrow(RangeError);
    expect(() => pacer.setLimit('read', { refillRate: 1, capacity: value })).toThrow(RangeError);
  });

  test('closing refuses those who wait and those who come', async () => {
    const { ask, clock, granted, pacer, runTo } = startPacer({ write: SMALL });
    for (const name of ['a', 'b']) ask(name, 'write', 20);
    await settle();
    pacer.close();
    ask('c', 'write', 1);
    await runTo(10_000);
    expect(granted.map(([name]) => name)).toEqual([
      'a',
      'b: calls are no longer paced: closed',
      'c: calls are no longer paced: closed',
    ]);
    expect(clock.nextDeadline()).toBeNull();
  });
});

describe('what calls cost', () => {
  const own = {
    defaultCost: 7,
    endpoints: [
      { method: 'get', path: '/trade-api/v2/markets/{ticker}', cost: 3 },
      { method: 'GET', path: '/markets/orderbooks', cost: 30 },
      { method: 'DELETE', path: 'portfolio/events/orders/:order_id', cost: 1 },
    ],
  };
  test.each([
    [USUAL_COSTS, 'GET', '/portfolio/positions', 10],
    [USUAL_COSTS, 'POST', '/portfolio/events/orders', 10],
    [USUAL_COSTS, 'DELETE', '/portfolio/events/orders/b9ef', 2],
    [USUAL_COSTS, 'DELETE', '/portfolio/events/orders', 10],
    [own, 'GET', '/markets/KX-1', 3],
    [own, 'GET', '/markets/orderbooks', 30],
    [own, 'GET', '/markets/KX-1/orderbook', 7],
    [own, 'DELETE', '/portfolio/events/orders/x', 1],
    [own, 'POST', '/markets/KX-1', 7],
  ])('%o %s %s: %i', (costs, method, path, cost) => expect(costOf(costs, method, path)).toBe(cost));

  test('the exchange’s table replaces the usual one', () => {
    const { pacer } = startPacer();
    pacer.setEndpointCosts(own);
    expect(pacer.costOf('DELETE', '/portfolio/events/orders/x')).toBe(1);
    expect(() => pacer.setEndpointCosts({ defaultCost: -1, endpoints: [] })).toThrow(RangeError);
  });
});

interface Asked {
  order: number;
  at: number;
  bucket: Bucket;
  cost: number;
  lane: Lane;
  grantedAt: number;
  turn: number;
}

const scenario = fc.record({
  rate: fc.integer({ min: 1, max: 300 }),
  capacity: fc.integer({ min: 10, max: 400 }),
  share: fc.constantFrom(0, 0.1, 0.3, 0.5, 0.9),
  calls: fc.array(
    fc.record({
      after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5000 })),
      bucket: fc.constantFrom<Bucket>('read', 'write'),
      costShare: fc.integer({ min: 0, max: 100 }),
      lane: fc.constantFrom(...LANES),
      isLimited: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
    }),
    { maxLength: 60 },
  ),
});

/** Plays a scenario to its end; the calls in the order in which they were granted. */
async function play({
  rate,
  capacity,
  share,
  calls,
}: typeof scenario extends fc.Arbitrary<infer T> ? T : never) {
  const clock = new VirtualClock(START);
  const limit = { refillRate: rate, capacity };
  const pacer = new Pacer({ clock, read: limit, write: limit, reserveShare: share });
  const asked: Asked[] = [];
  let turns = 0;
  let at = START;
  const runTo = async (until: number) => {
    await settle();
    while (clock.fireNext(until)) await settle();
  };
  for (const [order, call] of calls.entries()) {
    at += call.after;
    await runTo(at);
    clock.moveTo(Math.max(at, clock.now()));
    if (call.isLimited) pacer.noteRateLimited(call.bucket);
    const most =
      call.lane === 'reconcile' || call.lane === 'monitor'
        ? capacity - Math.ceil(capacity * share)
        : capacity;
    const cost = Math.floor((most * call.costShare) / 100);
    const one: Asked = {
      order,
      at: clock.now(),
      bucket: call.bucket,
      cost,
      lane: call.lane,
      grantedAt: -1,
      turn: -1,
    };
    asked.push(one);
    void pacer.acquire(call.bucket, cost, call.lane).then(() => {
      one.grantedAt = clock.now();
      one.turn = turns;
      turns += 1;
    });
  }
  await runTo(Number.MAX_SAFE_INTEGER);
  return { asked, waiting: pacer.waiting(), limit, share };
}

describe('whatever is asked', () => {
  const SLACK = 1e-6;
  const byTurn = (asked: Asked[], bucket: Bucket) =>
    asked.filter((one) => one.bucket === bucket).sort((a, b) => a.turn - b.turn);

  test('nobody waits for ever', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const { asked, waiting, limit } = await play(given);
        expect(waiting).toBe(0);
        const tokens = asked.reduce((sum, { cost }) => sum + cost, 0) + limit.capacity;
        const rests = given.calls.filter(({ isLimited }) => isLimited).length;
        const longest = ((tokens + rests * limit.capacity) / limit.refillRate) * 1000 + rests * 8000 + 1;
        for (const { at, grantedAt } of asked) {
          expect(grantedAt).toBeGreaterThanOrEqual(at);
          expect(grantedAt - at).toBeLessThanOrEqual(longest);
        }
      }),
    );
  });

  test('no window takes more than rate × window + capacity, nor monitoring any of the reserve', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const { asked, limit, share } = await play(given);
        for (const bucket of ['read', 'write'] as const) {
          const grants = byTurn(asked, bucket);
          for (const [from, first] of grants.entries()) {
            let taken = 0;
            for (const { cost, grantedAt, lane } of grants.slice(from)) {
              taken += cost;
              const kept = lane === 'reconcile' || lane === 'monitor' ? limit.capacity * share : 0;
              const refilled = (limit.refillRate * (grantedAt - first.grantedAt)) / 1000;
              expect(taken).toBeLessThanOrEqual(refilled + limit.capacity - kept + SLACK);
            }
          }
        }
      }),
    );
  });

  test('lanes are never inverted, and within a lane the first comes first', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const { asked } = await play(given);
        for (const bucket of ['read', 'write'] as const) {
          const grants = byTurn(asked, bucket);
          for (const [i, later] of grants.entries()) {
            for (const earlier of grants.slice(0, i)) {
              const wasWaiting = later.order < earlier.order || later.at < earlier.grantedAt;
              if (!wasWaiting) continue;
              const lanes = [LANES.indexOf(earlier.lane), LANES.indexOf(later.lane)] as const;
              expect(lanes[0]).toBeLessThanOrEqual(lanes[1]);
              if (lanes[0] === lanes[1]) expect(earlier.order).toBeLessThan(later.order);
            }
          }
        }
      }),
    );
  });

  test('the same calls are granted at the same times', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        expect(await play(given)).toEqual(await play(given));
      }),
      { numRuns: 20 },
    );
  });
});
