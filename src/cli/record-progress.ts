import type { RecorderProgress } from '../services/venues/kalshi/recorder/recorder.ts';
import { countOf, showTime } from './format.ts';

/** What a progress line needs of stderr. */
export interface ProgressTerminal {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const LINE_EVERY_MS = 60_000;

/** How far a recording is: one line that changes on a terminal, a line each minute otherwise. */
export class RecordProgress {
  readonly #terminal: ProgressTerminal;
  readonly #now: () => number;
  readonly #what: string;
  #saidAt: number;
  #line = '';

  /** `what` is as in `2 markets to books.csv`; `now` in ms. */
  constructor(terminal: ProgressTerminal, now: () => number, what: string) {
    this.#terminal = terminal;
    this.#now = now;
    this.#what = what;
    this.#saidAt = now();
  }

  show({ rows, lastAt }: RecorderProgress): void {
    const last = lastAt === null ? '' : `, last at ${showTime(new Date(lastAt).toISOString())} UTC`;
    const line = `${countOf(rows, 'row')} of ${this.#what}${last}`;
    if (this.#terminal.isTTY) {
      this.#line = line.slice(0, (this.#terminal.columns || 80) - 1);
      this.#terminal.write(`\r${this.#line}\u001b[K`);
    } else if (this.#now() - this.#saidAt >= LINE_EVERY_MS) {
      this.#saidAt = this.#now();
      this.#terminal.write(`${line}\n`);
    }
  }

  /** A sentence that stays. */
  say(words: string): void {
    const at = showTime(new Date(this.#now()).toISOString());
    this.clear();
    this.#terminal.write(`${at}  ${words}\n${this.#line}`);
  }

  /** Takes the line that changes away. */
  clear(): void {
    if (this.#line !== '') this.#terminal.write('\r\u001b[K');
  }
}
