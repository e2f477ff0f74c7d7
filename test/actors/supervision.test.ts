import { describe, expect, it } from 'vitest';
import { type BreakerRecord, LeaseLostError } from '../../src/actors/ports.ts';
import type { Position } from '../../src/domain/position.ts';
import type { PositionEvent } from '../../src/machines/position-events.ts';
import { aNewPosition, NOON } from '../support/domain-builders.ts';
import { anAttempt, aRunningExit } from '../support/store-records.ts';
import { World, type WorldOptions } from '../support/world.ts';

const TRIPPED: BreakerRecord = {
  name: 'daily_loss',
  tripped: true,
  reason: 'drill',
  changedAt: NOON - 60_000,
  data: {},
};

const SIBLING = { id: 'sibling', market: 'GAME-B' };

/** A row in the middle of an exit whose order the ledger knows nothing of. */
const midExit = (exit: Parameters<typeof aRunningExit>[0]): Partial<Position> => ({
  phase: 'exiting',
  exits: 1,
  mark: 5000,
  exit: aRunningExit({
    id: 'pworld-1x1',
    filled: 0,
    proceeds: 0,
    fees: 0,
    attempt: null,
    orderEnd: null,
    failure: null,
    ending: null,
    step: 'limit',
    ...exit,
  }),
});

/** Drills: position 1 throws in the guard of every evaluation. */
const throwingDrill = (position: Position): void => {
  if (position.id === '1') throw new Error('drill');
};

const tell = (world: World, event: PositionEvent): void =>
  world.postern.post('watch', { type: 'position.event', positionId: '1', event });

/** The sibling's stop loss is worked as if nothing had happened. */
async function expectSiblingDecides(world: World): Promise<void> {
  world.venue.show('GAME-B', 4200, 4300);
  await world.pass(31);
  expect(world.venue.calls).toContain('place pworld-siblingx1-1 100.00 at 0.3300');
  expect(world.kinds('sibling')).not.toContain('monitor.restarted');
  expect(world.end).toBeNull();
}

interface Break {
  name: string;
  given: WorldOptions;
  /** Makes it throw, where the row does not by itself. */
  by?: (world: World) => Promise<unknown> | unknown;
  error: string | RegExp;
}

const BREAKS: Break[] = [
  { name: 'a guard', given: { drill: throwingDrill }, error: 'drill' },
  {
    name: 'an action',
    given: {},
    by: async (world) => {
      tell(world, { type: 'operator.exit', quantity: null, priority: 'HIGH', note: null, at: NOON });
      await world.settle();
      const clientId = 'pworld-1x1-1';
      tell(world, {
        type: 'order.filled',
        clientId,
        filledTotal: 100,
        proceedsTotal: 0.5,
        feesTotal: 0,
        at: NOON,
      });
    },
    error: '0.5 is outside the exact integer range',
  },
  {
    name: 'an action of the host',
    given: {},
    by: (world) =>
      tell(world, { type: 'operator.exit', quantity: 0.5, priority: 'HIGH', note: null, at: NOON }),
    error: '0.5 is outside the exact integer range',
  },
  {
    name: 'a delay',
    given: { positions: [midExit({ waitUntil: 'soon' as never, deadline: null }), SIBLING] },
    error: 'a wait of NaN ms is not finite',
  },
  {
    name: 'the start: a guard of the first step',
    given: { positions: [{ phase: 'exiting', exit: null }, SIBLING] },
    error: 'position 1 has no running exit',
  },
  {
    name: 'the start: the row and the ledger do not agree',
    given: {
      positions: [midExit({ attempt: { ...aRunningExit().attempt!, clientId: 'pworld-1x1-1' } }), SIBLING],
    },
    error: 'attempt pworld-1x1-1 is in the row but not in the ledger',
  },
  {
    name: 'the start: a method nobody knows',
    given: { positions: [{ method: 'forgotten' }, SIBLING] },
    error: 'method forgotten version 1 is not known',
  },
  {
    name: 'a poisoned row',
    given: { positions: [{ cost: 0 }, SIBLING] },
    error: /outside the exact integer range/,
  },
];

