import type { EventObject } from 'xstate';
import type { Clock } from '../../../actors/ports.ts';
import type { Listener, Stream } from '../../http/events/stream.ts';
import type { KnownActor } from '../known-actor.ts';
import { type ActorRegistry, type RegistryListener, ROOT, type Step } from '../registry.ts';
import type { SeenSnapshot } from '../steps.ts';
import { type About, actorMessage, eventMessage, snapshotMessage } from './messages.ts';

/** How many ticks of 50 ms pass between two rounds. */
const TELL_TICKS = 2;
/** As much as waits for a round: then events that change no state are left out, at last all. */
const MOST_QUIET = 100;
const MOST_WAITING = 500;
/** Snapshots of states that stayed the same, in one round. */
const MOST_SNAPSHOTS = 50;
/** Actors that a newcomer is told of at once. */
const MOST_DESCRIBED = 100;

interface Seen {
  snapshot: SeenSnapshot;
  event: EventObject;
  at: number;
}

interface Message {
  known: KnownActor;
  write: () => string;
}

/**
 * The running statecharts in the words of `@statelyai/inspect`. Who comes late is told of every actor, and of each
 * before what happens to it; who lags begins anew. Of states that stay the same the last snapshot of a round is told.
 */
export class StatelyFeed implements Stream, RegistryListener {
  readonly #registry: ActorRegistry;
  readonly #clock: Pick<Clock, 'now'>;
  /** With the actors that each was not told of yet. */
  readonly #listeners = new Map<Listener, Set<KnownActor>>();
  readonly #latest = new Map<KnownActor, Seen>();
  #waiting: Message[] = [];
  #ticks = 0;
  #count = 0;

  constructor({ registry, clock }: { registry: ActorRegistry; clock: Pick<Clock, 'now'> }) {
    this.#registry = registry;
    this.#clock = clock;
  }

  refuse(): null {
    return null;
  }

  join(listener: Listener): string[] {
    if (this.#listeners.size === 0) this.#registry.listen(this);
    const untold = this.#everyActor();
    this.#listeners.set(listener, untold);
    return this.#describeSome(untold);
  }

  leave(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#registry.leave(this);
    this.#latest.clear();
    this.#waiting = [];
  }

  tick(): void {
    this.#ticks += 1;
    if (this.#ticks % TELL_TICKS !== 0) return;
    this.#registry.forgetEnded();
    const round = [...this.#waiting, ...this.#takeLatest()].map(({ known, write }) => ({
      known,
      text: write(),
    }));
    this.#waiting = [];
    for (const [listener, untold] of this.#listeners) {
      if (listener.lags) this.#listeners.set(listener, this.#everyActor());
      else {
        for (const { known, text } of round) if (!untold.has(known)) listener.tell(text);
        for (const text of this.#describeSome(untold)) listener.tell(text);
      }
    }
  }

  /** Nothing is told by `tellChanged`. */
  describe(): string {
    throw new Error('this stream tells of one actor in a message');
  }

  added(known: KnownActor): void {
    const { snapshot } = known;
    if (this.#waiting.length < MOST_WAITING)
      this.#waiting.push({ known, write: () => this.#describe(known, snapshot) });
    else for (const untold of this.#listeners.values()) untold.add(known);
  }

  stepped(known: KnownActor, { event, snapshot, turn, at }: Step): void {
    const say = (write: (about: About) => string): void => {
      this.#waiting.push({ known, write: () => write(this.#about(known, at)) });
    };
    if (this.#waiting.length < (turn === null ? MOST_QUIET : MOST_WAITING))
      say((about) => eventMessage(about, event));
    this.#latest.delete(known);
    if (turn !== null && this.#waiting.length < MOST_WAITING)
      say((about) => snapshotMessage(about, snapshot, event));
    else this.#latest.set(known, { snapshot, event, at });
  }

  ended(known: KnownActor): void {
    const event = { type: 'xstate.stop' };
    this.#latest.set(known, { snapshot: known.snapshot, event, at: this.#clock.now() });
  }

  /** The protocol has no word for it. */
  dropped(known: KnownActor): void {
    this.#latest.delete(known);
    for (const untold of this.#listeners.values()) untold.delete(known);
  }

  #takeLatest(): Message[] {
    const some = [...this.#latest].slice(0, MOST_SNAPSHOTS);
    for (const [known] of some) this.#latest.delete(known);
    return some.map(([known, { snapshot, event, at }]) => ({
      known,
      write: () => snapshotMessage(this.#about(known, at), snapshot, event),
    }));
  }

  /** Who hosts others comes before them. */
  #everyActor(): Set<KnownActor> {
    const depthOf = ({ host }: KnownActor): number => (host === null ? 0 : host === ROOT ? 1 : 2);
    return new Set(this.#registry.list().sort((a, b) => depthOf(a) - depthOf(b)));
  }

  #describeSome(untold: Set<KnownActor>): string[] {
    const some = [...untold].slice(0, MOST_DESCRIBED);
    for (const known of some) untold.delete(known);
    return some.map((known) => this.#describe(known, known.snapshot));
  }

  #describe(known: KnownActor, snapshot: SeenSnapshot): string {
    const about = this.#about(known, this.#clock.now());
    return actorMessage(about, this.#registry.parentOf(known), snapshot);
  }

  #about(known: KnownActor, at: number): About {
    this.#count += 1;
    return { known, root: this.#registry.root, number: this.#count, at };
  }
}
