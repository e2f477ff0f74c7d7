/** Since when something is so, without a break. */
export class Lasting {
  readonly #since = new Map<string, number>();

  /** For how long `key` has been so (ms); 0 while it is not. */
  note(key: string, isSo: boolean, now: number): number {
    if (!isSo) {
      this.#since.delete(key);
      return 0;
    }
    const since = this.#since.get(key) ?? now;
    this.#since.set(key, since);
    return now - since;
  }

  clear(): void {
    this.#since.clear();
  }
}
