import { describe, expect, it } from 'vitest';
import { type Case, isAlone, runCases, say } from './cases.ts';
import { type Call, describeFault, type Fault, faultAt, kindOfCall } from './faults.ts';
import type { Scenario, Variant } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { shareName, shareOf } from './share.ts';
import { simulate } from './simulation.ts';
import { VARIANTS } from './variants.ts';

const FREEZE_MS = 300_000;
/** Of the moments between two calls every third is tried; the calls themselves all are, before and after. */
const TIMERS_APART = 3;
const FLOOR = 3_250;
/** One of these moments in so many is run, and one of each kind. */
const EVERY = 16;
const RUNS_FLOOR = 650;

const freeze = (when: 'before' | 'after'): Fault => ({ kind: 'freeze', when, ms: FREEZE_MS });

interface Moment {
  call: Call;
  fault: Fault;
}

const kindsOf = ({ call, fault }: Moment): string[] => [`${kindOfCall(call)} ${describeFault(fault)}`];

async function momentsOf(scenario: Scenario, variant: Variant): Promise<Moment[]> {
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
  const counted = { all: 0, runs: 0 };

  for (const variant of VARIANTS) {
    for (const scenario of SCENARIOS) {
      it(`${scenario.name}, ${variant.name}: prices nothing from an old book`, {
        timeout: 300_000,
      }, async () => {
        const moments = await momentsOf(scenario, variant);
        counted.all += moments.length;
        const share = shareOf(moments, kindsOf, EVERY);
        counted.runs += share.length;
        const cases = share.map(
          ({ call, fault }): Case => ({
            label: `${scenario.name}, ${variant.name}: #${call.index} ${call.kind}, ${describeFault(fault)}`,
            run: () => simulate(scenario, variant, faultAt(0, call.index, fault, call.kind === 'timer')),
          }),
        );
        expect(await runCases(cases), shareName).toEqual([]);
      });
    }
  }

  it('stands still at no fewer moments than it did', () => {
    if (isAlone) return;
    say(`simulation, frozen process: ${counted.runs} of ${counted.all} moments, ${shareName}`);
    expect(counted.all).toBeGreaterThanOrEqual(FLOOR);
    expect(counted.runs).toBeGreaterThanOrEqual(RUNS_FLOOR);
  });
});
