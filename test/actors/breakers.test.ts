import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BreakersMail } from '../../src/actors/mail.ts';
import type { BreakerName } from '../../src/actors/ports.ts';
import { formatMoney } from '../../src/domain/money.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import { SECOND } from '../support/domain-builders.ts';
import { World, type WorldOptions } from '../support/world.ts';

/** 5000 contracts at 0.50: two of them lose $100 with each cent. 0.44 is not at their stop loss yet. */
const BIG = { quantity: 500_000, cost: 2_500_000_000, entrySpread: 100 };
const OTHER = { ...BIG, id: '2', market: 'GAME-B' };

const DEFAULTS = loadConfig({ env: {} });
const ADOPTING = { venue: { ...DEFAULTS.venue, adopt: 'all' } } as const;

type Reset = Extract<BreakersMail, { type: 'breaker.reset' }>;

/** What the breaker answers: a refusal, null once it is reset. */
async function reset(world: World, name: BreakerName, wish: Partial<Reset> = {}): Promise<string | null> {
  const answers: (string | null)[] = [];
  world.postern.post('breakers', {
    type: 'breaker.reset',
    name,
    by: 'anna',
    reason: 'looked at it',
    limit: null,
    untilTomorrow: false,
    done: (refusal) => answers.push(refusal),
    ...wish,
  });
  await world.pass(0);
  expect(answers).toHaveLength(1);
  return answers[0]!;
}

const view = (world: World, name: BreakerName) =>
  world.postern.breakers().find((breaker) => breaker.name === name)!;
const stored = async (world: World, name: BreakerName) =>
  (await world.store.breakers()).find((breaker) => breaker.name === name);
const about = (world: World, word: string): string[] => world.alerts.filter((alert) => alert.includes(word));

function bid(world: World, price: number): void {
  for (const market of ['GAME-A', 'GAME-B']) world.venue.show(market, price, price + 100);
}

async function opened(options: WorldOptions = {}): Promise<World> {
  const world = await World.open({ positions: [BIG, OTHER], ...options });
  return world.pass(30);
}

/** Both have lost 6 cents, $600 in all: the breaker is tripped, and their market orders find no taker. */
async function tripped(options: WorldOptions = {}): Promise<World> {
  const world = await opened(options);
  bid(world, 4400);
  return world.pass(45);
}

/** Every order that is out is filled, at its limit. */
async function fillAll(world: World): Promise<void> {
  for (const order of [...world.venue.orders.values()])
    if (order.status === 'resting') world.venue.fill(order.clientId, order.quantity - order.filled);
  await world.pass(20);
}

