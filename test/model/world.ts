/** The small world: a position, its desk, the ledger, the network, the exchange; all that may happen next. */

import type { AttemptRecord } from '../../src/actors/ports.ts';
import type { Position } from '../../src/domain/position.ts';
import type { PositionEvent } from '../../src/machines/position-events.ts';
import { END_BACK, NOW, positionAfter, TURN, turnsOf } from './abstract.ts';
import type { Answer, Call, Desk } from './desk-step.ts';
import { OrderSteps } from './order-step.ts';
import type { Patches } from './patches.ts';
import { Pool } from './pool.ts';
import { type Outcome, PositionSteps } from './position-step.ts';
import type { Bounds, Scenario } from './setting.ts';
import type { Venue } from './venue.ts';

/** A call on its way, or what was answered; `orphan`: nobody here waits for it any more. */
export interface Message extends Call {
  answer: Answer | null;
  orphan: boolean;
}

/** A row by its number in the pool; so that the queue stays short to write down. */
export interface Entry {
  kind: 'commit' | 'progress' | 'read';
  row: number | null;
  attempts: number[];
  place: Outcome['place'];
  cancel: string[];
  alerts: string[];
  fact: PositionEvent | null;
}

/** What is durable beside the row: the attempts that something still refers to, and what the others of its exit sold. */
export interface Ledger {
  attempts: number[];
  folded: number;
  foldedExit: string | null;
  alerts: string[];
}

export interface Reading {
  held: number;
  orders: { clientId: string; quantity: number; filled: number }[];
  asOf: number;
}

export interface Life {
  up: boolean;
  monitor: 'runs' | 'crashed' | 'asked back' | 'closed';
  missed: PositionEvent[];
  reading: Reading | null;
  /** A shortage that the read before has seen. */
  shortage: { quantity: number; asOf: number } | null;
  breakerOn: boolean;
  left: Bounds;
}

export interface World {
  /** The running monitor's number; null while none runs. */
  monitor: number | null;
  row: number;
  ledger: Ledger;
  queue: Entry[];
  desk: Desk | null;
  net: Message[];
  venue: Venue;
  life: Life;
}

/** What the machines and the world are made of, with what was computed once. */
export class Parts {
  readonly scenario: Scenario;
  readonly positions: PositionSteps;
  readonly orders: OrderSteps;
  readonly rows = new Pool<Position>();
  readonly attempts = new Pool<AttemptRecord>();
  readonly patches: Patches;
  readonly #later = new Map<number, number>();

  constructor(scenario: Scenario, patches: Patches = {}) {
    this.scenario = scenario;
    this.patches = patches;
    this.positions = new PositionSteps(scenario, patches.position);
    this.orders = new OrderSteps(patches.order);
  }

  /** The same row one turn later. */
  rowLater(id: number): number {
    let after = this.#later.get(id);
    if (after === undefined) {
      after = this.rows.id(positionAfter(this.rows.at(id), TURN));
      this.#later.set(id, after);
    }
    return after;
  }

  /** An attempt's record `passed` ms later; its end matters to reads of the account alone. */
  recordOf(attempt: AttemptRecord, passed = 0): AttemptRecord {
    const { endedAt } = attempt;
    const { readsAccount } = this.scenario;
    const ended = readsAccount && endedAt !== null ? turnsOf(endedAt - passed, END_BACK) : endedAt && NOW;
    return { ...attempt, placedAt: NOW, filledAt: null, cancelledAt: null, endedAt: ended };
  }
}

/** Something that must never be. */
export class Violation extends Error {}
