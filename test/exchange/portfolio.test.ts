import { describe, expect, test } from 'vitest';
import { BTC, errorCode, GB, type Json, Rig, START } from './rig.ts';

const HOUR = 3_600_000;

describe('positions', () => {
  test('show cost, realized profit and fees as documented', () => {
    const rig = new Rig({
      series: [{ ticker: 'KXNFLGAME', feeMultiplier: 1 }],
      accounts: [
        {
          account: 'ann',
          keys: [{ keyId: 'ann-key' }],
          balance: 0,
          member: 'broker',
          holdings: [{ ticker: GB, side: 'no', count: 10_300, price: 9600 }],
        },
      ],
    });
    expect(rig.get('/portfolio/positions')).toEqual({
      cursor: '',
      market_positions: [
        {
          ticker: GB,
          exchange_index: 0,
          position_fp: '-103.00',
          market_exposure_dollars: '98.880000',
          total_traded_dollars: '98.880000',
          realized_pnl_dollars: '0.000000',
          fees_paid_dollars: '0.280000',
          last_updated_ts: '2026-11-23T16:00:00Z',
        },
      ],
      event_positions: [
        {
          event_ticker: 'KXNFLGAME-26NOV29',
          total_cost_dollars: '98.880000',
          total_cost_shares_fp: '103.00',
          event_exposure_dollars: '98.880000',
          realized_pnl_dollars: '0.000000',
          fees_paid_dollars: '0.280000',
        },
      ],
    });
    expect(rig.get('/portfolio/fills').fills).toMatchObject([
      {
        outcome_side: 'no',
        book_side: 'ask',
        count_fp: '103.00',
        yes_price_dollars: '0.0400',
        no_price_dollars: '0.9600',
        is_taker: true,
        fee_cost: '0.280000',
        subaccount_number: 0,
      },
    ]);
  });

  test('YES and NO net into one signed number', () => {
    const rig = new Rig();
    const trade = (side: 'bid' | 'ask', price: number, count: number) => {
      rig.act({ type: 'hand.trade', account: 'ann', ticker: GB, side, price, count });
      const [shown] = rig.get('/portfolio/positions').market_positions;
      return [shown.position_fp, shown.market_exposure_dollars, shown.realized_pnl_dollars];
    };
    expect(trade('bid', 6000, 1000)).toEqual(['10.00', '6.000000', '0.000000']);
    expect(trade('bid', 5000, 1000)).toEqual(['20.00', '11.000000', '0.000000']);
    expect(trade('ask', 7000, 500)).toEqual(['15.00', '8.250000', '0.750000']);
    expect(trade('ask', 4000, 2500)).toEqual(['-10.00', '6.000000', '-1.500000']);
    expect(trade('bid', 3000, 1000)).toEqual(['0.00', '0.000000', '-0.500000']);
  });

  test('can leave out what is flat', () => {
    const rig = new Rig();
    for (const side of ['bid', 'ask'] as const)
      rig.act({ type: 'hand.trade', account: 'ann', ticker: GB, side, price: 6000, count: 100 });
    rig.act({ type: 'hand.trade', account: 'ann', ticker: BTC, side: 'bid', price: 3000, count: 100 });
    const tickers = (query: string) =>
      rig.get(`/portfolio/positions${query}`).market_positions.map((position: Json) => position.ticker);
    expect(tickers('')).toEqual([BTC, GB]);
    expect(tickers('?count_filter=position')).toEqual([BTC]);
    expect(tickers('?count_filter=position,total_traded')).toEqual([BTC]);
    expect(tickers(`?ticker=${GB}`)).toEqual([GB]);
    expect(tickers('?event_ticker=KXNFLGAME-26NOV29')).toEqual([GB]);
    expect(tickers('?exchange_index=2')).toEqual([BTC]);
    expect(errorCode(rig.send('GET', '/portfolio/positions?count_filter=all'))).toBe(
      '400 invalid_parameters',
    );
  });

  test('subaccount 0 is meant when none is named; orders and fills mean all', () => {
    const rig = new Rig();
    rig.act({ type: 'account.moveCash', account: 'ann', subaccount: 5, change: 100_000_000 });
    rig.create({ subaccount: 5, count: '1' });
    expect(rig.get('/portfolio/positions').market_positions).toEqual([]);
    expect(rig.get('/portfolio/positions?subaccount=5').market_positions).toHaveLength(1);
    expect(rig.get('/portfolio/fills').fills).toMatchObject([{ subaccount_number: 5 }]);
    expect(rig.get('/portfolio/orders').orders).toMatchObject([{ subaccount_number: 5 }]);
    expect(rig.get('/portfolio/fills?subaccount=0').fills).toEqual([]);
    expect(rig.get('/portfolio/balance').balance).toBe(100_000);
    expect(errorCode(rig.send('GET', '/portfolio/positions?subaccount=64'))).toBe('400 invalid_parameters');
  });
});

