import type { LogEntry } from '../http/schemas/inspection.ts';
import { isoTime } from '../reports/replay-result.ts';
import { eventWords } from './event-words.ts';
import type { KnownActor } from './known-actor.ts';
import type { Step } from './registry.ts';

/** As many entries as are told at once. */
const MOST_ENTRIES = 100;

interface Line {
  number: number;
  known: KnownActor;
  type: string;
  turn: Step['turn'];
  at: number;
}

/** Steps since the last time they were told: what changed a state is kept before what did not. */
export class StepLog {
  #turns: Line[] = [];
  #others: Line[] = [];
  #count = 0;

  add(known: KnownActor, { event, turn, at }: Step): void {
    this.#count += 1;
    const lines = turn === null ? this.#others : this.#turns;
    lines.push({ number: this.#count, known, type: event.type, turn, at });
    if (lines.length > MOST_ENTRIES) lines.shift();
  }

  /** What was added, newest last, and how much of it is left out. */
  take(): { entries: LogEntry[]; leftOut: number } {
    const room = MOST_ENTRIES - this.#turns.length;
    const others = room > 0 ? this.#others.slice(-room) : [];
    const lines = [...this.#turns, ...others].sort((a, b) => a.number - b.number);
    const leftOut = this.#count - lines.length;
    this.#turns = [];
    this.#others = [];
    this.#count = 0;
    return { entries: lines.map(entryOf), leftOut };
  }
}

const entryOf = ({ known, type, turn, at }: Line): LogEntry => ({
  at: isoTime(at),
  session: known.session,
  name: known.name,
  event: eventWords(type),
  from: turn?.from ?? null,
  to: turn?.to ?? null,
});
