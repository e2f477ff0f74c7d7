/** Breadth first over all states, each once; then backwards from where a world may end. */
import { canonical } from './canonical.ts';
import { happenings, type Kind } from './happenings.ts';
import { check, isClosed, isSettled } from './invariants.ts';
import type { Patches } from './patches.ts';
import { Pool } from './pool.ts';
import { PRICES, type Scenario } from './scenarios.ts';
import { firstWorld, Parts, Violation, type World } from './world.ts';

export interface Finding {
  what: string;
  /** The shortest way there, in words. */
  story: string[];
}

export interface Explored {
  scenario: string;
  states: number;
  transitions: number;
  seconds: number;
  /** Fewer steps than the longest of the shortest ways. */
  depth: number;
  isComplete: boolean;
  /** States that nothing but trouble leaves, and that are not settled. */
  deadEnds: number;
  /** States from which nothing settles once faults stop and nobody buys, and from which the position can't be closed. */
  withoutRest: number;
  withoutExit: number;
  finding: Finding | null;
  parts: Parts;
}

const KINDS: readonly Kind[] = ['usual', 'luck', 'fault'];
const PARTS = ['ledger', 'queue', 'desk', 'net', 'venue', 'life'] as const;

/** Worlds as rows of small numbers. */
class Worlds {
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
class Numbers {
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

/** Explores until nothing new is found, `mostStates` are, or one breaks a rule. */
export function explore(scenario: Scenario, patches: Patches = {}, mostStates = 20_000_000): Explored {
  const began = performance.now();
  const parts = new Parts(scenario, patches);
  const worlds = new Worlds();
  const parents = new Numbers();
  const depths = new Numbers();
  const from = new Numbers();
  const to = new Numbers();
  const kinds = new Numbers();
  const rest: number[] = [];
  const closed: number[] = [];
  const stuck: number[] = [];
  let finding: Finding | null = null;

  const storyTo = (id: number, last: string[]): string[] => {
    const story = [...last];
    for (let at = id; parents.at(at) >= 0; at = parents.at(at))
      story.unshift(wordsBetween(parents.at(at), at));
    return story;
  };
  const wordsBetween = (before: number, after: number): string => {
    for (const { words, run } of happenings(worlds.at(before), parts)) {
      try {
        if (worlds.id(canonical(run(), parts))[0] === after) return words;
      } catch {
        // A sibling that breaks a rule is no way to this state.
      }
    }
    throw new Error('a way that was walked is not there any more');
  };

  const add = (world: World, parent: number): number => {
    const [id, isNew] = worlds.id(world);
    if (!isNew) return id;
    parents.push(parent);
    depths.push(parent < 0 ? 0 : depths.at(parent) + 1);
    check(world, parts);
    if (isSettled(world, parts)) rest.push(id);
    if (isClosed(world, parts)) closed.push(id);
    return id;
  };

  add(canonical(firstWorld(parts), parts), -1);
  let at = 0;
  for (; at < worlds.size && worlds.size < mostStates && finding === null; at++) {
    const world = worlds.at(at);
    let goesOn = false;
    for (const { words, kind, run } of happenings(world, parts)) {
      try {
        const id = add(canonical(run(), parts), at);
        if (id === at) continue;
        from.push(at);
        to.push(id);
        kinds.push(KINDS.indexOf(kind));
        if (kind !== 'fault') goesOn = true;
      } catch (error) {
        if (!(error instanceof Violation)) throw error;
        finding = { what: error.message, story: storyTo(at, [words]) };
        break;
      }
    }
    if (!goesOn && finding === null && !isSettled(world, parts)) stuck.push(at);
  }
  const isComplete = at === worlds.size;
  const result: Explored = {
    ...{ scenario: scenario.name, states: worlds.size, transitions: from.size, isComplete, parts, finding },
    depth: depths.at(depths.size - 1),
    ...{ deadEnds: stuck.length, withoutRest: 0, withoutExit: 0, seconds: 0 },
  };
  if (finding === null && isComplete) {
    const arrows = { from, to, kinds, size: worlds.size };
    const restless = new Backwards(arrows, ['usual']).unreached(rest);
    // Where no bid ever triggers, a position may be held for good.
    const open = scenario.bids.includes(PRICES.stop)
      ? new Backwards(arrows, ['usual', 'luck']).unreached(closed)
      : [];
    result.withoutRest = restless.length;
    result.withoutExit = open.length;
    const [what, first] = stuck.length
      ? ['a dead end', stuck[0]!]
      : restless.length
        ? ['nothing settles from here', restless[0]!]
        : open.length
          ? ['the position can never be closed from here', open[0]!]
          : ['', -1];
    if (first >= 0) result.finding = { what, story: storyTo(first, []) };
  }
  result.seconds = (performance.now() - began) / 1000;
  return result;
}

interface Arrows {
  from: Numbers;
  to: Numbers;
  kinds: Numbers;
  size: number;
}

/** The graph of some kinds of transitions, walked against its arrows. */
class Backwards {
  readonly #starts: Int32Array;
  readonly #sources: Int32Array;
  readonly #size: number;

  constructor({ from, to, kinds, size }: Arrows, walked: readonly Kind[]) {
    const isWalked = KINDS.map((kind) => walked.includes(kind));
    this.#size = size;
    this.#starts = new Int32Array(size + 1);
    for (let i = 0; i < to.size; i++) if (isWalked[kinds.at(i)]) this.#starts[to.at(i) + 1]! += 1;
    for (let i = 0; i < size; i++) this.#starts[i + 1]! += this.#starts[i]!;
    this.#sources = new Int32Array(this.#starts[size]!);
    const next = this.#starts.slice();
    for (let i = 0; i < to.size; i++)
      if (isWalked[kinds.at(i)]) this.#sources[next[to.at(i)]!++] = from.at(i);
  }

  /** States from which none of `goals` can be reached. */
  unreached(goals: number[]): number[] {
    const reached = new Uint8Array(this.#size);
    const todo = [...goals];
    for (const goal of goals) reached[goal] = 1;
    for (let state = todo.pop(); state !== undefined; state = todo.pop())
      for (let i = this.#starts[state]!; i < this.#starts[state + 1]!; i++) {
        const source = this.#sources[i]!;
        if (reached[source]) continue;
        reached[source] = 1;
        todo.push(source);
      }
    const missed: number[] = [];
    for (let state = 0; state < this.#size; state++) if (!reached[state]) missed.push(state);
    return missed;
  }
}
