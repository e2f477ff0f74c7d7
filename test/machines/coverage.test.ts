import { describe, expect, it } from 'vitest';
import { entryMachine } from '../../src/machines/entry-machine.ts';
import { errorBreakerMachine } from '../../src/machines/error-breaker-machine.ts';
import { lossBreakerMachine } from '../../src/machines/loss-breaker-machine.ts';
import { orderMachine } from '../../src/machines/order-machine.ts';
import { positionMachine } from '../../src/machines/position-machine.ts';
import { EntryRig } from '../support/entry-rig.ts';
import { OrderRig } from '../support/order-rig.ts';
import { PositionRig } from '../support/position-rig.ts';
import { TransitionCoverage } from '../support/transition-coverage.ts';
import { ERROR_SCENARIOS, LOSS_SCENARIOS, playErrors, playLoss } from './scenarios/breaker-scenarios.ts';
import { ENTRY_SCENARIOS } from './scenarios/entry-scenarios.ts';
import { SCENARIOS } from './scenarios/index.ts';
import { ORDER_SCENARIOS } from './scenarios/order-scenarios.ts';

const COMPLETE = { missing: [] };

/** Prints the numbers, and lists what is missing where something is. */
function expectComplete(name: string, { report }: TransitionCoverage): void {
  const { states, transitions } = report;
  process.stdout.write(
    `${name}: ${states.entered} of ${states.of} states, ${transitions.taken} of ${transitions.of} transitions\n`,
  );
  expect({ states, transitions }).toMatchObject({ states: COMPLETE, transitions: COMPLETE });
}

describe('every state and every transition is walked', () => {
  it('position machine', () => {
    const coverage = new TransitionCoverage(positionMachine);
    for (const { given, play } of Object.values(SCENARIOS).flat())
      play(new PositionRig({ ...given, inspect: coverage.inspect }));
    expectComplete('position', coverage);
  });

  it('loss breaker machine', () => {
    const coverage = new TransitionCoverage(lossBreakerMachine);
    for (const scenario of LOSS_SCENARIOS) playLoss(scenario, coverage.inspect);
    expectComplete('loss breaker', coverage);
  });

  it('error breaker machine', () => {
    const coverage = new TransitionCoverage(errorBreakerMachine);
    for (const scenario of ERROR_SCENARIOS) playErrors(scenario, coverage.inspect);
    expectComplete('error breaker', coverage);
  });

  it('entry machine', () => {
    const coverage = new TransitionCoverage(entryMachine);
    for (const { given, play } of ENTRY_SCENARIOS) play(new EntryRig(given, coverage.inspect));
    expectComplete('entry', coverage);
  });

  it('order machine', () => {
    const coverage = new TransitionCoverage(orderMachine);
    for (const { given, play } of ORDER_SCENARIOS) play(new OrderRig(given, coverage.inspect));
    expectComplete('order', coverage);
  });
});
