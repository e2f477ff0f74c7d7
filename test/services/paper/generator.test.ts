import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Book } from '../../../src/domain/market.ts';
import { VirtualClock } from '../../../src/services/clock.ts';
import type { MarketGroup } from '../../../src/services/venues/paper/book-source.ts';
import {
  createGeneratorSource,
  type GeneratedEvent,
  type GeneratedMarketSpec,
  type GeneratorOptions,
  generateGroups,
  generateRecording,
  type PricePath,
} from '../../../src/services/venues/paper/generator.ts';
import { parseRecording } from '../../../src/services/venues/paper/recording.ts';
import { START } from './paper-exchange.ts';

const spec = (more: Partial<GeneratedMarketSpec> = {}): GeneratedMarketSpec => ({
  market: 'A',
  start: 5_000,
  path: { kind: 'mean_reverting' },
  volatility: 40,
  spread: 200,
  levels: 3,
  size: 10_000,
  volume24h: 100_000,
  events: [],
  ...more,
});

const options = (specs: GeneratedMarketSpec[], more: Partial<GeneratorOptions> = {}): GeneratorOptions => ({
  specs,
  seed: 'seed',
  stepMs: 1_000,
  startAt: START,
  ...more,
});

function take(count: number, o: GeneratorOptions, from = o.startAt): MarketGroup[] {
  const groups: MarketGroup[] = [];
  for (const group of generateGroups(o, from)) if (groups.push(group) === count) break;
  return groups;
}

const booksOf = (groups: MarketGroup[]): Book[] => groups.flatMap((g) => g.books);
const elapsed = (groups: MarketGroup[]): number[] => groups.map((g) => (g.at - START) / 1_000);

