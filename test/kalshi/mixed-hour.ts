/** An hour of 50 positions in which everything goes wrong, from a seed. */
import type { Method } from '../../src/domain/method.ts';
import { ONE_DOLLAR, type Price } from '../../src/domain/money.ts';
import type { Action, HoldingSpec, LevelSpec, MarketSpec } from '../../src/exchange/exchange.ts';
import { loadConfig } from '../../src/services/config/load-config.ts';
import { seeded } from '../simulation/random.ts';
import { defaultMethod, MINUTE, methodWithoutPartialExits, SECOND } from '../support/domain-builders.ts';
import { KalshiWorld, START } from '../support/kalshi-world.ts';

/** Where a market goes, so that its position comes to every kind of exit. */
const KINDS = [
  'falls',
  'rises and turns',
  'rises',
  'climbs by stages',
  'closes',
  'dries up',
  'loses its edge',
  'is outdone',
  'stays',
  'is traded by hand',
] as const;
type Kind = (typeof KINDS)[number];

interface Play {
  ticker: string;
  kind: Kind;
  side: 'yes' | 'no';
  entry: Price;
  /** When its story begins (ms after the start). */
  at: number;
}

export const POSITIONS = 50;
const FAULTS_END = 44 * MINUTE;
const BREAKER_AT = 46 * MINUTE;
const HOUR = 60 * MINUTE;

const plain: Method = { ...methodWithoutPartialExits(), name: 'plain' };

export interface Hour {
  world: KalshiWorld;
  plays: Play[];
  /** How often each fault was drawn. */
  faults: Record<string, number>;
  kills: number;
}

export async function playHour(seed: number, streaming: boolean): Promise<Hour> {
  const random = randomOf(seed);
  const plays = Array.from({ length: POSITIONS }, (_, i) => play(i, random));
  const defaults = loadConfig({ env: {} });
  const world = await KalshiWorld.open({
    streaming,
    markets: plays.map((each) => marketOf(each)),
    holdings: plays.map((each) => holdingOf(each, random)),
    methods: [defaultMethod(), plain],
    config: { adoption: { ...defaults.adoption, rules: [{ series: 'KXPLAIN', method: 'plain' }] } },
    account: { tier: 'advanced' },
  });
  const hour: Hour = { world, plays, faults: {}, kills: 0 };
  const trouble = new Trouble(hour, random);
  await world.pass(30);
  for (let at = 30 * SECOND; at < HOUR; at += 5 * SECOND) {
    for (const each of plays) step(world, each, at, random);
    if (at < FAULTS_END) await trouble.strike(at);
    if (at === FAULTS_END) await trouble.end();
    if (at >= BREAKER_AT && at % MINUTE === 0) tripBreaker(world);
    await world.pass(5);
  }
  return hour;
}

function play(i: number, random: Random): Play {
  const kind = KINDS[i % KINDS.length]!;
  const series = kind === 'rises' ? 'KXPLAIN' : 'KXGAME';
  return {
    ticker: `${series}-26NOV29-T${i}`,
    kind,
    side: random.chance(0.4) ? 'no' : 'yes',
    entry: random.between(35, 65) * 100,
    at: random.between(1, 36) * MINUTE,
  };
}

const marketOf = ({ ticker, kind, at, entry, side }: Play): MarketSpec => ({
  ticker,
  closeAt: kind === 'closes' ? START + at + 8 * MINUTE : START + 86_400_000,
  volume: 5_000_000,
  ...bookOf(inYes(side, entry), 100),
});

const holdingOf = ({ ticker, side, entry }: Play, random: Random): HoldingSpec => ({
  ticker,
  side,
  count: random.between(3, 40) * 100 + (random.chance(0.3) ? random.between(1, 99) : 0),
  price: entry + 50 <= ONE_DOLLAR ? entry : entry - 100,
});