describe('holdings from before the start', () => {
  const holding = (spec: object) =>
    new Rig({
      accounts: [
        {
          account: 'ann',
          keys: [{ keyId: 'ann-key' }],
          balance: 0,
          holdings: [{ ticker: GB, side: 'yes', count: 1000, price: 5600, ...spec }],
        },
      ],
    });

  test('come with the fills that made them', () => {
    const rig = holding({
      count: 500,
      fills: [
        { at: START - 3 * HOUR, action: 'buy', count: 1000, price: 5600, fee: 100 },
        { at: START - 2 * HOUR, action: 'sell', count: 500, price: 6600, fee: 50 },
      ],
    });
    expect(rig.get('/portfolio/positions').market_positions).toMatchObject([
      { position_fp: '5.00', market_exposure_dollars: '2.800000', realized_pnl_dollars: '0.500000' },
    ]);
    expect(rig.get('/portfolio/fills').fills).toMatchObject([
      { book_side: 'ask', count_fp: '5.00', fee_cost: '0.000050' },
      { book_side: 'bid', count_fp: '10.00', fee_cost: '0.000100' },
    ]);
    expect(rig.get('/portfolio/orders?status=executed').orders).toHaveLength(2);
  });

  test('or without any, as after a transfer', () => {
    const rig = holding({ fills: [] });
    expect(rig.get('/portfolio/fills').fills).toEqual([]);
    expect(rig.get('/portfolio/positions').market_positions).toMatchObject([
      { position_fp: '10.00', market_exposure_dollars: '5.600000' },
    ]);
  });

  test('contracts can also move later without a fill', () => {
    const rig = holding({});
    rig.act({ type: 'account.movePosition', account: 'ann', ticker: GB, change: -400, price: 6000 });
    expect(rig.position()).toBe(600);
    expect(rig.get('/portfolio/fills').fills).toHaveLength(1);
  });

  test('one in a market that is none is a mistake', () => {
    expect(() => holding({ ticker: 'KXNONE' })).toThrow('ann holds KXNONE, which is no market');
  });
});

