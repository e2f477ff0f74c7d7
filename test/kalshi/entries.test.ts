import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/exchange/actions.ts';
import { buying, CASH, decided, outcome, reasons, resting, SOUND, say, strangers } from './buying.ts';
import { A, aMarket, BOTH_MODES, MINUTE, PLACE, sent, show } from './rig.ts';

describe.each(BOTH_MODES)('an edge on Kalshi, %s', (_, streaming) => {
  it.each([
    ['yes', 650_000, 'e1 yes 250.00 for 127.500000 + 4.373300, open 250.00', 25_000],
    ['no', 650_000, 'e1 no 250.00 for 125.000000 + 4.375000, open 250.00', -25_000],
  ] as const)('is bought at the price asked: %s', async (side, probability, position, held) => {
    const world = await buying({ streaming });
    say(world, { side, probability });
    await world.pass(90);
    expect(await outcome(world)).toEqual({
      ...SOUND,
      edges: ['e1 filled'],
      positions: [position],
      held: { [A]: held },
    });
    expect(world.alerts).toEqual([]);
    expect(sent(world)).toHaveLength(1);
    if (side === 'yes') show(world, [[4000, 100_000]], [[4100, 100_000]]);
    else show(world, [[5900, 100_000]], [[6000, 100_000]]);
    await world.pass(60);
    expect(await outcome(world)).toMatchObject({ ...SOUND, held: {} });
  });

  it('that fills in part becomes a position of what filled, at its timeout', async () => {
    const world = await resting(await buying({ streaming }), 3_700);
    await world.pass(5);
    expect(world.held(A)).toBe(3_700);
    await world.pass(60);
    expect(await outcome(world)).toEqual({
      ...SOUND,
      edges: ['e1 filled'],
      positions: ['e1 yes 37.00 for 18.870000 + 0.647300, open 37.00'],
      held: { [A]: 3_700 },
    });
    expect(strangers(world)).toEqual([]);
    expect(sent(world)).toHaveLength(1);
  });

  it('that nothing fills expires', async () => {
    const world = await resting(await buying({ streaming }));
    await world.pass(28);
    expect((await outcome(world)).resting).toEqual(['pworld-e1n1-1']);
    await world.pass(40);
    expect(await outcome(world)).toEqual({ ...SOUND, edges: ['e1 expired'], positions: [], held: {} });
  });

  it.each<[string, Action]>([
    ['its answer is lost', { type: 'fault.dropAnswer', match: PLACE }],
    ['it is lost itself', { type: 'fault.dropRequest', match: PLACE }],
    ['it arrives late', { type: 'fault.carryOutLate', match: PLACE, afterMs: 5_000 }],
    ['it arrives very late', { type: 'fault.carryOutLate', match: PLACE, afterMs: 20_000 }],
    ['a gateway answers 503', { type: 'fault.html', match: PLACE, status: 503, carryOut: true }],
    ['a gateway answers 503 and it is lost', { type: 'fault.html', match: PLACE, status: 503 }],
    ['it is sent twice on the way', { type: 'fault.repeat', match: PLACE }],
    ['its answer takes long', { type: 'fault.delay', match: PLACE, delayMs: 12_000 }],
    ['its answer lacks its id', { type: 'fault.trimAnswer', match: PLACE, fields: ['order_id'] }],
    ['the order can’t be read', { type: 'fault.hideOrder', times: 5 }],
  ])('is bought once when %s', async (__, fault) => {
    for (const rests of [false, true]) {
      const world = await buying({ streaming });
      world.act(fault);
      if (rests)
        await decided(world).then(() =>
          show(
            world,
            [[5000, 100_000]],
            [
              [5100, 3_700],
              [5300, 100_000],
            ],
          ),
        );
      else say(world);
      await world.pass(240);
      const end = await outcome(world);
      expect(end).toMatchObject(SOUND);
      expect(strangers(world)).toEqual([]);
      expect(new Set(sent(world).map((order) => order.split(' ')[0])).size).toBe(1);
      if (!rests) expect(world.held(A)).toBe(25_000);
      expect(end.positions).toHaveLength(world.held(A) > 0 ? 1 : 0);
      expect(end.positions.filter((p) => p.startsWith('a'))).toEqual([]);
    }
  });

  it('is refused for want of cash, and is then over', async () => {
    const world = await buying({ streaming });
    await decided(world);
    world.act({ type: 'account.moveCash', account: 'tests', change: -9_950_000_000 });
    await world.pass(90);
    const end = await outcome(world);
    expect(end).toMatchObject({ edges: ['e1 rejected'], positions: [], held: {}, resting: [] });
    world.act({ type: 'account.moveCash', account: 'tests', change: 9_950_000_000 });
    expect(await outcome(world)).toMatchObject(SOUND);
    expect(await reasons(world)).toEqual([
      'e1 the venue refused the order: other: available_balance_too_low: available balance too low',
    ]);
  });

  it.each<[string, Action, string[], string[]]>([
    [
      'pauses',
      { type: 'market.pause', ticker: A },
      [],
      ['e1 yes 37.00 for 18.870000 + 0.647300, open 37.00'],
    ],
    [
      'closes',
      { type: 'market.moveClose', ticker: A, closeAt: 0 },
      [],
      ['e1 yes 37.00 for 18.870000 + 0.647300, open 37.00'],
    ],
    [
      'settles',
      { type: 'market.settle', ticker: A, value: 10_000 },
      [],
      ['e1 yes 37.00 for 18.870000 + 0.647300, closed 37.00'],
    ],
    [
      'settles at 0',
      { type: 'market.settle', ticker: A, value: 0 },
      [],
      ['e1 yes 37.00 for 18.870000 + 0.647300, closed 37.00'],
    ],
  ])('whose market %s while its order rests', async (__, action, nothing, part) => {
    for (const offered of [0, 3_700]) {
      const world = await resting(await buying({ streaming }), offered);
      await world.pass(3);
      world.act(action.type === 'market.moveClose' ? { ...action, closeAt: world.clock.now() } : action);
      await world.pass(200);
      const end = await outcome(world);
      expect(end).toMatchObject({
        ...SOUND,
        edges: [offered ? 'e1 filled' : 'e1 expired'],
        positions: offered ? part : nothing,
      });
      expect(world.alerts).toEqual([]);
    }
  });

  it.each([300, 2_050, 100_000])('takes at most a quarter of what is offered: of %d', async (offered) => {
    const world = await buying({
      streaming,
      markets: [
        aMarket({
          asks: [
            [5100, offered],
            [5200, 500_000],
          ],
        }),
      ],
    });
    say(world);
    await world.pass(60);
    expect(world.held(A)).toBe(Math.floor(offered / 400) * 100);
  });

  it.each([
    ['in one market group', { maxGroupExposure: 20_000 }, '26NOV29', 200_000_000],
    [
      'in one correlated group',
      { correlatedGroups: [{ name: 'all', tickers: ['KXGAME-*'] }], maxCorrelatedExposure: 20_000 },
      null,
      200_000_000,
    ],
    ['in all', { maxDeployed: 30_000 }, null, 300_000_000],
    ['in number', { maxOpenPositions: 2 }, null, 263_746_600],
  ])('at one instant with others stays within the limit %s', async (__, entry, event, limit) => {
    const tickers = ['AAA', 'BBB', 'CCC', 'DDD'].map((name, i) => `KXGAME-${event ?? `26NOV2${i}`}-${name}`);
    const markets = tickers.map((ticker) => aMarket({ ticker }));
    const world = await buying({ streaming, markets, entry });
    for (const market of tickers) say(world, { market });
    await world.pass(60);
    const spent = CASH - world.link.exchange.truth().accounts.tests!.cash[0]!;
    expect(spent).toBeLessThanOrEqual(limit);
    expect(spent).toBeGreaterThan(limit - 1_000_000);
    const { edges, ...end } = await outcome(world);
    expect(end).toMatchObject(SOUND);
    expect(edges).toHaveLength(4);
  });

  it('whose order the exchange has no time for is refused, and the model’s next word is another try', async () => {
    const world = await buying({ streaming });
    world.act({ type: 'fault.rateLimit', match: PLACE });
    say(world);
    await world.pass(20);
    expect(await reasons(world)).toEqual([
      'e1 the venue refused the order: rate_limited: refused: too many requests',
    ]);
    say(world);
    await world.pass(20);
    expect(await outcome(world)).toMatchObject({ ...SOUND, held: { [A]: 25_000 } });
  });

  it.each([false, true])('is called off when the model changes its mind; restarted: %s', async (restarts) => {
    const world = await resting(await buying({ streaming, entry: { orderTimeoutMs: 10 * MINUTE } }), 3_700);
    if (restarts) {
      world.kill();
      await world.start();
      await world.pass(20);
      expect((await outcome(world)).edges).toEqual(['e1 working']);
    }
    say(world, { probability: 530_000 });
    await world.pass(10);
    expect(await outcome(world)).toMatchObject({ ...SOUND, edges: ['e1 filled'], held: { [A]: 3_700 } });
  });

  it('is called off when the model’s word has become too old', async () => {
    const world = await resting(await buying({ streaming, entry: { orderTimeoutMs: 60 * MINUTE } }));
    await world.pass(9 * 60);
    expect((await outcome(world)).resting).toEqual(['pworld-e1n1-1']);
    await world.pass(90);
    expect(await outcome(world)).toMatchObject({ ...SOUND, edges: ['e1 rejected'] });
    expect(await reasons(world)).toEqual(["e1 the model's word has become too old"]);
  });

  it.each([0, 3_700])('is called off by an operator’s pause; filled so far: %d', async (offered) => {
    const world = await resting(await buying({ streaming }), offered);
    world.postern.post('entries', { type: 'entries.pause', by: 'anna', reason: 'lunch', done: () => {} });
    await world.pass(5);
    const edges = [offered > 0 ? 'e1 filled' : 'e1 rejected'];
    expect(await outcome(world)).toMatchObject({
      ...SOUND,
      edges,
      held: offered > 0 ? { [A]: offered } : {},
    });
  });

  it.each([0, 3_700])('at a stop signal its order is cancelled; filled so far: %d', async (offered) => {
    const world = await resting(await buying({ streaming }), offered);
    world.postern.stop();
    await world.pass(15);
    const edges = [offered > 0 ? 'e1 filled' : 'e1 expired'];
    const held = offered > 0 ? { [A]: offered } : {};
    expect(await outcome(world)).toMatchObject({ ...SOUND, edges, held, crashed: { kind: 'stopped' } });
    show(world, [[5000, 100_000]], [[6000, 100_000]]);
    await world.start();
    await world.pass(60);
    expect(await outcome(world)).toMatchObject({ ...SOUND, held });
    expect(strangers(world)).toEqual([]);
  });

  it.each([61, 120, 300])('whose order arrives %d s late is a position all the same', async (late) => {
    const world = await buying({ streaming });
    world.act({ type: 'fault.carryOutLate', match: PLACE, afterMs: late * 1_000 });
    say(world);
    await world.pass(late + 120);
    const end = await outcome(world);
    expect(end).toMatchObject(SOUND);
    expect(end.positions).toHaveLength(1);
    expect(strangers(world)).toEqual([]);
  });

  it('whose entry always throws is rejected and alerted; the part goes on', async () => {
    const world = await buying({ streaming, entry: { maxGroupExposure: Number.NaN } });
    for (let i = 0; i < 5; i += 1) {
      say(world);
      await world.pass(20);
    }
    expect(await outcome(world)).toMatchObject({ ...SOUND, positions: [], held: {} });
    expect((await reasons(world)).every((reason) => reason.includes('its entry failed:'))).toBe(true);
    expect(world.alerts[0]).toMatch(/^raised critical entry_failed/);
    expect(world.kinds()).not.toContain('part.restarted');
  });
});
