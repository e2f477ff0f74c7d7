/** The other traders: markets that never come to rest, so that whatever the account holds there has to be sold. */
import { ONE_DOLLAR, type Price, type Quantity } from '../../src/domain/money.ts';
import type { AccountTruth, Action } from '../../src/exchange/exchange.ts';
import { ACCOUNT } from '../../src/exchange-server/open-exchange.ts';
import { seeded } from '../simulation/random.ts';
import { bookAround, LAST_SHARE, SETTLES_AT, SPREAD, type Story, sceneOf, storiesOf } from './stories.ts';

interface Holding {
  entry: Price;
  story: Story;
  /** How far the story is (ms). */
  at: number;
}

/** A market and what goes on there. */
interface Spot {
  name: string;
  /** What comes into the account there. */
  side: 'yes' | 'no';
  /** Raised when the market was settled and another takes its place. */
  generation: number;
  holding: Holding | null;
  /** How long nothing has been held there (ms). */
  idle: number;
}

/** A model's word, as the daemon's API takes it. */
export interface ModelWord {
  market: string;
  side: 'yes' | 'no';
  probability: string;
}

export interface CrowdOptions {
  seed: number;
  markets: number;
  /** Some markets are settled while exits work. */
  settles: boolean;
}

const REST_MS = 700;
const MONTH_MS = 30 * 86_400_000;
const PLENTY: Quantity = 1_000_000;

export class Crowd {
  /** How many positions have come into the account. */
  positions = 0;
  /** How many contracts, by market. */
  readonly moved = new Map<string, Quantity>();
  readonly #random: ReturnType<typeof seeded>;
  readonly #spots: Spot[];
  readonly #stories: Story[];
  #isWindingDown = false;

  constructor({ seed, markets, settles }: CrowdOptions) {
    this.#random = seeded(seed);
    this.#stories = storiesOf({ settles });
    this.#spots = Array.from({ length: markets }, (_, i) => ({
      name: `${i % 4 === 3 ? 'KXPLAIN' : 'KXA'}-M${i}`,
      side: i % 5 < 2 ? 'no' : 'yes',
      generation: 1,
      holding: null,
      idle: REST_MS,
    }));
  }

  /** The scenario's file: the exchange's own traders stand still. */
  get scenario(): string {
    const markets = this.#spots.map(
      (spot) => `  - {market: ${tickerOf(spot)}, start_price: 0.50, spread: 0.02, size: 5}`,
    );
    return [
      'name: processes',
      'step_seconds: 86400',
      'markets:',
      ...markets,
      'account: {cash: 10000, tier: advanced}\n',
    ].join('\n');
  }

  /** No new positions; what there is falls into books that take all of it. */
  windDown(): void {
    this.#isWindingDown = true;
  }

  /** What a model says of the positions whose story turns on it. */
  modelWords(): ModelWord[] {
    return this.#spots.flatMap((spot) => {
      const { holding, side } = spot;
      if (holding?.story !== 'loses its edge') return [];
      const probability = (holding.entry / ONE_DOLLAR - 0.03).toFixed(4);
      return [{ market: tickerOf(spot), side, probability }];
    });
  }

  /** What the others do within the next `ms`. A story goes on only while its market is watched. */
  step(truth: AccountTruth, watched: ReadonlySet<string>, ms: number): Action[] {
    return this.#spots.flatMap((spot) => this.#stepAt(spot, truth, watched, ms));
  }

  #stepAt(
    spot: Spot,
    { positions, orders }: AccountTruth,
    watched: ReadonlySet<string>,
    ms: number,
  ): Action[] {
    const ticker = tickerOf(spot);
    const rests = orders.some((order) => order.status === 'resting' && order.ticker === ticker);
    const isEmpty = !positions[ticker] && !rests;
    spot.idle = isEmpty ? spot.idle + ms : 0;
    if (isEmpty) return this.#isWindingDown || spot.idle < REST_MS ? [] : this.#enter(spot);
    const { holding } = spot;
    if (holding === null) return [];
    if (watched.has(ticker)) holding.at += ms;
    if (holding.story === 'is settled' && holding.at > SETTLES_AT) return this.#settle(spot);
    return [this.#book(spot, holding)];
  }

  /** Contracts come into the account at the price of the book. */
  #enter(spot: Spot): Action[] {
    const { below, next, pick } = this.#random;
    const isPlain = spot.name.startsWith('KXPLAIN');
    const story = isPlain && next() < 0.6 ? 'rises' : pick(this.#stories);
    const holding: Holding = { entry: (38 + below(22)) * 100, story, at: 0 };
    const count = (3 + below(10)) * 100 + (next() < 0.2 ? below(100) : 0);
    const ticker = tickerOf(spot);
    spot.holding = holding;
    spot.idle = 0;
    this.positions += 1;
    this.moved.set(ticker, (this.moved.get(ticker) ?? 0) + count);
    const change = spot.side === 'yes' ? count : -count;
    const price = inYes(spot.side, holding.entry);
    return [
      this.#book(spot, holding),
      { type: 'account.movePosition', account: ACCOUNT, ticker, change, price },
    ];
  }

  #settle(spot: Spot): Action[] {
    const ticker = tickerOf(spot);
    spot.generation += 1;
    spot.holding = null;
    spot.idle = 0;
    const market = {
      ticker: tickerOf(spot),
      closeAt: Date.now() + MONTH_MS,
      volume: PLENTY,
      ...bookAround(5_000, SPREAD, () => 500),
    };
    return [
      { type: 'market.settle', ticker, value: this.#random.pick([0, 3_300, ONE_DOLLAR]) },
      { type: 'market.add', market },
    ];
  }

  #book(spot: Spot, { entry, story, at }: Holding): Action {
    const { below } = this.#random;
    const ticker = tickerOf(spot);
    if (this.#isWindingDown) {
      const mid = inYes(spot.side, inCents(entry * LAST_SHARE));
      return { type: 'book.set', ticker, ...bookAround(mid, SPREAD, () => PLENTY) };
    }
    const { share, spread } = sceneOf(story, at);
    const mid = inYes(spot.side, inCents(entry * share));
    return { type: 'book.set', ticker, ...bookAround(mid, spread, () => (1 + below(4)) * 100) };
  }
}

const tickerOf = ({ name, generation }: Spot): string => (generation === 1 ? name : `${name}G${generation}`);

const inYes = (side: 'yes' | 'no', price: Price): Price => (side === 'yes' ? price : ONE_DOLLAR - price);

const inCents = (price: Price): Price => Math.round(price / 100) * 100;
