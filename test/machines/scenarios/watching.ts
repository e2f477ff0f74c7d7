import { expect } from 'vitest';
import { defaultMethod, methodWith, NOON, SECOND } from '../../support/domain-builders.ts';
import { ABOVE_ITS_STOP, expectStep, scenario, WITH_A_MODEL } from './scenario.ts';

const URGENT = { position: { phase: 'urgent' as const } };

/** Without an exit: open, urgent, and what leads out of them. */
export const WATCHING = [
  scenario('open → urgent near the stop loss, and back', {}, (rig) => {
    rig.quote(4350);
    expectStep(rig, 'urgent');
    rig.later(5, 4300);
    expectStep(rig, 'urgent');
    rig.later(5, 5000);
    expectStep(rig, 'open');
    rig.later(5, 5000);
    expectStep(rig, 'open');
  }),
  scenario('urgent → exiting: a trigger', URGENT, (rig) => {
    rig.quote(4200);
    expectStep(rig, 'exiting.working', [
      'exit.triggered stop_loss CRITICAL',
      'order 1-1 market 100.00 at 0.3300',
    ]);
  }),
  scenario('open → exiting: an operator, part of it, HIGH', {}, (rig) => {
    rig.quote(5000).operatorExit({ quantity: 2_500, note: 'tax day' });
    expectStep(rig, 'exiting.working', [
      'exit.triggered operator HIGH: tax day',
      'order 1-1 limit 25.00 at 0.4900',
    ]);
    rig.over('filled');
    expectStep(rig, 'open', ['exit 1 operator filled, sold 25.00']);
    expect(rig.position).toMatchObject({ sold: 2_500, exit: null, exits: 1, phase: 'open' });
  }),
  scenario('urgent → exiting: an operator, at any priority', URGENT, (rig) => {
    rig.quote(4300).operatorExit({ priority: 'CRITICAL' });
    expectStep(rig, 'exiting.working', [
      'exit.triggered operator CRITICAL',
      'order 1-1 market 100.00 at 0.3400',
    ]);
  }),
  scenario('an operator never sells more than is held', {}, (rig) => {
    rig.quote(5000).operatorExit({ quantity: 99_999 });
    expectStep(rig, 'exiting.working', ['exit.triggered operator HIGH', 'order 1-1 limit 100.00 at 0.4900']);
  }),
  scenario('open → closed: settled', {}, (rig) => {
    rig.market({ status: 'settled', settlementValue: 10_000 });
    expectStep(rig, 'closed');
    expect(rig.position).toMatchObject({
      settled: 100_000_000,
      closedAt: NOON,
      closeReason: 'settled',
      exit: null,
    });
  }),
  scenario(
    'urgent → closed: settled against a NO position',
    { position: { phase: 'urgent', side: 'no' } },
    (rig) => {
      rig.market({ status: 'settled', settlementValue: 10_000 });
      expectStep(rig, 'closed');
      expect(rig.position).toMatchObject({ settled: 0, closeReason: 'settled', phase: 'closed' });
    },
  ),
  scenario('open → closed: the venue shows it gone', {}, (rig) => {
    rig.missing(4_000);
    expectStep(rig, 'open', ['holdings.reduced']);
    rig.missing(6_000);
    expectStep(rig, 'closed', ['holdings.reduced']);
    expect(rig.position).toMatchObject({ sold: 0, writtenOff: 10_000, closeReason: 'holdings gone' });
  }),
  scenario('urgent → closed: the venue shows it gone', URGENT, (rig) => {
    rig.missing(10_000);
    expectStep(rig, 'closed', ['holdings.reduced']);
  }),
  scenario(
    'a market that closes leaves it waiting for the settlement, and one that reopens does not',
    {},
    (rig) => {
      rig.market({ status: 'closed' }).quote(1000).tick();
      expectStep(rig, 'open');
      expect(rig.position.awaitingSettlement).toBe(true);
      rig.market({ status: 'open' });
      expect(rig.position.awaitingSettlement).toBe(false);
      rig.market({ status: 'settled', settlementValue: null });
      expectStep(rig, 'open');
      expect(rig.position.awaitingSettlement).toBe(true);
      rig.market({ settlementValue: 0 });
      expectStep(rig, 'closed');
    },
  ),
  scenario('a tripped breaker exits without a quote, and asks for one', {}, (rig) => {
    rig.pass(60).breaker(true);
    expectStep(rig, 'exiting.placing', ['exit.triggered circuit_breaker CRITICAL']);
    expect(rig.asked.quote).toBe(2);
    rig.quote(5000);
    expectStep(rig, 'exiting.working', ['order 1-1 market 100.00 at 0.4000']);
  }),
  scenario('hold suspends all but CRITICAL; release undoes it', ABOVE_ITS_STOP, (rig) => {
    rig.hold().quote(5600);
    expectStep(rig, 'urgent', ['operator.hold']);
    rig.operator('release').later(1, 5600);
    expectStep(rig, 'exiting.working', [
      'operator.release',
      'exit.triggered trailing_stop HIGH',
      'order 1-1 limit 100.00 at 0.5500',
    ]);
  }),
  scenario('a held position still stops its loss', {}, (rig) => {
    rig.hold().quote(4200);
    expectStep(rig, 'exiting.working', [
      'operator.hold',
      'exit.triggered stop_loss CRITICAL',
      'order 1-1 market 100.00 at 0.3300',
    ]);
  }),
  scenario('a quote older than 15 s decides nothing', {}, (rig) => {
    rig.quote(4200, 4300, 15_001);
    expectStep(rig, 'open');
    rig.quote(4200, 4300, 15_000);
    expectStep(rig, 'exiting.working', [
      'exit.triggered stop_loss CRITICAL',
      'order 1-1 market 100.00 at 0.3300',
    ]);
  }),
  scenario('a quote that was overtaken by a newer one decides nothing', {}, (rig) => {
    rig.later(10, 5000).quote(4200, 4300, 5_000);
    expectStep(rig, 'open');
    expect(rig.position).toMatchObject({ mark: 5000, quotedAt: NOON + 10 * SECOND });
  }),
  scenario('an opportunity and a model are taken in, and judged with the next quote', WITH_A_MODEL, (rig) => {
    rig.send({ type: 'opportunity.changed', opportunity: { market: 'B', edge: 200_000 }, ...rig.now() });
    rig.send({ type: 'model.changed', probability: 600_000, modelAt: NOON, ...rig.now() });
    expectStep(rig, 'open');
    rig.quote(5100);
    expectStep(rig, 'exiting.working', ['exit.triggered rebalance LOW', 'order 1-1 limit 100.00 at 0.5200']);
  }),
  scenario('another method counts from the next quote on', {}, (rig) => {
    const method = { ...methodWith('stop_loss', { stop: 80_000 }), name: 'default~pos-1' };
    rig.quote(4500);
    expectStep(rig, 'open');
    rig.send({ type: 'method.changed', method, changes: [], note: null, ...rig.now() });
    expectStep(rig, 'open', ['method.changed default@1 → default~pos-1@1, 0 settings']);
    expect(rig.position).toMatchObject({ method: 'default~pos-1', methodVersion: 1 });
    rig.later(1, 4500);
    expectStep(rig, 'exiting.working', [
      'exit.triggered stop_loss CRITICAL',
      'order 1-1 market 100.00 at 0.3600',
    ]);
  }),
  scenario('an exit at work goes on as it was planned under another method', ABOVE_ITS_STOP, (rig) => {
    rig.quote(5600, 5900);
    rig.take();
    const method = { ...defaultMethod(), name: 'other', partialExits: { ...defaultMethod().partialExits } };
    const { execution } = rig.exit;
    method.execution = { ...method.execution, HIGH: { ...method.execution.HIGH, maxWalks: 0 } };
    rig.send({ type: 'method.changed', method, changes: [], note: null, ...rig.now() });
    expectStep(rig, 'exiting.working', ['method.changed default@1 → other@1, 0 settings']);
    expect(rig.exit.execution).toEqual(execution);
    rig.later(10, 5600, 5900).over('cancelled');
    expectStep(rig, 'walking.working', ['cancel 1-1', 'order 1-2 walk 1 100.00 at 0.5400']);
  }),
];
