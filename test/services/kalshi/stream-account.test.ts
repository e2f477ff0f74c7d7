import { describe, expect, test } from 'vitest';
import { StreamRig } from './stream-rig.ts';

const order = {
  order_id: 'ee587a1c',
  user_id: 'a1b2c3d4',
  ticker: 'FED-23DEC-T3.00',
  exchange_index: 2,
  status: 'resting',
  outcome_side: 'no',
  book_side: 'ask',
  yes_price_dollars: '0.3500',
  fill_count_fp: '4.00',
  remaining_count_fp: '6.00',
  initial_count_fp: '10.00',
  taker_fill_cost_dollars: '0.000000',
  maker_fill_cost_dollars: '0.000000',
  taker_fees_dollars: '0.000000',
  maker_fees_dollars: '0.000000',
  client_order_id: 'x-9f2c-1',
  created_ts_ms: 1733047200000,
  last_updated_ts_ms: 1733047201000,
  last_update_reason: 'Trade',
  subaccount_number: 0,
};

const fill = {
  trade_id: 'd91bc706',
  order_id: 'ee587a1c',
  client_order_id: 'x-9f2c-1',
  market_ticker: 'HIGHNY-22DEC23-B53.5',
  exchange_index: 2,
  is_taker: true,
  yes_price_dollars: '0.7500',
  count_fp: '278.00',
  fee_cost: '0.010000',
  outcome_side: 'yes',
  book_side: 'bid',
  ts_ms: 1671899397000,
  post_position_fp: '-500.00',
  subaccount: 3,
};

const position = {
  user_id: 'user123',
  market_ticker: 'FED-23DEC-T3.00',
  position_fp: '-100.00',
  position_cost_dollars: '50.0000',
  realized_pnl_dollars: '10.0000',
  fees_paid_dollars: '1.0000',
  position_fee_cost_dollars: '0.5000',
  volume_fp: '15.00',
};

const told = (type: string, msg: object, tickers: string[] = []): unknown[] => {
  const rig = new StreamRig().goLive(tickers);
  rig.takeTold();
  rig.connection.frame({ type, sid: 1, msg });
  return rig.told;
};

const readOrder = {
  venueOrderId: 'ee587a1c',
  clientId: 'x-9f2c-1',
  market: 'FED-23DEC-T3.00',
  status: 'resting',
  bookSide: 'ask',
  yesPrice: 3_500,
  initial: 1_000,
  filled: 400,
  remaining: 600,
  lastUpdateReason: 'Trade',
  updatedAt: 1733047201000,
  subaccount: 0,
};

describe('orders', () => {
  test('are told whole', () => {
    expect(told('user_order', order)).toEqual([['order', readOrder]]);
  });

  test.each([
    ['the side may be said by the outcome alone', { book_side: undefined }, {}],
    ['an unknown status is unknown', { status: 'melted' }, { status: 'unknown' }],
    ['a new order has no reason', { last_update_reason: undefined }, { lastUpdateReason: null }],
    ['an empty reason is none', { last_update_reason: '' }, { lastUpdateReason: null }],
    ['an order without our id', { client_order_id: '' }, { clientId: null }],
    ['never updated: since its creation', { last_updated_ts_ms: undefined }, { updatedAt: 1733047200000 }],
    ['without any time', { last_updated_ts_ms: null, created_ts_ms: null }, { updatedAt: null }],
    ['without a subaccount', { subaccount_number: undefined }, { subaccount: null }],
  ])('%s', (_, change, expected) => {
    expect(told('user_order', { ...order, ...change })).toEqual([['order', { ...readOrder, ...expected }]]);
  });

  test.each([
    ['a missing count', { fill_count_fp: undefined }],
    ['a count as a number', { remaining_count_fp: 6 }],
    ['a negative count', { remaining_count_fp: '-6.00' }],
    ['a missing price', { yes_price_dollars: undefined }],
    ['a price above 1', { yes_price_dollars: '1.0001' }],
    ['no side', { book_side: undefined, outcome_side: undefined }],
    ['sides that contradict each other', { book_side: 'bid' }],
    ['no id', { order_id: undefined }],
  ])('with %s are in doubt, and the stream goes on', (_, change) => {
    expect(told('user_order', { ...order, ...change })).toEqual([
      ['doubt', 'a user_order message could not be read'],
    ]);
  });
});

describe('fills', () => {
  const expected = {
    tradeId: 'd91bc706',
    venueOrderId: 'ee587a1c',
    clientId: 'x-9f2c-1',
    market: 'HIGHNY-22DEC23-B53.5',
    bookSide: 'bid',
    yesPrice: 7_500,
    quantity: 27_800,
    fee: 10_000,
    maker: false,
    positionAfter: -50_000,
    at: 1671899397000,
    subaccount: 3,
  };

  test('are told whole', () => {
    expect(told('fill', fill)).toEqual([['fill', expected]]);
  });

  test('what may be missing is null', () => {
    const { client_order_id, ts_ms, post_position_fp, subaccount, ...rest } = fill;
    const missing = { clientId: null, at: null, positionAfter: null, subaccount: null };
    expect(told('fill', rest)).toEqual([['fill', { ...expected, ...missing }]]);
  });

  test.each([
    ['no fee', { fee_cost: undefined }],
    ['no count', { count_fp: undefined }],
    ['a position after it that is no number', { post_position_fp: 'many' }],
    ['no word on who took', { is_taker: undefined }],
  ])('with %s are in doubt', (_, change) => {
    expect(told('fill', { ...fill, ...change })).toEqual([['doubt', 'a fill message could not be read']]);
  });
});

describe('positions', () => {
  test('are signed: NO is negative', () => {
    expect(told('market_position', position)).toEqual([
      ['position', { market: 'FED-23DEC-T3.00', quantity: -10_000, cost: 50_000_000, subaccount: null }],
    ]);
  });

  test('without a cost are told without one; without a quantity they are in doubt', () => {
    expect(told('market_position', { ...position, position_cost_dollars: undefined })).toMatchObject([
      ['position', { cost: null }],
    ]);
    expect(told('market_position', { ...position, position_fp: undefined })).toEqual([
      ['doubt', 'a market_position message could not be read'],
    ]);
  });
});

describe('the life of markets', () => {
  const event = { market_ticker: 'A', event_type: 'deactivated', is_deactivated: true };

  test('is told of watched markets only', () => {
    expect(told('market_lifecycle_v2', event, ['A'])).toEqual([
      ['lifecycle', { market: 'A', event: 'deactivated' }],
    ]);
    expect(told('market_lifecycle_v2', event, ['B'])).toEqual([]);
  });
});

describe('what is not understood', () => {
  test('is counted and otherwise ignored', () => {
    const rig = new StreamRig().goLive(['A']);
    rig.takeTold();
    for (const text of ['{', '[]', 'heartbeat']) rig.connection.text(text);
    rig.connection.frame({ type: 'ticker', sid: 9, msg: {} });
    rig.connection.frame({ type: 'market_lifecycle_v2', sid: 4, msg: {} });
    rig.connection.frame({ type: 'user_order', sid: 1, msg: {} });
    expect(rig.told).toEqual([['doubt', 'a user_order message could not be read']]);
    expect(rig.stream.counters()).toMatchObject({
      connections: 1,
      frames: 5 + 6,
      unreadable: 3,
      unknown: 1,
      malformed: 2,
    });
  });
});
