import { describe, expect, it } from 'vitest';
import { type Case, isAlone, runCases, say } from './cases.ts';
import { type Call, describeFault, type Fault, faultAt } from './faults.ts';
import type { Scenario, Variant } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { simulate } from './simulation.ts';
import { VARIANTS } from './variants.ts';

const FREEZE_MS = 300_000;
/** Of the moments between two calls every third is tried; the calls themselves all are, before and after. */
const TIMERS_APART = 3;
const FLOOR = 3_250;

const freeze = (when: 'before' | 'after'): Fault => ({ kind: 'freeze', when, ms: FREEZE_MS });

async function stepsOf(scenario: Scenario, variant: Variant): Promise<{ call: Call; fault: Fault }[]> {
  const timers: Call[] = [];
  const { calls } = await simulate(scenario, variant, (call) => {
    if (call.kind === 'timer') timers.push(call);
    return null;
  });
  return [
    ...calls.flatMap((call) => [freeze('before'), freeze('after')].map((fault) => ({ call, fault }))),
    ...timers
      .filter(({ index }) => index % TIMERS_APART === 0)
      .map((call) => ({ call, fault: freeze('before') })),
  ];
}

/** The audit of every run holds each price against the age of its book, at its commit and when it leaves. */
describe('a process that stands still for five minutes', () => {
  let count = 0;

  for (const variant of VARIANTS) {
    for (const scenario of SCENARIOS) {
      it(`${scenario.name}, ${variant.name}: prices nothing from an old book`, {
        timeout: 300_000,
      }, async () => {
        const steps = await stepsOf(scenario, variant);
        count += steps.length;
        const cases = steps.map(
          ({ call, fault }): Case => ({
            label: `${scenario.name}, ${variant.name}: #${call.index} ${call.kind}, ${describeFault(fault)}`,
            run: () => simulate(scenario, variant, faultAt(0, call.index, fault, call.kind === 'timer')),
          }),
        );
        expect(await runCases(cases)).toEqual([]);
      });
    }
  }

  it('stands still at no fewer moments than it did', () => {
    if (isAlone) return;
    say(`simulation, frozen process: ${count} moments`);
    expect(count).toBeGreaterThanOrEqual(FLOOR);
  });
});
