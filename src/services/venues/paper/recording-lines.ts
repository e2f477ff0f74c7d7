import { isUtf8 } from 'node:buffer';
import { parse } from 'csv-parse/sync';
import { oneLine } from '../../one-line.ts';

/** A recording that can't be used, where, and what would be right. */
export class RecordingError extends Error {
  override name = 'RecordingError';
  readonly file: string;
  /** Counted from 1; null when the file itself can't be read. */
  readonly line: number | null;

  constructor(file: string, line: number | null, message: string) {
    super(`${file}${line === null ? '' : `:${line}`}: ${message}`);
    this.file = file;
    this.line = line;
  }
}

export interface TextLine {
  text: string;
  /** Counted from 1. */
  line: number;
  /** The file ends here without a line break. */
  isCutOff: boolean;
}

const NEWLINE = 10;
const BYTE_ORDER_MARK = '\uFEFF';

/** The lines of a text file that are not blank. Throws a RecordingError where the bytes are no text. */
export function* readLines(content: Buffer, file: string): Generator<TextLine, undefined> {
  const mayBeBinary = content.includes(0) || !isUtf8(content);
  let start = 0;
  for (let line = 1; start < content.length; line += 1) {
    const newline = content.indexOf(NEWLINE, start);
    const end = newline === -1 ? content.length : newline;
    if (mayBeBinary && isBinary(content.subarray(start, end))) {
      throw new RecordingError(file, line, 'is not text: must be a CSV file in UTF-8');
    }
    const text = content.toString('utf8', line === 1 ? skipMark(content) : start, end).trimEnd();
    if (text !== '') yield { text, line, isCutOff: newline === -1 };
    start = end + 1;
  }
}

const isBinary = (bytes: Buffer): boolean => bytes.includes(0) || !isUtf8(bytes);

const skipMark = (content: Buffer): number => (content.toString('utf8', 0, 3) === BYTE_ORDER_MARK ? 3 : 0);

/** The cells of one line. A quoted cell may hold commas but no line break. */
export function splitLine(text: string, refuse: (message: string) => never): string[] {
  if (!text.includes('"')) return text.split(',');
  try {
    return (parse(text, { relax_column_count: true }) as string[][])[0] ?? [];
  } catch (error) {
    return refuse(`is not CSV: ${oneLine(error instanceof Error ? error.message : String(error))}`);
  }
}