describe('the daily-loss breaker', () => {
  it('trips on a loss past the limit, and sells everything at CRITICAL', async () => {
    const world = await tripped();
    expect(about(world, 'loss')).toEqual(['raised critical loss_limit_reached']);
    expect(await stored(world, 'daily_loss')).toMatchObject({
      tripped: true,
      reason: 'P&L of 2026-01-01 is −$600.00, the limit −$500.00, seen 3 times in 10 s',
    });
    expect(world.kinds()).toContain('breaker.tripped');
    for (const id of ['1', '2'])
      expect((await world.file(id)).exits[0]).toMatchObject({
        reason: 'circuit_breaker',
        priority: 'CRITICAL',
      });
  });

  it('leaves the account flat', async () => {
    const world = await tripped();
    await fillAll(world);
    expect(world.venue.holdings).toEqual([]);
    expect(await world.store.positions({ closed: false })).toEqual([]);
    const orders = [...world.venue.orders.values()];
    const brought = orders.reduce((sum, { filled, limitPrice }) => sum + filled * limitPrice!, 0);
    const pnl = formatMoney(brought - BIG.cost - OTHER.cost);
    expect(view(world, 'daily_loss')).toMatchObject({ tripped: true, data: { pnl, realized: pnl } });
  });

  it('counts what was sold before it was measured, from its first mark under watch', async () => {
    const world = await World.open({ config: ADOPTING });
    world.venue.hold('GAME-C', 1_000, 'yes', 6_000_000);
    world.venue.show('GAME-C', 4200, 4300);
    const placed = () => [...world.venue.orders.values()][0];
    while (!placed()) await world.pass(1);
    world.venue.fill(placed()!.clientId, 1_000, 3900);
    await world.pass(30);
    expect((await world.store.positions({ closed: true })).length).toBe(1);
    expect(view(world, 'daily_loss').data).toMatchObject({ pnl: formatMoney(1_000 * (3900 - 4200)) });
  });

  it('or failed with alerts where nobody buys', async () => {
    const world = await tripped();
    for (const market of ['GAME-A', 'GAME-B']) world.venue.show(market, null, 4500);
    await world.pass(120);
    expect((await world.file('1')).position.phase).toBe('failed');
    expect(about(world, 'exit_failed')).toEqual([
      'raised critical exit_failed 1',
      'raised critical exit_failed 2',
    ]);
  });

  it('does not trip on a loss seen once, nor on a profit', async () => {
    const { monitoring } = DEFAULTS;
    const world = await opened({ config: { monitoring: { ...monitoring, normalFrequencyMs: 5_000 } } });
    bid(world, 4400);
    await world.pass(5);
    bid(world, 5400);
    await world.pass(120);
    expect(view(world, 'daily_loss')).toMatchObject({ tripped: false, data: { pnl: '400.000000' } });
  });

  it('a winner that somebody sells by hand is no loss: nobody knows what it brought', async () => {
    const winner = { ...BIG, cost: 1_500_000_000, mark: 5000 };
    const world = await opened({ positions: [winner, OTHER] });
    world.venue.holdings = world.venue.holdings.filter(({ market }) => market !== 'GAME-A');
    await world.pass(300);
    expect((await world.file('1')).position).toMatchObject({ phase: 'closed', writtenOff: 500_000 });
    expect(view(world, 'daily_loss')).toMatchObject({ tripped: false, data: { pnl: '0.000000' } });
    expect(world.position('2').exit).toBeNull();
  });

  it('what was lost before the day began does not count', async () => {
    const world = await World.open({ positions: [{ ...BIG, mark: 4500, cost: 2_600_000_000 }] });
    bid(world, 4500);
    await world.pass(60);
    expect(view(world, 'daily_loss')).toMatchObject({ tripped: false, data: { pnl: '0.000000' } });
  });

  it('counts the last mark of a market without a bid, and flags it', async () => {
    const world = await opened();
    bid(world, 4700);
    await world.pass(30);
    world.venue.show('GAME-A', null, 4800);
    await world.pass(40);
    expect(view(world, 'daily_loss').data).toMatchObject({ pnl: '-300.000000', flagged: ['1'] });
  });

  it('tells positions how far it is from tripping, without a new evaluation', async () => {
    const world = await opened();
    bid(world, 4900);
    await world.pass(120);
    const verdict = world.postern
      .watch()
      .view('1')
      ?.evaluation?.verdicts.find(({ condition }) => condition === 'circuit_breaker');
    expect(verdict).toMatchObject({
      status: 'clear',
      unit: 'money',
      value: -100_000_000,
      threshold: -500_000_000,
      distance: 400_000_000,
    });
  });

  it('stays tripped through a restart, and new positions are sold at once', async () => {
    const world = await tripped({ config: ADOPTING });
    await fillAll(world);
    world.kill();
    await world.pass(3_600);
    await world.start();
    expect(view(world, 'daily_loss').tripped).toBe(true);
    world.venue.hold('GAME-C', 1_000, 'yes', 5_000_000);
    world.venue.show('GAME-C', 5000, 5100);
    await world.pass(60);
    const [position] = world.postern.watch().positions();
    expect(position).toMatchObject({ market: 'GAME-C', exit: { reason: 'circuit_breaker' } });
    expect(about(world, 'loss')).toEqual(['raised critical loss_limit_reached']);
  });
});

