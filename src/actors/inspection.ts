import type { InspectionEvent } from 'xstate';

/** Watches actors from outside. It may never throw: a throwing observer wedges the actor's mailbox (XSTATE.md). */
export type InspectionObserver = (event: InspectionEvent) => void;

/**
 * A position is about to evaluate a quote of this age (ms) at this time (ms): what hears when it is done; absent: this
 * one is not measured. Neither may ever throw.
 */
export type EvaluationTimer = (quoteAgeMs: number, at: number) => (() => void) | undefined;
