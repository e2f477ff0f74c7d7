import type { InspectionEvent } from 'xstate';

/** Watches actors from outside. It may never throw: a throwing observer wedges the actor's mailbox (XSTATE.md). */
export type InspectionObserver = (event: InspectionEvent) => void;
