import { describe, expect, it } from 'vitest';
import { type Case, runCases, say } from './cases.ts';
import { crashPointsOf } from './crash-points.ts';
import {
  bothPlans,
  type Call,
  describeFault,
  type Fault,
  type FaultPlan,
  faultAt,
  noFaults,
} from './faults.ts';
import { seeded } from './random.ts';
import { LONGER_THAN_ANY_STEP_MS, SCENARIOS } from './scenarios.ts';
import { runsAll } from './share.ts';
import { simulate } from './simulation.ts';
import { VARIANTS } from './variants.ts';

const PAIRS_EACH = runsAll ? 30 : 12;
/** Calls of the second life among which the second crash falls: its recovery and the steps after it. */
const RECOVERY_CALLS = 30;

const isTrade = ({ kind }: Call): boolean => kind === 'place' || kind === 'cancel';

/** A crash at the n-th call of the second life; on its way where the call is a trade. */
function secondCrash(index: number, when: 'before' | 'after', restartMs: number): FaultPlan {
  const whole: Fault = { kind: 'crash', when, restartMs };
  const underWay: Fault = { kind: 'crash in flight', landMs: restartMs + 3_000, restartMs };
  return (call) => {
    if (call.life !== 1 || call.index !== index || call.kind === 'timer') return null;
    return isTrade(call) && index % 2 === 0 ? underWay : whole;
  };
}

async function* pairs(): AsyncGenerator<Case> {
  const random = seeded(20_260_208);
  for (const scenario of SCENARIOS) {
    for (const variant of VARIANTS) {
      const { calls } = await simulate(scenario, variant, noFaults);
      const crashes = crashPointsOf(calls).filter(({ fault }) => fault.kind.startsWith('crash'));
      for (let n = 0; n < PAIRS_EACH; n++) {
        const { call, fault, readLagMs } = random.pick(crashes);
        const index = random.below(RECOVERY_CALLS);
        const when = random.pick(['before', 'after'] as const);
        const restartMs = random.pick([0, LONGER_THAN_ANY_STEP_MS]);
        const first = `#${call.index} ${call.kind}, ${describeFault(fault)}`;
        yield {
          label: `${scenario.name}, ${variant.name}: ${first}; then #${index} ${when}, restart in ${restartMs / 1000} s`,
          run: () =>
            simulate(
              scenario,
              variant,
              bothPlans(faultAt(0, call.index, fault), secondCrash(index, when, restartMs)),
              {
                readLagMs,
              },
            ),
        };
      }
    }
  }
}

describe('a second crash while recovering from the first', () => {
  it('changes nothing: a seeded sample of pairs', { timeout: 300_000 }, async () => {
    const cases: Case[] = [];
    for await (const pair of pairs()) cases.push(pair);
    expect(await runCases(cases)).toEqual([]);
    say(`simulation, second crashes: ${cases.length} pairs`);
  });
});
