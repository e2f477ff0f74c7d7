import type { AnyActorRef } from 'xstate';

/** What is known of an actor beside itself. */
export interface ActorFacts {
  /** As people call it: `monitor t1#2`. */
  name: string;
  /** The part that hosts it: pools host root actors, which know no parent. Null: it is the root of the tree. */
  host: 'watch' | 'desk' | 'entries' | 'breakers' | null;
  /** The position that it works for. */
  position: string | null;
  /** How often it was started again after it threw. */
  restarts: number;
}

/** Is shown each root actor of the tree before it starts, to look at it from outside. It may never throw. */
export type ActorObserver = (actor: AnyActorRef, facts: ActorFacts) => void;

/**
 * A position is about to evaluate a quote of this age (ms) at this time (ms): what hears when it is done; absent: this
 * one is not measured. Neither may ever throw.
 */
export type EvaluationTimer = (quoteAgeMs: number, at: number) => (() => void) | undefined;