interface Random {
  chance(share: number): boolean;
  /** A whole number, both ends included. */
  between(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
}

function randomOf(seed: number): Random {
  const { next, below, pick } = seeded(seed);
  return {
    chance: (share) => next() < share,
    between: (low, high) => low + below(high - low + 1),
    pick,
  };
}

const inYes = (side: 'yes' | 'no', price: Price): Price => (side === 'yes' ? price : ONE_DOLLAR - price);

/** Three levels a cent apart around `mid` in YES terms. */
function bookOf(mid: Price, spread: Price, size = 1_500): { bids: LevelSpec[]; asks: LevelSpec[] } {
  const bid = Math.min(9_700, Math.max(300, Math.round((mid - spread / 2) / 100) * 100));
  const ask = Math.min(9_900, bid + spread);
  const levels = (from: Price, by: number) =>
    [0, 1, 2]
      .map((i) => [from + i * by, size * (i + 1)] as const)
      .filter(([price]) => price > 0 && price < ONE_DOLLAR);
  return { bids: levels(bid, -100), asks: levels(ask, 100) };
}

/** The owned side's price as a share of the entry, `t` ms into the story. */
function shareAt(kind: Kind, t: number): number {
  const rise = (to: number, from: number, until: number): number =>
    1 + (to - 1) * Math.min(1, Math.max(0, (t - from) / (until - from)));
  switch (kind) {
    case 'falls':
      return rise(0.75, 0, 2 * MINUTE);
    case 'rises and turns':
      return t < 3 * MINUTE ? rise(1.14, 0, 2 * MINUTE) : 1.14 - 0.2 * Math.min(1, (t - 3 * MINUTE) / MINUTE);
    case 'rises':
      return rise(1.3, 0, 2 * MINUTE);
    case 'climbs by stages':
      return t < 6 * MINUTE ? rise(1.35, 0, 5 * MINUTE) : 1.35 - 0.4 * Math.min(1, (t - 6 * MINUTE) / MINUTE);
    case 'is outdone':
      return rise(1.06, 0, MINUTE);
    default:
      return 1;
  }
}

function step(world: KalshiWorld, each: Play, at: number, random: Random): void {
  const t = at - each.at;
  const wobble = random.between(-1, 1) * 20;
  const price = each.entry * shareAt(each.kind, t) + wobble;
  const isDry = each.kind === 'dries up' && t > 0 && t < 4 * MINUTE;
  act(world, {
    type: 'book.set',
    ticker: each.ticker,
    ...bookOf(inYes(each.side, price), isDry ? 600 : 100),
  });
  if (t < 0 || t % (30 * SECOND) !== 0) return;
  if (each.kind === 'loses its edge') tell(world, each.ticker, 'model.changed', (each.entry - 300) / 1e4);
  if (each.kind === 'is outdone') {
    tell(world, each.ticker, 'model.changed', (each.entry + 1_000) / 1e4);
    tell(world, each.ticker, 'opportunity.changed', 0.35);
  }
  if (each.kind === 'is traded by hand' && random.chance(0.1)) tradeByHand(world, each, random);
  if (each.kind === 'closes' && t > 12 * MINUTE && t < 13 * MINUTE)
    act(world, {
      type: 'market.settle',
      ticker: each.ticker,
      value: random.chance(0.5) ? ONE_DOLLAR : 3_300,
    });
}

/** The exchange refuses what can't happen at this moment, such as a trade in a closed market. */
function act(world: KalshiWorld, action: Action): void {
  try {
    world.act(action);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}

function tell(
  world: KalshiWorld,
  market: string,
  type: 'model.changed' | 'opportunity.changed',
  value: number,
): void {
  const at = world.clock.now();
  for (const position of world.positions().filter((known) => known.market === market)) {
    const probability = Math.round(value * 1e6);
    const event =
      type === 'model.changed'
        ? ({ type, probability, modelAt: at, at } as const)
        : ({ type, opportunity: { market: 'KXBETTER', edge: probability }, at } as const);
    world.postern.post('watch', { type: 'position.event', positionId: position.id, event: event as never });
  }
}

function tradeByHand(world: KalshiWorld, { ticker, entry, side }: Play, random: Random): void {
  const held = world.held(ticker);
  if (held === 0) return;
  const sells = random.chance(0.7);
  const isYes = held > 0;
  const most = sells ? Math.abs(held) * (random.chance(0.2) ? 2 : 1) : 1_000;
  const count = Math.max(1, Math.min(most, random.between(1, Math.abs(held))));
  act(world, {
    ...{ type: 'hand.trade', account: 'tests', ticker, count, price: inYes(side, entry) },
    side: isYes === sells ? 'ask' : 'bid',
  });
}

function tripBreaker(world: KalshiWorld): void {
  const at = world.clock.now();
  const dailyLoss = { tripped: true, pnl: -600_000_000, limit: 500_000_000 };
  world.postern.post('watch', { type: 'broadcast', event: { type: 'breaker.changed', dailyLoss, at } });
  for (const { id, phase } of world.positions())
    if (phase === 'failed')
      world.postern.post('watch', {
        type: 'position.event',
        positionId: id,
        event: { type: 'operator.retry', note: null, at },
      });
}

const CREATE = { method: 'POST', path: '/portfolio/events/orders$' };
const CANCEL = { method: 'DELETE', path: '/portfolio/events/orders/' };
const READ = { method: 'GET', path: '/(portfolio|markets|exchange)/' };

/** Draws what goes wrong. */
class Trouble {
  readonly #hour: Hour;
  readonly #random: Random;
  #backAt: number | null = null;

  constructor(hour: Hour, random: Random) {
    this.#hour = hour;
    this.#random = random;
  }

  async strike(at: number): Promise<void> {
    const { world } = this.#hour;
    if (this.#backAt !== null && at >= this.#backAt) {
      this.#backAt = null;
      await world.start();
    }
    if (this.#backAt === null && this.#random.chance(0.004)) {
      this.#hour.kills += 1;
      this.#count('process killed');
      world.kill();
      this.#backAt = at + this.#random.between(1, 12) * 5 * SECOND;
    }
    if (this.#random.chance(0.5)) this.#fault(at);
  }

  /** From now on all goes well. */
  async end(): Promise<void> {
    const { world, plays } = this.#hour;
    act(world, { type: 'fault.clear' });
    act(world, { type: 'account.readLag', account: 'tests', lagMs: 0 });
    act(world, { type: 'exchange.set', exchangeActive: true, tradingActive: true });
    for (const { ticker } of plays) act(world, { type: 'market.activate', ticker });
    world.link.isDown = false;
    if (this.#backAt !== null) await world.start();
    this.#backAt = null;
  }

  #fault(at: number): void {
    const { world, plays } = this.#hour;
    const random = this.#random;
    const ticker = random.pick(plays).ticker;
    const later = (ms: number, action: Action): void =>
      void world.clock.setTimeout(() => act(world, action), ms);
    const some = random.pick([CREATE, CREATE, CANCEL, READ]);
    const faults: Record<string, () => void> = {
      'answer dropped': () => act(world, { type: 'fault.dropAnswer', match: random.pick([CREATE, CANCEL]) }),
      'request dropped': () => act(world, { type: 'fault.dropRequest', match: some }),
      'carried out late': () =>
        act(world, { type: 'fault.carryOutLate', match: CREATE, afterMs: random.between(1, 30) * SECOND }),
      'answer delayed': () =>
        act(world, { type: 'fault.delay', match: some, delayMs: random.between(1, 150) * 100 }),
      'error page': () =>
        act(world, { type: 'fault.html', match: some, status: 502, carryOut: random.chance(0.5) }),
      'too many requests': () =>
        act(world, { type: 'fault.rateLimit', match: { ...some, times: random.between(1, 8) } }),
      refused: () =>
        act(world, {
          type: 'fault.refuse',
          match: CREATE,
          status: 409,
          error: {
            envelope: 'nested',
            code: random.pick(['trading_is_paused', 'invalid_order', 'order_already_exists']),
          },
        }),
      'no order id': () => act(world, { type: 'fault.trimAnswer', match: CREATE, fields: ['order_id'] }),
      wobble: () => act(world, { type: 'fault.wobble' }),
      'filled in flight': () => act(world, { type: 'fault.fillInFlight' }),
      'order hidden': () =>
        act(world, { type: 'fault.hideOrder', account: 'tests', times: random.between(1, 4) }),
      'reads lag': () =>
        act(world, { type: 'account.readLag', account: 'tests', lagMs: random.between(0, 8) * SECOND }),
      'market paused': () => {
        act(world, { type: 'market.pause', ticker });
        later(random.between(10, 90) * SECOND, { type: 'market.activate', ticker });
      },
      'trading halted': () => {
        act(world, { type: 'exchange.set', tradingActive: false });
        later(random.between(5, 60) * SECOND, { type: 'exchange.set', tradingActive: true });
      },
      'orders wiped': () => act(world, { type: 'market.wipeResting', ticker, account: 'tests' }),
      'grid changed': () =>
        act(world, {
          type: 'market.setGrid',
          ticker,
          priceRanges: [{ start: 0, end: ONE_DOLLAR, step: random.pick([100, 50, 10]) }],
        }),
      'exchange gone': () => {
        world.link.isDown = true;
        world.clock.setTimeout(() => {
          world.link.isDown = false;
        }, random.between(2, 45) * SECOND);
      },
    };
    // What lasts is drawn less often than what strikes once.
    const lasting = ['trading halted', 'exchange gone', 'reads lag', 'market paused'];
    const names = Object.keys(faults);
    const name = random.pick(names);
    if (lasting.includes(name) && !random.chance(0.3)) return;
    if (at > FAULTS_END - 2 * MINUTE && lasting.includes(name)) return;
    this.#count(name);
    faults[name]!();
  }

  #count(name: string): void {
    const { faults } = this.#hour;
    faults[name] = (faults[name] ?? 0) + 1;
  }
}
