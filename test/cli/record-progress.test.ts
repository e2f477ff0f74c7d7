import { expect, test } from 'vitest';
import { RecordProgress } from '../../src/cli/record-progress.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const CLEAR = '\r\u001b[K';

function start(terminal: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  let at = NOON;
  const out = { ...terminal, write: (text: string) => void written.push(text) };
  const progress = new RecordProgress(out, () => at, '2 markets in books.csv');
  const wait = (seconds: number): void => {
    at += seconds * 1_000;
  };
  return { progress, wait, written };
}

const so = (rows: number, lastAt: number | null) => ({ rows, firstAt: NOON, lastAt });

test('a terminal has one line that changes, sentences stay above it, and it leaves no trace', () => {
  const { progress, written } = start({ isTTY: true, columns: 60 });
  progress.say('127.0.0.1 does not answer');
  progress.show(so(1, NOON));
  progress.show(so(2, NOON + 1_000));
  progress.say('books are missing');
  progress.clear();
  expect(written).toEqual([
    '12:00:00  127.0.0.1 does not answer\n',
    '\r1 row of 2 markets in books.csv, last at 12:00:00 UTC\u001b[K',
    '\r2 rows of 2 markets in books.csv, last at 12:00:01 UTC\u001b[K',
    CLEAR,
    '12:00:00  books are missing\n2 rows of 2 markets in books.csv, last at 12:00:01 UTC',
    CLEAR,
  ]);
});

test('a narrow terminal is not written over its edge', () => {
  const { progress, written } = start({ isTTY: true, columns: 20 });
  progress.show(so(1, NOON));
  expect(written).toEqual(['\r1 row of 2 markets \u001b[K']);
});

test('a file has a line a minute, and no control characters', () => {
  const { progress, wait, written } = start();
  progress.show(so(2, NOON));
  wait(59);
  progress.show(so(3, NOON));
  wait(1);
  progress.show(so(4, NOON + 60_000));
  wait(1);
  progress.show(so(5, NOON));
  progress.say('books are missing');
  wait(60);
  progress.show(so(0, null));
  progress.clear();
  expect(written).toEqual([
    '4 rows of 2 markets in books.csv, last at 12:01:00 UTC\n',
    '12:01:01  books are missing\n',
    '0 rows of 2 markets in books.csv\n',
  ]);
});
