import { statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, JournalBatch, JournalWindow, LocalJournal } from '../../actors/ports.ts';
import { decodeLines, encodeLine, type JournalContent } from './journal-line.ts';

const NAME = 'journal.jsonl';

/** An open file, as `node:fs/promises` gives it. */
export interface DiskFile {
  write(bytes: Buffer, offset: number, length: number, position: number): Promise<{ bytesWritten: number }>;
  readFile(): Promise<Buffer>;
  stat(): Promise<{ size: number }>;
  truncate(length: number): Promise<void>;
  chmod(mode: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What the journal needs of a file system; the default is `node:fs/promises`. */
export interface Disk {
  open(path: string, flags: 'r' | 'r+' | 'a+', mode?: number): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: true }): Promise<void>;
}

export interface JournalFileOptions {
  dataDir: string;
  clock: Pick<Clock, 'now'>;
  disk?: Disk;
}

/**
 * Writes that the database could not take, one line of JSON each in `<data_dir>/journal.jsonl` (SPEC 10). An append has
 * happened once it is on the disk; one that failed leaves nothing behind that a later one could stumble over.
 */
export class JournalFile implements LocalJournal {
  readonly #dataDir: string;
  readonly #path: string;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #disk: Disk;
  /** Bytes that are known to be whole lines on the disk; null until the file was looked at. */
  #length: number | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ dataDir, clock, disk = { open, rename, rm } }: JournalFileOptions) {
    this.#dataDir = dataDir;
    this.#path = join(dataDir, NAME);
    this.#clock = clock;
    this.#disk = disk;
  }

  append(batch: JournalBatch): Promise<void> {
    return this.#inTurn(async () => {
      const line = encodeLine(batch);
      await this.#prepare();
      await this.#withFile('r+', (file) => this.#write(file, line)).catch((error: unknown) => {
        throw isMissing(error) ? this.#changed() : error;
      });
    });
  }

  read(window?: JournalWindow): Promise<{ batches: JournalBatch[]; torn: boolean }> {
    return this.#inTurn(async () => {
      const { batches, torn } = await this.#content(window);
      return { batches, torn };
    });
  }

  clear(): Promise<void> {
    return this.#inTurn(async () => {
      this.#length = null;
      await this.#disk.rm(this.#path, { force: true });
      await this.#syncFolder();
    });
  }

  setAside(): Promise<string> {
    return this.#inTurn(async () => {
      const aside = join(this.#dataDir, `journal.${new Date(this.#clock.now()).toISOString()}.jsonl`);
      this.#length = null;
      await this.#disk.rename(this.#path, aside);
      await this.#syncFolder();
      return aside;
    });
  }

  /** One after the other, whether the one before failed or not. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Before the first append: the file exists for its owner alone, and a line that was cut off is found. */
  async #prepare(): Promise<void> {
    if (this.#length !== null) return;
    await this.#withFile('a+', (file) => file.chmod(0o600));
    await this.#syncFolder();
    this.#length = (await this.#content()).length;
  }

  async #write(file: DiskFile, line: Buffer): Promise<void> {
    const start = this.#length!;
    const { size } = await file.stat();
    if (size < start) throw this.#changed();
    if (size > start) await file.truncate(start);
    try {
      const { bytesWritten } = await file.write(line, 0, line.length, start);
      if (bytesWritten < line.length)
        throw new Error(`${this.#path}: only ${bytesWritten} of ${line.length} bytes could be written`);
      await file.sync();
    } catch (error) {
      // A whole line that was refused must not be read after a restart; if this fails too, the next append repeats it.
      await file.truncate(start).catch(() => {});
      throw error;
    }
    this.#length = start + line.length;
  }

  /** Somebody else cut or removed the file: the next append looks at it anew. */
  #changed(): Error {
    this.#length = null;
    return new Error(`${this.#path}: what was written there is gone`);
  }

  async #content(window: JournalWindow = WHOLE): Promise<JournalContent> {
    const bytes = await this.#withFile('r', (file) => file.readFile()).catch((error: unknown) => {
      if (isMissing(error)) return Buffer.alloc(0);
      throw error;
    });
    const known = decodeLines(bytes.subarray(0, this.#length ?? bytes.length), this.#path, window);
    return { ...known, torn: known.torn || (window === WHOLE && known.length < bytes.length) };
  }

  async #withFile<T>(flags: 'r' | 'r+' | 'a+', work: (file: DiskFile) => Promise<T>): Promise<T> {
    const file = await this.#disk.open(this.#path, flags, 0o600);
    try {
      return await work(file);
    } finally {
      await file.close();
    }
  }

  /** A name in a folder is durable only once the folder is. */
  async #syncFolder(): Promise<void> {
    const folder = await this.#disk.open(this.#dataDir, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

/** Whether a journal file in the data folder holds something: writes that the database may not have. */
export function hasPending(dataDir: string): boolean {
  return (statSync(join(dataDir, NAME), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

const WHOLE: JournalWindow = { after: 0, most: Number.POSITIVE_INFINITY };

const isMissing = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === 'ENOENT';
