import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { OperationError } from '../../../operations/operations.ts';
import { RecordingError } from '../../paper/recording.ts';
import { createTimeReader } from '../../paper/recording-values.ts';
import { formatRow, RECORDED_HEADER, type RecordedRow } from './csv.ts';

/** Where a recording goes. */
export interface RecordingTarget {
  file: string;
  /** False: the file must not be there yet. */
  append: boolean;
  /** How much of it stays; what is longer is a last line that was half-written. */
  keptBytes: number;
  hasTornLine: boolean;
  /** The time of its last row (ms). */
  lastAt: number | null;
}

const TAIL_BYTES = 64 * 1024;
const HEADER_LINE = `${RECORDED_HEADER}\n`;

/** Looks whether a recording can go there, and changes nothing. Throws a RecordingError that says what would do. */
export function checkTarget(
  file: string,
  { append, now }: { append: boolean; now: number },
): RecordingTarget {
  const fresh = { file, append, keptBytes: 0, hasTornLine: false, lastAt: null };
  if (!existsSync(file)) {
    if (!existsSync(dirname(file)))
      throw new RecordingError(file, null, `can't be made: there is no folder ${dirname(file)}`);
    return fresh;
  }
  if (!statSync(file).isFile()) throw new RecordingError(file, null, 'is no file: name one to write to');
  if (!append)
    throw new RecordingError(file, null, 'exists already: name another file, or add to it with --append');
  const { head, tail, size } = readEnds(file);
  if (size < HEADER_LINE.length && HEADER_LINE.startsWith(head)) return { ...fresh, hasTornLine: size > 0 };
  if (!head.startsWith(HEADER_LINE))
    throw new RecordingError(file, null, `can't be added to: its first line must be ${RECORDED_HEADER}`);
  const lastAt = readLastTime(tail, file);
  if (lastAt !== null && lastAt > now)
    throw new RecordingError(
      file,
      null,
      `can't be added to: its last row is of ${new Date(lastAt).toISOString()}, later than this machine's clock`,
    );
  const tornBytes = tail.length - 1 - tail.lastIndexOf('\n');
  return { file, append, keptBytes: size - tornBytes, hasTornLine: tornBytes > 0, lastAt };
}

/** Its first and last bytes, one character each. */
function readEnds(file: string): { head: string; tail: string; size: number } {
  const descriptor = open(file, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const read = (from: number): string => {
      const bytes = Buffer.alloc(Math.min(TAIL_BYTES, size - from));
      return bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, bytes.length, from));
    };
    return { head: read(0), tail: read(Math.max(0, size - TAIL_BYTES)), size };
  } finally {
    closeSync(descriptor);
  }
}

/** The time in the last whole line; null where that is the header. */
function readLastTime(tail: string, file: string): number | null {
  const line = tail.split('\n').at(-2) ?? '';
  if (line === RECORDED_HEADER) return null;
  const at = createTimeReader()(line.split(',', 1)[0]!);
  if (at === null)
    throw new RecordingError(file, null, "can't be added to: its last line does not begin with a time");
  return at;
}

/** A recording that grows by whole rows. */
export class RecordingFile {
  readonly #file: string;
  readonly #descriptor: number;
  #bytes: number;

  /** Throws a RecordingError when it can't be opened. */
  constructor({ file, append, keptBytes, hasTornLine }: RecordingTarget) {
    this.#file = file;
    if (hasTornLine) truncateSync(file, keptBytes);
    this.#descriptor = open(file, append ? 'a' : 'ax');
    this.#bytes = keptBytes;
    if (keptBytes === 0) this.#write(HEADER_LINE);
  }

  /** The rows are with the operating system when this returns. Throws an OperationError; no part of them stays then. */
  write(rows: readonly RecordedRow[]): void {
    this.#write(rows.map((row) => `${formatRow(row)}\n`).join(''));
  }

  close(): void {
    fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
  }

  #write(text: string): void {
    const bytes = Buffer.from(text);
    try {
      for (let from = 0; from < bytes.length; ) from += writeSync(this.#descriptor, bytes, from);
      this.#bytes += bytes.length;
    } catch (error) {
      this.#dropHalfRow();
      throw new OperationError('unavailable', `${this.#file} can't be written: ${codeOf(error)}`);
    }
  }

  #dropHalfRow(): void {
    try {
      ftruncateSync(this.#descriptor, this.#bytes);
    } catch {
      // It stays as a last line that --append drops; why the row could not be written matters more.
    }
  }
}

function open(file: string, flags: string): number {
  try {
    return openSync(file, flags);
  } catch (error) {
    throw new RecordingError(file, null, `can't be opened: ${codeOf(error)}`);
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);
