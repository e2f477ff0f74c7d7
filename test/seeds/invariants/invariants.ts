/** What must be so at every moment of every hour. */
import type { DecisionRecord, StoreWrite } from '../../../src/actors/ports.ts';
import type { Hour } from '../hour.ts';
import type { Life } from '../life.ts';
import { Agreement } from './agreement.ts';
import { Bought } from './bought.ts';
import { Bound } from './bound.ts';
import { Breakers } from './breakers.ts';
import { Deadlines } from './deadlines.ts';
import { Entries } from './entries.ts';
import { Evidence } from './evidence.ts';
import { Fence } from './fence.ts';
import { Freshness } from './freshness.ts';
import { Heeded } from './heeded.ts';
import { Holdings } from './holdings.ts';
import { Journal } from './journal.ts';
import { Limits } from './limits.ts';
import { Loudness } from './loudness.ts';
import { Oversell } from './oversell.ts';
import { Owners } from './owners.ts';
import { Ratchet } from './ratchet.ts';
import { Sales } from './sales.ts';
import { Watching } from './watching.ts';

/** Each is told of what it looks at, and says by `hour.violate` what is wrong. */
export interface Invariant {
  /** Time passed, and all that followed has happened. */
  after?(): void;
  /** Writes are durable. */
  committed?(writes: readonly StoreWrite[], to: 'database' | 'journal file'): void;
  /** A request about an order leaves a process. */
  sending?(life: Life, method: string, body: string): void;
  journaled?(decision: DecisionRecord): void;
  /** The hour is over; nothing has gone wrong for long. */
  end?(): Promise<void> | void;
}

export const invariantsOf = (hour: Hour): Invariant[] => [
  new Oversell(hour),
  new Evidence(hour),
  new Fence(hour),
  new Owners(hour),
  new Loudness(hour),
  new Bound(hour),
  new Watching(hour),
  new Entries(hour),
  new Bought(hour),
  new Deadlines(hour),
  new Freshness(hour),
  new Holdings(hour),
  new Limits(hour),
  new Ratchet(hour),
  new Sales(hour),
  new Heeded(hour),
  new Journal(hour),
  new Breakers(hour),
  new Agreement(hour),
];
