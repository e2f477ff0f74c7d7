import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { LogEntry } from '../../src/services/http/schemas/inspection.ts';

export type LogLine =
  | { kind: 'event'; number: number; machine: string | null; entry: LogEntry }
  /** So many events were not told. */
  | { kind: 'gap'; number: number; count: number };

const MOST_LINES = 1_000;

/** The last events that actors worked off. While it is held, what is shown stays and the rest waits. */
export class EventLog {
  readonly #lines = signal<readonly LogLine[]>([]);
  readonly #waiting = signal<{ lines: LogLine[]; count: number } | null>(null);
  #pending: LogLine[] = [];
  #number = 0;
  #frame: number | null = null;

  readonly lines: ReadonlySignal<readonly LogLine[]> = this.#lines;
  readonly isHeld: ReadonlySignal<boolean> = computed(() => this.#waiting.value !== null);
  /** How many events wait to be shown. */
  readonly waiting: ReadonlySignal<number> = computed(() => this.#waiting.value?.count ?? 0);

  add(entries: readonly LogEntry[], leftOut: number, machineOf: (session: string) => string | null): void {
    if (leftOut > 0) this.#pending.push({ kind: 'gap', number: this.#next(), count: leftOut });
    for (const entry of entries)
      this.#pending.push({ kind: 'event', number: this.#next(), machine: machineOf(entry.session), entry });
    this.#pending = this.#pending.slice(-MOST_LINES);
    this.#frame ??= requestAnimationFrame(() => this.#take());
  }

  hold(): void {
    this.#waiting.value ??= { lines: [], count: 0 };
  }

  goOn(): void {
    const held = this.#waiting.value;
    if (held === null) return;
    this.#waiting.value = null;
    this.#show(held.lines);
  }

  clear(): void {
    this.#lines.value = [];
    if (this.#waiting.value !== null) this.#waiting.value = { lines: [], count: 0 };
  }

  #take(): void {
    this.#frame = null;
    const lines = this.#pending;
    this.#pending = [];
    const held = this.#waiting.value;
    if (held === null) return this.#show(lines);
    const count = lines.reduce((sum, line) => sum + (line.kind === 'gap' ? line.count : 1), held.count);
    this.#waiting.value = { lines: [...held.lines, ...lines].slice(-MOST_LINES), count };
  }

  #show(lines: readonly LogLine[]): void {
    this.#lines.value = [...this.#lines.value, ...lines].slice(-MOST_LINES);
  }

  #next(): number {
    this.#number += 1;
    return this.#number;
  }
}

export interface Sought {
  text: string;
  machine: string | null;
  /** Only events that changed a state. */
  turnsOnly: boolean;
}

/** The lines that fit; gaps stay unless something is sought. */
export function findLines(
  lines: readonly LogLine[],
  { text, machine, turnsOnly }: Sought,
): readonly LogLine[] {
  const sought = text.trim().toLowerCase();
  if (sought === '' && machine === null && !turnsOnly) return lines;
  return lines.filter((line) => {
    if (line.kind === 'gap') return false;
    const { name, event, from, to } = line.entry;
    if (turnsOnly && to === null) return false;
    if (machine !== null && line.machine !== machine) return false;
    return `${name} ${event} ${from ?? ''} ${to ?? ''}`.toLowerCase().includes(sought);
  });
}
