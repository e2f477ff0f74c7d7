import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/services/clock.ts';
import { type MarketGroup, plainMarket } from '../../../src/services/venues/paper/book-source.ts';
import { type MarketFacts, noFacts } from '../../../src/services/venues/paper/market-facts.ts';
import { parseRecording } from '../../../src/services/venues/paper/recording.ts';
import { joinRecording, playRecording } from '../../../src/services/venues/paper/recording-source.ts';
import { bookOf, PaperExchange, START } from './paper-exchange.ts';

const CSV = `timestamp,ticker,best_bid_price,best_bid_size,best_ask_price,best_ask_size
2026-02-08T19:00:00,A,0.50,10,0.52,10
2026-02-08T19:00:01,A,0.51,10,0.52,10
2026-02-08T19:00:03,A,0.53,10,0.54,10
`;
const recording = () => parseRecording(Buffer.from(CSV), 'r.csv');
const second = (s: number) => START + s * 1_000;
const facts = (more: Partial<MarketFacts>): MarketFacts => ({ ...noFacts('A'), ...more });
const settles = { settledAt: second(4), settlementValue: 10_000 };

const tell = (groups: Iterable<MarketGroup>) =>
  [...groups].map(({ at, books, markets = [] }) => [
    (at - START) / 1_000,
    books.map((b) => b.bids[0]?.price).join(),
    markets.map((m) => `${m.market} ${m.status}`).join(),
  ]);

describe('a recording joined with what is known of its markets', () => {
  it.each<[string, MarketFacts[], unknown[][]]>([
    [
      'nothing',
      [],
      [
        [0, '5000', ''],
        [1, '5100', ''],
        [3, '5300', ''],
      ],
    ],
    [
      'a close at the time of a row',
      [facts({ closeTime: second(1) })],
      [
        [0, '5000', ''],
        [1, '5100', 'A closed'],
        [3, '5300', ''],
      ],
    ],
    [
      'a close between rows',
      [facts({ closeTime: second(2) })],
      [
        [0, '5000', ''],
        [1, '5100', ''],
        [2, '', 'A closed'],
        [3, '5300', ''],
      ],
    ],
    [
      'a settlement after the last row',
      [facts({ closeTime: second(3), ...settles })],
      [
        [0, '5000', ''],
        [1, '5100', ''],
        [3, '5300', 'A closed'],
        [4, '', 'A settled'],
      ],
    ],
    [
      'both at once',
      [facts({ closeTime: second(4), ...settles })],
      [
        [0, '5000', ''],
        [1, '5100', ''],
        [3, '5300', ''],
        [4, '', 'A settled'],
      ],
    ],
    [
      'two markets at once',
      [facts(settles), { ...noFacts('B'), ...settles }],
      [
        [0, '5000', ''],
        [1, '5100', ''],
        [3, '5300', ''],
        [4, '', 'A settled,B settled'],
      ],
    ],
    [
      'a close before the first row',
      [facts({ closeTime: second(-1) })],
      [
        [0, '5000', ''],
        [1, '5100', ''],
        [3, '5300', ''],
      ],
    ],
  ])('%s', (_, known, expected) => {
    expect(tell(joinRecording(recording(), known).groups())).toEqual(expected);
  });

  it('has the markets of both', () => {
    const joined = joinRecording(recording(), [facts({ closeTime: second(-1), volume24h: 7 }), noFacts('B')]);
    expect(joined.markets(START)).toEqual([
      { ...plainMarket('A'), closeTime: second(-1), volume24h: 7, status: 'closed' },
      plainMarket('B'),
    ]);
  });
});

describe('a recording played on a clock', () => {
  const drain = async () => {
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
  };

  it('begins now, fills what rests, closes and settles', async () => {
    const exchange = await PaperExchange.open();
    await exchange.venue.credit('A', 'yes', 500, 1);
    exchange.clock.moveTo(START + 86_400_000);
    const { clock } = exchange;
    const startAt = clock.now();
    const ended: number[] = [];
    const source = playRecording(joinRecording(recording(), [facts({ closeTime: second(3), ...settles })]), {
      clock,
      startAt,
      onError: (error) => {
        throw error;
      },
      onEnd: () => ended.push(clock.now() - startAt),
    });
    await exchange.restart({ source });
    await exchange.placed({ limitPrice: 5_100, quantity: 500 });
    await exchange.placed({ clientId: 'late', action: 'buy', limitPrice: 100, quantity: 100 });
    while (clock.fireNext(startAt + 60_000)) await drain();
    expect(exchange.heard.log).toEqual([
      'order c1 resting 0',
      'order late resting 0',
      'book A',
      'book A',
      'order c1 filled 500',
      'market A closed',
      'book A',
      'order late cancelled 0',
      'market A settled',
    ]);
    expect(exchange.heard.books[0]).toEqual(bookOf('A', startAt, [[5_000, 1_000]], [[5_200, 1_000]]));
    expect(exchange.heard.markets.map((m) => m.closeTime)).toEqual([startAt + 3_000, startAt + 3_000]);
    expect([await exchange.holdings(), ended]).toEqual([[], [4_000]]);
  });

  it('goes on where it was after a restart, and after an error', async () => {
    const clock = new VirtualClock(START + 500);
    const shown: number[] = [];
    const errors: unknown[] = [];
    const source = playRecording(joinRecording(recording()), {
      clock,
      startAt: START,
      onError: (e) => errors.push(e),
    });
    source.start((group) => {
      shown.push(group.at - START);
      return Promise.reject(new Error('no'));
    });
    while (clock.fireNext(START + 60_000)) await drain();
    expect([shown, errors.length]).toEqual([[1_000, 3_000], 2]);
  });
});