describe('orders', () => {
  test('are found by status, market, event and time, newest first', () => {
    const rig = new Rig();
    const first = rig.create().body.order_id;
    rig.wait(10_000);
    const second = rig.rest({ ticker: BTC, price: '0.2000' });
    rig.wait(10_000);
    const third = rig.rest();
    rig.cancel(third);
    const ids = (query: string) =>
      rig.get(`/portfolio/orders${query}`).orders.map((order: Json) => order.order_id);
    const [t0, t1] = [START / 1000, START / 1000 + 10];
    expect(ids('')).toEqual([third, second, first]);
    expect(ids('?status=resting')).toEqual([second]);
    expect(ids('?status=canceled')).toEqual([third]);
    expect(ids('?status=executed')).toEqual([first]);
    expect(ids(`?ticker=${GB}`)).toEqual([third, first]);
    expect(ids('?event_ticker=KXBTC-26NOV30,KXNONE')).toEqual([second]);
    expect(ids('?exchange_index=2')).toEqual([second]);
    expect(ids(`?min_ts=${t1}`)).toEqual([third, second]);
    expect(ids(`?max_ts=${t0}`)).toEqual([first]);
    expect(ids('?client_order_id=order-1')).toHaveLength(3);
    expect(errorCode(rig.send('GET', '/portfolio/orders?status=open'))).toBe('400 invalid_parameters');
    expect(errorCode(rig.send('GET', `/portfolio/orders?event_ticker=${Array(11).fill('A')}`))).toBe(
      '400 invalid_parameters',
    );
  });

  test('do not tell time in force, post_only, reduce_only or why they ended', () => {
    const rig = new Rig();
    const { order } = rig.get(`/portfolio/orders/${rig.create().body.order_id}`);
    expect(Object.keys(order).filter((name) => /force|post|reduce|reason/.test(name))).toEqual([]);
  });

  test('a resting ask that filled in part, field by field', () => {
    const rig = new Rig();
    const id = rig.rest({ side: 'ask', price: '0.6500', client_order_id: 'x-9f2c-1' });
    rig.act({ type: 'crowd.take', orderId: id, count: 400 });
    expect(rig.get(`/portfolio/orders/${id}`).order).toEqual({
      order_id: id,
      user_id: 'e0000000-0000-4000-8000-000000000002',
      client_order_id: 'x-9f2c-1',
      ticker: GB,
      outcome_side: 'no',
      book_side: 'ask',
      type: 'limit',
      status: 'resting',
      yes_price_dollars: '0.6500',
      no_price_dollars: '0.3500',
      initial_count_fp: '10.00',
      fill_count_fp: '4.00',
      remaining_count_fp: '6.00',
      taker_fill_cost_dollars: '0.000000',
      maker_fill_cost_dollars: '2.600000',
      taker_fees_dollars: '0.000000',
      maker_fees_dollars: '0.000000',
      expiration_time: null,
      created_time: '2026-11-23T17:00:00Z',
      last_update_time: '2026-11-23T17:00:00Z',
      self_trade_prevention_type: 'maker',
      order_group_id: null,
      cancel_order_on_pause: false,
      subaccount_number: 0,
      exchange_index: 0,
    });
  });

  test('of another account are 404', () => {
    const rig = new Rig();
    const id = rig.rest({}, 'bob-key');
    expect(errorCode(rig.send('GET', `/portfolio/orders/${id}`))).toBe('404 not_found');
  });

  test('leave the live endpoints two weeks after they ended, fills after three months', () => {
    const rig = new Rig();
    const gone = rig.create({ count: '1' }).body.order_id;
    const resting = rig.rest();
    rig.wait(14 * 24 * HOUR);
    expect(rig.get('/portfolio/orders').orders.map((order: Json) => order.order_id)).toEqual([resting]);
    expect(rig.send('GET', `/portfolio/orders/${gone}`).status).toBe(404);
    expect(rig.get('/portfolio/fills').fills).toHaveLength(1);
    rig.wait(76 * 24 * HOUR);
    expect(rig.get('/portfolio/fills').fills).toEqual([]);
    expect(rig.get('/historical/fills').fills).toMatchObject([{ order_id: gone }]);
    expect(rig.get('/historical/cutoff', null)).toEqual({
      market_settled_ts: '2026-11-23T17:00:00Z',
      trades_created_ts: '2026-11-23T17:00:00Z',
      orders_updated_ts: '2027-02-07T17:00:00Z',
    });
  });
});

describe('fills', () => {
  test('are found by order, market and time, newest first, without client ids', () => {
    const rig = new Rig();
    const first = rig.create({ price: '0.6300', count: '100' }).body.order_id;
    rig.wait(10_000);
    rig.create({ ticker: BTC, price: '0.3200', count: '1' });
    const fills = (query: string) =>
      rig.get(`/portfolio/fills${query}`).fills.map((fill: Json) => [fill.ticker, fill.count_fp]);
    expect(fills('')).toEqual([
      [BTC, '1.00'],
      [GB, '5.00'],
      [GB, '95.00'],
    ]);
    expect(fills(`?order_id=${first}`)).toHaveLength(2);
    expect(fills(`?ticker=${BTC}`)).toHaveLength(1);
    expect(fills(`?min_ts=${START / 1000 + 1}`)).toHaveLength(1);
    expect(fills(`?max_ts=${START / 1000}`)).toHaveLength(2);
    expect(rig.get('/portfolio/fills').fills[0]).not.toHaveProperty('client_order_id');
  });
});

