import { describe, expect, it } from 'vitest';
import { orderMachine } from '../../src/machines/order-machine.ts';
import { positionMachine } from '../../src/machines/position-machine.ts';
import { OrderRig } from '../support/order-rig.ts';
import { PositionRig } from '../support/position-rig.ts';
import { TransitionCoverage } from '../support/transition-coverage.ts';
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

  it('order machine', () => {
    const coverage = new TransitionCoverage(orderMachine);
    for (const { given, play } of ORDER_SCENARIOS) play(new OrderRig(given, coverage.inspect));
    expectComplete('order', coverage);
  });
});
