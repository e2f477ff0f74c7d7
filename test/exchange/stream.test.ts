import { constants, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { BTC, DAY, GB, type Json, ORDERS, Rig, START, STREAM } from './rig.ts';

const COMBO = 'KXMVECOMBO-26-X';

/** A rig with one connection, and what it has been sent. */
function streaming(channel: string, params?: object, options?: ConstructorParameters<typeof Rig>[0]) {
  const rig = new Rig(options);
  const connection = rig.connect();
  rig.subscribe(connection, channel, params);
  const first = rig.frames(connection);
  return { rig, connection, first, next: (): Json[] => rig.frames(connection) };
}

/** The book that a subscriber keeps: `yes 0.6100=310.00`, from snapshot and deltas. */
function follow(messages: Json[], sides: Record<string, Record<string, number>> = { yes: {}, no: {} }) {
  for (const { type, msg } of messages) {
    if (type === 'orderbook_snapshot')
      for (const side of ['yes', 'no'])
        sides[side] = Object.fromEntries(
          (msg[`${side}_dollars_fp`] ?? []).map(([price, size]: [string, string]) => [price, Number(size)]),
        );
    if (type !== 'orderbook_delta') continue;
    const size = (sides[msg.side]![msg.price_dollars] ?? 0) + Number(msg.delta_fp);
    sides[msg.side]![msg.price_dollars] = Math.round(size * 100) / 100;
    if (size === 0) delete sides[msg.side]![msg.price_dollars];
  }
  return sides;
}

describe('the handshake', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const rig = new Rig({
    verifySignatures: true,
    accounts: [
      {
        account: 'ann',
        keys: [{ keyId: 'ann-key', publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() }],
        balance: 0,
      },
    ],
  });
  const connect = (text: string, target = STREAM) => {
    const signature = sign('sha256', Buffer.from(text), {
      key: privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    }).toString('base64');
    const headers = {
      'kalshi-access-key': 'ann-key',
      'kalshi-access-timestamp': String(START),
      'kalshi-access-signature': signature,
    };
    const answer = rig.exchange.connect({ method: 'GET', target, headers, body: '' }, START);
    return 'status' in answer ? answer.status : 'connected';
  };

  test.each([
    ['timestamp + GET + path', `${START}GET${STREAM}`, STREAM, 'connected'],
    ['the path of something else', `${START}GET/trade-api/v2/markets`, STREAM, 401],
    ['at another address', `${START}GET/trade-api/v2/ws`, '/trade-api/v2/ws', 404],
  ])('signed over %s', (_, text, target, expected) => expect(connect(text, target)).toBe(expected));

  test('without the scope to read there is no stream', () => {
    const scopeless = new Rig();
    scopeless.act({ type: 'account.setKey', keyId: 'ann-key', scopes: ['write::trade'] });
    expect(() => scopeless.connect()).toThrow('no stream: 403');
  });

  test('can be refused by a fault', () => {
    const refused = new Rig();
    const match = { path: '/ws/' };
    refused.act({ type: 'fault.refuse', match, status: 503, error: { envelope: 'empty' } });
    refused.act({ type: 'fault.dropRequest', match });
    expect(() => refused.connect()).toThrow('no stream: 503');
    expect(() => refused.connect()).toThrow('no stream: 502');
    expect(refused.connect()).toBe(1);
  });
});

