import { expect } from 'vitest';
import { NOON, SECOND } from '../../support/domain-builders.ts';
import {
  ABOVE_ITS_STOP,
  awaitingBid,
  awaitingQuote,
  awaitingQuoteToWalk,
  belowFloor,
  cancellingWalk,
  expectStep,
  haltedWalk,
  refused,
  scenario,
  sellingAtLimit,
  sellingAtMarket,
  waitingOut,
  walking,
} from './scenario.ts';

/** A restart goes on at the step and with the time it had left (SPEC 7, 8). */
export const RESTARTS = [
  scenario('open', {}, (rig) => {
    rig.quote(5000).restart();
    expectStep(rig, 'open');
  }),
  scenario('urgent', {}, (rig) => {
    rig.quote(4350).restart();
    expectStep(rig, 'urgent');
  }),
  scenario('failed: it is watched on and can be resumed', {}, (rig) => {
    refused(rig);
    rig.restart({ seconds: 3600 });
    expectStep(rig, 'failed');
    rig.operator('resume');
    expectStep(rig, 'open', ['exit 1 stop_loss failed, sold 0.00', 'operator.resume']);
  }),
  scenario('failed: the back-off goes on', ABOVE_ITS_STOP, (rig) => {
    belowFloor(rig);
    rig.restart({ seconds: 30 }).quote(2000);
    expectStep(rig, 'failed');
    rig.restart({ seconds: 30 }).quote(2000);
    expectStep(rig, 'failed', ['exit.resumed', 'alert critical exit_failed (floor)']);
  }),
  scenario('closed', { position: { phase: 'closed', sold: 10_000 } }, (rig) => {
    expectStep(rig, 'closed');
  }),
  scenario('exiting, an order out: its time goes on', {}, (rig) => {
    sellingAtMarket(rig);
    rig.pass(2).restart({ seconds: 1 });
    expectStep(rig, 'exiting.working');
    rig.pass(1.999);
    expectStep(rig, 'exiting.working');
    rig.pass(0.001);
    expectStep(rig, 'exiting.cancelling', ['cancel 1-1']);
  }),
  scenario(
    'exiting, an order out whose time ran out meanwhile: it is cancelled, nothing else is placed',
    {},
    (rig) => {
      sellingAtMarket(rig);
      rig.restart({ seconds: 3600 });
      expectStep(rig, 'exiting.working');
      rig.pass(0).quote(4200);
      expectStep(rig, 'exiting.cancelling', ['cancel 1-1']);
    },
  ),
  scenario('exiting, an order being cancelled: its last word is waited for', {}, (rig) => {
    sellingAtMarket(rig);
    rig.pass(5).restart({ seconds: 60 });
    expectStep(rig, 'exiting.cancelling', ['cancel 1-1']);
    rig.quote(4200).over('cancelled', { sold: 1_000 });
    expectStep(rig, 'exiting.working', ['order 1-2 market 90.00 at 0.2500']);
  }),
  scenario('exiting, a market order waited out: the rest of it', {}, (rig) => {
    waitingOut(rig);
    rig.restart({ seconds: 3 }).later(1, 4200);
    expectStep(rig, 'exiting.waiting');
    rig.later(1, 4200);
    expectStep(rig, 'exiting.working', ['order 1-2 market 60.00 at 0.2500']);
  }),
  scenario('exiting, a market order waited out long ago: the next waits for a fresh quote', {}, (rig) => {
    waitingOut(rig);
    rig.restart({ seconds: 3600 });
    expectStep(rig, 'exiting.placing');
    rig.quote(4000);
    expectStep(rig, 'exiting.working', ['order 1-2 market 60.00 at 0.2400']);
  }),
  scenario('exiting, waiting for a bid: one wait is over', {}, (rig) => {
    awaitingBid(rig);
    rig.restart({ seconds: 3600 });
    expectStep(rig, 'exiting.awaitingBid');
    rig.pass(0).quote(null, 4300);
    expect(rig.exit.repeats).toBe(2);
  }),
  scenario('exiting, waiting for a quote', {}, (rig) => {
    rig.pass(60);
    awaitingQuote(rig);
    rig.restart({ seconds: 60 });
    expectStep(rig, 'exiting.placing');
  }),
  scenario('exiting, an order ended in a pause, which is over', {}, (rig) => {
    sellingAtMarket(rig);
    rig
      .pass(2)
      .market({ status: 'paused' })
      .over('cancelled')
      .restart({ seconds: 60, market: { status: 'open' } });
    expectStep(rig, 'exiting.waiting');
    expect(rig.exit.waitUntil).toBe(NOON + 65 * SECOND);
  }),
  scenario('exiting, paused: the market trades again, and the order has the time it had left', {}, (rig) => {
    sellingAtMarket(rig);
    rig
      .pass(2)
      .market({ status: 'paused' })
      .restart({ seconds: 600, market: { status: 'open' } });
    expectStep(rig, 'exiting.working');
    expect(rig.exit).toMatchObject({ deadline: NOON + 605 * SECOND, pausedLeft: null });
  }),
  scenario('exiting, paused twice', {}, (rig) => {
    sellingAtMarket(rig);
    rig.pass(2).market({ status: 'paused' }).restart({ seconds: 600 });
    expectStep(rig, 'exiting.paused');
    rig.pass(30).market({ status: 'open' });
    expect(rig.exit.deadline).toBe(NOON + 635 * SECOND);
  }),
  scenario('exiting: the market settled meanwhile', {}, (rig) => {
    waitingOut(rig);
    rig.restart({ seconds: 60, market: { status: 'settled', settlementValue: 0 } });
    expectStep(rig, 'closed', ['exit 1 stop_loss market_closed, sold 40.00']);
  }),
  scenario('open: the market closed meanwhile', {}, (rig) => {
    rig.restart({ seconds: 60, market: { status: 'closed' } });
    expectStep(rig, 'open');
    expect(rig.position.awaitingSettlement).toBe(true);
  }),
  scenario('exiting, taken over while its order is being cancelled', ABOVE_ITS_STOP, (rig) => {
    sellingAtLimit(rig);
    rig.breaker(true).restart({ seconds: 60 }).over('cancelled');
    expectStep(rig, 'exiting.placing', [
      'cancel 1-1',
      'exit 1 trailing_stop taken_over, sold 0.00',
      'exit.triggered circuit_breaker CRITICAL',
    ]);
  }),
  scenario('walking, an order out', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.restart({ seconds: 4 });
    expectStep(rig, 'walking.working');
    rig.pass(6);
    expectStep(rig, 'walking.cancelling', ['cancel 1-2']);
  }),
  scenario('walking, an order being cancelled', ABOVE_ITS_STOP, (rig) => {
    cancellingWalk(rig);
    rig.restart({ seconds: 4 });
    expectStep(rig, 'walking.cancelling');
    rig.quote(5600, 5900).over('cancelled');
    expectStep(rig, 'walking.working', ['order 1-3 walk 2 100.00 at 0.5300']);
  }),
  scenario('walking, a refusal waited out', ABOVE_ITS_STOP, (rig) => {
    haltedWalk(rig);
    rig.restart({ seconds: 10 });
    expectStep(rig, 'walking.waiting');
    rig.pass(20).quote(5600, 5900);
    expectStep(rig, 'walking.working', ['order 1-3 walk 1 100.00 at 0.5400']);
  }),
  scenario('walking, waiting for a quote', ABOVE_ITS_STOP, (rig) => {
    awaitingQuoteToWalk(rig);
    rig.restart({ seconds: 10 });
    expectStep(rig, 'walking.placing');
  }),
  scenario('walking, an order that a pause swept away, which is over', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig
      .market({ status: 'paused' })
      .over('cancelled')
      .restart({ seconds: 60, market: { status: 'open' } });
    expectStep(rig, 'walking.placing');
    rig.quote(5600, 5900);
    expectStep(rig, 'walking.working', ['order 1-3 walk 1 100.00 at 0.5400']);
  }),
  scenario('walking, an order refused in a pause, which is over', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.market({ status: 'paused' }).over('rejected', { code: 'rate_limited' });
    rig.restart({ seconds: 60, market: { status: 'open' } });
    expectStep(rig, 'walking.waiting');
    rig.later(1, 5600, 5900);
    expectStep(rig, 'walking.working', ['order 1-3 walk 1 100.00 at 0.5400']);
  }),
  scenario('walking, paused: the market trades again', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig
      .pass(3)
      .market({ status: 'paused' })
      .restart({ seconds: 600, market: { status: 'open' } });
    expectStep(rig, 'walking.working');
    expect(rig.exit.deadline).toBe(NOON + 620 * SECOND);
  }),
];
