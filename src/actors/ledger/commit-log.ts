import type { AlertMail, Post } from '../mail.ts';
import {
  type Clock,
  InvariantError,
  type JournalBatch,
  LeaseLostError,
  type LocalJournal,
  type Notifier,
  type Store,
  type StoreWrite,
} from '../ports.ts';
import { PendingBatches } from './pending-batches.ts';

export interface CommitLogOptions {
  store: Store;
  /** Null: nothing is durable but the database. */
  journal: LocalJournal | null;
  epoch: number;
  /** The lease is ours at this moment. */
  mayTrade: () => boolean;
  clock: Clock;
  notifier: Notifier;
  post: Post;
  /** Waits between tries of a failed commit (ms); the last one stays. */
  retryMs: number[];
  /** So many failures in a row, and writes go into the journal file. */
  tries: number;
  /** A commit that takes longer (ms) counts as failed at once: nobody knows what becomes of it. */
  patienceMs: number;
  /** How often a database out of order is tried (ms). */
  probeMs: number;
  /** Alerts and a line for the journal: written behind what is under way. */
  tell: (mail: AlertMail) => void;
  recovered: (replayed: number, at: number) => void;
  crash: (error: unknown) => void;
}

/** How the database stands: why its last commit failed, and how many batches wait for it in the journal file. */
export interface DatabaseState {
  error: string | null;
  waiting: number;
}

/** Incidents of the database and of the journal file; a start ends what an earlier life raised. */
export const STORE_ALERTS = ['database_down', 'journal_unwritable'] as const;
type StoreAlert = (typeof STORE_ALERTS)[number];

/** The database did not answer in time: what was asked may have been done, or may be yet. */
class SilentStoreError extends Error {
  constructor(patienceMs: number) {
    super(`no answer within ${patienceMs / 1000} s`);
  }
}

/**
 * Makes writes durable one after the other: in the database, or while that is out of order in the journal file, from
 * which they come into the database in their order (SPEC 9, 10). Each carries its own stamp and is applied once,
 * whichever answer was lost.
 */
export class CommitLog {
  readonly #options: CommitLogOptions;
  /** What the journal file holds and the database lacks; null: writes go into the database. */
  #pending: PendingBatches | null = null;
  #appending: Promise<void> | null = null;
  /** The way back to the database: meanwhile nothing is appended. */
  #handingOver: Promise<boolean> | null = null;
  readonly #raised = new Set<StoreAlert>();
  #sequence = 0;
  #failures = 0;
  #error: string | null = null;
  #writingSince: number | null = null;
  #stopped = false;

  constructor(options: CommitLogOptions) {
    this.#options = options;
  }

  /** Since when the write under way waits to be durable (ms); null: none is. */
  get writingSince(): number | null {
    return this.#writingSince;
  }

  /** True once the writes are durable; false when it was stopped before. Throws a LeaseLostError or an InvariantError. */
  async write(writes: StoreWrite[]): Promise<boolean> {
    this.#writingSince = this.#options.clock.now();
    try {
      return await this.#write(writes);
    } finally {
      this.#writingSince = null;
    }
  }

