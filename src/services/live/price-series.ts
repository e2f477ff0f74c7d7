import type { Price } from '../../domain/money.ts';

/** The best prices of one market at one time (ms); null: no such side. */
export interface PricePoint {
  at: number;
  bid: Price | null;
  ask: Price | null;
}

export const MOST_POINTS = 512;
const FIRST_POINTS = 16;
const NO_PRICE = -1;

/** Columns of one block of memory. */
class Columns {
  readonly times: Float64Array;
  readonly bids: Int16Array;
  readonly asks: Int16Array;

  constructor(length: number) {
    const { BYTES_PER_ELEMENT: time } = Float64Array;
    const { BYTES_PER_ELEMENT: price } = Int16Array;
    const memory = new ArrayBuffer(length * (time + 2 * price));
    this.times = new Float64Array(memory, 0, length);
    this.bids = new Int16Array(memory, length * time, length);
    this.asks = new Int16Array(memory, length * (time + price), length);
  }
}

/**
 * How one market's best prices changed, oldest first. When it is full every other point goes, so that it always spans the
 * whole time in `MOST_POINTS` points of 12 bytes; the first and the last stay.
 */
export class PriceSeries {
  #columns = new Columns(FIRST_POINTS);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Keeps a change; what is as it was, or not newer than what is known, changes nothing. */
  add({ at, bid, ask }: PricePoint): void {
    const last = this.#length - 1;
    const { times, bids, asks } = this.#columns;
    if (last >= 0) {
      if (at <= times[last]!) return;
      if ((bid ?? NO_PRICE) === bids[last] && (ask ?? NO_PRICE) === asks[last]) return;
    }
    if (this.#length === MOST_POINTS) this.#thinOut();
    if (this.#length === times.length) this.#grow();
    this.#columns.times[this.#length] = at;
    this.#columns.bids[this.#length] = bid ?? NO_PRICE;
    this.#columns.asks[this.#length] = ask ?? NO_PRICE;
    this.#length += 1;
  }

  points(): PricePoint[] {
    const { times, bids, asks } = this.#columns;
    return Array.from({ length: this.#length }, (_, i) => ({
      at: times[i]!,
      bid: known(bids[i]!),
      ask: known(asks[i]!),
    }));
  }

  #thinOut(): void {
    const { times, bids, asks } = this.#columns;
    const last = this.#length - 1;
    let kept = 0;
    for (let i = 0; i <= last; i++) {
      if (i % 2 === 1 && i !== last) continue;
      times[kept] = times[i]!;
      bids[kept] = bids[i]!;
      asks[kept] = asks[i]!;
      kept += 1;
    }
    this.#length = kept;
  }

  #grow(): void {
    const { times, bids, asks } = this.#columns;
    this.#columns = new Columns(times.length * 2);
    this.#columns.times.set(times);
    this.#columns.bids.set(bids);
    this.#columns.asks.set(asks);
  }
}

const known = (price: number): Price | null => (price === NO_PRICE ? null : price);
