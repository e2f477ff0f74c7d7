import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextLimitPrice } from '../../src/domain/exit-forecast.ts';
import { PRIORITIES } from '../../src/domain/method.ts';
import type { Price } from '../../src/domain/money.ts';
import { defaultMethod } from '../support/domain-builders.ts';
import { type Given, PositionRig } from '../support/position-rig.ts';

const METHOD = defaultMethod();

/** An operator's exit at work that no patient condition takes over, its first order out at 0.50 / 0.56 unless told. */
function exiting(
  priority: (typeof PRIORITIES)[number],
  [bid, ask]: readonly [Price | null, Price | null] = [5_000, 5_600],
  given: Given = {},
): PositionRig {
  return new PositionRig({ position: { held: true }, ...given }).quote(bid, ask).operatorExit({ priority });
}

const next = ({ watched, method }: PositionRig): Price | null =>
  nextLimitPrice(watched.position, method, watched.surroundings.market);

describe("the next order's limit", () => {
  test.each<[string, () => PositionRig, Price | null]>([
    ['no exit', () => new PositionRig().quote(5_000), null],
    ['the first walk of a fair limit', () => exiting('MEDIUM'), 5_200],
    ['the second, which is bolder', () => exiting('MEDIUM').later(31, 5_000, 5_600).over('cancelled'), 5_000],
    ['as the book is now', () => exiting('MEDIUM').quote(5_250, 5_300), 5_200],
    ['a market order follows the last walk', () => lastWalk(), null],
    ['after the last walk it gives up', () => exiting('MEDIUM', [5_000, 5_600], noWalks()), null],
    ['a market order is repeated', () => exiting('CRITICAL'), null],
    ['a takeover begins with its own', () => exiting('MEDIUM').operatorExit({ priority: 'HIGH' }), 4_900],
    ['a takeover by market order', () => exiting('MEDIUM').operatorExit({ priority: 'CRITICAL' }), null],
    ['called off', () => exiting('MEDIUM').hold(true), null],
    ['an exit that waits for a quote', () => unquoted(), null],
    ['the market rests', () => exiting('MEDIUM').market({ status: 'paused' }), null],
    ['tried again after a refusal', () => exiting('MEDIUM').over('rejected', { code: 'halted' }), 5_300],
    ['refused for good', () => exiting('MEDIUM').over('rejected', { code: 'other' }), null],
  ])('%s', (_, given, price) => expect(next(given())).toBe(price));

  const noWalks = (): Given => ({
    method: {
      ...METHOD,
      execution: { ...METHOD.execution, MEDIUM: { ...METHOD.execution.MEDIUM, maxWalks: 0 } },
    },
  });
  const unquoted = (): PositionRig =>
    new PositionRig({ position: { quotedAt: null, bid: null, ask: null } }).operatorExit({ priority: 'LOW' });
  const lastWalk = (): PositionRig => {
    const rig = exiting('HIGH');
    rig.later(11, 5_000, 5_600).over('cancelled').later(11, 5_000, 5_600).over('cancelled');
    return rig;
  };

  test('is what the next order then has, while the book stays as it is', () => {
    const books = fc.record({
      bid: fc.integer({ min: 44, max: 54 }).map((cents) => cents * 100),
      spread: fc.integer({ min: 1, max: 9 }).map((cents) => cents * 100),
      priority: fc.constantFrom(...PRIORITIES),
      steps: fc.integer({ min: 0, max: 11 }),
    });
    fc.assert(
      fc.property(books, ({ bid, spread, priority, steps }) => {
        const ask = bid + spread;
        const rig = exiting(priority, [bid, ask]);
        for (let i = 0; i < steps && rig.position.exit?.attempt; i++)
          rig.later(61, bid, ask).over('cancelled');
        if (!rig.position.exit?.attempt) return;
        rig.quote(bid, ask);
        const said = next(rig);
        rig.later(61, bid, ask).over('cancelled');
        const { exit } = rig.position;
        const sent = exit?.attempt?.orderType === 'limit' ? exit.attempt.limitPrice : null;
        expect(said).toBe(sent);
      }),
    );
  });
});
