import { expect } from 'vitest';
import {
  ABOVE_ITS_STOP,
  awaitingBid,
  awaitingQuote,
  awaitingQuoteToWalk,
  cancellingWalk,
  expectStep,
  haltedWalk,
  scenario,
  sellingAtLimit,
  sellingAtMarket,
  WITH_A_MODEL,
  waitingOut,
  walking,
} from './scenario.ts';

const BREAKER = 'exit.triggered circuit_breaker CRITICAL';

/** A trigger of higher priority, or an operator, takes a running exit over: in every substep. */
export const TAKEOVERS = [
  scenario('exiting → exiting: cancel, count the fills, go on with the rest', ABOVE_ITS_STOP, (rig) => {
    sellingAtLimit(rig);
    rig.filled(1_000).pass(1).breaker(true);
    expect(rig.asked.quote).toBe(2);
    expectStep(rig, 'exiting.cancelling', ['cancel 1-1']);
    rig.over('cancelled', { sold: 3_000 });
    expectStep(rig, 'exiting.working', [
      'exit 1 trailing_stop taken_over, sold 30.00',
      BREAKER,
      'order 2-1 market 70.00 at 0.4600',
    ]);
    expect(rig.exit).toMatchObject({
      number: 2,
      quantity: 7_000,
      filled: 0,
      takenOverBy: null,
      marketFloor: null,
    });
  }),
  scenario('walking → exiting: a higher-priority trigger', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.breaker(true).over('cancelled');
    expectStep(rig, 'exiting.working', [
      'cancel 1-2',
      'exit 1 trailing_stop taken_over, sold 0.00',
      BREAKER,
      'order 2-1 market 100.00 at 0.4600',
    ]);
  }),
  scenario('while the order is being cancelled: cancelled once', ABOVE_ITS_STOP, (rig) => {
    cancellingWalk(rig);
    rig.breaker(true);
    expectStep(rig, 'walking.cancelling');
    rig.later(1, 5600).over('cancelled');
    expectStep(rig, 'exiting.working', [
      'exit 1 trailing_stop taken_over, sold 0.00',
      BREAKER,
      'order 2-1 market 100.00 at 0.4600',
    ]);
  }),
  scenario('while a market order is waited out: at once', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.later(10, 5600, 5900).over('cancelled').later(10, 5600, 5900).over('cancelled').over('cancelled');
    rig.take();
    expectStep(rig, 'exiting.waiting');
    rig.breaker(true);
    expectStep(rig, 'exiting.working', [
      'exit 1 trailing_stop taken_over, sold 0.00',
      BREAKER,
      'order 2-1 market 100.00 at 0.4600',
    ]);
  }),
  scenario('while a refusal is waited out: at once', ABOVE_ITS_STOP, (rig) => {
    haltedWalk(rig);
    rig.breaker(true);
    expectStep(rig, 'exiting.working', [
      'exit 1 trailing_stop taken_over, sold 0.00',
      BREAKER,
      'order 2-1 market 100.00 at 0.4600',
    ]);
  }),
  scenario('a quote that both prices a walk and triggers only triggers', ABOVE_ITS_STOP, (rig) => {
    awaitingQuoteToWalk(rig);
    rig.send({ type: 'market.changed', market: { ...rig.watched.surroundings.market }, ...rig.now() });
    rig.breaker(true);
    expectStep(rig, 'exiting.placing', ['exit 1 trailing_stop taken_over, sold 0.00', BREAKER]);
    rig.quote(5600);
    expectStep(rig, 'exiting.working', ['order 2-1 market 100.00 at 0.4600']);
  }),
  scenario(
    'a quote that both prices a LOW walk and is past the stop loss only stops',
    WITH_A_MODEL,
    (rig) => {
      rig.quote(5100).pass(60).over('cancelled');
      rig.take();
      expectStep(rig, 'walking.placing');
      rig.quote(4200);
      expectStep(rig, 'exiting.working', [
        'exit 1 early_exit taken_over, sold 0.00',
        'exit.triggered stop_loss CRITICAL',
        'order 2-1 market 100.00 at 0.3300',
      ]);
    },
  ),
  scenario('while it waits for a bid: an operator replaces it', {}, (rig) => {
    awaitingBid(rig);
    rig.operatorExit({ priority: 'LOW', quantity: 1_000 });
    expectStep(rig, 'exiting.working', [
      'operator.exit',
      'exit 1 stop_loss taken_over, sold 40.00',
      'exit.triggered operator LOW',
      'order 2-1 limit 10.00 at 0.4100',
    ]);
  }),
  scenario('while it waits for a quote: an operator replaces it', {}, (rig) => {
    rig.pass(60);
    awaitingQuote(rig);
    rig.operatorExit();
    expectStep(rig, 'exiting.placing', [
      'operator.exit',
      'exit 1 circuit_breaker taken_over, sold 0.00',
      'exit.triggered operator HIGH',
    ]);
  }),
  scenario('the old order fills in the race: closed, and it was filled', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.breaker(true).over('filled');
    expectStep(rig, 'closed', ['cancel 1-2', 'exit 1 trailing_stop filled, sold 100.00']);
  }),
  scenario('an operator at LOW replaces a stop loss for as long as it works', {}, (rig) => {
    sellingAtMarket(rig);
    rig.operatorExit({ priority: 'LOW', note: 'a buyer is there' }).later(1, 4100).over('cancelled');
    expectStep(rig, 'exiting.working', [
      'operator.exit: a buyer is there',
      'cancel 1-1',
      'exit 1 stop_loss taken_over, sold 0.00',
      'exit.triggered operator LOW',
      'order 2-1 limit 100.00 at 0.4200',
    ]);
    rig.later(1, 4000);
    expectStep(rig, 'exiting.working');
    expect(rig.exit).toMatchObject({ reason: 'operator', overruled: ['stop_loss'], takenOverBy: null });
    rig.breaker(true).over('cancelled');
    expectStep(rig, 'exiting.working', [
      'cancel 2-1',
      'exit 2 operator taken_over, sold 0.00',
      BREAKER,
      'order 3-1 market 100.00 at 0.3200',
    ]);
  }),
  scenario('what an operator overruled may exit again once his exit has ended', {}, (rig) => {
    sellingAtMarket(rig);
    rig.operatorExit({ priority: 'LOW', quantity: 1_000 }).over('cancelled').over('filled');
    rig.take();
    expect(rig.state).toBe('open');
    rig.later(1, 4200);
    expectStep(rig, 'exiting.working', [
      'exit.triggered stop_loss CRITICAL',
      'order 3-1 market 90.00 at 0.3300',
    ]);
  }),
  scenario('an operator takes back what was to take over', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.breaker(true).operatorExit({ priority: 'MEDIUM' }).later(1, 5600, 5900).over('cancelled');
    expectStep(rig, 'exiting.working', [
      'cancel 1-2',
      'operator.exit',
      'exit 1 trailing_stop taken_over, sold 0.00',
      'exit.triggered operator MEDIUM',
      'order 2-1 limit 100.00 at 0.5800',
    ]);
    expect(rig.exit.overruled).toEqual(['trailing_stop', 'circuit_breaker']);
  }),
  scenario('an equal or lower trigger is overruled', {}, (rig) => {
    sellingAtMarket(rig);
    rig.breaker(true).later(1, 4100);
    expectStep(rig, 'exiting.working');
    expect(rig.exit.overruled).toEqual(['circuit_breaker']);
  }),
  scenario('what takes over was not overruled', ABOVE_ITS_STOP, (rig) => {
    sellingAtLimit(rig);
    rig.breaker(true);
    expect(rig.exit).toMatchObject({ overruled: [], takenOverBy: { reason: 'circuit_breaker' } });
  }),
  scenario('of two that take over the higher one does', WITH_A_MODEL, (rig) => {
    rig.quote(5100).operatorExit({ priority: 'MEDIUM' }).breaker(true).over('cancelled');
    expectStep(rig, 'exiting.working', [
      'exit.triggered early_exit LOW',
      'order 1-1 limit 100.00 at 0.5200',
      'operator.exit',
      'cancel 1-1',
      'exit 1 early_exit taken_over, sold 0.00',
      BREAKER,
      'order 2-1 market 100.00 at 0.4100',
    ]);
  }),
  scenario(
    'a stage that takes over sells what its share still lacks',
    { position: { modelProbability: 585_000 } },
    (rig) => {
      rig.quote(5700).later(1, 5800).over('cancelled', { sold: 2_000 });
      expectStep(rig, 'exiting.working', [
        'exit.triggered early_exit LOW',
        'order 1-1 limit 100.00 at 0.5800',
        'cancel 1-1',
        'exit 1 early_exit taken_over, sold 20.00',
        'exit.triggered partial_exit_target MEDIUM',
        'order 2-1 limit 30.00 at 0.5900',
      ]);
    },
  ),
  scenario(
    'exiting → open: a stage whose share was sold meanwhile has nothing to take over',
    { position: { modelProbability: 585_000 } },
    (rig) => {
      rig.quote(5700).later(1, 5800).over('cancelled', { sold: 6_000 });
      rig.take();
      expect({ state: rig.state, sold: rig.position.sold, exits: rig.position.exits }).toEqual({
        state: 'open',
        sold: 6_000,
        exits: 1,
      });
    },
  ),
  scenario(
    'walking → open: a stage whose share was sold meanwhile has nothing to take over',
    { position: { modelProbability: 585_000 } },
    (rig) => {
      rig.quote(5700).later(60, 5700).over('cancelled');
      expect(rig.state).toBe('walking.working');
      rig.later(1, 5800).over('cancelled', { sold: 5_000 });
      expectStep(rig, 'open', [
        'exit.triggered early_exit LOW',
        'order 1-1 limit 100.00 at 0.5800',
        'cancel 1-1',
        'order 1-2 walk 1 100.00 at 0.5700',
        'cancel 1-2',
        'exit 1 early_exit taken_over, sold 50.00',
      ]);
    },
  ),
  scenario('hold --cancel calls a running exit off', ABOVE_ITS_STOP, (rig) => {
    sellingAtLimit(rig);
    rig.hold(true);
    expectStep(rig, 'exiting.cancelling', ['operator.hold', 'cancel 1-1']);
    rig.over('cancelled', { sold: 500 });
    expectStep(rig, 'open', ['exit 1 trailing_stop cancelled, sold 5.00']);
    rig.later(1, 5600);
    expectStep(rig, 'urgent');
  }),
  scenario('hold --cancel calls a walk off, and what was to take it over', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.operatorExit().hold(true).over('cancelled');
    expectStep(rig, 'open', [
      'operator.exit',
      'cancel 1-2',
      'operator.hold',
      'exit 1 trailing_stop cancelled, sold 0.00',
    ]);
  }),
  scenario('hold --cancel stops no CRITICAL takeover', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.breaker(true).hold(true).over('cancelled');
    expectStep(rig, 'exiting.working', [
      'cancel 1-2',
      'operator.hold',
      'exit 1 trailing_stop taken_over, sold 0.00',
      BREAKER,
      'order 2-1 market 100.00 at 0.4600',
    ]);
  }),
  scenario('hold lets a running exit finish', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.hold().operator('release').hold();
    expectStep(rig, 'walking.working', ['operator.hold', 'operator.release', 'operator.hold']);
    rig.later(10, 5600, 5900).over('filled');
    expectStep(rig, 'closed', ['cancel 1-2', 'exit 1 trailing_stop filled, sold 100.00']);
  }),
  scenario('hold lets a market exit finish', {}, (rig) => {
    waitingOut(rig);
    rig.hold();
    expectStep(rig, 'exiting.waiting', ['operator.hold']);
  }),
];