describe('commands', () => {
  test('a subscription is confirmed once per channel', () => {
    const rig = new Rig();
    const connection = rig.connect();
    const params = { channels: ['fill', 'user_orders', 'ticker'], market_tickers: [GB] };
    rig.command(connection, { id: 7, cmd: 'subscribe', params });
    expect(rig.frames(connection)).toEqual([
      { id: 7, type: 'subscribed', msg: { channel: 'fill', sid: 1 } },
      { id: 7, type: 'subscribed', msg: { channel: 'user_orders', sid: 2 } },
      { id: 7, type: 'subscribed', msg: { channel: 'ticker', sid: 3 } },
    ]);
    rig.command(connection, { id: 8, cmd: 'unsubscribe', params: { sids: [1, 3] } });
    rig.command(connection, { id: 9, cmd: 'list_subscriptions' });
    expect(rig.frames(connection)).toEqual([
      { id: 8, sid: 1, type: 'unsubscribed' },
      { id: 8, sid: 3, type: 'unsubscribed' },
      { id: 9, type: 'ok', subscriptions: [{ channel: 'user_orders', sid: 2 }] },
    ]);
    rig.create();
    expect(rig.frames(connection).map((message) => message.type)).toEqual(['user_order']);
  });

  test.each<[string, unknown, number]>([
    ['not JSON', 'nonsense', 1],
    ['a list', '[]', 1],
    ['an unknown command', { cmd: 'buy' }, 5],
    ['subscribe without params', { cmd: 'subscribe' }, 2],
    ['without channels', { cmd: 'subscribe', params: {} }, 3],
    ['an unknown channel', { cmd: 'subscribe', params: { channels: ['prices'] } }, 8],
    ['a book of no market', { cmd: 'subscribe', params: { channels: ['orderbook_delta'] } }, 14],
    [
      'a market that is none',
      { cmd: 'subscribe', params: { channels: ['orderbook_delta'], market_tickers: ['KXNONE'] } },
      16,
    ],
    [
      'tickers that are no texts',
      { cmd: 'subscribe', params: { channels: ['ticker'], market_tickers: [1] } },
      11,
    ],
    ['unsubscribe without params', { cmd: 'unsubscribe' }, 2],
    ['without sids', { cmd: 'unsubscribe', params: {} }, 4],
    ['an unknown sid', { cmd: 'unsubscribe', params: { sids: [9] } }, 7],
    ['update without params', { cmd: 'update_subscription' }, 2],
    ['two sids', { cmd: 'update_subscription', params: { sids: [1, 2] } }, 12],
    ['no sid', { cmd: 'update_subscription', params: { action: 'add_markets' } }, 12],
    ['an unknown sid to update', { cmd: 'update_subscription', params: { sid: 9 } }, 7],
    ['no action', { cmd: 'update_subscription', params: { sid: 1 } }, 15],
    ['an unknown action', { cmd: 'update_subscription', params: { sid: 1, action: 'x' } }, 13],
    ['no markets', { cmd: 'update_subscription', params: { sid: 1, action: 'add_markets' } }, 14],
    [
      'markets that are no texts',
      { cmd: 'update_subscription', params: { sid: 1, action: 'add_markets', market_tickers: 'A' } },
      11,
    ],
    [
      'a market to add that is none',
      { cmd: 'update_subscription', params: { sid: 1, action: 'add_markets', market_tickers: ['A'] } },
      16,
    ],
  ])('%s is an error', (_, command, code) => {
    const { rig, connection, next } = streaming('fill');
    const withId = typeof command === 'object' ? { id: 5, ...command } : command;
    rig.command(connection, withId);
    const id = code === 1 ? {} : { id: 5 };
    expect(next()).toEqual([{ ...id, type: 'error', msg: { code, msg: expect.any(String) } }]);
  });

  test('of a connection that is gone go nowhere', () => {
    const { rig, connection, next } = streaming('fill');
    rig.exchange.disconnect(connection);
    rig.subscribe(connection, 'fill');
    rig.create();
    expect(next()).toEqual([]);
    expect(rig.exchange.nextEventAt()).toBe(START + 7 * DAY);
  });
});

