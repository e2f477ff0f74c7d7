import { expect } from 'vitest';
import type { EntryOrder } from '../../../src/domain/entry.ts';
import { NOON, SECOND } from '../../support/domain-builders.ts';
import { ENTRY_RULES, type EntryGiven, type EntryRig } from '../../support/entry-rig.ts';

export interface EntryScenario {
  name: string;
  given: EntryGiven;
  play: (rig: EntryRig) => void;
}

const entry = (name: string, given: EntryGiven, play: EntryScenario['play']): EntryScenario => ({
  name,
  given,
  play,
});

/** The state, and all that was asked and told since the last look. */
const expectStep = (rig: EntryRig, state: string, story: string[] = []): void =>
  expect({ state: rig.state, story: rig.take() }).toEqual({ state, story });

const ID = 'ptest-abc123n1-1';
const DETECTED = ['detected', 'look for offer, info, cash'];

/** Stands at: its order is out, 76 contracts at 0.50: f* is 0.095 / 0.495, a fifth of it of $1,000 is $38.38. */
const resting = (rig: EntryRig): void => {
  rig.take();
  rig.all().recorded();
  rig.take();
  expect(rig.state).toBe('ordered.resting');
};

/** An order that an earlier life has recorded at NOON. */
const stored = (change: Partial<EntryOrder> = {}): EntryGiven => ({
  context: {
    order: {
      ...{ clientId: ID, limitPrice: 5000, quantity: 7_600, bid: 4900, reserved: 38_380_000 },
      ...{ kelly: 190_000, balance: 1_000_000_000, placedAt: NOON, deadline: NOON + 30 * SECOND },
      ...{ filled: 0, cost: 0, fees: 0, end: null },
      ...change,
    },
    at: NOON + 10 * SECOND,
  },
});

