import { describe, expect, test } from 'vitest';
import type { Position, RunningExit } from '../../../src/domain/position.ts';
import { describeNextStep } from '../../../src/services/reports/exit-outlook.ts';
import { aPosition, defaultMethod, NOON } from '../../support/domain-builders.ts';
import { aRunningExit } from '../../support/store-records.ts';

const { execution } = defaultMethod();
const order = { ...aRunningExit().attempt!, cancelRequested: false };

/** A MEDIUM exit whose first limit order is out for 12 more seconds. */
const exitWith = (overrides: Partial<RunningExit> = {}): RunningExit =>
  aRunningExit({
    execution: execution.MEDIUM,
    step: 'limit',
    walks: 0,
    deadline: NOON + 12_000,
    attempt: order,
    orderEnd: null,
    waitUntil: null,
    ending: null,
    failure: null,
    ...overrides,
  });

const rows: { name: string; exit: RunningExit | null; phase?: Position['phase']; next: string | null }[] = [
  { name: 'no exit', exit: null, next: null },
  { name: 'a limit order is followed by a walk', exit: exitWith(), next: 'walk 1 of 5 in 12 s' },
  {
    name: 'a walk by the next one',
    exit: exitWith({ step: 'walk', walks: 1 }),
    next: 'walk 3 of 5 in 12 s',
  },
  {
    name: 'the last walk by giving up',
    exit: exitWith({ step: 'walk', walks: 4 }),
    next: 'gives up in 12 s',
  },
  {
    name: "HIGH's last walk by a market order",
    exit: exitWith({ step: 'walk', walks: 1, execution: execution.HIGH }),
    next: 'market order in 12 s',
  },
  { name: 'time that has run out', exit: exitWith({ deadline: NOON - 1 }), next: 'walk 1 of 5 now' },
  {
    name: 'a cancel is on its way',
    exit: exitWith({ attempt: { ...order, cancelRequested: true } }),
    next: 'walk 1 of 5 once the cancelled order is over',
  },
  {
    name: 'no order is out yet',
    exit: exitWith({ attempt: null, step: 'walk', walks: 2 }),
    next: 'walk 3 of 5 with the next fresh quote',
  },
  {
    name: 'a market order waits for a bid',
    exit: exitWith({ attempt: null, step: 'market', deadline: NOON + 3_100 }),
    next: 'waits for a bid; looks again in 4 s',
  },
  {
    name: "a market order's time is waited out",
    exit: exitWith({ attempt: null, step: 'market', repeats: 2, waitUntil: NOON + 5_000 }),
    next: 'market order, repeat 3, in 5 s',
  },
  {
    name: 'after a refusal',
    exit: exitWith({
      attempt: null,
      waitUntil: NOON + 30_000,
      orderEnd: { status: 'rejected', code: 'halted', reachedVenue: false, at: NOON },
    }),
    next: 'tries again in 30 s',
  },
  {
    name: 'the market rests',
    exit: exitWith({ pausedLeft: 7_000 }),
    next: 'the market does not trade: goes on with 7 s left when it does',
  },
  {
    name: 'called off',
    exit: exitWith({ ending: 'cancelled' }),
    next: 'back to watching as soon as its order is over',
  },
  {
    name: 'taken over',
    exit: exitWith({ takenOverBy: aRunningExit({ reason: 'stop_loss' }) }),
    next: 'hands over to stop_loss as soon as its order is over',
  },
  {
    name: 'failed, to be resumed',
    phase: 'failed',
    exit: exitWith({ failure: aRunningExit().failure }),
    next: 'resumes once a trigger meets a bid, from 2026-01-01T12:01:00.000Z on',
  },
  {
    name: 'refused for good',
    phase: 'failed',
    exit: exitWith({ failure: { ...aRunningExit().failure!, cause: 'refused' } }),
    next: 'waits for an operator: the venue refuses for good',
  },
];

describe('what an exit does next', () => {
  test.each(rows)('$name', ({ exit, phase = exit ? 'exiting' : 'open', next }) => {
    expect(describeNextStep(aPosition({ phase, exit }), NOON)).toBe(next);
  });
});
