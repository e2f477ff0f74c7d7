import { describe, expect, it } from 'vitest';
import type { OrderRequest } from '../../src/actors/ports.ts';
import { type Case, runCases } from './cases.ts';
import { type Call, describeFault, type Fault, type FaultPlan, noFaults } from './faults.ts';
import { MARKET, quantityOf, type Variant } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { simulate } from './simulation.ts';
import { VARIANTS } from './variants.ts';
import { INSTANCE } from './world.ts';

const STRAY = `p${INSTANCE}-lostx1-1`;

/** Left by a life whose store is gone: it rests far above every bid. */
const strayIn = ({ side }: Variant): OrderRequest => ({
  clientId: STRAY,
  market: MARKET,
  side,
  action: 'sell',
  timeInForce: 'gtc',
  limitPrice: 9_900,
  quantity: quantityOf(30),
});

/** The first cancel of the stray meets a fault; the trades of the position don't. */
const faultAtStray = (fault: Fault): FaultPlan => {
  let met = false;
  return ({ kind, about }: Call) => {
    if (met || kind !== 'cancel' || about !== STRAY) return null;
    met = true;
    return fault;
  };
};

const PLANS: [name: string, plan: () => FaultPlan][] = [
  ['no fault', () => noFaults],
  ...(
    [
      { kind: 'crash', when: 'before', restartMs: 0 },
      { kind: 'crash', when: 'after', restartMs: 20_000 },
      { kind: 'crash in flight', landMs: 3_000, restartMs: 0 },
      { kind: 'answer lost', landMs: 0 },
      { kind: 'answer lost', landMs: 3_000 },
    ] as const
  ).map((fault): [string, () => FaultPlan] => [describeFault(fault), () => faultAtStray(fault)]),
];

describe('an order of ours that no exit owns', () => {
  it('is cancelled before anything new is sent, and the position is sold', async () => {
    const cases = VARIANTS.flatMap((variant) =>
      SCENARIOS.flatMap((scenario) =>
        PLANS.map(
          ([name, plan]): Case => ({
            label: `${scenario.name}, ${variant.name}, stray order: ${name}`,
            run: () => simulate(scenario, variant, plan(), { stray: strayIn(variant) }),
          }),
        ),
      ),
    );
    expect(await runCases(cases)).toEqual([]);
  });
});
