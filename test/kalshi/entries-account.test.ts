import { describe, expect, it } from 'vitest';
import { buying, outcome, reasons, resting, SOUND, say, strangers } from './buying.ts';
import { A, aHolding, aMarket, BOTH_MODES, sentIds, show } from './rig.ts';

const B = 'KXGAME-26NOV30-BBB';
const C = 'KXGAME-26DEC01-CCC';

const bought = (world: Parameters<typeof sentIds>[0]): string[] =>
  sentIds(world).filter((id) => id.endsWith('n1-1'));

describe.each(BOTH_MODES)('an edge and what else the account does, %s', (_, streaming) => {
  describe.each(['yes', 'no'] as const)('where %s is held', (held) => {
    const word = { side: held === 'yes' ? 'no' : 'yes', probability: 700_000 } as const;

    it.each(['all', 'listed', 'none'] as const)('is never set off against it (adopt: %s)', async (adopt) => {
      const world = await buying({ streaming, adopt, holdings: [aHolding({ side: held })] });
      say(world, word);
      await world.pass(60);
      expect(bought(world)).toEqual([]);
    });

    it.each(['all', 'listed', 'none'] as const)(
      'nor against what a person has bought a moment ago (adopt: %s)',
      async (adopt) => {
        const world = await buying({ streaming, adopt });
        const side = held === 'yes' ? 'bid' : 'ask';
        world.act({ type: 'hand.trade', account: 'tests', ticker: A, side, price: 5_000, count: 500 });
        say(world, word);
        await world.pass(10);
        expect(bought(world)).toEqual([]);
        expect(await reasons(world)).toEqual([
          `e1 A ${held} position is held in ${A}; buying ${word.side} would net against it.`,
        ]);
      },
    );
  });

  it.each([
    ['bid', 'all', ['a1 yes 10.00 for 5.100000 + 0.000000, open 10.00'], []],
    ['bid', 'listed', [], ['raised warning holdings_excess']],
    ['ask', 'all', [], ['raised critical holdings_short e1', 'resolved holdings_short e1']],
    ['ask', 'listed', [], ['raised critical holdings_short e1', 'resolved holdings_short e1']],
  ] as const)(
    'is told apart from what a person trades meanwhile: %s, adopt %s',
    async (side, adopt, lots, alerts) => {
      const world = await resting(await buying({ streaming, adopt }), 3_700);
      world.act({ type: 'hand.trade', account: 'tests', ticker: A, side, price: 5_100, count: 1_000 });
      await world.pass(300);
      const left = side === 'ask' ? '27.00' : '37.00';
      expect((await outcome(world)).positions).toEqual([
        `e1 yes 37.00 for 18.870000 + 0.647300, open ${left}`,
        ...lots,
      ]);
      expect(world.alerts).toEqual(alerts);
      expect(world.held(A)).toBe(side === 'bid' ? 4_700 : 2_700);
    },
  );

  it('never trades with a person’s own order, and ends where it would', async () => {
    const world = await buying({ streaming });
    show(world, [[4900, 100_000]], [[5200, 100_000]]);
    world.act({ type: 'hand.place', account: 'tests', ticker: A, side: 'ask', price: 5_100, count: 90_000 });
    await world.pass(60);
    say(world);
    await world.pass(60);
    expect(await outcome(world)).toMatchObject({ ...SOUND, positions: [], held: {} });
    expect(
      world.link.exchange
        .truth()
        .accounts.tests!.orders.filter(({ clientId }) => clientId?.startsWith('web-')),
    ).toMatchObject([{ status: 'resting', filled: 0 }]);
  });

  it('the loss breaker cancels its order; what was bought is sold at once, and nothing is entered any more', async () => {
    const world = await buying({
      streaming,
      holdings: [aHolding({ ticker: B, count: 200_000 })],
      markets: [aMarket(), aMarket({ ticker: B, bids: [[5000, 1_000_000]] }), aMarket({ ticker: C })],
      entry: { orderTimeoutMs: 120_000 },
    });
    await world.pass(30);
    await resting(world, 3_700);
    show(world, [[2000, 1_000_000]], [[2100, 1_000_000]], B);
    await world.pass(60);
    expect(await outcome(world)).toMatchObject({ ...SOUND, edges: ['e1 filled'], held: {} });
    expect(world.alerts).toEqual(['raised critical loss_limit_reached']);
    say(world, { market: C });
    await world.pass(60);
    expect(bought(world)).toEqual(['e1n1-1']);
    expect((await reasons(world)).at(-1)).toMatch(/The daily-loss breaker is tripped/);
  });

  it.each([5, 30, 90])('reads that lag %d s behind neither double nor lose it', async (lag) => {
    for (const offered of [0, 3_700, 100_000]) {
      const world = await buying({ streaming });
      world.act({ type: 'account.readLag', account: 'tests', lagMs: lag * 1_000 });
      await world.pass(100);
      await resting(world, offered);
      for (let i = 0; i < 40; i += 1) {
        await world.pass(10);
        if (i % 2 === 1) say(world);
      }
      const end = await outcome(world);
      expect({ offered, ...end }).toMatchObject({ offered, differences: [], crashed: null });
      expect({ offered, alerts: strangers(world) }).toEqual({ offered, alerts: [] });
      expect(end.positions.filter((line) => line.startsWith('a'))).toEqual([]);
    }
  });

  it.each([
    [10, 'before midnight'],
    [30, 'across midnight'],
  ])('filled %d s %s counts once, in the day in which its position begins', async (seconds) => {
    const midnight = Date.UTC(2026, 10, 24, 5);
    const at = midnight - (seconds + 10) * 1_000;
    const world = await buying({ streaming, at, markets: [aMarket({ closeAt: midnight + 86_400_000 })] });
    await resting(world, 3_700);
    await world.pass(60);
    const days = ['2026-11-23', '2026-11-24'];
    const pnl = await Promise.all(days.map(async (day) => (await world.store.accountDay(day))!.pnl));
    expect(pnl).toEqual([0, -647_300 - 37 * 10_000]);
  });

  it.each([false, true])(
    'after a stop loss its market rests for half an hour; restarted: %s',
    async (restarts) => {
      const world = await buying({ streaming });
      say(world);
      await world.pass(30);
      show(world, [[4000, 100_000]], [[4100, 100_000]]);
      await world.pass(60);
      expect(world.held(A)).toBe(0);
      if (restarts) {
        world.kill();
        await world.start();
      }
      for (let i = 0; i < 56; i += 1) {
        await world.pass(30);
        say(world);
      }
      expect(bought(world)).toEqual(['e1n1-1']);
      for (let i = 0; i < 8; i += 1) {
        await world.pass(30);
        say(world);
      }
      expect(bought(world)).toHaveLength(2);
      expect(await outcome(world)).toMatchObject(SOUND);
    },
  );
});

