import { expect } from 'vitest';
import { NOON, SECOND } from '../../support/domain-builders.ts';
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
  waitingOut,
  walking,
} from './scenario.ts';

const PAUSED = { status: 'paused' as const };
const OPEN = { status: 'open' as const };

/** While the market does not trade, an exit keeps its step and its remaining time (SPEC 6). */
export const PAUSES = [
  scenario('a market order out: it goes on with the time it had left', {}, (rig) => {
    sellingAtMarket(rig);
    rig.pass(2).market(PAUSED);
    expectStep(rig, 'exiting.paused');
    rig.pass(600).market(OPEN);
    expectStep(rig, 'exiting.working');
    expect(rig.exit).toMatchObject({ deadline: NOON + 605 * SECOND, pausedLeft: null, attempts: 1 });
    rig.pass(3);
    expectStep(rig, 'exiting.cancelling', ['cancel 1-1']);
  }),
  scenario('a walk out: it goes on with the time it had left', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.pass(4).market(PAUSED).pass(100).tick().market(OPEN);
    expectStep(rig, 'walking.working');
    rig.pass(5.999);
    expectStep(rig, 'walking.working');
    rig.pass(0.001);
    expectStep(rig, 'walking.cancelling', ['cancel 1-2']);
  }),
  scenario('it asks how the market stands every 30 s', {}, (rig) => {
    sellingAtMarket(rig);
    rig.market(PAUSED);
    const before = rig.asked.market;
    rig.pass(90);
    expectStep(rig, 'exiting.paused');
    expect(rig.asked.market).toBe(before + 3);
  }),
  scenario('a walk asks every 30 s too', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.market(PAUSED);
    const before = rig.asked.market;
    rig.pass(60);
    expect(rig.asked.market).toBe(before + 2);
  }),
  scenario('while a market order is waited out: it waits the rest', {}, (rig) => {
    waitingOut(rig);
    rig.pass(1).market(PAUSED).later(50, 4200).market(OPEN);
    expectStep(rig, 'exiting.waiting');
    expect(rig.exit.waitUntil).toBe(NOON + 55 * SECOND);
    rig.later(4, 4200);
    expectStep(rig, 'exiting.working', ['order 1-2 market 60.00 at 0.2500']);
  }),
  scenario("while a walk's refusal is waited out", ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.over('rejected', { code: 'rate_limited' }).pass(0.4).market(PAUSED).pass(50).market(OPEN);
    expectStep(rig, 'walking.waiting');
    rig.later(0.6, 5600, 5900);
    expectStep(rig, 'walking.working', ['order 1-3 walk 1 100.00 at 0.5400']);
  }),
  scenario(
    'while the refusal of a halt is waited out: its end is the end of the wait',
    ABOVE_ITS_STOP,
    (rig) => {
      haltedWalk(rig);
      rig.pass(10).market(PAUSED).pass(50).market(OPEN);
      expectStep(rig, 'walking.placing');
      rig.later(0.001, 5600, 5900);
      expectStep(rig, 'walking.working', ['order 1-3 walk 1 100.00 at 0.5400']);
    },
  ),
  scenario('while it waits for a quote: it places none until the market trades', {}, (rig) => {
    rig.pass(60);
    awaitingQuote(rig);
    rig.market(PAUSED).later(1, 5000);
    expectStep(rig, 'exiting.paused');
    rig.market(OPEN);
    expectStep(rig, 'exiting.placing');
    rig.quote(5000);
    expectStep(rig, 'exiting.working', ['order 1-1 market 100.00 at 0.4000']);
  }),
  scenario('while a walk waits for a quote', ABOVE_ITS_STOP, (rig) => {
    awaitingQuoteToWalk(rig);
    rig.market(PAUSED).later(1, 5600, 5900).market(OPEN);
    expectStep(rig, 'walking.placing');
    rig.quote(5600, 5900);
    expectStep(rig, 'walking.working', ['order 1-2 walk 1 100.00 at 0.5400']);
  }),
  scenario('while it waits for a bid: no repeat is used up', {}, (rig) => {
    awaitingBid(rig);
    rig.pass(2).market(PAUSED).later(300, null, 4300);
    expectStep(rig, 'exiting.paused');
    rig.market(OPEN);
    expectStep(rig, 'exiting.awaitingBid');
    expect(rig.exit).toMatchObject({ repeats: 1, deadline: NOON + 310 * SECOND });
  }),
  scenario('an order that ends short in the pause is decided on when it is over', {}, (rig) => {
    sellingAtMarket(rig);
    rig.pass(2).market(PAUSED).over('cancelled', { sold: 1_000 });
    expectStep(rig, 'exiting.paused');
    rig.pass(30).market(OPEN);
    expectStep(rig, 'exiting.waiting');
    expect(rig.exit.waitUntil).toBe(NOON + 35 * SECOND);
  }),
  scenario(
    'a first limit that the pause swept away: placed again, with the time it had left',
    ABOVE_ITS_STOP,
    (rig) => {
      sellingAtLimit(rig);
      rig.pass(4).market(PAUSED).over('cancelled', { sold: 1_000 });
      expectStep(rig, 'exiting.paused');
      rig.pass(30).market(OPEN);
      expectStep(rig, 'exiting.placing');
      rig.quote(5600, 5900);
      expectStep(rig, 'exiting.working', ['order 1-2 limit 90.00 at 0.5500']);
      expect(rig.exit).toMatchObject({ walks: 0, deadline: NOON + 40 * SECOND, filled: 1_000 });
    },
  ),
  scenario('a walk that the pause swept away: placed again, no walk is used up', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.pass(4).market(PAUSED).over('cancelled').pass(30).market(OPEN).quote(5600, 5900);
    expectStep(rig, 'walking.working', ['order 1-3 walk 1 100.00 at 0.5400']);
    expect(rig.exit).toMatchObject({ walks: 0, deadline: NOON + 50 * SECOND });
  }),
  scenario('a walk that a pause refused: placed again when it is over', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.market(PAUSED).over('rejected', { code: 'halted' }).pass(30).market(OPEN).quote(5600, 5900);
    expectStep(rig, 'walking.working', ['order 1-3 walk 1 100.00 at 0.5400']);
  }),
  scenario('a late end of another order ends nothing in the pause', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.market(PAUSED).send(rig.facts[0]!);
    expectStep(rig, 'walking.paused');
    expect(rig.exit.attempt?.number).toBe(2);
  }),
  scenario('an order that fills in the pause closes at once', {}, (rig) => {
    sellingAtMarket(rig);
    rig.market(PAUSED).over('filled');
    expectStep(rig, 'closed', ['exit 1 stop_loss filled, sold 100.00']);
  }),
  scenario('a walk that fills in the pause closes at once', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.market(PAUSED).over('filled');
    expectStep(rig, 'closed', ['exit 1 trailing_stop filled, sold 100.00']);
  }),
  scenario('an order that is being cancelled ends as it ends', ABOVE_ITS_STOP, (rig) => {
    cancellingWalk(rig);
    rig.market(PAUSED).over('cancelled');
    expectStep(rig, 'walking.paused');
    expect(rig.exit).toMatchObject({ walks: 1, attempt: null });
  }),
  scenario('exiting → open: closed for good in the pause, the order out', {}, (rig) => {
    sellingAtMarket(rig);
    rig.market(PAUSED).pass(60).market({ status: 'closed' });
    expectStep(rig, 'exiting.cancelling', ['cancel 1-1']);
    rig.over('cancelled');
    expectStep(rig, 'open', ['exit 1 stop_loss market_closed, sold 0.00']);
    expect(rig.position).toMatchObject({ awaitingSettlement: true, exit: null });
  }),
  scenario(
    'an operator takes over in the pause: the new exit waits for the market',
    ABOVE_ITS_STOP,
    (rig) => {
      haltedWalk(rig);
      rig.market(PAUSED).operatorExit({ priority: 'CRITICAL' });
      expectStep(rig, 'exiting.paused', [
        'operator.exit',
        'exit 1 trailing_stop taken_over, sold 0.00',
        'exit.triggered operator CRITICAL',
      ]);
    },
  ),
];
