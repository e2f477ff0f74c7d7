import type { JournalBatch, LocalJournal } from '../ports.ts';

/** So many are kept in memory; of an outage that lasts, the rest is only in the file until its turn has come. */
const MOST_KEPT = 500;

/** What the journal file holds and the database lacks, oldest first. */
export class PendingBatches {
  readonly #journal: LocalJournal;
  readonly #kept: JournalBatch[] = [];
  /** Those that follow the kept ones. */
  #onlyInFile = 0;
  #lastTaken = 0;
  #taken = 0;

  constructor(journal: LocalJournal) {
    this.#journal = journal;
  }

  get size(): number {
    return this.#kept.length + this.#onlyInFile;
  }

  /** How many have come into the database. */
  get taken(): number {
    return this.#taken;
  }

  /** It is in the file. */
  add(batch: JournalBatch): void {
    if (this.#onlyInFile === 0 && this.#kept.length < MOST_KEPT) this.#kept.push(batch);
    else this.#onlyInFile += 1;
  }

  /** The oldest; null: there is none. Throws what the file says, and when it lacks what was written there. */
  async oldest(): Promise<JournalBatch | null> {
    if (this.#kept.length === 0 && this.#onlyInFile > 0) await this.#readOn();
    return this.#kept[0] ?? null;
  }

  /** The oldest is in the database. */
  take(): void {
    this.#lastTaken = this.#kept.shift()!.stamp.sequence;
    this.#taken += 1;
  }

  async #readOn(): Promise<void> {
    const most = Math.min(MOST_KEPT, this.#onlyInFile);
    const { batches } = await this.#journal.read({ after: this.#lastTaken, most });
    if (batches.length < most)
      throw new Error(`the journal file lacks ${most - batches.length} batches that were written there`);
    this.#kept.push(...batches);
    this.#onlyInFile -= batches.length;
  }
}
