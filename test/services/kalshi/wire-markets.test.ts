import { describe, expect, test } from 'vitest';
import { CENT_GRID } from '../../../src/domain/market.ts';
import { marketsAnswer, seriesAnswer, wireMarket } from '../../../src/services/venues/kalshi/wire/markets.ts';
import { HOSTILE, issuesOf, mustIgnoreUnknown } from './wire-cases.ts';
import { MARKET } from './wire-samples.ts';

describe('a market', () => {
  test('is read', () =>
    expect(wireMarket.parse(MARKET)).toEqual({
      info: {
        market: 'KXNFLGAME-26NOV29-GB',
        status: 'open',
        closeTime: Date.UTC(2026, 11, 13, 1),
        expectedExpiration: Date.UTC(2026, 10, 30, 4),
        volume24h: 123_450,
        grid: CENT_GRID,
        settlementValue: null,
      },
      status: 'active',
      seriesTicker: null,
      exchangeIndex: 0,
    }));

  mustIgnoreUnknown('a market', wireMarket, MARKET, (market) => market);

  test('needs no more than this', () => {
    const { ticker, status, close_time, price_ranges } = MARKET;
    const market = wireMarket.parse({ ticker, status, close_time, price_ranges });
    expect(market.info).toMatchObject({ expectedExpiration: null, volume24h: null, settlementValue: null });
    expect(market).toMatchObject({ exchangeIndex: null, seriesTicker: null });
  });

  test.each(['ticker', 'status', 'close_time', 'price_ranges'])('needs its %s', (field) => {
    const { [field]: _, ...others } = MARKET as Record<string, unknown>;
    expect(issuesOf(wireMarket, others)).toContain(`${field}: `);
  });

  test('a volume that is there must be a number', () => {
    for (const volume_24h_fp of HOSTILE.filter((value) => value !== null))
      expect(issuesOf(wireMarket, { ...MARKET, volume_24h_fp })).toContain('volume_24h_fp: ');
  });

  test('a close time that was never set is unknown', () =>
    expect(wireMarket.parse({ ...MARKET, close_time: '0001-01-01T00:00:00Z' }).info.closeTime).toBeNull());
});

describe('its status', () => {
  test.each([
    ['initialized', 'paused'],
    ['active', 'open'],
    ['inactive', 'paused'],
    ['closed', 'closed'],
    ['determined', 'closed'],
    ['disputed', 'closed'],
    ['amended', 'closed'],
    ['brand_new_word', 'paused'],
    ['settled', 'paused'],
  ])('%s is %s', (status, expected) => {
    const market = wireMarket.parse({ ...MARKET, status, result: 'yes', settlement_value_dollars: '1.0000' });
    expect([market.info.status, market.status, market.info.settlementValue]).toEqual([
      expected,
      status,
      null,
    ]);
  });

  test.each([
    ['a value', { result: 'scalar', settlement_value_dollars: '0.3333' }, 'settled', 3333],
    ['a value of nothing', { result: 'scalar', settlement_value_dollars: '0.000000' }, 'settled', 0],
    ['yes', { result: 'yes' }, 'settled', 10_000],
    ['no', { result: 'no', settlement_value_dollars: null }, 'settled', 0],
    ['yes and its value', { result: 'yes', settlement_value_dollars: '1.0000' }, 'settled', 10_000],
    ['a value alone', { result: '', settlement_value_dollars: '1.0000' }, 'settled', 10_000],
    ['neither', { result: '' }, 'closed', null],
    ['a scalar without a value', { result: 'scalar' }, 'closed', null],
    ['a word not known yet', { result: 'void' }, 'closed', null],
    ['yes that pays nothing', { result: 'yes', settlement_value_dollars: '0.0000' }, 'closed', null],
    ['no that pays', { result: 'no', settlement_value_dollars: '1.0000' }, 'closed', null],
  ])('finalized with %s', (_, fields, status, settlementValue) =>
    expect(wireMarket.parse({ ...MARKET, status: 'finalized', ...fields }).info).toMatchObject({
      status,
      settlementValue,
    }),
  );

  test('a settlement value must be a number once it counts', () => {
    for (const settlement_value_dollars of [
      ...HOSTILE.filter((value) => value !== null),
      '1.0001',
      '-0.1',
      '0.33333',
    ]) {
      const market = { ...MARKET, result: 'yes', settlement_value_dollars };
      expect(issuesOf(wireMarket, { ...market, status: 'finalized' })).toContain(
        'settlement_value_dollars: ',
      );
      expect(issuesOf(wireMarket, market)).toBeNull();
    }
  });
});

