import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { describeProgress, type Passed, type Work } from '../../src/cli/describe-progress.ts';
import { createProgress } from '../../src/cli/progress.ts';
import { startChild } from '../support/child.ts';
import { FakeScreen } from './fake-screen.ts';

const REPLAY: Work = { name: 'replaying books.csv', unit: 'row', total: 12_000, lastsMs: null };
const RECORD: Work = { name: 'recording 2 markets in books.csv', unit: 'row', total: null, lastsMs: null };
const TEN_MINUTES: Work = { ...RECORD, lastsMs: 600_000 };

describe('the words', () => {
  test.each<[string, Work, Passed, string]>([
    ['nothing done yet', REPLAY, { count: 0, elapsedMs: 0 }, 'replaying books.csv: 0 %, 0 of 12,000 rows'],
    [
      'a rate and the time left',
      REPLAY,
      { count: 3_000, elapsedMs: 10_000 },
      'replaying books.csv: 25 %, 3,000 of 12,000 rows, 300 rows/s, 30 s left',
    ],
    [
      'time of its own',
      REPLAY,
      { count: 3_000, elapsedMs: 10_000, ownMs: 36_000_000 },
      'replaying books.csv: 25 %, 3,000 of 12,000 rows, 3,600 × real time, 30 s left',
    ],
    [
      'no more than all',
      REPLAY,
      { count: 12_000, elapsedMs: 40_000 },
      'replaying books.csv: 100 %, 12,000 of 12,000 rows, 300 rows/s, 0 s left',
    ],
    [
      'nothing to do',
      { ...REPLAY, total: 0 },
      { count: 0, elapsedMs: 0 },
      'replaying books.csv: 100 %, 0 of 0 rows',
    ],
    [
      'no end in sight',
      RECORD,
      { count: 1, elapsedMs: 4_000, detail: 'last at 12:00:00 UTC' },
      'recording 2 markets in books.csv: 1 row, 0.3 rows/s, last at 12:00:00 UTC',
    ],
    [
      'a set time',
      TEN_MINUTES,
      { count: 90, elapsedMs: 60_000 },
      'recording 2 markets in books.csv: 10 %, 90 rows, 1.5 rows/s, 9 min left',
    ],
  ])('%s', (_, work, passed, line) => expect(describeProgress(work, passed, null)).toBe(line));

  test.each<[string, number, string]>([
    [
      'a wide terminal',
      120,
      'replaying books.csv  ███████░░░░░░░░░░░░░░░░░░░░░░░  25 %  3,000 of 12,000 rows  300 rows/s  30 s left',
    ],
    [
      'the bar takes what is left',
      101,
      'replaying books.csv  ███████░░░░░░░░░░░░░░░░░░░░░░  25 %  3,000 of 12,000 rows  300 rows/s  30 s left',
    ],
    [
      'an ordinary one',
      79,
      '███████░░░░░░░░░░░░░░░░░░░░░  25 %  3,000 of 12,000 rows  300 rows/s  30 s left',
    ],
    ['a narrow one', 60, '██░░░░░░░  25 %  3,000 of 12,000 rows  300 rows/s  30 s left'],
    ['no room for a bar', 50, '25 %  3,000 of 12,000 rows  300 rows/s  30 s left'],
    ['next to no room', 20, '25 %  3,000 of 12,00'],
  ])('%s', (_, width, line) =>
    expect(describeProgress(REPLAY, { count: 3_000, elapsedMs: 10_000 }, width)).toBe(line),
  );
});

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 10, 23, 12) }));
afterEach(() => void vi.useRealTimers());