  async #write(writes: StoreWrite[]): Promise<boolean> {
    const { epoch, journal, tries } = this.#options;
    const batch = { stamp: { epoch, sequence: ++this.#sequence }, writes };
    for (let failed = 0; !this.#stopped; ) {
      if (this.#handingOver) await this.#handingOver.catch(() => {});
      else if (this.#pending) {
        if (await this.#append(batch, this.#pending)) return true;
        await this.#wait(this.#retryMs(0));
      } else {
        const failure = await this.#commit(batch);
        if (failure === null) {
          this.#noteSuccess(0);
          return true;
        }
        failed += 1;
        const isOut = failure instanceof SilentStoreError || failed >= tries;
        if (isOut && journal === null) this.#raise('database_down', NOTHING_DECIDED);
        if (isOut && journal !== null && (await this.#turnTo(journal, batch))) return true;
        await this.#wait(this.#retryMs(failed - 1));
      }
    }
    return false;
  }

  /** What the database says; null while it can't be read, or lacks what was written. */
  async read<T>(read: (store: Store) => Promise<T>): Promise<{ value: T } | null> {
    if (this.#pending) return null;
    try {
      return { value: await this.#inTime(read(this.#options.store)) };
    } catch {
      return null;
    }
  }

  /** The database can't take what is written, or has not taken the last. */
  get isOut(): boolean {
    return this.#pending !== null || this.#error !== null;
  }

  state(): DatabaseState {
    return { error: this.#error, waiting: this.#pending?.size ?? 0 };
  }

  stop(): void {
    this.#stopped = true;
  }

  // ── The database ─────────────────────────────────────────────────────────────────────────────────────────

  /** Null once it is committed, or why it is not, or not known to be. */
  async #commit({ writes, stamp }: JournalBatch): Promise<Error | null> {
    const { store, epoch, clock, notifier, post } = this.#options;
    try {
      await this.#inTime(store.commit(epoch, writes, stamp));
      this.#error = null;
      return null;
    } catch (error) {
      if (error instanceof InvariantError) this.#error = null;
      if (error instanceof LeaseLostError || error instanceof InvariantError) throw error;
      const failure = error instanceof Error ? error : new Error(String(error));
      this.#failures += 1;
      this.#error = failure.message;
      const at = clock.now();
      notifier.storeFailed({ error: failure.message, failures: this.#failures, at });
      post('breakers', { type: 'store.failed', error: failure.message, at });
      return failure;
    }
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    const { clock, patienceMs } = this.#options;
    let timer: ReturnType<Clock['setTimeout']> | null = null;
    const silence = new Promise<never>((_, reject) => {
      timer = clock.setTimeout(() => reject(new SilentStoreError(patienceMs)), patienceMs);
    });
    try {
      return await Promise.race([answer, silence]);
    } finally {
      clock.clearTimeout(timer!);
    }
  }

  #noteSuccess(replayed: number): void {
    if (this.#failures === 0) return;
    const { clock, notifier, post, tell, recovered } = this.#options;
    const at = clock.now();
    notifier.storeRecovered({ failures: this.#failures, at });
    this.#failures = 0;
    for (const key of this.#raised) tell({ type: 'alert.resolve', key, at });
    this.#raised.clear();
    recovered(replayed, at);
    post('breakers', { type: 'store.recovered', replayed, at });
  }

  // ── The journal file ─────────────────────────────────────────────────────────────────────────────────────

  async #turnTo(journal: LocalJournal, batch: JournalBatch): Promise<boolean> {
    const pending = new PendingBatches(journal);
    if (!(await this.#append(batch, pending))) return false;
    this.#pending = pending;
    this.#raise('database_down', GOES_ON);
    void this.#replay(journal, pending).catch((error: unknown) => {
      if (!this.#stopped) this.#options.crash(error);
    });
    return true;
  }

  async #append(batch: JournalBatch, pending: PendingBatches): Promise<boolean> {
    if (!this.#options.mayTrade()) throw new LeaseLostError(NOT_OURS);
    // Counted in the same turn in which it is durable: between the two the file could be cleared.
    const append = async (): Promise<void> => {
      try {
        await this.#options.journal!.append(batch);
        pending.add(batch);
      } finally {
        this.#appending = null;
      }
    };
    this.#appending = append();
    try {
      await this.#appending;
      return true;
    } catch (error) {
      this.#raise('journal_unwritable', `${UNWRITABLE} (${messageOf(error)})`);
      return false;
    }
  }

  /** Brings the file into the database, some batches at a time, while more may be appended; clears it when all is there. */
  async #replay(journal: LocalJournal, pending: PendingBatches): Promise<void> {
    const { probeMs } = this.#options;
    while (!this.#stopped) {
      if (pending.size > 0) {
        await this.#wait(pending.taken === 0 || this.#error !== null ? probeMs : 0);
        if (!this.#stopped) await this.#bringIn(pending);
      } else if (await this.#handOver(journal, pending)) return this.#noteSuccess(pending.taken);
      else await this.#wait(probeMs);
    }
  }

  /** The oldest batches come into the database; false: they could not. */
  async #bringIn(pending: PendingBatches): Promise<boolean> {
    const batch = await pending.oldest();
    if (batch === null || (await this.#commit(batch)) !== null) return false;
    pending.take();
    return true;
  }

  /** Meanwhile nothing more is appended: a disk that is always busy would put the way back off for ever. */
  async #handOver(journal: LocalJournal, pending: PendingBatches): Promise<boolean> {
    this.#handingOver = this.#emptyFile(journal, pending);
    try {
      return await this.#handingOver;
    } finally {
      this.#handingOver = null;
    }
  }

  /** What is just being appended comes in too, and the file is cleared: writes go into the database again. */
  async #emptyFile(journal: LocalJournal, pending: PendingBatches): Promise<boolean> {
    await this.#appending?.catch(() => {});
    while (pending.size > 0) if (this.#stopped || !(await this.#bringIn(pending))) return false;
    try {
      await journal.clear();
      this.#pending = null;
      return true;
    } catch (error) {
      this.#raise('journal_unwritable', `${UNWRITABLE} (${messageOf(error)})`);
      return false;
    }
  }

  // ── Both ─────────────────────────────────────────────────────────────────────────────────────────────────

  #raise(key: StoreAlert, text: string): void {
    const { tell, clock } = this.#options;
    if (this.#raised.has(key)) return;
    this.#raised.add(key);
    const why = key === 'database_down' ? `the database is out of order (${this.#error}): ` : '';
    const at = clock.now();
    tell({
      type: 'alert.raise',
      key,
      kind: key,
      severity: 'critical',
      positionId: null,
      text: `${why}${text}`,
      at,
    });
  }

  #retryMs(failed: number): number {
    const { retryMs } = this.#options;
    return retryMs[Math.min(failed, retryMs.length - 1)] ?? 1000;
  }

  #wait(ms: number): Promise<void> {
    return ms === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.#options.clock.setTimeout(resolve, ms));
  }
}

const NOTHING_DECIDED = 'nothing is decided until it answers';
const GOES_ON = 'CRITICAL and HIGH exits go on, written to the journal file first';
const NOT_OURS = 'the lease is not ours any more: nothing is written into the journal file';
const UNWRITABLE =
  "the journal file can't be written: while the database does not answer either, NOTHING is sent";

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
