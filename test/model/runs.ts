/** Which parts of the state space are walked: a share in every run of the tests, and all of it by `npm run model`. */
import * as of from './scenarios.ts';
import type { Scenario } from './setting.ts';

export const SHARE: readonly Scenario[] = [
  of.critical({ crashes: 1 }),
  of.critical({ unknowns: 1 }),
  of.medium({}),
  of.walks({}),
  of.direct({}),
  of.stages({}),
].map(of.unhurried);

/** One trouble at a time, while writes wait for the database; and two at a time, without that. */
export const WHOLE: readonly Scenario[] = [
  of.critical({ crashes: 1 }),
  of.critical({ monitorCrashes: 1 }),
  of.critical({ unknowns: 1, seen: 1 }),
  of.high({ refusals: 1 }),
  of.medium({ refusals: 1 }),
  of.medium({ unknowns: 1 }),
  of.walks({ crashes: 1 }),
  of.byHand('high', {}),
  of.byHand('medium', {}),
  of.low({}),
  of.breaker({}),
  of.patience({}),
  ...[
    of.critical({ refusals: 1, words: 1 }),
    of.critical({ crashes: 2 }),
    of.critical({ crashes: 1, unknowns: 1 }),
    of.critical({ unknowns: 2 }),
    of.critical({ unknowns: 1, refusals: 1 }),
    of.critical({ monitorCrashes: 1, unknowns: 1 }),
    of.high({ crashes: 1 }),
    of.high({ monitorCrashes: 1 }),
    of.high({ unknowns: 1 }),
    of.medium({ crashes: 1 }),
    of.direct({ market: 1 }),
    of.market({ crashes: 1 }),
    of.market({ unknowns: 1 }),
    of.market({ market: 2 }),
    of.calledOff({ crashes: 1 }),
    of.calledOff({ unknowns: 1 }),
    of.walks({ unknowns: 2, refusals: 1 }),
    of.byHand('high', { byHand: 2 }),
    of.stages({ words: 1 }),
    of.stages({ crashes: 1 }),
    of.patience({ words: 1 }),
  ].map(of.unhurried),
];
