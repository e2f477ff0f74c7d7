import { describe, expect, test } from 'vitest';
import { BTC, DAY, errorCode, GB, type Json, ORDERS, Rig, START } from './rig.ts';

const BOOK = 'bids 61:310 60:500 59:700 | asks 62:95 63:400';

describe('market data needs no key', () => {
  test('a market, field by field', () => {
    const { market } = new Rig().get(`/markets/${GB}`, null);
    expect(market).toMatchObject({
      ticker: GB,
      event_ticker: 'KXNFLGAME-26NOV29',
      market_type: 'binary',
      status: 'active',
      result: '',
      yes_bid_dollars: '0.6100',
      yes_bid_size_fp: '310.00',
      yes_ask_dollars: '0.6200',
      yes_ask_size_fp: '95.00',
      no_bid_dollars: '0.3800',
      no_ask_dollars: '0.3900',
      last_price_dollars: '0.6200',
      open_time: '2026-11-22T17:00:00Z',
      close_time: '2026-12-13T17:00:00Z',
      expected_expiration_time: '2026-11-29T17:00:00Z',
      latest_expiration_time: '2026-12-13T17:00:00Z',
      settlement_timer_seconds: 300,
      can_close_early: true,
      notional_value_dollars: '1.0000',
      price_level_structure: 'linear_cent',
      price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0100' }],
      exchange_index: 0,
    });
    expect(market).not.toHaveProperty('settlement_value_dollars');
  });

  test('trades move last price, volume and open interest', () => {
    const rig = new Rig({ markets: [{ ticker: GB, closeAt: START + 9 * DAY, volume: 5000 }] });
    rig.act({ type: 'hand.trade', account: 'ann', ticker: GB, side: 'bid', price: 6300, count: 1000 });
    const shown = () => {
      const { market } = rig.get(`/markets/${GB}`, null);
      return [market.last_price_dollars, market.volume_fp, market.volume_24h_fp, market.open_interest_fp];
    };
    expect(shown()).toEqual(['0.6300', '60.00', '60.00', '10.00']);
    rig.wait(DAY);
    expect(shown()).toEqual(['0.6300', '60.00', '0.00', '10.00']);
    rig.act({ type: 'hand.trade', account: 'ann', ticker: GB, side: 'ask', price: 6400, count: 400 });
    expect(shown()).toEqual(['0.6400', '64.00', '4.00', '6.00']);
  });

  test('a book shows bids of both sides, the best last', () => {
    const rig = new Rig();
    expect(rig.get(`/markets/${GB}/orderbook`, null)).toEqual({
      orderbook_fp: {
        yes_dollars: [
          ['0.5900', '700.00'],
          ['0.6000', '500.00'],
          ['0.6100', '310.00'],
        ],
        no_dollars: [
          ['0.3700', '400.00'],
          ['0.3800', '95.00'],
        ],
      },
    });
    expect(rig.get(`/markets/${GB}/orderbook?depth=1`, null).orderbook_fp).toEqual({
      yes_dollars: [['0.6100', '310.00']],
      no_dollars: [['0.3800', '95.00']],
    });
    expect(errorCode(rig.send('GET', `/markets/${GB}/orderbook?depth=101`))).toBe('400 invalid_parameters');
    expect(errorCode(rig.send('GET', '/markets/KXNONE/orderbook'))).toBe('404 not_found');
  });

  test.each([
    ['empty', { yes_dollars: [], no_dollars: [] }],
    ['null', { yes_dollars: null, no_dollars: null }],
    ['missing', {}],
  ] as const)('an empty side may be %s', (emptySide, expected) => {
    const rig = new Rig({ readings: { emptySide } });
    rig.act({ type: 'book.set', ticker: GB, bids: [], asks: [] });
    expect(rig.get(`/markets/${GB}/orderbook`, null).orderbook_fp).toEqual(expected);
    expect(rig.get(`/markets/${GB}`, null).market).toMatchObject({
      yes_bid_dollars: '0.0000',
      yes_ask_dollars: '1.0000',
      no_bid_dollars: '0.0000',
      no_ask_dollars: '1.0000',
    });
  });

  test('many books are asked for by repeating the parameter', () => {
    const rig = new Rig();
    const { orderbooks } = rig.get(`/markets/orderbooks?tickers=${BTC}&tickers=${GB}&tickers=KXNONE`, null);
    expect(orderbooks.map((book: Json) => book.ticker)).toEqual([BTC, GB]);
    expect(orderbooks[0].orderbook_fp.yes_dollars).toEqual([['0.3000', '100.00']]);
    expect(rig.get(`/markets/orderbooks?tickers=${BTC},${GB}`, null).orderbooks).toEqual([]);
    const tooMany = Array(101).fill(`tickers=${GB}`).join('&');
    for (const query of [tooMany, ''])
      expect(errorCode(rig.send('GET', `/markets/orderbooks?${query}`))).toBe('400 invalid_parameters');
  });

  test('the list filters by ticker, event, series, status and time', () => {
    const rig = new Rig();
    const combo = 'KXMVECOMBO-26-X';
    rig.act({
      type: 'market.add',
      market: { ticker: combo, closeAt: START + DAY, status: 'initialized', openAt: START + 1 },
    });
    const tickers = (query: string) =>
      rig.get(`/markets?${query}`, null).markets.map((market: Json) => market.ticker);
    expect(tickers('')).toEqual([BTC, combo, GB]);
    expect(tickers(`tickers=${GB},${BTC},KXNONE`)).toEqual([BTC, GB]);
    expect(tickers('event_ticker=KXNFLGAME-26NOV29')).toEqual([GB]);
    expect(tickers('series_ticker=KXBTC')).toEqual([BTC]);
    expect(tickers('status=open')).toEqual([BTC, GB]);
    expect(tickers('status=unopened')).toEqual([combo]);
    expect(tickers(`min_close_ts=${(START + 8 * DAY) / 1000}`)).toEqual([GB]);
    expect(tickers(`max_close_ts=${(START + 2 * DAY) / 1000}`)).toEqual([combo]);
    expect(tickers('mve_filter=only')).toEqual([combo]);
    expect(tickers('mve_filter=exclude')).toEqual([BTC, GB]);
    expect(errorCode(rig.send('GET', '/markets?status=active'))).toBe('400 invalid_parameters');
    expect(errorCode(rig.send('GET', '/markets/KXNONE'))).toBe('404 not_found');
  });

  test('a shared cache can make markets, but not books, stale', () => {
    const rig = new Rig({ marketCacheMs: 5000 });
    const ask = () => {
      const { body, headers } = rig.send('GET', `/markets/${GB}`, undefined, null);
      return [body.market.yes_bid_dollars, headers['cache-control'], headers.age];
    };
    expect(ask()).toEqual(['0.6100', 'public, max-age=5', '0']);
    rig.act({ type: 'book.set', ticker: GB, bids: [[5000, 100]], asks: [] });
    rig.wait(4000);
    expect(ask()).toEqual(['0.6100', 'public, max-age=5', '4']);
    expect(rig.book()).toBe('bids 50:1 | asks ');
    rig.wait(1000);
    expect(ask()).toEqual(['0.5000', 'public, max-age=5', '0']);
    expect(rig.send('GET', '/portfolio/positions').headers).not.toHaveProperty('cache-control');
  });

  test('series and events carry the fees, and their changes are announced', () => {
    const rig = new Rig();
    expect(rig.get('/series/KXNFLGAME', null).series).toMatchObject({
      ticker: 'KXNFLGAME',
      fee_type: 'quadratic',
      fee_multiplier: 1,
    });
    const event = () => rig.get('/events/KXNFLGAME-26NOV29', null).event;
    expect(event()).not.toHaveProperty('fee_type_override');
    rig.act({
      type: 'exchange.setFees',
      event: 'KXNFLGAME-26NOV29',
      feeType: 'quadratic_with_maker_fees',
      feeMultiplier: 0.5,
    });
    expect(event()).toMatchObject({
      fee_type_override: 'quadratic_with_maker_fees',
      fee_multiplier_override: 0.5,
    });
    const announced = (query: string) => rig.get(`/events/fee_changes${query}`, null).event_fee_change_arr;
    expect(announced('')).toEqual([]);
    expect(announced('?show_historical=true')).toMatchObject([
      { event_ticker: 'KXNFLGAME-26NOV29', fee_multiplier_override: 0.5 },
    ]);
    rig.act({
      type: 'exchange.setFees',
      series: 'KXNFLGAME',
      feeType: 'flat',
      feeMultiplier: 1,
      effectiveAt: START + DAY,
    });
    expect(rig.get('/series/fee_changes', null)).toEqual({
      series_fee_change_arr: [
        {
          id: 'fee-change-2',
          series_ticker: 'KXNFLGAME',
          fee_type: 'flat',
          fee_multiplier: 1,
          scheduled_ts: '2026-11-24T17:00:00Z',
        },
      ],
    });
    expect(rig.get('/series/KXNFLGAME', null).series.fee_type).toBe('quadratic');
    rig.wait(DAY);
    expect(rig.get('/series/KXNFLGAME', null).series.fee_type).toBe('flat');
    expect(rig.get('/series/fee_changes', null).series_fee_change_arr).toEqual([]);
    expect(rig.get('/events/KXNFLGAME-26NOV29?with_nested_markets=true', null).event.markets).toHaveLength(1);
    for (const path of ['/series/KXNONE', '/events/KXNONE'])
      expect(errorCode(rig.send('GET', path))).toBe('404 not_found');
  });
});

