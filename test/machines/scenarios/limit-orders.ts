import { expect } from 'vitest';
import { MINUTE, NOON, SECOND } from '../../support/domain-builders.ts';
import {
  ABOVE_ITS_STOP,
  awaitingQuoteToWalk,
  expectStep,
  scenario,
  sellingAtLimit,
  WITH_A_MODEL,
  WITHOUT_STAGES,
  walking,
  withExecution,
} from './scenario.ts';

/** HIGH, MEDIUM and LOW: first orders and walks. */
export const LIMIT_ORDERS = [
  scenario(
    'exiting → walking → walking → exiting: HIGH, 10 s each, then the market',
    ABOVE_ITS_STOP,
    (rig) => {
      sellingAtLimit(rig);
      rig.pass(9.999);
      expectStep(rig, 'exiting.working');
      rig.pass(0.001).quote(5600, 5900);
      expectStep(rig, 'exiting.cancelling', ['cancel 1-1']);
      rig.over('cancelled');
      expectStep(rig, 'walking.working', ['order 1-2 walk 1 100.00 at 0.5400']);
      rig.later(10, 5600, 5900).over('cancelled', { sold: 2_000 });
      expectStep(rig, 'walking.working', ['cancel 1-2', 'order 1-3 walk 2 80.00 at 0.5300']);
      rig.later(10, 5600, 5900).over('cancelled');
      expectStep(rig, 'exiting.working', ['cancel 1-3', 'order 1-4 market 80.00 at 0.4600']);
      rig.over('filled');
      expectStep(rig, 'closed', ['exit 1 trailing_stop filled, sold 100.00']);
    },
  ),
  scenario('walking → closed: filled, nothing left', ABOVE_ITS_STOP, (rig) => {
    walking(rig);
    rig.filled(3_000).over('filled');
    expectStep(rig, 'closed', ['exit 1 trailing_stop filled, sold 100.00']);
    expect(rig.position).toMatchObject({ sold: 10_000, closeReason: 'sold' });
  }),
  scenario('exiting → open: a partial exit filled; its stage is finished and never sold again', {}, (rig) => {
    rig.quote(5800);
    expectStep(rig, 'exiting.working', [
      'exit.triggered partial_exit_target MEDIUM',
      'order 1-1 limit 50.00 at 0.5900',
    ]);
    rig.over('filled');
    expectStep(rig, 'open', ['exit 1 partial_exit_target filled, sold 50.00']);
    rig.later(1, 5800);
    expectStep(rig, 'open');
    expect(rig.position.stages).toEqual(['finished', 'pending']);
  }),
  scenario(
    'walking → open: the second stage filled by a walk',
    { position: { sold: 5_000, stages: ['finished', 'pending'] } },
    (rig) => {
      rig.quote(6400, 6600).later(30, 6400, 6600).over('cancelled', { sold: 1_000 });
      expectStep(rig, 'walking.working', [
        'exit.triggered partial_exit_target MEDIUM',
        'order 1-1 limit 25.00 at 0.6500',
        'cancel 1-1',
        'order 1-2 walk 1 15.00 at 0.6400',
      ]);
      rig.over('filled');
      expectStep(rig, 'open', ['exit 1 partial_exit_target filled, sold 25.00']);
    },
  ),
  scenario(
    'walking → open: MEDIUM gives up after 5 walks, never below its threshold; the condition rests',
    WITHOUT_STAGES,
    (rig) => {
      rig.quote(6100, 6300);
      expectStep(rig, 'exiting.working', [
        'exit.triggered profit_target MEDIUM',
        'order 1-1 limit 100.00 at 0.6200',
      ]);
      rig.later(30, 6100, 6300).over('cancelled');
      for (let walk = 1; walk <= 5; walk++) rig.later(15, 6100, 6300).over('cancelled');
      expectStep(rig, 'open', [
        'cancel 1-1',
        'order 1-2 walk 1 100.00 at 0.6100',
        'cancel 1-2',
        'order 1-3 walk 2 100.00 at 0.6000',
        'cancel 1-3',
        'order 1-4 walk 3 100.00 at 0.6000',
        'cancel 1-4',
        'order 1-5 walk 4 100.00 at 0.6000',
        'cancel 1-5',
        'order 1-6 walk 5 100.00 at 0.6000',
        'cancel 1-6',
        'exit 1 profit_target gave_up, sold 0.00',
        'alert warning exit_gave_up',
      ]);
      expect(rig.position.rests).toEqual({ profit_target: NOON + 105 * SECOND + 5 * MINUTE });
      rig.later(299, 6100, 6300);
      expectStep(rig, 'urgent');
      rig.later(1, 6100, 6300);
      expectStep(rig, 'exiting.working', [
        'exit.triggered profit_target MEDIUM',
        'order 2-1 limit 100.00 at 0.6200',
      ]);
    },
  ),
  scenario(
    'a rest holds no trigger of higher priority back',
    { position: { rests: { profit_target: NOON + MINUTE }, trailingStop: 6200 }, ...WITHOUT_STAGES },
    (rig) => {
      rig.quote(6100);
      expectStep(rig, 'exiting.working', [
        'exit.triggered trailing_stop HIGH',
        'order 1-1 limit 100.00 at 0.6000',
      ]);
    },
  ),
  scenario('walking → open: LOW gives up after 10 walks of 30 s', WITH_A_MODEL, (rig) => {
    rig.quote(5100);
    expectStep(rig, 'exiting.working', ['exit.triggered early_exit LOW', 'order 1-1 limit 100.00 at 0.5200']);
    rig.later(60, 5100).over('cancelled');
    expectStep(rig, 'walking.working', ['cancel 1-1', 'order 1-2 walk 1 100.00 at 0.5100']);
    for (let walk = 1; walk < 10; walk++) {
      rig.later(30, 5100).over('cancelled', { sold: 100 });
      expectStep(rig, 'walking.working', [
        `cancel 1-${walk + 1}`,
        `order 1-${walk + 2} walk ${walk + 1} ${100 - walk}.00 at 0.5000`,
      ]);
    }
    rig.later(30, 5100).over('cancelled', { sold: 0 });
    expectStep(rig, 'open', [
      'cancel 1-11',
      'exit 1 early_exit gave_up, sold 9.00',
      'alert warning exit_gave_up',
    ]);
  }),
  scenario(
    'exiting → open: a strategy without walks gives up after its first order',
    { method: withExecution('MEDIUM', { maxWalks: 0 }) },
    (rig) => {
      rig.quote(6100).later(30, 6100).over('cancelled');
      expectStep(rig, 'open', [
        'exit.triggered profit_target MEDIUM',
        'order 1-1 limit 100.00 at 0.6200',
        'cancel 1-1',
        'exit 1 profit_target gave_up, sold 0.00',
        'alert warning exit_gave_up',
      ]);
    },
  ),
  scenario("an operator's exit gives up without a condition to rest", WITHOUT_STAGES, (rig) => {
    rig.quote(5000).operatorExit({ priority: 'MEDIUM' });
    for (let order = 0; order <= 5; order++) rig.later(30, 5000).over('cancelled');
    expect(rig.take().slice(-2)).toEqual([
      'exit 1 operator gave_up, sold 0.00',
      'alert warning exit_gave_up',
    ]);
    expect(rig.position).toMatchObject({ phase: 'open', rests: {} });
  }),
  scenario(
    'walking → open: MEDIUM and LOW end before a walk when their condition is gone',
    WITH_A_MODEL,
    (rig) => {
      rig.quote(5100).pass(60).over('cancelled', { sold: 700 });
      rig.take();
      rig.quote(4900);
      expectStep(rig, 'urgent', ['exit 1 early_exit condition_gone, sold 7.00']);
      expect(rig.position.rests).toEqual({});
      rig.later(5, 4900);
      expectStep(rig, 'open');
    },
  ),
  scenario(
    'a condition is judged on the last fresh quote: a tick without one is no answer',
    WITH_A_MODEL,
    (rig) => {
      rig.quote(5100).later(55, 5100).pass(3).tick().pass(2).over('cancelled');
      expectStep(rig, 'walking.working', [
        'exit.triggered early_exit LOW',
        'order 1-1 limit 100.00 at 0.5200',
        'cancel 1-1',
        'order 1-2 walk 1 100.00 at 0.5100',
      ]);
    },
  ),
  scenario('HIGH finishes though its condition is gone', ABOVE_ITS_STOP, (rig) => {
    sellingAtLimit(rig);
    rig.later(10, 5900, 6000).over('cancelled');
    expectStep(rig, 'walking.working', ['cancel 1-1', 'order 1-2 walk 1 100.00 at 0.5800']);
  }),
  scenario('a limit that ends without our doing goes to the next step at once', ABOVE_ITS_STOP, (rig) => {
    sellingAtLimit(rig);
    rig.pass(1).over('cancelled', { sold: 100 });
    expectStep(rig, 'walking.working', ['order 1-2 walk 1 99.00 at 0.5400']);
    expect(rig.exit.deadline).toBe(NOON + 11 * SECOND);
  }),
  scenario('a walk waits for a fresh quote', ABOVE_ITS_STOP, (rig) => {
    awaitingQuoteToWalk(rig);
    expect(rig.asked.quote).toBe(2);
    rig.pass(60).tick();
    expectStep(rig, 'walking.placing');
    rig.quote(5600, 5900);
    expectStep(rig, 'walking.working', ['order 1-2 walk 1 100.00 at 0.5400']);
  }),
  scenario('without a bid a limit rests below the last mark and the ask', ABOVE_ITS_STOP, (rig) => {
    sellingAtLimit(rig);
    rig.later(10, null, 5300).over('cancelled');
    expectStep(rig, 'walking.working', ['cancel 1-1', 'order 1-2 walk 1 100.00 at 0.5200']);
  }),
];
