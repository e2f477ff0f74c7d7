import type { Listener } from '../http/events/stream.ts';
import type { InspectionMessage } from '../http/schemas/inspection.ts';
import { viewActor } from './actor-view.ts';
import type { KnownActor } from './known-actor.ts';
import type { ActorRegistry, Step } from './registry.ts';
import { StepLog } from './step-log.ts';

/** As many actors as are told of at once, some 3 ms of work: those that are left out come next time. */
const MOST_ACTORS = 250;
/** As many as a newcomer is told of first; the others follow. */
const MOST_FIRST = 1000;

/** All who look at the same: the whole tree, or what works for one position. They are told the same. */
export class Audience {
  readonly #registry: ActorRegistry;
  readonly #position: string | null;
  readonly #now: () => string;
  readonly #listeners = new Set<Listener>();
  /** Sessions that have changed since they were told of, the longest ago first. */
  readonly #changed = new Set<string>();
  readonly #log = new StepLog();
  /** Events that were not told to those that lag. */
  readonly #missed = new Map<Listener, number>();

  constructor(registry: ActorRegistry, position: string | null, now: () => string) {
    this.#registry = registry;
    this.#position = position;
    this.#now = now;
  }

  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  join(listener: Listener): string {
    this.#listeners.add(listener);
    const all = this.#registry.list().filter((known) => this.watches(known));
    for (const known of all.slice(MOST_FIRST)) this.noteChange(known);
    return this.describe(all.slice(0, MOST_FIRST).map(({ session }) => session));
  }

  leave(listener: Listener): void {
    this.#listeners.delete(listener);
    this.#missed.delete(listener);
  }

  has(listener: Listener): boolean {
    return this.#listeners.has(listener);
  }

  watches({ position }: Pick<KnownActor, 'position'>): boolean {
    return this.#position === null || position === this.#position;
  }

  noteChange({ session }: KnownActor): void {
    this.#changed.add(session);
  }

  noteStep(known: KnownActor, step: Step): void {
    this.#changed.add(known.session);
    this.#log.add(known, step);
  }

  /** Tells what has happened since the last time. */
  tell(): void {
    this.#tellChanges();
    this.#tellSteps();
  }

  /** What tells of actors as they are now. */
  describe(sessions: Iterable<string>): string {
    const actors: KnownActor[] = [];
    const gone: string[] = [];
    for (const session of sessions) {
      const known = this.#registry.find(session);
      if (known === undefined) gone.push(session);
      else actors.push(known);
    }
    return say({
      type: 'actors',
      at: this.#now(),
      actors: actors.map((known) => viewActor(this.#registry, known, this.#position !== null)),
      gone,
    });
  }

  #tellChanges(): void {
    if (this.#changed.size === 0) return;
    const sessions = [...this.#changed].slice(0, MOST_ACTORS);
    for (const session of sessions) this.#changed.delete(session);
    const message = this.describe(sessions);
    for (const listener of this.#listeners) listener.tellChanged(sessions, message);
  }

  #tellSteps(): void {
    const { entries, leftOut } = this.#log.take();
    if (entries.length === 0) return;
    const at = this.#now();
    const messageWith = (left_out: number): string => say({ type: 'log', at, entries, left_out });
    const message = messageWith(leftOut);
    for (const listener of this.#listeners) {
      const missed = this.#missed.get(listener) ?? 0;
      if (listener.lags) this.#missed.set(listener, missed + entries.length + leftOut);
      else {
        this.#missed.delete(listener);
        listener.tell(missed === 0 ? message : messageWith(missed + leftOut));
      }
    }
  }
}

const say = (message: InspectionMessage): string => JSON.stringify(message);
