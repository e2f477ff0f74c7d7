import { describe, expect, test } from 'vitest';
import type { Book } from '../../../src/domain/market.ts';
import { BOOK_SID, delta, START, StreamRig, snapshot } from './stream-rig.ts';

const YES: [string, string][] = [
  ['0.0800', '300.00'],
  ['0.2200', '333.00'],
];
const NO: [string, string][] = [
  ['0.5400', '20.00'],
  ['0.5600', '146.00'],
];

/** Live with the books of these markets and nothing told yet. */
function live(...markets: string[]): StreamRig {
  const rig = new StreamRig().goLive(markets);
  for (const [i, market] of markets.entries())
    rig.connection.frame(snapshot(i + 1, market, { yes: YES, no: NO }));
  rig.takeTold();
  rig.connection.takeSent();
  return rig;
}

const books = (rig: StreamRig): Book[] =>
  rig
    .takeTold()
    .filter(([name]) => name === 'book')
    .map(([, book]) => book as Book);

const asked = (rig: StreamRig): unknown[] =>
  rig.connection
    .takeSent()
    .map(({ cmd, params }) => [params.action ?? cmd, params.market_tickers ?? params.sids]);

describe('a book', () => {
  test('is delivered whole in YES terms, best levels first', () => {
    const rig = new StreamRig().goLive(['A']);
    rig.run(700);
    rig.connection.frame(snapshot(2, 'A', { yes: YES, no: NO }));
    expect(books(rig)).toEqual([
      {
        market: 'A',
        bids: [
          { price: 2_200, size: 33_300 },
          { price: 800, size: 30_000 },
        ],
        asks: [
          { price: 4_400, size: 14_600 },
          { price: 4_600, size: 2_000 },
        ],
        observedAt: START + 700,
      },
    ]);
  });

  test.each([
    ['a key that is missing', {}, [], []],
    ['levels of size 0', { yes: [['0.5000', '0.00']], no: [['0.4000', '1.00']] }, [], [[6_000, 100]]],
  ])('%s: an empty side', (_, sides, bids, asks) => {
    const rig = new StreamRig().goLive(['A']);
    rig.connection.frame(snapshot(1, 'A', sides as Parameters<typeof snapshot>[2]));
    const [book] = books(rig);
    expect(book!.bids.map(({ price, size }) => [price, size])).toEqual(bids);
    expect(book!.asks.map(({ price, size }) => [price, size])).toEqual(asks);
  });

  test.each([
    [
      'a new best YES bid',
      ['yes', '0.3000', '5.00'],
      [
        [3_000, 500],
        [2_200, 33_300],
        [800, 30_000],
      ],
      null,
    ],
    [
      'a YES bid in between',
      ['yes', '0.1000', '5.00'],
      [
        [2_200, 33_300],
        [1_000, 500],
        [800, 30_000],
      ],
      null,
    ],
    [
      'a YES bid behind the others',
      ['yes', '0.0100', '5.00'],
      [
        [2_200, 33_300],
        [800, 30_000],
        [100, 500],
      ],
      null,
    ],
    ['a level that shrinks', ['yes', '0.2200', '-333.00'], [[800, 30_000]], null],
    [
      'a level that grows',
      ['yes', '0.0800', '0.01'],
      [
        [2_200, 33_300],
        [800, 30_001],
      ],
      null,
    ],
    [
      'a new best NO bid',
      ['no', '0.6000', '1.00'],
      null,
      [
        [4_000, 100],
        [4_400, 14_600],
        [4_600, 2_000],
      ],
    ],
    ['a NO bid gone', ['no', '0.5400', '-20.00'], null, [[4_400, 14_600]]],
    ['no change', ['no', '0.5400', '0.00'], null, null],
  ])('changes exactly: %s', (_, change, bids, asks) => {
    const rig = live('A');
    rig.connection.frame(delta(2, 'A', change as [string, string, string]));
    const [book] = books(rig);
    const pairs = (levels: Book['bids']) => levels.map(({ price, size }) => [price, size]);
    expect(pairs(book!.bids)).toEqual(
      bids ?? [
        [2_200, 33_300],
        [800, 30_000],
      ],
    );
    expect(pairs(book!.asks)).toEqual(
      asks ?? [
        [4_400, 14_600],
        [4_600, 2_000],
      ],
    );
  });

  test('is delivered even when crossed', () => {
    const rig = live('A');
    rig.connection.frame(delta(2, 'A', ['yes', '0.5000', '1.00']));
    const [book] = books(rig);
    expect([book!.bids[0]!.price, book!.asks[0]!.price]).toEqual([5_000, 4_400]);
  });

  test('once delivered is never changed', () => {
    const rig = new StreamRig().goLive(['A']);
    rig.connection.frame(snapshot(1, 'A', { yes: YES, no: NO }));
    const [first] = books(rig);
    const before = structuredClone(first);
    rig.connection.frame(delta(2, 'A', ['yes', '0.2200', '-1.00']));
    rig.connection.frame(delta(3, 'A', ['no', '0.7000', '1.00']));
    expect(first).toEqual(before);
  });

  test('of a market that is not watched is not delivered; its frames still count', () => {
    const rig = live('A');
    rig.connection.frame(snapshot(2, 'B', { yes: YES }));
    rig.connection.frame(delta(3, 'A', ['yes', '0.2200', '-1.00']));
    expect(books(rig).map(({ market }) => market)).toEqual(['A']);
  });

  test('of a subscription given up is not delivered', () => {
    const rig = live('A');
    rig.stream.watch([]);
    rig.connection.frame(delta(2, 'A', ['yes', '0.2200', '-1.00']));
    rig.run(5_000);
    rig.connection.ping();
    expect(books(rig)).toEqual([]);
  });
});

