import type { SkipBand } from '../../domain/evaluation.ts';
import type { Side } from '../../domain/market.ts';
import { ONE_DOLLAR, type Price } from '../../domain/money.ts';

/**
 * The skip bands of one market's positions in the terms of the YES side. A quote inside every band changes nothing
 * for anyone and is dropped after one comparison.
 */
export class MarketBands<T> {
  readonly members: T[] = [];
  #bidLow = new Int32Array(8);
  #bidHigh = new Int32Array(8);
  #askLow = new Int32Array(8);
  #askHigh = new Int32Array(8);
  #until = new Float64Array(8);
  #common = { bidLow: 1, bidHigh: 0, askLow: 1, askHigh: 0, until: 0 };
  #stale = true;

  /** Adds a member that sees every quote until its band is set; returns its slot. */
  add(member: T): number {
    const slot = this.members.push(member) - 1;
    if (slot >= this.#until.length) this.#grow();
    this.set(slot, null, 'yes');
    return slot;
  }

  /** Removes a slot; the last member moves into it and is returned with its new slot, for its owner to note. */
  remove(slot: number): T | null {
    const last = this.members.length - 1;
    const moved = this.members.pop()!;
    this.#stale = true;
    if (slot === last) return null;
    this.members[slot] = moved;
    for (const column of [this.#bidLow, this.#bidHigh, this.#askLow, this.#askHigh, this.#until])
      column[slot] = column[last]!;
    return moved;
  }

  /** Sets a member's band, given in the terms of its own side; null: it must see the next quote. */
  set(slot: number, band: SkipBand | null, side: Side): void {
    const own = band ?? NOTHING;
    const isYes = side === 'yes' || band === null;
    this.#bidLow[slot] = isYes ? own.bidLow : ONE_DOLLAR - own.askHigh;
    this.#bidHigh[slot] = isYes ? own.bidHigh : ONE_DOLLAR - own.askLow;
    this.#askLow[slot] = isYes ? own.askLow : ONE_DOLLAR - own.bidHigh;
    this.#askHigh[slot] = isYes ? own.askHigh : ONE_DOLLAR - own.bidLow;
    this.#until[slot] = own.until;
    this.#stale = true;
  }

  /** True when the quote changes nothing for any member. */
  skipsAll(bid: Price, ask: Price, at: number): boolean {
    if (this.#stale) this.#intersect();
    const common = this.#common;
    return (
      bid >= common.bidLow &&
      bid <= common.bidHigh &&
      ask >= common.askLow &&
      ask <= common.askHigh &&
      at < common.until
    );
  }

  /** True when the quote changes nothing for the member in `slot`. */
  skips(slot: number, bid: Price, ask: Price, at: number): boolean {
    return (
      bid >= this.#bidLow[slot]! &&
      bid <= this.#bidHigh[slot]! &&
      ask >= this.#askLow[slot]! &&
      ask <= this.#askHigh[slot]! &&
      at < this.#until[slot]!
    );
  }

  /** True while time alone has changed nothing for the member in `slot`. */
  sleeps(slot: number, at: number): boolean {
    return at < this.#until[slot]!;
  }

  #intersect(): void {
    const common = {
      bidLow: 0,
      bidHigh: ONE_DOLLAR,
      askLow: 0,
      askHigh: ONE_DOLLAR,
      until: Number.MAX_VALUE,
    };
    for (let slot = 0; slot < this.members.length; slot++) {
      if (this.#bidLow[slot]! > common.bidLow) common.bidLow = this.#bidLow[slot]!;
      if (this.#bidHigh[slot]! < common.bidHigh) common.bidHigh = this.#bidHigh[slot]!;
      if (this.#askLow[slot]! > common.askLow) common.askLow = this.#askLow[slot]!;
      if (this.#askHigh[slot]! < common.askHigh) common.askHigh = this.#askHigh[slot]!;
      if (this.#until[slot]! < common.until) common.until = this.#until[slot]!;
    }
    this.#common = common;
    this.#stale = false;
  }

  #grow(): void {
    const size = this.#until.length * 2;
    const grown = <A extends Int32Array | Float64Array>(column: A, empty: A): A => {
      empty.set(column);
      return empty;
    };
    this.#bidLow = grown(this.#bidLow, new Int32Array(size));
    this.#bidHigh = grown(this.#bidHigh, new Int32Array(size));
    this.#askLow = grown(this.#askLow, new Int32Array(size));
    this.#askHigh = grown(this.#askHigh, new Int32Array(size));
    this.#until = grown(this.#until, new Float64Array(size));
  }
}

const NOTHING: SkipBand = { bidLow: 1, bidHigh: 0, askLow: 1, askHigh: 0, until: 0 };
