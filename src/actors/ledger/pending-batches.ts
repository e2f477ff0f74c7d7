import type { JournalBatch, LocalJournal } from '../ports.ts';

/** So much is kept in memory; of an outage that lasts, the rest is only in the file until its turn has come. */
const MOST_KEPT = { batches: 500, writes: 2_000 };
const READ_AT_ONCE = 500;
/** Batches that come into the database together have no more writes than this, unless one alone has. */
const MOST_WRITES = 200;

/** What the journal file holds and the database lacks, oldest first. */
export class PendingBatches {
  readonly #journal: LocalJournal;
  readonly #kept: JournalBatch[] = [];
  /** Of the kept ones. */
  #writes = 0;
  /** Those that follow the kept ones. */
  #onlyInFile = 0;
  /** How many of the kept ones were handed out together. */
  #together = 0;
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
    const isRoom = this.#kept.length < MOST_KEPT.batches && this.#writes < MOST_KEPT.writes;
    if (this.#onlyInFile === 0 && isRoom) this.#keep([batch]);
    else this.#onlyInFile += 1;
  }

  /**
   * The oldest, as one batch with the stamp of its last: one by one they might come in more slowly than others are added.
   * The same until they are taken, since a lost answer may mean that they are in; the first of all stands alone, for it
   * may be in already. Null: there is none. Throws what the file says, and when it lacks what was written there.
   */
  async oldest(): Promise<JournalBatch | null> {
    if (this.#kept.length === 0 && this.#onlyInFile > 0) await this.#readOn();
    if (this.#together === 0) this.#together = this.#taken === 0 ? 1 : fitting(this.#kept);
    const batches = this.#kept.slice(0, this.#together);
    const last = batches.at(-1);
    return last ? { stamp: last.stamp, writes: batches.flatMap(({ writes }) => writes) } : null;
  }

  /** The oldest are in the database. */
  take(): void {
    const taken = this.#kept.splice(0, this.#together);
    this.#writes -= countWrites(taken);
    this.#lastTaken = taken.at(-1)!.stamp.sequence;
    this.#taken += taken.length;
    this.#together = 0;
  }

  #keep(batches: readonly JournalBatch[]): void {
    this.#kept.push(...batches);
    this.#writes += countWrites(batches);
  }

  async #readOn(): Promise<void> {
    const most = Math.min(READ_AT_ONCE, this.#onlyInFile);
    const { batches } = await this.#journal.read({ after: this.#lastTaken, most });
    if (batches.length < most)
      throw new Error(`the journal file lacks ${most - batches.length} batches that were written there`);
    this.#keep(batches);
    this.#onlyInFile -= batches.length;
  }
}

function fitting(batches: readonly JournalBatch[]): number {
  let writes = 0;
  const tooMany = batches.findIndex((batch) => {
    writes += batch.writes.length;
    return writes > MOST_WRITES;
  });
  return tooMany === -1 ? batches.length : Math.max(1, tooMany);
}

const countWrites = (batches: readonly JournalBatch[]): number =>
  batches.reduce((sum, { writes }) => sum + writes.length, 0);
