import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatRow, type RecordedRow } from '../../../src/services/venues/kalshi/recorder/csv.ts';
import { checkTarget, RecordingFile } from '../../../src/services/venues/kalshi/recorder/file.ts';
import { HEADER, NOON } from './record-rig.ts';

const ROW: RecordedRow = {
  at: NOON,
  market: 'A',
  bid: { price: 6100, size: 31_000 },
  ask: null,
  volume24h: 0,
  status: 'active',
  closeTime: null,
};
const LINE = '2026-11-23T17:00:00.000Z,A,0.6100,310.00,,,0.00,active,';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'postern-recorder-'));
  file = join(folder, 'books.csv');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const check = (append: boolean, now = NOON) => checkTarget(file, { append, now });
function add(row: RecordedRow = ROW): void {
  const recording = new RecordingFile(check(true, NOON + 1_000));
  recording.write([row]);
  recording.close();
}

describe('a row', () => {
  test('is one line, whatever the exchange calls its status', () =>
    expect(formatRow({ ...ROW, status: 'half\nopen, "so"', volume24h: null, closeTime: NOON })).toBe(
      '2026-11-23T17:00:00.000Z,A,0.6100,310.00,,,,"half open, ""so""",2026-11-23T17:00:00.000Z',
    ));
});

describe('a new file', () => {
  test('has its header from the start, and each row as soon as it is written', () => {
    const recording = new RecordingFile(check(false));
    expect(readFileSync(file, 'utf8')).toBe(`${HEADER}\n`);
    recording.write([ROW, { ...ROW, market: 'B' }]);
    expect(readFileSync(file, 'utf8')).toBe(`${HEADER}\n${LINE}\n${LINE.replace(',A,', ',B,')}\n`);
    recording.close();
  });

  test('is not laid over one that came meanwhile', () => {
    const target = check(false);
    writeFileSync(file, 'mine');
    expect(() => new RecordingFile(target)).toThrow("can't be opened: EEXIST");
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});

describe('a file that is there', () => {
  test.each<[string, string, boolean, string]>([
    [
      'without --append',
      `${HEADER}\n`,
      false,
      'exists already: name another file, or add to it with --append',
    ],
    [
      'of other columns',
      `timestamp,ticker\n`,
      true,
      "can't be added to: its first line must be timestamp,ticker,best",
    ],
    [
      'of more columns',
      `${HEADER},more\n`,
      true,
      "can't be added to: its first line must be timestamp,ticker,best",
    ],
    ['of something else', 'hello', true, "can't be added to: its first line must be"],
    [
      'that goes on later than now',
      `${HEADER}\n${LINE.replace(':00.000Z', ':00.001Z')}\n`,
      true,
      "its last row is of 2026-11-23T17:00:00.001Z, later than this machine's clock",
    ],
    ['that does not end with a time', `${HEADER}\nsum,1\n`, true, 'its last line does not begin with a time'],
  ])('%s is refused and left alone', (_, content, append, words) => {
    writeFileSync(file, content);
    expect(() => check(append)).toThrow(words);
    expect(() => check(append)).toThrow(expect.objectContaining({ name: 'RecordingError', line: null }));
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  test.each<[string, string, string]>([
    ['with rows', `${HEADER}\n${LINE}\n`, `${HEADER}\n${LINE}\n${LINE}\n`],
    ['with its header alone', `${HEADER}\n`, `${HEADER}\n${LINE}\n`],
    ['with nothing in it', '', `${HEADER}\n${LINE}\n`],
    ['whose header is half-written', HEADER.slice(0, 20), `${HEADER}\n${LINE}\n`],
    [
      'whose last row is half-written',
      `${HEADER}\n${LINE}\n${LINE.slice(0, 30)}`,
      `${HEADER}\n${LINE}\n${LINE}\n`,
    ],
    ['whose first row is half-written', `${HEADER}\n2026-`, `${HEADER}\n${LINE}\n`],
  ])('%s is added to with --append', (_, content, expected) => {
    writeFileSync(file, content);
    add();
    expect(readFileSync(file, 'utf8')).toBe(expected);
  });

  test('is read at its ends alone, however long it is', () => {
    writeFileSync(file, `${HEADER}\n`);
    const rows = `${LINE.replace(',A,', `,${'Ä'.repeat(40)},`)}\n`.repeat(2_000);
    appendFileSync(file, rows + LINE.slice(0, 10));
    expect(check(true)).toEqual({
      file,
      append: true,
      keptBytes: HEADER.length + 1 + Buffer.byteLength(rows),
      hasTornLine: true,
      lastAt: NOON,
    });
  });

  test.each([true, false])('is made when it is not there, --append or not', (append) =>
    expect(check(append)).toEqual({ file, append, keptBytes: 0, hasTornLine: false, lastAt: null }),
  );
});

describe('places that can not be written', () => {
  test('a folder that is not there', () => {
    file = join(folder, 'nowhere', 'books.csv');
    expect(() => check(false)).toThrow(`can't be made: there is no folder ${join(folder, 'nowhere')}`);
  });

  test('a folder', () => {
    mkdirSync(file);
    expect(() => check(true)).toThrow('is no file');
  });
});

test('a full disk is told', () => {
  const target = { ...check(true), file: '/dev/full' };
  expect(() => new RecordingFile(target)).toThrow(/^\/dev\/full can't be written: ENOSPC$/);
});
