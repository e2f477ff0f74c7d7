/** Every world that was found, as a row of small numbers, and every way between two of them. */
import { Pool } from './pool.ts';
import type { World } from './world.ts';

const PARTS = ['ledger', 'queue', 'desk', 'net', 'venue', 'life'] as const;

export class Worlds {
  readonly #pools = PARTS.map(() => new Pool<unknown>());
  readonly #ids = new Map<string, number>();
  readonly #rows: Int32Array[] = [];

  /** The world's number, and whether it is new. */
  id(world: World): [number, boolean] {
    const row = Int32Array.from([
      world.monitor ?? -1,
      world.row,
      ...PARTS.map((part, i) => this.#pools[i]!.id(world[part])),
    ]);
    const key = row.join();
    const known = this.#ids.get(key);
    if (known !== undefined) return [known, false];
    const id = this.#rows.push(row) - 1;
    this.#ids.set(key, id);
    return [id, true];
  }

  at(id: number): World {
    const row = this.#rows[id]!;
    const world = { monitor: row[0]! < 0 ? null : row[0]!, row: row[1]! } as Record<string, unknown>;
    PARTS.forEach((part, i) => {
      world[part] = this.#pools[i]!.at(row[i + 2]!);
    });
    return world as unknown as World;
  }

  get size(): number {
    return this.#rows.length;
  }
}

/** A list of numbers that grows without copying itself at every step. */
export class Numbers {
  #values = new Int32Array(1024);
  size = 0;

  push(value: number): void {
    if (this.size === this.#values.length) {
      const larger = new Int32Array(this.size * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.size++] = value;
  }
  at(index: number): number {
    return this.#values[index]!;
  }
}

/** The ways between worlds, of some kinds. */
export class Ways<Kind extends string> {
  readonly #kinds: readonly Kind[];
  readonly #from = new Numbers();
  readonly #to = new Numbers();
  readonly #kind = new Numbers();

  constructor(kinds: readonly Kind[]) {
    this.#kinds = kinds;
  }

  add(from: number, to: number, kind: Kind): void {
    this.#from.push(from);
    this.#to.push(to);
    this.#kind.push(this.#kinds.indexOf(kind));
  }

  get size(): number {
    return this.#from.size;
  }

  /** Of `size` worlds those from which ways of the kinds `walked` lead to none of `goals`. */
  cutOff(goals: readonly number[], size: number, walked: readonly Kind[]): number[] {
    const { starts, sources } = this.#backwards(size, walked);
    const reached = new Uint8Array(size);
    const todo = [...goals];
    for (const goal of goals) reached[goal] = 1;
    for (let at = todo.pop(); at !== undefined; at = todo.pop())
      for (let i = starts[at]!; i < starts[at + 1]!; i++) {
        const source = sources[i]!;
        if (reached[source]) continue;
        reached[source] = 1;
        todo.push(source);
      }
    const missed: number[] = [];
    for (let at = 0; at < size; at++) if (!reached[at]) missed.push(at);
    return missed;
  }

  /** For every world where its own part of `sources` starts: the worlds from which a way leads to it. */
  #backwards(size: number, walked: readonly Kind[]): { starts: Int32Array; sources: Int32Array } {
    const isWalked = this.#kinds.map((kind) => walked.includes(kind));
    const starts = new Int32Array(size + 1);
    for (let i = 0; i < this.size; i++) if (isWalked[this.#kind.at(i)]) starts[this.#to.at(i) + 1]! += 1;
    for (let i = 0; i < size; i++) starts[i + 1]! += starts[i]!;
    const sources = new Int32Array(starts[size]!);
    const next = starts.slice();
    for (let i = 0; i < this.size; i++)
      if (isWalked[this.#kind.at(i)]) sources[next[this.#to.at(i)]!++] = this.#from.at(i);
    return { starts, sources };
  }
}