describe('the life of a market', () => {
  const status = (rig: Rig, ticker = GB) => rig.get(`/markets/${ticker}`, null).market.status;
  const words = ['unopened', 'open', 'paused', 'closed', 'settled'];
  const filterWord = (rig: Rig) =>
    words.filter((word) => rig.get(`/markets?tickers=${GB}&status=${word}`, null).markets.length === 1);

  test('initialized until it opens', () => {
    const rig = new Rig({
      markets: [{ ticker: GB, status: 'initialized', openAt: START + 1000, closeAt: START + DAY }],
    });
    expect(errorCode(rig.create())).toBe('400 MARKET_INACTIVE');
    expect(filterWord(rig)).toEqual(['unopened']);
    rig.wait(1000);
    expect([status(rig), rig.create().status]).toEqual(['active', 201]);
  });

  test('a pause refuses orders but not cancels; its end wipes what rests', () => {
    const rig = new Rig();
    const [kept, cancelled, wished] = [rig.rest(), rig.rest(), rig.rest({ cancel_order_on_pause: true })];
    rig.act({ type: 'market.pause', ticker: GB });
    expect([status(rig), filterWord(rig)]).toEqual(['inactive', ['paused']]);
    expect(rig.orderOf(wished)).toMatchObject({ status: 'canceled', reason: 'HaltCancel' });
    expect(errorCode(rig.create())).toBe('409 trading_is_paused');
    expect(rig.cancel(cancelled).status).toBe(200);
    expect(rig.orderOf(kept).status).toBe('resting');
    rig.act({ type: 'market.activate', ticker: GB });
    expect(rig.orderOf(kept)).toMatchObject({ status: 'canceled', reason: 'HaltCancel' });
    expect([status(rig), rig.book()]).toEqual(['active', 'bids  | asks ']);
  });

  test('after close_time nothing goes, not even a cancel, and what rests is cancelled soon', () => {
    const rig = new Rig();
    const id = rig.rest();
    rig.wait(20 * DAY);
    expect([status(rig), filterWord(rig)]).toEqual(['closed', ['closed']]);
    const amend = { ticker: GB, side: 'bid', price: '0.5000', count: '9' };
    const answers = [
      rig.create(),
      rig.cancel(id),
      rig.cancel('nonsense'),
      rig.send('POST', `${ORDERS}/${id}/amend`, amend),
      rig.send('POST', `${ORDERS}/${id}/decrease`, { reduce_by: '1', market_ticker: GB }),
    ];
    expect(new Set(answers.map(errorCode))).toEqual(new Set(['400 MARKET_INACTIVE']));
    expect(rig.get(`/portfolio/orders/${id}`).order.status).toBe('resting');
    rig.wait(2000);
    expect(rig.orderOf(id)).toMatchObject({ status: 'canceled', reason: 'CloseCancel' });
    expect(errorCode(rig.cancel(id))).toBe('400 MARKET_INACTIVE');
    rig.send('DELETE', ORDERS);
  });

  test('close_time can come earlier', () => {
    const rig = new Rig();
    rig.act({ type: 'market.moveClose', ticker: GB, closeAt: START + 1000 });
    expect(rig.get(`/markets/${GB}`, null).market.close_time).toBe('2026-11-23T17:00:01Z');
    expect(rig.create().status).toBe(201);
    rig.wait(1000);
    expect(errorCode(rig.create())).toBe('400 MARKET_INACTIVE');
  });

  test('or later, and then a closed market opens again', () => {
    const rig = new Rig();
    const id = rig.rest();
    rig.act({ type: 'market.moveClose', ticker: GB, closeAt: START });
    expect(status(rig)).toBe('closed');
    rig.act({ type: 'market.moveClose', ticker: GB, closeAt: START + DAY });
    rig.wait(10_000);
    expect([status(rig), rig.orderOf(id).status]).toEqual(['active', 'resting']);
  });

  test('determined, disputed, amended, and final only then', () => {
    const rig = new Rig();
    rig.act({ type: 'hand.trade', account: 'ann', ticker: GB, side: 'bid', price: 6000, count: 100 });
    const id = rig.rest();
    rig.act({ type: 'market.determine', ticker: GB, value: 10_000 });
    expect(rig.orderOf(id)).toMatchObject({ status: 'canceled', reason: 'CloseCancel' });
    expect(rig.get(`/markets/${GB}`, null).market).toMatchObject({
      status: 'determined',
      result: 'yes',
      settlement_value_dollars: '1.0000',
      close_time: '2026-11-23T17:00:00Z',
    });
    expect(filterWord(rig)).toEqual(['closed']);
    rig.wait(299_999);
    rig.act({ type: 'market.dispute', ticker: GB });
    rig.wait(DAY);
    expect([status(rig), rig.position()]).toEqual(['disputed', 100]);
    rig.act({ type: 'market.amendOutcome', ticker: GB, value: 0 });
    expect([status(rig), rig.position()]).toEqual(['amended', 100]);
    rig.wait(300_000);
    expect([status(rig), rig.position(), filterWord(rig)]).toEqual(['finalized', 0, ['settled']]);
    expect(rig.get(`/markets/${GB}`, null).market).toMatchObject({
      result: 'no',
      settlement_ts: '2026-11-24T17:09:59.999Z',
      open_interest_fp: '0.00',
    });
    expect(errorCode(rig.create())).toBe('400 MARKET_INACTIVE');
    expect(() => rig.act({ type: 'market.settle', ticker: GB, value: 0 })).toThrow('which is finalized');
  });

  test('the grid can change under a resting order', () => {
    const rig = new Rig();
    const id = rig.rest({ price: '0.5700' });
    rig.act({
      type: 'market.setGrid',
      ticker: GB,
      priceLevelStructure: 'tapered_deci_cent',
      priceRanges: [
        { start: 0, end: 1000, step: 10 },
        { start: 1000, end: 9000, step: 200 },
        { start: 9000, end: 10_000, step: 10 },
      ],
    });
    expect(rig.get(`/markets/${GB}`, null).market).toMatchObject({
      price_level_structure: 'tapered_deci_cent',
      price_ranges: [
        { start: '0.0000', end: '0.1000', step: '0.0010' },
        { start: '0.1000', end: '0.9000', step: '0.0200' },
        { start: '0.9000', end: '1.0000', step: '0.0010' },
      ],
    });
    expect(rig.orderOf(id).status).toBe('resting');
    expect(errorCode(rig.create({ price: '0.5700' }))).toBe('400 invalid_order');
    expect(rig.create({ price: '0.0010' }).status).toBe(201);
    expect(rig.create({ price: '0.9990', count: '1' }).status).toBe(201);
    rig.act({ type: 'crowd.take', orderId: id });
    expect(rig.orderOf(id)).toMatchObject({ status: 'executed', filled: 1000 });
  });

  test('a market can move to another shard', () => {
    const rig = new Rig();
    const id = rig.rest();
    rig.act({ type: 'market.setShard', ticker: GB, exchangeIndex: 3 });
    expect(rig.get(`/markets/${GB}`, null).market.exchange_index).toBe(3);
    expect(rig.cancel(id, '').status).toBe(404);
    expect(rig.cancel(id).status).toBe(200);
  });
});

