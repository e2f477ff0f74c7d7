import { describe, expect, it } from 'vitest';
import { type FeedOptions, QuoteFeed } from '../../src/actors/feed/quote-feed.ts';
import type { Cadence, Mail } from '../../src/actors/mail.ts';
import { VirtualClock } from '../../src/services/clock.ts';
import { NOON, openMarket, SECOND } from '../support/domain-builders.ts';
import { ScriptedVenue } from '../support/scripted-venue.ts';

/** The feed alone: what it asks of the venue, with times, and what it tells the watch. */
class FeedRig {
  readonly clock = new VirtualClock(NOON);
  readonly venue: ScriptedVenue;
  readonly feed: QuoteFeed;
  readonly calls: string[] = [];
  readonly told: string[] = [];
  readonly delays: number[] = [];
  crash: unknown = null;

  constructor({
    batchSize = 100,
    streaming = false,
    ...options
  }: Partial<FeedOptions> & { batchSize?: number; streaming?: boolean } = {}) {
    this.venue = new ScriptedVenue(() => this.clock.now(), { batchSize, streaming });
    const push = this.venue.calls.push.bind(this.venue.calls);
    this.venue.calls.push = (call) => {
      this.calls.push(`${this.seconds} ${call}`);
      return push(call);
    };
    this.feed = new QuoteFeed({
      venue: this.venue,
      clock: this.clock,
      post: (to, mail) => this.#hear(to, mail as Mail['watch']),
      mode: 'poll',
      normalMs: 30_000,
      urgentMs: 5_000,
      cacheMs: 10_000,
      maxQuoteAgeMs: 15_000,
      callsPerMinute: 60,
      marketInfoMs: 600_000,
      orphanAfterMs: 120_000,
      orphanRepeatMs: 600_000,
      retryMs: [250, 500, 1000],
      delayed: (ms) => this.delays.push(ms),
      crash: (error) => {
        this.crash = error;
      },
      ...options,
    });
  }

  get seconds(): number {
    return (this.clock.now() - NOON) / SECOND;
  }
  /** Watched from now on, at a cadence; shown at 0.50 / 0.51. */
  watch(market: string, cadence: Cadence = 'normal'): this {
    if (!this.venue.listener) this.venue.show(market, 5000, 5100);
    this.feed.receive({ type: 'market.cadence', market, cadence, by: 'watch' });
    return this;
  }
  /** An entry wants it from now on, null: not any more. */
  enter(market: string, cadence: Cadence | null = 'urgent'): this {
    if (!this.venue.listener) this.venue.show(market, 5000, 5100);
    this.feed.receive({ type: 'market.cadence', market, cadence, by: 'entries' });
    return this;
  }
  leave(market: string): this {
    this.feed.receive({ type: 'market.cadence', market, cadence: null, by: 'watch' });
    return this;
  }
  want(market: string, maxAgeMs: number): this {
    this.feed.receive({ type: 'quote.wanted', market, positionId: 'p', maxAgeMs });
    return this;
  }
  async pass(seconds: number): Promise<this> {
    const until = this.clock.now() + seconds * SECOND;
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    await settle();
    while (this.clock.fireNext(until)) await settle();
    this.clock.moveTo(until);
    return this;
  }
  /** The calls since the last look, without those for market facts. */
  books(): string[] {
    return this.calls.splice(0).filter((call) => !call.includes('markets'));
  }
  news(): string[] {
    return this.told.splice(0);
  }

  #hear(to: string, mail: Mail['watch']): void {
    if (to !== 'watch' && to !== 'entries') return;
    const market =
      'book' in mail
        ? mail.book.market
        : typeof (mail as { market: unknown }).market === 'string'
          ? (mail as { market: string }).market
          : '';
    const what =
      mail.type === 'market.changed'
        ? `${mail.market.market} ${mail.market.status}`
        : `${mail.type} ${market}`;
    this.told.push(`${this.seconds} ${to === 'watch' ? '' : 'to entries: '}${what}`);
  }
}