describe('orderbook_delta', () => {
  test('begins with a snapshot, bids of both sides, the best last', () => {
    expect(streaming('orderbook_delta').first).toEqual([
      { id: 1, type: 'subscribed', msg: { channel: 'orderbook_delta', sid: 1 } },
      {
        type: 'orderbook_snapshot',
        sid: 1,
        seq: 1,
        msg: {
          market_ticker: GB,
          market_id: 'b0000000-0000-4000-8000-000000000001',
          yes_dollars_fp: [
            ['0.5900', '700.00'],
            ['0.6000', '500.00'],
            ['0.6100', '310.00'],
          ],
          no_dollars_fp: [
            ['0.3700', '400.00'],
            ['0.3800', '95.00'],
          ],
        },
      },
    ]);
  });

  test('an empty side has no key', () => {
    const rig = new Rig();
    rig.act({ type: 'book.set', ticker: GB, bids: [], asks: [] });
    const connection = rig.connect();
    rig.subscribe(connection, 'orderbook_delta');
    expect(Object.keys(rig.frames(connection)[1].msg)).toEqual(['market_ticker', 'market_id']);
  });

  test('goes on with numbered deltas; who caused one is told to that account alone', () => {
    const { rig, next } = streaming('orderbook_delta');
    rig.rest({ side: 'bid', price: '0.6100', count: '5.5' });
    rig.act({ type: 'crowd.place', ticker: GB, side: 'ask', price: 6200, count: 100 });
    const market = { market_ticker: GB, market_id: 'b0000000-0000-4000-8000-000000000001', ts_ms: START };
    expect(next()).toEqual([
      {
        type: 'orderbook_delta',
        sid: 1,
        seq: 2,
        msg: {
          ...market,
          price_dollars: '0.6100',
          delta_fp: '5.50',
          side: 'yes',
          client_order_id: 'order-1',
          subaccount: 0,
        },
      },
      {
        type: 'orderbook_delta',
        sid: 1,
        seq: 3,
        msg: { ...market, price_dollars: '0.3800', delta_fp: '1.00', side: 'no' },
      },
    ]);
  });

  test('can quote the NO side at YES prices', () => {
    const { rig, first, next } = streaming('orderbook_delta', { market_tickers: [GB], use_yes_price: true });
    expect(first[1].msg.no_dollars_fp).toEqual([
      ['0.6300', '400.00'],
      ['0.6200', '95.00'],
    ]);
    rig.create({ count: '1' });
    expect(next()[0].msg).toMatchObject({ price_dollars: '0.6200', delta_fp: '-1.00', side: 'no' });
  });

  test('snapshot and deltas make the book that REST shows', () => {
    const { rig, first, next } = streaming('orderbook_delta');
    const book = follow(first);
    rig.rest({ side: 'ask', price: '0.6100', count: '400' });
    rig.rest({ side: 'bid', price: '0.6100', count: '20' });
    rig.act({
      type: 'book.set',
      ticker: GB,
      bids: [[5500, 250]],
      asks: [
        [6600, 100],
        [6700, 33],
      ],
    });
    rig.send('DELETE', ORDERS);
    const { orderbook_fp } = rig.get(`/markets/${GB}/orderbook`, null);
    const shown = (levels: [string, string][]) =>
      Object.fromEntries(levels.map(([price, size]) => [price, Number(size)]));
    expect(follow(next(), book)).toEqual({
      yes: shown(orderbook_fp.yes_dollars),
      no: shown(orderbook_fp.no_dollars),
    });
  });

  test('markets can be added and left out, and a snapshot asked for', () => {
    const { rig, connection, next } = streaming('orderbook_delta');
    const update = (params: object) => {
      rig.command(connection, { id: 2, cmd: 'update_subscription', params: { sid: 1, ...params } });
      return next().map(({ type, seq, msg }) => [type, seq, msg.market_tickers ?? msg.market_ticker]);
    };
    expect(update({ action: 'add_markets', market_tickers: [BTC, GB] })).toEqual([
      ['ok', 2, [GB, BTC]],
      ['orderbook_snapshot', 3, BTC],
    ]);
    expect(update({ sids: [1], sid: undefined, action: 'get_snapshot', market_tickers: [GB] })).toEqual([
      ['ok', 4, [GB, BTC]],
      ['orderbook_snapshot', 5, GB],
    ]);
    expect(update({ action: 'delete_markets', market_tickers: [GB] })).toEqual([['ok', 6, [BTC]]]);
    expect(update({ action: 'get_snapshot', market_tickers: [GB] })).toEqual([['ok', 7, [BTC]]]);
    rig.rest();
    expect(next()).toEqual([]);
    rig.rest({ ticker: BTC, price: '0.2000' });
    expect(next()).toMatchObject([{ type: 'orderbook_delta', seq: 8 }]);
  });

  test('the ok may also go unnumbered', () => {
    const { rig, connection, next } = streaming('orderbook_delta', undefined, {
      readings: { okTakesSequence: false },
    });
    const params = { sid: 1, action: 'get_snapshot', market_tickers: [GB] };
    rig.command(connection, { id: 2, cmd: 'update_subscription', params });
    expect(next().map(({ seq }) => seq)).toEqual([1, 2]);
  });

  test('two subscriptions count for themselves', () => {
    const { rig, connection, next } = streaming('orderbook_delta');
    rig.subscribe(connection, 'orderbook_delta', { market_tickers: [BTC] });
    rig.rest();
    rig.rest({ ticker: BTC, price: '0.2000' });
    expect(next().map(({ type, sid, seq }) => [type, sid, seq])).toEqual([
      ['subscribed', undefined, undefined],
      ['orderbook_snapshot', 2, 1],
      ['orderbook_delta', 1, 2],
      ['orderbook_delta', 2, 2],
    ]);
  });
});

