/** A list of what may come next, in words and as a function to the world after it. */
import { Happening } from './happening.ts';
import type { Parts, World } from './world.ts';

/** `fault`: trouble, or somebody's will, that may stop. `luck`: somebody buys. `quote`: that of the scenario's bids. */
export type Kind = 'usual' | 'fault' | 'luck' | `quote ${number}`;

export interface Next {
  words: string;
  kind: Kind;
  run: () => World;
}

export class Choices {
  readonly list: Next[] = [];
  readonly #world: World;
  readonly #parts: Parts;

  constructor(world: World, parts: Parts) {
    this.#world = world;
    this.#parts = parts;
  }

  add(words: string, run: (happening: Happening) => Happening): void {
    this.of('usual', words, run);
  }
  fault(words: string, run: (happening: Happening) => Happening): void {
    this.of('fault', words, run);
  }
  luck(words: string, run: (happening: Happening) => Happening): void {
    this.of('luck', words, run);
  }
  of(kind: Kind, words: string, run: (happening: Happening) => Happening): void {
    this.list.push({ words, kind, run: () => run(new Happening(this.#world, this.#parts)).world });
  }
}