describe('a reset of the daily-loss breaker', () => {
  it('on the same day would trip again: the answer says so, and how to', async () => {
    const world = await tripped();
    expect(await reset(world, 'daily_loss')).toBe(
      'P&L of today is −$600.00 and the limit −$500.00: it would trip again at once. Give a new limit for the rest ' +
        'of the day (--limit DOLLARS, above the present loss), or disarm it until the next trading day begins ' +
        '(--until-tomorrow)',
    );
    expect(view(world, 'daily_loss').tripped).toBe(true);
  });

  it.each<[string, Partial<Reset>, string]>([
    ['without a reason', { reason: ' ' }, 'resetting the daily-loss breaker needs a reason'],
    [
      'with a limit below the loss',
      { limit: 600_000_000 },
      'P&L of today is −$600.00: a limit of $600.00 would trip at once; it has to be above the present loss',
    ],
    [
      'with both ways out',
      { limit: 700_000_000, untilTomorrow: true },
      'give either a new limit or until-tomorrow, not both',
    ],
  ])('is refused %s', async (_, wish, refusal) => {
    const world = await tripped();
    expect(await reset(world, 'daily_loss', wish)).toBe(refusal);
    expect(await stored(world, 'daily_loss')).toMatchObject({ tripped: true });
  });

  it('is refused while it is not tripped', async () => {
    const world = await opened();
    expect(await reset(world, 'daily_loss')).toBe('the daily-loss breaker is not tripped');
  });

  it('with a new limit: that holds for the rest of the day, through a restart, and trips again', async () => {
    const world = await tripped();
    expect(await reset(world, 'daily_loss', { limit: 700_000_000 })).toBeNull();
    expect(about(world, 'loss').at(-1)).toBe('resolved loss_limit_reached');
    expect(await stored(world, 'daily_loss')).toMatchObject({
      tripped: false,
      reason: 'looked at it (P&L of 2026-01-01 −$600.00; the limit is −$700.00 for the rest of the day)',
    });
    world.kill();
    await world.start();
    await world.pass(30);
    expect(view(world, 'daily_loss')).toMatchObject({ tripped: false, data: { limit: '700.000000' } });
    bid(world, 4300);
    await world.pass(60);
    expect(await stored(world, 'daily_loss')).toMatchObject({ tripped: true, data: { limit: 700_000_000 } });
  });

  it('until tomorrow: disarmed for the rest of the day, armed with the next', async () => {
    const world = await tripped();
    expect(await reset(world, 'daily_loss', { untilTomorrow: true })).toBeNull();
    await world.pass(300);
    expect(view(world, 'daily_loss')).toMatchObject({
      tripped: false,
      data: { limit: null, until_tomorrow: true },
    });
    // New York's midnight is 05:00 UTC.
    await world.pass((Date.UTC(2026, 0, 2, 5) - world.clock.now()) / SECOND + 10);
    expect(view(world, 'daily_loss').data).toMatchObject({
      day: '2026-01-02',
      limit: '500.000000',
      until_tomorrow: false,
    });
  }, 30_000);

  it('positions that come later are not sold by it any more', async () => {
    const world = await tripped({ config: ADOPTING });
    await fillAll(world);
    await reset(world, 'daily_loss', { untilTomorrow: true });
    world.venue.hold('GAME-C', 1_000, 'yes', 5_000_000);
    world.venue.show('GAME-C', 5000, 5100);
    await world.pass(90);
    expect(world.postern.watch().positions()[0]).toMatchObject({ market: 'GAME-C', exit: null });
  });
});

describe('the trading day', () => {
  const rowOf = (world: World, day: string) => world.store.accountDay(day);

  it('keeps its baselines through a restart', async () => {
    const world = await opened();
    bid(world, 4800);
    await world.pass(60);
    world.kill();
    bid(world, 4700);
    await world.pass(600);
    await world.start();
    await world.pass(40);
    expect(view(world, 'daily_loss').data).toMatchObject({ pnl: '-300.000000', flagged: [] });
    expect((await rowOf(world, '2026-01-01'))?.calls.total).toBeGreaterThan(4);
  });

  it('counts what was sold before the restart', async () => {
    const world = await opened();
    world.postern.post('watch', {
      type: 'position.event',
      positionId: '1',
      event: { type: 'operator.exit', quantity: null, priority: 'HIGH', note: null, at: world.clock.now() },
    });
    await world.pass(1);
    await fillAll(world);
    expect(view(world, 'daily_loss').data).toMatchObject({ pnl: '-50.000000', realized: '-50.000000' });
    world.kill();
    await world.pass(60);
    await world.start();
    await world.pass(10);
    expect(view(world, 'daily_loss').data).toMatchObject({ pnl: '-50.000000', realized: '-50.000000' });
  });

  it('a start in mid-day without a row begins at the marks that were stored', async () => {
    const world = await World.open({ positions: [{ ...BIG, mark: 4900 }] });
    bid(world, 4800);
    await world.pass(40);
    expect(view(world, 'daily_loss').data).toMatchObject({ pnl: '-50.000000' });
  });

  it('a position adopted in mid-day counts from its adoption', async () => {
    const world = await opened({ config: ADOPTING });
    bid(world, 4900);
    await world.pass(40);
    world.venue.hold('GAME-C', 100_000, 'yes', 900_000_000);
    world.venue.show('GAME-C', 8000, 8100);
    await world.pass(60);
    expect(view(world, 'daily_loss').data).toMatchObject({ pnl: '-100.000000' });
    world.venue.show('GAME-C', 7900, 8000);
    await world.pass(40);
    expect(view(world, 'daily_loss').data).toMatchObject({ pnl: '-110.000000' });
  });

  it.each([
    ['an ordinary night', Date.UTC(2026, 0, 2, 4, 58), Date.UTC(2026, 0, 2, 5), '2026-01-01', '2026-01-02'],
    [
      'into the spring change',
      Date.UTC(2026, 2, 8, 4, 58),
      Date.UTC(2026, 2, 8, 5),
      '2026-03-07',
      '2026-03-08',
    ],
    [
      'out of it, an hour earlier',
      Date.UTC(2026, 2, 9, 3, 58),
      Date.UTC(2026, 2, 9, 4),
      '2026-03-08',
      '2026-03-09',
    ],
    [
      'out of the autumn one',
      Date.UTC(2026, 10, 2, 4, 58),
      Date.UTC(2026, 10, 2, 5),
      '2026-11-01',
      '2026-11-02',
    ],
  ])('ends at midnight in New York while it runs: %s', async (_, at, midnight, before, after) => {
    const world = await World.open({ at, positions: [BIG, OTHER] });
    await world.pass(30);
    bid(world, 4800);
    await world.pass((midnight - world.clock.now()) / SECOND);
    expect(await rowOf(world, before)).toMatchObject({ pnl: -200_000_000, updatedAt: midnight });
    expect(view(world, 'daily_loss').data).toMatchObject({ day: after, pnl: '0.000000' });
    bid(world, 4700);
    await world.pass(60);
    expect(await rowOf(world, after)).toMatchObject({ startedAt: midnight, pnl: -100_000_000 });
  });

  it('what closed yesterday does not count today', async () => {
    const world = await World.open({ at: Date.UTC(2026, 0, 2, 4, 55), positions: [BIG, OTHER] });
    await world.pass(30);
    bid(world, 4400);
    await world.pass(45);
    await fillAll(world);
    await world.pass(600);
    expect(view(world, 'daily_loss').data).toMatchObject({ day: '2026-01-02', pnl: '0.000000' });
    world.kill();
    await world.start();
    await world.pass(10);
    expect(view(world, 'daily_loss').data).toMatchObject({ pnl: '0.000000' });
  });
});