/** One edge from its detection to the end of its entry (SPEC 11). */
export const ENTRY_SCENARIOS: EntryScenario[] = [
  entry('from the edge to the position', {}, (rig) => {
    expectStep(rig, 'detected', DETECTED);
    rig.market();
    expectStep(rig, 'detected', ['look for offer, cash']);
    rig.cash(1_000_000_000);
    expectStep(rig, 'detected', ['look for offer']);
    rig.offer(5000);
    expectStep(rig, 'ordered.placing', [
      'validated',
      'checked',
      'sized',
      `order ${ID}: 76.00 at 0.5000 for 38.380000`,
      'ordered',
    ]);
    rig.recorded();
    expectStep(rig, 'ordered.resting');
    rig.filled(2_500);
    expectStep(rig, 'ordered.resting');
    rig.over('filled', 7_600);
    expectStep(rig, 'filled', ['filled: bought']);
    expect(rig.context.order).toMatchObject({ filled: 7_600, cost: 38_000_000, fees: 380_000 });
  }),
  entry('the offer grew old while the cash was read: another one is waited for', {}, (rig) => {
    rig.market().offer(5000).pass(16).cash(1_000_000_000);
    expectStep(rig, 'detected', [...DETECTED, 'look for offer, cash', 'look for cash', 'look for offer']);
    rig.offer(5000);
    expect(rig.state).toBe('ordered.placing');
  }),
  entry('nobody asks until its time is over', {}, (rig) => {
    rig.market().cash(1_000_000_000).offer(null).pass(29.999);
    expect(rig.state).toBe('detected');
    rig.take();
    rig.pass(0.001);
    expectStep(rig, 'expired', ['expired: nothing_seen']);
  }),
  entry('called off before its order', {}, (rig) => {
    rig.take();
    rig.callOff();
    expectStep(rig, 'rejected', ['rejected: called_off']);
    expect(rig.context.calledOff).toBe('entries are paused');
  }),
  entry('the market does not trade', {}, (rig) => {
    rig.take();
    rig.cash(1_000_000_000).offer(5000);
    rig.take();
    rig.market({ status: 'paused' });
    expectStep(rig, 'rejected', ['rejected: not_trading']);
  }),
  entry('the market settles so soon that the position would be left at once', {}, (rig) => {
    rig.cash(1_000_000_000).offer(5000);
    rig.take();
    rig.market({ closeTime: NOON + 300 * SECOND });
    expectStep(rig, 'rejected', ['rejected: settles_soon']);
  }),
  entry('the market settles a moment later than that', {}, (rig) => {
    rig
      .cash(1_000_000_000)
      .offer(5000)
      .market({ closeTime: NOON + 300 * SECOND + 1 });
    expect(rig.state).toBe('ordered.placing');
  }),
  entry('the edge is gone at the price payable now: 0.60 − 0.55 − a fee of half a cent', {}, (rig) => {
    rig.market().cash(1_000_000_000);
    rig.take();
    rig.offer(5500);
    expectStep(rig, 'rejected', ['rejected: edge_gone']);
  }),
  entry('an edge of exactly the minimum is enough', { context: { probability: 605_000 } }, (rig) => {
    rig.market().cash(1_000_000_000).offer(5500);
    expect(rig.state).toBe('ordered.placing');
  }),
  entry('a risk check fails: every verdict is kept', { paused: true }, (rig) => {
    rig.take();
    rig.all();
    expect(rig.take().slice(-3)).toEqual(['validated', 'checked', 'rejected: risk']);
    expect(rig.state).toBe('rejected');
    const { verdicts } = rig.context.assessment!.report;
    expect(verdicts.filter(({ passed }) => !passed).map(({ check }) => check)).toEqual(['entries_paused']);
    expect(verdicts).toHaveLength(9);
  }),
  entry('the book has too little', {}, (rig) => {
    rig.market().cash(1_000_000_000);
    rig.take();
    rig.offer(5000, { size: 399 });
    expectStep(rig, 'rejected', ['validated', 'checked', 'rejected: size']);
    expect(rig.context.assessment!.sizing).toMatchObject({ kind: 'refused', reason: 'too_small' });
  }),
  entry('its order could not be recorded', {}, (rig) => {
    rig.all();
    rig.take();
    rig.send({ type: 'order.unrecorded', error: 'no', at: rig.clock.now() });
    expectStep(rig, 'rejected', ['rejected: unrecorded']);
  }),
  entry('its time runs out: cancelled, nothing bought', {}, (rig) => {
    resting(rig);
    rig.pass(29.999);
    expectStep(rig, 'ordered.resting');
    rig.pass(0.001);
    expectStep(rig, 'ordered.cancelling', [`cancel ${ID}`]);
    rig.over('cancelled', 0);
    expectStep(rig, 'expired', ['expired: timed_out']);
  }),
  entry('its time runs out: what was filled until then is bought', {}, (rig) => {
    resting(rig);
    rig.filled(1_000).pass(30).filled(1_500);
    expectStep(rig, 'ordered.cancelling', [`cancel ${ID}`]);
    rig.over('cancelled', 2_000);
    expectStep(rig, 'filled', ['filled: bought']);
    expect(rig.context.order).toMatchObject({ filled: 2_000, cost: 10_000_000 });
  }),
  entry('the venue refuses the order', {}, (rig) => {
    resting(rig);
    rig.over('rejected', 0, 'closed: no');
    expectStep(rig, 'rejected', ['rejected: venue']);
    expect(rig.context.order!.end).toEqual({ status: 'rejected', refusal: 'closed: no' });
  }),
  entry('called off while its order rests', {}, (rig) => {
    resting(rig);
    rig.callOff();
    expectStep(rig, 'ordered.cancelling', [`cancel ${ID}`]);
    rig.callOff('another reason').over('cancelled', 0);
    expectStep(rig, 'rejected', ['rejected: called_off']);
    expect(rig.context.calledOff).toBe('entries are paused');
  }),
  entry('called off before its order is durable: cancelled as soon as it is', {}, (rig) => {
    rig.all().callOff();
    rig.take();
    expectStep(rig, 'ordered.placing');
    rig.recorded();
    expectStep(rig, 'ordered.cancelling', [`cancel ${ID}`]);
  }),
  entry('facts about another order, and late ones, change nothing', {}, (rig) => {
    resting(rig);
    rig.filled(5_000).filled(3_000);
    const { at } = rig.context;
    const totals = { filledTotal: 7_600, costTotal: 1, feesTotal: 1, at };
    rig.send({ type: 'order.over', clientId: 'another', ...totals, status: 'filled', refusal: null });
    expectStep(rig, 'ordered.resting');
    expect(rig.context.order).toMatchObject({ filled: 5_000 });
  }),
  entry('a restart goes on with an order that rests, for the time it had left', stored(), (rig) => {
    expectStep(rig, 'ordered.resting');
    rig.pass(20);
    expectStep(rig, 'ordered.cancelling', [`cancel ${ID}`]);
  }),
  entry(
    'a restart finds the order over: what it bought is a position now',
    stored({ filled: 500, cost: 2_500_000, end: { status: 'cancelled', refusal: null } }),
    (rig) => expectStep(rig, 'filled', ['filled: bought']),
  ),
  entry(
    'a restart finds the order over, and nothing bought',
    stored({ end: { status: 'cancelled', refusal: null } }),
    (rig) => expectStep(rig, 'expired', ['expired: timed_out']),
  ),
  entry('all of it is known already', { context: knownAll() }, (rig) => {
    expect(rig.state).toBe('ordered.placing');
    expect(rig.context.order!.deadline).toBe(NOON + ENTRY_RULES.orderTimeoutMs);
  }),
];

function knownAll(): NonNullable<EntryGiven['context']> {
  return {
    offer: { bid: 4900, ask: 5000, size: 100_000, fee: 5_000, observedAt: NOON },
    info: {
      ...{ market: 'GAME-A', status: 'open', closeTime: null, expectedExpiration: null, volume24h: null },
      ...{ grid: [{ start: 0, end: 10_000, step: 100 }], settlementValue: null },
    },
    cash: 1_000_000_000,
  };
}