describe('cadence', () => {
  it('asks every 30 s, every 5 s when urgent, and for both in one call', async () => {
    const rig = new FeedRig().watch('A').watch('B', 'urgent');
    await rig.pass(31);
    expect(rig.books()).toEqual([0, 5, 10, 15, 20, 25, 30].map((at) => `${at} books B A`));
  });

  it('changes at once to the urgent one, and forgets a market nobody watches', async () => {
    const rig = new FeedRig().watch('A');
    await rig.pass(12);
    rig.watch('A', 'urgent');
    await rig.pass(6);
    rig.feed.receive({ type: 'market.cadence', market: 'A', cadence: null, by: 'watch' });
    await rig.pass(60);
    expect(rig.books()).toEqual(['0 books A', '17 books A']);
  });

  it('learns what the markets are before their first quotes, and tells what changed', async () => {
    const rig = new FeedRig({ marketInfoMs: 30_000 }).watch('A');
    await rig.pass(0);
    expect(rig.calls).toEqual(['0 markets A', '0 books A']);
    expect(rig.news()).toEqual(['0 A open', '0 market.fresh A', '0 book A']);
    await rig.pass(30);
    rig.venue.list('A', { status: 'paused' });
    await rig.pass(30);
    expect(rig.news().filter((line) => line.includes('paused'))).toEqual(['60 A paused']);
  });

  it('asks for the facts of a market at once when a position wants them', async () => {
    const rig = new FeedRig().watch('A');
    await rig.pass(7);
    rig.venue.list('A', { status: 'closed' });
    rig.feed.receive({ type: 'market.wanted', market: 'A' });
    await rig.pass(0);
    expect(rig.news().at(-1)).toBe('7 A closed');
  });
});

describe('the cache', () => {
  it.each<[name: string, cadence: Cadence, age: number, maxAgeMs: number, calls: string[]]>([
    ['a quote of 10 s serves a normal position', 'normal', 10, 15_000, []],
    ['one of more than 10 s does not', 'normal', 10.001, 15_000, ['10.001 books A']],
    ['nor one older than the position asks for', 'normal', 3, 2_000, ['3 books A']],
    ['an urgent position: half its own cadence', 'urgent', 2.5, 15_000, []],
    ['and no older', 'urgent', 2.501, 15_000, ['2.501 books A']],
  ])('%s', async (_, cadence, age, maxAgeMs, calls) => {
    const rig = new FeedRig().watch('A', cadence);
    await rig.pass(age);
    rig.books();
    rig.news();
    await rig.want('A', maxAgeMs).pass(0);
    expect(rig.books()).toEqual(calls);
    expect(rig.news()).toEqual([`${age} book A`]);
  });

  it('one call serves all who ask while it is under way', async () => {
    const rig = new FeedRig().watch('A');
    await rig.pass(20);
    rig.books();
    await rig.want('A', 0).want('A', 0).want('A', 0).pass(0);
    expect(rig.books()).toEqual(['20 books A']);
  });
});

describe('batches and budget', () => {
  it('fills a call up with the markets due soonest', async () => {
    const rig = new FeedRig({ batchSize: 3 }).watch('A').watch('B').watch('C');
    await rig.pass(10);
    await rig.watch('D').pass(25);
    expect(rig.books()).toEqual(['0 books A B C', '10 books D A B', '30 books C A B']);
  });

  it('serves the most urgent first when it is short, and shows the delay', async () => {
    const rig = new FeedRig({ batchSize: 1, callsPerMinute: 4 }).watch('A');
    await rig.pass(0);
    rig.watch('B', 'urgent');
    await rig.pass(59);
    expect(rig.calls).toEqual(['0 markets A', '0 books A', '0 markets B', '0 books B']);
    await rig.pass(5);
    expect(rig.delays).toEqual([55_000]);
    expect(rig.calls.slice(4)).toEqual(['60 books B', '60 books A']);
  });

  it('never makes more calls in a minute than it may', async () => {
    const rig = new FeedRig({ batchSize: 1 });
    for (let i = 0; i < 40; i++) rig.watch(`M${i}`, 'urgent');
    await rig.pass(300);
    const times = rig.calls.map((call) => Number(call.split(' ')[0]));
    for (const from of times)
      expect(times.filter((at) => at >= from && at < from + 60).length).toBeLessThanOrEqual(60);
    expect(times.length).toBeGreaterThanOrEqual(300);
  });
});

describe('reads that fail', () => {
  const down = { kind: 'unavailable' as const, reason: 'down' };

  it('are tried again three times with backoff, then with the next cadence; positions hear that none came', async () => {
    const rig = new FeedRig().watch('A');
    await rig.pass(20);
    rig.books();
    rig.news();
    rig.venue.next.books.push(down, down, down, down);
    await rig.pass(45);
    expect(rig.books()).toEqual([
      '30 books A',
      '30.25 books A',
      '30.75 books A',
      '31.75 books A',
      '61.75 books A',
    ]);
    expect(rig.news()).toEqual(['31.75 cadence.due A', '61.75 book A']);
  });

  it('that throw are a bug of the adapter: the feed crashes', async () => {
    const rig = new FeedRig();
    rig.venue.next.markets.push('throw');
    await rig.watch('A').pass(0);
    expect(String(rig.crash)).toContain('a bug of the adapter in markets');
  });

  it('answers for a market that left meanwhile are dropped', async () => {
    const rig = new FeedRig().watch('A');
    await rig.pass(10.5);
    rig.news();
    rig.want('A', 0);
    rig.clock.fireNext(rig.clock.now());
    rig.feed.receive({ type: 'market.cadence', market: 'A', cadence: null, by: 'watch' });
    await rig.pass(60);
    expect(rig.news()).toEqual([]);
  });
});