describe('public channels', () => {
  test('ticker, at first when asked for, then on every change', () => {
    const { rig, first, next } = streaming('ticker', { market_tickers: [GB], send_initial_snapshot: true });
    const shown = {
      market_ticker: GB,
      market_id: 'b0000000-0000-4000-8000-000000000001',
      price_dollars: '0.6200',
      yes_bid_dollars: '0.6100',
      yes_ask_dollars: '0.6200',
      yes_bid_size_fp: '310.00',
      yes_ask_size_fp: '95.00',
      last_trade_size_fp: '0.00',
      volume_fp: '0.00',
      open_interest_fp: '0.00',
      dollar_volume: 0,
      dollar_open_interest: 0,
      ts_ms: START,
    };
    expect(first[1]).toEqual({ type: 'ticker', sid: 1, msg: shown });
    rig.create();
    expect(next()).toEqual([
      {
        type: 'ticker',
        sid: 1,
        msg: {
          ...shown,
          yes_ask_size_fp: '85.00',
          last_trade_size_fp: '10.00',
          volume_fp: '10.00',
          open_interest_fp: '10.00',
          dollar_volume: 6,
          dollar_open_interest: 10,
        },
      },
    ]);
    rig.rest({ price: '0.6100' });
    expect(next()).toHaveLength(1);
    rig.rest({ price: '0.5800' });
    expect(next()).toEqual([]);
  });

  test('trade, numbered', () => {
    const { rig, next } = streaming('trade', {});
    rig.create({ side: 'ask', price: '0.6100', count: '2' });
    rig.create({ ticker: BTC, price: '0.3200', count: '1' });
    expect(next()).toMatchObject([
      {
        type: 'trade',
        sid: 1,
        seq: 1,
        msg: {
          trade_id: 'f0000000-0000-4000-8000-000000000001',
          market_ticker: GB,
          yes_price_dollars: '0.6100',
          no_price_dollars: '0.3900',
          count_fp: '2.00',
          taker_side: 'no',
        },
      },
      { seq: 2, msg: { market_ticker: BTC, taker_side: 'yes' } },
    ]);
  });

  test('market_lifecycle_v2, for all markets but combos, whatever tickers are named', () => {
    const { rig, connection, next } = streaming('market_lifecycle_v2', { market_tickers: [BTC] });
    const others = rig.connect();
    rig.subscribe(others, 'multivariate_market_lifecycle', {});
    const told = (action: Parameters<Rig['act']>[0]) => {
      rig.act(action);
      return next().map(({ type, seq, msg }) => [type, seq, msg]);
    };
    const message = (seq: number, event_type: string, details: object) => [
      ['market_lifecycle_v2', seq, { market_ticker: GB, event_type, ...details }],
    ];
    const seconds = START / 1000;
    expect(connection).toBe(1);
    expect(told({ type: 'market.pause', ticker: GB })).toEqual(
      message(1, 'deactivated', { is_deactivated: true }),
    );
    expect(told({ type: 'market.activate', ticker: GB })).toEqual(
      message(2, 'activated', { is_deactivated: false }),
    );
    expect(told({ type: 'market.moveClose', ticker: GB, closeAt: START + 5000 })).toEqual(
      message(3, 'close_date_updated', { close_ts: seconds + 5 }),
    );
    const priceRanges = [{ start: 0, end: 10_000, step: 10 }];
    expect(
      told({ type: 'market.setGrid', ticker: GB, priceRanges, priceLevelStructure: 'deci_cent' }),
    ).toEqual(
      message(4, 'price_level_structure_updated', {
        price_level_structure: 'deci_cent',
        price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0010' }],
      }),
    );
    expect(told({ type: 'market.setShard', ticker: GB, exchangeIndex: 3 })).toEqual(
      message(5, 'metadata_updated', { exchange_index: 3 }),
    );
    rig.wait(5000);
    expect(rig.truth.markets[GB]!.status).toBe('closed');
    expect(next()).toEqual([]);
    const outcome = { result: 'scalar', settlement_value: '0.2500' };
    expect(told({ type: 'market.settle', ticker: GB, value: 2500 })).toEqual([
      ...message(6, 'determined', { determination_ts: seconds + 5, ...outcome }),
      ...message(7, 'settled', { settled_ts: seconds + 5, ...outcome }),
    ]);
    expect(told({ type: 'market.add', market: { ticker: COMBO, closeAt: START + DAY } })).toEqual([]);
    expect(rig.frames(others)).toEqual([]);
    rig.act({ type: 'market.pause', ticker: COMBO });
    expect(rig.frames(others)).toMatchObject([{ type: 'multivariate_market_lifecycle', seq: 2 }]);
    expect(
      told({
        type: 'exchange.setFees',
        event: 'KXNFLGAME-26NOV29',
        feeType: 'quadratic',
        feeMultiplier: 2,
      }),
    ).toEqual([
      [
        'event_fee_update',
        8,
        {
          event_ticker: 'KXNFLGAME-26NOV29',
          fee_type_override: 'quadratic',
          fee_multiplier_override: 2,
          ts_ms: START + 5000,
        },
      ],
    ]);
  });
});