describe('a monitor that throws', () => {
  it.each(BREAKS)(
    'in $name: is restarted from its stored row, and its sibling never notices',
    async ({ given, by, error }) => {
      const world = await World.open({ positions: [{}, SIBLING], ...given });
      await by?.(world);
      await world.settle();
      const restarts = world.journal.filter((d) => d.kind === 'monitor.restarted' && d.positionId === '1');
      expect(restarts[0]?.data).toEqual({
        error: expect.stringMatching(error instanceof RegExp ? error : literally(error)),
        after_ms: 500,
      });
      await expectSiblingDecides(world);
    },
  );

  it('once: goes on from its row after its backoff', async () => {
    let drills = 0;
    const world = await World.open({
      positions: [{}],
      drill: () => {
        drills += 1;
        if (drills === 2) throw new Error('drill');
      },
    });
    world.venue.show('GAME-A', 4200, 4300);
    await world.pass(30);
    expect({ deciding: world.isDeciding(), kinds: world.kinds() }).toEqual({
      deciding: false,
      kinds: ['monitor.restarted'],
    });
    await world.pass(0.499);
    expect(world.isDeciding()).toBe(false);
    await world.pass(0.001);
    expect(world.isDeciding()).toBe(true);
    expect(world.venue.calls).toContain('place pworld-1x1-1 100.00 at 0.3300');
    expect(world.alerts).toEqual([]);
  });

  it('again and again: is quarantined with a critical alert and tried every 5 min, until it lasts', async () => {
    let broken = true;
    const world = await World.open({
      positions: [{}, SIBLING],
      drill: (p) => (broken ? throwingDrill(p) : undefined),
    });
    await world.pass(5);
    expect(world.alerts).toEqual(['raised critical monitor_quarantined 1']);
    const restarts = () =>
      world.journal.filter((d) => d.kind === 'monitor.restarted').map((d) => d.data.after_ms);
    expect(restarts()).toEqual([500, 1000, 2000, 300_000]);
    await world.pass(300);
    expect(restarts()).toEqual([500, 1000, 2000, 300_000, 300_000]);
    expect(world.alerts).toEqual([
      'raised critical monitor_quarantined 1',
      'raised critical monitor_quarantined 1',
    ]);
    broken = false;
    await world.pass(300);
    expect(world.isDeciding()).toBe(true);
    expect(world.alerts).toHaveLength(2);
    await world.pass(60);
    expect(world.alerts.at(-1)).toBe('resolved monitor_quarantined 1');
    await expectSiblingDecides(world);
  });

  it('until the program is started anew: the alert of the process before is history', async () => {
    let broken = true;
    const world = await World.open({
      positions: [{}, SIBLING],
      drill: (p) => (broken ? throwingDrill(p) : undefined),
    });
    await world.pass(5);
    world.postern.stop();
    await world.pass(1);
    broken = false;
    await world.start();
    await world.pass(1);
    expect(world.alerts).toEqual(['raised critical monitor_quarantined 1', 'resolved monitor_quarantined 1']);
    expect(world.isDeciding()).toBe(true);
  });

  it('with an order out: the order is looked after all the while, and its fills are known afterwards', async () => {
    let broken = false;
    const world = await World.open({
      positions: [{}, SIBLING],
      drill: (p) => (broken ? throwingDrill(p) : undefined),
    });
    world.venue.show('GAME-A', 4200, 4300);
    await world.pass(30);
    expect(world.position().exit?.attempt?.clientId).toBe('pworld-1x1-1');
    broken = true;
    const poison = {
      type: 'order.filled',
      clientId: 'pworld-1x1-1',
      filledTotal: 1,
      proceedsTotal: 0.5,
      feesTotal: 0,
      at: NOON,
    };
    for (const seconds of [1, 1.1, 2.1, 0]) {
      tell(world, poison as PositionEvent);
      await world.pass(seconds);
    }
    expect(world.alerts).toEqual(['raised critical monitor_quarantined 1']);
    world.venue.fill('pworld-1x1-1', 10_000, 3500);
    await world.pass(20);
    const { attempts, position } = await world.file();
    expect(attempts[0]).toMatchObject({ status: 'filled', filled: 10_000, proceeds: 35_000_000 });
    expect(position.sold).toBe(0);
    broken = false;
    await world.pass(300);
    expect((await world.file()).position).toMatchObject({
      phase: 'closed',
      sold: 10_000,
      proceeds: 35_000_000,
      exit: null,
    });
  });

  it('at the start of the program with an order out: the order is adopted all the same', async () => {
    const world = await World.open({ positions: [] });
    const row = midExit({
      attempt: { ...aRunningExit().attempt!, clientId: 'pworld-1x1-1', number: 1, cancelRequested: false },
      waitUntil: 'soon' as never,
      deadline: 'soon' as never,
      pausedLeft: null,
    });
    await world.store.commit(1, [
      { kind: 'position', position: aNewPosition({ id: '1', ...row }), evaluation: null },
      {
        kind: 'attempt',
        attempt: anAttempt({
          attemptId: 'pworld-1x1-1',
          clientId: 'pworld-1x1-1',
          positionId: '1',
          exitId: 'pworld-1x1',
        }),
      },
    ]);
    world.venue.show('GAME-A', 5000, 5100);
    await world.start();
    expect(world.venue.calls).toContain('find pworld-1x1-1');
    expect(world.kinds('1')).toContain('monitor.restarted');
    expect(world.end).toBeNull();
  });
});