describe('a bar on a terminal', () => {
  const start = () => {
    const screen = new FakeScreen(102);
    return { screen, progress: createProgress(REPLAY, { terminal: screen, env: {}, now: Date.now }) };
  };

  test('is one line that changes, below the sentences, and leaves no trace', () => {
    const { screen, progress } = start();
    expect(screen.lines).toEqual([
      'replaying books.csv  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0 %  0 of 12,000 rows',
    ]);
    vi.advanceTimersByTime(9_900);
    progress.show({ count: 3_000 });
    vi.advanceTimersByTime(100);
    const bar =
      'replaying books.csv  ███████░░░░░░░░░░░░░░░░░░░░░░  25 %  3,000 of 12,000 rows  300 rows/s  30 s left';
    expect(screen.lines).toEqual([bar]);
    progress.say('books are missing');
    expect(screen.lines).toEqual(['books are missing', bar]);
    progress.say('the books are back');
    progress.end();
    expect(screen.lines).toEqual(['books are missing', 'the books are back', '']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is drawn ten times a second at most, and also while nothing else gets a turn', () => {
    const { screen, progress } = start();
    const draws = (): number => screen.written.filter((text) => text.includes('replaying')).length;
    for (let ms = 1; ms <= 2_000; ms += 1) {
      progress.show({ count: ms });
      vi.advanceTimersByTime(1);
    }
    const drawn = draws();
    expect([drawn >= 15, drawn <= 21]).toEqual([true, true]);
    for (let ms = 1; ms <= 1_000; ms += 1) {
      progress.show({ count: 2_000 + ms });
      vi.setSystemTime(Date.now() + 1);
    }
    expect([draws() - drawn >= 4, draws() - drawn <= 10]).toEqual([true, true]);
    progress.end();
  });

  test('changes neither the cursor nor colours nor the wrapping', () => {
    const { screen, progress } = start();
    progress.show({ count: 3_000 });
    progress.say('books are missing');
    progress.end();
    const sequences = screen.written.flatMap((text) => text.split('\u001b').slice(1));
    expect([...new Set(sequences)].sort()).toEqual(['7', '8', '[0K', '[1G', '[2K']);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'is taken away by %s, which ends the process',
    async (signal) => {
      vi.useRealTimers();
      const child = startChild(new URL('../support/bar-process.ts', import.meta.url), []);
      await child.line(/25 %/);
      process.kill(child.pid, signal);
      expect(await child.ended).toBe(signal);
      const screen = new FakeScreen(101);
      for (const line of child.lines) screen.write(JSON.parse(line));
      expect(screen.lines).toEqual(['']);
    },
  );
});

describe('lines for a file', () => {
  const start = (work: Work, terminal: { isTTY?: true; columns?: number } = {}, env = {}) => {
    const written: string[] = [];
    const out = { ...terminal, write: (text: string) => void written.push(text) };
    return { written, progress: createProgress(work, { terminal: out, env, now: Date.now }) };
  };
  const pass = ({ progress, written }: ReturnType<typeof start>, perSecond: number, seconds: number) => {
    for (let second = 1; second <= seconds; second += 1) {
      vi.advanceTimersByTime(1_000);
      progress.show({ count: second * perSecond });
    }
    progress.end();
    return written;
  };

  test('short work has none', () => {
    expect(pass(start(REPLAY), 3_000, 4)).toEqual([]);
  });

  test('quick work has one every 5 s', () => {
    expect(pass(start(REPLAY), 1_000, 12)).toEqual([
      'replaying books.csv: 41 %, 5,000 of 12,000 rows, 1,000 rows/s, 7 s left\n',
      'replaying books.csv: 83 %, 10,000 of 12,000 rows, 1,000 rows/s, 2 s left\n',
    ]);
  });

  test('long work has one for each tenth', () => {
    const percents = pass(start(REPLAY), 40, 300).map((line) => Number(/(\d+) %/.exec(line)![1]));
    expect(percents).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  });

  test('work without an end has one a minute', () => {
    expect(pass(start(RECORD), 1, 125)).toEqual([
      'recording 2 markets in books.csv: 60 rows, 1.0 rows/s\n',
      'recording 2 markets in books.csv: 120 rows, 1.0 rows/s\n',
    ]);
  });

  test('and so has a terminal that can draw nothing', () => {
    expect(pass(start(RECORD, { isTTY: true, columns: 80 }, { TERM: 'dumb' }), 1, 60)).toEqual([
      'recording 2 markets in books.csv: 60 rows, 1.0 rows/s\n',
    ]);
  });

  test('sentences stand between them', () => {
    const { progress, written } = start(RECORD);
    progress.say('books are missing');
    progress.end();
    expect(written).toEqual(['books are missing\n']);
  });
});