describe('orphans: no fresh quote for two minutes while the market trades', () => {
  const tellsOrphan = (line: string) => line.includes('orphaned') || line.includes('fresh');

  it.each<[name: string, since: number, hide: (venue: ScriptedVenue) => void]>([
    ['no book', 0, (venue) => venue.hide('A')],
    ['a book with neither side', 0, (venue) => venue.show('A', null, null)],
    ['a crossed book', 0, (venue) => venue.show('A', 5200, 5100)],
    ['an old book', 0, (venue) => venue.show('A', 5000, 5100, 16_000)],
  ])('%s: alerted, repeated every ten minutes, resolved by a fresh one', async (_, since, hide) => {
    const rig = new FeedRig().watch('A', 'urgent');
    await rig.pass(1);
    hide(rig.venue);
    rig.news();
    await rig.pass(799);
    rig.venue.show('A', 5000, 5100);
    await rig.pass(5);
    expect(rig.news().filter(tellsOrphan)).toEqual([
      `${since + 120} market.orphaned A`,
      `${since + 720} market.orphaned A`,
      '805 market.fresh A',
    ]);
  });

  it.each(['paused', 'closed', 'settled'] as const)('a market that is %s orphans nobody', async (status) => {
    const rig = new FeedRig({ marketInfoMs: 5_000 }).watch('A');
    rig.venue.list('A', { status });
    rig.venue.hide('A');
    await rig.pass(600);
    expect(rig.news().filter(tellsOrphan)).toEqual([]);
  });

  it('and one that trades again has two minutes anew', async () => {
    const rig = new FeedRig({ marketInfoMs: 5_000 }).watch('A', 'urgent');
    rig.venue.list('A', { status: 'paused' });
    rig.venue.hide('A');
    await rig.pass(600);
    rig.venue.list('A', { status: 'open' });
    await rig.pass(120);
    expect(rig.news().filter(tellsOrphan)).toEqual([]);
    await rig.pass(10);
    expect(rig.news().filter(tellsOrphan)).toEqual(['725 market.orphaned A']);
  });
});

