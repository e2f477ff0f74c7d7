import type { Book, Level, MarketInfo } from '../../../domain/market.ts';
import { ONE_CONTRACT, ONE_DOLLAR, type Price, type Quantity } from '../../../domain/money.ts';
import { createPath, createRandom, type PricePath, type Random } from './generator-paths.ts';
import { type MarketFacts, marketAt } from './market-facts.ts';

/** What happens in a generated market, `afterMs` from the start on; for `forMs`, or for good where that is left out. */
export type GeneratedEvent = { afterMs: number } & (
  | { kind: 'widen'; forMs?: number; spread: Price }
  | { kind: 'bid_vanishes' | 'ask_vanishes'; forMs?: number }
  /** The feed shows nothing. */
  | { kind: 'gap'; forMs?: number }
  /** The levels show no more than this; the 24 h volume falls to `volume24h` where given. */
  | { kind: 'thin'; forMs?: number; size: Quantity; volume24h?: Quantity }
  | { kind: 'pause'; forMs?: number }
  | { kind: 'close' }
  /** `value` is what one YES contract pays. */
  | { kind: 'settle'; value: Price }
);

export interface GeneratedMarketSpec {
  market: string;
  /** The mid price at the start. */
  start: Price;
  path: PricePath;
  /** Standard deviation of the mid price in one step (1e-4 $). */
  volatility: Price;
  /** Ask − bid, a multiple of one cent. */
  spread: Price;
  /** How many levels each side has, one cent apart. */
  levels: number;
  /** Contracts a level shows on average; at times half as much, at times half as much again. */
  size: Quantity;
  volume24h: Quantity | null;
  /** The announced closing time, where it differs from when the `close` event closes it. */
  closeAfterMs?: number;
  events: GeneratedEvent[];
}

const CENT: Price = 100;
const RESIZE_CHANCE = 0.1;

/** The books of one generated market, step after step. Its random numbers depend on seed and name alone. */
export class GeneratedMarket {
  readonly #spec: GeneratedMarketSpec;
  readonly #random: Random;
  readonly #nextMid: (elapsedMs: number) => number;
  readonly #sizes: { bids: Quantity[]; asks: Quantity[] };
  #wasOver = false;

  constructor(spec: GeneratedMarketSpec, seed: string) {
    this.#spec = spec;
    this.#random = createRandom(`${seed}/${spec.market}/sizes`);
    this.#nextMid = createPath({ ...spec, random: createRandom(`${seed}/${spec.market}/path`) });
    const sizes = () => Array.from({ length: spec.levels }, () => this.#drawSize());
    this.#sizes = { bids: sizes(), asks: sizes() };
  }

  /** The next step's book; null while the feed shows none. Events change what is shown, never the path. */
  step(elapsedMs: number, at: number): Book | null {
    const mid = this.#nextMid(elapsedMs);
    this.#resize(this.#sizes.bids);
    this.#resize(this.#sizes.asks);
    const wasOver = this.#wasOver;
    this.#wasOver = isOver(this.#spec, elapsedMs);
    if (this.#wasOver)
      return wasOver ? null : { market: this.#spec.market, bids: [], asks: [], observedAt: at };
    return activeEvents(this.#spec, elapsedMs).some((e) => e.kind === 'gap')
      ? null
      : this.#book(mid, elapsedMs, at);
  }

  #book(mid: number, elapsedMs: number, at: number): Book {
    const events = activeEvents(this.#spec, elapsedMs);
    const spread = events.findLast((e) => e.kind === 'widen')?.spread ?? this.#spec.spread;
    const most = events.findLast((e) => e.kind === 'thin')?.size ?? Number.POSITIVE_INFINITY;
    const bid = Math.max(CENT, Math.floor((mid - spread / 2) / CENT) * CENT);
    const ask = Math.min(bid + spread, ONE_DOLLAR - CENT);
    const levels = (best: Price, step: Price, sizes: Quantity[]): Level[] =>
      sizes
        .map((size, i) => ({ price: best + i * step, size: Math.min(size, most) }))
        .filter(({ price }) => price > 0 && price < ONE_DOLLAR);
    const has = (kind: GeneratedEvent['kind']) => events.some((e) => e.kind === kind);
    return {
      market: this.#spec.market,
      bids: has('bid_vanishes') ? [] : levels(bid, -CENT, this.#sizes.bids),
      asks: has('ask_vanishes') ? [] : levels(ask, CENT, this.#sizes.asks),
      observedAt: at,
    };
  }

  #resize(sizes: Quantity[]): void {
    for (let i = 0; i < sizes.length; i += 1) {
      const changes = this.#random() < RESIZE_CHANCE;
      const size = this.#drawSize();
      if (changes) sizes[i] = size;
    }
  }

  #drawSize(): Quantity {
    const contracts = Math.round((this.#spec.size / ONE_CONTRACT) * (0.5 + this.#random()));
    return Math.max(1, contracts) * ONE_CONTRACT;
  }
}

/** The market's facts and status at a time: a function of the spec alone. */
export function generatedInfo(spec: GeneratedMarketSpec, startAt: number, at: number): MarketInfo {
  const elapsedMs = at - startAt;
  const events = activeEvents(spec, elapsedMs);
  const volume24h = events.findLast((e) => e.kind === 'thin')?.volume24h ?? spec.volume24h;
  const facts = generatedFacts(spec, startAt);
  const info = { ...marketAt({ ...facts, closeTime: null, volume24h }, at), closeTime: facts.closeTime };
  if (info.status !== 'open') return info;
  if (isOver(spec, elapsedMs)) return { ...info, status: 'closed' };
  return events.some((e) => e.kind === 'pause') ? { ...info, status: 'paused' } : info;
}

/** What is known of a generated market from the start: for the replay of a recording of it. */
export function generatedFacts(spec: GeneratedMarketSpec, startAt: number): MarketFacts {
  const settle = spec.events.find((e) => e.kind === 'settle');
  const closeAfterMs = spec.closeAfterMs ?? spec.events.find((e) => e.kind === 'close')?.afterMs;
  return {
    market: spec.market,
    closeTime: closeAfterMs === undefined ? null : startAt + closeAfterMs,
    volume24h: spec.volume24h,
    settledAt: settle ? startAt + settle.afterMs : null,
    settlementValue: settle ? settle.value : null,
  };
}

/** Trading has ended for good. */
export const isOver = ({ events }: GeneratedMarketSpec, elapsedMs: number): boolean =>
  events.some((e) => (e.kind === 'close' || e.kind === 'settle') && elapsedMs >= e.afterMs);

const activeEvents = ({ events }: GeneratedMarketSpec, elapsedMs: number): GeneratedEvent[] =>
  events.filter((event) => {
    const forMs = 'forMs' in event && event.forMs !== undefined ? event.forMs : Number.POSITIVE_INFINITY;
    return elapsedMs >= event.afterMs && elapsedMs < event.afterMs + forMs;
  });
