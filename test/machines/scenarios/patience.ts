import { expect } from 'vitest';
import { NOON, SECOND } from '../../support/domain-builders.ts';
import { expectStep, scenario, sellingAtMarket, WITH_A_MODEL, WITHOUT_STAGES } from './scenario.ts';

/** A profit target (MEDIUM) whose first limit order is out; given WITHOUT_STAGES. */
const takingProfit = (rig: Parameters<Parameters<typeof scenario>[2]>[0]): void => {
  rig.quote(6000, 6200);
  expectStep(rig, 'exiting.working', [
    'exit.triggered profit_target MEDIUM',
    'order 1-1 limit 100.00 at 0.6100',
  ]);
};

const verdictOf = (rig: Parameters<typeof takingProfit>[0], condition: string) =>
  rig.watched.evaluation?.verdicts.find((verdict) => verdict.condition === condition);

/** The database breaker pauses MEDIUM and LOW exits; CRITICAL and HIGH go on (SPEC 9). */
export const PATIENCE = [
  scenario('a MEDIUM trigger is held while it lasts, and exits afterwards', WITHOUT_STAGES, (rig) => {
    rig.patience(true).quote(6000, 6200);
    expectStep(rig, 'urgent');
    expect(verdictOf(rig, 'profit_target')).toMatchObject({
      status: 'held',
      holds: true,
      note: 'the database breaker is tripped: MEDIUM and LOW exits wait',
    });
    rig.patience(false).quote(6000, 6200);
    expectStep(rig, 'exiting.working', [
      'exit.triggered profit_target MEDIUM',
      'order 1-1 limit 100.00 at 0.6100',
    ]);
  }),
  scenario('a LOW trigger is held too', WITH_A_MODEL, (rig) => {
    rig.patience(true).quote(5100);
    expectStep(rig, 'open');
    expect(verdictOf(rig, 'early_exit')).toMatchObject({ status: 'held', holds: true });
  }),
  scenario('a CRITICAL trigger exits', {}, (rig) => {
    rig.patience(true);
    sellingAtMarket(rig);
    rig.patience(false).patience(true);
    expectStep(rig, 'exiting.working');
  }),
  scenario('a MEDIUM exit keeps its order, its step and the time it had left', WITHOUT_STAGES, (rig) => {
    takingProfit(rig);
    rig.pass(4).patience(true);
    expectStep(rig, 'exiting.paused');
    rig.pass(600).patience(false);
    expectStep(rig, 'exiting.working');
    expect(rig.exit).toMatchObject({ deadline: NOON + 630 * SECOND, pausedLeft: null, attempts: 1 });
  }),
  scenario('its walk too', WITHOUT_STAGES, (rig) => {
    takingProfit(rig);
    rig.later(30, 6000, 6200).over('cancelled');
    expectStep(rig, 'walking.working', ['cancel 1-1', 'order 1-2 walk 1 100.00 at 0.6000']);
    rig.pass(5).patience(true).pass(100).patience(false).pass(9.999);
    expectStep(rig, 'walking.working');
    rig.pass(0.001);
    expectStep(rig, 'walking.cancelling', ['cancel 1-2']);
  }),
  scenario('between two orders: the next waits for the end of the pause', WITHOUT_STAGES, (rig) => {
    takingProfit(rig);
    rig.pass(30).patience(true).over('cancelled').quote(6000, 6200);
    expectStep(rig, 'walking.paused', ['cancel 1-1']);
    rig.pass(40).patience(false);
    expectStep(rig, 'walking.placing');
    rig.quote(6000, 6200);
    expectStep(rig, 'walking.working', ['order 1-2 walk 1 100.00 at 0.6000']);
  }),
  scenario('an order that fills meanwhile ends it', WITHOUT_STAGES, (rig) => {
    takingProfit(rig);
    rig.patience(true).over('filled');
    expectStep(rig, 'closed', ['exit 1 profit_target filled, sold 100.00']);
  }),
  scenario('a stop loss takes it over at once', WITHOUT_STAGES, (rig) => {
    takingProfit(rig);
    rig.patience(true).quote(4200);
    expectStep(rig, 'exiting.cancelling', ['cancel 1-1']);
    rig.over('cancelled');
    expectStep(rig, 'exiting.working', [
      'exit 1 profit_target taken_over, sold 0.00',
      'exit.triggered stop_loss CRITICAL',
      'order 2-1 market 100.00 at 0.3300',
    ]);
  }),
  scenario('an operator calls it off', WITHOUT_STAGES, (rig) => {
    takingProfit(rig);
    rig.patience(true).hold(true);
    expectStep(rig, 'exiting.cancelling', ['operator.hold', 'cancel 1-1']);
    rig.over('cancelled');
    expectStep(rig, 'open', ['exit 1 profit_target cancelled, sold 0.00']);
  }),
  scenario('an order for more than is held goes all the same', WITHOUT_STAGES, (rig) => {
    takingProfit(rig);
    rig.patience(true).missing(4_000);
    expectStep(rig, 'exiting.cancelling', ['holdings.reduced', 'cancel 1-1']);
    rig.over('cancelled');
    expectStep(rig, 'walking.paused');
  }),
  scenario('the market closes for good meanwhile', WITHOUT_STAGES, (rig) => {
    takingProfit(rig);
    rig.patience(true).market({ status: 'closed' });
    expectStep(rig, 'exiting.cancelling', ['cancel 1-1']);
    rig.over('cancelled');
    expectStep(rig, 'open', ['exit 1 profit_target market_closed, sold 0.00']);
  }),
  scenario('a restart finds it paused, and goes on when it ends', WITHOUT_STAGES, (rig) => {
    takingProfit(rig);
    rig.pass(10).patience(true).restart({ seconds: 60 });
    expectStep(rig, 'exiting.paused');
    rig.patience(false);
    expectStep(rig, 'exiting.working');
    expect(rig.exit.deadline).toBe(NOON + 90 * SECOND);
  }),
  scenario("the day's numbers are recorded, and decide nothing", {}, (rig) => {
    rig.quote(5000);
    const before = rig.watched.evaluation;
    rig.send({ type: 'dailyLoss.measured', pnl: -600_000_000, limit: -500_000_000, ...rig.now() });
    expectStep(rig, 'open');
    expect(rig.watched.evaluation).toBe(before);
    rig.later(1, 5000);
    expectStep(rig, 'open');
    expect(verdictOf(rig, 'circuit_breaker')).toMatchObject({
      status: 'clear',
      value: -600_000_000,
      threshold: -500_000_000,
      distance: 0,
    });
    rig.send({ type: 'dailyLoss.measured', pnl: 20_000_000, limit: -500_000_000, ...rig.now() }).tick();
    expect(verdictOf(rig, 'circuit_breaker')).toMatchObject({ status: 'clear', distance: 520_000_000 });
  }),
];
