/** What a practice run is made of. Prices in YES terms (1e-4 $), sizes in 0.01 contract, money in 1e-6 $, times in ms. */
import type { Money, Price, Quantity } from '../domain/money.ts';
import type { FeeType, PriceRange, Tier } from '../exchange/specs.ts';

export interface Scenario {
  name: string;
  /** How often the other traders renew their orders. */
  stepMs: number;
  account: ScenarioAccount;
  series: ScenarioSeries[];
  markets: ScenarioMarket[];
}

export interface ScenarioAccount {
  cash: Money;
  tier: Tier;
  holdings: ScenarioHolding[];
}

/** `price` is the average paid per contract of `side`; empty `fills` are a holding without history. */
export interface ScenarioHolding {
  market: string;
  side: 'yes' | 'no';
  quantity: Quantity;
  price: Price;
  fills: ScenarioFill[];
}

export interface ScenarioFill {
  agoMs: number;
  action: 'buy' | 'sell';
  quantity: Quantity;
  price: Price;
}

interface ScenarioSeries {
  series: string;
  title: string | null;
  category: string | null;
  feeType: FeeType;
  feeMultiplier: number;
}

export interface ScenarioMarket {
  market: string;
  title: string | null;
  shard: number;
  grid: GridName;
  /** Traded in the last 24 h. */
  volume: Quantity;
  /** The mid price at the start; straight lines lead from it through the waypoints, and the last price stays. */
  startPrice: Price;
  waypoints: { afterMs: number; price: Price }[];
  spread: Price;
  /** What each level shows, the best one first; levels are one tick apart. */
  sizes: Quantity[];
  closeAfterMs: number | null;
  expectedExpirationAfterMs: number | null;
  settlementTimerSeconds: number;
  events: ScenarioEvent[];
}

/** From `afterMs` on, for `forMs`, or for good where that is null. */
export type ScenarioEvent = { afterMs: number } & (
  | { kind: 'bid_vanishes' | 'ask_vanishes' | 'halt'; forMs: number | null }
  | { kind: 'widen'; forMs: number | null; spread: Price }
  /** No level shows more than this. */
  | { kind: 'thin'; forMs: number | null; size: Quantity }
  /** The market's closing time moves to now. */
  | { kind: 'close' }
  /** The outcome is known: `value` is what one YES contract pays once the settlement timer has run. */
  | { kind: 'settle'; value: Price }
  /** A person trades in the account at whatever the book shows. */
  | { kind: 'hand_trade'; action: 'buy' | 'sell'; side: 'yes' | 'no'; quantity: Quantity }
);

export type GridName = keyof typeof GRIDS;

/** Price grids by the exchange's own labels. */
export const GRIDS = {
  linear_cent: [{ start: 0, end: 10_000, step: 100 }],
  deci_cent: [{ start: 0, end: 10_000, step: 10 }],
  tapered_deci_cent: [
    { start: 0, end: 1_000, step: 10 },
    { start: 1_000, end: 9_000, step: 100 },
    { start: 9_000, end: 10_000, step: 10 },
  ],
} as const satisfies Record<string, readonly PriceRange[]>;
