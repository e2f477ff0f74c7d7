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
  bookSide: 'ask',
};

describe('orders', () => {
  test('are told', () => {
    expect(told('user_order', order)).toEqual([['order', readOrder]]);
  });

  test.each([
    ['the side may be said by the outcome alone', { book_side: undefined }, {}],
    ['an order without our id', { client_order_id: '' }, { clientId: null }],
    ['what is not needed may be unreadable', { status: 7, fill_count_fp: 'NaN', subaccount_number: -1 }, {}],
  ])('%s', (_, change, expected) => {
    expect(told('user_order', { ...order, ...change })).toEqual([['order', { ...readOrder, ...expected }]]);
  });

  test.each([
    ['no side', { book_side: undefined, outcome_side: undefined }],
    ['sides that contradict each other', { book_side: 'bid' }],
    ['no id', { order_id: undefined }],
    ['no market', { ticker: '' }],
  ])('with %s are in doubt, and the stream goes on', (_, change) => {
    expect(told('user_order', { ...order, ...change })).toEqual([
      ['doubt', 'a user_order message could not be read'],
    ]);
  });
});

describe('fills', () => {
  const expected = {
    venueOrderId: 'ee587a1c',
    clientId: 'x-9f2c-1',
    market: 'HIGHNY-22DEC23-B53.5',
    bookSide: 'bid',
  };

  test('are told by their order', () => {
    expect(told('fill', fill)).toEqual([['fill', expected]]);
  });

  test.each([
    ['the side may be said by the outcome alone', { book_side: undefined }, {}],
    ['somebody else has no id of ours', { client_order_id: undefined }, { clientId: null }],
    ['what is not needed may be unreadable', { fee_cost: 1, count_fp: undefined, ts_ms: 'soon' }, {}],
  ])('%s', (_, change, more) => {
    expect(told('fill', { ...fill, ...change })).toEqual([['fill', { ...expected, ...more }]]);
  });

  test.each([
    ['no order', { order_id: undefined }],
    ['no market', { market_ticker: '' }],
    ['no side', { book_side: undefined, outcome_side: undefined }],
    ['sides that contradict each other', { outcome_side: 'no' }],
  ])('with %s are in doubt', (_, change) => {
    expect(told('fill', { ...fill, ...change })).toEqual([['doubt', 'a fill message could not be read']]);
  });
});

test.each([position, {}])('that a position changed is told, whatever is said of it: %j', (msg) => {
  expect(told('market_position', msg)).toEqual([['position']]);
});

describe('the life of markets', () => {
  const event = { market_ticker: 'A', event_type: 'deactivated', is_deactivated: true };

  test('is told of watched markets only', () => {
    expect(told('market_lifecycle_v2', event, ['A'])).toEqual([['lifecycle', { market: 'A' }]]);
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
