const KEPT_ANSWERS = 16;

/**
 * How far the exchange's clock is ahead of ours. A `Date` header names a whole second, somewhere within which, and
 * between our sending and receiving, it was written: each answer bounds the skew, several narrow it down.
 */
export class ClockSkew {
  #bounds: { least: number; most: number }[] = [];

  /** Takes in one answer: its headers, and when we sent and received (ms). A cached answer says nothing. */
  note(headers: Record<string, string>, startedAt: number, receivedAt: number): void {
    if ((headers.age ?? '0') !== '0') return;
    const date = headers.date;
    const second = date === undefined ? Number.NaN : Date.parse(date);
    if (!Number.isFinite(second) || receivedAt < startedAt) return;
    this.#bounds.push({ least: second - receivedAt, most: second + 1000 - startedAt });
    if (this.#bounds.length > KEPT_ANSWERS) this.#bounds.shift();
  }

  /** Exchange minus ours in ms: the middle of what the newest answers that agree leave possible; null before the first. */
  estimateMs(): number | null {
    const newest = this.#bounds.at(-1);
    if (newest === undefined) return null;
    let { least, most } = newest;
    for (const bound of this.#bounds.toReversed()) {
      if (bound.least > most || bound.most < least) break;
      least = Math.max(least, bound.least);
      most = Math.min(most, bound.most);
    }
    return Math.round((least + most) / 2);
  }
}
