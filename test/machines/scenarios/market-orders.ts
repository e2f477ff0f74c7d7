import { expect } from 'vitest';
import { NOON, SECOND } from '../../support/domain-builders.ts';
import {
  ABOVE_ITS_STOP,
  awaitingBid,
  awaitingQuote,
  belowFloor,
  expectStep,
  scenario,
  sellingAtMarket,
  waitingOut,
  walking,
  withExecution,
} from './scenario.ts';

/** CRITICAL, and HIGH after its walks. */
export const MARKET_ORDERS = [
  scenario('exiting → closed: filled, nothing left', {}, (rig) => {
    sellingAtMarket(rig);
    rig.pass(1).over('filled', { price: 4100 });
    expectStep(rig, 'closed', ['exit 1 stop_loss filled, sold 100.00']);
    expect(rig.position).toMatchObject({
      sold: 10_000,
      proceeds: 41_000_000,
      fees: 10_000,
      exit: null,
      closedAt: NOON + SECOND,
      closeReason: 'sold',
      lastOrderEndedAt: NOON + SECOND,
    });
  }),
  scenario(
    'exiting → exiting: one that came back short waits out its 5 s, then goes lower for the rest',
    {},
    (rig) => {
      waitingOut(rig);
      rig.later(4.999, 4200);
      expectStep(rig, 'exiting.waiting');
      rig.later(0.001, 4200);
      expectStep(rig, 'exiting.working', ['order 1-2 market 60.00 at 0.2500']);
      rig.over('filled', { price: 3000 });
      expectStep(rig, 'closed', ['exit 1 stop_loss filled, sold 100.00']);
    },
  ),
  scenario('a timer never prices: it asks, and the next fact does', {}, (rig) => {
    waitingOut(rig);
    const asked = rig.asked.quote;
    rig.clock.jump(301 * SECOND);
    rig.pass(0);
    expectStep(rig, 'exiting.waiting');
    expect(rig.asked.quote).toBe(asked + 1);
    rig.tick();
    expectStep(rig, 'exiting.placing');
    rig.quote(2000);
    expectStep(rig, 'exiting.working', ['order 1-2 market 60.00 at 0.1200']);
  }),
  scenario('one that does not end is cancelled after 5 s; a fill may win the race', {}, (rig) => {
    sellingAtMarket(rig);
    rig.pass(4.999);
    expectStep(rig, 'exiting.working');
    rig.pass(0.001);
    expectStep(rig, 'exiting.cancelling', ['cancel 1-1']);
    rig.pass(1).over('filled');
    expectStep(rig, 'closed', ['exit 1 stop_loss filled, sold 100.00']);
  }),
  scenario('one that ends late is repeated at once', {}, (rig) => {
    sellingAtMarket(rig);
    rig.pass(7).over('cancelled', { sold: 1 });
    expectStep(rig, 'exiting.working', ['cancel 1-1', 'order 1-2 market 99.99 at 0.2500']);
  }),
  scenario('fills are counted as they come, once', {}, (rig) => {
    sellingAtMarket(rig);
    rig.filled(1_000).filled(4_000).send(rig.facts[0]!);
    expect(rig.position).toMatchObject({ sold: 4_000, proceeds: 13_200_000 });
    rig.over('cancelled');
    expectStep(rig, 'exiting.waiting');
    expect(rig.exit).toMatchObject({ filled: 4_000, attempt: null });
  }),
  scenario('an end that is told twice, late, ends no other order', {}, (rig) => {
    waitingOut(rig);
    rig.later(5, 4200);
    expectStep(rig, 'exiting.working', ['order 1-2 market 60.00 at 0.2500']);
    rig.send(rig.facts[0]!);
    expectStep(rig, 'exiting.working');
    rig.pass(5);
    expectStep(rig, 'exiting.cancelling', ['cancel 1-2']);
    rig.send(rig.facts[0]!);
    expectStep(rig, 'exiting.cancelling');
    expect(rig.position.sold).toBe(4_000);
  }),
  scenario('12 repeats, then failed with a critical alert', {}, (rig) => {
    sellingAtMarket(rig);
    for (let repeat = 1; repeat <= 12; repeat++) {
      rig.over('cancelled').later(5, 4200);
      expect(rig.take()).toHaveLength(1);
      expect(rig.exit).toMatchObject({ repeats: repeat, attempts: repeat + 1 });
    }
    rig.over('cancelled');
    expectStep(rig, 'exiting.waiting');
    rig.later(5, 4200);
    expectStep(rig, 'failed', ['alert critical exit_failed (attempts)']);
    expect(rig.exit.failure).toEqual({
      cause: 'attempts',
      code: null,
      at: NOON + 65 * SECOND,
      times: 1,
      resumeAt: NOON + 125 * SECOND,
      bidVanished: false,
      calmQuotes: 0,
    });
    expect(rig.clock.nextDeadline()).toBeNull();
  }),
  scenario('waiting for a bid uses up a repeat every 5 s, and then it fails', {}, (rig) => {
    awaitingBid(rig);
    for (let repeat = 2; repeat <= 12; repeat++) {
      rig.later(5, null, 4300);
      expect(rig.exit.repeats).toBe(repeat);
    }
    expectStep(rig, 'exiting.awaitingBid');
    rig.later(5, null, 4300);
    expectStep(rig, 'failed', ['alert critical exit_failed (attempts)']);
    expect(rig.exit.failure).toMatchObject({ cause: 'attempts', bidVanished: true });
  }),
  scenario('waiting for a fresh quote uses up none', {}, (rig) => {
    awaitingBid(rig);
    rig.pass(60).tick().pass(60).tick();
    expectStep(rig, 'exiting.awaitingBid');
    expect(rig.asked.quote).toBe(1);
    expect(rig.exit.repeats).toBe(1);
    rig.quote(null, 4300);
    expect(rig.exit.repeats).toBe(2);
  }),
  scenario('waiting for the first quote uses up none', {}, (rig) => {
    awaitingQuote(rig);
    rig.pass(300).tick();
    expectStep(rig, 'exiting.placing');
    expect(rig.exit.repeats).toBe(0);
    rig.quote(5000);
    expectStep(rig, 'exiting.working', ['order 1-1 market 100.00 at 0.4000']);
  }),
  scenario('a bid that comes back is sold to at once, with 5 s of its own', {}, (rig) => {
    awaitingBid(rig);
    rig.later(4, 3000);
    expectStep(rig, 'exiting.working', ['order 1-2 market 60.00 at 0.1800']);
    expect(rig.exit.deadline).toBe(NOON + 14 * SECOND);
  }),
  scenario(
    'HIGH goes to the market after its walks, and never below half of the last mark',
    ABOVE_ITS_STOP,
    (rig) => {
      belowFloor(rig);
      expect(rig.exit.failure).toMatchObject({ cause: 'floor', times: 1 });
    },
  ),
  scenario('HIGH at the market: its limit stays at the floor', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.later(10, 3100, 5900).over('cancelled');
    rig.later(10, 3100, 5900).over('cancelled');
    expectStep(rig, 'exiting.working', [
      'cancel 1-2',
      'order 1-3 walk 2 100.00 at 0.5200',
      'cancel 1-3',
      'order 1-4 market 100.00 at 0.3000',
    ]);
    expect(rig.exit).toMatchObject({ repeats: 0, walks: 2, step: 'market' });
  }),
  scenario('HIGH waits for a bid, which comes back below the floor', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.later(10, 5600, 5900).over('cancelled').later(10, null, 5900).over('cancelled');
    expectStep(rig, 'exiting.awaitingBid', ['cancel 1-2', 'order 1-3 walk 2 100.00 at 0.5300', 'cancel 1-3']);
    rig.later(1, 2900);
    expectStep(rig, 'failed', ['alert critical exit_failed (floor)']);
  }),
  scenario(
    'exiting → exiting: a limit whose strategy knows no walks turns to the market',
    { ...ABOVE_ITS_STOP, method: withExecution('HIGH', { retryStrategy: 'immediate_market' }) },
    (rig) => {
      rig.quote(5600, 5900).later(10, 5600, 5900).over('cancelled', { sold: 500 });
      expectStep(rig, 'exiting.working', [
        'exit.triggered trailing_stop HIGH',
        'order 1-1 limit 100.00 at 0.5500',
        'cancel 1-1',
        'order 1-2 market 95.00 at 0.4600',
      ]);
    },
  ),
];