describe('a generated market', () => {
  it('shows levels one cent apart around its price', () => {
    const [book] = booksOf(
      take(1, options([spec({ volatility: 0, path: { kind: 'waypoints', points: [] } })])),
    );
    expect(book!.bids.map((l) => l.price)).toEqual([4_900, 4_800, 4_700]);
    expect(book!.asks.map((l) => l.price)).toEqual([5_100, 5_200, 5_300]);
    for (const { size } of [...book!.bids, ...book!.asks]) {
      expect(size % 100).toBe(0);
      expect(size).toBeGreaterThanOrEqual(5_000);
      expect(size).toBeLessThanOrEqual(15_000);
    }
  });

  it('follows waypoints in straight lines', () => {
    const path: PricePath = {
      kind: 'waypoints',
      points: [
        { afterMs: 2_000, price: 6_000 },
        { afterMs: 4_000, price: 3_000 },
      ],
    };
    const books = booksOf(take(6, options([spec({ volatility: 0, path })])));
    expect(books.map((b) => b.bids[0]?.price)).toEqual([4_900, 5_400, 5_900, 4_400, 2_900, 2_900]);
  });

  it('reverts to its mean, or jumps', () => {
    const bids = (kind: 'mean_reverting' | 'jumpy') =>
      booksOf(take(3_600, options([spec({ path: { kind } })]))).map((b) => b.bids[0]!.price);
    const calm = bids('mean_reverting');
    const moves = (prices: number[]) => prices.slice(1).map((p, i) => Math.abs(p - prices[i]!));
    expect(Math.abs(calm.reduce((a, b) => a + b) / calm.length - 4_900)).toBeLessThan(100);
    expect(Math.max(...moves(calm))).toBeLessThan(300);
    const big = moves(bids('jumpy')).filter((m) => m >= 300).length;
    expect(big).toBeGreaterThan(10);
    expect(big).toBeLessThan(60);
  });

  const at = (second: number, event: GeneratedEvent) => {
    const groups = take(8, options([spec({ events: [event] })]));
    return booksOf(groups).find((b) => b.observedAt === START + second * 1_000);
  };

  it.each<[string, GeneratedEvent, (b: Book | undefined) => unknown, unknown[]]>([
    [
      'a spread that widens',
      { kind: 'widen', afterMs: 2_000, forMs: 2_000, spread: 700 },
      (b) => b!.asks[0]!.price - b!.bids[0]!.price,
      [200, 700, 700, 200],
    ],
    [
      'a bid that vanishes',
      { kind: 'bid_vanishes', afterMs: 2_000, forMs: 2_000 },
      (b) => [b!.bids.length, b!.asks.length],
      [
        [3, 3],
        [0, 3],
        [0, 3],
        [3, 3],
      ],
    ],
    [
      'an ask that vanishes',
      { kind: 'ask_vanishes', afterMs: 2_000, forMs: 2_000 },
      (b) => [b!.bids.length, b!.asks.length],
      [
        [3, 3],
        [3, 0],
        [3, 0],
        [3, 3],
      ],
    ],
    [
      'a gap in the feed',
      { kind: 'gap', afterMs: 2_000, forMs: 2_000 },
      (b) => b === undefined,
      [false, true, true, false],
    ],
    [
      'a book that thins out',
      { kind: 'thin', afterMs: 2_000, forMs: 2_000, size: 300 },
      (b) => b!.bids[0]!.size <= 300,
      [false, true, true, false],
    ],
    [
      'a book that thins out for good',
      { kind: 'thin', afterMs: 2_000, size: 300 },
      (b) => b!.bids[0]!.size <= 300,
      [false, true, true, true],
    ],
    [
      'a market that closes',
      { kind: 'close', afterMs: 2_000 },
      (b) => b?.bids.length,
      [3, 0, undefined, undefined],
    ],
  ])('has %s', (_, event, look, expected) => {
    expect([1, 2, 3, 4].map((second) => look(at(second, event)))).toEqual(expected);
  });

  it('says when its status or volume changes, and ends when all is settled', () => {
    const events: GeneratedEvent[] = [
      { kind: 'thin', afterMs: 1_000, forMs: 1_000, size: 100, volume24h: 20 },
      { kind: 'pause', afterMs: 3_000, forMs: 1_000 },
      { kind: 'close', afterMs: 5_000 },
      { kind: 'settle', afterMs: 7_000, value: 10_000 },
    ];
    const groups = take(100, options([spec({ events })]));
    const changes = groups.flatMap((g) =>
      (g.markets ?? []).map((m) => [(g.at - START) / 1_000, m.status, m.volume24h, m.settlementValue]),
    );
    expect(changes).toEqual([
      [1, 'open', 20, null],
      [2, 'open', 100_000, null],
      [3, 'paused', 100_000, null],
      [4, 'open', 100_000, null],
      [5, 'closed', 100_000, null],
      [7, 'settled', 100_000, 10_000],
    ]);
    expect(elapsed(groups)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(groups.at(-1)?.markets?.[0]?.closeTime).toBe(START + 5_000);
  });
});

describe('the same seed', () => {
  const path = fc.constantFrom<PricePath>(
    { kind: 'mean_reverting' },
    { kind: 'jumpy' },
    { kind: 'waypoints', points: [{ afterMs: 50_000, price: 2_000 }] },
  );
  const anySpec = fc.record({
    path,
    start: fc.integer({ min: 2, max: 97 }).map((c) => c * 100),
    volatility: fc.integer({ min: 0, max: 400 }),
  });

  it('gives the same books, whatever the other markets and whenever it is resumed', () => {
    fc.assert(
      fc.property(anySpec, fc.string(), fc.integer({ min: 0, max: 90 }), (s, seed, resumed) => {
        const alone = options([spec(s)], { seed });
        const all = take(100, alone);
        expect(take(100, alone)).toEqual(all);
        expect(take(100 - resumed, alone, START + resumed * 1_000)).toEqual(all.slice(resumed));
        const together = take(100, options([spec({ market: 'B' }), spec(s)], { seed }));
        expect(booksOf(together).filter((b) => b.market === 'A')).toEqual(booksOf(all));
      }),
      { numRuns: 30 },
    );
  });

  it('gives books on the cent grid, never crossed, with sizes above 0', () => {
    fc.assert(
      fc.property(anySpec, fc.string(), (s, seed) => {
        for (const { bids, asks } of booksOf(take(60, options([spec(s)], { seed })))) {
          expect(bids[0]!.price).toBeLessThan(asks[0]!.price);
          for (const { price, size } of [...bids, ...asks]) {
            expect([price % 100, size > 0, price > 0, price < 10_000]).toEqual([0, true, true, true]);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is another path with another seed or name', () => {
    const bids = (o: GeneratorOptions) => booksOf(take(50, o)).map((b) => b.bids[0]!.price);
    const one = bids(options([spec()]));
    expect(bids(options([spec()], { seed: 'other' }))).not.toEqual(one);
    expect(bids(options([spec({ market: 'B' })]))).not.toEqual(one);
  });
});

describe('a generated recording', () => {
  const specs = [
    spec({
      levels: 1,
      events: [
        { kind: 'bid_vanishes', afterMs: 3_000, forMs: 2_000 },
        { kind: 'gap', afterMs: 7_000, forMs: 5_000 },
      ],
    }),
    spec({ market: 'B', levels: 1, path: { kind: 'jumpy' }, events: [{ kind: 'close', afterMs: 20_000 }] }),
  ];

  it('reads back as what was generated', () => {
    const text = generateRecording({ ...options(specs), durationMs: 60_000 });
    const recording = parseRecording(Buffer.from(text), 'g.csv');
    const books = ({ at, books }: MarketGroup) => ({ at, books });
    expect([...recording.rows]).toEqual(
      take(60, options(specs))
        .filter((g) => g.books.length > 0)
        .map(books),
    );
    expect(text).toBe(generateRecording({ ...options(specs), durationMs: 60_000 }));
  });

  it('looks like this', () => {
    const text = generateRecording({ ...options([spec({ market: 'A', levels: 1 })]), durationMs: 2_000 });
    expect(text.split('\n').map((line) => line.replace(/\d+\.\d\d(?=,|$)/g, 'size'))).toEqual([
      'timestamp,ticker,best_bid_price,best_bid_size,best_ask_price,best_ask_size',
      expect.stringMatching(/^2026-02-08T19:00:00\.000,A,0\.4\d00,size,0\.5\d00,size$/),
      expect.stringMatching(/^2026-02-08T19:00:01\.000,A,0\.4\d00,size,0\.5\d00,size$/),
      '',
    ]);
  });
});

describe('a generator on a clock', () => {
  const until = async (clock: VirtualClock, at: number) => {
    while (clock.fireNext(at)) for (let i = 0; i < 5; i += 1) await Promise.resolve();
  };
  const source = (clock: VirtualClock, o: GeneratorOptions) =>
    createGeneratorSource({
      ...o,
      clock,
      onError: (error) => {
        throw error;
      },
    });

  it('shows one step a second, and goes on with the same path after a restart', async () => {
    const o = options([spec({ path: { kind: 'jumpy' } })]);
    const clock = new VirtualClock(START);
    const shown: MarketGroup[] = [];
    const sink = (group: MarketGroup) => {
      expect(clock.now()).toBe(group.at);
      shown.push(group);
      return undefined;
    };
    const first = source(clock, o);
    first.start(sink);
    await until(clock, START + 9_500);
    first.stop();
    await until(clock, START + 19_500);
    clock.moveTo(START + 19_500);
    source(clock, o).start(sink);
    await until(clock, START + 25_000);
    expect(elapsed(shown)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 21, 22, 23, 24, 25]);
    expect(shown.slice(10)).toEqual(take(26, o).slice(20));
  });

  it('shows what was missed as one group of how things stand, and goes on', async () => {
    const o = options([
      spec({ path: { kind: 'jumpy' }, events: [{ kind: 'close', afterMs: 5_000 }] }),
      spec({ market: 'B' }),
    ]);
    const clock = new VirtualClock(START);
    const shown: MarketGroup[] = [];
    source(clock, o).start((group) => {
      shown.push(group);
      return undefined;
    });
    await until(clock, START + 1_500);
    clock.moveTo(START + 8_500);
    await until(clock, START + 10_000);
    expect(elapsed(shown)).toEqual([0, 1, 8, 9, 10]);
    const all = take(11, o);
    const lastOf = (market: string) =>
      all
        .slice(2, 9)
        .flatMap(({ books }) => books.filter((book) => book.market === market))
        .at(-1);
    expect(shown[2]!.books).toEqual([lastOf('A'), lastOf('B')]);
    expect(shown[2]!.markets).toEqual([expect.objectContaining({ market: 'A', status: 'closed' })]);
    expect(shown.slice(3)).toEqual(all.slice(9));
  });

  it('knows what its markets are when it starts', () => {
    const o = options([spec({ events: [{ kind: 'close', afterMs: 5_000 }] })]);
    expect(source(new VirtualClock(START + 4_000), o).markets()[0]?.status).toBe('open');
    expect(source(new VirtualClock(START + 6_000), o).markets()[0]?.status).toBe('closed');
  });
});