describe('a gap', () => {
  test('drops all books, asks for them, and delivers none before their snapshots', () => {
    const rig = live('A', 'B');
    rig.connection.frame(delta(4, 'A', ['yes', '0.2200', '-1.00']));
    expect(asked(rig)).toEqual([['get_snapshot', ['A', 'B']]]);
    rig.connection.frame(delta(5, 'B', ['yes', '0.2200', '-1.00']));
    rig.run(4_500);
    rig.connection.ping();
    expect([books(rig), asked(rig)]).toEqual([[], []]);
    rig.connection.frame(snapshot(6, 'B', { no: NO }, { id: 6 }));
    expect(books(rig).map(({ market }) => market)).toEqual(['B']);
    expect(rig.stream.isLive()).toBe(true);
  });

  test('before a snapshot spares that book', () => {
    const rig = live('A', 'B');
    rig.connection.frame(snapshot(9, 'A', { yes: YES }));
    expect(books(rig).map(({ market }) => market)).toEqual(['A']);
    expect(asked(rig)).toEqual([['get_snapshot', ['B']]]);
  });

  test('behind an answer to a command is one too: that answer has a number', () => {
    const rig = live('A');
    rig.connection.frame({ id: 9, sid: BOOK_SID, seq: 2, type: 'ok', msg: { market_tickers: ['A'] } });
    rig.connection.frame(delta(3, 'A', ['yes', '0.2200', '-1.00']));
    expect(books(rig).length).toBe(1);
    rig.connection.frame({ id: 9, sid: BOOK_SID, seq: 5, type: 'ok', msg: {} });
    expect(asked(rig)).toEqual([['get_snapshot', ['A']]]);
  });

  test('left by a frame that could not be read is found by the next one', () => {
    const rig = live('A');
    rig.connection.text('{"type":"orderbook_delta","sid":5,"seq":2');
    rig.connection.frame(delta(3, 'A', ['yes', '0.2200', '-1.00']));
    expect([books(rig), asked(rig)]).toEqual([[], [['get_snapshot', ['A']]]]);
  });

  test('of another channel is none of ours', () => {
    const rig = live('A');
    for (const seq of [7, 90])
      rig.connection.frame({ type: 'event_lifecycle', sid: 4, seq, msg: { event_ticker: 'E' } });
    expect(asked(rig)).toEqual([]);
  });

  test('whose snapshot does not come within 5 s makes all be subscribed to anew', () => {
    const rig = live('A', 'B');
    rig.connection.frame(delta(4, 'A', ['yes', '0.2200', '-1.00']));
    rig.connection.takeSent();
    rig.run(4_999);
    expect(asked(rig)).toEqual([]);
    rig.run(1);
    expect(rig.connection.sent.map(({ cmd }) => cmd)).toEqual(['unsubscribe', 'subscribe']);
    rig.connection.confirm(8);
    rig.connection.frame(snapshot(5, 'A', { yes: YES }));
    expect(books(rig)).toEqual([]);
    rig.connection.frame({ ...snapshot(1, 'A', { yes: YES }), sid: 8 });
    expect(books(rig).map(({ market }) => market)).toEqual(['A']);
  });
});