describe('any day', () => {
  const FAST = {
    ...ADOPTING,
    monitoring: { ...DEFAULTS.monitoring, normalFrequencyMs: 5_000, discoveryIntervalMs: 5_000 },
  };
  const step = fc.oneof(
    fc.record({
      do: fc.constant('price' as const),
      market: fc.nat(5),
      bid: fc.integer({ min: 46, max: 53 }).map((cents) => cents * 100),
    }),
    fc.record({
      do: fc.constant('sell' as const),
      market: fc.nat(5),
      quantity: fc.integer({ min: 1, max: 30_000 }),
    }),
    fc.record({ do: fc.constant('adopt' as const), quantity: fc.integer({ min: 1, max: 90_000 }) }),
    fc.record({ do: fc.constant('restart' as const), seconds: fc.constantFrom(0, 30, 600) }),
  );

  /** Cash since the day began, and what is left at its price, against what there was at the price of then. */
  class Books {
    readonly held = new Map<string, { quantity: number; from: number; now: number }>();
    readonly #world: World;

    constructor(world: World) {
      this.#world = world;
    }
    pnl(): number {
      let pnl = 0;
      for (const [market, { quantity, from, now }] of this.held) {
        const sales = [...this.#world.venue.orders.values()].filter((order) => order.market === market);
        const cash = sales.reduce((sum, { filled, limitPrice }) => sum + filled * limitPrice!, 0);
        const left = sales.reduce((rest, { filled }) => rest - filled, quantity);
        pnl += cash + left * now - quantity * from;
      }
      return pnl;
    }
  }

  it('counts what the books count, whatever is priced, sold, adopted and restarted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const positions = [
          { quantity: 60_000, cost: 300_000_007 },
          { quantity: 50_000, cost: 249_000_003, id: '2', market: 'GAME-B' },
        ];
        const world = await World.open({ positions, config: FAST });
        const books = new Books(world);
        books.held.set('GAME-A', { quantity: 60_000, from: 5_000, now: 5_000 });
        books.held.set('GAME-B', { quantity: 50_000, from: 5_000, now: 5_000 });
        await world.pass(30);
        for (const each of steps) {
          const markets = [...books.held.keys()];
          if (each.do === 'price') {
            const market = markets[each.market % markets.length]!;
            world.venue.show(market, each.bid, each.bid + 100);
            books.held.get(market)!.now = each.bid;
          } else if (each.do === 'sell') {
            const market = markets[each.market % markets.length]!;
            const position = world.postern
              .watch()
              .positions()
              .find((known) => known.market === market);
            if (!position) continue;
            world.postern.post('watch', {
              type: 'position.event',
              positionId: position.id,
              event: {
                ...{ type: 'operator.exit', quantity: each.quantity, priority: 'HIGH', note: null },
                at: world.clock.now(),
              },
            });
            await world.pass(6);
            await fillAll(world);
          } else if (each.do === 'adopt') {
            const market = `GAME-N${markets.length}`;
            world.venue.hold(market, each.quantity, 'yes', each.quantity * 4_900);
            world.venue.show(market, 5_000, 5_100);
            books.held.set(market, { quantity: each.quantity, from: 5_000, now: 5_000 });
            await world.pass(120);
          } else {
            world.kill();
            await world.pass(each.seconds);
            await world.start();
          }
          await world.pass(30);
          const { data } = view(world, 'daily_loss');
          expect(data.pnl).toBe(formatMoney(books.pnl()));
        }
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

describe('the API breaker', () => {
  const fail = { kind: 'unavailable', reason: 'timeout' } as const;

  it('trips at more venue errors than allowed, exits go on, and it heals when the window is clear', async () => {
    const world = await World.open({ positions: [BIG], answers: {} });
    world.venue.next.account.push(...Array(6).fill(fail));
    await world.pass(150);
    expect(about(world, 'api')).toEqual(['raised warning api_errors']);
    expect(await stored(world, 'api')).toMatchObject({
      tripped: true,
      reason: 'more than 5 venue errors in 300 s, the last: account: timeout',
    });
    world.venue.show('GAME-A', 4200, 4300);
    await world.pass(40);
    expect((await world.file('1')).exits[0]).toMatchObject({ reason: 'stop_loss' });
    await world.pass(310);
    expect(about(world, 'api')).toEqual(['raised warning api_errors', 'resolved api_errors']);
    expect(world.kinds()).toContain('breaker.healed');
    expect(await stored(world, 'api')).toMatchObject({ tripped: false });
  });

  it('goes on where it was after a restart', async () => {
    const world = await World.open({ positions: [BIG] });
    world.venue.next.account.push(...Array(6).fill(fail));
    await world.pass(150);
    world.kill();
    await world.start();
    expect(view(world, 'api').tripped).toBe(true);
    await world.pass(300);
    expect(view(world, 'api').tripped).toBe(false);
  });

  it('may be reset by hand', async () => {
    const world = await World.open({ positions: [BIG] });
    world.venue.next.account.push(...Array(6).fill(fail));
    await world.pass(150);
    expect(await reset(world, 'api', { untilTomorrow: true })).toBe(
      'a limit and until-tomorrow belong to the daily-loss breaker',
    );
    expect(await reset(world, 'api')).toBeNull();
    expect(await stored(world, 'api')).toMatchObject({ tripped: false, reason: 'looked at it' });
  });

  it('an answer that does not say yet how an order stands is one: a read that lags', async () => {
    const world = await World.open({ positions: [{}] });
    const lags = { kind: 'unknown', reason: 'not listed yet', answered: true } as const;
    world.venue.next.place.push({ kind: 'unknown', reason: 'connection reset' });
    world.venue.next.find.push(...Array(8).fill(lags));
    world.venue.show('GAME-A', 4200, 4300);
    await world.pass(150);
    expect(world.venue.next.find).toEqual([]);
    expect(view(world, 'api').data).toMatchObject({ errors: 1 });
    expect(about(world, 'api')).toEqual([]);
  });

  it('a refusal is an answer', async () => {
    const world = await World.open({ positions: [{}] });
    world.venue.next.place.push(
      ...Array(8).fill({ kind: 'rejected', code: 'rate_limited', message: 'slowly' }),
    );
    world.venue.show('GAME-A', 4200, 4300);
    await world.pass(60);
    expect(about(world, 'api')).toEqual([]);
    expect(view(world, 'api').data).toMatchObject({ errors: 0 });
  });
});

describe('the part that hosts them', () => {
  it('is restarted in place with what it knew', async () => {
    const world = await tripped();
    world.postern.post('breakers', { type: 'venue.failed', call: 'books', reason: 'x', at: Number.NaN });
    world.postern.post('breakers', { type: 'breaker.reset', name: 'none' } as never);
    await world.pass(1);
    expect(world.kinds()).toContain('part.restarted');
    expect(view(world, 'daily_loss')).toMatchObject({ tripped: true, data: { day: '2026-01-01' } });
    await world.pass(10);
    expect(view(world, 'daily_loss').data).toMatchObject({ pnl: '-600.000000' });
    expect(world.end).toBeNull();
  });
});
