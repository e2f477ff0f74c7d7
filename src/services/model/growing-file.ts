import { open } from 'node:fs/promises';
import { oneLine } from '../one-line.ts';

/** A line of a file of JSON lines. */
export interface Line {
  /** From 1, in the file as it is now. */
  number: number;
  /** Its JSON; null where there is none that can be read. */
  value: unknown;
  /** Why its JSON can't be read. */
  problem: string | null;
}

const CHUNK = 64 * 1024;
const LONGEST_LINE = 64 * 1024;
/** One read ends with the chunk that brings so many. */
const MOST_LINES = 1_000;
const NEWLINE = 10;

/** Reads the lines that others add to a file. One that was cut or replaced begins anew. */
export class GrowingFile {
  readonly #path: string;
  #inode: bigint | null = null;
  #offset = 0;
  #lines = 0;
  /** The last line, until its newline is there. */
  #partial: Buffer = Buffer.alloc(0);
  /** The last line is too long to be kept. */
  #isTooLong = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Some of the whole lines since the last read, none when there are no more; null while there is no file. */
  async read(): Promise<Line[] | null> {
    const file = await open(this.#path, 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (file === null) {
      this.#begin(null);
      return null;
    }
    try {
      const { ino, size } = await file.stat({ bigint: true });
      if (ino !== this.#inode || size < BigInt(this.#offset)) this.#begin(ino);
      const lines: Line[] = [];
      for (;;) {
        const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK, this.#offset);
        if (bytesRead === 0) return lines;
        this.#offset += bytesRead;
        lines.push(...this.#split(buffer.subarray(0, bytesRead)));
        if (lines.length >= MOST_LINES) return lines;
      }
    } finally {
      await file.close();
    }
  }

  #begin(inode: bigint | null): void {
    this.#inode = inode;
    this.#offset = 0;
    this.#lines = 0;
    this.#partial = Buffer.alloc(0);
    this.#isTooLong = false;
  }

  *#split(chunk: Buffer): Generator<Line> {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      this.#keep(chunk.subarray(from, end));
      from = end + 1;
      this.#lines += 1;
      const line = readLine(this.#lines, this.#partial.toString('utf8'), this.#isTooLong);
      this.#partial = Buffer.alloc(0);
      this.#isTooLong = false;
      if (line !== null) yield line;
    }
    this.#keep(chunk.subarray(from));
  }

  #keep(part: Buffer): void {
    this.#isTooLong ||= this.#partial.length + part.length > LONGEST_LINE;
    this.#partial = this.#isTooLong ? Buffer.alloc(0) : Buffer.concat([this.#partial, part]);
  }
}

/** Null for an empty line. */
function readLine(number: number, text: string, isTooLong: boolean): Line | null {
  if (isTooLong) return { number, value: null, problem: `is longer than ${LONGEST_LINE} bytes` };
  if (text.trim() === '') return null;
  try {
    return { number, value: JSON.parse(text), problem: null };
  } catch (error) {
    return { number, value: null, problem: `is not JSON: ${oneLine((error as Error).message)}` };
  }
}
