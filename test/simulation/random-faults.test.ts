import { describe, expect, it } from 'vitest';
import { type Case, runCases, say } from './cases.ts';
import type { Call, Fault, FaultPlan } from './faults.ts';
import { seeded } from './random.ts';
import { SCENARIOS } from './scenarios.ts';
import { simulate } from './simulation.ts';
import { VARIANTS } from './variants.ts';

/** `SEED=17 npx vitest run test/simulation/random-faults.test.ts` replays one seed and prints its trace. */
const SEED = process.env.SEED;
const SEEDS = 200;
const MOST_FAULTS = 12;

type Random = ReturnType<typeof seeded>;

function anyFault(random: Random, { kind }: Call): Fault {
  const when = random.pick(['before', 'after'] as const);
  const restartMs = random.pick([0, 0, 1_000, 7_000, 20_000, 45_000]);
  const landMs = restartMs + random.pick([100, 2_500, 6_000]);
  if (kind === 'timer' || random.below(8) === 0)
    return { kind: 'freeze', when, ms: random.pick([1_000, 4_000, 14_000, 40_000]) };
  if (kind === 'commit' || kind === 'renew')
    return random.below(2) === 0 ? { kind: 'store error', when } : { kind: 'crash', when, restartMs };
  if (kind !== 'place' && kind !== 'cancel')
    return random.below(2) === 0 ? { kind: 'answer lost', landMs: 0 } : { kind: 'crash', when, restartMs };
  return random.pick<Fault>([
    { kind: 'crash', when, restartMs },
    { kind: 'crash in flight', landMs, restartMs },
    { kind: 'answer lost', landMs: 0 },
    { kind: 'answer lost', landMs: random.pick([100, 2_500, 9_000]) },
  ]);
}

/** Up to MOST_FAULTS faults at random calls; trades are hit more often than the rest. */
function anyFaults(random: Random): FaultPlan {
  const rate = 0.01 + 0.08 * random.next();
  let left = 1 + random.below(MOST_FAULTS);
  return (call) => {
    const share = call.kind === 'place' || call.kind === 'cancel' ? 4 : call.kind === 'timer' ? 0.1 : 1;
    if (left === 0 || random.next() > rate * share) return null;
    left -= 1;
    return anyFault(random, call);
  };
}

function caseOf(seed: number): Case {
  const random = seeded(seed);
  const scenario = random.pick(SCENARIOS);
  const variant = random.pick(VARIANTS);
  const readLagMs = random.pick([0, 0, 1_500, 5_000]);
  return { label: `SEED=${seed}`, run: () => simulate(scenario, variant, anyFaults(random), { readLagMs }) };
}

describe('random faults', () => {
  it('lose nothing and sell nothing twice', { timeout: 300_000 }, async () => {
    const seeds =
      SEED === undefined ? Array.from({ length: SEEDS }, (_, index) => index + 1) : [Number(SEED)];
    const cases = seeds.map(caseOf);
    if (SEED !== undefined) say((await cases[0]!.run()).trace.join('\n'));
    expect(await runCases(seeds.map(caseOf))).toEqual([]);
    say(`simulation, random faults: ${cases.length} seeds`);
  });
});