describe('other traders', () => {
  test('their book replaces itself around the orders of accounts', () => {
    const rig = new Rig();
    const id = rig.rest({ price: '0.6100' });
    rig.act({
      type: 'book.set',
      ticker: GB,
      bids: [
        [6100, 20_000],
        [5800, 100],
      ],
      asks: [[6200, 10_000]],
    });
    expect(rig.book()).toBe('bids 61:210 58:1 | asks 62:100');
    expect(rig.orderOf(id).filled).toBe(0);
  });

  test('a book that crosses an account’s order trades with it', () => {
    const rig = new Rig();
    const id = rig.rest({ price: '0.6100' });
    rig.act({ type: 'book.set', ticker: GB, bids: [[5900, 100]], asks: [[6000, 1500]] });
    expect(rig.orderOf(id)).toMatchObject({ status: 'executed', filled: 1000 });
    expect(rig.book()).toBe('bids 59:1 | asks 60:5');
  });

  test('but not while the market rests', () => {
    const rig = new Rig();
    const id = rig.rest({ price: '0.6100' });
    rig.act({ type: 'exchange.set', tradingActive: false });
    rig.act({
      type: 'book.set',
      ticker: GB,
      bids: [[5900, 100]],
      asks: [
        [6000, 1500],
        [6300, 100],
      ],
    });
    expect(rig.orderOf(id).filled).toBe(0);
    expect(rig.book()).toBe('bids 61:10 59:1 | asks 63:1');
    expect(rig.act({ type: 'crowd.place', ticker: GB, side: 'bid', price: 6000, count: 1 })).toEqual({
      refused: 'not_trading',
    });
    expect(rig.act({ type: 'crowd.take', orderId: id })).toEqual({ refused: 'not_found' });
  });

  test('who keeps a level keeps the place in the queue', () => {
    const rig = new Rig();
    const id = rig.rest({ price: '0.6100' });
    rig.act({ type: 'book.set', ticker: GB, bids: [[6100, 5000]], asks: [] });
    rig.act({ type: 'book.set', ticker: GB, bids: [[6100, 9000]], asks: [] });
    rig.create({ side: 'ask', price: '0.6100', count: '55' }, 'bob-key');
    expect(rig.orderOf(id).filled).toBe(500);
  });

  test('a crossed book is a mistake', () => {
    expect(() =>
      new Rig().act({ type: 'book.set', ticker: GB, bids: [[6000, 1]], asks: [[6000, 1]] }),
    ).toThrow('is crossed');
  });

  test('place and withdraw single orders', () => {
    const rig = new Rig();
    const { orderId } = rig.act({ type: 'crowd.place', ticker: GB, side: 'ask', price: 6150, count: 100 });
    expect(rig.book()).toBe('bids 61:310 60:500 59:700 | asks 61.5:1 62:95 63:400');
    expect(rig.act({ type: 'crowd.cancel', orderId: orderId! })).toEqual({});
    expect(rig.act({ type: 'crowd.cancel', orderId: orderId! })).toEqual({ refused: 'not_found' });
    rig.act({ type: 'crowd.place', ticker: GB, side: 'ask', price: 6100, count: 50_000, immediate: true });
    expect(rig.book()).toBe('bids 60:500 59:700 | asks 62:95 63:400');
  });

  test('a person’s hand shows in the account like any order', () => {
    const rig = new Rig();
    const { orderId } = rig.act({
      type: 'hand.place',
      account: 'ann',
      ticker: GB,
      side: 'ask',
      price: 6500,
      count: 100,
    });
    expect(rig.get('/portfolio/orders?status=resting').orders).toMatchObject([
      { order_id: orderId, client_order_id: 'web-1' },
    ]);
    expect(rig.act({ type: 'hand.cancel', orderId: orderId! })).toEqual({ orderId });
    rig.act({
      type: 'hand.place',
      account: 'ann',
      ticker: GB,
      side: 'bid',
      price: 6200,
      count: 100,
      immediate: true,
    });
    expect(rig.position()).toBe(100);
    expect(rig.book()).toBe('bids 61:310 60:500 59:700 | asks 62:94 63:400');
    rig.act({ type: 'hand.trade', account: 'ann', ticker: GB, side: 'ask', price: 1000, count: 300 });
    expect([rig.position(), rig.book()]).toEqual([-200, BOOK.replace('95', '94')]);
    rig.act({ type: 'exchange.set', exchangeActive: false });
    const refused = {
      type: 'hand.place',
      account: 'ann',
      ticker: GB,
      side: 'bid',
      price: 100,
      count: 1,
    } as const;
    expect(rig.act(refused)).toEqual({ refused: 'exchange_is_paused' });
    expect(rig.act({ ...refused, type: 'hand.trade' })).toEqual({ refused: 'not_trading' });
  });

  test('actions that name what is not there are mistakes', () => {
    const rig = new Rig();
    const account = { account: 'ann', keys: [], balance: 0 };
    const at = { ticker: 'KXNONE', side: 'bid', price: 1, count: 1 } as const;
    expect(() => rig.act({ type: 'crowd.place', ...at })).toThrow('there is no market KXNONE');
    expect(() => rig.act({ type: 'market.pause', ticker: 'KXNONE' })).toThrow('there is no market KXNONE');
    expect(() => rig.act({ type: 'hand.trade', account: 'eve', ...at, ticker: GB })).toThrow(
      'no account eve',
    );
    expect(() => rig.act({ type: 'account.readLag', account: 'eve', lagMs: 1 })).toThrow('no account eve');
    expect(() => rig.act({ type: 'account.setKey', keyId: 'x' })).toThrow('there is no key x');
    expect(() => rig.act({ type: 'exchange.set', exchangeIndex: 9 })).toThrow('there is no shard 9');
    expect(() =>
      rig.act({ type: 'exchange.setFees', series: 'KXNONE', feeType: 'flat', feeMultiplier: 1 }),
    ).toThrow('there is no series or event KXNONE');
    expect(() => rig.act({ type: 'hand.cancel', orderId: 'x' })).toThrow('there is no order x');
    const move = { type: 'account.movePosition', account: 'ann', price: 5000 } as const;
    expect(() => rig.act({ ...move, ticker: GB, change: 0 })).toThrow('cannot move 0');
    expect(() => rig.act({ ...move, ticker: 'KXNONE', change: 1 })).toThrow('cannot move 1 of KXNONE');
    expect(() => new Rig({ accounts: [account, account] })).toThrow('two accounts named ann');
    expect(() => rig.act({ type: 'market.add', market: { ticker: GB, closeAt: 0 } })).toThrow('two markets');
  });
});

test('a disputed outcome can be replaced and paid in one step, to each subaccount', () => {
  const rig = new Rig();
  const trade = { type: 'hand.trade', account: 'ann', ticker: GB, price: 6000, count: 100 } as const;
  rig.act({ ...trade, side: 'bid' });
  rig.act({ ...trade, side: 'ask', subaccount: 1 });
  rig.act({ type: 'market.determine', ticker: GB, value: 10_000 });
  rig.act({ type: 'market.dispute', ticker: GB });
  rig.act({ type: 'market.settle', ticker: GB, value: 0 });
  expect(rig.get('/portfolio/settlements').settlements).toMatchObject([
    { market_result: 'no', revenue: expect.any(Number) },
    { market_result: 'no', revenue: expect.any(Number) },
  ]);
  expect(rig.get('/portfolio/settlements?subaccount=1').settlements).toMatchObject([
    { no_count_fp: '1.00', revenue: 100 },
  ]);
});
