import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  parseRecording,
  type Recording,
  RecordingError,
  readRecording,
} from '../../../src/services/venues/paper/recording.ts';

const HEADER = 'timestamp,ticker,best_bid_price,best_bid_size,best_ask_price,best_ask_size';
const ROW = '2026-02-08T19:12:49.402671,A,0.35,10,0.36,20';
const T0 = Date.UTC(2026, 1, 8, 19, 12, 49, 402);

const read = (...lines: string[]): Recording => parseRecording(Buffer.from(lines.join('\n')), 'r.csv');
const groupsOf = (recording: Recording) => [...recording.rows];
const failureOf = (content: string | Buffer) => {
  try {
    parseRecording(Buffer.from(content as string), 'r.csv');
  } catch (error) {
    if (error instanceof RecordingError) return [error.file, error.line, error.message];
    throw error;
  }
  return null;
};

describe('a recording', () => {
  it('groups rows of one time in the order of the file, truncates to ms and leaves further columns alone', () => {
    const recording = read(
      `spread,${HEADER},levels`,
      `0.01,${ROW},35`,
      '0.01,2026-02-08T19:12:49.402999,B,0.65,4394.0,0.66,2.375,65',
      '0.02,2026-02-08 19:12:50+00:00,A,,,0.3650,7,1',
      ',2026-02-08T20:12:51+01:00,B,,,,,0',
      '',
    );
    expect({ ...recording, rows: groupsOf(recording) }).toEqual({
      file: 'r.csv',
      markets: ['A', 'B'],
      length: 4,
      firstAt: T0,
      lastAt: T0 + 1_598,
      rows: [
        {
          at: T0,
          books: [
            {
              market: 'A',
              bids: [{ price: 3_500, size: 1_000 }],
              asks: [{ price: 3_600, size: 2_000 }],
              observedAt: T0,
            },
            {
              market: 'B',
              bids: [{ price: 6_500, size: 439_400 }],
              asks: [{ price: 6_600, size: 237 }],
              observedAt: T0,
            },
          ],
        },
        {
          at: T0 + 598,
          books: [{ market: 'A', bids: [], asks: [{ price: 3_650, size: 700 }], observedAt: T0 + 598 }],
        },
        { at: T0 + 1_598, books: [{ market: 'B', bids: [], asks: [], observedAt: T0 + 1_598 }] },
      ],
    });
  });

  it('can be gone through again', () => {
    const recording = read(HEADER, ROW);
    expect(groupsOf(recording)).toEqual(groupsOf(recording));
  });

  it.each([
    ['Windows line ends and a byte order mark', `\uFEFF${HEADER}\r\n${ROW}\r\n`],
    ['blank lines', `${HEADER}\n\n${ROW}\n\n`],
    ['quoted cells', `${HEADER.replace('ticker', '"ticker"')},note\n${ROW.replace('A', '"A"')},"a, b"\n`],
    ['no line end after a whole last line', `${HEADER}\n${ROW}`],
    ['a locked book', `${HEADER}\n${ROW.replace('0.36', '0.35')}`],
  ])('may have %s', (_, content) => {
    expect(parseRecording(Buffer.from(content), 'r.csv').length).toBe(1);
  });

  it('shows no level for less than 0.01 contracts', () => {
    expect(groupsOf(read(HEADER, ROW.replace(',10,', ',0.009,')))[0]!.books[0]!.bids).toEqual([]);
  });
});

