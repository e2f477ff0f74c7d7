import type { Quantity } from '../../domain/money.ts';

/** Which requests a fault meets: every field given must fit. */
export interface Matcher {
  method?: string;
  /** A regular expression's text, tried on path and query. */
  path?: string;
  account?: string;
  /** A regular expression's text, tried on the body. */
  body?: string;
  /** Lets so many fitting requests through first. */
  skip?: number;
  /** Default: 1. */
  times?: number | 'always';
}

export type FaultEffect =
  | { kind: 'refuse'; status: number; body: string; headers: Record<string, string>; carryOut: boolean }
  | { kind: 'dropRequest' }
  | { kind: 'dropAnswer' }
  | { kind: 'carryOutLate'; afterMs: number }
  | { kind: 'delay'; delayMs: number }
  | { kind: 'trimAnswer'; fields: readonly string[] }
  | { kind: 'wobble' }
  | { kind: 'repeat' }
  | { kind: 'fillInFlight'; count: Quantity | null };

export interface ArmedFault {
  id: number;
  match: Matcher;
  skip: number;
  /** null: for ever. */
  left: number | null;
  effect: FaultEffect;
}