describe('its prices', () => {
  const band = (start: string, end: string, step: string) => ({ start, end, step });
  const gridOf = (...price_ranges: object[]) => wireMarket.safeParse({ ...MARKET, price_ranges });

  test('may have finer steps at the edges, in any order', () =>
    expect(
      gridOf(
        band('0.9000', '1.0000', '0.0010'),
        band('0.0000', '0.1000', '0.001'),
        band('0.1000', '0.9000', '0.010000'),
      ).data?.info.grid,
    ).toEqual([
      { start: 0, end: 1000, step: 10 },
      { start: 1000, end: 9000, step: 100 },
      { start: 9000, end: 10_000, step: 10 },
    ]));

  test.each([
    ['no band', [], 'price_ranges: '],
    [
      'a band that ends before it starts',
      [band('0.5', '0.4', '0.01')],
      'price_ranges.0: ends before it starts',
    ],
    ['an empty band', [band('0.5', '0.5', '0.01')], 'price_ranges.0: ends before it starts'],
    ['no step', [band('0', '1', '0.0000')], 'price_ranges.0: has a step of 0'],
    ['a part of a step', [band('0', '1', '0.03')], 'price_ranges.0: is not a whole number of steps'],
    ['a negative step', [band('0', '1', '-0.01')], 'price_ranges.0.step: '],
    ['a step too fine for us', [band('0', '1', '0.00001')], 'price_ranges.0.step: '],
    ['more than a dollar', [band('0', '1.01', '0.01')], 'price_ranges.0.end: '],
    ['numbers', [{ start: 0, end: 1, step: 0.01 }], 'price_ranges.0.start: '],
    ['no end', [{ start: '0', step: '0.01' }], 'price_ranges.0.end: '],
  ])('%s is refused', (_, price_ranges, reason) =>
    expect(issuesOf(wireMarket, { ...MARKET, price_ranges })).toContain(reason),
  );
});

describe('many markets', () => {
  test('an unreadable one does not hide the others', () => {
    const odd = { ...MARKET, ticker: 'ODD', price_ranges: null };
    const other = { ...MARKET, ticker: 'OTHER' };
    const answer = marketsAnswer.parse({ markets: [MARKET, odd, 7, null, other], cursor: 'next' });
    expect(answer.markets).toHaveLength(2);
    expect(answer.malformed).toEqual([
      { ticker: 'ODD', reason: expect.stringContaining('price_ranges: ') },
      { ticker: null, reason: expect.stringContaining('the body: ') },
      { ticker: null, reason: expect.stringContaining('the body: ') },
    ]);
    expect(answer.cursor).toBe('next');
  });

  test('of one that comes twice neither row is believed', () => {
    const later = { ...MARKET, status: 'closed' };
    const answer = marketsAnswer.parse({ markets: [MARKET, later], cursor: null });
    expect(answer).toEqual({
      markets: [],
      malformed: [{ ticker: MARKET.ticker, reason: 'ticker: it comes twice' }],
      cursor: null,
    });
  });

  test.each(['', null, undefined])('a cursor %j is the last page', (cursor) =>
    expect(marketsAnswer.parse({ markets: [], cursor })).toEqual({
      markets: [],
      malformed: [],
      cursor: null,
    }),
  );

  test('no list is an error, a null list is empty', () => {
    expect(issuesOf(marketsAnswer, { cursor: '' })).toContain('markets: ');
    expect(marketsAnswer.parse({ markets: null }).markets).toEqual([]);
  });

  test('a thousand are read', () => {
    const markets = Array.from({ length: 1000 }, (_, i) => ({ ...MARKET, ticker: `M${i}` }));
    expect(marketsAnswer.parse({ markets }).markets).toHaveLength(1000);
  });
});

describe('the fees of a series', () => {
  test('are of a type', () =>
    expect(
      seriesAnswer.parse({
        series: { ticker: 'KX', fee_type: 'brand_new', fee_multiplier: 0.5, tags: null },
      }),
    ).toEqual({ feeType: 'brand_new', feeMultiplier: 500_000 }));

  test.each([undefined, null, '1', -1, 0.1234567, 1e-9])('a multiplier of %j is none', (fee_multiplier) =>
    expect(seriesAnswer.parse({ series: { fee_type: 'quadratic', fee_multiplier } })).toEqual({
      feeType: 'quadratic',
      feeMultiplier: null,
    }),
  );

  test.each([undefined, null, '', 1])('a type %j is refused', (fee_type) =>
    expect(issuesOf(seriesAnswer, { series: { fee_type } })).toContain('series.fee_type: '),
  );
});
