import type { AnyActorRef, AnyStateNode, EventObject } from 'xstate';
import type { ActorObserver } from '../../actors/inspection.ts';
import type { Clock } from '../../actors/ports.ts';
import { eventWords } from './event-words.ts';
import { KnownActor, type KnownFacts } from './known-actor.ts';
import { currentEvent, leavesBeside, type SeenSnapshot, type Turn } from './steps.ts';
import { type PendingTimer, Timers } from './timers.ts';

/** One event that an actor has worked off. */
export interface Step {
  event: EventObject;
  snapshot: SeenSnapshot;
  /** What it changed; null: the states are the same. */
  turn: Turn | null;
  at: number;
}

/** Hears of actors while somebody looks at them. */
export interface RegistryListener {
  added(known: KnownActor): void;
  stepped(known: KnownActor, step: Step): void;
  ended(known: KnownActor): void;
  /** It is known no more. */
  dropped(known: KnownActor): void;
}

export interface RegistryOptions {
  /** What everything is dated by. */
  clock: Pick<Clock, 'now'>;
  /** The registry or a listener threw; told once. */
  failed: (error: unknown) => void;
}

/** How long one that is over is shown (ms), and how many of them at most. */
const SHOWN_MS = 60_000;
const MOST_ENDED = 100;

/** What the parts name as their host. */
export const ROOT = 'system';
const NOWHERE: readonly AnyStateNode[] = [];

/**
 * The actors of the running tree. It subscribes to each and notes as little as possible; who looks asks for the rest.
 * XState's own inspection costs several times as much for each event, looked at or not (`npm run bench`).
 */
export class ActorRegistry {
  readonly #options: RegistryOptions;
  readonly #timers: Timers;
  readonly #actors = new Map<string, KnownActor>();
  /** Those that are over, oldest first. */
  readonly #ended: KnownActor[] = [];
  /** The sessions of parts by name, and how often each was started. */
  readonly #parts = new Map<string, { session: string; starts: number }>();
  readonly #listeners = new Set<RegistryListener>();
  #root: string | null = null;
  #hasFailed = false;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
  }

  /** Give this to the composition. */
  readonly observe: ActorObserver = (actor, facts) => {
    this.#safely(() => {
      if (facts.host === null) this.#root = actor.sessionId;
      this.#add(actor, facts, false);
    });
  };

  /** Every actor that runs, and those that were over a short while ago; oldest first. */
  list(): KnownActor[] {
    return [...this.#actors.values()];
  }

  find(session: string): KnownActor | undefined {
    return this.#actors.get(session);
  }

  /** The session of the root; null: it was not there yet. */
  get root(): string | null {
    return this.#root;
  }

  /** The session of who hosts it; null: nobody does. */
  parentOf({ host }: Pick<KnownActor, 'host'>): string | null {
    if (host === null) return null;
    return host === ROOT ? this.#root : (this.#parts.get(host)?.session ?? null);
  }

  timersOf({ actor, endedAt }: Pick<KnownActor, 'actor' | 'endedAt'>): PendingTimer[] {
    return endedAt === null ? this.#timers.pending(actor) : [];
  }

  listen(listener: RegistryListener): void {
    this.#listeners.add(listener);
  }

  leave(listener: RegistryListener): void {
    this.#listeners.delete(listener);
  }

  /** Drops those that have been over for a while. */
  forgetEnded(): void {
    const until = this.#options.clock.now() - SHOWN_MS;
    const tooMany = this.#ended.length - MOST_ENDED;
    const old = this.#ended.findIndex(({ endedAt }) => endedAt! > until);
    const count = Math.max(tooMany, old === -1 ? this.#ended.length : old);
    for (const known of this.#ended.splice(0, count)) {
      this.#actors.delete(known.session);
      this.#tell((listener) => listener.dropped(known));
    }
  }

  #add(actor: AnyActorRef, facts: KnownFacts, isStarted: boolean): void {
    const known = new KnownActor(actor, facts, isStarted);
    this.#actors.set(known.session, known);
    actor.subscribe({
      next: (snapshot: SeenSnapshot) => {
        try {
          this.#step(known, snapshot);
        } catch (error) {
          this.#fail(error);
        }
      },
      error: () => this.#safely(() => this.#end(known)),
      complete: () => this.#safely(() => this.#end(known)),
    });
    this.#tell((listener) => listener.added(known));
  }

  #step(known: KnownActor, snapshot: SeenSnapshot): void {
    const { _nodes: nodes = NOWHERE, children } = snapshot;
    known.steps += 1;
    const turn = nodes === known.nodes ? null : this.#turn(known, nodes);
    if (known.setsTimers) this.#timers.date(known.actor);
    if (children !== known.children) this.#adopt(known, children);
    if (this.#listeners.size === 0) return;
    const step = { event: currentEvent(known.actor), snapshot, turn, at: this.#options.clock.now() };
    this.#tell((listener) => listener.stepped(known, step));
  }

  #turn(known: KnownActor, nodes: readonly AnyStateNode[]): Turn | null {
    const before = known.nodes;
    known.nodes = nodes;
    known.setsTimers = known.host === null || nodes.some(({ after }) => after.length > 0);
    const from = leavesBeside(before, nodes);
    const to = leavesBeside(nodes, before);
    const isFirst = known.since === null;
    if (!isFirst && from === '' && to === '') return null;
    const at = this.#options.clock.now();
    known.since = at;
    if (!isFirst) known.last = { event: eventWords(currentEvent(known.actor).type), from, to, at };
    return isFirst ? null : known.last;
  }

  /** Only the root has children: the parts. One that was restarted in place is another actor under the same name. */
  #adopt(known: KnownActor, children: SeenSnapshot['children']): void {
    known.children = children;
    for (const child of Object.values(children ?? {})) {
      if (child === undefined || this.#parts.get(child.id)?.session === child.sessionId) continue;
      const starts = (this.#parts.get(child.id)?.starts ?? 0) + 1;
      this.#parts.set(child.id, { session: child.sessionId, starts });
      this.#add(child, { name: child.id, host: ROOT, position: null, restarts: starts - 1 }, true);
    }
  }

  #end(known: KnownActor): void {
    if (known.endedAt !== null) return;
    known.endedAt = this.#options.clock.now();
    known.nodes = known.snapshot._nodes ?? NOWHERE;
    this.#ended.push(known);
    this.#tell((listener) => listener.ended(known));
    this.forgetEnded();
  }

  #tell(say: (listener: RegistryListener) => void): void {
    for (const listener of this.#listeners) this.#safely(() => say(listener));
  }

  /** What a subscriber throws ends the process: who looks on never hurts what is looked at. */
  #safely(look: () => void): void {
    try {
      look();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.failed(error);
  }
}
