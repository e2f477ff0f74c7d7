import { describe, expect, test } from 'vitest';
import type { Book } from '../../../src/domain/market.ts';
import { delta, START, StreamRig, snapshot } from './stream-rig.ts';

const SIDES: { yes: [string, string][] } = { yes: [['0.5000', '10.00']] };

function live(markets: string[], options: ConstructorParameters<typeof StreamRig>[0] = {}): StreamRig {
  const rig = new StreamRig(options).goLive(markets);
  for (const [i, market] of markets.entries()) rig.connection.frame(snapshot(i + 1, market, SIDES));
  return rig;
}

const books = (rig: StreamRig): Book[] =>
  rig
    .takeTold()
    .filter(([name]) => name === 'book')
    .map(([, book]) => book as Book);

/** Market and age (ms since the start) of the books told since the last call. */
const ages = (rig: StreamRig): [string, number][] =>
  books(rig).map(({ market, observedAt }) => [market, observedAt - START]);

describe('a sign of life', () => {
  test('at least 4 s after the last refresh delivers every book again, with the same arrays', () => {
    const rig = live(['A', 'B']);
    const [before] = books(rig);
    rig.run(3_999);
    rig.connection.ping();
    expect(rig.told).toEqual([]);
    rig.run(1);
    rig.connection.ping();
    const after = books(rig);
    expect(after.map(({ market, observedAt }) => [market, observedAt - START])).toEqual([
      ['A', 4_000],
      ['B', 4_000],
    ]);
    expect(after[0]!.bids).toBe(before!.bids);
    expect(after[0]!.asks).toBe(before!.asks);
  });

  test('may be any frame; the book that it changes is delivered once', () => {
    const rig = live(['A', 'B']);
    rig.takeTold();
    rig.run(6_000);
    rig.connection.frame(delta(3, 'B', ['yes', '0.5000', '1.00']));
    expect(ages(rig)).toEqual([
      ['B', 6_000],
      ['A', 6_000],
    ]);
    rig.run(3_000);
    rig.connection.text('?');
    expect(ages(rig)).toEqual([]);
  });

  test('without one no book gets younger', () => {
    const rig = live(['A']);
    rig.takeTold();
    rig.run(20_000);
    expect(rig.told).toEqual([]);
  });

  test('refreshes only what is left after a gap', () => {
    const rig = live(['A', 'B']);
    rig.takeTold();
    rig.run(5_000);
    rig.connection.frame(snapshot(9, 'A', SIDES));
    expect(ages(rig)).toEqual([['A', 5_000]]);
  });
});

describe('a message that comes late', () => {
  const at = (ms: number) => ({ ts_ms: START + ms });

  test.each([
    ['2 s are no backlog', {}, 8_000, 10_000],
    ['more than that is: its own age counts', {}, 7_999, 7_999],
    ['a time ahead of ours is now', {}, 60_000, 10_000],
    ['the exchange is 5 s behind our clock: known, no backlog', { skewMs: () => -5_000 }, 4_000, 10_000],
    ['and behind that, backlog', { skewMs: () => -5_000 }, 1_000, 6_000],
    ['the exchange is ahead: lateness shows earlier', { skewMs: () => 5_000 }, 12_000, 7_000],
    ['the skew is not known yet', { skewMs: () => null }, 7_000, 7_000],
  ])('%s', (_, options, sentAt, expected) => {
    const rig = live(['A'], options);
    rig.takeTold();
    rig.run(10_000);
    rig.connection.frame(delta(2, 'A', ['yes', '0.5000', '1.00'], at(sentAt)));
    expect(ages(rig)).toEqual([['A', expected]]);
  });

  test('speaks for the connection until a timely one contradicts it', () => {
    const rig = live(['A', 'B']);
    rig.takeTold();
    rig.run(10_000);
    rig.connection.frame(delta(3, 'A', ['yes', '0.5000', '1.00'], at(4_000)));
    rig.run(5_000);
    rig.connection.ping();
    expect(ages(rig)).toEqual([
      ['A', 4_000],
      ['B', 4_000],
      ['A', 9_000],
      ['B', 9_000],
    ]);
    rig.connection.frame(delta(4, 'A', ['yes', '0.5000', '1.00'], at(14_900)));
    rig.run(5_000);
    rig.connection.ping();
    expect(ages(rig)).toEqual([
      ['A', 15_000],
      ['A', 20_000],
      ['B', 20_000],
    ]);
  });

  test('is forgotten after 30 s', () => {
    const rig = live(['A']);
    rig.run(10_000);
    rig.connection.frame(delta(2, 'A', ['yes', '0.5000', '1.00'], at(4_000)));
    rig.runWithPings(20_000);
    rig.takeTold();
    rig.runWithPings(10_000);
    expect(ages(rig)).toEqual([['A', 40_000]]);
  });
});