describe('pages', () => {
  const walk = (rig: Rig, path: string, field: string, between: () => void = () => {}): Json[][] => {
    const pages: Json[][] = [];
    let cursor = '';
    do {
      const body = rig.get(`${path}${path.includes('?') ? '&' : '?'}limit=2&cursor=${cursor}`);
      pages.push(body[field]);
      cursor = body.cursor;
      between();
    } while (cursor !== '');
    return pages;
  };

  test('hold as many as asked for, until the cursor is empty', () => {
    const rig = new Rig();
    const ids = [1, 2, 3, 4, 5].map(() => rig.rest());
    const pages = walk(rig, '/portfolio/orders', 'orders');
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(
      pages
        .flat()
        .map((order) => order.order_id)
        .reverse(),
    ).toEqual(ids);
  });

  test('that end exactly full have no cursor', () => {
    const rig = new Rig();
    for (const _ of [1, 2]) rig.rest();
    expect(rig.get('/portfolio/orders?limit=2').cursor).toBe('');
    expect(rig.get('/portfolio/orders?limit=1').cursor).not.toBe('');
  });

  test('neither repeat nor lose when something is added meanwhile', () => {
    const rig = new Rig();
    const ids = [1, 2, 3, 4].map(() => rig.rest());
    const pages = walk(rig, '/portfolio/orders', 'orders', () => {
      rig.wait(1000);
      rig.rest();
    });
    expect(
      pages
        .flat()
        .map((order) => order.order_id)
        .reverse(),
    ).toEqual(ids);
  });

  test('exist for fills, positions, markets and settlements alike', () => {
    const rig = new Rig();
    const tickers = ['A', 'B', 'C'].map((name) => `KXTEST-26NOV30-${name}`);
    for (const ticker of tickers) {
      rig.act({ type: 'market.add', market: { ticker, closeAt: START + HOUR } });
      rig.act({ type: 'hand.trade', account: 'ann', ticker, side: 'bid', price: 5000, count: 100 });
      rig.act({ type: 'market.settle', ticker, value: 10_000 });
    }
    const sizes = (path: string, field: string) => walk(rig, path, field).map((page) => page.length);
    expect(sizes('/portfolio/fills', 'fills')).toEqual([2, 1]);
    expect(sizes('/portfolio/positions', 'market_positions')).toEqual([2, 1]);
    expect(sizes('/portfolio/settlements', 'settlements')).toEqual([2, 1]);
    expect(sizes('/markets', 'markets')).toEqual([2, 2, 1]);
  });

  test.each(['limit=0', 'limit=1001', 'limit=x', 'cursor=nonsense'])('refuse %s', (query) => {
    expect(errorCode(new Rig().send('GET', `/portfolio/orders?${query}`))).toBe('400 invalid_parameters');
  });
});

describe('balance', () => {
  test('is in truncated cents and in exact dollars', () => {
    const rig = new Rig();
    rig.create({ count: '1' });
    expect(rig.get('/portfolio/balance')).toEqual({
      balance: 99_936,
      balance_dollars: '999.363500',
      portfolio_value: 62,
      updated_ts: START / 1000,
      balance_breakdown: [{ exchange_index: 0, balance: '999.363500' }],
    });
  });
});

