import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PRIORITIES } from '../../src/domain/method.ts';
import { positionMachine } from '../../src/machines/position-machine.ts';
import { defaultMethod, methodWithoutPartialExits } from '../support/domain-builders.ts';
import type { Given } from '../support/position-rig.ts';
import { PositionWalk, type Step } from '../support/position-walk.ts';
import { TransitionCoverage } from '../support/transition-coverage.ts';

const BIDS = [null, 1000, 2900, 4000, 4200, 4300, 4600, 5000, 5100, 5200, 5600, 5800, 6000, 6300, 6600, 9000];
const CODES = [null, null, null, null, 'halted', 'rate_limited', 'bad_price', 'closed', 'not_held', 'unseen'];

const quote = fc.record({
  do: fc.constant('quote' as const),
  bid: fc.constantFrom(...BIDS),
  spread: fc.constantFrom(100, 100, 200, 300, 900, null),
  ageSeconds: fc.constantFrom(0, 0, 0, 0, 3, 16),
});
const pass = fc.record({
  do: fc.constant('pass' as const),
  seconds: fc.constantFrom(0, 0.5, 1, 2, 5, 5, 10, 10, 15, 30, 61, 300),
});
const rare = fc.oneof(
  fc.record({
    do: fc.constant('market' as const),
    status: fc.constantFrom('open', 'open', 'open', 'paused', 'paused', 'closed'),
  }),
  fc.record({
    do: fc.constant('exit' as const),
    priority: fc.constantFrom(...PRIORITIES),
    quantity: fc.constantFrom(null, 700, 5_000),
  }),
  fc.record({ do: fc.constant('operator' as const), word: fc.constantFrom('release', 'resume', 'retry') }),
  fc.record({ do: fc.constant('hold' as const), cancel: fc.boolean() }),
  fc.record({ do: fc.constant('breaker' as const), tripped: fc.boolean() }),
  fc.record({ do: fc.constant('patience' as const), paused: fc.boolean() }),
  fc.record({ do: fc.constant('missing' as const), quantity: fc.constantFrom(1, 300, 2_000, 9_000) }),
  fc.record({
    do: fc.constant('model' as const),
    probability: fc.constantFrom(400_000, 520_000, 585_000, 900_000),
  }),
  fc.record({ do: fc.constant('restart' as const), seconds: fc.constantFrom(0, 1, 20, 400) }),
);
const settlement = fc.record({ do: fc.constant('market' as const), status: fc.constant('settled' as const) });
const index = fc.nat(50);
const happening = fc.oneof(
  { weight: 150, arbitrary: quote },
  { weight: 125, arbitrary: pass },
  { weight: 25, arbitrary: fc.record({ do: fc.constant('tick' as const) }) },
  {
    weight: 40,
    arbitrary: fc.record({
      do: fc.constant('fill' as const),
      share: fc.constantFrom(1, 30, 50, 100),
      late: fc.boolean(),
    }),
  },
  {
    weight: 100,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      code: fc.constantFrom(...CODES),
      late: fc.boolean(),
    }),
  },
  { weight: 40, arbitrary: fc.record({ do: fc.constant('deliver' as const), index }) },
  { weight: 20, arbitrary: fc.record({ do: fc.constant('repeat' as const), index }) },
  { weight: 70, arbitrary: rare },
  { weight: 1, arbitrary: settlement },
);
/** One step in twenty is lost with the process. */
const step = fc.tuple(happening, fc.nat(19)).map(([what, die]) => ({ ...what, lost: die === 0 }) as Step);
const given = fc.record({
  partial: fc.boolean(),
  side: fc.constantFrom('yes', 'no'),
  trailingStop: fc.constantFrom(null, 5700),
  quantity: fc.constantFrom(10_000, 300, 37),
});

const give = ({
  partial,
  side,
  trailingStop,
  quantity,
}: {
  partial: boolean;
  side: string;
  trailingStop: number | null;
  quantity: number;
}): Given => ({
  method: partial ? defaultMethod() : methodWithoutPartialExits(),
  position: { side: side as 'yes', trailingStop, quantity, cost: quantity * 5000, modelProbability: 520_000 },
});

describe('a position walks at random through events in any order', () => {
  it('and never sells what it does not hold, loses no fill, and never stands still', () => {
    const coverage = new TransitionCoverage(positionMachine);
    let steps = 0;
    fc.assert(
      fc.property(given, fc.array(step, { maxLength: 150, size: 'max' }), (start, walk) => {
        const world = new PositionWalk({ ...give(start), inspect: coverage.inspect });
        for (const each of walk) {
          world.take(each);
          steps += 1;
          if (world.rig.state === 'closed') return;
        }
      }),
      { numRuns: 500 },
    );
    const { states, transitions } = coverage.report;
    process.stdout.write(
      `random walks: ${steps} steps, ${states.entered} of ${states.of} states, ${transitions.taken} of ${transitions.of} transitions\n`,
    );
    expect(states.entered).toBeGreaterThanOrEqual(states.of - 2);
    expect(transitions.taken / transitions.of).toBeGreaterThan(0.7);
  });
});
