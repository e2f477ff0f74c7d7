/** Values by their contents: equal ones are one, and a small number names it. */
export class Pool<T> {
  readonly #ids = new Map<string, number>();
  readonly #values: T[] = [];
  /** Values that were asked for before, so that they need not be written down again. */
  readonly #known = new WeakMap<object, number>();

  id(value: T): number {
    if (typeof value !== 'object' || value === null) return this.#idOf(value);
    let id = this.#known.get(value);
    if (id === undefined) {
      id = this.#idOf(value);
      this.#known.set(value, id);
    }
    return id;
  }

  #idOf(value: T): number {
    const key = JSON.stringify(value);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.#values.length);
    return this.#values.push(value) - 1;
  }

  at(id: number): T {
    return this.#values[id]!;
  }

  get size(): number {
    return this.#values.length;
  }
}
