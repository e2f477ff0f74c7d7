import type { Clock, TimerHandle } from '../actors/ports.ts';

/** setTimeout fires at once above this (24.8 days): longer waits are cut into pieces. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;

const assertFinite = (ms: number): void => {
  if (!Number.isFinite(ms)) throw new RangeError(`a wait of ${ms} ms is not finite`);
};

/** Real time, or paper time that starts at `origin` (ms since the epoch) and runs `speed` times as fast. */
export function createSystemClock(options: { speed?: number; origin?: number } = {}): Clock {
  const speed = options.speed ?? 1;
  const startedAt = Date.now();
  const origin = options.origin ?? startedAt;
  const now = (): number => Math.floor(origin + (Date.now() - startedAt) * speed);
  return {
    now,
    setTimeout(fn, ms) {
      assertFinite(ms);
      const handle = { timer: undefined as NodeJS.Timeout | undefined };
      const end = now() + ms;
      const endsAt = performance.now() + ms / speed;
      // A timer may fire a moment early, and a long wait is cut into pieces. A wall clock that is set back must not
      // prolong a wait, and a machine that slept must not either: whichever clock says so first.
      const wait = () => {
        const left = Math.min(end - now(), (endsAt - performance.now()) * speed);
        if (left <= 0) fn();
        else handle.timer = setTimeout(wait, Math.min(Math.ceil(left / speed), LONGEST_WAIT_MS));
      };
      handle.timer = setTimeout(wait, Math.min(Math.max(0, ms / speed), LONGEST_WAIT_MS));
      return handle;
    },
    clearTimeout(handle) {
      clearTimeout((handle as { timer?: NodeJS.Timeout }).timer);
    },
  };
}

interface Timer {
  deadline: number;
  id: number;
  fn: () => void;
}

/** Time that moves only when told to: timers fire in order of deadline, then of creation. */
export class VirtualClock implements Clock {
  #now: number;
  #nextId = 1;
  readonly #heap: Timer[] = [];
  readonly #waiting = new Set<number>();

  constructor(start: number) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(fn: () => void, ms: number): TimerHandle {
    assertFinite(ms);
    const timer = { deadline: this.#now + Math.max(0, Math.ceil(ms)), id: this.#nextId++, fn };
    push(this.#heap, timer);
    this.#waiting.add(timer.id);
    return timer.id;
  }

  clearTimeout(handle: TimerHandle): void {
    this.#waiting.delete(handle as number);
  }

  /** When the next timer is due; null when none waits. */
  nextDeadline(): number | null {
    while (this.#heap[0] !== undefined && !this.#waiting.has(this.#heap[0].id)) pop(this.#heap);
    return this.#heap[0]?.deadline ?? null;
  }

  /** Moves time forward without firing anything. Throws when a timer is due before `at`. */
  moveTo(at: number): void {
    if (at < this.#now) throw new RangeError(`time can't go back from ${this.#now} to ${at}`);
    this.#now = at;
  }

  /** Fires the next due timer at its deadline; false when none is due by `until`. */
  fireNext(until: number): boolean {
    const deadline = this.nextDeadline();
    if (deadline === null || deadline > until) return false;
    const timer = pop(this.#heap)!;
    this.#waiting.delete(timer.id);
    this.#now = Math.max(this.#now, deadline);
    timer.fn();
    return true;
  }

  /** Time passes while nothing runs, as in a frozen process: overdue timers fire late, at the new time. */
  jump(ms: number): void {
    this.#now += ms;
  }
}

const before = (a: Timer, b: Timer): boolean =>
  a.deadline < b.deadline || (a.deadline === b.deadline && a.id < b.id);

function push(heap: Timer[], timer: Timer): void {
  let i = heap.push(timer) - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(heap[i]!, heap[parent]!)) return;
    [heap[i], heap[parent]] = [heap[parent]!, heap[i]!];
    i = parent;
  }
}

function pop(heap: Timer[]): Timer | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) return top;
  heap[0] = last;
  let i = 0;
  for (;;) {
    const left = 2 * i + 1;
    const right = left + 1;
    let least = i;
    if (left < heap.length && before(heap[left]!, heap[least]!)) least = left;
    if (right < heap.length && before(heap[right]!, heap[least]!)) least = right;
    if (least === i) return top;
    [heap[i], heap[least]] = [heap[least]!, heap[i]!];
    i = least;
  }
}
