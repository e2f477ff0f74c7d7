import type { JournalBatch, JournalWindow, LocalJournal } from '../../src/actors/ports.ts';

import { type Alive, never } from './mortal.ts';

/** A journal file that survives a process, may be full, and may be cut off in its last line. */
export class MemoryJournal implements LocalJournal {
  /** JSON, one batch a line. */
  lines: string[] = [];
  aside: string[][] = [];
  torn = false;
  /** No append or clear succeeds. */
  isFull = false;
  /** Turns of the event loop that an append or a clear takes, before and after it has happened. */
  turns = 0;
  /** The process that writes: what it has begun ends with it. */
  writer: Alive = { alive: true };

  async append(batch: JournalBatch): Promise<void> {
    const { writer } = this;
    const line = JSON.stringify(batch);
    await this.#pass(writer);
    if (!writer.alive) await never();
    if (this.isFull) throw new Error('no space left on device');
    this.lines.push(line);
    await this.#pass(writer);
  }
  async read(window?: JournalWindow): Promise<{ batches: JournalBatch[]; torn: boolean }> {
    const { after, most } = window ?? { after: 0, most: this.lines.length };
    const batches: JournalBatch[] = this.lines.map((line) => JSON.parse(line));
    return {
      batches: batches.filter(({ stamp }) => stamp.sequence > after).slice(0, most),
      torn: this.torn,
    };
  }
  async clear(): Promise<void> {
    const { writer } = this;
    await this.#pass(writer);
    if (!writer.alive) await never();
    if (this.isFull) throw new Error('read-only file system');
    this.lines = [];
    this.torn = false;
    await this.#pass(writer);
  }

  async #pass(writer: Alive): Promise<void> {
    for (let turn = 0; turn < this.turns; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (!writer.alive) await never();
  }

  async setAside(): Promise<string> {
    this.aside.push(this.lines);
    this.lines = [];
    this.torn = false;
    return `journal.${this.aside.length}.jsonl`;
  }
}