describe('a part that throws', () => {
  it('the feed: restarted in place, and it learns its markets again', async () => {
    const world = await World.open({ positions: [{}, SIBLING] });
    world.venue.next.books.push('throw');
    await world.pass(30);
    expect(world.kinds()).toContain('part.restarted');
    const calls = world.venue.calls.length;
    await world.pass(1);
    expect(world.venue.calls.slice(calls)).toEqual(['markets GAME-A GAME-B', 'books GAME-A GAME-B']);
    await expectSiblingDecides(world);
  });

  it('the reconciler: restarted in place', async () => {
    const world = await World.open({ positions: [{}, SIBLING] });
    world.venue.next.account.push('throw');
    await world.pass(61);
    expect(world.venue.calls.filter((call) => call === 'account')).toHaveLength(3);
    await expectSiblingDecides(world);
  });

  it('the reconciler at the start: no order leaves before the account was read', async () => {
    const pastItsStop = { ...SIBLING, cost: 60_000_000 };
    const world = await World.open({ positions: [pastItsStop], answers: { account: ['throw'] } });
    await world.pass(0.499);
    expect(world.venue.calls.filter((call) => /account|place/.test(call))).toEqual(['account']);
    expect(world.position('sibling').phase).toBe('exiting');
    await world.pass(0.001);
    expect(world.venue.calls.filter((call) => /account|place/.test(call))).toEqual([
      'account',
      'account',
      'place pworld-siblingx1-1 100.00 at 0.4000',
    ]);
  });

  it('the discovery looks again without a restart, which would forget what it adopts', async () => {
    const world = await World.open({ positions: [{}, SIBLING] });
    const ids = world.store.openPositionIds.bind(world.store);
    let calls = 0;
    world.store.openPositionIds = () => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('gone')) : ids();
    };
    await world.pass(31);
    expect({ calls, restarted: world.kinds().includes('part.restarted') }).toEqual({
      calls: 2,
      restarted: false,
    });
    await expectSiblingDecides(world);
  });

  it('the ledger: ends the tree', async () => {
    let lost = false;
    const world = await World.open({
      positions: [{}],
      beforeCommit: () => {
        if (lost) throw new LeaseLostError('another owner');
      },
    });
    lost = true;
    world.venue.show('GAME-A', 4200, 4300);
    await world.pass(31);
    expect(world.end).toEqual({ kind: 'crashed', part: 'ledger', error: 'another owner' });
    expect(world.venue.calls.some((call) => call.startsWith('place'))).toBe(false);
  });

  it.each([
    ['desk', { type: 'orders.open', reports: null, asOf: NOON }],
    ['watch', { type: 'account.read', report: null }],
  ] as const)('the %s: ends the tree', async (part, mail) => {
    const world = await World.open({ positions: [{}] });
    world.postern.post(part, mail as never);
    await world.settle();
    expect(world.end).toMatchObject({ kind: 'crashed', part });
  });
});

const literally = (text: string): string => text.replaceAll('.', '\\.');

describe('breakers that throw as they are built', () => {
  it('are told as they were stored until they run', async () => {
    let throws = 1;
    const world = await World.open({
      adjust: (composition) => ({
        ...composition,
        config: {
          ...composition.config,
          circuitBreakers: {
            ...composition.config.circuitBreakers,
            get tradingDayTimeZone(): string {
              if (throws-- > 0) throw new Error('drill');
              return 'America/New_York';
            },
          },
        },
        account: { breakers: [TRIPPED], day: null, closed: [] },
      }),
    });
    expect(world.kinds()).toContain('part.restarted');
    expect(world.postern.breakers()).toEqual([TRIPPED]);
    await world.pass(5);
    expect(world.postern.breakers().map(({ name, tripped }) => [name, tripped])).toEqual([
      ['daily_loss', true],
      ['api', false],
      ['database', false],
    ]);
  });
});
