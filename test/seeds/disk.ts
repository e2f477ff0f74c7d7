/** The file beside the database: it survives processes, may be full, and its last line may be cut off by a death. */
import type { JournalBatch, JournalWindow, LocalJournal } from '../../src/actors/ports.ts';

export class Disk {
  lines: string[] = [];
  readonly aside: string[][] = [];
  isFull = false;
  isTorn = false;
  /** Lines that were being written when the process stood there. */
  #beingWritten = 0;

  /** The process dies: what it was writing is cut off. */
  tear(): void {
    if (this.#beingWritten > 0) this.isTorn = true;
    this.#beingWritten = 0;
  }

  /** Writes of a process that is gone don't happen; `isAlive` says whether it is. */
  file(isAlive: () => boolean): LocalJournal {
    return {
      append: async (batch: JournalBatch) => {
        const line = JSON.stringify(batch);
        this.#beingWritten += 1;
        await turn();
        if (!isAlive()) return new Promise(() => {});
        this.#beingWritten -= 1;
        if (this.isFull) throw new Error('no space left on device');
        this.lines.push(line);
        await turn();
      },
      read: async (window?: JournalWindow) => {
        const { after, most } = window ?? { after: 0, most: this.lines.length };
        const batches: JournalBatch[] = this.lines.map((line) => JSON.parse(line));
        return {
          batches: batches.filter(({ stamp }) => stamp.sequence > after).slice(0, most),
          torn: this.isTorn,
        };
      },
      clear: async () => {
        await turn();
        if (!isAlive()) return;
        if (this.isFull) throw new Error('read-only file system');
        this.lines = [];
        this.isTorn = false;
      },
      setAside: async () => {
        this.aside.push(this.lines);
        this.lines = [];
        this.isTorn = false;
        return `journal.${this.aside.length}.jsonl`;
      },
    };
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