describe('a defect is named with its line and what is allowed', () => {
  const cell = (from: string, to: string) => `${HEADER}\n${ROW}\n${ROW.replace(from, to)}\n`;

  it.each<[string, string | Buffer, number, string]>([
    ['an empty file', '', 1, `is empty: must begin with ${HEADER}`],
    ['blank lines only', '\n\n', 1, `is empty: must begin with ${HEADER}`],
    ['a header only', `${HEADER}\n`, 2, 'has no rows below its header'],
    [
      'a missing column',
      'timestamp,ticker,best_bid_price,best_bid_size,best_ask_price\n',
      1,
      'column missing: best_ask_size; needed are timestamp, ticker, best_bid_price, best_bid_size, best_ask_price, best_ask_size',
    ],
    [
      'a file without a header',
      `${ROW}\n`,
      1,
      'columns missing: timestamp, ticker, best_bid_price, best_bid_size, best_ask_price, best_ask_size; needed are timestamp, ticker, best_bid_price, best_bid_size, best_ask_price, best_ask_size',
    ],
    ['a column twice', `${HEADER},ticker\n`, 1, 'column ticker stands twice'],
    [
      'no number',
      cell('0.35', 'abc'),
      3,
      'best_bid_price: "abc" is not allowed: must be a decimal number like 0.35',
    ],
    [
      'a number with an exponent',
      cell('0.35', '3.5e-1'),
      3,
      'best_bid_price: "3.5e-1" is not allowed: must be a decimal number like 0.35',
    ],
    [
      'a price of 0',
      cell('0.35', '0.0'),
      3,
      'best_bid_price: "0.0" is not allowed: must lie between 0 and 1, both excluded',
    ],
    [
      'a price of 1',
      cell('0.36', '1'),
      3,
      'best_ask_price: "1" is not allowed: must lie between 0 and 1, both excluded',
    ],
    [
      'a negative price',
      cell('0.35', '-0.35'),
      3,
      'best_bid_price: "-0.35" is not allowed: must lie between 0 and 1, both excluded',
    ],
    [
      'a price off the grid',
      cell('0.35', '0.35001'),
      3,
      'best_bid_price: "0.35001" is not allowed: must be exact to 0.0001',
    ],
    ['a negative size', cell(',10,', ',-10,'), 3, 'best_bid_size: "-10" is not allowed: must be above 0'],
    ['a size of 0', cell(',10,', ',0.0,'), 3, 'best_bid_size: "0.0" is not allowed: must be above 0'],
    [
      'no size',
      cell(',20', ',x'),
      3,
      'best_ask_size: "x" is not allowed: must be a decimal number like 4394.0',
    ],
    [
      'a crossed book',
      cell('0.35', '0.37'),
      3,
      'is crossed: best_bid_price 0.37 must not be above best_ask_price 0.36',
    ],
    [
      'a price without a size',
      cell(',10,', ',,'),
      3,
      'best_bid_price: "0.35" stands without a size: both or none must be given',
    ],
    [
      'a size without a price',
      cell('0.36', ''),
      3,
      'best_ask_size: "20" stands without a price: both or none must be given',
    ],
    ['no ticker', cell(',A,', ',,'), 3, 'ticker: is empty: must be the name of a market'],
    [
      'no time',
      cell('2026-02-08T', ''),
      3,
      'timestamp: "19:12:49.402671" is not allowed: must be a time like 2026-02-08T19:12:49.402671, UTC unless it names a zone',
    ],
    [
      'a day that is none',
      cell('02-08', '02-30'),
      3,
      'timestamp: "2026-02-30T19:12:49.402671" is not allowed: must be a time like 2026-02-08T19:12:49.402671, UTC unless it names a zone',
    ],
    [
      'an hour that is none',
      cell('T19', 'T24'),
      3,
      'timestamp: "2026-02-08T24:12:49.402671" is not allowed: must be a time like 2026-02-08T19:12:49.402671, UTC unless it names a zone',
    ],
    [
      'time going backwards',
      cell('19:12:49.402', '19:12:49.401'),
      3,
      'timestamp: "2026-02-08T19:12:49.401671" lies before the row above: times must not go backwards',
    ],
    [
      'a row with too few columns',
      `${HEADER}\n${ROW}\n2026-02-08T19:12:50,A\n${ROW}\n`,
      3,
      'has 2 of 6 columns',
    ],
    ['a row with too many columns', `${HEADER}\n${ROW},1\n`, 2, 'has 7 of 6 columns'],
    [
      'a half-written last line',
      `${HEADER}\n${ROW}\n2026-02-08T19:12:50,A,0.3`,
      3,
      'the last line is half-written: it has 3 of 6 columns; complete or remove it',
    ],
    [
      'binary garbage',
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 10, 0]),
      1,
      'is not text: must be a CSV file in UTF-8',
    ],
    [
      'bytes that are no UTF-8',
      Buffer.concat([Buffer.from(`${HEADER}\n${ROW}\n`), Buffer.from([0xff, 0xfe, 10])]),
      3,
      'is not text: must be a CSV file in UTF-8',
    ],
    [
      'zeros where a disk was full',
      Buffer.concat([Buffer.from(`${HEADER}\n${ROW}\n`), Buffer.alloc(64)]),
      3,
      'is not text: must be a CSV file in UTF-8',
    ],
  ])('%s', (_, content, line, message) => {
    expect(failureOf(content)).toEqual(['r.csv', line, `r.csv:${line}: ${message}`]);
  });

  it('a quote that does not end', () => {
    expect(failureOf(`${HEADER}\n"${ROW}\n`)?.slice(0, 2)).toEqual(['r.csv', 2]);
  });
});

describe('a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recording-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is read', async () => {
    const file = join(folder, 'r.csv');
    await writeFile(file, `${HEADER}\n${ROW}\n`);
    expect((await readRecording(file)).file).toBe(file);
  });

  it.each([
    ['that is missing', 'none.csv', 'does not exist'],
    ['that is a folder', '', 'is a folder, not a file'],
  ])('%s has no line', async (_, name, message) => {
    const file = join(folder, name);
    const failure = await readRecording(file).catch((error: unknown) => error);
    expect(failure).toEqual(new RecordingError(file, null, message));
  });
});
