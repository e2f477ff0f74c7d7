import { readFile } from 'node:fs/promises';
import { RecordingError, readLines, splitLine } from './recording-lines.ts';
import { type BestLevel, type Recording, RecordingTable } from './recording-table.ts';
import { createTimeReader, readBookPrice, readBookSize, type TimeReader } from './recording-values.ts';

export { RecordingError } from './recording-lines.ts';
export type { Recording } from './recording-table.ts';

/** The columns a recording must have, in any order and with any others between them. */
export const RECORDING_COLUMNS = [
  'timestamp',
  'ticker',
  'best_bid_price',
  'best_bid_size',
  'best_ask_price',
  'best_ask_size',
] as const;

/** Reads a CSV recording. Throws a RecordingError at the first defect, with the file, its line, and what is allowed. */
export async function readRecording(file: string): Promise<Recording> {
  const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new RecordingError(file, null, describeReadError(error));
  });
  return parseRecording(content, file);
}

/** Reads a recording's bytes; `file` is its name in errors. */
export function parseRecording(content: Buffer, file: string): Recording {
  const table = new RecordingTable();
  const readTime = createTimeReader();
  let header: RecordingHeader | null = null;
  for (const { text, line, isCutOff } of readLines(content, file)) {
    const refuse = (message: string): never => {
      throw new RecordingError(file, line, message);
    };
    const cells = splitLine(text, refuse);
    if (!header) {
      header = readHeader(cells, refuse);
      continue;
    }
    if (cells.length !== header.length) {
      const counts = `has ${cells.length} of ${header.length} columns`;
      refuse(isCutOff ? `the last line is half-written: it ${counts}; complete or remove it` : counts);
    }
    addRow(table, cells, header, readTime, refuse);
  }
  if (!header) throw new RecordingError(file, 1, `is empty: must begin with ${RECORDING_COLUMNS.join(',')}`);
  if (table.length === 0) throw new RecordingError(file, 2, 'has no rows below its header');
  return table.toRecording(file);
}

const TIME_ALLOWED = 'a time like 2026-02-08T19:12:49.402671, UTC unless it names a zone';

type Refuse = (message: string) => never;

interface RecordingHeader {
  length: number;
  at: Record<(typeof RECORDING_COLUMNS)[number], number>;
}

function readHeader(cells: string[], refuse: Refuse): RecordingHeader {
  const names = cells.map((cell) => cell.trim());
  const missing = RECORDING_COLUMNS.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    const needed = RECORDING_COLUMNS.join(', ');
    refuse(
      `${missing.length === 1 ? 'column' : 'columns'} missing: ${missing.join(', ')}; needed are ${needed}`,
    );
  }
  const twice = RECORDING_COLUMNS.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice) refuse(`column ${twice} stands twice`);
  const at = Object.fromEntries(RECORDING_COLUMNS.map((name) => [name, names.indexOf(name)]));
  return { length: cells.length, at: at as RecordingHeader['at'] };
}

function addRow(
  table: RecordingTable,
  cells: string[],
  { at }: RecordingHeader,
  readTime: TimeReader,
  refuse: Refuse,
): void {
  const timestamp = cells[at.timestamp]!;
  const time =
    readTime(timestamp) ?? refuse(`timestamp: ${quote(timestamp)} is not allowed: must be ${TIME_ALLOWED}`);
  if (time < table.lastAt)
    refuse(`timestamp: ${quote(timestamp)} lies before the row above: times must not go backwards`);
  const ticker = cells[at.ticker]!.trim();
  if (ticker === '') refuse('ticker: is empty: must be the name of a market');
  if (!NAME.test(ticker)) refuse(`ticker: ${quote(ticker)} is not the name of a market`);
  const bid = readSide('best_bid', cells[at.best_bid_price]!, cells[at.best_bid_size]!, refuse);
  const ask = readSide('best_ask', cells[at.best_ask_price]!, cells[at.best_ask_size]!, refuse);
  if (bid.price > 0 && ask.price > 0 && bid.price > ask.price) {
    refuse(
      `is crossed: best_bid_price ${cells[at.best_bid_price]} must not be above best_ask_price ${cells[at.best_ask_price]}`,
    );
  }
  table.add(time, ticker, bid, ask);
}

/** Any that a line can show. */
const NAME = /^[^\p{Cc}\p{Cs}]{1,120}$/u;

const LONGEST_QUOTE = 80;

/** What a cell holds, for a message. */
const quote = (cell: string): string =>
  JSON.stringify(cell.length > LONGEST_QUOTE ? `${cell.slice(0, LONGEST_QUOTE)}…` : cell);

const NO_LEVEL: BestLevel = { price: 0, size: 0 };

function readSide(name: string, priceText: string, sizeText: string, refuse: Refuse): BestLevel {
  const price = priceText === '' ? 0 : readBookPrice(priceText);
  if (typeof price === 'string') return refuse(`${name}_price: ${quote(priceText)} is not allowed: ${price}`);
  const size = sizeText === '' ? null : readBookSize(sizeText);
  if (typeof size === 'string') return refuse(`${name}_size: ${quote(sizeText)} is not allowed: ${size}`);
  if (price === 0) {
    if (size !== null)
      refuse(`${name}_size: ${quote(sizeText)} stands without a price: both or none must be given`);
    return NO_LEVEL;
  }
  if (size === null)
    return refuse(`${name}_price: ${quote(priceText)} stands without a size: both or none must be given`);
  return size === 0 ? NO_LEVEL : { price, size };
}

function describeReadError(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'does not exist';
  if (error.code === 'EISDIR') return 'is a folder, not a file';
  return `can not be read: ${error.message}`;
}
