/** Markets that go up and down for as long as the soak lasts, each at a time of its own, so that exits never stop. */
import { ONE_DOLLAR, type Price } from '../../src/domain/money.ts';
import { seeded } from '../simulation/random.ts';

/** A position to be watched, as the API and the configuration take it. */
export interface Lot {
  market: string;
  side: 'yes' | 'no';
  quantity: string;
  entry_price: string;
  confidence: 'high' | 'medium' | 'low';
}

interface Market {
  name: string;
  /** When it turns (ms of the soak), first up, then down, and so on. */
  turnsAt: number[];
}

const LOWEST: Price = 4_200;
const HIGHEST: Price = 6_000;
/** From one turn to the next (ms). */
const HALF_MS = 90 * 60_000;
/** How long ago a position was bought, at most (ms): what was bought at once must not leave at once. */
const OLDEST_MS = 30 * 60_000;
const POSITIONS_PER_MARKET = 10;
const MOST_CONTRACTS = 20;
/** What a level shows: all of a market's positions can leave at once. */
const CONTRACTS_SHOWN = MOST_CONTRACTS * POSITIONS_PER_MARKET;

export class Markets {
  readonly #random: ReturnType<typeof seeded>;
  readonly #markets: Market[];

  /** Enough of them for so many positions, moving for `lastsMs` at least. */
  constructor({ seed, positions, lastsMs }: { seed: number; positions: number; lastsMs: number }) {
    this.#random = seeded(seed);
    const count = Math.max(1, Math.ceil(positions / POSITIONS_PER_MARKET));
    this.#markets = Array.from({ length: count }, (_, i) => {
      const turnsAt = [-OLDEST_MS - this.#random.below(2 * HALF_MS)];
      while (turnsAt.at(-1)! <= lastsMs) turnsAt.push(turnsAt.at(-1)! + HALF_MS);
      return { name: `SOAK-${i + 1}`, turnsAt };
    });
  }

  /** A position in any of them, bought a while ago at what its market stood at. */
  draw(atMs: number): Lot {
    const { below, pick } = this.#random;
    const market = pick(this.#markets);
    const side = below(5) < 2 ? 'no' : 'yes';
    const yes = midOf(market, atMs - below(OLDEST_MS));
    return {
      market: market.name,
      side,
      quantity: `${1 + below(MOST_CONTRACTS)}`,
      entry_price: inDollars(side === 'yes' ? yes : ONE_DOLLAR - yes),
      confidence: pick(['high', 'medium', 'low'] as const),
    };
  }

  /** A line of YAML for each. */
  describe(): string[] {
    return this.#markets.map(({ name, turnsAt }) => {
      const points = turnsAt
        .map((atMs, i) => ({ atMs, price: i % 2 === 0 ? LOWEST : HIGHEST }))
        .filter(({ atMs }) => atMs > 0)
        .map(({ atMs, price }) => `{after_seconds: ${atMs / 1_000}, price: ${inDollars(price)}}`);
      const start = `start_price: ${inDollars(midOf({ name, turnsAt }, 0))}`;
      const book = `spread: 0.02, levels: 3, size: ${CONTRACTS_SHOWN}, volume_24h: 5000`;
      const path = `path: waypoints, volatility: 0.001, waypoints: [${points.join(', ')}]`;
      return `{market: ${name}, ${start}, ${book}, ${path}}`;
    });
  }
}

/** The mid price between its last turn and its next. */
function midOf({ turnsAt }: Market, atMs: number): Price {
  const next = turnsAt.findIndex((turn) => turn > atMs);
  if (next < 1) throw new RangeError(`the markets do not move at ${atMs} ms`);
  const share = (atMs - turnsAt[next - 1]!) / HALF_MS;
  const way = HIGHEST - LOWEST;
  return Math.round(next % 2 === 1 ? LOWEST + share * way : HIGHEST - share * way);
}

/** In cents, as prices are traded. */
const inDollars = (price: Price): string => (Math.round(price / 100) / 100).toFixed(2);