describe('private channels, unnumbered', () => {
  test('fill', () => {
    const { rig, next } = streaming('fill', {});
    rig.create({ side: 'ask', price: '0.6100', count: '10' });
    rig.create({}, 'bob-key');
    expect(next()).toEqual([
      {
        type: 'fill',
        sid: 1,
        msg: {
          trade_id: 'f0000000-0000-4000-8000-000000000001',
          order_id: expect.any(String),
          client_order_id: 'order-1',
          market_ticker: GB,
          exchange_index: 0,
          is_taker: true,
          outcome_side: 'no',
          book_side: 'ask',
          yes_price_dollars: '0.6100',
          count_fp: '10.00',
          fee_cost: '0.166600',
          post_position_fp: '-10.00',
          ts_ms: START,
          subaccount: 0,
        },
      },
    ]);
  });

  test('market_positions', () => {
    const { rig, next } = streaming('market_positions');
    rig.create({ side: 'ask', price: '0.6100', count: '10' });
    rig.create({ ticker: BTC, price: '0.3200', count: '1' });
    expect(next()).toEqual([
      {
        type: 'market_position',
        sid: 1,
        msg: {
          user_id: 'e0000000-0000-4000-8000-000000000002',
          market_ticker: GB,
          position_fp: '-10.00',
          position_cost_dollars: '3.900000',
          realized_pnl_dollars: '0.000000',
          fees_paid_dollars: '0.166600',
          position_fee_cost_dollars: '0.166600',
          volume_fp: '10.00',
          subaccount: 0,
        },
      },
    ]);
  });

  test('user_orders', () => {
    const { rig, next } = streaming('user_orders');
    const id = rig.rest({ price: '0.6200', count: '100' });
    rig.wait(500);
    rig.cancel(id);
    const order = {
      order_id: id,
      user_id: 'e0000000-0000-4000-8000-000000000002',
      ticker: GB,
      exchange_index: 0,
      outcome_side: 'yes',
      book_side: 'bid',
      yes_price_dollars: '0.6200',
      fill_count_fp: '95.00',
      initial_count_fp: '100.00',
      taker_fill_cost_dollars: '58.900000',
      maker_fill_cost_dollars: '0.000000',
      taker_fees_dollars: '1.566800',
      maker_fees_dollars: '0.000000',
      client_order_id: 'order-1',
      created_ts_ms: START,
      subaccount: 0,
    };
    expect(next()).toEqual([
      {
        type: 'user_order',
        sid: 1,
        msg: { ...order, status: 'resting', remaining_count_fp: '5.00', last_update_reason: 'Trade' },
      },
      {
        type: 'user_order',
        sid: 1,
        msg: {
          ...order,
          status: 'canceled',
          remaining_count_fp: '0.00',
          last_updated_ts_ms: START + 500,
          last_update_reason: 'Decrease',
        },
      },
    ]);
  });

  test.each<[string, (rig: Rig, id: string) => void, string, string]>([
    ['a trade', (rig, id) => rig.act({ type: 'crowd.take', orderId: id }), 'executed', 'Trade'],
    ['a part', (rig, id) => rig.act({ type: 'crowd.take', orderId: id, count: 1 }), 'resting', 'Trade'],
    ['a close', (rig) => rig.wait(21 * DAY), 'canceled', 'CloseCancel'],
    ['a wipe', (rig) => rig.act({ type: 'market.wipeResting', ticker: GB }), 'canceled', 'HaltCancel'],
    ['a person', (rig, id) => rig.act({ type: 'hand.cancel', orderId: id }), 'canceled', 'Decrease'],
    [
      'an opposite order',
      (rig) => rig.create({ side: 'ask', price: '0.5000', count: '2000' }),
      'canceled',
      'SelfTradeCancel',
    ],
  ])('user_orders tell of %s', (_, happens, status, last_update_reason) => {
    const { rig, next } = streaming('user_orders');
    const id = rig.rest({ count: '2' });
    rig.act({ type: 'account.moveCash', account: 'ann', change: 1_000_000_000 });
    next();
    happens(rig, id);
    const told = next().filter((message) => message.msg?.order_id === id);
    expect(told).toMatchObject([{ msg: { status, last_update_reason } }]);
  });

  test('a key pinned to a subaccount hears of that one alone', () => {
    const rig = new Rig();
    rig.act({ type: 'account.moveCash', account: 'ann', subaccount: 2, change: 100_000_000 });
    rig.act({ type: 'account.setKey', keyId: 'ann-key', subaccount: 2 });
    const connection = rig.connect();
    rig.subscribe(connection, 'fill', {});
    const trade = {
      type: 'hand.trade',
      account: 'ann',
      ticker: GB,
      side: 'bid',
      price: 6000,
      count: 1,
    } as const;
    rig.act(trade);
    rig.act({ ...trade, subaccount: 2 });
    expect(rig.frames(connection).slice(1)).toMatchObject([{ msg: { subaccount: 2 } }]);
  });
});

