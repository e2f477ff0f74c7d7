import type { Clock } from '../../actors/ports.ts';
import type { Listener, Stream } from '../http/events/stream.ts';
import { type HttpProblem, problemOf } from '../http/problem.ts';
import { QUERIES } from '../http/queries.ts';
import { check, readParameters } from '../http/read-request.ts';
import { isoTime } from '../reports/replay-result.ts';
import { Audience } from './audience.ts';
import type { KnownActor } from './known-actor.ts';
import type { ActorRegistry, RegistryListener, Step } from './registry.ts';

/** How many ticks of 50 ms pass between two messages of a kind. */
const TELL_TICKS = 2;

/** The running statecharts, for those who look at them. While nobody does, the registry tells it nothing. */
export class InspectionFeed implements Stream, RegistryListener {
  readonly #registry: ActorRegistry;
  readonly #clock: Pick<Clock, 'now'>;
  /** By the position that is looked at; null: all. */
  readonly #audiences = new Map<string | null, Audience>();
  #ticks = 0;

  constructor({ registry, clock }: { registry: ActorRegistry; clock: Pick<Clock, 'now'> }) {
    this.#registry = registry;
    this.#clock = clock;
  }

  refuse(query: URLSearchParams): HttpProblem | null {
    try {
      readFilter(query);
      return null;
    } catch (error) {
      const problem = problemOf(error);
      if (problem === null) throw error;
      return problem;
    }
  }

  join(listener: Listener, query: URLSearchParams): string[] {
    const position = readFilter(query);
    if (this.#audiences.size === 0) this.#registry.listen(this);
    this.#registry.forgetEnded();
    const audience = this.#audiences.get(position) ?? this.#gather(position);
    return [audience.join(listener)];
  }

  leave(listener: Listener): void {
    for (const [position, audience] of this.#audiences) {
      audience.leave(listener);
      if (audience.isEmpty) this.#audiences.delete(position);
    }
    if (this.#audiences.size === 0) this.#registry.leave(this);
  }

  tick(): void {
    this.#ticks += 1;
    if (this.#ticks % TELL_TICKS !== 0) return;
    this.#registry.forgetEnded();
    for (const audience of this.#audiences.values()) audience.tell();
  }

  describe(sessions: Iterable<string>, listener: Listener): string {
    for (const audience of this.#audiences.values())
      if (audience.has(listener)) return audience.describe(sessions);
    throw new Error('who asks does not listen');
  }

  added(known: KnownActor): void {
    this.#noteChange(known);
  }

  stepped(known: KnownActor, step: Step): void {
    for (const audience of this.#audiences.values())
      if (audience.watches(known)) audience.noteStep(known, step);
  }

  ended(known: KnownActor): void {
    this.#noteChange(known);
  }

  dropped(known: KnownActor): void {
    this.#noteChange(known);
  }

  #noteChange(known: KnownActor): void {
    for (const audience of this.#audiences.values()) if (audience.watches(known)) audience.noteChange(known);
  }

  #gather(position: string | null): Audience {
    const audience = new Audience(this.#registry, position, () => isoTime(this.#clock.now()));
    this.#audiences.set(position, audience);
    return audience;
  }
}

const readFilter = (query: URLSearchParams): string | null =>
  check(QUERIES.inspection, readParameters(query)).position;