describe('settlements', () => {
  test.each([
    ['YES wins', 'bid', 10_000, 'yes', 1000, 100],
    ['YES loses', 'bid', 0, 'no', 0, 0],
    ['NO wins', 'ask', 0, 'no', 1000, 0],
    ['a fraction for YES', 'bid', 2550, 'scalar', 255, 25],
    ['a fraction for NO', 'ask', 2550, 'scalar', 745, 25],
  ] as const)('%s', (_, side, value, result, revenue, cents) => {
    const rig = new Rig();
    rig.act({ type: 'hand.trade', account: 'ann', ticker: GB, side, price: 6000, count: 1000 });
    const cash = rig.truth.accounts.ann!.cash[0]!;
    rig.act({ type: 'market.settle', ticker: GB, value });
    const yes = side === 'bid';
    expect(rig.get('/portfolio/settlements').settlements).toEqual([
      {
        ticker: GB,
        event_ticker: 'KXNFLGAME-26NOV29',
        exchange_index: 0,
        market_result: result,
        yes_count_fp: yes ? '10.00' : '0.00',
        yes_total_cost_dollars: yes ? '6.000000' : '0.000000',
        no_count_fp: yes ? '0.00' : '10.00',
        no_total_cost_dollars: yes ? '0.000000' : '4.000000',
        revenue,
        settled_time: '2026-11-23T17:00:00Z',
        fee_cost: '0.000000',
        value: cents,
      },
    ]);
    expect(rig.truth.accounts.ann!.cash[0]! - cash).toBe(revenue * 10_000);
    expect(rig.position()).toBe(0);
    expect(rig.get('/portfolio/positions?count_filter=position').market_positions).toEqual([]);
  });
});

describe('reads lag', () => {
  test('behind writes, and say so', () => {
    const rig = new Rig();
    rig.act({ type: 'account.readLag', account: 'ann', lagMs: 5000 });
    rig.wait(20_000);
    const { order_id } = rig.create().body;
    const shown = () => ({
      order: rig.send('GET', `/portfolio/orders/${order_id}`).status,
      orders: rig.get('/portfolio/orders').orders.length,
      fills: rig.get('/portfolio/fills').fills.length,
      positions: rig.get('/portfolio/positions').market_positions.length,
      balance: rig.get('/portfolio/balance').balance,
      asOf: rig.get('/exchange/user_data_timestamp').as_of_time,
    });
    const before = { order: 404, orders: 0, fills: 0, positions: 0, balance: 100_000 };
    expect(shown()).toEqual({ ...before, asOf: '2026-11-23T17:00:15Z' });
    rig.wait(4999);
    expect(shown()).toEqual({ ...before, asOf: '2026-11-23T17:00:19.999Z' });
    rig.wait(1);
    expect(shown()).toEqual({
      order: 200,
      orders: 1,
      fills: 1,
      positions: 1,
      balance: 99_363,
      asOf: '2026-11-23T17:00:20Z',
    });
  });

  test('show an order as it was', () => {
    const rig = new Rig();
    const id = rig.rest();
    rig.wait(10_000);
    rig.act({ type: 'account.readLag', account: 'ann', lagMs: 3000 });
    rig.cancel(id);
    const status = () => rig.get(`/portfolio/orders/${id}`).order.status;
    expect(status()).toBe('resting');
    rig.wait(3000);
    expect(status()).toBe('canceled');
  });

  test('each account has its own, and without a key the longest is told', () => {
    const rig = new Rig();
    rig.act({ type: 'account.readLag', account: 'bob', lagMs: 2000 });
    const asOf = (key: string | null) => rig.get('/exchange/user_data_timestamp', key).as_of_time;
    expect([asOf('ann-key'), asOf('bob-key'), asOf(null)]).toEqual([
      '2026-11-23T17:00:00Z',
      '2026-11-23T16:59:58Z',
      '2026-11-23T16:59:58Z',
    ]);
    expect(() => rig.act({ type: 'account.readLag', account: 'bob', lagMs: 300_001 })).toThrow('at most');
  });

  test('keep their history through many changes', () => {
    const rig = new Rig();
    for (let n = 0; n < 200; n++) {
      rig.act({ type: 'hand.trade', account: 'ann', ticker: GB, side: 'bid', price: 6000, count: 100 });
      rig.wait(4000);
    }
    rig.act({ type: 'account.readLag', account: 'ann', lagMs: 300_000 });
    expect(rig.get('/portfolio/positions').market_positions[0].position_fp).toBe('126.00');
  });
});
