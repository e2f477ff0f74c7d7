import { expect, it } from 'vitest';
import { type Case, isAlone, runCases, say } from './cases.ts';
import { type CrashPoint, crashPointsOf, kindsOf, wayOf } from './crash-points.ts';
import { describeFault, faultAt, noFaults } from './faults.ts';
import type { Scenario, Variant } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { shareName, shareOf } from './share.ts';
import { simulate } from './simulation.ts';

const labelOf = (scenario: Scenario, variant: Variant, { call, fault, readLagMs }: CrashPoint): string =>
  `${scenario.name}, ${variant.name}: #${call.index} ${call.kind}, ${describeFault(fault)}${readLagMs > 0 ? ', reads lag' : ''}`;

/** One crash point in so many is run, and one of each kind. */
const EVERY = 12;

/**
 * The crash points of every scenario. `floors`: as many as there were when the test was written; fewer means that
 * something is not cut any more.
 */
export function describeCrashes(
  variant: Variant,
  floors: { points: number; all: number; runs: number },
): void {
  const counted = { points: 0, all: 0, runs: 0 };

  for (const scenario of SCENARIOS) {
    it(`${scenario.name}: cut at its writes and its calls`, { timeout: 300_000 }, async () => {
      const { calls, violation } = await simulate(scenario, variant, noFaults);
      expect(violation, 'without a fault').toBeNull();
      const points = crashPointsOf(calls);
      counted.points += new Set(points.map(({ call, fault }) => `${call.index} ${wayOf(fault)}`)).size;
      counted.all += points.length;
      const share = shareOf(points, kindsOf, EVERY);
      counted.runs += share.length;
      const cases = share.map(
        (point): Case => ({
          label: labelOf(scenario, variant, point),
          run: () => {
            const plan = faultAt(0, point.call.index, point.fault);
            return simulate(scenario, variant, plan, { readLagMs: point.readLagMs });
          },
        }),
      );
      expect(await runCases(cases), shareName).toEqual([]);
    });
  }

  it('cuts no less than it did', () => {
    if (isAlone) return;
    say(
      `simulation, ${variant.name}: ${counted.points} crash points, ${counted.runs} of ${counted.all} runs, ${shareName}`,
    );
    expect(counted.points).toBeGreaterThanOrEqual(floors.points);
    expect(counted.all).toBeGreaterThanOrEqual(floors.all);
    expect(counted.runs).toBeGreaterThanOrEqual(floors.runs);
  });
}
