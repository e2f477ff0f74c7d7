import { type ReadonlySignal, signal } from '@preact/signals';
import type { ActorView } from '../../src/services/http/schemas/inspection.ts';

type Actors = ReadonlyMap<string, ActorView>;

/** How often the counts are compared (ms). */
export const SAMPLE_MS = 1_000;
/** Of the last comparisons, so many are averaged. */
const SAMPLES = 3;

/** Events per second of each actor, from how many it has worked off. */
export class Activity {
  readonly #rates = signal<ReadonlyMap<string, number>>(new Map());
  #samples: { at: number; received: Map<string, number> }[] = [];

  /** By session; one that is not in it has worked off nothing. */
  get rates(): ReadonlySignal<ReadonlyMap<string, number>> {
    return this.#rates;
  }

  /** The counts at a time of the page's own clock (ms). */
  sample(actors: Actors, at: number): void {
    this.#samples.push({
      at,
      received: new Map([...actors].map(([session, { received }]) => [session, received])),
    });
    if (this.#samples.length > SAMPLES + 1) this.#samples.shift();
    const [first] = this.#samples;
    const seconds = (at - first!.at) / 1000;
    if (seconds <= 0) return;
    const rates = new Map<string, number>();
    for (const [session, { received }] of actors) {
      const before = first!.received.get(session);
      if (before !== undefined && received > before) rates.set(session, (received - before) / seconds);
    }
    this.#rates.value = rates;
  }

  /** The counts begin anew: it is another daemon. */
  forget(): void {
    this.#samples = [];
    this.#rates.value = new Map();
  }
}
