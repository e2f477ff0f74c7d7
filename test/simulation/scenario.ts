import type { Book, Level, MarketInfo, Side } from '../../src/domain/market.ts';
import type { Method } from '../../src/domain/method.ts';
import { type Fraction, ONE_DOLLAR, type Quantity } from '../../src/domain/money.ts';
import { type MarketGroup, plainMarket } from '../../src/services/venues/paper/book-source.ts';

/** Cents and whole contracts, best level first, in the terms of the side owned. */
export type Levels = readonly (readonly [cents: number, contracts: number])[];

/** The book from `at` (seconds) on, until the next one. A size that stays is used up once it was taken. */
export interface Scene {
  at: number;
  bids: Levels;
  asks: Levels;
  status?: 'open' | 'paused';
}

/** A full exit over scripted books, ending with a stop loss into a liquid book: everything can be sold. */
export interface Scenario {
  name: string;
  method: Method;
  /** Contracts bought at $0.50. */
  contracts: number;
  modelProbability: Fraction | null;
  scenes: readonly Scene[];
  /** A book that is there for an instant just before the first cancel lands: a fill that wins the race. */
  beforeFirstCancel?: Levels;
}

/** How the daemon sees the exchange. */
export interface Variant {
  name: string;
  side: Side;
  mode: 'poll' | 'stream';
  /** From the sending of a request to its answer (ms). */
  latencyMs: number;
}

export const MARKET = 'GAME';
/** How often the exchange shows its book anew (ms). */
export const BOOK_EVERY_MS = 2_000;

const CONTRACT: Quantity = 100;
const CENT = 100;

export const quantityOf = (contracts: number): Quantity => contracts * CONTRACT;

export const sceneAt = (scenario: Scenario, elapsedMs: number): Scene =>
  scenario.scenes.findLast((scene) => scene.at * 1000 <= elapsedMs) ?? scenario.scenes[0]!;

/** What the exchange shows at a time. */
export function groupAt(scenario: Scenario, side: Side, start: number, at: number): MarketGroup {
  const scene = sceneAt(scenario, at - start);
  const books = [bookOf(scene.bids, scene.asks, side, at)];
  const before = sceneAt(scenario, at - start - BOOK_EVERY_MS);
  return before.status === scene.status ? { at, books } : { at, books, markets: [marketOf(scene)] };
}

export const marketOf = ({ status = 'open' }: Scene): MarketInfo => ({ ...plainMarket(MARKET), status });

/** The YES book behind an owner's view of it. */
export function bookOf(bids: Levels, asks: Levels, side: Side, observedAt: number): Book {
  const levels = (from: Levels): Level[] =>
    from.map(([cents, contracts]) => ({
      price: side === 'yes' ? cents * CENT : ONE_DOLLAR - cents * CENT,
      size: contracts * CONTRACT,
    }));
  const [own, other] = [levels(bids), levels(asks)];
  return side === 'yes'
    ? { market: MARKET, bids: own, asks: other, observedAt }
    : { market: MARKET, bids: other, asks: own, observedAt };
}