describe('one book', () => {
  test.each([
    ['a delta that leaves less than nothing', delta(3, 'A', ['yes', '0.2200', '-333.01'])],
    ['a delta from a level that is not there', delta(3, 'A', ['no', '0.1000', '-0.01'])],
    ['a price that cannot be read', delta(3, 'A', ['yes', '0.22001', '1.00'])],
    ['a count that is missing', { ...delta(3, 'A', ['yes', '0.22', '1']), msg: { market_ticker: 'A' } }],
    ['a snapshot that cannot be read', snapshot(3, 'A', { yes: [['0.5', 'x']] })],
    [
      'a snapshot with one price twice',
      snapshot(3, 'A', {
        yes: [
          ['0.5', '1'],
          ['0.50', '2'],
        ],
      }),
    ],
    ['a frame without a number', { ...delta(3, 'A', ['yes', '0.2200', '1.00']), seq: undefined }],
    ['a frame without a subscription', { ...delta(3, 'A', ['yes', '0.2200', '1.00']), sid: undefined }],
  ])('is dropped and asked for after %s; the other one goes on', (_, frame) => {
    const rig = live('A', 'B');
    rig.connection.frame(frame);
    expect(asked(rig)).toEqual([['get_snapshot', ['A']]]);
    rig.run(4_000);
    rig.connection.ping();
    expect(books(rig).map(({ market }) => market)).toEqual(['B']);
  });

  test('all are dropped after a frame that does not say which', () => {
    const rig = live('A', 'B');
    rig.connection.frame({ type: 'orderbook_delta', sid: BOOK_SID, seq: 3, msg: {} });
    expect(asked(rig)).toEqual([['get_snapshot', ['A', 'B']]]);
  });

  test('with bad messages all the time is asked for every 5 s', () => {
    const rig = live('A');
    let seq = 1;
    let commands = 0;
    for (let i = 0; i < 60; i += 1) {
      seq += 1;
      rig.connection.frame(delta(seq, 'A', ['yes', '0.9900', '-1.00']));
      for (const { id } of rig.connection.takeSent()) {
        seq += 1;
        commands += 1;
        rig.connection.frame(snapshot(seq, 'A', { yes: YES }, { id }));
      }
      rig.run(500);
    }
    expect(commands).toBe(6);
    expect(rig.told.every(([name]) => name === 'book')).toBe(true);
  });

  test('whose first snapshot did not come is asked for when a change shows that', () => {
    const rig = new StreamRig().goLive(['A', 'B']);
    rig.connection.frame(snapshot(2, 'B', {}));
    rig.connection.frame(delta(3, 'A', ['yes', '0.2200', '1.00']));
    rig.connection.frame(delta(4, 'A', ['yes', '0.2200', '1.00']));
    expect(asked(rig)).toEqual([['get_snapshot', ['A']]]);
  });

  test('that never comes is asked for and subscribed to in turns, ever more seldom, without harm to the others', () => {
    const rig = new StreamRig().goLive(['A', 'X']);
    rig.connection.frame(snapshot(1, 'A', {}));
    const commands: unknown[] = [];
    for (let at = 0; at < 300_000; at += 1_000) {
      rig.run(1_000);
      rig.connection.ping();
      for (const command of asked(rig)) commands.push([at / 1_000 + 1, ...(command as unknown[])]);
    }
    expect(commands).toEqual([
      [5, 'get_snapshot', ['X']],
      [10, 'delete_markets', ['X']],
      [10, 'add_markets', ['X']],
      [15, 'get_snapshot', ['X']],
      [25, 'delete_markets', ['X']],
      [25, 'add_markets', ['X']],
      [45, 'get_snapshot', ['X']],
      [85, 'delete_markets', ['X']],
      [85, 'add_markets', ['X']],
      [145, 'get_snapshot', ['X']],
      [205, 'delete_markets', ['X']],
      [205, 'add_markets', ['X']],
      [265, 'get_snapshot', ['X']],
    ]);
    expect(new Set(books(rig).map(({ market }) => market))).toEqual(new Set(['A']));
  });

  test('added later comes with its own snapshot', () => {
    const rig = live('A');
    rig.stream.watch(['A', 'B']);
    rig.connection.frame({ id: 6, sid: BOOK_SID, seq: 2, type: 'ok', msg: { market_tickers: ['A', 'B'] } });
    rig.connection.frame(snapshot(3, 'B', { yes: YES }));
    expect(books(rig).map(({ market }) => market)).toEqual(['B']);
    rig.connection.takeSent();
    rig.run(10_000);
    expect(asked(rig)).toEqual([]);
  });
});

describe('repeated frames', () => {
  test('are ignored', () => {
    const rig = live('A');
    const frame = delta(2, 'A', ['yes', '0.2200', '-1.00']);
    rig.connection.frame(frame);
    rig.connection.frame(frame);
    rig.connection.frame(snapshot(1, 'A', {}));
    expect(books(rig).map(({ bids }) => bids[0]!.size)).toEqual([33_200]);
    expect([asked(rig), rig.stream.counters().repeated]).toEqual([[], 2]);
  });

  test('but a snapshot with the last number is taken where one is missing', () => {
    const rig = live('A');
    rig.connection.frame(delta(3, 'A', ['yes', '0.2200', '-1.00']));
    rig.connection.frame(snapshot(3, 'A', { yes: YES }, { id: 6 }));
    expect(books(rig).length).toBe(1);
  });

  test('five old ones in a row are a count that began anew: all are subscribed to anew', () => {
    const rig = live('A');
    rig.connection.frame(delta(9, 'A', ['yes', '0.2200', '-1.00']));
    rig.connection.takeSent();
    for (const seq of [1, 2, 3, 4]) rig.connection.frame(snapshot(seq, 'A', {}));
    expect(asked(rig)).toEqual([]);
    rig.connection.frame(snapshot(5, 'A', {}));
    expect([books(rig), asked(rig)]).toEqual([
      [],
      [
        ['unsubscribe', [BOOK_SID]],
        ['subscribe', ['A']],
      ],
    ]);
  });
});
