import { describe, expect, it } from 'vitest';
import type { Priority } from '../../src/domain/method.ts';
import type { Action } from '../../src/exchange/actions.ts';
import type { KalshiWorld } from '../support/kalshi-world.ts';
import {
  aHolding,
  alertsButStream,
  aMarket,
  BOTH_MODES,
  CANCEL,
  CLOSED,
  cancels,
  crash,
  ending,
  FAILED,
  forceExit,
  nested,
  orderId,
  ourOrders,
  PLACE,
  placeUnderOurId,
  raised,
  sales,
  sent,
  sentIds,
  show,
  step,
  watching,
  whenSent,
} from './rig.ts';

/** Once: the order that nobody heard of stands. Twice: it did not, or came late, and the identical one was sent. */
const UNHEARD: [string, Action, ('once' | 'twice')?][] = [
  ['its answer is lost', { type: 'fault.dropAnswer', match: PLACE }],
  ['its answer comes when nobody waits any more', { type: 'fault.delay', match: PLACE, delayMs: 20_000 }],
  ['it arrives a second late', { type: 'fault.carryOutLate', match: PLACE, afterMs: 1_000 }],
  [
    'it arrives after we looked for it',
    { type: 'fault.carryOutLate', match: PLACE, afterMs: 5_000 },
    'twice',
  ],
  ['it arrives when all is over', { type: 'fault.carryOutLate', match: PLACE, afterMs: 40_000 }, 'twice'],
  ['it is lost itself', { type: 'fault.dropRequest', match: PLACE }, 'twice'],
  [
    'a gateway answers 503 in HTML behind it',
    { type: 'fault.html', match: PLACE, status: 503, carryOut: true },
  ],
  ['a gateway answers 502 in HTML instead of it', { type: 'fault.html', match: PLACE, status: 502 }, 'twice'],
  [
    'a gateway answers 504 in JSON',
    { type: 'fault.refuse', match: PLACE, status: 504, error: nested('timeout'), carryOut: true },
  ],
  [
    'a gateway gives up with 408',
    { type: 'fault.refuse', match: PLACE, status: 408, error: { envelope: 'empty' }, carryOut: true },
  ],
  [
    'its answer is no JSON',
    {
      type: 'fault.refuse',
      match: PLACE,
      status: 200,
      error: { envelope: 'raw', body: 'OK' },
      carryOut: true,
    },
  ],
  ['its answer names no order', { type: 'fault.trimAnswer', match: PLACE, fields: ['order_id'] }],
  ['its answer says no fill count', { type: 'fault.trimAnswer', match: PLACE, fields: ['fill_count'] }],
  [
    'its answer is an error with 200 although it stands',
    { type: 'fault.refuse', match: PLACE, status: 200, error: nested('internal_error'), carryOut: true },
  ],
];

const REFUSED: [string, Action][] = [
  [
    'a 201 that names no order',
    { type: 'fault.refuse', match: PLACE, status: 201, error: { envelope: 'raw', body: '{}' } },
  ],
  [
    'an error with 200',
    { type: 'fault.refuse', match: PLACE, status: 200, error: nested('invalid_parameters') },
  ],
  [
    'the dead endpoint’s body with 200',
    {
      type: 'fault.refuse',
      match: PLACE,
      status: 200,
      error: nested('deprecated_v1_order_endpoint', 'Please switch to the V2 endpoints'),
    },
  ],
  [
    'the flat envelope',
    {
      type: 'fault.refuse',
      match: PLACE,
      status: 400,
      error: { envelope: 'flat', code: 'invalid_parameters' },
    },
  ],
];

