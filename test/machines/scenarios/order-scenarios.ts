import { expect } from 'vitest';
import type { OrderInput } from '../../../src/machines/order-machine.ts';
import type { OrderRig } from '../../support/order-rig.ts';

export interface OrderScenario {
  name: string;
  given: Partial<OrderInput>;
  play: (rig: OrderRig) => void;
}

const order = (name: string, given: Partial<OrderInput>, play: OrderScenario['play']): OrderScenario => ({
  name,
  given,
  play,
});

/** The state, and all that was asked and told since the last look. */
const expectStep = (rig: OrderRig, state: string, story: string[] = []): void =>
  expect({ state: rig.state, story: rig.take() }).toEqual({ state, story });

const IN_DOUBT = { from: 'in_doubt' as const };
const SUBMIT = 'submit 10000';

/** Stands at: working, as v1. */
const accepted = (rig: OrderRig): void => {
  rig.accepted();
  expectStep(rig, 'working', [SUBMIT, 'working: sold 0']);
};

/** One order from its record to its last word (SPEC 8.3). */
export const ORDER_SCENARIOS: OrderScenario[] = [
  order('accepted, filled', {}, (rig) => {
    accepted(rig);
    rig.found({ filled: 4_000 });
    expectStep(rig, 'working', ['working: sold 4000']);
    rig.found({ filled: 10_000, status: 'filled' });
    expectStep(rig, 'over', ['over: sold 10000']);
  }),
  order('accepted, and over with it', {}, (rig) => {
    rig.accepted({ filled: 3_000, status: 'cancelled' });
    expectStep(rig, 'over', [SUBMIT, 'over: sold 3000']);
  }),
  order('refused', {}, (rig) => {
    rig.rejected('bad_price');
    expectStep(rig, 'over', [SUBMIT, 'over: sold 0, bad_price']);
  }),
  order('unknown: the venue is asked, and has it', {}, (rig) => {
    rig.unknown();
    expectStep(rig, 'unknown.asking', [SUBMIT, 'unknown: sold 0', 'query by client id']);
    rig.found({ filled: 100 });
    expectStep(rig, 'working', ['working: sold 100']);
  }),
  order('unknown: found, and over', {}, (rig) => {
    rig.unknown().found({ filled: 10_000, status: 'filled' });
    expectStep(rig, 'over', [SUBMIT, 'unknown: sold 0', 'query by client id', 'over: sold 10000']);
  }),
  order('unknown, not found: the identical order is sent again, and lands', {}, (rig) => {
    rig.unknown().notFound();
    expectStep(rig, 'unknown.burning', [SUBMIT, 'unknown: sold 0', 'query by client id', SUBMIT]);
    rig.accepted();
    expectStep(rig, 'working', ['working: sold 0']);
  }),
  order('unknown, not found, sent again: lands and is over with it', {}, (rig) => {
    rig.unknown().notFound().accepted({ status: 'cancelled', filled: 0 });
    expect(rig.state).toBe('over');
  }),
  order('unknown, not found, sent again: it exists already, so it is looked up', {}, (rig) => {
    rig.unknown().notFound().rejected('already_exists');
    rig.take();
    expectStep(rig, 'unknown.pausing');
    rig.pass(1.999);
    expectStep(rig, 'unknown.pausing');
    rig.pass(0.001);
    expectStep(rig, 'unknown.asking', ['query by client id']);
    rig.found({ filled: 2_000 });
    expectStep(rig, 'working', ['working: sold 2000']);
  }),
  order('unknown, not found, sent again, refused: believed only when it still is not found', {}, (rig) => {
    rig.unknown().notFound().rejected('not_held');
    rig.take();
    rig.pass(2);
    expectStep(rig, 'unknown.asking', ['query by client id']);
    rig.notFound();
    expectStep(rig, 'over', ['over: sold 0, not_held']);
  }),
  order('unknown, not found, sent again, refused: the first had landed and filled', {}, (rig) => {
    rig.unknown().notFound().rejected('not_held').pass(2).found({ filled: 10_000, status: 'filled' });
    expect(rig.take().at(-1)).toBe('over: sold 10000');
  }),
  order('unknown, not found, sent again, refused: not believed while the first may still land', {}, (rig) => {
    rig.unknown().notFound(true).rejected('bad_price').pass(2).notFound(true);
    expect(rig.state).toBe('unknown.pausing');
    rig.pass(4).found({ filled: 10_000, status: 'filled' });
    expect(rig.take().at(-1)).toBe('over: sold 10000');
  }),
  order('unknown, not found, sent again: a halt says nothing', {}, (rig) => {
    rig.unknown().notFound().rejected('halted').pass(2).notFound();
    expect(rig.state).toBe('unknown.burning');
  }),
  order('unknown, not found, sent again: and again nobody heard', {}, (rig) => {
    rig.unknown().notFound().unknown();
    expect(rig.state).toBe('unknown.pausing');
    rig.take();
    rig.pass(2);
    expectStep(rig, 'unknown.asking', ['query by client id']);
  }),
  order('the venue can not be asked: again after 2, 4, … at most 30 s', {}, (rig) => {
    rig.unknown();
    const waits = [];
    for (let i = 0; i < 7; i++) {
      rig.unknown();
      rig.take();
      const from = rig.clock.now();
      while (rig.state === 'unknown.pausing') rig.pass(0.5);
      waits.push((rig.clock.now() - from) / 1000);
    }
    expect(waits).toEqual([2, 4, 8, 16, 30, 30, 30]);
    rig.rejected('rate_limited');
    expect(rig.state).toBe('unknown.pausing');
  }),
  order('it exists already at the first sending: same terms, it is ours', {}, (rig) => {
    rig.rejected('already_exists');
    expectStep(rig, 'unknown.asking', [SUBMIT, 'unknown: sold 0', 'query by client id']);
    rig.found({ filled: 500 });
    expectStep(rig, 'working', ['working: sold 500']);
  }),
  ...[
    { limitPrice: 4900 },
    { quantity: 9_000 },
    { side: 'no' as const },
    { market: 'GAME-B' },
    { action: 'buy' as const },
  ].map((other) =>
    order(`it exists already with other terms: refused (${Object.keys(other)})`, {}, (rig) => {
      rig.rejected('already_exists').found({ ...other, filled: 700, status: 'filled' });
      expectStep(rig, 'over', [
        SUBMIT,
        'unknown: sold 0',
        'query by client id',
        'over: sold 0, already_exists',
      ]);
    }),
  ),
  order('a working order is polled', {}, (rig) => {
    accepted(rig);
    rig.pass(10);
    expectStep(rig, 'working', ['query v1']);
    rig.found().pass(10);
    expectStep(rig, 'working', ['query v1']);
    rig.unknown().notFound().rejected('rate_limited');
    expectStep(rig, 'working');
  }),
  order('cancelled', {}, (rig) => {
    accepted(rig);
    rig.cancel();
    expectStep(rig, 'cancelling', ['cancel v1']);
    rig.found({ status: 'cancelled', filled: 1_000 });
    expectStep(rig, 'over', ['over: sold 1000']);
  }),
  order('cancelled: a fill wins the race', {}, (rig) => {
    accepted(rig);
    rig.cancel().found({ filled: 6_000 }).found({ filled: 10_000, status: 'filled' });
    expectStep(rig, 'over', ['cancel v1', 'working: sold 6000', 'over: sold 10000']);
  }),
  order('a report that comes late takes no fill back', {}, (rig) => {
    accepted(rig);
    rig
      .found({ filled: 6_000 })
      .found({ filled: 2_000 })
      .cancel()
      .found({ status: 'cancelled', filled: 2_000 });
    expectStep(rig, 'over', ['working: sold 6000', 'cancel v1', 'over: sold 6000']);
  }),
  order('cancel was asked for before it was accepted', {}, (rig) => {
    rig.cancel().accepted();
    expectStep(rig, 'cancelling', [SUBMIT, 'working: sold 0', 'cancel v1']);
  }),
  order('still resting after the cancel: cancelled again', {}, (rig) => {
    accepted(rig);
    rig.cancel().found();
    expectStep(rig, 'cancelling', ['cancel v1']);
    rig.pass(1);
    expectStep(rig, 'cancelling', ['cancel v1']);
    rig.rejected('halted').pass(2);
    expectStep(rig, 'cancelling', ['cancel v1']);
  }),
  order('nobody heard of the cancel: asked, and cancelled again', {}, (rig) => {
    accepted(rig);
    rig.cancel().unknown();
    expectStep(rig, 'unknown.pausing', ['cancel v1', 'unknown: sold 0']);
    rig.pass(1);
    expectStep(rig, 'unknown.asking', ['query v1']);
    rig.found();
    expectStep(rig, 'cancelling', ['working: sold 0', 'cancel v1']);
  }),
  order('the cancel finds nothing: that proves nothing, it is looked up until it is found', {}, (rig) => {
    accepted(rig);
    rig.cancel().notFound();
    expectStep(rig, 'unknown.asking', ['cancel v1', 'unknown: sold 0', 'query v1']);
    rig.notFound();
    expectStep(rig, 'unknown.pausing');
    rig.pass(1);
    rig.found({ status: 'filled', filled: 10_000 });
    expectStep(rig, 'over', ['query v1', 'over: sold 10000']);
  }),
  order('a restart is in doubt: asked first, nothing is sent', IN_DOUBT, (rig) => {
    expectStep(rig, 'unknown.asking', ['unknown: sold 0', 'query by client id']);
    rig.found({ filled: 300 });
    expectStep(rig, 'working', ['working: sold 300']);
  }),
  order('a restart knows what it had seen', { ...IN_DOUBT, venueOrderId: 'v1', filled: 300 }, (rig) => {
    expectStep(rig, 'unknown.asking', ['unknown: sold 300', 'query v1']);
    rig.notFound();
    expectStep(rig, 'unknown.pausing');
  }),
  order(
    'a restart remembers that a cancel was asked for',
    { ...IN_DOUBT, venueOrderId: 'v1', cancelAsked: true },
    (rig) => {
      rig.found();
      expectStep(rig, 'cancelling', ['unknown: sold 0', 'query v1', 'working: sold 0', 'cancel v1']);
    },
  ),
  order('a restart before anything was sent: the order goes out once', IN_DOUBT, (rig) => {
    rig.notFound().accepted();
    expectStep(rig, 'working', ['unknown: sold 0', 'query by client id', SUBMIT, 'working: sold 0']);
  }),
];
