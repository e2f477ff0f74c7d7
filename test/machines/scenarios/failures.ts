import { expect } from 'vitest';
import { CENT_GRID } from '../../../src/domain/market.ts';
import { NOON, SECOND } from '../../support/domain-builders.ts';
import {
  ABOVE_ITS_STOP,
  awaitingBid,
  belowFloor,
  expectStep,
  refused,
  scenario,
  sellingAtLimit,
  sellingAtMarket,
  WITH_A_MODEL,
  WITHOUT_STAGES,
  walking,
} from './scenario.ts';

/** A stop loss that waited for a bid until its repeats were used up. */
const bidless = (rig: Parameters<typeof awaitingBid>[0]): void => {
  awaitingBid(rig);
  for (let repeat = 2; repeat <= 13; repeat++) rig.later(5, null, 4300);
  expectStep(rig, 'failed', ['alert critical exit_failed (attempts)']);
};

/** Refusals by code (SPEC 10), and `failed` and what leads out of it (SPEC 6, 7). */
export const FAILURES = [
  scenario('rate_limited: again after 1 s, within the same deadline', {}, (rig) => {
    sellingAtMarket(rig);
    rig.pass(0.5).over('rejected', { code: 'rate_limited' });
    expectStep(rig, 'exiting.waiting');
    rig.later(1, 4200);
    expectStep(rig, 'exiting.working', ['order 1-2 market 100.00 at 0.3300']);
    expect(rig.exit).toMatchObject({ repeats: 0, deadline: NOON + 5 * SECOND });
  }),
  scenario('rate_limited until the deadline is past: a new one', {}, (rig) => {
    sellingAtMarket(rig);
    rig.pass(4.5).over('rejected', { code: 'rate_limited' }).later(1, 4200);
    expect(rig.exit).toMatchObject({ repeats: 0, deadline: NOON + 10.5 * SECOND });
  }),
  scenario(
    'unseen: an exit that ends in market orders looks five times, then sells what is held',
    ABOVE_ITS_STOP,
    (rig) => {
      sellingAtLimit(rig);
      for (const attempt of [2, 3, 4, 5, 6]) {
        rig.over('rejected', { code: 'unseen' });
        expectStep(rig, 'exiting.waiting');
        rig.later(1, 5600, 5900);
        expectStep(rig, 'exiting.working', [`order 1-${attempt} limit 100.00 at 0.5500`]);
      }
      rig.over('rejected', { code: 'unseen' });
      expectStep(rig, 'exiting.working', ['order 1-7 market 100.00 at 0.4600']);
    },
  ),
  scenario('unseen: a patient exit goes on asking', WITHOUT_STAGES, (rig) => {
    rig.quote(6100, 6300);
    for (let look = 0; look < 10; look++) {
      expect(rig.state).toBe('exiting.working');
      rig.over('rejected', { code: 'unseen' });
      expect(rig.state).toBe('exiting.waiting');
      rig.later(1, 6100, 6300);
    }
    expect(rig.exit).toMatchObject({ reason: 'profit_target', step: 'limit', walks: 0 });
  }),
  scenario(
    'stale_price: the desk did not send it any more; again after 1 s, no walk used up',
    ABOVE_ITS_STOP,
    (rig) => {
      walking(rig);
      rig.over('rejected', { code: 'stale_price' }).later(1, 5600, 5900);
      expectStep(rig, 'walking.working', ['order 1-3 walk 1 100.00 at 0.5400']);
    },
  ),
  scenario('a pause shifts both the wait and the deadline behind it', {}, (rig) => {
    sellingAtMarket(rig);
    rig.pass(0.5).over('rejected', { code: 'rate_limited' }).market({ status: 'paused' }).pass(100);
    rig.market({ status: 'open' });
    expect(rig.exit).toMatchObject({ waitUntil: NOON + 101.5 * SECOND, deadline: NOON + 105 * SECOND });
  }),
  scenario('halted: waits 30 s, asks how the market stands, uses up no walk', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    const asked = rig.asked.market;
    rig.over('rejected', { code: 'halted' });
    expectStep(rig, 'walking.waiting');
    expect(rig.asked.market).toBe(asked + 1);
    rig.later(29.999, 5600, 5900);
    expectStep(rig, 'walking.waiting');
    rig.later(0.001, 5600, 5900);
    expectStep(rig, 'walking.working', ['order 1-3 walk 1 100.00 at 0.5400']);
  }),
  scenario('bad_price: snapped anew once, to the grid that the venue has now', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.over('rejected', { code: 'bad_price' }).market({ grid: [{ start: 0, end: 10_000, step: 500 }] });
    expectStep(rig, 'walking.waiting');
    rig.later(1, 5500, 6000);
    expectStep(rig, 'walking.working', ['order 1-3 walk 1 100.00 at 0.5000']);
    rig.over('rejected', { code: 'bad_price' });
    expectStep(rig, 'failed', ['alert critical exit_failed (bad_price)']);
  }),
  scenario(
    'bad_price: an order that landed in between gives the next one its own second chance',
    {},
    (rig) => {
      sellingAtMarket(rig);
      rig.over('rejected', { code: 'bad_price' }).later(1, 4200).over('cancelled').later(5, 4200);
      rig.market({ grid: CENT_GRID }).over('rejected', { code: 'bad_price' });
      expect(rig.state).toBe('exiting.waiting');
    },
  ),
  scenario(
    'not_held: HIGH turns to market orders at once, which sell what is there',
    ABOVE_ITS_STOP,
    (rig) => {
      sellingAtLimit(rig);
      rig.over('rejected', { code: 'not_held' }).later(1, 5600, 5900);
      expectStep(rig, 'exiting.working', ['order 1-2 market 100.00 at 0.4600']);
    },
  ),
  scenario('not_held in a walk: to market as well', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.over('rejected', { code: 'not_held' }).later(1, 5600, 5900);
    expectStep(rig, 'exiting.working', ['order 1-3 market 100.00 at 0.4600']);
  }),
  scenario('not_held: LOW looks three times, 3 s apart, then gives up', WITH_A_MODEL, (rig) => {
    rig.quote(5100).over('rejected', { code: 'not_held' });
    expectStep(rig, 'exiting.waiting', ['exit.triggered early_exit LOW', 'order 1-1 limit 100.00 at 0.5200']);
    for (const order of ['1-2', '1-3', '1-4']) {
      rig.later(3, 5100);
      expectStep(rig, 'exiting.working', [`order ${order} limit 100.00 at 0.5200`]);
      rig.over('rejected', { code: 'not_held' });
    }
    expectStep(rig, 'open', ['exit 1 early_exit gave_up, sold 0.00', 'alert warning exit_gave_up']);
  }),
  scenario(
    'not_held in a walk of LOW: the lot shrinks meanwhile, and the walk goes on',
    WITH_A_MODEL,
    (rig) => {
      rig.quote(5100).later(60, 5100).over('cancelled').take();
      rig.over('rejected', { code: 'not_held' });
      expectStep(rig, 'walking.waiting');
      rig.missing(3000).later(3, 5100);
      expectStep(rig, 'walking.working', ['holdings.reduced', 'order 1-3 walk 1 70.00 at 0.5100']);
      for (let look = 0; look < 3; look++) rig.over('rejected', { code: 'not_held' }).later(3, 5100);
      expect(rig.state).toBe('open');
    },
  ),
  scenario('not_held for a market order: three looks, then failed', {}, (rig) => {
    sellingAtMarket(rig);
    for (let look = 0; look < 3; look++) rig.over('rejected', { code: 'not_held' }).later(3, 4200);
    rig.take();
    rig.over('rejected', { code: 'not_held' });
    expectStep(rig, 'failed', ['alert critical exit_failed (not_held)']);
  }),
  scenario('closed: asks how the market stands, and ends when the market says so', ABOVE_ITS_STOP, (rig) => {
    sellingAtLimit(rig);
    const asked = rig.asked.market;
    rig.over('rejected', { code: 'closed' });
    expectStep(rig, 'exiting.waiting');
    expect(rig.asked.market).toBe(asked + 1);
    rig.market({ status: 'closed' });
    expectStep(rig, 'open', ['exit 1 trailing_stop market_closed, sold 0.00']);
    expect(rig.position.awaitingSettlement).toBe(true);
  }),
  ...['bad_quantity', 'already_exists', 'unauthorised', 'other'].map((code) =>
    scenario(`exiting → failed: ${code} can't be cured by retrying`, {}, (rig) => {
      sellingAtMarket(rig);
      rig.over('rejected', { code });
      expectStep(rig, 'failed', [`alert critical exit_failed (${code})`]);
      expect(rig.exit).toMatchObject({ failure: { cause: 'refused', code }, attempt: null, repeats: 0 });
    }),
  ),
  scenario('walking → failed: refused for good', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.over('rejected', { code: 'other' });
    expectStep(rig, 'failed', ['alert critical exit_failed (other)']);
  }),
  scenario('refused for good: no winner resumes it, an operator does', {}, (rig) => {
    refused(rig);
    rig.later(3600, 4200).later(1, 4000).breaker(true);
    expectStep(rig, 'failed');
    rig.operator('retry');
    expectStep(rig, 'exiting.working', ['operator.retry', 'order 1-2 market 100.00 at 0.3200']);
  }),
  scenario('a refused key may be mended at the venue: tried again after its back-off', {}, (rig) => {
    sellingAtMarket(rig);
    rig.over('rejected', { code: 'unauthorised' });
    expectStep(rig, 'failed', ['alert critical exit_failed (unauthorised)']);
    rig.later(59, 4200);
    expectStep(rig, 'failed');
    rig.later(1, 4200);
    expectStep(rig, 'exiting.working', ['exit.resumed', 'order 1-2 market 100.00 at 0.3300']);
  }),
  scenario('failed → exiting: any winner, once the bid is back', {}, (rig) => {
    bidless(rig);
    rig.later(5, null, 4300);
    expectStep(rig, 'failed');
    rig.later(5, 4100);
    expectStep(rig, 'exiting.working', ['exit.resumed', 'order 1-2 market 60.00 at 0.3200']);
    expect(rig.exit).toMatchObject({ number: 1, repeats: 0, step: 'market', filled: 4_000 });
  }),
  scenario('failed → exiting: with a bid all along after 1, 2, 4, … 30 min', {}, (rig) => {
    sellingAtMarket(rig);
    const minutes = [];
    for (let time = 0; time < 8; time++) {
      for (let order = 0; order < 13; order++) rig.over('cancelled').later(5, 4200);
      const failedAt = rig.clock.now();
      expect(rig.state).toBe('failed');
      while (rig.state === 'failed') rig.later(5, 4200);
      minutes.push((rig.clock.now() - failedAt) / (60 * SECOND));
    }
    expect(minutes).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
    expect(rig.exit).toMatchObject({ number: 1, attempts: 8 * 13 + 1, failure: { times: 8 } });
  }),
  scenario(
    'failed → exiting: below the floor, as soon as the bid is back above it',
    ABOVE_ITS_STOP,
    (rig) => {
      belowFloor(rig);
      rig.later(5, 2900);
      expectStep(rig, 'failed');
      rig.later(5, 3000);
      expectStep(rig, 'exiting.working', ['exit.resumed', 'order 1-4 market 100.00 at 0.3000']);
    },
  ),
  scenario(
    'failed → exiting: a higher priority is held up by no back-off, and starts an exit of its own',
    ABOVE_ITS_STOP,
    (rig) => {
      belowFloor(rig);
      rig.breaker(true);
      expectStep(rig, 'failed');
      rig.later(1, 2000);
      expectStep(rig, 'exiting.working', [
        'exit 1 trailing_stop taken_over, sold 0.00',
        'exit.triggered circuit_breaker CRITICAL',
        'order 2-1 market 100.00 at 0.1600',
      ]);
    },
  ),
  scenario('failed → exiting: an operator forces an exit', {}, (rig) => {
    refused(rig);
    rig.operatorExit({ quantity: 1_000 });
    expectStep(rig, 'exiting.working', [
      'exit 1 stop_loss taken_over, sold 0.00',
      'exit.triggered operator HIGH',
      'order 2-1 limit 10.00 at 0.4100',
    ]);
  }),
  scenario('failed → exiting: an operator retries, with all walks before it', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.over('rejected', { code: 'other' });
    rig.take();
    rig.later(1, 5600, 5900).operator('retry');
    expectStep(rig, 'exiting.working', ['operator.retry', 'order 1-3 limit 100.00 at 0.5500']);
    expect(rig.exit).toMatchObject({ walks: 0, step: 'limit', number: 1 });
  }),
  scenario('failed → open: an operator resumes watching', {}, (rig) => {
    refused(rig);
    rig.pass(60).operator('resume');
    expect(rig.position.at).toBe(NOON + 60 * SECOND);
    expectStep(rig, 'open', ['exit 1 stop_loss failed, sold 0.00', 'operator.resume']);
    expect(rig.position.exit).toBeNull();
  }),
  scenario('failed → open: two fresh quotes in a row with a bid and no trigger', {}, (rig) => {
    refused(rig);
    rig.later(1, 4400);
    expectStep(rig, 'failed');
    rig.later(1, 4400);
    expectStep(rig, 'open', ['exit 1 stop_loss failed, sold 0.00']);
  }),
  scenario('one calm quote seen twice counts once; a trigger, or no bid, starts anew', {}, (rig) => {
    refused(rig);
    rig.later(1, 4400).quote(4400, 4500, 0).tick().quote(4400, 4500, 0);
    expectStep(rig, 'failed');
    rig.later(1, 4200).later(1, 4400).later(1, null, 4400).later(1, 4400);
    expectStep(rig, 'failed');
    rig.later(1, 4400);
    expectStep(rig, 'open', ['exit 1 stop_loss failed, sold 0.00']);
  }),
  scenario('a market that does not trade calms nothing', {}, (rig) => {
    refused(rig);
    rig.market({ status: 'paused' }).later(1, 4400).later(1, 4400).later(1, 4400);
    expectStep(rig, 'failed');
  }),
  scenario('a failed exit is watched on: hold, release, and facts that come late', {}, (rig) => {
    refused(rig);
    rig.hold(true).operator('release').send(rig.facts[0]!).tick();
    expectStep(rig, 'failed', ['operator.hold', 'operator.release']);
  }),
];