describe.each(BOTH_MODES)('%s', (_, streaming) => {
  describe('an order of which we hear nothing is sold once', () => {
    it.each(UNHEARD)('immediate: %s', async (_name, fault, times = 'once') => {
      const world = await watching({ streaming });
      world.act(fault);
      crash(world);
      await world.pass(100);
      expect(sentIds(world)).toEqual(times === 'once' ? ['a1x1-1'] : ['a1x1-1', 'a1x1-1']);
      expect(ourOrders(world)).toEqual(['a1x1-1 10.00 of 10.00 at 0.3200 executed']);
      expect(raised(world)).toEqual([]);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it.each(UNHEARD)('of a NO position: %s', async (_name, fault, times = 'once') => {
      const world = await watching({ streaming, holdings: [aHolding({ side: 'no' })] });
      world.act(fault);
      forceExit(world, 'CRITICAL');
      await world.pass(100);
      expect(sentIds(world)).toEqual(times === 'once' ? ['a1x1-1'] : ['a1x1-1', 'a1x1-1']);
      expect(ourOrders(world)).toEqual(['a1x1-1 10.00 of 10.00 at 0.6100 executed']);
      expect(raised(world)).toEqual([]);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it.each(UNHEARD)('resting: %s', async (_name, fault, times = 'once') => {
      const world = await watching({ streaming });
      world.act(fault);
      forceExit(world, 'MEDIUM');
      await world.pass(100);
      expect(sentIds(world)).toEqual([...(times === 'once' ? [] : ['a1x1-1']), 'a1x1-1', 'a1x1-2']);
      expect(ourOrders(world)).toEqual([
        'a1x1-1 0.00 of 10.00 at 0.5100 canceled',
        'a1x1-2 10.00 of 10.00 at 0.5000 executed',
      ]);
      expect(raised(world)).toEqual([]);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it.each(UNHEARD)('resting, after it took what was there: %s', async (_name, fault, times = 'once') => {
      const world = await watching({ streaming, markets: [aMarket({ bids: [[5000, 300]] })] });
      world.act(fault);
      forceExit(world, 'HIGH');
      await world.pass(60);
      show(world, [[4900, 100_000]], [[5100, 100_000]]);
      await world.pass(30);
      expect(sentIds(world).filter((id) => id === 'a1x1-1')).toHaveLength(times === 'once' ? 1 : 2);
      expect(ourOrders(world)[0]).toBe('a1x1-1 3.00 of 10.00 at 0.4900 canceled');
      expect(raised(world)).toEqual([]);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it('even where the exchange takes an id again once its order is over', async () => {
      const world = await watching({ streaming, exchange: { readings: { clientIdReusable: true } } });
      world.act({ type: 'fault.carryOutLate', match: PLACE, afterMs: 40_000 });
      forceExit(world, 'MEDIUM');
      await world.pass(100);
      expect(ourOrders(world)).toEqual([
        'a1x1-1 0.00 of 10.00 at 0.5100 canceled',
        'a1x1-2 10.00 of 10.00 at 0.5000 executed',
        'a1x1-1 0.00 of 10.00 at 0.5100 canceled',
      ]);
      expect(await ending(world)).toEqual(CLOSED);
    });

    it.each([3, 8, 20])('although its answer is lost %i times', async (times) => {
      const world = await watching({ streaming });
      world.act({ type: 'fault.dropAnswer', match: { ...PLACE, times: 2 } });
      world.act({ type: 'fault.dropRequest', match: { method: 'GET', path: '/portfolio', times } });
      crash(world);
      await world.pass(200);
      expect(ourOrders(world)).toEqual(['a1x1-1 10.00 of 10.00 at 0.3200 executed']);
      expect(await ending(world)).toEqual(CLOSED);
    });
  });

  it.each(REFUSED)('%s is a refusal: alerted, and sold when an operator says so', async (_name, fault) => {
    const world = await watching({ streaming });
    world.act(fault);
    crash(world);
    await world.pass(100);
    expect(sentIds(world)).toEqual(['a1x1-1']);
    expect(raised(world)).toEqual(['raised critical exit_failed a1']);
    expect(await ending(world)).toEqual(FAILED);
    forceExit(world, 'CRITICAL');
    await world.pass(10);
    expect(ourOrders(world)).toEqual(['a1x2-1 10.00 of 10.00 at 0.3200 executed']);
    expect(await ending(world)).toEqual(CLOSED);
  });

  it('alerts when the exchange has another order under our id, ends it and sells nothing under it', async () => {
    const world = await watching({ streaming });
    placeUnderOurId(world, { client_order_id: 'pworld-a1x1-1', side: 'ask', count: '3.00', price: '0.6000' });
    crash(world);
    await world.pass(60);
    expect(raised(world)).toEqual(['raised critical exit_failed a1']);
    expect(ourOrders(world)).toEqual(['a1x1-1 0.00 of 3.00 at 0.6000 canceled']);
    expect(await ending(world)).toEqual(FAILED);
    forceExit(world, 'CRITICAL');
    await world.pass(10);
    expect(await ending(world)).toEqual(CLOSED);
  });

  it('ends another order under our id at once, and offers what it would have sold again', async () => {
    const world = await watching({ streaming });
    placeUnderOurId(world, { client_order_id: 'pworld-a1x1-1', side: 'ask', count: '3.00', price: '0.6000' });
    forceExit(world, 'HIGH');
    await world.pass(5);
    expect(ourOrders(world)).toEqual(['a1x1-1 0.00 of 3.00 at 0.6000 canceled']);
    const { id } = world.positions()[0]!;
    const event = { type: 'operator.resume', note: null, at: world.clock.now() } as const;
    world.postern.post('watch', { type: 'position.event', positionId: id, event });
    await world.pass(5);
    forceExit(world, 'LOW');
    await world.pass(5);
    expect(ourOrders(world).at(-1)).toMatch(/ of 10.00 at .* resting$/);
  });

  it('takes an order that exists already and is its own as landed', async () => {
    const world = await watching({ streaming });
    placeUnderOurId(world, {
      client_order_id: 'pworld-a1x1-1',
      side: 'ask',
      count: '10.00',
      price: '0.5100',
    });
    forceExit(world, 'MEDIUM');
    await world.pass(20);
    world.act({ type: 'crowd.take', orderId: orderId(world, 'a1x1-1') });
    await world.pass(10);
    expect(sent(world)).toEqual([
      'a1x1-1 ask 10.00 at 0.5100 gtc maker: accepted',
      'a1x1-1 ask 10.00 at 0.5100 gtc taker_at_cross: order_already_exists',
    ]);
    expect(await ending(world)).toEqual(CLOSED);
  });

  describe('a cancel', () => {
    const UNFILLED = 'a1x1-1 0.00 of 10.00 at 0.5100 canceled';
    const REST = 'a1x1-2 10.00 of 10.00 at 0.5000 executed';
    it.each<[string, Action, string[], string[]]>([
      ['whose answer is lost', { type: 'fault.dropAnswer', match: CANCEL }, ['accepted'], [UNFILLED, REST]],
      [
        'that is lost',
        { type: 'fault.dropRequest', match: CANCEL },
        ['not_carried_out', 'accepted'],
        [UNFILLED, REST],
      ],
      [
        'that arrives late',
        { type: 'fault.carryOutLate', match: CANCEL, afterMs: 4_000 },
        ['not_found', 'accepted'],
        [UNFILLED, REST],
      ],
      [
        'that meets a 503',
        { type: 'fault.html', match: CANCEL, status: 503 },
        ['not_carried_out', 'accepted'],
        [UNFILLED, REST],
      ],
      [
        'that works behind a 503',
        { type: 'fault.html', match: CANCEL, status: 503, carryOut: true },
        ['accepted'],
        [UNFILLED, REST],
      ],
      [
        'that is one too many',
        { type: 'fault.rateLimit', match: CANCEL },
        ['not_carried_out', 'accepted'],
        [UNFILLED, REST],
      ],
      ['whose answer describes another order', { type: 'fault.wobble' }, ['accepted'], [UNFILLED, REST]],
      [
        'whose answer says nothing',
        { type: 'fault.trimAnswer', match: CANCEL, fields: ['order_id', 'reduced_by'] },
        ['accepted'],
        [UNFILLED, REST],
      ],
      [
        'that finds its order filled',
        { type: 'fault.fillInFlight' },
        ['not_found'],
        ['a1x1-1 10.00 of 10.00 at 0.5100 executed'],
      ],
      [
        'that finds its order filled in part',
        { type: 'fault.fillInFlight', count: 300 },
        ['accepted'],
        ['a1x1-1 3.00 of 10.00 at 0.5100 canceled', 'a1x1-2 7.00 of 7.00 at 0.5000 executed'],
      ],
    ])('%s', async (_name, fault, answers, orders) => {
      const world = await watching({ streaming });
      forceExit(world, 'MEDIUM');
      await whenSent(world, 1);
      world.act(fault);
      await world.pass(100);
      expect(cancels(world)).toEqual(answers);
      expect(ourOrders(world)).toEqual(orders);
      expect(raised(world)).toEqual([]);
      expect(await ending(world)).toEqual(CLOSED);
    });
  });

  it.each([1, 5, 20])('finds an order that reads hide %i times', async (times) => {
    const world = await watching({ streaming });
    world.act({ type: 'fault.hideOrder', times });
    forceExit(world, 'MEDIUM');
    await world.pass(100);
    expect(ourOrders(world)).toEqual([
      'a1x1-1 0.00 of 10.00 at 0.5100 canceled',
      'a1x1-2 10.00 of 10.00 at 0.5000 executed',
    ]);
    expect(await ending(world)).toEqual(CLOSED);
  });

  describe('a process that is killed goes on where it was and doubles nothing', () => {
    /** Killed now, back after 3 s. */
    const restart = async (world: KalshiWorld): Promise<void> => {
      world.kill();
      await world.pass(3);
      await world.start();
    };

    it.each(['CRITICAL', 'MEDIUM'] as const)('at any step of sending an order, %s', async (priority) => {
      for (let steps = 1; steps <= 30; steps += 1) {
        const world = await watching({ streaming });
        forceExit(world, priority);
        await step(world, steps);
        await restart(world);
        await world.pass(20);
        show(world, [[5100, 100_000]], [[5200, 100_000]]);
        await world.pass(60);
        expect({ steps, ...(await ending(world)) }).toEqual({ steps, ...CLOSED });
      }
    });

    it('at any time of a walk', async () => {
      for (let seconds = 2; seconds <= 90; seconds += 4) {
        const world = await watching({ streaming, markets: [aMarket({ asks: [[6000, 100_000]] })] });
        forceExit(world, 'MEDIUM');
        await world.pass(seconds);
        await restart(world);
        await world.pass(60);
        show(world, [[5600, 100_000]], [[6000, 100_000]]);
        await world.pass(60);
        expect({ seconds, ...(await ending(world)) }).toEqual({ seconds, ...CLOSED });
      }
    });

    it.each<[string, Action]>([
      ['with its answer under way', { type: 'fault.delay', match: PLACE, delayMs: 2_000 }],
      ['with the request under way', { type: 'fault.carryOutLate', match: PLACE, afterMs: 2_000 }],
      [
        'with a request that arrives when it looked already',
        { type: 'fault.carryOutLate', match: PLACE, afterMs: 9_000 },
      ],
      ['with a request that never arrived', { type: 'fault.dropRequest', match: PLACE }],
    ])('between sending and answer, %s', async (_name, fault) => {
      const world = await watching({ streaming });
      world.act(fault);
      crash(world);
      await whenSent(world, 1);
      await restart(world);
      await world.pass(60);
      expect(ourOrders(world)).toEqual(['a1x1-1 10.00 of 10.00 at 0.3200 executed']);
      expect(await ending(world)).toEqual(CLOSED);
    });
  });

  describe('an exchange that is down for 4 minutes', () => {
    it.each<[Priority, string]>([
      ['CRITICAL', 'a1x1 10.00 for 5.000000'],
      ['HIGH', 'a1x1 10.00 for 4.720000'],
      ['MEDIUM', 'a1x1 10.00 for 5.000000'],
      ['LOW', 'a1x1 10.00 for 5.000000'],
    ])('in the middle of a %s exit', async (priority, sale) => {
      const markets = [aMarket({ bids: [[5000, 300]], asks: [[5200, 100_000]] })];
      const world = await watching({ streaming, markets });
      forceExit(world, priority);
      await whenSent(world, 1);
      await world.pass(3);
      world.link.isDown = true;
      await world.pass(240);
      world.link.isDown = false;
      await world.pass(20);
      show(world, [[5000, 100_000]], [[5100, 100_000]]);
      await world.pass(300);
      expect(sales(world)).toEqual([sale]);
      const alerts = alertsButStream(world).filter((alert) => !alert.includes('order_in_doubt'));
      expect(alerts.toSorted()).toEqual([
        'raised critical account_unread',
        'raised critical position_orphaned a1',
        'raised warning api_errors',
        'resolved account_unread',
        'resolved api_errors',
        'resolved position_orphaned a1',
      ]);
      expect(await ending(world)).toEqual(CLOSED);
    });
  });
});