describe('a market that positions and entries want', () => {
  it('is served at the more urgent cadence, and forgotten when nobody wants it', async () => {
    const rig = new FeedRig().watch('A').enter('A');
    await rig.pass(11);
    expect(rig.books()).toEqual([0, 5, 10].map((at) => `${at} books A`));
    await rig.enter('A', null).pass(34);
    expect(rig.books()).toEqual(['45 books A']);
    await rig.enter('A').leave('A').pass(6);
    expect(rig.books()).toEqual(['50 books A']);
    await rig.enter('A', null).pass(120);
    expect(rig.books()).toEqual([]);
  });

  it('tells each what it wants to hear, and no more', async () => {
    const rig = new FeedRig({ marketInfoMs: 5_000 }).enter('A').watch('B', 'urgent');
    await rig.pass(0);
    expect(rig.news()).toEqual([
      '0 to entries: A open',
      '0 B open',
      '0 to entries: book A',
      '0 market.fresh B',
      '0 book B',
    ]);
    rig.watch('A', 'urgent');
    await rig.pass(0);
    expect(rig.news()).toEqual(['0 A open']);
    rig.venue.list('A', { status: 'paused' });
    await rig.pass(5);
    expect(rig.news().filter((line) => line.includes('A'))).toEqual([
      '5 market.fresh A',
      '5 book A',
      '5 to entries: book A',
      '5 A paused',
      '5 to entries: A paused',
    ]);
  });

  it('an entry gets what is at hand while it is fresh, and the next book soon', async () => {
    const rig = new FeedRig().watch('A');
    await rig.pass(2);
    rig.books();
    rig.news();
    await rig.enter('A').pass(0);
    expect(rig.news()).toEqual(['2 to entries: A open', '2 to entries: book A']);
    expect(rig.books()).toEqual([]);
    await rig.pass(5);
    expect(rig.books()).toEqual(['7 books A']);
  });

  it.each([
    [12, ['12 to entries: A open', '12 to entries: book A', '12 book A', '12 to entries: book A']],
    [20, ['20 to entries: A open', '20 book A', '20 to entries: book A']],
  ])('a book that is %s s old is asked for anew at once', async (age, news) => {
    const rig = new FeedRig().watch('A');
    await rig.pass(age);
    rig.books();
    rig.news();
    await rig.enter('A').pass(0);
    expect(rig.books()).toEqual([`${age} books A`]);
    expect(rig.news().toSorted()).toEqual(news.toSorted());
  });

  it('an entry that asks for a quote gets one as well', async () => {
    const rig = new FeedRig().enter('A', 'normal');
    await rig.pass(8);
    rig.books();
    rig.news();
    await rig.want('A', 10_000).pass(0);
    expect([rig.books(), rig.news()]).toEqual([[], ['8 to entries: book A']]);
    await rig.want('A', 0).pass(0);
    expect([rig.books(), rig.news()]).toEqual([['8 books A'], ['8 to entries: book A']]);
    await rig.want('A', 0).pass(0);
    expect([rig.books(), rig.news()]).toEqual([[], ['8 to entries: book A']]);
  });

  it('an entry that is gone before it was told hears nothing', async () => {
    const rig = new FeedRig().watch('A');
    await rig.pass(2);
    rig.news();
    await rig.enter('A').enter('A', null).pass(1);
    expect(rig.news()).toEqual([]);
  });

  it('orphans nobody while only an entry wants it; a position has two minutes from its coming', async () => {
    const rig = new FeedRig().enter('A');
    await rig.pass(1);
    rig.venue.hide('A');
    rig.news();
    await rig.pass(599);
    expect(rig.news()).toEqual([]);
    rig.watch('A', 'urgent').venue.hide('A');
    await rig.pass(140);
    const orphaned = (line: string) => line.includes('orphaned') || line.includes('fresh');
    expect(rig.news().filter(orphaned)).toEqual(['720 market.orphaned A']);
    rig.venue.show('A', 5000, 5100);
    await rig.pass(5);
    expect(rig.news().filter(orphaned)).toEqual(['745 market.fresh A']);
  });

  it('comes from the stream to both, and is subscribed to for an entry alone', async () => {
    const rig = new FeedRig({ mode: 'stream', streaming: true }).watch('A').enter('B');
    await rig.pass(1);
    expect(rig.venue.subscribed).toEqual(['A', 'B']);
    const book = { market: 'B', bids: [{ price: 5000, size: 100 }], asks: [], observedAt: NOON + SECOND };
    rig.news();
    rig.venue.listener!.book(book);
    expect(rig.news()).toEqual(['1 to entries: book B']);
    await rig.watch('B').pass(0);
    rig.venue.listener!.book(book);
    rig.venue.listener!.market(openMarket({ market: 'B', status: 'paused' }));
    expect(rig.news()).toEqual([
      '1 B open',
      '1 market.fresh B',
      '1 book B',
      '1 to entries: book B',
      '1 B paused',
      '1 to entries: B paused',
    ]);
  });
});

describe('a stream', () => {
  const book = (at: number) => ({
    market: 'A',
    bids: [{ price: 5000, size: 100 }],
    asks: [],
    observedAt: NOON + at * SECOND,
  });

  it('passes books and facts on as they come, and is not asked meanwhile', async () => {
    const rig = new FeedRig({ mode: 'stream', streaming: true }).watch('A');
    await rig.pass(1);
    rig.news();
    rig.venue.listener!.book(book(1));
    rig.venue.listener!.market(openMarket({ market: 'A', status: 'paused' }));
    expect(rig.news()).toEqual(['1 market.fresh A', '1 book A', '1 A paused']);
    await rig.pass(1);
    rig.venue.listener!.book(book(2));
    await rig.pass(29);
    expect(rig.books()).toEqual([]);
  });

  it('is listened to anew when more markets have come', async () => {
    const rig = new FeedRig({ mode: 'stream', streaming: true }).watch('A').watch('B');
    await rig.pass(0);
    const first = rig.venue.listener;
    await rig.watch('C').pass(0);
    expect(rig.venue.listener).not.toBe(first);
    expect(rig.venue.subscribed).toEqual(['A', 'B', 'C']);
  });

  it('that is slow is asked after all', async () => {
    const rig = new FeedRig({ mode: 'stream', streaming: true }).watch('A', 'urgent');
    await rig.pass(5);
    expect(rig.books()).toEqual(['5 books A']);
  });

  it('is not listened to any more after a stop', async () => {
    const rig = new FeedRig({ mode: 'stream', streaming: true }).watch('A');
    await rig.pass(1);
    rig.feed.stop();
    expect(rig.venue.listener).toBeNull();
    await rig.pass(120);
    expect(rig.books()).toEqual([]);
  });
});
