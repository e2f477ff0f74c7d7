import { describe, expect, it } from 'vitest';
import { groupJournal, joinJournal } from '../../page/position/journal-lines.ts';

import { joinHistories, joinTrail, sampleStep, sampleTrail } from '../../page/position/price-trail.ts';
import { verdictParts } from '../../page/position/step-words.ts';
import type { JournalEntry, PriceHistory } from '../../src/services/operations/operations.ts';

const at = (seconds: number): string => new Date(seconds * 1_000).toISOString();

const history = (since: number, points: [seconds: number, bid: string | null][]): PriceHistory => ({
  ...{ market: 'M', side: 'yes', since: at(since), levels: [] },
  points: points.map(([seconds, bid]) => ({ at: at(seconds), bid, ask: null })),
});

const line = (seconds: number, kind: string, exitId: string | null): JournalEntry => ({
  ...{ positionId: 't1', exitId, at: at(seconds), kind, summary: `${kind} ${seconds}`, data: {} },
});

describe('price trail', () => {
  it('goes on from the history with what is news, keeping what was not told', () => {
    const live = [
      { at: 9_000, bid: 0.1 },
      { at: 12_000, bid: 0.42 },
      { at: 13_000, ask: 0.45 },
    ];
    expect(joinTrail(history(0, [[10, '0.4000']]), live)).toEqual([
      { at: 10_000, bid: 0.4, ask: null },
      { at: 12_000, bid: 0.42, ask: null },
      { at: 13_000, bid: 0.42, ask: 0.45 },
    ]);
  });

  it('keeps what the daemon told before it was started again', () => {
    const told = joinHistories(
      history(0, [
        [1, '0.4000'],
        [30, '0.4100'],
      ]),
      history(20, [[20, '0.5000']]),
    );
    expect(told.points.map(({ bid }) => bid)).toEqual(['0.4000', '0.5000']);
  });

  it('is sampled at even, strictly ascending steps, each with what held at its end', () => {
    const trail = [
      { at: 1_200, bid: 0.4, ask: 0.5 },
      { at: 1_700, bid: 0.41, ask: 0.5 },
      { at: 1_700, bid: 0.42, ask: 0.5 },
      { at: 4_000, bid: null, ask: 0.5 },
    ];
    expect(sampleTrail(trail, 0, 5_000, 1)).toEqual([
      { time: 0, bid: null, ask: null },
      { time: 1, bid: 0.42, ask: 0.5 },
      { time: 2, bid: 0.42, ask: 0.5 },
      { time: 3, bid: 0.42, ask: 0.5 },
      { time: 4, bid: null, ask: 0.5 },
      { time: 5, bid: null, ask: 0.5 },
    ]);
  });

  it.each([
    ['never less than a second', 0, 10_000, 1],
    ['the least that reaches', 0, 601_000, 2],
    ['whole days for months', 0, 90 * 86_400_000 * 10, 3 * 86_400],
  ])('has steps of %s', (_why, from, to, step) => {
    expect(sampleStep(from, to, 360)).toBe(step);
  });
});

describe('journal', () => {
  it('takes each line once, oldest first', () => {
    const [a, b, c] = [line(1, 'a', null), line(2, 'b', null), line(3, 'c', null)];
    expect(joinJournal([a, b], [b, c])).toEqual([a, b, c]);
  });

  it('keeps the lines of an exit together, with what is said at its end of no exit', () => {
    const lines = [
      line(1, 'position.adopted', null),
      line(2, 'exit.triggered', 'x1'),
      line(3, 'exit.ended', 'x1'),
      line(3, 'state.changed', null),
      line(4, 'operator.hold', null),
      line(5, 'exit.triggered', 'x2'),
    ];
    const groups = groupJournal(lines).map(({ exitId, entries }) => [
      exitId,
      entries.map(({ kind }) => kind),
    ]);
    expect(groups).toEqual([
      [null, ['position.adopted']],
      ['x1', ['exit.triggered', 'exit.ended', 'state.changed']],
      [null, ['operator.hold']],
      ['x2', ['exit.triggered']],
    ]);
  });
});

describe('words', () => {
  it('splits the verdict, leaving out what counts down beside it', () => {
    const verdict =
      'exiting by stop_loss since 2026-01-02T03:04:05.678Z: mark 0.5100, P&L -15.20 % <= -15.00 %; sold 0.00 of 100.00; next: walk 1 of 2 in 3 s; looks again';
    expect(verdictParts(verdict, (time) => time.toISOString().slice(11, 19))).toEqual([
      'Exiting by stop_loss since 03:04:05: mark $0.51, P&L −15.20 % ≤ −15.00 %',
    ]);
  });
});