describe('the connection itself', () => {
  test('is pinged every 10 s', () => {
    const rig = new Rig();
    const connection = rig.connect();
    expect(rig.exchange.nextEventAt()).toBe(START + 10_000);
    rig.wait(9999);
    expect(rig.frames(connection)).toEqual([]);
    rig.wait(1);
    expect(rig.exchange.nextEventAt()).toBe(START + 10_000);
    expect(rig.frames(connection)).toEqual(['ping heartbeat']);
    rig.wait(30_000);
    expect(rig.frames(connection)).toEqual(Array(3).fill('ping heartbeat'));
  });

  test('can be closed, after what is on its way', () => {
    const { rig, connection, next } = streaming('fill', {});
    const other = rig.connect('bob-key');
    rig.create();
    rig.act({ type: 'stream.close', account: 'ann', code: 1006 });
    rig.create();
    expect(next()).toMatchObject([{ type: 'fill' }, 'close 1006']);
    rig.act({ type: 'stream.close' });
    expect(rig.frames(other)).toEqual(['close 1001']);
    rig.subscribe(connection, 'fill');
    expect(next()).toEqual([]);
    expect(rig.connect()).toBe(3);
  });

  test.each([
    [10, 'Channel error'],
    [25, 'Subscription buffer overflow'],
  ] as const)('a channel can end with error %i', (code, msg) => {
    const { rig, connection, next } = streaming('orderbook_delta');
    rig.subscribe(connection, 'fill');
    next();
    rig.act({ type: 'stream.error', channel: 'orderbook_delta', code });
    rig.create();
    expect(next()).toMatchObject([
      { type: 'error', sid: 1, msg: { code, msg } },
      { type: 'fill', sid: 2 },
    ]);
  });
});