describe.each(BOTH_MODES)('a position makes way, %s', (_, streaming) => {
  /** A wins and is worth 6 points; B is worth 32 and C 31; there is room for one position. */
  const full = async (enabled: boolean) => {
    const markets = [A, B, C].map((ticker) => aMarket({ ticker }));
    const holdings = [aHolding({ price: 4_800 })];
    const world = await buying({ streaming, holdings, markets, entry: { enabled, maxOpenPositions: 1 } });
    return world.pass(20);
  };
  const speak = (world: Parameters<typeof say>[0], best = 820_000) => {
    say(world, { market: A, probability: 560_000 });
    say(world, { market: B, probability: best });
    say(world, { market: C, probability: best - 10_000 });
  };

  it.each([
    [true, { [B]: 25_000 }],
    [false, {}],
  ])('for the better one, which is entered only if entries are enabled: %s', async (enabled, held) => {
    const world = await full(enabled);
    for (let i = 0; i < 20; i += 1) {
      speak(world);
      await world.pass(30);
    }
    expect(await outcome(world)).toMatchObject({ ...SOUND, held });
    const exits = world.journal.filter(({ kind }) => kind === 'exit.triggered');
    expect(exits.map(({ summary }) => summary.slice(0, 15))).toEqual(['rebalance (LOW)']);
    const filled = (await world.store.edges({ limit: 100 })).filter(({ status }) => status === 'filled');
    expect(filled.map(({ market, replaces }) => [market, replaces])).toEqual(enabled ? [[B, 'a1']] : []);
  });

  it('and stays when the better one is gone before it was sold', async () => {
    const world = await full(true);
    show(world, [[5000, 100_000]], [[5300, 100_000]]);
    speak(world);
    await world.passUntil(() => world.position(A).exit !== null, 60, 'an exit');
    speak(world, 500_000);
    await world.pass(120);
    expect(await outcome(world)).toMatchObject({ ...SOUND, held: { [A]: 1_000 } });
    expect(bought(world)).toEqual([]);
    expect(world.position(A).exit).toBeNull();
  });
});
