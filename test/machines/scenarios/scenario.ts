import { expect } from 'vitest';
import { type defaultMethod, methodWith, methodWithoutPartialExits } from '../../support/domain-builders.ts';
import type { Given, PositionRig } from '../../support/position-rig.ts';

/** What must be told: its name says which arrow or rule of SPEC 6 and 7, `play` tells it and asserts every step. */
export interface Scenario {
  name: string;
  given: Given;
  play: (rig: PositionRig) => void;
}

export const scenario = (name: string, given: Given, play: Scenario['play']): Scenario => ({
  name,
  given,
  play,
});

/** The state, and all that was requested since the last look; the running exit's record is as the exit is. */
export function expectStep(rig: PositionRig, state: string, story: string[] = []): void {
  expect({ state: rig.state, story: rig.take() }).toEqual({ state, story });
  const { exit } = rig.position;
  if (exit === null) return;
  const status = state === 'failed' ? 'failed' : 'working';
  expect(rig.saved).toMatchObject({ exitId: exit.id, filled: exit.filled, status, endedAt: null });
}

/** Bought 100 at 0.50 and risen to 0.60: a bid of 0.57 or less is the trailing stop's (HIGH). It has no stop loss. */
export const ABOVE_ITS_STOP: Given = {
  position: { mark: 6000, bid: 6000, ask: 6100, peak: 6000, trailingStop: 5700 },
  method: methodWith('stop_loss', { enabled: false }, methodWithoutPartialExits()),
};
/** A model at 0.52: a bid of 0.51 leaves an edge of 0.01, which is early_exit's (LOW). */
export const WITH_A_MODEL: Given = { position: { modelProbability: 520_000 } };
/** A bid of 0.60 or more is the profit target's (MEDIUM, all). */
export const WITHOUT_STAGES: Given = { method: methodWithoutPartialExits() };

/** The default method with other execution rules for one priority. */
export function withExecution(
  priority: 'HIGH' | 'MEDIUM',
  rule: Partial<ReturnType<typeof defaultMethod>['execution']['HIGH']>,
): ReturnType<typeof defaultMethod> {
  const method = methodWithoutPartialExits();
  return {
    ...method,
    execution: { ...method.execution, [priority]: { ...method.execution[priority], ...rule } },
  };
}

// The stations that many scenarios start from.

/** A stop loss whose first market order is out. */
export const sellingAtMarket = (rig: PositionRig): void => {
  rig.quote(4200);
  expectStep(rig, 'exiting.working', [
    'exit.triggered stop_loss CRITICAL',
    'order 1-1 market 100.00 at 0.3300',
  ]);
};
/** A trailing stop (HIGH) whose first limit order is out; given ABOVE_ITS_STOP. */
export const sellingAtLimit = (rig: PositionRig): void => {
  rig.quote(5600, 5900);
  expectStep(rig, 'exiting.working', [
    'exit.triggered trailing_stop HIGH',
    'order 1-1 limit 100.00 at 0.5500',
  ]);
};
/** Its first walk is out. */
export const walking = (rig: PositionRig): void => {
  sellingAtLimit(rig);
  rig.later(10, 5600, 5900).over('cancelled');
  expectStep(rig, 'walking.working', ['cancel 1-1', 'order 1-2 walk 1 100.00 at 0.5400']);
};
/** Its first walk's order is to be cancelled. */
export const cancellingWalk = (rig: PositionRig): void => {
  walking(rig);
  rig.pass(10);
  expectStep(rig, 'walking.cancelling', ['cancel 1-2']);
};
/** A stop loss whose market order came back short; its 5 s are waited out. */
export const waitingOut = (rig: PositionRig): void => {
  sellingAtMarket(rig);
  rig.over('cancelled', { sold: 4000 });
  expectStep(rig, 'exiting.waiting');
};
/** A stop loss that waits for a bid. */
export const awaitingBid = (rig: PositionRig): void => {
  waitingOut(rig);
  rig.later(5, null, 4300);
  expectStep(rig, 'exiting.awaitingBid');
  rig.asked.quote = 0;
};
/** A stop loss that waits for a fresh quote. */
export const awaitingQuote = (rig: PositionRig): void => {
  rig.breaker(true);
  expectStep(rig, 'exiting.placing', ['exit.triggered circuit_breaker CRITICAL']);
};
/** A walk that waits for a fresh quote; given ABOVE_ITS_STOP. */
export const awaitingQuoteToWalk = (rig: PositionRig): void => {
  sellingAtLimit(rig);
  rig.pass(20).over('cancelled');
  expectStep(rig, 'walking.placing', ['cancel 1-1']);
};
/** A walk that the venue refused for a while; given ABOVE_ITS_STOP. */
export const haltedWalk = (rig: PositionRig): void => {
  walking(rig);
  rig.over('rejected', { code: 'halted' });
  expectStep(rig, 'walking.waiting');
};
/** A stop loss that the venue refuses for good. */
export const refused = (rig: PositionRig): void => {
  sellingAtMarket(rig);
  rig.over('rejected', { code: 'other' });
  expectStep(rig, 'failed', ['alert critical exit_failed (other)']);
};
/** A trailing stop (HIGH) that failed because the bid fell below half of the last mark; given ABOVE_ITS_STOP. */
export const belowFloor = (rig: PositionRig): void => {
  walking(rig);
  rig.later(10, 2000, 5900).over('cancelled');
  expectStep(rig, 'walking.working', ['cancel 1-2', 'order 1-3 walk 2 100.00 at 0.5200']);
  rig.later(10, 2000, 5900).over('cancelled');
  expectStep(rig, 'failed', ['cancel 1-3', 'alert critical exit_failed (floor)']);
};
