/** Breadth first over all states, each once; then backwards from where a world may end. */
import { canonical } from './canonical.ts';
import type { Kind } from './choices.ts';
import { firstWorld } from './happening.ts';
import { happenings } from './happenings.ts';
import { check, checkStep, isClosed, isSettled } from './invariants.ts';
import type { Patches } from './patches.ts';
import { mayAlwaysClose, type Scenario } from './setting.ts';
import { Parts, Violation, type World } from './world.ts';
import { Numbers, Ways, Worlds } from './worlds.ts';

export interface Finding {
  what: string;
  /** The shortest way there, in words. */
  story: string[];
}

export interface Explored {
  scenario: Scenario;
  states: number;
  transitions: number;
  /** Steps to the state that is farthest from the start. */
  depth: number;
  /** States that nothing but trouble leaves, and that are not settled. */
  deadEnds: number;
  /** States from which nothing settles once faults stop, nobody buys, and the bid stays what it may be. */
  withoutRest: number;
  /** States from which the position can't be closed once faults stop; null where no bid ever triggers an exit. */
  withoutExit: number | null;
  finding: Finding | null;
  parts: Parts;
}

const quotesOf = ({ bids }: Scenario): Kind[] => bids.map((_, i): Kind => `quote ${i}`);
const PAUSE_AFTER = 2_000;

/** All of a scenario's states, or as many as it takes until one breaks a rule. */
export function explore(scenario: Scenario, patches: Patches = {}): Explored {
  const steps = exploring(scenario, patches);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** As `explore`, with a pause now and then that tells how many states were found so far. */
export function* exploring(scenario: Scenario, patches: Patches = {}): Generator<number, Explored> {
  const explorer = new Explorer(scenario, patches);
  while (explorer.step()) if (explorer.visited % PAUSE_AFTER === 0) yield explorer.states;
  return explorer.result();
}

class Explorer {
  readonly #parts: Parts;
  readonly #worlds = new Worlds();
  readonly #ways: Ways<Kind>;
  readonly #parents = new Numbers();
  readonly #depths = new Numbers();
  readonly #settled: number[] = [];
  readonly #closed: number[] = [];
  readonly #deadEnds: number[] = [];
  #finding: Finding | null = null;
  visited = 0;

  constructor(scenario: Scenario, patches: Patches) {
    this.#parts = new Parts(scenario, patches);
    this.#ways = new Ways(['usual', 'luck', 'fault', ...quotesOf(scenario)]);
    this.#add(canonical(firstWorld(this.#parts), this.#parts), -1);
  }

  get states(): number {
    return this.#worlds.size;
  }

  /** Everything that may follow the next state; false: there is none, or a rule was broken. */
  step(): boolean {
    if (this.visited === this.#worlds.size || this.#finding) return false;
    const at = this.visited++;
    const world = this.#worlds.at(at);
    let goesOn = false;
    for (const { words, kind, run } of happenings(world, this.#parts)) {
      try {
        const after = run();
        checkStep(world, after, words, this.#parts);
        const id = this.#add(canonical(after, this.#parts), at);
        if (id === at) continue;
        this.#ways.add(at, id, kind);
        if (kind !== 'fault') goesOn = true;
      } catch (error) {
        if (!(error instanceof Violation)) throw error;
        this.#finding = { what: error.message, story: [...this.#storyTo(at), words] };
        return false;
      }
    }
    if (!goesOn && !isSettled(world, this.#parts)) this.#deadEnds.push(at);
    return true;
  }

  #add(world: World, parent: number): number {
    const [id, isNew] = this.#worlds.id(world);
    if (!isNew) return id;
    this.#parents.push(parent);
    this.#depths.push(parent < 0 ? 0 : this.#depths.at(parent) + 1);
    check(world, this.#parts);
    if (isSettled(world, this.#parts)) this.#settled.push(id);
    if (isClosed(world, this.#parts)) this.#closed.push(id);
    return id;
  }

  result(): Explored {
    const { scenario } = this.#parts;
    const { states } = this;
    const isWhole = this.#finding === null;
    const quotes = quotesOf(scenario);
    const cutOff = (goals: number[], walked: Kind[]): number[] =>
      isWhole ? this.#ways.cutOff(goals, states, ['usual', ...walked]) : [];
    const restless = [...new Set(quotes.flatMap((quote) => cutOff(this.#settled, [quote])))];
    const closes = mayAlwaysClose(scenario);
    const open = closes ? cutOff(this.#closed, ['luck', ...quotes]) : [];
    return {
      ...{ scenario, states, transitions: this.#ways.size, depth: this.#depths.at(states - 1) },
      ...{ deadEnds: this.#deadEnds.length, withoutRest: restless.length },
      withoutExit: closes ? open.length : null,
      finding:
        this.#finding ??
        this.#first(this.#deadEnds, 'a dead end') ??
        this.#first(restless, 'nothing settles from here') ??
        this.#first(open, 'the position can never be closed from here'),
      parts: this.#parts,
    };
  }

  #first([id]: number[], what: string): Finding | null {
    return id === undefined ? null : { what, story: this.#storyTo(id) };
  }

  #storyTo(id: number): string[] {
    const story: string[] = [];
    for (let at = id; this.#parents.at(at) >= 0; at = this.#parents.at(at))
      story.unshift(this.#wordsBetween(this.#parents.at(at), at));
    return story;
  }

  #wordsBetween(before: number, after: number): string {
    for (const { words, run } of happenings(this.#worlds.at(before), this.#parts)) {
      try {
        if (this.#worlds.id(canonical(run(), this.#parts))[0] === after) return words;
      } catch {
        // A sibling that breaks a rule is no way to this state.
      }
    }
    throw new Error('a way that was walked is not there any more');
  }
}