describe('a bad line', () => {
  /** Three changes of a book, as their sequence numbers arrive. */
  const sequence = (action: Parameters<Rig['act']>[0], after?: Parameters<Rig['act']>[0]): number[] => {
    const { rig, next } = streaming('orderbook_delta');
    rig.act(action);
    for (let n = 0; n < 4; n++) rig.rest({ count: '1' });
    if (after) rig.act(after);
    return next().map(({ seq }) => seq);
  };

  test.each([
    ['loses one message', { type: 'stream.lose' }, [3, 4, 5]],
    ['loses some', { type: 'stream.lose', channel: 'orderbook_delta', times: 2 }, [4, 5]],
    ['loses all', { type: 'stream.lose', times: 'always' }, []],
    ['not of another channel', { type: 'stream.lose', channel: 'fill', times: 'always' }, [2, 3, 4, 5]],
    ['not of another account', { type: 'stream.lose', account: 'bob', times: 'always' }, [2, 3, 4, 5]],
    ['repeats one', { type: 'stream.duplicate' }, [2, 2, 3, 4, 5]],
    ['swaps two', { type: 'stream.reorder' }, [3, 2, 4, 5]],
    ['swaps pairs', { type: 'stream.reorder', times: 2 }, [3, 2, 5, 4]],
  ] as const)('%s', (_, action, expected) => expect(sequence(action)).toEqual(expected));

  test('is mended', () => {
    const { rig, next } = streaming('fill', {});
    rig.act({ type: 'stream.lose', times: 'always' });
    rig.act({ type: 'stream.delay', delayMs: 1000 });
    rig.create();
    rig.act({ type: 'stream.clear' });
    rig.create();
    expect(next()).toHaveLength(1);
  });

  test('a late channel keeps its order, and others overtake it', () => {
    const { rig, connection, next } = streaming('fill', {});
    rig.subscribe(connection, 'user_orders');
    next();
    rig.act({ type: 'stream.delay', channel: 'fill', delayMs: 3000 });
    rig.create({ count: '1' });
    rig.act({ type: 'stream.delay', channel: 'fill', delayMs: 0 });
    rig.create({ count: '2' });
    expect(next().map(({ type }) => type)).toEqual(['user_order', 'user_order']);
    expect(rig.exchange.nextEventAt()).toBe(START + 3000);
    rig.wait(3000);
    expect(next().map(({ msg }) => msg.count_fp)).toEqual(['1.00', '2.00']);
  });

  test('stalls: nothing at all, although it stays up', () => {
    const { rig, connection, next } = streaming('orderbook_delta');
    rig.act({ type: 'stream.stall' });
    rig.rest();
    rig.command(connection, { id: 2, cmd: 'list_subscriptions' });
    rig.wait(60_000);
    expect(next()).toEqual([]);
    rig.act({ type: 'stream.resume' });
    rig.rest();
    expect(next().map(({ seq }) => seq)).toEqual([3]);
    rig.wait(10_000);
    expect(next()).toEqual(['ping heartbeat']);
  });

  test('stalls for a while and then delivers everything', () => {
    const { rig, next } = streaming('orderbook_delta');
    rig.act({ type: 'stream.stall', forMs: 25_000, missed: 'delivered' });
    const other = rig.connect('bob-key');
    rig.rest();
    rig.wait(24_999);
    expect(rig.frames(other)).toHaveLength(2);
    rig.wait(1);
    expect(next()).toMatchObject([{ seq: 2 }, 'ping heartbeat', 'ping heartbeat']);
  });

  test('a stalled connection can still be closed', () => {
    const { rig, next } = streaming('fill');
    rig.act({ type: 'stream.stall' });
    rig.act({ type: 'stream.close' });
    expect(next()).toEqual(['close 1001']);
  });
});
