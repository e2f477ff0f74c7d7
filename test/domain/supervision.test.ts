import { describe, expect, it } from 'vitest';
import { decideRestart, type RestartDecision, type SupervisionPolicy } from '../../src/domain/supervision.ts';

const POLICY: SupervisionPolicy = {
  backoffMs: [500, 1000],
  maxCrashes: 3,
  windowMs: 60_000,
  quarantineRetryMs: 300_000,
};

describe('decideRestart', () => {
  it.each<[name: string, earlier: number[], at: number, want: RestartDecision]>([
    ['a first crash: after the first backoff', [], 0, { kind: 'restart', afterMs: 500, crashes: [0] }],
    ['a second one: after the second', [0], 10, { kind: 'restart', afterMs: 1000, crashes: [0, 10] }],
    [
      'a third one: the last backoff stays',
      [0, 10],
      20,
      { kind: 'restart', afterMs: 1000, crashes: [0, 10, 20] },
    ],
    [
      'a fourth within 60 s: quarantined',
      [0, 10, 20],
      59_999,
      { kind: 'quarantine', afterMs: 300_000, crashes: [0, 10, 20, 59_999] },
    ],
    [
      'crashes 60 s ago count no more',
      [0, 10, 20],
      60_010,
      { kind: 'restart', afterMs: 1000, crashes: [20, 60_010] },
    ],
    [
      'out of quarantine, and down again within 60 s: back into it',
      [0, 10, 20, 30],
      360_029,
      { kind: 'quarantine', afterMs: 300_000, crashes: [10, 20, 30, 360_029] },
    ],
    [
      'out of quarantine, and it lasted: a fresh count',
      [0, 10, 20, 30],
      360_030,
      { kind: 'restart', afterMs: 500, crashes: [360_030] },
    ],
  ])('%s', (_, earlier, at, want) => expect(decideRestart(earlier, at, POLICY)).toEqual(want));

  it('without any backoff restarts at once', () => {
    expect(decideRestart([], 0, { ...POLICY, backoffMs: [] })).toMatchObject({ afterMs: 0 });
  });
});
