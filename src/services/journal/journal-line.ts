import { createHash } from 'node:crypto';
import type { JournalBatch, JournalWindow } from '../../actors/ports.ts';

/** What a journal file holds: its whole batches, and how many bytes they take. */
export interface JournalContent {
  batches: JournalBatch[];
  /** Bytes of the whole lines. */
  length: number;
  /** Something follows them: a line that was cut off while it was written. */
  torn: boolean;
}

/** A line that is not the last can't be read: the file was damaged after it had been written. */
export class JournalDamagedError extends Error {
  override name = 'JournalDamagedError';
}

const NEWLINE = 0x0a;
const DIGITS = 16;
const CHECKSUM = /,"checksum":"([0-9a-f]{16})"\}$/;

const checksumOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, DIGITS);

/**
 * One line: `{"stamp":…,"writes":[…],"checksum":…}` and a newline; the checksum (the first 16 digits of SHA-256) is of the
 * line without it. Throws a RangeError on a number that JSON can't hold: it would come back as null.
 */
export function encodeLine({ stamp, writes }: JournalBatch): Buffer {
  const text = JSON.stringify({ stamp, writes }, refuseInexact);
  return Buffer.from(`${text.slice(0, -1)},"checksum":"${checksumOf(text)}"}\n`);
}

function refuseInexact(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`${key}: ${value} can't be written into the journal file`);
  return value;
}

/**
 * Reads a file's bytes, up to the end of the window. Throws a JournalDamagedError naming file and line when a line before
 * the last is not whole.
 */
export function decodeLines(bytes: Buffer, path: string, { after, most }: JournalWindow): JournalContent {
  const batches: JournalBatch[] = [];
  let from = 0;
  let line = 1;
  while (from < bytes.length) {
    if (batches.length >= most) return { batches, length: from, torn: false };
    const end = bytes.indexOf(NEWLINE, from);
    const batch = end === -1 ? null : decodeLine(bytes.toString('utf8', from, end));
    if (batch === null) break;
    if (batch.stamp.sequence > after) batches.push(batch);
    from = end + 1;
    line += 1;
  }
  const next = bytes.indexOf(NEWLINE, from);
  if (next !== -1 && next + 1 < bytes.length)
    throw new JournalDamagedError(`${path}, line ${line}: what was written there is damaged`);
  return { batches, length: from, torn: from < bytes.length };
}

function decodeLine(line: string): JournalBatch | null {
  const checksum = CHECKSUM.exec(line);
  if (!checksum) return null;
  const text = `${line.slice(0, checksum.index)}}`;
  if (checksumOf(text) !== checksum[1]) return null;
  return JSON.parse(text) as JournalBatch;
}
